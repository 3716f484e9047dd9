"""The gateway against a direct connection and PgBouncer in session mode: interleaved, medians of ratios.

Each slice of a proxy is divided by the mean of the direct slices before and after it, so that a noisy machine disturbs both.
Everything runs on loopback; evidence has its default settings (fsync, recording of the first 200 rows).

Every slice begins with fresh server processes, which must fill their caches and map the database's memory: directly and through
the gateway, where a session is a connection of its own, and through PgBouncer, whose idle server connections end after a second.
"""

import argparse
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

from issuer import Issuer

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROLE, PASSWORD = "bench", "benchpassword"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, what, process, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        if process.poll() is not None:
            sys.exit(f"{what} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"{what} did not listen within {seconds} s")


class Database:
    def __init__(self, directory):
        self.bin = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))[-1].parent
        self.port = free_port()
        self.directory = directory / "database"
        self.user = pwd.getpwnam("postgres")
        self.directory.mkdir()
        os.chown(self.directory, self.user.pw_uid, self.user.pw_gid)
        self.run("initdb", "-D", self.directory, "--auth=trust", "-U", "postgres")
        (self.directory / "pg_hba.conf").write_text(
            "host all postgres 127.0.0.1/32 trust\nhost all direct 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "shared_buffers": "1GB", "fsync": "off",
                    "autovacuum": "off", "jit": "off", "max_connections": 200, "unix_socket_directories": "",
                    "password_encryption": "scram-sha-256"}
        with open(self.directory / "postgresql.conf", "a") as conf:
            for name, value in settings.items():
                conf.write(f"{name} = '{value}'\n")
        self.process = subprocess.Popen([self.bin / "postgres", "-D", self.directory], preexec_fn=self.drop,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, "the database", self.process)

    def drop(self):
        os.setgid(self.user.pw_gid)
        os.setuid(self.user.pw_uid)

    def run(self, name, *args):
        subprocess.run([self.bin / name, *map(str, args)], check=True, preexec_fn=self.drop, cwd="/",
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def fill(self, scale, rows):
        sql = f"""
            CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE direct LOGIN;
            CREATE TABLE narrow AS SELECT n AS id, n * 7 % 1000003 AS ref, md5(n::text) AS word, now() AS at,
                (n % 1000)::numeric(10, 2) AS amount, n % 2 = 0 AS flag FROM generate_series(1, {rows}) AS n;
            CREATE TABLE people AS SELECT n AS id, 'name ' || n AS name, 'user' || n || '@mail.example.com' AS email,
                lpad((n % 1000)::text, 3, '0') || '-55-' || lpad((n % 10000)::text, 4, '0') AS ssn, md5(n::text) AS word,
                'Town of ' || n % 500 AS city FROM generate_series(1, {rows}) AS n;
            CREATE UNIQUE INDEX ON people (id);
            CREATE TABLE wide AS SELECT n AS id, repeat(md5(n::text), 62) AS body FROM generate_series(1, {rows // 20}) AS n;
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}, direct; VACUUM ANALYZE;"""
        base = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        subprocess.run(["psql", *base, "-qc", "CREATE DATABASE bench"], check=True)
        subprocess.run(["pgbench", *base, "-q", "-i", "-s", str(scale), "bench"], check=True, capture_output=True)
        for statement in sql.split(";"):
            if statement.strip():
                subprocess.run(["psql", *base, "-qc", statement, "bench"], check=True)

    def close(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


class PgBouncer:
    def __init__(self, directory, database):
        self.port = free_port()
        (directory / "users.txt").write_text(f'"{ROLE}" "{PASSWORD}"\n"direct" ""\n')
        ini = directory / "pgbouncer.ini"
        ini.write_text(f"""[databases]
bench = host=127.0.0.1 port={database.port} dbname=bench user={ROLE} password={PASSWORD}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {directory}/users.txt
pool_mode = session
default_pool_size = 150
max_client_conn = 500
log_connections = 0
log_disconnections = 0
server_idle_timeout = 1
ignore_startup_parameters = extra_float_digits
""")
        for path in (ini, directory / "users.txt"):
            os.chmod(path, 0o644)
        self.process = subprocess.Popen(["pgbouncer", "-q", "-u", "postgres", ini], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait_for(self.port, "pgbouncer", self.process)

    def close(self):
        self.process.terminate()
        self.process.wait(30)


class Gateway:
    def __init__(self, directory, database, issuer):
        self.port = free_port()
        self.directory = directory / "gateway"
        self.directory.mkdir()
        secret = self.directory / "secret"
        secret.write_text(PASSWORD)
        os.chmod(secret, 0o600)
        config = self.directory / "countersign.yaml"
        config.write_text(f"""
listen:
  postgres: {{at: "127.0.0.1:{self.port}", plaintext: true}}
data-dir: data
origin: example.com/countersign/bench
issuers:
  - {{issuer: "{issuer.url}", audience: countersign, subjects: public}}
---
kind: Target
name: bench
protocol: postgres
address: "127.0.0.1:{database.port}"
database: bench
role: {ROLE}
tls: {{mode: plain}}
secret: file:secret
---
kind: Target
name: masked
protocol: postgres
address: "127.0.0.1:{database.port}"
database: bench
role: {ROLE}
tls: {{mode: plain}}
secret: file:secret
mask-notices: false
columns:
  public.people.email: {{label: pii.email, mask: redact}}
  public.people.ssn: {{label: pii.ssn, mask: {{partial: {{last: 4}}}}}}
---
kind: Target
name: detected
protocol: postgres
address: "127.0.0.1:{database.port}"
database: bench
role: {ROLE}
tls: {{mode: plain}}
secret: file:secret
mask-notices: false
detectors: {{enabled: true}}
---
kind: Policy
name: bench
rules:
  - {{name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}}
  - {{name: no-unbounded-dml, on: [sql], when: "stmt.effects.exists(e, e in ['update', 'delete']) && !stmt.has_where", deny: no}}
""")
        self.log = open(self.directory / "log", "w")
        self.process = subprocess.Popen([ROOT / "countersign", "server", "--config", config], stdout=self.log, stderr=self.log)
        wait_for(self.port, "the gateway", self.process)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return {key: int(re.search(rf"{key}:\s+(\d+)", status).group(1)) // 1024 for key in ("VmRSS", "VmHWM")}

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def fsyncs(self, seconds):
        out = self.directory / "strace"
        tracer = subprocess.Popen(["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-p", str(self.process.pid), "-o", out],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        tracer.send_signal(signal.SIGINT)
        tracer.wait(30)
        return sum(int(line.split()[3]) for line in out.read_text().splitlines() if line.rstrip().endswith("sync"))

    def close(self):
        self.process.terminate()
        self.process.wait(60)


def pgbench(port, user, mode, clients, seconds, password=""):
    env = dict(os.environ, PGPASSWORD=password, PGSSLMODE="disable")
    out = subprocess.run(["pgbench", "-h", "127.0.0.1", "-p", str(port), "-U", user, "-S", "-n", "-M", mode, "-c", str(clients),
                          "-j", "1", "-T", str(seconds), "bench"], env=env, capture_output=True, text=True)
    found = re.search(r"tps = ([\d.]+)", out.stdout)
    if out.returncode or not found:
        sys.exit(f"pgbench failed: {out.stderr[-2000:]}")
    latency = float(re.search(r"latency average = ([\d.]+) ms", out.stdout).group(1))
    return float(found.group(1)), latency


READY = b"Z\0\0\0\x05I"


class Session:
    """A bare socket that costs next to nothing."""

    def __init__(self, port, user, password="", database="bench"):
        self.view = memoryview(bytearray(1 << 20))
        s = self.socket = socket.create_connection(("127.0.0.1", port))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = struct.pack("!i", 196608) + f"user\0{user}\0database\0{database}\0\0".encode()
        s.sendall(struct.pack("!i", len(body) + 4) + body)
        buffer = bytearray()
        while not buffer.endswith(READY):
            got = s.recv(65536)
            if not got:
                sys.exit("a login failed: " + bytes(buffer[-300:]).decode(errors="replace"))
            buffer += got
            if buffer.endswith(b"R\0\0\0\x08\0\0\0\x03"):
                word = password.encode() + b"\0"
                s.sendall(b"p" + struct.pack("!i", len(word) + 4) + word)

    def query(self, sql):
        """Bytes of the answer, the first of them, and seconds."""
        text = sql.encode() + b"\0"
        began = time.perf_counter()
        self.socket.sendall(b"Q" + struct.pack("!i", len(text) + 4) + text)
        total, head, tail = 0, b"", b""
        while not tail.endswith(READY):
            n = self.socket.recv_into(self.view)
            if not n:
                sys.exit("an answer was cut")
            total += n
            head = head or bytes(self.view[:min(n, 4000)])
            tail = (tail + bytes(self.view[max(0, n - 6):n]))[-6:]
        return total, head, time.perf_counter() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.sendall(b"X\0\0\0\x04")
        self.socket.close()


def scan(port, user, sql, password="", database="bench"):
    """Reads a whole result and gives bytes per second."""
    with Session(port, user, password, database) as session:
        total, _, took = session.query(sql)
        return total / took


def rows_a_second(rows, port, user, sql, password="", database="bench"):
    """What is masked is shorter or longer: rows are compared, not bytes."""
    with Session(port, user, password, database) as session:
        total, head, took = session.query(sql)
        if b"ERROR" in head[:20] or head[:1] == b"E":
            sys.exit("refused: " + head.decode(errors="replace"))
        return rows / took


def masks(database, gateway, issuer, rounds, rows):
    """Scans of text columns with and without masks and detectors; small answers; statements that nobody sent before."""
    token = issuer.token()
    sql = "SELECT id, name, email, ssn, word, city FROM people"
    through = {"no masks": "bench", "two columns masked": "masked", "detectors": "detected"}
    for target in list(through.values()) * 2:
        scan(gateway.port, "eve", sql, token, target)
    ratios, direct = interleave(
        lambda: rows_a_second(rows, database.port, "direct", sql),
        {name: (lambda target=target: rows_a_second(rows, gateway.port, "eve", sql, token, target))
         for name, target in through.items()}, rounds)
    print(f"| scan of {rows:,} rows, five text columns | of direct ({direct:,.0f} rows/s) |")
    print("|---|---|")
    for name, ratio in ratios.items():
        print(f"| {name} | {ratio:.2f} |", flush=True)
    small = "SELECT id, name, email, ssn, word, city FROM people WHERE id <= 100"
    print("\n| 100 rows, one client, one after the other | median | added |")
    print("|---|---|---|")
    sessions = {"direct": Session(database.port, "direct")}
    sessions |= {name: Session(gateway.port, "eve", token, target) for name, target in through.items()}
    times = {name: [] for name in sessions}
    fresh = {name: [] for name in sessions}
    for turn in range(1500):
        for target, (name, session) in enumerate(sessions.items()):
            took = session.query(small)[2]
            # a text that nobody has seen before
            new = session.query(f"SELECT id, ssn AS a{turn}_{target} FROM people WHERE id = {turn} AND name <> '{turn}'")[2]
            if turn >= 500:
                times[name].append(took)
                fresh[name].append(new)
    for name, took in times.items():
        median = statistics.median(took) * 1e6
        print(f"| {name} | {median:,.0f} µs | {median - statistics.median(times['direct']) * 1e6:+,.0f} µs |")
    print("\n| one row, each time by a text that was never sent | median | added |")
    print("|---|---|---|")
    for name, took in fresh.items():
        median = statistics.median(took) * 1e6
        print(f"| {name} | {median:,.0f} µs | {median - statistics.median(fresh['direct']) * 1e6:+,.0f} µs |")
    print()


def interleave(direct, proxies, rounds):
    """Ratios of each proxy to the mean of its direct neighbours, as medians; and the median of direct."""
    before = direct()
    directs, ratios = [before], {name: [] for name in proxies}
    for _ in range(rounds):
        for name, proxy in proxies.items():
            measured = proxy()
            after = direct()
            ratios[name].append(measured / ((before + after) / 2))
            directs.append(after)
            before = after
    return {name: statistics.median(values) for name, values in ratios.items()}, statistics.median(directs)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--quick", action="store_true")
    options.add_argument("--clients", default="1,8,32", help="how many at a time")
    options.add_argument("--rounds", type=int, help="slices of each")
    options.add_argument("--only", choices=["masks", "proxies"], help="one half of it")
    options.add_argument("--keep", action="store_true", help="keep the directory of the run")
    options = options.parse_args()
    rounds, seconds, scale, rows = (2, 1, 2, 100_000) if options.quick else (6, 4, 20, 1_000_000)
    rounds = options.rounds or rounds
    clients = [int(many) for many in options.clients.split(",")]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="countersign-bench-"))
    os.chmod(directory, 0o755)
    parts = []
    try:
        issuer = Issuer(directory)
        parts.append(issuer)
        database = Database(directory)
        parts.append(database)
        database.fill(scale, rows)
        bouncer = PgBouncer(directory, database)
        parts.append(bouncer)
        gateway = Gateway(directory, database, issuer)
        parts.append(gateway)
        if options.only != "proxies":
            masks(database, gateway, issuer, rounds, rows)
        if options.only != "masks":
            measure(database, bouncer, gateway, issuer, rounds, seconds, clients)
        print(f"\nload average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    finally:
        for part in reversed(parts):
            part.close()
        if options.keep:
            print(directory)
        else:
            shutil.rmtree(directory)


def measure(database, bouncer, gateway, issuer, rounds, seconds, many):
    token = issuer.token()
    for mode in ("simple", "prepared"):  # a just-in-time compiler needs about half a minute of each
        pgbench(gateway.port, "eve", mode, 32, 5 if seconds == 1 else 40, token)
    for sql in ("SELECT * FROM narrow", "SELECT * FROM wide") * 3:
        scan(gateway.port, "eve", sql, token)
    print("| load | direct | PgBouncer / direct | gateway / direct | gateway / PgBouncer | gateway CPU |")
    print("|---|---|---|---|---|---|")
    for mode in ("simple", "prepared"):
        for clients in many:
            used = []

            def through_gateway():
                cpu = gateway.cpu()
                tps, _ = pgbench(gateway.port, "eve", mode, clients, seconds, token)
                used.append((gateway.cpu() - cpu) / (tps * seconds) * 1e6)
                return tps

            ratios, direct = interleave(
                lambda: pgbench(database.port, "direct", mode, clients, seconds)[0],
                {"bouncer": lambda: pgbench(bouncer.port, ROLE, mode, clients, seconds)[0], "gateway": through_gateway},
                rounds)
            added = (1 / (direct * ratios["gateway"]) - 1 / direct) * clients * 1e6
            print(f"| `pgbench -S -M {mode} -c {clients}` | {direct:,.0f} tps | {ratios['bouncer']:.2f} | {ratios['gateway']:.2f} | "
                  f"{ratios['gateway'] / ratios['bouncer']:.2f} | {statistics.median(used):.0f} µs a transaction, "
                  f"{added:+.0f} µs latency |", flush=True)
    for name, sql in (("1,000,000 narrow rows", "SELECT * FROM narrow"), ("50,000 rows of 2 KB", "SELECT * FROM wide")):
        ratios, direct = interleave(
            lambda: scan(database.port, "direct", sql),
            {"bouncer": lambda: scan(bouncer.port, ROLE, sql), "gateway": lambda: scan(gateway.port, "eve", sql, token)},
            2 * rounds)
        print(f"| scan, {name} | {direct / 1e6:,.0f} MB/s | {ratios['bouncer']:.2f} | {ratios['gateway']:.2f} | "
              f"{ratios['gateway'] / ratios['bouncer']:.2f} | |", flush=True)
    memory = gateway.memory()
    print(f"\ngateway memory: {memory['VmRSS']} MB resident now, {memory['VmHWM']} MB at most")
    load = subprocess.Popen(["pgbench", "-h", "127.0.0.1", "-p", str(gateway.port), "-U", "eve", "-S", "-n", "-c", "32", "-j", "1",
                             "-T", "8", "bench"], env=dict(os.environ, PGPASSWORD=token, PGSSLMODE="disable"),
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(2)
    count = gateway.fsyncs(4)
    text = load.communicate()[0]
    tps = float(re.search(r"tps = ([\d.]+)", text).group(1))
    print(f"fsyncs at 32 clients: {count / 4:,.0f} a second, {tps:,.0f} transactions a second (while strace counts)")


if __name__ == "__main__":
    main()
