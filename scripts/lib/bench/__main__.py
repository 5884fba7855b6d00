"""Measures clients side by side. Started by scripts/bench, which builds them and names them in the environment."""

import argparse
import json
import os
import platform
import signal
import sys

from clients import Clients
from report import as_json, described, table
from rows import PEERS, ROWS
from servers import RealServer, Replay


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--rows", help="letters with commas between: " + ",".join(row.name for row in ROWS))
    parser.add_argument("--clients", default=",".join(p for p in PEERS if p != "pymysql"),
                        help="with commas between, beside MySQLWire (%(default)s); pymysql takes minutes")
    parser.add_argument("--rounds", type=int, default=7, help="of each row, every client once in each (7)")
    parser.add_argument("--json", metavar="FILE", help="writes every run and what was made of them there, too")
    parser.add_argument("--docs", metavar="FILE", help="puts the table between that file's two marks")
    parser.add_argument("--check", action="store_true", help="fails where an aim is missed")
    chosen = parser.parse_args()
    names = chosen.rows.split(",") if chosen.rows else [row.name for row in ROWS]
    chosen.clients = chosen.clients.split(",")
    if strangers := set(chosen.clients) - set(PEERS):
        parser.error(f"no client {', '.join(sorted(strangers))}; there are {', '.join(PEERS)}")
    unknown = set(names) - {row.name for row in ROWS}
    if unknown or chosen.rounds < 1:
        parser.error(f"no row {', '.join(sorted(unknown))}" if unknown else "at least one round")
    chosen.rows = [row for row in ROWS if row.name in names]
    # CR is held against the limit of CT.
    needed = {aim.row for row in chosen.rows for aim in row.aims if aim.row} - {row.name for row in chosen.rows}
    if needed:
        chosen.rows = [row for row in ROWS if row in chosen.rows or row.name in needed]
    return chosen


def program(name):
    return [os.environ[name]] if os.environ.get(name) else []


def command_line(name, row, port):
    """What the rows of the command line tool run."""
    server = f"127.0.0.1:{port}"
    mysql = program("REPLICA_MYSQL") + ["--no-defaults", "-uroot", "-h127.0.0.1", f"-P{port}", "--ssl-mode=DISABLED"]
    cli = program("BENCH_CLI")
    account = ["--no-defaults", "--user", "root", "--ssl-mode", "DISABLED", server]
    if row.letter == "query":
        query = "SELECT * FROM bench.rows"
        if name == "ours":
            return cli + ["query"] + account + ["--format", "tsv", query]
        return mysql + ["--batch", "--quick", "-e", query]
    if name != "ours":
        return mysql + ["-e", "SHOW REPLICA STATUS"]
    return cli + ["--version"] if row.letter == "version" else cli + ["status"] + account


