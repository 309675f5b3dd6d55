# Sourced by the scripts that unpack programs of other Debian releases, for the tests alone.

# The first Debian main source of the system for another suite, in either of apt's two forms, as a file in a folder;
# security archives have suites of other names.
write_sources() { # SUITE FOLDER
    local suite=$1 folder=$2 file
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        awk -v suite="$suite" -v RS= '
            /(^|\n)Types:[^\n]*deb/ && /(^|\n)Components:[^\n]*main/ && /(^|\n)URIs:[^\n]*debian/ && !/security/ {
                gsub(/(^|\n)Suites:[^\n]*/, "\nSuites: " suite)
                sub(/^\n/, "")
                print
                exit
            }' <(grep -v '^#' "$file") > "$folder/debian.sources"
        if [ -s "$folder/debian.sources" ]; then echo "$folder/debian.sources"; return; fi
    done
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        awk -v suite="$suite" '
            $1 == "deb" && !/security/ && /debian/ && / main/ {
                at = 2
                options = ""
                if ($2 ~ /^\[/) { while ($at !~ /\]$/) { options = options $at " "; at++ } options = options $at " "; at++ }
                print "deb " options $at " " suite " main"
                exit
            }' > "$folder/debian.list"
    if [ -s "$folder/debian.list" ]; then echo "$folder/debian.list"; return; fi
    echo "$(basename "$0"): no Debian source found in /etc/apt" >&2
    return 1
}

# unpack_debian SUITE DIR PACKAGE...: unpacks packages of a suite into DIR. Nothing is installed and no file outside DIR is
# touched. They come from the mirror that the system itself uses.
unpack_debian() {
    local suite=$1 dir=$2 work=$2/.apt sources options package
    shift 2
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    sources=$(write_sources "$suite" "$work") || return 1
    options=(
        -o "Dir::Etc::SourceList=$sources" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
        -o APT::Update::Post-Invoke-Success::= -o APT::Sandbox::User=root
    )
    apt-get -qq "${options[@]}" update || return 1
    (cd "$work" && apt-get -qq "${options[@]}" download "$@") || return 1
    for package in "$work"/*.deb; do dpkg -x "$package" "$dir" || return 1; done
    rm -rf "$work"
}
