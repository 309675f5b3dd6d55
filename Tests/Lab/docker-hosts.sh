#!/bin/bash
# docker-hosts.sh: several Docker hosts on this machine, each with a real engine and a network of its own.
#
#   up N          clears what is left of this lab and starts hosts 1 to N (at most 9)
#   start I       starts host I again, with what it had on its disk
#   stop I        ends host I's engine in order, and with it the host
#   crash I       cuts host I's power: everything on it dies at once
#   freeze I      stops host I's engine in its tracks: connections are taken and nothing is answered;  thaw I
#   cut I         pulls host I's network cable;  mend I
#   exec I CMD    runs CMD on host I and ends as it ends; signals are passed on to it
#   down          ends everything and removes what it left
#   sweep         the same for every lab whose test run is gone
#   status        one line a host; fails unless all are up
#
# A host is a network, mount, UTS, IPC and PID namespace whose first process ends when its engine does:
#
#   this machine, 10.99.L.1 ----- a bridge in a network namespace ----- host 1 at 10.99.L.11, host 2 at 10.99.L.12 ...
#
# Its engine listens at tcp://10.99.L.1I:2375 and at DIR/I/docker.sock, and has the image lab:1: a static busybox that
# serves port 80, where /cgi-bin/name answers with the container's host name. No namespace has a name and no mount is
# seen outside of its host, so nothing outlives the processes but DIR and cgroups, which `down` removes.
#
# LAB            L: 0 to 63 are the tests', which lock theirs; by hand 100
# LAB_DIR        DIR                                                (/var/tmp/portico-lab/L)
# LAB_LOCK       a file that the test run has locked: the lab goes down when that lock is given up, however the run ends
# LAB_RELEASE_I  a folder of another engine for host I, as get-docker.sh makes one
# LAB_TLS_I      a folder with ca.pem, server.pem and server.key: host I asks for clients' certificates, on port 2376
# LAB_LABELS_I   labels of host I's engine, by blanks
# LAB_OPTIONS_I  further options of host I's engine, by blanks
#
# Needs root, and Debian's docker.io, busybox-static, iptables, iproute2 and util-linux.
set -euo pipefail

lab=${LAB:-100}
base=/var/tmp/portico-lab
dir=${LAB_DIR:-$base/$lab}
subnet=10.99.$lab
link=plab$lab
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
self=$(readlink -f "$0")
export DOCKER_CONFIG=$dir/cli
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH

# What a caller's libraries left open would stay open as long as an engine runs; 255 is this script.
for descriptor in /proc/$$/fd/*; do
    descriptor=${descriptor##*/}
    if [ "$descriptor" -gt 2 ] && [ "$descriptor" != 255 ]; then eval "exec $descriptor>&-"; fi
done

fail() {
    echo "docker-hosts.sh: $*" >&2
    exit 1
}

address() { echo "$subnet.$((10 + $1))"; }
engine() { # I ARGUMENTS...: the command-line client
    local i=$1
    shift
    docker -H "unix://$dir/$i/docker.sock" "$@"
}

# process FILE: the process ID in FILE, if that process is the lab's still: its command line has "portico-lab L ROLE".
process() {
    local id
    id=$(cat "$1" 2>/dev/null) && [ -n "$id" ] && [ -r "/proc/$id/cmdline" ] &&
        tr '\0' ' ' <"/proc/$id/cmdline" 2>/dev/null | grep -qF "portico-lab $lab " && echo "$id"
}

