#!/bin/bash
# get-docker.sh [DIR]: unpacks a Docker engine that is newer than the system's into DIR (default: .build/lab/docker of this
# repository), as DIR/usr/sbin/dockerd: Debian trixie's, with its containerd. Its runc wants a newer C library than Debian
# bookworm has, so runc, iptables and the command-line client are the system's.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
dir=${1:-$root/.build/lab/docker}
. "$root/Tests/Lab/unpack-debian.sh"

if [ -x "$dir/usr/sbin/dockerd" ] && [ -x "$dir/usr/bin/containerd" ]; then
    exit 0
fi
if ! unpack_debian trixie "$dir" docker.io containerd; then
    echo "get-docker.sh: unpack a newer engine's docker.io and containerd yourself and set PORTICO_DOCKER to the folder" >&2
    exit 1
fi
"$dir/usr/sbin/dockerd" --version
