# Builds the programs that are compared: ours, and those of every peer that is there or can be fetched. Sourced, never run;
# needs common.sh and servers.sh. Each peer's program lies in $bench_folder/bin; one that cannot be had is left out, aloud.

bench_folder=$cache_root/bench
bench_peers=$project_root/Benchmarks/peers
bench_source=$project_root/Benchmarks

# A linked Swift runtime would be most of what such a process starts and maps, and valgrind cannot run its libdispatch.
bench_build=(swift build --package-path "$bench_source" -c release --static-swift-stdlib)

# build_client_bench: sets BENCH_OURS.
build_client_bench() {
    say "building client-bench (release)"
    run_quietly "${bench_build[@]}" --product client-bench
    find_client_bench
}

find_client_bench() {
    BENCH_OURS=$("${bench_build[@]}" --show-bin-path)/client-bench
    [ -x "$BENCH_OURS" ] || die "client-bench is not built; run without --skip-build"
    export BENCH_OURS
}

# build_peers: the C programs, and Go's.
build_peers() {
    install_packages gcc libc6-dev libssl-dev
    mkdir -p "$bench_folder/bin"
    say "building the peers"
    run_quietly gcc -O2 -o "$bench_folder/bin/limit" "$bench_peers/limit.c" -lssl -lcrypto
    run_quietly gcc -O2 -o "$bench_folder/bin/replay" "$bench_peers/replay.c"
    run_quietly gcc -O2 -shared -fPIC -o "$bench_folder/bin/allocations.so" "$bench_peers/allocations.c" -ldl
    # A peer is no reason to fail: who has none of them still measures ours.
    rm -f "$bench_folder"/bin/{libmariadb,libmysqlclient,go}
    (build_libmariadb) || say "left out: libmariadb"
    (build_libmysqlclient) || say "left out: libmysqlclient"
    (build_go) || say "left out: Go"
}

# find_peers: sets BENCH_LIMIT, BENCH_REPLAY and the like to what is there.
find_peers() {
    [ -x "$bench_folder/bin/limit" ] || die "the peers are not built; run without --skip-build"
    export BENCH_FOLDER=$bench_folder BENCH_PEERS=$bench_peers
    export BENCH_LIMIT=$bench_folder/bin/limit BENCH_REPLAY=$bench_folder/bin/replay
    export BENCH_ALLOCATIONS=$bench_folder/bin/allocations.so
    local name version
    for name in libmariadb libmysqlclient go; do
        [ -x "$bench_folder/bin/$name" ] || continue
        version=$(cat "$bench_folder/bin/$name.version" 2>/dev/null || true)
        export "BENCH_${name^^}=$bench_folder/bin/$name" "BENCH_${name^^}_VERSION=$version"
    done
    local python=${REPLICA_PYMYSQL:-$cache_root/pymysql/bin/python3}
    if "$python" -c 'import pymysql' >/dev/null 2>&1; then
        export BENCH_PYMYSQL=$python
    fi
    BENCH_SWIFT_VERSION=$(swift --version 2>/dev/null | head -1)
    export BENCH_SWIFT_VERSION
}

build_libmariadb() {
    command -v mariadb_config >/dev/null 2>&1 || install_packages libmariadb-dev
    local flags
    read -ra flags <<<"$(mariadb_config --cflags --libs | tr '\n' ' ')"
    run_quietly gcc -O2 -o "$bench_folder/bin/libmariadb" "$bench_peers/cbench.c" "${flags[@]}" -lpthread
    mariadb_config --cc_version >"$bench_folder/bin/libmariadb.version"
}

# MySQL's own library is not in Debian's releases. Its libraries are newer than the system's, so the program runs through
# the loader beside them.
build_libmysqlclient() {
    local root=$cache_root/libmysqlclient/root
    if [ ! -d "$root" ]; then
        [ -f /etc/debian_version ] || die "no libmysqlclient for this system"
        private_packages libmysqlclient mysql_config sid libmysqlclient-dev
    fi
    local libraries loader
    libraries=$(dirname "$(find "$root" -name 'libmysqlclient.so' | head -1)")
    loader=$(find "$root" -name 'ld-linux*.so.*' | head -1)
    # Headers ask for each other as mysql/…; those of a newer libc lie in the same folder.
    mkdir -p "$bench_folder/include"
    ln -sfn "$root/usr/include/mysql" "$bench_folder/include/mysql"
    run_quietly gcc -O2 -DMYSQL9 -o "$bench_folder/bin/libmysqlclient.program" "$bench_peers/cbench.c" \
        -I"$bench_folder/include" -I"$bench_folder/include/mysql" -L"$libraries" -lmysqlclient -Wl,--unresolved-symbols=ignore-in-shared-libs -lpthread
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' "$loader" "$libraries" \
        "$bench_folder/bin/libmysqlclient.program" >"$bench_folder/bin/libmysqlclient"
    chmod +x "$bench_folder/bin/libmysqlclient"
    sed -n 's/^#define MYSQL_SERVER_VERSION *"\(.*\)"/\1/p' "$root/usr/include/mysql/mysql_version.h" \
        >"$bench_folder/bin/libmysqlclient.version"
}

build_go() {
    local base=$cache_root/go-mysql compiler
    if [ ! -d "$base" ]; then
        [ -f /etc/debian_version ] || die "no Go with its MySQL driver for this system"
        # libc-bin for the loader that private packages come with; Go itself needs none.
        private_packages go-mysql go sid libc-bin golang-go golang-github-go-sql-driver-mysql-dev
    fi
    compiler=$(find "$base"/root/usr/lib/go-*/bin -name go | head -1)
    run_quietly env GOROOT="$(dirname "$(dirname "$compiler")")" GOPATH="$base/root/usr/share/gocode" GO111MODULE=off \
        GOCACHE="$bench_folder/go-cache" GOFLAGS= GOTOOLCHAIN=local CGO_ENABLED=0 \
        "$compiler" build -o "$bench_folder/bin/go" "$bench_peers/gobench.go"
    local driver
    driver=$(zcat "$base"/root/usr/share/doc/golang-github-go-sql-driver-mysql-dev/changelog.Debian.gz 2>/dev/null \
        | sed -n '1s/.*(\(.*\)-.*/\1/p')
    printf '%s with go-sql-driver/mysql %s\n' "$("$compiler" version | awk '{ sub(/^go/, "", $3); print $3 }')" "$driver" \
        >"$bench_folder/bin/go.version"
}
