# Finds or fetches a real mysqld (and mysql, the client), and for the tests a mariadbd. Sourced, never run; needs
# common.sh.
#
# Order: $REPLICA_MYSQLD; mysqld on PATH; the system's own mysql-server-core, where its package index offers one;
# on Debian, MySQL from the unstable suite, unpacked into a private folder. The system is not touched by the last.
# For MariaDB: $REPLICA_MARIADBD; mariadbd on PATH; on Debian that of its own release, unpacked the same way: it cannot
# be installed beside MySQL's packages. A newer one: $REPLICA_MARIADBD_NEXT; on Debian that of the unstable suite.

# find_mysql: sets and exports REPLICA_MYSQLD and REPLICA_MYSQL (the client; empty if there is none).
find_mysql() {
    if [ -z "${REPLICA_MYSQLD:-}" ]; then
        if command -v mysqld >/dev/null 2>&1 && mysqld --version 2>/dev/null | grep -qv MariaDB; then
            REPLICA_MYSQLD=$(command -v mysqld)
        elif system_package=$(system_mysql_package) && [ -n "$system_package" ]; then
            install_packages "$system_package" $(offered "${system_package/server/client}")
            REPLICA_MYSQLD=$(command -v mysqld || printf /usr/sbin/mysqld)
        else
            unpack_private_mysql
            REPLICA_MYSQLD=$cache_root/mysql/bin/mysqld
            REPLICA_MYSQL=${REPLICA_MYSQL:-$cache_root/mysql/bin/mysql}
        fi
    fi
    [ -x "$REPLICA_MYSQLD" ] || die "REPLICA_MYSQLD=$REPLICA_MYSQLD is not an executable file"
    local sibling
    sibling=$(dirname "$REPLICA_MYSQLD")/mysql
    if [ -z "${REPLICA_MYSQL:-}" ] && [ -x "$sibling" ]; then REPLICA_MYSQL=$sibling; fi
    if [ -z "${REPLICA_MYSQL:-}" ]; then REPLICA_MYSQL=$(command -v mysql || true); fi
    export REPLICA_MYSQLD REPLICA_MYSQL
    say "server: $("$REPLICA_MYSQLD" --version 2>/dev/null | sed 's/.*Ver/Ver/')"
}

# find_mariadb: sets and exports REPLICA_MARIADBD. Some tests need it: MySQL 9 has no mysql_native_password any more.
find_mariadb() {
    if [ -z "${REPLICA_MARIADBD:-}" ]; then REPLICA_MARIADBD=$(command -v mariadbd || true); fi
    if [ -z "$REPLICA_MARIADBD" ]; then
        local suite=
        [ -f /etc/debian_version ] && suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
        [ -n "$suite" ] || die "no mariadbd found; set REPLICA_MARIADBD to a mariadbd of yours"
        unpack_private_mariadb mariadb "$suite"
        REPLICA_MARIADBD=$cache_root/mariadb/bin/mariadbd
    fi
    [ -x "$REPLICA_MARIADBD" ] || die "REPLICA_MARIADBD=$REPLICA_MARIADBD is not an executable file"
    export REPLICA_MARIADBD
    say "second server: $("$REPLICA_MARIADBD" --version 2>/dev/null | sed 's/.*Ver/Ver/')"
}

# find_mariadb_next: sets and exports REPLICA_MARIADBD_NEXT: a MariaDB of 11.8 or later, which has parsec.
find_mariadb_next() {
    if [ -z "${REPLICA_MARIADBD_NEXT:-}" ]; then
        [ -f /etc/debian_version ] || die "set REPLICA_MARIADBD_NEXT to a mariadbd of 11.8 or later"
        unpack_private_mariadb mariadb-next sid
        REPLICA_MARIADBD_NEXT=$cache_root/mariadb-next/bin/mariadbd
    fi
    [ -x "$REPLICA_MARIADBD_NEXT" ] || die "REPLICA_MARIADBD_NEXT=$REPLICA_MARIADBD_NEXT is not an executable file"
    export REPLICA_MARIADBD_NEXT
    say "third server: $("$REPLICA_MARIADBD_NEXT" --version 2>/dev/null | sed 's/.*Ver/Ver/')"
}