is_gone() { [ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# until_true SECONDS COMMAND...
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05
    done
}

host() { process "$dir/$1/init.pid" || fail "host $1 is not up"; }
in_bridge() { nsenter -t "$(process "$dir/bridge.pid")" -n -- "$@"; }
hosts() { find "$dir" -mindepth 1 -maxdepth 1 -type d -name '[1-9]' -printf '%f\n' 2>/dev/null | sort; }

# --- network

bridge_up() {
    setsid unshare --net -- bash "$self" __bridge portico-lab "$lab" bridge </dev/null >/dev/null 2>&1 &
    until_true 20 process "$dir/bridge.pid" || fail "no network namespace to be had"
    in_bridge ip link add br0 type bridge
    # What is bridged is no business of iptables, whatever the kernel's default.
    in_bridge sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null || true
    in_bridge ip link set br0 up
    ip link add "$link" type veth peer name machine netns "$(process "$dir/bridge.pid")"
    in_bridge ip link set machine master br0 up
    ip address add "$subnet.1/24" dev "$link"
    ip link set "$link" up
}

bridge_main() {
    echo $$ >"$dir/bridge.pid"
    exec -a "portico-lab $lab bridge" sleep infinity
}

# --- a host, from within

# The machine's cgroups, or what can be mounted of them.
mount_cgroups() {
    local kept=$dir/$1/cgroups controller
    if awk '$2 ~ "^/sys/fs/cgroup" && $3 ~ "^cgroup" { found = 1 } END { exit !found }' /proc/self/mounts; then
        mkdir -p "$kept"
        mount --rbind /sys/fs/cgroup "$kept"
    fi
    mount -t sysfs sysfs /sys # it shows this network's links
    if [ -d "$kept" ]; then
        mount --rbind "$kept" /sys/fs/cgroup
        umount -l "$kept"
        rmdir "$kept"
    elif ! mount -t cgroup2 cgroup2 /sys/fs/cgroup; then
        mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
        awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups | while read -r controller; do
            mkdir "/sys/fs/cgroup/$controller"
            mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || rmdir "/sys/fs/cgroup/$controller"
        done
    fi
}

# The first process of host I: prepares it, runs the engine, reaps orphans.
host_main() {
    local i=$1 here=$dir/$1 id label options=() status=0 release tls labels more
    read -r id _ </proc/self/stat # /proc is the machine's still, and so is this ID
    echo "$id" >"$here/init.pid"
    hostname "lab$lab-host$i"
    mount --make-rprivate /
    mount_cgroups "$i"
    mount -t proc proc /proc
    # An engine of 20.10 keeps its identity in /etc/docker, later ones with their data.
    mkdir -p "$here/etc" "$here/data" /etc/docker
    mount --bind "$here/etc" /etc/docker
    mount -t tmpfs -o mode=755 tmpfs /run

    until_true 20 test -e /sys/class/net/eth0 || fail "host $i got no network"
    ip link set lo up
    ip address add "$(address "$i")/24" dev eth0
    ip link set eth0 up

    release=LAB_RELEASE_$i tls=LAB_TLS_$i labels=LAB_LABELS_$i more=LAB_OPTIONS_$i
    for label in ${!labels-}; do options+=(--label "$label"); done
    if [ -n "${!tls-}" ]; then
        options+=(--tlsverify --tlscacert="${!tls}/ca.pem" --tlscert="${!tls}/server.pem" --tlskey="${!tls}/server.key"
            -H "tcp://$(address "$i"):2376")
    else
        options+=(--tls=false -H "tcp://$(address "$i"):2375")
    fi
    if [ -n "${!release-}" ]; then # what it lacks, runc above all, is the machine's
        PATH=${!release}/usr/sbin:${!release}/usr/bin:$PATH
        options+=(--userland-proxy-path="${!release}/usr/sbin/docker-proxy")
    fi
    # Without a storage driver named, the engine takes the best that the file system bears.
    # shellcheck disable=SC2206
    options+=(${!more-})
    dockerd --data-root="$here/data" --exec-root=/run/docker --pidfile=/run/dockerd.pid -H "unix://$here/docker.sock" \
        --cgroup-parent="/$link-$i" --exec-opt native.cgroupdriver=cgroupfs "${options[@]}" &
    id=$!
    trap 'kill -TERM $id 2>/dev/null' TERM INT
    while kill -0 $id 2>/dev/null; do wait $id && status=0 || status=$?; done
    exit $status
}

# --- a host, from without

host_begin() {
    local i=$1 here=$dir/$1 id
    [ -n "$(process "$dir/bridge.pid")" ] || fail "lab $lab is not up"
    [ -z "$(process "$here/init.pid")" ] || return 0
    mkdir -p "$here"
    rm -f "$here/init.pid" "$here/docker.sock"
    setsid unshare --net --mount --uts --ipc --pid --fork --propagation private -- \
        bash "$self" __host portico-lab "$lab" "$i" </dev/null >>"$here/log" 2>&1 &
    until_true 20 process "$here/init.pid" || fail "host $i does not start: $(tail -5 "$here/log")"
    id=$(host "$i")
    in_bridge ip link delete "host$i" 2>/dev/null || true # of a host that crashed a moment ago
    in_bridge ip link add "host$i" type veth peer name eth0 netns "$id"
    in_bridge ip link set "host$i" master br0 up
}

host_wait() {
    local i=$1
    until_true 60 answers "$i" || fail "host $i does not answer: $(tail -5 "$dir/$i/log")"
}
answers() {
    [ -n "$(process "$dir/$1/init.pid")" ] && timeout 5 docker -H "unix://$dir/$1/docker.sock" version
}

host_end() { # I SIGNAL
    local id
    id=$(process "$dir/$1/init.pid") || return 0
    kill "-$2" "$id" 2>/dev/null || true
    if ! until_true 30 is_gone "$id"; then
        kill -KILL "$id" 2>/dev/null || true
        until_true 20 is_gone "$id" || fail "host $1 does not end"
    fi
    rm -f "$dir/$1/init.pid" "$dir/$1/docker.sock"
}

# lab:1 is made by host 1 and carried to the others, so that it has one ID everywhere.
image_make() {
    local tree=$dir/image name
    mkdir -p "$tree"/{bin,etc,tmp,www/cgi-bin,proc,sys,dev}
    cp "$(command -v busybox)" "$tree/bin/busybox"
    for name in $("$tree/bin/busybox" --list); do
        [ "$name" = busybox ] || ln -s busybox "$tree/bin/$name"
    done
    echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
    echo lab >"$tree/www/index.html"
    printf '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n"\nhostname\n' >"$tree/www/cgi-bin/name"
    chmod 755 "$tree/www/cgi-bin/name"
    # As process 1 of a container a shell must ask for TERM, or it does not get it. It ends as a server should that is
    # replaced under load: it goes on for a moment, in which the world hears of it, so that no answer is cut off midway.
    tar -C "$tree" --owner=0 --group=0 -c . | engine 1 import \
        -c "CMD [\"sh\", \"-c\", \"trap 'sleep 0.5; exit 0' TERM; httpd -f -p 80 -h /www & wait\"]" \
        -c 'EXPOSE 80' -c 'ENV PATH=/bin' - lab:1 >/dev/null
    engine 1 save -o "$dir/lab.tar" lab:1
    rm -rf "$tree"
}

# --- the lab

up() {
    local count=$1 i tool
    [[ $count =~ ^[1-9]$ ]] || fail "the number of hosts is 1 to 9"
    for tool in dockerd docker busybox iptables ip nsenter unshare setpriv; do
        command -v $tool >/dev/null || fail "no $tool: scripts/install-packages test"
    done
    down
    mkdir -p "$dir"
    if [ -n "${LAB_LOCK-}" ]; then
        setsid bash "$self" __keep portico-lab "$lab" keeper </dev/null >/dev/null 2>&1 &
    fi
    bridge_up
    for ((i = 1; i <= count; i++)); do host_begin "$i"; done
    host_wait 1
    image_make
    for ((i = 2; i <= count; i++)); do
        host_wait "$i"
        engine "$i" load -q -i "$dir/lab.tar" >/dev/null
    done
}

keep() {
    echo $$ >"$dir/keeper.pid"
    exec 9<"$LAB_LOCK"
    flock 9
    down
}

down() {
    local i id
    if id=$(process "$dir/keeper.pid") && [ "$id" != $$ ]; then kill "$id" 2>/dev/null || true; fi
    for i in $(hosts); do host_end "$i" KILL; done
    ip link delete "$link" 2>/dev/null || true
    if id=$(process "$dir/bridge.pid"); then kill -KILL "$id" 2>/dev/null || true; fi
    find /sys/fs/cgroup -depth -type d -path "*/$link-[1-9]*" -exec rmdir {} + 2>/dev/null || true
    # A mount that is left would be a mistake of this script; the data beneath it is not for it to remove.
    rm -rf --one-file-system "$dir"
}

sweep() {
    local path
    for path in "$base"/*/; do
        path=${path%/}
        [ -d "$path" ] && [ "${path##*/}" -lt 64 ] 2>/dev/null || continue
        flock -n "$path.lock" env -u LAB_DIR LAB="${path##*/}" bash "$self" down || true
    done
}

