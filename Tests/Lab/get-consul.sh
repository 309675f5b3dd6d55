#!/bin/bash
# get-consul.sh [DIR]: unpacks Debian bullseye's consul into DIR (default: .build/lab/consul of this repository), as
# DIR/usr/bin/consul. Nothing is installed and no file outside DIR is touched. The package comes from the mirror that the
# system itself uses: its sources are read, with the suite replaced.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
dir=${1:-$root/.build/lab/consul}
suite=bullseye

if [ -x "$dir/usr/bin/consul" ]; then
    exit 0
fi

work=$dir/.apt
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"

# The first Debian main source of the system, in either of apt's two forms; security archives have suites of other names.
write_sources() {
    local file
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        awk -v suite="$suite" -v RS= '
            /(^|\n)Types:[^\n]*deb/ && /(^|\n)Components:[^\n]*main/ && /(^|\n)URIs:[^\n]*debian/ && !/security/ {
                gsub(/(^|\n)Suites:[^\n]*/, "\nSuites: " suite)
                sub(/^\n/, "")
                print
                exit
            }' <(grep -v '^#' "$file") > "$work/debian.sources"
        if [ -s "$work/debian.sources" ]; then echo "$work/debian.sources"; return; fi
    done
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        awk -v suite="$suite" '
            $1 == "deb" && !/security/ && /debian/ && / main/ {
                at = 2
                options = ""
                if ($2 ~ /^\[/) { while ($at !~ /\]$/) { options = options $at " "; at++ } options = options $at " "; at++ }
                print "deb " options $at " " suite " main"
                exit
            }' > "$work/debian.list"
    if [ -s "$work/debian.list" ]; then echo "$work/debian.list"; return; fi
    echo "get-consul.sh: no Debian source found in /etc/apt: install consul yourself and set PORTICO_CONSUL" >&2
    return 1
}

sources=$(write_sources)
options=(
    -o "Dir::Etc::SourceList=$sources" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
    -o APT::Update::Post-Invoke-Success::= -o APT::Sandbox::User=root
)
apt-get -qq "${options[@]}" update
(cd "$work" && apt-get -qq "${options[@]}" download consul)
dpkg -x "$work"/consul_*.deb "$dir"
rm -rf "$work"
"$dir/usr/bin/consul" version | sed -n 1p
