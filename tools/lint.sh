#!/bin/sh
# Runs every static check to its end, then says which failed. Expects the groups lint and test in .venv.
set -u
cd "$(dirname "$0")/.."
py=.venv/bin/python
failed=
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1 # a newer pyright is news, not a finding

check() {
    title=$1
    shift
    printf '==> %s\n' "$title"
    begin=$(date +%s)
    if "$@"; then
        printf '    ok, %ss\n' "$(($(date +%s) - begin))"
    else
        printf '    FAILED: %s\n' "$title"
        failed="$failed, $title"
    fi
}

check 'ruff check' "$py" -m ruff check --quiet .
check 'ruff format' "$py" -m ruff format --quiet --diff .
check 'twins' "$py" tools/unasync.py --check
check 'settings page' "$py" tools/settings_reference.py --check
check 'import contracts' .venv/bin/lint-imports --no-logo
check 'mypy' "$py" -m mypy
check 'pyright' "$py" -m pyright --warnings

if [ -n "$failed" ]; then
    printf 'lint: failed: %s\n' "${failed#, }" >&2
    exit 1
fi
printf 'lint: all checks passed\n'
