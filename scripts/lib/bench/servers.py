"""The servers of the comparison: a real one with the tables, and those that play recorded results."""

import os
import random
import re
import shutil
import socket
import subprocess
import time
import zlib

# The result streams that the replay server plays, by name.
STATEMENTS = {
    "rows": "SELECT * FROM bench.rows",
    "rows1024": "SELECT * FROM bench.rows LIMIT 1024",
    "rows11264": "SELECT * FROM bench.rows LIMIT 11264",
    "select1": "SELECT 1",
    "point": "SELECT id, b FROM bench.rows WHERE id = 5",
    "big": "SELECT v FROM bench.big WHERE id = 1",
}
USER, PASSWORD = "bench", "benchpw"


def free_port():
    """Outside the ephemeral range, where a client's own outgoing port could take it."""
    while True:
        port = random.randrange(20000, 28000)
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def wait_for_port(port, process, what):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"error: {what} ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"error: {what} does not answer")


def stop(process):
    if process and process.poll() is None:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def checksum(file):
    with open(file, "rb") as content:
        return str(zlib.crc32(content.read()))


def is_made_of(folder, source):
    """Whether the folder was finished, and from that very file."""
    try:
        with open(os.path.join(folder, "made-of")) as file:
            return file.read() == checksum(source)
    except OSError:
        return False


def set_made_of(folder, source):
    with open(os.path.join(folder, "made-of"), "w") as file:
        file.write(checksum(source))


class RealServer:
    """A mysqld on loopback whose tables are made once and kept in the cache folder."""

    def __init__(self, mysqld, mysql, folder, peers, say):
        self.mysqld, self.mysql, self.peers, self.say = mysqld, mysql, peers, say
        said = subprocess.run([mysqld, "--version"], capture_output=True, text=True).stdout
        version = re.search(r"Ver (\S+)", said)
        # Another version's files are not for it, and its results are not the same bytes.
        self.folder = os.path.join(folder, version.group(1) if version else "unknown")
        os.makedirs(self.folder, exist_ok=True)
        self.data = os.path.join(self.folder, "data")
        self.streams = os.path.join(self.folder, "streams")
        self.log = os.path.join(self.folder, "mysqld.log")
        self.process = None
        self.port = 0

    def start(self):
        load = os.path.join(self.peers, "load.sql")
        fresh = not is_made_of(self.data, load)
        user = subprocess.check_output(["id", "-un"], text=True).strip()
        if fresh:
            self.say("a server with a million rows")
            shutil.rmtree(self.data, ignore_errors=True)
            subprocess.run([self.mysqld, "--no-defaults", "--initialize-insecure", f"--user={user}",
                            f"--datadir={self.data}", f"--log-error={self.log}"], check=True)
        self.port = free_port()
        # The socket's path has a limit of 107 bytes, so it does not lie beside the data.
        self.process = subprocess.Popen(
            [self.mysqld, "--no-defaults", f"--user={user}", f"--datadir={self.data}", f"--port={self.port}",
             "--socket=", "--bind-address=127.0.0.1", "--mysqlx=OFF", f"--log-error={self.log}",
             f"--pid-file={self.folder}/mysqld.pid", "--skip-log-bin", "--max-allowed-packet=1G",
             "--innodb-buffer-pool-size=512M"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.port, self.process, f"mysqld ({self.log})")
        if fresh:
            with open(load, "rb") as statements:
                self.sql(stdin=statements)
            set_made_of(self.data, load)
            shutil.rmtree(self.streams, ignore_errors=True)
        # The first login of an account is a full one, and fills the server's cache for the fast way.
        subprocess.run([self.mysql, "--no-defaults", "-h127.0.0.1", f"-P{self.port}", f"-u{USER}", "-e", "SELECT 1"],
                       env={**os.environ, "MYSQL_PWD": PASSWORD}, check=True, stdout=subprocess.DEVNULL)

    def sql(self, text=None, stdin=subprocess.DEVNULL):
        command = [self.mysql, "--no-defaults", "-h127.0.0.1", f"-P{self.port}", "-uroot", "--batch", "-N"]
        done = subprocess.run(command + (["-e", text] if text else []), stdin=stdin, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"error: {done.stderr.strip()}")
        return done.stdout.strip()

    def resume_sessions(self, allowed):
        self.sql(f"SET GLOBAL ssl_session_cache_mode = {'ON' if allowed else 'OFF'}; ALTER INSTANCE RELOAD TLS")

    def record(self, limit):
        """Each stream without (.0) and with (.1) CLIENT_DEPRECATE_EOF."""
        wide = os.path.join(self.peers, "wide.sql")
        if is_made_of(self.streams, wide):
            return
        self.say("recording its results for the replay server")
        os.makedirs(self.streams, exist_ok=True)
        with open(wide) as file:
            statements = {**STATEMENTS, "wide": file.read().strip()}
        env = {**os.environ, "PORT": str(self.port), "DBUSER": USER, "DBPASS": PASSWORD, "TLS": "0"}
        for name, statement in statements.items():
            for flag in "01":
                subprocess.run([limit, "record", os.path.join(self.streams, f"{name}.{flag}"), flag, statement],
                               env=env, check=True, stderr=subprocess.DEVNULL)
        set_made_of(self.streams, wide)

    def stop(self):
        stop(self.process)


class Replay:
    """A server that answers with recorded bytes; on one core with its client where `core` says which."""

    def __init__(self, program, streams, core=None):
        self.port = free_port()
        prefix = [] if core is None else ["taskset", "-c", str(core)]
        self.process = subprocess.Popen(prefix + [program, str(self.port), "sha2", streams], stdin=subprocess.DEVNULL)
        wait_for_port(self.port, self.process, "the replay server")

    def stop(self):
        stop(self.process)
