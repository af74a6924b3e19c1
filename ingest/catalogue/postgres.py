"""Everything that only PostgreSQL understands: its connections, its errors, key lists as arrays, full text.

The twin of `sqlite.py`: `ingest.catalogue.dialect` is how the rest of the catalogue uses both. Full text gives the same
matches in the same order as SQLite's. A row of `chunk_terms` has a chunk's terms as an array with a GIN index. A term
that occurs twice is there a second time as "term 2", and so on: a term holds no white space, so that is no other term.
The index alone then tells how often each term of a question occurs in each chunk, and no chunk's text is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Double,
    Engine,
    Insert,
    Subquery,
    Table,
    column,
    create_engine,
    event,
    text,
)
from sqlalchemy import Dialect as Driver
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import NullType, TypeDecorator

from ingest.catalogue.driver_inserts import driver_insert
from ingest.catalogue.keys import InKeys

if TYPE_CHECKING:
    from psycopg.abc import Buffer, Dumper

CONNECT_TIMEOUT_S = 10
LOCK_TIMEOUT_MS = 30_000
"""How long a statement waits for another process's lock; as long as SQLite's busy timeout."""
_OPTIONS = f"-c timezone=UTC -c lock_timeout={LOCK_TIMEOUT_MS} -c jit=off -c plan_cache_mode=force_custom_plan"
"""Compiling takes longer than running statements of this size (PostgreSQL documentation, "When to JIT?"). A plan made
while a table was empty must not outlive its growth ("plan_cache_mode")."""
_TURN, _MIGRATION = 8_613_441_701, 8_613_441_702
"""Advisory locks: numbers that this program alone uses in its database."""
_MENDABLE = ("08", "25006", "28", "3D", "40", "42501", "53", "55P03", "57", "58", "XX001", "XX002")
"""Beginnings of SQLSTATE codes that a user can fix (PostgreSQL documentation, "Error Codes"): no connection, read only,
password, no such database, deadlock, privilege, disk or memory or connections used up, lock not available, shut down,
system, corrupt. An error without a code is a failed connection."""

_ARTICLES_TOGETHER = 1000
MOST_OCCURRENCES = 32
"""A term counts no more often in one chunk: the next occurrences together could add 4 % to its score."""
# The formula and its constants are those of SQLite's `bm25()` (its full-text documentation, "The bm25() function"),
# so that both engines give the same order. Chunks with the same score are ordered by row on both.
_BEST: Subquery = (
    text(f"""
WITH total AS (
  SELECT chunks AS number, CAST(terms AS float8) / greatest(chunks, 1) AS mean, CAST(0.5 AS float8) AS half
  FROM chunk_terms_total),
wanted AS MATERIALIZED (
  SELECT n, term, CASE WHEN 2 * terms.chunks < number THEN ln((number - terms.chunks + half) / (terms.chunks + half))
    ELSE CAST(1e-6 AS float8) END AS idf
  FROM unnest(CAST(:any_of AS text[])) WITH ORDINALITY AS asked(term, n) JOIN terms USING (term) CROSS JOIN total
  WHERE terms.chunks > 0),
found AS MATERIALIZED (
  SELECT chunk, length, n, idf, CAST(count(*) AS float8) AS times
  FROM wanted CROSS JOIN generate_series(1, {MOST_OCCURRENCES}) AS nth CROSS JOIN LATERAL (
    SELECT chunk, length FROM chunk_terms
    WHERE chunk_terms.terms @> ARRAY[CASE WHEN nth = 1 THEN term ELSE term || ' ' || nth END] OFFSET 0) AS holding
  GROUP BY chunk, length, n, idf)
SELECT chunk AS row, -sum(idf * ((times * k) / (times + k1 * (least_part + b * length / mean))) ORDER BY n) AS rank
FROM found CROSS JOIN total CROSS JOIN (
  SELECT CAST(2.2 AS float8) AS k, CAST(1.2 AS float8) AS k1, CAST(0.25 AS float8) AS least_part,
    CAST(0.75 AS float8) AS b
) AS constants GROUP BY chunk ORDER BY rank, chunk LIMIT :limit
""")
    .columns(column("row", BigInteger), column("rank", Double))
    .subquery("best")
)
_ADD_TERMS = text(f"""
WITH said AS (
  SELECT "row", length, string_to_array(translate(terms, E'\\n', ' '), ' ') AS terms FROM chunks
  WHERE article_id = ANY(:ids)),
added AS (
  INSERT INTO chunk_terms (chunk, length, terms)
  SELECT "row", length, ARRAY(
    SELECT CASE WHEN nth = 1 THEN term ELSE term || ' ' || nth END
    FROM (SELECT term, row_number() OVER (PARTITION BY term) AS nth FROM unnest(terms) AS term) AS numbered
    WHERE nth <= {MOST_OCCURRENCES} AND term <> '')
  FROM said RETURNING length)
UPDATE chunk_terms_total SET chunks = chunks + (SELECT count(*) FROM added),
  terms = terms + (SELECT coalesce(sum(length), 0) FROM added)
