"""The program of the matrix for psycopg 3."""

import datetime
import decimal
import hashlib
import threading
import time
import uuid
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

HERE = Path(__file__).parent


def say(name, value):
    print(f"{name}: {value!r}", flush=True)


def said(e):
    d = e.diag
    return (type(e).__name__, e.sqlstate, d.severity, d.message_primary, d.message_detail, d.message_hint, d.statement_position,
            d.table_name, d.column_name, d.constraint_name)


def attempt(name, work):
    try:
        say(name, work())
    except psycopg.Error as e:
        say(name, said(e))


def lines(file):
    return (HERE / file).read_text().splitlines()


def connected(db):
    for status in ("server_version", "server_encoding", "client_encoding", "DateStyle", "TimeZone", "integer_datetimes",
                   "standard_conforming_strings", "IntervalStyle", "is_superuser", "session_authorization", "application_name"):
        say(f"connect.{status}", db.pgconn.parameter_status(status.encode()))
    say("connect.tls", db.pgconn.ssl_in_use)
    say("connect.who", db.execute("SELECT current_user, session_user, current_database()").fetchone())


def types(db):
    for number, expression in enumerate(lines("types.txt")):
        sql = f"SELECT {expression} AS v"
        attempt(f"types.simple.{number}", lambda: psycopg.ClientCursor(db).execute(sql).fetchone())
        attempt(f"types.text.{number}", lambda: db.execute(sql + " WHERE %s", (True,)).fetchone())
        attempt(f"types.binary.{number}", lambda: db.execute(sql + " WHERE %s", (True,), binary=True).fetchone())
    cursor = db.execute("SELECT * FROM things ORDER BY id")
    say("types.columns", [(c.name, c.type_code, c.internal_size, c.precision, c.scale) for c in cursor.description])
    say("types.rows", cursor.fetchall())


def parameters(db):
    values = [1, 2**40, 1.25, True, None, "Grüße 世界 🙂", b"\x00\xff", decimal.Decimal("1.20"), datetime.date(2026, 2, 28),
              datetime.datetime(2026, 2, 28, 1, 2, 3, 4, datetime.timezone.utc), datetime.timedelta(days=1, seconds=2),
              uuid.UUID(int=5), [1, 2, None], ["a", None], Jsonb({"ü": [1]})]
    for form in ("%s", "%t", "%b"):
        for number, value in enumerate(values):
            attempt(f"parameters.{form[1]}.{number}", lambda: db.execute(f"SELECT {form} AS v", (value,), binary=form == "%b").fetchone())
    for again in range(10):  # the driver prepares from the sixth on
        say(f"parameters.again.{again}", db.execute("SELECT name FROM things WHERE id = %s", (1 + again % 3,)).fetchone())


def transactions(db):
    with db.transaction():
        db.execute("INSERT INTO things (id, name) VALUES (10, 'kept')")
        try:
            with db.transaction():
                db.execute("INSERT INTO things (id, name) VALUES (11, 'lost')")
                db.execute("SELECT 1 / 0")
        except psycopg.Error as e:
            say("transactions.savepoint", said(e))
        say("transactions.status", db.info.transaction_status.name)
    try:
        with db.transaction():
            db.execute("INSERT INTO things (id, name) VALUES (12, 'lost')")
            raise psycopg.Rollback()
    except psycopg.Rollback:
        pass
    say("transactions.kept", db.execute("SELECT id, name FROM things WHERE id >= 10 ORDER BY id").fetchall())
    db.execute("BEGIN")
    attempt("transactions.error", lambda: db.execute("SELECT 1 / 0"))
    attempt("transactions.aborted", lambda: db.execute("SELECT 1"))
    say("transactions.aborted-status", db.info.transaction_status.name)
    db.execute("ROLLBACK")
    db.execute("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY")
    attempt("transactions.read-only", lambda: db.execute("DELETE FROM things WHERE id = 10"))
    db.execute("ROLLBACK")
    say("transactions.changed", db.execute("UPDATE things SET amount = 7 WHERE id = 10").rowcount)
    say("transactions.returning", db.execute("DELETE FROM things WHERE id = 10 RETURNING id, name, amount").fetchall())


def errors(db):
    for line in lines("errors.txt"):
        name, sql = line.split(": ", 1)
        attempt(f"errors.{name}", lambda: db.execute(sql))
    attempt("errors.in-two", lambda: psycopg.ClientCursor(db).execute("SELECT 1; SELECT 1 / 0; SELECT 2"))
    notices = []
    db.add_notice_handler(lambda d: notices.append((d.severity, d.sqlstate, d.message_primary)))
    db.execute("BEGIN; BEGIN; ROLLBACK; ROLLBACK")
    say("errors.warnings", notices)