system_mysql_package() {
    command -v apt-cache >/dev/null 2>&1 || return 0
    apt-cache search --names-only '^mysql-server-core(-[0-9.]+)?$' 2>/dev/null | awk '{print $1}' | sort -rV | head -1
}

# offered PACKAGE: its name, where the system's package index has it.
offered() { if [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; then printf '%s\n' "$1"; fi; }

# The archive's address comes from the machine's own configuration; --no-release-info also prints it where
# `apt-get update` never ran.
debian_archive() {
    apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' \
        | awk '$1 ~ /\/debian\/?$/ { print $1; exit }'
}

# private_apt STATE SUITE: makes a state of apt's own in that folder; `options` are then those that use it.
private_apt() {
    local state=$1 suite=$2 archive
    archive=$(debian_archive)
    [ -n "$archive" ] || die "no Debian archive is configured on this machine; set REPLICA_MYSQLD (REPLICA_MARIADBD, REPLICA_MARIADBD_NEXT) to one of yours"
    mkdir -p "$state"/{lists/partial,cache/archives/partial}
    : >"$state/status"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$archive" "$suite" >"$state/sources.list"
    options=(-q -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache" -o Dir::State::status="$state/status"
        -o APT::Install-Recommends=0 -o APT::Sandbox::User=root)
}

# private_packages NAME PROGRAM SUITE PACKAGE...: unpacks packages of a Debian suite into $cache_root/NAME/root. Among
# them is that program. Runs in a shell of its own, which leaves nothing half done behind, also where it is interrupted.
private_packages() (
    name=$1 program=$2 suite=$3
    shift 3
    base=$cache_root/$name
    fresh=$base.new.$$
    state=$fresh/apt
    remove_stale "$base"
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT TERM HUP
    mkdir -p "$fresh/root"
    private_apt "$state" "$suite"
    say "fetching $* of Debian $suite into $base (nothing is installed into the system)"
    { apt-get "${options[@]}" update && apt-get "${options[@]}" install -y -d "$@"; } >"$state/log" 2>&1 </dev/null \
        || { tail -20 "$state/log" >&2; die "could not fetch $*"; }
    # Unpacked aside and moved at the end: a folder that exists is a folder that is whole.
    for package in "$state"/cache/archives/*.deb; do dpkg -x "$package" "$fresh/root"; done
    rm -rf "$state"
    private_wrappers "$fresh" "$base"
    # Another script may have done the same meanwhile; its folder stays.
    if [ -x "$base/bin/$program" ]; then exit 0; fi
    rm -rf "$base"
    mv "$fresh" "$base"
)

# private_plugins NAME SUITE PACKAGE PLUGIN...: moves these plugins of a package, without what else it needs, to those of
# $cache_root/NAME. Each arrives whole.
private_plugins() (
    name=$1 suite=$2 package=$3
    shift 3
    target=$cache_root/$name/root/usr/lib/mysql/plugin
    missing=()
    for plugin in "$@"; do [ -e "$target/$plugin" ] || missing+=("$plugin"); done
    [ "${#missing[@]}" -eq 0 ] && exit 0
    fresh=$cache_root/$name.new.$$
    remove_stale "$cache_root/$name"
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT TERM HUP
    mkdir -p "$fresh/root" "$target"
    private_apt "$fresh/apt" "$suite"
    say "fetching ${missing[*]} of $package of Debian $suite"
    { cd "$fresh" && apt-get "${options[@]}" update && apt-get "${options[@]}" download "$package"; } \
        >"$fresh/apt/log" 2>&1 </dev/null || { tail -20 "$fresh/apt/log" >&2; die "could not fetch $package"; }
    dpkg -x "$fresh/$package"_*.deb "$fresh/root"
    for plugin in "${missing[@]}"; do mv -f "$fresh/root/usr/lib/mysql/plugin/$plugin" "$target/$plugin"; done
)

# remove_stale BASE: what runs that were killed have left beside it; the number at the end is the run's process.
remove_stale() {
    local folder
    for folder in "$1".new.*; do
        [ -d "$folder" ] && ! kill -0 "${folder##*.}" 2>/dev/null && rm -rf "$folder"
    done
    return 0
}

# The packages' libraries may be newer than the system's, so each program runs through the loader beside it. exec
# keeps the process id, so a signal to the wrapper's process reaches the server.
private_wrappers() {
    local fresh=$1 base=$2 triplet loader program aside messages=mysql
    triplet=$(basename "$(dirname "$(find "$fresh/root" -name 'libc.so.6' | head -1)")")
    loader=$(cd "$fresh/root" && find . -name 'ld-linux*.so.*' | head -1)
    [ -n "$loader" ] || die "no loader among the unpacked packages"
    # MariaDB's share, from 11 on.
    [ -d "$fresh/root/usr/share/mariadb/english" ] && messages=mariadb
    mkdir -p "$fresh/bin"
    for program in mysqld mysql mariadbd mariadb mysqlrouter python3; do
        local binary
        # Python's is a link to that of its version; not all have both folders.
        binary=$(cd "$fresh/root" && find usr/sbin usr/bin -name "$program" -xtype f 2>/dev/null | head -1 || true)
        [ -n "$binary" ] || continue
        aside=$(mktemp "$fresh/bin/.$program.XXXXXX")
        {
            printf '%s\n' '#!/bin/sh' '# Written by scripts/lib/servers.sh.' "base='$base/root'"
            if [ "$program" = python3 ]; then
                printf '%s\n' 'export PYTHONHOME="$base/usr" PYTHONPATH="$base/usr/lib/python3/dist-packages"'
                # Its modules of old algorithms lie where the library does not look.
                printf '%s\n' 'export PYTHONDONTWRITEBYTECODE=1 CRYPTOGRAPHY_OPENSSL_NO_LEGACY=1'
            fi
            printf '%s' "exec \"\$base/$loader\" --library-path \"\$base/usr/lib/$triplet:\$base/lib/$triplet:\$base/usr/lib/mysql/private:\$base/usr/lib/mysql-router\" \"\$base/$binary\" \"\$@\""
            case $program in
            mysqld) printf ' %s' '--basedir="$base/usr" --plugin-dir="$base/usr/lib/mysql/plugin" --lc-messages-dir="$base/usr/share/mysql" --secure-file-priv= --mysqlx=OFF' ;;
            mariadbd) printf ' %s' '--basedir="$base/usr" --plugin-dir="$base/usr/lib/mysql/plugin" --lc-messages-dir="$base/usr/share/'$messages'" --secure-file-priv=' ;;
            mysqlrouter) printf ' %s' '--DEFAULT.plugin_folder="$base/usr/lib/mysqlrouter/plugin"' ;;
            esac
            printf '\n'
        } >"$aside"
        chmod 755 "$aside"
        # Moved over the old one: whoever runs that at the moment keeps it.
        if cmp -s "$aside" "$fresh/bin/$program"; then rm -f "$aside"; else mv -f "$aside" "$fresh/bin/$program"; fi
    done
}

unpack_private_mysql() {
    if [ -x "$cache_root/mysql/bin/mysqld" ]; then
        # Packages stay; the wrappers are this version's.
        private_wrappers "$cache_root/mysql" "$cache_root/mysql"
        return 0
    fi
    [ -f /etc/debian_version ] || die "no mysqld found; set REPLICA_MYSQLD to a mysqld of yours"
    private_packages mysql mysqld sid mysql-server-core mysql-client-core libc-bin
}

# unpack_private_mariadb NAME SUITE: the server, and of the package around it the plugins that the tests log in with.
unpack_private_mariadb() {
    local name=$1 suite=$2 plugins=(auth_ed25519.so)
    if [ "$suite" = sid ]; then plugins+=(auth_parsec.so); fi
    if [ -x "$cache_root/$name/bin/mariadbd" ]; then
        private_wrappers "$cache_root/$name" "$cache_root/$name"
    else
        private_packages "$name" mariadbd "$suite" mariadb-server-core
    fi
    private_plugins "$name" "$suite" mariadb-server "${plugins[@]}"
}
