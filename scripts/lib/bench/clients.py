"""Runs one client's program once, and reads what it says."""

import json
import os
import subprocess
import tempfile
import time
import zlib

from servers import PASSWORD, USER


class Clients:
    def __init__(self, programs, peers):
        # Of each client: the command without its letter.
        self.commands = {name: command for name, command in programs.items() if command}
        self.wide = os.path.join(peers, "wide.sql")

    def has(self, name):
        return name in self.commands or (name == "walk" and "limit" in self.commands)

    def run(self, name, row, port, core=None, count=0, more={}):
        """One run's figures. `more` goes into its environment."""
        letter = row.letters.get(name, row.letter)
        command = self.commands["limit" if name == "walk" else name] + [letter]
        if count or row.count:
            command = command + [str(count or row.count)]
        if core is not None:
            command = ["taskset", "-c", str(core)] + command
        env = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port), "DBUSER": USER, "DBPASS": PASSWORD,
               "TLS": "1" if row.where in ("tls", "tickets") else "0", "WIDE": self.wide, **more}
        try:
            done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            raise RuntimeError("it did not end within 60 s") from None
        if done.returncode or not done.stdout.startswith("{"):
            raise RuntimeError((done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1])
        return json.loads(done.stdout.splitlines()[-1])

    def allocations(self, name, row, port):
        """Heap allocations for each row once the first thousands are through; None where they cannot be counted."""
        counts = []
        for rows in (11264, 1000000):
            with tempfile.NamedTemporaryFile("r") as file:
                more = {"LD_PRELOAD": os.environ["BENCH_ALLOCATIONS"], "ALLOCATIONS": file.name}
                run = self.run(name, row, port, count=rows if rows < 1000000 else 0, more=more)
                counts.append((run["n"], int(file.read() or -1)))
        (few, before), (many, after) = counts
        return (after - before) / (many - few) if 0 <= before <= after and few < many else None

    @staticmethod
    def measure(command, allowed=(0,)):
        """A whole process: wall time, CPU time and memory of it, and a checksum of what it printed."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.monotonic()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in allowed:
                err.seek(0)
                raise RuntimeError(err.read().decode(errors="replace").strip() or f"status {process.returncode}")
            out.seek(0)
            size = checksum = 0
            while block := out.read(1 << 20):
                size += len(block)
                checksum = zlib.crc32(block, checksum)
        return {"wall": wall, "user": usage.ru_utime, "sys": usage.ru_stime, "n": 1, "sum": checksum, "ids": size,
                "doubles": 0, "rss0": 0, "rss": usage.ru_maxrss, "p50": 0}
