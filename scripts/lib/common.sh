# Shared by the scripts: messages, root rights, system packages, the toolchain. Sourced, never run.
set -euo pipefail

project_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache_root=${REPLICA_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/replica-kit}

say() { printf '%s\n' "== $*" >&2; }
die() { printf '%s\n' "error: $*" >&2; exit 1; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
can_be_root() { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1; }

# install_packages PACKAGE...: installs those of them that are missing, and says which.
install_packages() {
    local missing=() package
    command -v dpkg-query >/dev/null 2>&1 || return 0
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return 0
    # Before the output goes to a log, where nobody would read it.
    can_be_root || die "these packages are missing, and installing needs root or sudo: apt-get install ${missing[*]}"
    say "installing system packages: ${missing[*]}"
    local log
    log=$(mktemp)
    { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1 </dev/null || { tail -20 "$log" >&2; rm -f "$log"; die "could not install: ${missing[*]}"; }
    rm -f "$log"
}

# has_library NAME: whether the dynamic loader finds that library.
has_library() { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q "^[[:space:]]*$1 "; }

# prepare_machine: what the Swift toolchain needs to run and to link on a bare Debian, and what this project needs.
prepare_machine() {
    # First of all: without it nothing else is worth installing.
    find_swift
    local wanted=(libssl-dev libzstd-dev zlib1g-dev)
    # Looked for by what they bring, since their names differ between releases.
    command -v git >/dev/null 2>&1 || wanted+=(git)
    command -v ld >/dev/null 2>&1 || wanted+=(binutils)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || wanted+=(ca-certificates)
    [ -e /usr/share/zoneinfo/UTC ] || wanted+=(tzdata)
    [ -e /usr/include/stdio.h ] || wanted+=(libc6-dev)
    compgen -G '/usr/lib/gcc/*/*/libstdc++.so' >/dev/null || wanted+=(libstdc++-12-dev)
    has_library libcurl.so.4 || wanted+=(libcurl4)
    has_library libncurses.so.6 || wanted+=(libncurses6)
    has_library libsqlite3.so.0 || wanted+=(libsqlite3-0)
    has_library libxml2.so.2 || wanted+=(libxml2)
    install_packages "${wanted[@]}"
}

# build_tool, find_tool: set `tool` to the release build of replica-cli. Swift's runtime is part of it: it starts in half of the
# time, and runs where no Swift is.
tool_build=(swift build --package-path "$project_root" -c release --product replica-cli --static-swift-stdlib)
build_tool() {
    say "building replica-cli (release)"
    run_quietly "${tool_build[@]}"
    find_tool
}

find_tool() {
    tool=$("${tool_build[@]}" --show-bin-path)/replica-cli
    [ -x "$tool" ] || die "replica-cli is not built; run without --skip-build"
}

# find_swift: puts a Swift toolchain of a usual place on PATH, where there is none yet.
find_swift() {
    local folder
    for folder in "" /opt/swift/usr/bin /usr/libexec/swift/bin "$HOME/.local/share/swiftly/bin"; do
        [ -n "$folder" ] && [ -x "$folder/swift" ] && PATH=$folder:$PATH
        command -v swift >/dev/null 2>&1 && { export PATH; return 0; }
    done
    die "no Swift toolchain on PATH or in /opt/swift; Swift 6.3 or later is needed (https://swift.org/install)"
}

# run_quietly COMMAND...: shows the command's output only where it fails.
run_quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        grep -E '(error|warning):' "$log" | sort -u | head -60 >&2 || true
        tail -40 "$log" >&2
        rm -f "$log"
        die "failed with status $status: $*"
    fi
    rm -f "$log"
}
