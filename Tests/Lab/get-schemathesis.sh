#!/bin/bash
# get-schemathesis.sh [DIR]: installs schemathesis, a tester of APIs by their OpenAPI documents, into a virtual environment
# of Python in DIR (default: .build/lab/schemathesis of this repository), as DIR/bin/schemathesis.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
dir=${1:-$root/.build/lab/schemathesis}
version=4.32.5

if [ -x "$dir/bin/schemathesis" ]; then
    exit 0
fi
rm -rf "$dir"
if ! python3 -m venv "$dir" || ! "$dir/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"; then
    rm -rf "$dir"
    echo "get-schemathesis.sh: set PORTICO_SCHEMATHESIS to the program; without, its test is skipped" >&2
    exit 1
fi
"$dir/bin/schemathesis" --version
