# What counts as a run of the tests in which everything ran and passed. Sourced, never run; needs common.sh.

# judge_run OUTPUT STATUS: ends the script unless `swift test` ended well, ran something, and skipped nothing.
judge_run() {
    local output=$1 status=$2 skipped
    skipped=$(grep -cE '^[^A-Za-z]*(Test|Suite) .* skipped(:|\.?$)' "$output" || true)
    [ "$skipped" -eq 0 ] || die "$skipped tests or suites were skipped"
    [ "$status" -eq 0 ] || { failures "$output"; exit "$status"; }
    grep -qE 'Test run with [1-9][0-9]* test' "$output" || die "no test ran"
}

# failures OUTPUT: what failed, once more and together: in thousands of lines it is hard to find. The runner's closing line
# is the last of them.
failures() {
    say "what failed:"
    grep -E '^[^A-Za-z]*(Test|Suite) .*( recorded an issue| failed after)|^error: ' "$1" | cut -c1-600 | tail -200
}

# without_servers COMMAND...: runs it as on a machine that has no server of any kind.
without_servers() {
    env -u REPLICA_LIVE -u REPLICA_MYSQL REPLICA_MYSQLD=/nonexistent/mysqld REPLICA_MARIADBD=/nonexistent/mariadbd \
        REPLICA_MARIADBD_NEXT=/nonexistent/mariadbd REPLICA_MYSQLROUTER=/nonexistent/mysqlrouter \
        REPLICA_PYMYSQL=/nonexistent/python3 "$@"
}

# none_passed OUTPUT: ends the script where a test on a real server passed in a run without servers.
none_passed() {
    if grep -E '^[^A-Za-z]*Test .* passed after' "$1" | grep -vF 'Test run with' >&2; then
        die "these tests passed without a server, although they cannot have run"
    fi
}

# check_judgement: what judge_run makes of outputs that are made up.
check_judgement() {
    local output passed='✔ Test run with 5 tests in 1 suite passed after 1 second.'
    output=$(mktemp)
    judged() { printf '%s\n' "$1" >"$output" && (judge_run "$output" "$2") 2>/dev/null; }
    judged "$passed" 0 || die "a run in which everything passed does not count as a success"
    if judged "$passed" 1; then die "a run that failed counts as a success"; fi
    if judged '✔ Test run with 0 tests in 0 suites passed after 0 seconds.' 0; then
        die "a run without tests counts as a success"
    fi
    for skipped in '➜ Test json() skipped.' '➜ Test "a b" skipped: "why"' '➜ Suite AbcTests skipped: "why"'; do
        if judged "$skipped"$'\n'"$passed" 0; then die "a run with '$skipped' counts as a success"; fi
    done
    rm -f "$output"
}

# check_skipping: the tests on real servers, without one: they say that they were skipped and why, none of them passes,
# the run ends well, and judge_run does not take that for a success. Where they are required they fail.
check_skipping() {
    local output status=0 pattern
    output=$(mktemp)
    without_servers swift test --skip-build --no-parallel --filter LiveTests >"$output" 2>&1 || status=$?
    [ "$status" -eq 0 ] || { tail -20 "$output" >&2; die "without a server the live tests end with status $status"; }
    for pattern in "no MySQL server: " "no MariaDB server: " "no MySQL Router: "; do
        grep -qE "Suite .* skipped: .*$pattern" "$output" || die "without a server no suite says: $pattern"
    done
    none_passed "$output"
    if (judge_run "$output" 0) 2>/dev/null; then die "a run with skipped tests counts as a success"; fi
    for pattern in LiveTests.StatusTests LiveTests.MariaDB LiveTests.Router; do
        if without_servers env REPLICA_LIVE=required swift test --skip-build --no-parallel --filter "$pattern" \
            >"$output" 2>&1; then die "$pattern are required, have no server, and do not fail"; fi
        grep -qE 'Test run with [1-9][0-9]* test' "$output" || die "$pattern did not run"
        none_passed "$output"
    done
    rm -f "$output"
}
