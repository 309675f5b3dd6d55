#!/bin/bash
# get-consul.sh [DIR]: unpacks Debian bullseye's consul into DIR (default: .build/lab/consul of this repository), as
# DIR/usr/bin/consul.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
dir=${1:-$root/.build/lab/consul}
. "$root/Tests/Lab/unpack-debian.sh"

if [ -x "$dir/usr/bin/consul" ]; then
    exit 0
fi
if ! unpack_debian bullseye "$dir" consul; then
    echo "get-consul.sh: install consul yourself and set PORTICO_CONSUL" >&2
    exit 1
fi
"$dir/usr/bin/consul" version | sed -n 1p
