#!/bin/bash
# get-compose.sh [DIR]: unpacks Compose of version 2 into DIR (default: .build/lab/compose of this repository), as
# DIR/usr/libexec/docker/cli-plugins/docker-compose: Debian trixie's; Debian bookworm has version 1.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
dir=${1:-$root/.build/lab/compose}
. "$root/Tests/Lab/unpack-debian.sh"

program=$dir/usr/libexec/docker/cli-plugins/docker-compose
if [ -x "$program" ]; then
    exit 0
fi
if ! unpack_debian trixie "$dir" docker-compose; then
    echo "get-compose.sh: set PORTICO_COMPOSE to a docker-compose of version 2; without, its test is skipped" >&2
    exit 1
fi
"$program" version
