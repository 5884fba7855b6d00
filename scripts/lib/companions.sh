# Finds or fetches what else the tests on real servers talk through or listen to: MySQL Router, and PyMySQL with a Python
# that has it. Sourced, never run; needs common.sh and servers.sh.
#
# Order for each: its variable; this system's own; on Debian that of the unstable suite, unpacked into a private folder.

# find_router: sets and exports REPLICA_MYSQLROUTER.
find_router() {
    if [ -z "${REPLICA_MYSQLROUTER:-}" ]; then REPLICA_MYSQLROUTER=$(command -v mysqlrouter || true); fi
    if [ -z "$REPLICA_MYSQLROUTER" ]; then
        unpack_companion mysql-router mysqlrouter REPLICA_MYSQLROUTER mysql-router
        REPLICA_MYSQLROUTER=$cache_root/mysql-router/bin/mysqlrouter
    fi
    [ -x "$REPLICA_MYSQLROUTER" ] || die "REPLICA_MYSQLROUTER=$REPLICA_MYSQLROUTER is not an executable file"
    export REPLICA_MYSQLROUTER
    say "router: $("$REPLICA_MYSQLROUTER" --version 2>/dev/null | sed 's/.*Ver/Ver/')"
}

# find_pymysql: sets and exports REPLICA_PYMYSQL: a Python that has PyMySQL, and cryptography for its logins.
find_pymysql() {
    if [ -z "${REPLICA_PYMYSQL:-}" ] && has_pymysql python3; then REPLICA_PYMYSQL=$(command -v python3); fi
    if [ -z "${REPLICA_PYMYSQL:-}" ]; then
        unpack_companion pymysql python3 REPLICA_PYMYSQL python3 python3-pymysql python3-cryptography
        REPLICA_PYMYSQL=$cache_root/pymysql/bin/python3
    fi
    has_pymysql "$REPLICA_PYMYSQL" || die "REPLICA_PYMYSQL=$REPLICA_PYMYSQL is no Python with pymysql and cryptography"
    export REPLICA_PYMYSQL
    say "other client: PyMySQL $("$REPLICA_PYMYSQL" -c 'import pymysql; print(pymysql.VERSION_STRING)')"
}

has_pymysql() { "$1" -c 'import pymysql, cryptography.hazmat.primitives.asymmetric.rsa' >/dev/null 2>&1; }

# unpack_companion NAME PROGRAM VARIABLE PACKAGE...: the packages in $cache_root/NAME, and a wrapper for the program.
unpack_companion() {
    local name=$1 program=$2 variable=$3
    shift 3
    if [ -x "$cache_root/$name/bin/$program" ]; then
        private_wrappers "$cache_root/$name" "$cache_root/$name"
        return 0
    fi
    [ -f /etc/debian_version ] || die "no $program for the tests found; set $variable to one of yours"
    private_packages "$name" "$program" sid "$@"
}
