"""The program of the matrix for asyncpg, which reads everything in binary."""

import asyncio
import datetime
import decimal
import hashlib
import io
import time
import uuid
from pathlib import Path

import asyncpg

HERE = Path(__file__).parent


def say(name, value):
    print(f"{name}: {value!r}", flush=True)


def said(e):
    d = e.as_dict() if hasattr(e, "as_dict") else {}
    return (type(e).__name__, getattr(e, "sqlstate", None), str(e) if not d else None,
            {k: v for k, v in d.items() if k not in ("server_source_filename", "server_source_line", "server_source_function")})


async def attempt(name, work):
    try:
        say(name, await work)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError, ValueError) as e:
        say(name, said(e))


def lines(file):
    return (HERE / file).read_text().splitlines()


async def connected(db):
    settings = db.get_settings()
    for status in ("server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes",
                   "standard_conforming_strings", "IntervalStyle", "is_superuser", "session_authorization", "application_name"):
        say(f"connect.{status}", getattr(settings, status, None))
    say("connect.version", db.get_server_version())
    say("connect.who", tuple(await db.fetchrow("SELECT current_user, session_user, current_database()")))


async def types(db):
    for number, expression in enumerate(lines("types.txt")):
        await attempt(f"types.binary.{number}", db.fetchval(f"SELECT {expression} AS v"))
    statement = await db.prepare("SELECT * FROM things WHERE id > $1 ORDER BY id")
    say("types.columns", [(a.name, a.type.name, a.type.kind, a.type.schema) for a in statement.get_attributes()])
    say("types.parameters", [(t.name, t.kind) for t in statement.get_parameters()])
    for row in await statement.fetch(0):
        say(f"types.row.{row['id']}", dict(row))


async def parameters(db):
    values = {
        "int": 1, "bigint": 2**40, "float8": 1.25, "bool": True, "text": "Grüße 世界 🙂", "bytea": b"\x00\xff",
        "numeric": decimal.Decimal("1.20"), "date": datetime.date(2026, 2, 28),
        "timestamptz": datetime.datetime(2026, 2, 28, 1, 2, 3, 4, datetime.timezone.utc),
        "interval": datetime.timedelta(days=1, seconds=2), "uuid": uuid.UUID(int=5), "int[]": [1, 2, None], "text[]": ["a", None],
        "jsonb": '{"ü": [1]}', "mood": "happy", "pair": (1, "x"), "positive": 3}
    for kind, value in values.items():
        await attempt(f"parameters.{kind.replace('[]', '-array')}", db.fetchval(f"SELECT $1::{kind}", value))
        await attempt(f"parameters.{kind.replace('[]', '-array')}.null", db.fetchval(f"SELECT $1::{kind}", None))
    await attempt("parameters.wrong", db.fetchval("SELECT $1::int", "x"))
    for again in range(10):
        say(f"parameters.again.{again}", await db.fetchval("SELECT name FROM things WHERE id = $1", 1 + again % 3))


async def transactions(db):
    async with db.transaction():
        await db.execute("INSERT INTO things (id, name) VALUES (10, 'kept')")
        try:
            async with db.transaction():
                await db.execute("INSERT INTO things (id, name) VALUES (11, 'lost')")
                await db.execute("SELECT 1 / 0")
        except asyncpg.PostgresError as e:
            say("transactions.savepoint", said(e))
        say("transactions.in", db.is_in_transaction())
    transaction = db.transaction(isolation="serializable", readonly=True)
    await transaction.start()
    await attempt("transactions.read-only", db.execute("DELETE FROM things WHERE id = 10"))
    await attempt("transactions.aborted", db.execute("SELECT 1"))
    await transaction.rollback()
    say("transactions.out", db.is_in_transaction())
    say("transactions.kept", [tuple(r) for r in await db.fetch("SELECT id, name FROM things WHERE id >= 10 ORDER BY id")])
    say("transactions.changed", await db.execute("UPDATE things SET amount = 7 WHERE id = $1", 10))
    say("transactions.returning", tuple(await db.fetchrow("DELETE FROM things WHERE id = 10 RETURNING id, name, amount")))


async def errors(db):
    for line in lines("errors.txt"):
        name, sql = line.split(": ", 1)
        await attempt(f"errors.simple.{name}", db.execute(sql))
        await attempt(f"errors.prepared.{name}", db.fetch(sql))
    notices = []
    db.add_log_listener(lambda _, m: notices.append((m.severity, m.sqlstate, m.message)))
    await db.execute("BEGIN; BEGIN; ROLLBACK; ROLLBACK")
    await asyncio.sleep(0.1)
    say("errors.warnings", notices)


async def cursors(db):
    async with db.transaction():
        total = 0
        async for row in db.cursor("SELECT n, repeat('x', n) AS x FROM generate_series(1, 1000) AS n", prefetch=70):
            total += len(row["x"])
        say("cursors.sum", total)
        cursor = await db.cursor("SELECT generate_series(1, 50)")
        await cursor.forward(10)
        say("cursors.forward", [r[0] for r in await cursor.fetch(3)])
    await attempt("cursors.several", db.execute("SELECT 1; SELECT 'two', 3; VALUES (4), (5)"))