class Comparison:
    def __init__(self, clients, real):
        self.clients, self.real = clients, real
        self.replays = {}

    def port(self, row):
        """Of the server that the row wants, which is started where it does not run yet; and the core, if it is one."""
        if row.where not in ("replay", "pinned"):
            if row.where in ("tls", "tickets"):
                self.real.resume_sessions(row.where == "tickets")
            return self.real.port, None
        core = min(os.sched_getaffinity(0)) if row.where == "pinned" else None
        if row.where not in self.replays:
            self.replays[row.where] = Replay(os.environ["BENCH_REPLAY"], self.real.streams, core)
        return self.replays[row.where].port, core

    def measure(self, row, rounds, chosen, failures):
        port, core = self.port(row)
        names = ["ours"] + [p for p in row.peers if row.where == "cli" or self.clients.has(p)]
        names = [n for n in names if n == "ours" or n in chosen]
        results = {}
        for round in range(rounds):
            # Each round begins with another client.
            for name in names[round % len(names):] + names[:round % len(names)]:
                if (row.name, name) in failures:
                    continue
                try:
                    if row.where == "cli":
                        # `status` of a server that replicates from nobody has findings: 3.
                        allowed = (0, 3) if row.letter == "status" else (0,)
                        run = self.clients.measure(command_line(name, row, port), allowed)
                    else:
                        run = self.clients.run(name, row, port, core)
                except RuntimeError as error:
                    failures[row.name, name] = str(error)
                    results.pop(name, None)
                    continue
                results.setdefault(name, []).append(run)
        if "allocations" in row.metrics:
            for name in results.keys() & {"ours", "libmysqlclient", "libmariadb"}:
                if (each := self.clients.allocations(name, row, port)) is not None:
                    for run in results[name]:
                        run["allocations"] = each
        if row.comparable:
            self.compare(row, results)
        return results

    @staticmethod
    def compare(row, results):
        """All must have found the same, or they did not do the same work."""
        found = {}
        for name, runs in results.items():
            # The limit looks at nothing; Python's programs count differently.
            if name not in ("limit", "pymysql"):
                found[name] = {(run["n"], run["sum"]) for run in runs}
                if name != "walk" and row.letter in ("A2", "AP"):
                    found[name] = {(run["n"], run["sum"], run["ids"], run["doubles"]) for run in runs}
        if len(set().union(*found.values())) > 1:
            raise SystemExit(f"error: {row.name}: the clients found different things: {found}")

    def stop(self):
        for replay in self.replays.values():
            replay.stop()


def versions(real):
    facts = {"cores": len(os.sched_getaffinity(0)), "system": platform.platform(), "server": real.sql("SELECT VERSION()")}
    try:
        with open("/proc/cpuinfo") as info:
            facts["processor"] = next(l.split(":")[1].strip() for l in info if l.startswith("model name"))
    except (OSError, StopIteration):
        pass
    for name in ("LIBMYSQLCLIENT", "LIBMARIADB", "GO", "SWIFT"):
        if version := os.environ.get(f"BENCH_{name}_VERSION"):
            facts[name.lower()] = version
    return facts


def put_between_marks(path, text):
    with open(path) as file:
        before, mark, rest = file.read().partition("<!-- measured -->\n")
    _, end, after = rest.partition("<!-- end -->\n")
    if not mark or not end:
        raise SystemExit(f"error: {path} has no place for the table")
    with open(path, "w") as file:
        file.write(before + mark + text + "\n" + end + after)


def main():
    chosen = arguments()
    # So that what was started is also stopped then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder, peers = os.environ["BENCH_FOLDER"], os.environ["BENCH_PEERS"]
    programs = {name: program(f"BENCH_{name.upper()}") for name in ("ours", "limit", "libmysqlclient", "libmariadb", "go")}
    if python := program("BENCH_PYMYSQL"):
        programs["pymysql"] = python + [os.path.join(peers, "pybench.py"), "pymysql"]
    clients = Clients(programs, peers)
    real = RealServer(os.environ["REPLICA_MYSQLD"], os.environ["REPLICA_MYSQL"], folder, peers, say)
    comparison = Comparison(clients, real)
    results, failures = {}, {}
    try:
        real.start()
        real.record(os.environ["BENCH_LIMIT"])
        facts = versions(real)
        facts["rounds"] = chosen.rounds
        for row in chosen.rows:
            say(f"{row.name}: {row.title}")
            results[row.name] = comparison.measure(row, chosen.rounds, chosen.clients, failures)
    finally:
        comparison.stop()
        real.stop()
    text = described(facts) + "\n\n" + table(chosen.rows, results, failures)
    print(text)
    if chosen.docs:
        put_between_marks(chosen.docs, text)
    document = as_json(chosen.rows, results, facts, failures)
    if chosen.json:
        with open(chosen.json, "w") as file:
            json.dump(document, file, indent=1)
    missed = [a for row in document["rows"] for a in row["aims"] if not a["reached"]]
    if chosen.check and missed:
        raise SystemExit(f"error: {len(missed)} aims are not reached")


if __name__ == "__main__":
    main()
