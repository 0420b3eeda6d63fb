# For the other scripts: a root of its own, with nothing but a release's base. Sourced; calls "fail",
# which the script that sources it defines.
#   make_root SUITE FOLDER     makes it with debootstrap from this machine's mirror
#   inside FOLDER COMMAND...   runs a command in it
#   enter_root, leave_root     mount what it needs, and take that away
# Needs root and debootstrap; roots_can_be_made says whether these are there.

roots_can_be_made() { [[ $(id -u) -eq 0 ]] && command -v debootstrap > /dev/null; }

# Debian's, as apt knows it: the first of all.
mirror_of_apt() {
    local files=()
    shopt -s nullglob
    files=(/etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list /etc/apt/sources.list)
    shopt -u nullglob
    [[ ${#files[@]} -eq 0 ]] || awk '/^(URIs:|deb )/ && /debian/ {
        for (i = 2; i <= NF; i++) if ($i ~ /:\/\//) { print $i; exit } }' "${files[@]}"
}

make_root() {
    local suite=$1 folder=$2 mirror proxy
    mirror=$(mirror_of_apt)
    [[ -n $mirror ]] || fail "no Debian mirror in /etc/apt"
    proxy=$(apt-config dump | sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p')
    ${proxy:+env http_proxy="$proxy"} debootstrap --variant=minbase "$suite" "$folder" "$mirror" \
        > "$folder.log" 2>&1 || { tail -5 "$folder.log"; fail "debootstrap $suite"; }
    cp -r /etc/apt/apt.conf.d/. "$folder/etc/apt/apt.conf.d/" 2> /dev/null || true
    enter_root "$folder"
}

enter_root() {
    local folder=$1
    cp /etc/resolv.conf "$folder/etc/" 2> /dev/null || true
    mountpoint -q "$folder/proc" || mount -t proc proc "$folder/proc"
    # debootstrap has made the devices; shared memory is had by mounting alone.
    mkdir -p "$folder/dev/shm"
    mountpoint -q "$folder/dev/shm" || mount -t tmpfs tmpfs "$folder/dev/shm"
}

leave_root() {
    local folder=$1
    umount "$folder/dev/shm" 2> /dev/null || true
    umount "$folder/proc" 2> /dev/null || true
}

inside() {
    local folder=$1
    shift
    chroot "$folder" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        TERM="${TERM:-dumb}" DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}