def cursors(db):
    with db.transaction(), db.cursor(name="walk") as named:
        named.itersize = 100
        named.execute("SELECT n, repeat('x', n) FROM generate_series(1, 1000) AS n")
        say("cursors.sum", sum(len(x) for _, x in named))
    with db.transaction(), db.cursor(name="jump", scrollable=True) as named:
        named.execute("SELECT generate_series(1, 50)")
        named.scroll(10)
        say("cursors.scroll", named.fetchmany(3))
        named.scroll(2, mode="absolute")
        say("cursors.back", named.fetchone())
    say("cursors.stream", sum(n for n, in db.cursor().stream("SELECT generate_series(1, 5000)")))
    say("cursors.chunks", sum(n for n, in db.cursor().stream("SELECT generate_series(1, 5000)", size=70)))
    cursor = psycopg.ClientCursor(db)
    cursor.execute("SELECT 1 AS a; SELECT 'two' AS b, 3 AS c; VALUES (4), (5)")
    say("cursors.several", [result.fetchall() for result in cursor.results()])
    db.execute("PREPARE by_id (int) AS SELECT name FROM things WHERE id = $1")
    say("cursors.execute", db.execute("EXECUTE by_id(3)").fetchall())
    db.execute("DEALLOCATE by_id")


def copies(db):
    cursor = db.cursor()
    for form in ("text", "csv, HEADER", "binary"):
        with cursor.copy(f"COPY (SELECT id, name, amount, at, doc, raw FROM things ORDER BY id) TO STDOUT (FORMAT {form})") as copy:
            say(f"copy.out.{form[:3]}", b"".join(copy))
    with cursor.copy("COPY things (id, name, amount) FROM STDIN") as copy:
        for n in range(100, 1100):
            copy.write_row((n, f"copied {n} ü", None if n % 3 else decimal.Decimal(n)))
    say("copy.in", cursor.rowcount)
    with cursor.copy("COPY things (id, name) FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(("int4", "text"))
        copy.write_row((2000, "binary"))
    say("copy.there", db.execute("SELECT count(*), sum(amount), max(name) FROM things WHERE id >= 100").fetchone())

    def broken():
        with cursor.copy("COPY things (id, name) FROM STDIN") as copy:
            copy.write("3000\tfine\nx\ty\n")

    def given_up():
        with cursor.copy("COPY things (id, name) FROM STDIN") as copy:
            copy.write("3000\tfine\n")
            raise psycopg.DataError("given up")

    attempt("copy.broken", broken)
    attempt("copy.given-up", given_up)
    say("copy.deleted", db.execute("DELETE FROM things WHERE id >= 100").rowcount)


def pipelines(db):
    with db.pipeline():
        asked = [db.execute("SELECT %s::int * 2", (n,)) for n in range(200)]
    say("pipeline.sum", sum(cursor.fetchone()[0] for cursor in asked))

    def failing():
        with db.pipeline() as pipeline:
            db.execute("INSERT INTO things (id, name) VALUES (20, 'first')")
            db.execute("SELECT 1 / 0")
            db.execute("INSERT INTO things (id, name) VALUES (21, 'third')")
            pipeline.sync()

    attempt("pipeline.failing", failing)
    say("pipeline.there", db.execute("SELECT id FROM things WHERE id IN (20, 21)").fetchall())
    cursor = db.cursor()
    cursor.executemany("INSERT INTO parts (thing, label) VALUES (%s, %s) RETURNING label", [(1, f"l{n}") for n in range(100)], returning=True)
    say("pipeline.many", sum(1 for result in cursor.results() for _ in result))
    db.execute("DELETE FROM parts WHERE thing = 1")


def large(db):
    digest = hashlib.sha256()
    for row in db.cursor(binary=True).stream("SELECT n, md5(n::text) FROM generate_series(1, 100000) AS n"):
        digest.update(repr(row).encode())
    say("large.rows", digest.hexdigest())
    say("large.cell", len(db.execute("SELECT repeat('ü', 4000000)").fetchone()[0]))
    say("large.parameter", db.execute("SELECT length(%s)", ("x" * 900_000,)).fetchone())


def cancels(db):
    threading.Timer(0.7, db.cancel_safe).start()
    began = time.monotonic()
    attempt("cancel.running", lambda: db.execute("SELECT pg_sleep(20)"))
    say("cancel.soon", time.monotonic() - began < 10)
    db.execute("SET statement_timeout = '300ms'")
    attempt("timeout.statement", lambda: db.execute("SELECT pg_sleep(20)"))
    db.execute("RESET statement_timeout")
    say("timeout.after", db.execute("SHOW statement_timeout").fetchone())


def notifications(db):
    db.execute("LISTEN jobs")
    db.execute("NOTIFY jobs, 'grüß dich'")
    came = next(db.notifies(timeout=10), None)
    say("notify.came", came and (came.channel, came.payload, came.pid == db.info.backend_pid))
    db.execute("UNLISTEN *")


def policy(db):
    attempt("masked.rows", lambda: db.execute("SELECT id, name, email, card, ssn FROM customers ORDER BY id").fetchall())
    attempt("denied.all-rows", lambda: db.execute("UPDATE things SET amount = amount").rowcount)
    attempt("denied.role", lambda: db.execute("SET ROLE agent").statusmessage)


with psycopg.connect("", autocommit=True) as db:
    for part in (connected, types, parameters, transactions, errors, cursors, copies, pipelines, large, cancels, notifications, policy):
        try:
            part(db)
        except psycopg.Error as e:
            say(f"{part.__name__}.stopped", said(e))
say("version", f"psycopg {psycopg.__version__}, libpq {psycopg.pq.version()}")
say("end", "closed")