async def copies(db):
    for form in ("text", "csv", "binary"):
        out = io.BytesIO()
        said_ = await db.copy_from_query("SELECT id, name, amount, at, doc, raw FROM things WHERE id > $1 ORDER BY id", 0, output=out, format=form)
        say(f"copy.out.{form}", (said_, out.getvalue()))
    out = io.BytesIO()
    say("copy.table", (await db.copy_from_table("things", columns=["id", "name"], output=out, format="csv", header=True), out.getvalue()))
    records = [(n, f"copied {n} ü", None if n % 3 else decimal.Decimal(n)) for n in range(100, 1100)]
    await attempt("copy.records", db.copy_records_to_table("things", records=records, columns=["id", "name", "amount"]))
    await attempt("copy.in", db.copy_to_table("things", source=io.BytesIO(b"2000\tfrom text\n"), columns=["id", "name"]))
    await attempt("copy.broken", db.copy_to_table("things", source=io.BytesIO(b"3000\tfine\nx\ty\n"), columns=["id", "name"]))
    say("copy.there", tuple(await db.fetchrow("SELECT count(*), sum(amount), max(name) FROM things WHERE id >= 100")))
    say("copy.deleted", await db.execute("DELETE FROM things WHERE id >= 100"))


async def batches(db):
    await db.executemany("INSERT INTO parts (thing, label) VALUES ($1, $2)", [(1, f"l{n}") for n in range(500)])
    await attempt("batch.failing", db.executemany("INSERT INTO parts (thing, label) VALUES ($1, $2)", [(2, "a"), (2, "b"), (2, "a")]))
    say("batch.there", tuple(await db.fetchrow("SELECT count(*), count(DISTINCT label) FROM parts")))
    await attempt("batch.fetchmany", db.fetchmany("INSERT INTO parts (thing, label) VALUES ($1, $2) RETURNING label", [(3, "x"), (3, "y")]))
    say("batch.deleted", await db.execute("DELETE FROM parts WHERE thing > 0"))


async def large(db):
    digest = hashlib.sha256()
    for row in await db.fetch("SELECT n, md5(n::text) FROM generate_series(1, 100000) AS n"):
        digest.update(repr(tuple(row)).encode())
    say("large.rows", digest.hexdigest())
    say("large.cell", len(await db.fetchval("SELECT repeat('ü', 4000000)")))
    say("large.parameter", await db.fetchval("SELECT length($1::text)", "x" * 900_000))


async def cancels(db):
    began = time.monotonic()
    await attempt("timeout.own", db.fetchval("SELECT pg_sleep(20)", timeout=0.7))  # which it does by a cancel of its own
    say("cancel.soon", time.monotonic() - began < 10)
    await attempt("cancel.after", db.fetchval("SELECT 1"))
    await db.execute("SET statement_timeout = '300ms'")
    await attempt("timeout.statement", db.fetchval("SELECT pg_sleep(20)"))
    await db.execute("RESET statement_timeout")
    say("timeout.after", await db.fetchval("SHOW statement_timeout"))


async def notifications(db):
    came = asyncio.get_running_loop().create_future()
    await db.add_listener("jobs", lambda _, pid, channel, payload: came.done() or came.set_result((pid == db.get_server_pid(), channel, payload)))
    await db.execute("NOTIFY jobs, 'grüß dich'")
    await attempt("notify.came", asyncio.wait_for(came, 10))


async def policy(db):
    await attempt("masked.rows", db.fetch("SELECT id, name, email, card, ssn FROM customers ORDER BY id"))
    await attempt("denied.all-rows", db.execute("UPDATE things SET amount = amount"))
    await attempt("denied.role", db.execute("SET ROLE agent"))


async def pools():
    """A pool resets each connection that comes back."""
    async with asyncpg.create_pool(min_size=2, max_size=4) as pool:
        async def one(n):
            async with pool.acquire() as db:
                await db.execute("SET statement_timeout = '9s'")
                return await db.fetchval("SELECT $1::int * 2", n)
        say("pool.sum", sum(await asyncio.gather(*(one(n) for n in range(40)))))
        async with pool.acquire() as db:
            say("pool.reset", await db.fetchval("SHOW statement_timeout"))


async def main():
    db = await asyncpg.connect()
    for part in (connected, types, parameters, transactions, errors, cursors, copies, batches, large, cancels, notifications, policy):
        await attempt_part(part, db)
    await db.close()
    await attempt_part(pools)
    say("version", f"asyncpg {asyncpg.__version__}")
    say("end", "closed")


async def attempt_part(part, *arguments):
    try:
        await part(*arguments)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as e:
        say(f"{part.__name__}.stopped", said(e))


asyncio.run(main())
