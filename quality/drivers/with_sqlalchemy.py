"""The program of the matrix for SQLAlchemy: its inspector over everything there is, tables made of what it found, and some use."""

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind
from sqlalchemy.orm import DeclarativeBase, Session

SKIPPED = ("information_schema",)


def say(name, value):
    print(f"{name}: {value!r}", flush=True)


def attempt(name, work):
    try:
        say(name, work())
    except sa.exc.DBAPIError as e:
        say(name, (type(e).__name__, getattr(e.orig, "sqlstate", None), str(e.orig)))
    except sa.exc.SQLAlchemyError as e:
        say(name, (type(e).__name__, str(e)))


def settled(value):
    """Types as their texts, and sets in order."""
    if isinstance(value, dict):
        return {str(k): settled(v) for k, v in sorted(value.items(), key=lambda kv: str(kv[0]))}
    if isinstance(value, (list, tuple)):
        return [settled(one) for one in value]
    return repr(value) if isinstance(value, sa.types.TypeEngine) else value


QUESTIONS = ("get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints",
             "get_check_constraints", "get_table_comment")


def reflected(engine):
    inspector = sa.inspect(engine)
    say("inspect.default", inspector.default_schema_name)
    schemas = [s for s in inspector.get_schema_names() if s not in SKIPPED]
    say("inspect.schemas", schemas)
    for schema in schemas:
        for what in ("get_table_names", "get_view_names", "get_materialized_view_names", "get_sequence_names", "get_enums", "get_domains"):
            attempt(f"inspect.{schema}.{what}", lambda: settled(sorted(getattr(inspector, what)(schema=schema), key=str)))
        for what in QUESTIONS:
            for table in inspector.get_table_names(schema=schema):
                attempt(f"inspect.{schema}.{table}.{what}", lambda: settled(getattr(inspector, what)(table, schema=schema)))
        for view in inspector.get_view_names(schema=schema):
            attempt(f"inspect.{schema}.{view}.columns", lambda: settled(inspector.get_columns(view, schema=schema)))
            attempt(f"inspect.{schema}.{view}.definition", lambda: inspector.get_view_definition(view, schema=schema))
        for what in ("get_multi_columns", "get_multi_indexes", "get_multi_foreign_keys", "get_multi_pk_constraint"):
            attempt(f"inspect.{schema}.{what}", lambda: settled(getattr(inspector, what)(schema=schema, kind=ObjectKind.ANY)))
    metadata = sa.MetaData()
    attempt("reflect.all", lambda: (metadata.reflect(engine, views=True), sorted(metadata.tables))[1])
    return metadata


def used(engine, metadata):
    things, parts = metadata.tables["things"], metadata.tables["parts"]
    with engine.connect() as db:
        attempt("core.select", lambda: [tuple(r) for r in db.execute(
            sa.select(things.c.id, things.c.name, things.c.amount, things.c.doc, things.c.tags, things.c.feel).order_by(things.c.id))])
        attempt("core.join", lambda: [tuple(r) for r in db.execute(
            sa.select(things.c.name, sa.func.count(parts.c.id)).outerjoin(parts).group_by(things.c.name).order_by(things.c.name))])
        db.rollback()
        attempt("core.insert", lambda: db.execute(sa.insert(parts).returning(parts.c.label, parts.c.twice),
                                                  [{"thing": 1, "label": f"p{n}", "size": n} for n in range(1, 1500)]).all()[-1])
        with db.begin_nested():
            attempt("core.update", lambda: db.execute(sa.update(parts).where(parts.c.label == "p7").values(size=70)).rowcount)
        try:
            with db.begin_nested():
                db.execute(sa.insert(parts), {"thing": 1, "label": "p7"})
        except sa.exc.IntegrityError as e:
            say("core.twice", (e.orig.sqlstate, str(e.orig)))
        attempt("core.sum", lambda: db.execute(sa.select(sa.func.sum(parts.c.size))).scalar())
        streamed = db.execution_options(yield_per=100).execute(sa.select(parts.c.size).order_by(parts.c.size))
        say("core.streamed", sum(size for size, in streamed))
        db.rollback()


def mapped(engine, metadata):
    class Base(DeclarativeBase):
        pass

    class Part(Base):
        __table__ = metadata.tables["parts"]

    with Session(engine) as session:
        session.add_all([Part(thing=2, label="mapped"), Part(thing=2, label="too")])
        session.flush()
        attempt("orm.rows", lambda: [(p.label, p.size, p.twice) for p in session.scalars(sa.select(Part).where(Part.thing == 2).order_by(Part.label))])
        one = session.scalars(sa.select(Part).where(Part.label == "too")).one()
        one.size = 9
        session.flush()
        session.refresh(one)
        say("orm.refreshed", one.twice)
        session.delete(one)
        session.flush()
        say("orm.left", session.scalar(sa.select(sa.func.count()).select_from(Part)))
        session.rollback()


engine = sa.create_engine("postgresql+psycopg://")
found = reflected(engine)
for part in (used, mapped):
    try:
        part(engine, found)
    except (sa.exc.SQLAlchemyError, KeyError) as e:
        say(f"{part.__name__}.stopped", str(e)[:500])
engine.dispose()
say("version", f"SQLAlchemy {sa.__version__} with psycopg {psycopg.__version__}")
say("end", "closed")
