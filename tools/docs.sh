#!/bin/sh
# Builds the documentation into site/; any warning is an error.
set -eu
cd "$(dirname "$0")/.."
printf '==> mkdocs build --strict\n'
NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs --quiet build --strict --clean
printf '    site/index.html\n'
