"""The rows of the comparison: what each client does, against which server, and what is aimed at."""

from dataclasses import dataclass, field

# Peers by the names of the table, in its order. `walk` is the limit with each row walked in place.
PEERS = ["limit", "walk", "libmysqlclient", "libmariadb", "go", "pymysql", "mysql", "mysql -e"]


@dataclass(frozen=True)
class Aim:
    """ours <= factor x the peer's (or a fixed value's) figure."""

    metric: str
    factor: float
    peer: str = ""
    value: float = 0.0
    unit: str = ""
    # The row whose peer is meant, where it is not this one.
    row: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    # Figures that are shown: see FIGURES.
    metrics: tuple
    aims: tuple
    # replay, pinned (replay server and client on one core), server, tls, tickets (tls, sessions may be resumed), cli
    where: str
    # The program's letter, and what each peer's program calls it where that differs; None where it has none.
    letter: str = ""
    letters: dict = field(default_factory=dict)
    peers: tuple = ("limit", "libmysqlclient", "libmariadb", "go", "pymysql")
    # How often, how long or how many; 0 is the program's own default.
    count: int = 0
    # Whether all clients must have found the same in it.
    comparable: bool = True


# How a figure is made of a program's line, and its unit.
FIGURES = {
    "cpu": ("CPU", "s", lambda r: r["user"] + r["sys"]),
    "cpu_each": ("CPU each", "µs", lambda r: (r["user"] + r["sys"]) / max(1, r["n"]) * 1e6),
    "wall": ("wall", "s", lambda r: r["wall"]),
    "p50": ("median", "µs", lambda r: r["p50"]),
    "rss": ("peak memory", "MiB", lambda r: r["rss"] / 1024),
    "allocations": ("allocations a row", "", lambda r: r["allocations"]),
    "growth": ("memory for it", "MiB", lambda r: (r["rss"] - r["rss0"]) / 1024),
}

ALL_C = ("limit", "libmysqlclient", "libmariadb", "go", "pymysql")
WALKED = ("limit", "walk", "libmysqlclient", "libmariadb", "go", "pymysql")
TYPED = ("libmysqlclient", "libmariadb", "go")

ROWS = [
    Row("A", "1,000,000 rows × 7 text cells, every cell touched, on the connection's executor (replay)", ("cpu", "wall", "rss", "allocations"),
        (Aim("cpu", 0.5, "libmysqlclient"), Aim("allocations", 1.0, value=0.05)), "replay", "A", {"walk": "AW"}, WALKED),
    Row("AA", "the same, awaited from anywhere (replay)", ("cpu", "wall", "rss"),
        (Aim("cpu", 0.5, "libmysqlclient"),), "replay", "A", {"ours": "AA", "walk": "AW"}, WALKED),
    Row("A2", "A, every cell as a value of its type (replay)", ("cpu", "wall", "rss", "allocations"),
        (Aim("cpu", 0.6, "libmariadb"),), "replay", "A2", {}, TYPED),
    Row("A2V", "A2 with text lent, as by the C libraries, and no String made of it (replay)", ("cpu", "wall", "allocations"),
        (Aim("cpu", 0.6, "libmariadb"),), "replay", "A2", {"ours": "A2V"}, TYPED),
    Row("AP", "A2 by a prepared statement, binary rows (real server)", ("cpu", "wall", "rss", "allocations"),
        (Aim("cpu", 0.8, "libmysqlclient"),), "server", "AP", {}, TYPED),
    Row("APV", "AP with text lent (real server)", ("cpu", "wall", "allocations"),
        (Aim("cpu", 0.8, "libmysqlclient"),), "server", "AP", {"ours": "APV"}, TYPED),
    Row("AT", "A over TLS (real server)", ("cpu", "wall", "rss"),
        (Aim("cpu", 0.8, "libmysqlclient"),), "tls", "A", {"walk": "AW"}, WALKED),
    Row("BE", "`SELECT 1`, awaited on the connection's executor (replay, one core)", ("p50", "cpu_each"),
        (Aim("p50", 1.15, "libmysqlclient"),), "pinned", "B", {"ours": "BE"}, ALL_C),
    Row("B", "`SELECT 1`, awaited from anywhere (replay, one core)", ("p50", "cpu_each"),
        (Aim("p50", 1.5, "go"),), "pinned", "B", {}, ALL_C),
    Row("C", "connect, caching_sha2_password's fast way, quit (real server)", ("p50", "cpu_each"),
        (Aim("p50", 1.1, "libmysqlclient"),), "server", "C", {}, ALL_C),
    Row("CT", "the same over TLS, sessions not resumed (real server)", ("p50", "cpu_each"),
        (Aim("p50", 1.1, "limit"),), "tls", "C", {}, ALL_C, 150),
    Row("CR", "the same over TLS, sessions resumed (real server)", ("p50", "cpu_each"),
        (Aim("p50", 0.6, "limit", row="CT"),), "tickets", "C", {"limit": "CR"}, ALL_C, 150),
    Row("D", "64 connections, rows by key, on their executors (replay)", ("cpu_each", "rss"),
        (Aim("cpu_each", 0.8, "go"),), "replay", "D", {}, ALL_C, 2, False),
    Row("E", "one value of 64 MiB (replay)", ("wall", "cpu", "rss", "growth"),
        (Aim("growth", 1.1, value=64, unit="MiB"), Aim("wall", 1.0, "libmariadb")), "replay", "E", {}, ALL_C),
    Row("F", "60 columns × 1 row, on the connection's executor (replay, one core)", ("p50", "cpu_each"),
        (Aim("p50", 0.9, "libmariadb"),), "pinned", "F", {}, ALL_C),
    Row("Q", "`query --format tsv` of 1,000,000 rows beside `mysql --batch --quick`", ("cpu", "wall", "rss"),
        (Aim("cpu", 0.7, "mysql"), Aim("rss", 1.0, value=64, unit="MiB")), "cli", "query", {}, ("mysql",)),
    Row("V", "`replica-cli --version` beside `mysql -e`", ("wall", "cpu", "rss"),
        (Aim("wall", 1.0, "mysql -e"),), "cli", "version", {}, ("mysql -e",), comparable=False),
    Row("S", "`replica-cli status` of one server beside `mysql -e`", ("wall", "cpu", "rss"),
        (Aim("wall", 1.0, "mysql -e"),), "cli", "status", {}, ("mysql -e",), comparable=False),
]
