#!/bin/sh
# Fuzzes the Wire module with libFuzzer and the address sanitizer: the checks are those of WireInvariants.
#
#   Tests/Fuzz/run.sh [SECONDS [TARGET...]]     60 seconds for each of request response chunked path proxy hello
#
# Starts from Tests/Fuzz/corpus and leaves it alone: new inputs go to .build/fuzz/TARGET, a failing one to
# .build/fuzz/TARGET-crash-*. With KEEP=1 what adds coverage is merged into the corpus afterwards.
set -eu
seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- request response chunked path proxy hello
root=$(cd "$(dirname "$0")/../.." && pwd)
build="$root/.build/fuzz"
mkdir -p "$build"
cd "$build"

tests="$root/Tests/WireTests"
swiftc -O -swift-version 6 -sanitize=fuzzer,address -parse-as-library -wmo -enable-testing -emit-module -emit-object \
    -module-name Wire -o Wire.o "$root"/Sources/Wire/*.swift
swiftc -O -swift-version 6 -sanitize=fuzzer,address -parse-as-library -wmo -I . -o fuzz Wire.o \
    "$root/Tests/Fuzz/FuzzTarget.swift" "$tests/WireInvariants.swift" "$tests/WireInvariants+Openings.swift" "$tests/Parsing.swift" \
    "$tests/SeededGenerator.swift" "$tests"/Reference*.swift

for target in "$@"; do
    mkdir -p "$target"
    echo "== $target"
    PORTICO_FUZZ_TARGET=$target ./fuzz -max_total_time="$seconds" -max_len=2048 -timeout=10 -print_final_stats=1 \
        -dict="$root/Tests/Fuzz/http.dict" -artifact_prefix="$target-" "$target" "$root/Tests/Fuzz/corpus/$target"
    if [ "${KEEP:-0}" = 1 ]; then
        PORTICO_FUZZ_TARGET=$target ./fuzz -merge=1 "$root/Tests/Fuzz/corpus/$target" "$target"
    fi
done