status() {
    local i status=0 line
    [ -n "$(hosts)" ] || fail "lab $lab is not up"
    for i in $(hosts); do
        line=$(engine "$i" info --format '{{.ServerVersion}}, {{.Driver}}, {{.ContainersRunning}} running' 2>/dev/null) ||
            { line=down status=1; }
        echo "host $i at $(address "$i"): $line"
    done
    return $status
}

# Process IDs change at the border of a host, so that a signal has to be carried over it.
run_on() { # I COMMAND...
    local child id signal status=0 host
    host=$(host "$1")
    shift
    nsenter -t "$host" -m -u -i -n -p -- setpriv --pdeathsig KILL -- "$@" <&0 &
    child=$!
    for signal in TERM INT HUP USR1 USR2; do
        # shellcheck disable=SC2064
        trap "for id in \$(cat /proc/$child/task/$child/children 2>/dev/null); do kill -$signal \$id; done" $signal
    done
    while kill -0 $child 2>/dev/null; do wait $child || true; done
    wait $child && status=0 || status=$? # a signal of ours ends a wait too: this one says how the command ended
    exit $status
}

signal_engine() { # I SIGNAL
    nsenter -t "$(host "$1")" -m -p -- sh -c "kill -$2 \$(cat /run/dockerd.pid)"
}

# A stop reaches one thread, and by it the others: until that one is scheduled, they go on.
await_stopped() { # I
    nsenter -t "$(host "$1")" -m -p -- sh -c '
        pid=$(cat /run/dockerd.pid)
        for turn in $(seq 1000); do
            cat /proc/"$pid"/task/*/status 2>/dev/null | grep "^State:" | grep -qv "T (stopped)" || exit 0
            sleep 0.01
        done
        exit 1' || fail "engine $1 does not stop in its tracks"
}

[ "$(id -u)" = 0 ] || fail "needs root"
case ${1-} in
up) up "${2:-3}" ;;
start) host_begin "$2" && host_wait "$2" ;;
stop) host_end "$2" TERM ;;
crash) host "$2" >/dev/null && host_end "$2" KILL ;;
freeze) signal_engine "$2" STOP && await_stopped "$2" ;;
thaw) signal_engine "$2" CONT ;;
cut) in_bridge ip link set "host$2" down ;;
mend) in_bridge ip link set "host$2" up ;;
exec) shift && run_on "$@" ;;
down) down ;;
sweep) sweep ;;
status) status ;;
__bridge) bridge_main ;;
__host) host_main "$4" ;;
__keep) keep ;;
*)
    sed -n '3,13s/^# \{0,1\}//p' "$self" >&2
    exit 2
    ;;
esac