""")
_DROP_TERMS = text("""
WITH dropped AS (
  DELETE FROM chunk_terms USING chunks WHERE chunk = "row" AND article_id = ANY(:ids) RETURNING chunk_terms.length)
UPDATE chunk_terms_total SET chunks = chunks - (SELECT count(*) FROM dropped),
  terms = terms - (SELECT coalesce(sum(length), 0) FROM dropped)
""")
_COUNT_TERMS = text("""
INSERT INTO terms (term, chunks) SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:counts AS integer[]))
ON CONFLICT (term) DO UPDATE SET chunks = terms.chunks + excluded.chunks
""")


class ArrayKeys(TypeDecorator[Sequence[Any]]):
    """A list of keys as an array (`ingest.catalogue.keys`)."""

    impl = NullType
    cache_ok = True

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Driver) -> list[Any]:
        return list(value or ())


@compiles(InKeys, "postgresql")
def _in_array(element: InKeys, compiler: SQLCompiler, **kw: Any) -> str:
    value, keys = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{value} = ANY({keys})"


def _configure(connection: Any, _record: object) -> None:
    connection.adapters.register_dumper(str, _text_dumper())


@cache
def _text_dumper() -> type[Dumper]:
    """Writes text without U+0000, which PostgreSQL takes nowhere; a person or a page may well have written one.

    psycopg takes 8 MiB in each process, so it is imported where there is a PostgreSQL only.
    """
    from psycopg.types.string import StrDumper

    class TextDumper(StrDumper):
        def dump(self, obj: str) -> Buffer | None:
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    return TextDumper


class Postgres:
    """`ingest.catalogue.dialect.Dialect` for PostgreSQL, through psycopg 3.

    A read sees one state of the data (REPEATABLE READ). A write locks the rows that it changes; only `wait_for_turn`
    keeps others from writing meanwhile.
    """

    one_writer = False
    hint = "Check DATABASE_URL, and that PostgreSQL runs, has room, and lets this user in."

    def engine(self, url: URL, *, for_search: bool) -> Engine:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "options": _OPTIONS, "application_name": "verbatim"},
            paramstyle="format",  # rows of values need no names
            pool_pre_ping=True,  # a server that was restarted is noticed before a statement is lost
            pool_use_lifo=True,
        )
        event.listen(engine, "connect", _configure)
        return engine

    def reading(self, engine: Engine) -> Engine:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def writing(self, engine: Engine) -> Engine:
        return engine

    def wait_for_turn(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")

    def is_mendable(self, error: DatabaseError) -> bool:
        code = getattr(error.orig, "sqlstate", None)
        return isinstance(error, OperationalError) if code is None else str(code).startswith(_MENDABLE)

    @contextmanager
    def migrating(self, engine: Engine) -> Iterator[None]:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_MIGRATION})")
            try:
                yield
            finally:
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_MIGRATION})")

    def write_rows(self, connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
        """In a pipeline, as psycopg runs many rows; COPY would save 5 % of what storing articles takes."""
        if rows:
            insert = driver_insert(statement, tuple(rows[0]), connection.dialect)
            connection.exec_driver_sql(insert.sql, list(insert.values(rows)))

    def add_to_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_ADD_TERMS, {"ids": list(article_ids)})

    def remove_from_full_text(self, connection: Connection, article_ids: Iterable[str]) -> None:
        connection.execute(_DROP_TERMS, {"ids": list(article_ids)})

    def rebuild_full_text(self, connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM chunk_terms")
        connection.exec_driver_sql("UPDATE chunk_terms_total SET chunks = 0, terms = 0")
        every = connection.exec_driver_sql("SELECT DISTINCT article_id FROM chunks").scalars().all()
        for first in range(0, len(every), _ARTICLES_TOGETHER):
            self.add_to_full_text(connection, every[first : first + _ARTICLES_TOGETHER])

    def count_terms(self, connection: Connection, counts: Mapping[str, int]) -> None:
        in_order = sorted(counts)
        connection.execute(_COUNT_TERMS, {"terms": in_order, "counts": [counts[term] for term in in_order]})

    def counter(self, connection: Connection, table: Table) -> int:
        statement = text("SELECT coalesce(pg_sequence_last_value(CAST(:sequence AS regclass)), 0)")
        return int(connection.execute(statement, {"sequence": _sequence(connection, table)}).scalar_one())

    def set_counter(self, connection: Connection, table: Table, value: int) -> None:
        statement = text("SELECT setval(CAST(:sequence AS regclass), greatest(:value, 1), :value > 0)")
        connection.execute(statement, {"sequence": _sequence(connection, table), "value": value})

    def best_matches(self) -> Subquery:
        return _BEST

    def prefer_indexes(self, connection: Connection) -> None:
        """The planner does not know that reading a row's array costs more than reading its row."""
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")

    def match_parameters(self, terms: Iterable[str], limit: int) -> dict[str, object]:
        return {"any_of": list(terms), "limit": limit}


def _sequence(connection: Connection, table: Table) -> str:
    (key,) = table.primary_key.columns
    named = text("SELECT pg_get_serial_sequence(:table, :column)")
    return str(connection.execute(named, {"table": table.name, "column": key.name}).scalar_one())
