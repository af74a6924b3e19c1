"""What search reads of the catalogue: term matches, visibility, and whole passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Row, Select, bindparam, func, literal, select

from ingest.catalogue.articles import card, unpack
from ingest.catalogue.database import Database
from ingest.catalogue.dialect import dialect_of
from ingest.catalogue.schema import article_versions, articles, chunks, terms, vectors
from ingest.catalogue.visibility import parameters_of, visible, visible_within
from ingest.models import ArticleCard, Span, View
from ingest.text.bounds import HEADING, shortened

if TYPE_CHECKING:  # only searches need numpy; an ingest that only stores saves its 13 MiB
    import numpy as np
    import numpy.typing as npt

Matrix: TypeAlias = "npt.NDArray[np.float32]"
HalfMatrix: TypeAlias = "npt.NDArray[np.float16]"

SPAN_BYTES = 8
"""Size of one sentence's offsets in `chunks.sentences` (`articles.pack`), in bytes."""
_FETCH = 20
"""How many matches are ranked for each visible match wanted, in a view that can see few articles."""
_AT_ONCE = 10_000
"""Most ids in one statement; SQLite accepts 32,766 parameters."""
_VOCABULARY = select(literal(None).label("term"), func.max(chunks.c.row).label("chunks")).union_all(
    select(terms.c.term, terms.c.chunks).where(terms.c.term.in_(bindparam("terms", expanding=True)), terms.c.chunks > 0)
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is needed to score a chunk.

    Attributes:
        terms: its search terms, including repetitions.
        vector: (d,) its own, in half precision as it is stored; None until it is indexed.
        sentence_vectors: (sentences, d), the same.
        twins: the label that its article shares with its twins; None if it has none.
    """

    id: str
    terms: Sequence[str]
    effective_at: datetime
    vector: HalfMatrix | None
    sentence_vectors: HalfMatrix | None
    twins: str | None = None

    @property
    def article_id(self) -> str:
        """The id of its article."""
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk with its article's citation, as `Passage` describes it."""

    id: str
    article: ArticleCard
    effective_at: datetime
    heading: str
    span: Span
    text: str
    sentences: tuple[Span, ...]
    sentence_vectors: Matrix | None
    context_terms: frozenset[str]
    sentence_terms: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """How many chunks there are, and how many terms one has on average."""

    chunks: int
    mean_terms: float


class Chunks:
    """The tables that search reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def totals(self) -> Totals:
        with self._database.read() as connection:
            count, mean = connection.execute(select(func.count(), func.avg(chunks.c.length))).one()
        return Totals(count, float(mean or 0.0))

    def vocabulary(self, wanted: Sequence[str]) -> tuple[int, dict[str, int]]:
        """The newest chunk's row, which grows with every stored chunk, and how many chunks contain each term.

        Terms that no chunk contains are left out.
        """
        with self._database.read() as connection:
            counts = {term: count for term, count in connection.execute(_VOCABULARY, {"terms": list(wanted)})}
        return counts.pop(None) or 0, counts

    def match(self, wanted: Sequence[str], limit: int) -> list[str]:
        """Ids of up to `limit` chunks that contain any of the terms, visible or not, in the SQL engine's order."""
        if not wanted:
            return []
        with self._database.read() as connection:
            dialect = dialect_of(connection)
            dialect.prefer_indexes(connection)
            best = dialect.best_matches()
            statement = select(chunks.c.id).join(best, best.c.row == chunks.c.row).order_by(best.c.rank, best.c.row)
            return list(connection.execute(statement, dialect.match_parameters(wanted, limit)).scalars())

    def match_in(self, view: View, wanted: Sequence[str], limit: int, fetched: int = 0) -> list[str]:
        """The same, limited to visible chunks, for views that can see few: at least half of `limit`, or all there are.

        The engine ranks first, and visibility is checked only for the best matches, because joining all is slow.

        Args:
            fetched: how many to rank at first; by default 20 for each match wanted.
        """
        fetched = fetched or limit * _FETCH
        while wanted:
            ranked = self._ranked(wanted, view, fetched)
            shown = [id_ for id_, seen in ranked if seen]
            if 2 * len(shown) >= limit or len(ranked) < fetched:
                return shown[:limit]
            fetched *= _FETCH
        return []

    def _ranked(self, wanted: Sequence[str], view: View, limit: int) -> list[tuple[str, bool]]:
        """The best matches overall, each with whether it is visible."""
        with self._database.read() as connection:
            dialect = dialect_of(connection)
            dialect.prefer_indexes(connection)
            best = dialect.best_matches()
            statement = (
                select(chunks.c.id, visible(view))
                .join(best, best.c.row == chunks.c.row)
                .join(articles, articles.c.id == chunks.c.article_id)
                .order_by(best.c.rank, best.c.row)
            )
            found = connection.execute(statement, dialect.match_parameters(wanted, limit))
            return [(row[0], bool(row[1])) for row in found]

    def candidates(self, ids: Sequence[str], view: View, model: str) -> list[Candidate]:
        """The visible, current chunks among these ids, by id, with `model`'s vectors.

        The order is fixed because the last digit of a cosine depends on its row in the matrix.
        """
        parts = (view.since is not None, view.until is not None, bool(view.within))
        statement, seen = _candidates(*parts), parameters_of(view)
        batches = (list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE))
        with self._database.read() as connection:
            found = (connection.execute(statement, {"ids": part, "model": model} | seen).all() for part in batches)
            rows = sorted((row for part in found for row in part), key=itemgetter(0))
        if not rows:
            return []
        ids, words, packed, dates, twins, own, of_sentences = zip(*rows, strict=True)
        counts = (size // SPAN_BYTES for size in packed)
        return [
            Candidate(id_, said.split(), date, vector, None if matrix is None else matrix.reshape(count, -1), label)
            for id_, said, date, label, vector, matrix, count in zip(
                ids, words, dates, twins, _halves(own), _halves(of_sentences), counts, strict=True
            )
        ]

    def count_in(self, view: View) -> int:
        """How many chunks are visible."""
        statement = select(func.count()).select_from(articles).join(chunks, chunks.c.article_id == articles.c.id)
        with self._database.read() as connection:
            return connection.execute(statement.where(visible(view))).scalar_one()

    def vectors_in(self, view: View, model: str) -> tuple[list[str], Matrix]:
        """All visible chunks that have a vector, with it: (n, d)."""
        statement = (
            select(chunks.c.id, vectors.c.chunk_vector)
            .join(vectors, vectors.c.chunk == chunks.c.row)
            .join(articles, articles.c.id == chunks.c.article_id)
            .where(visible(view), vectors.c.model == model)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        found = _floats(b"".join(row.chunk_vector for row in rows))
        return [row.id for row in rows], found.reshape(len(rows), -1) if rows else found.reshape(0, 0)

    def load(self, ids: Sequence[str], model: str) -> dict[str, StoredChunk]:
        """The chunks by id, with the sentence vectors that `model` made."""
        with self._database.read() as connection:
            rows = connection.execute(_whole_chunks(), {"ids": list(ids), "model": model}).all()
        return {row.id: _stored_chunk(row) for row in rows}


def _stored_chunk(row: Row[Any]) -> StoredChunk:
    context, *sentences = (frozenset(line.split()) for line in row.terms.split("\n"))
    return StoredChunk(
        id=row.id,
        article=card(row),
        effective_at=row.effective_at,
        heading=shortened(row.heading, HEADING),
        span=Span(row.start, row.end),
        text=row.passage,
        sentences=unpack(row.sentences),
        sentence_vectors=matrix(row.sentence_vectors, len(row.sentences) // SPAN_BYTES),
        context_terms=context,
        sentence_terms=tuple(sentences),
    )


def matrix(packed: bytes | None, rows: int) -> Matrix | None:
    """Stored half-precision vectors as (rows, d) float32."""
    return None if packed is None else _floats(packed).reshape(rows, -1)


def first_row(packed: bytes | None) -> Matrix | None:
    """One stored half-precision vector as (d,) float32."""
    return None if packed is None else _floats(packed)


def _floats(packed: bytes) -> Matrix:
    import numpy as np

    return np.frombuffer(packed, dtype="<f2").astype(np.float32)


def _halves(packed: Sequence[bytes | None]) -> Iterator[HalfMatrix | None]:
    """Stored vectors without conversion, each (n,); views of one array, because creating many small arrays is slow."""
    import numpy as np

    whole, start = np.frombuffer(b"".join(each or b"" for each in packed), dtype="<f2"), 0
    for each in packed:
        length = len(each or b"") // whole.itemsize
        yield None if each is None else whole[start : start + length]
        start += length


@cache
def _candidates(since: bool, until: bool, within: bool) -> Select[tuple[str, str, int, datetime, bytes, bytes]]:
    made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == bindparam("model"))
    return (
        select(
            chunks.c.id,
            chunks.c.terms,
            func.length(chunks.c.sentences).label("packed"),
            articles.c.effective_at,
            articles.c.twins,
            vectors.c.chunk_vector,
            vectors.c.sentence_vectors,
        )
        .join(articles, articles.c.id == chunks.c.article_id)
        .outerjoin(vectors, made_by)
        .where(chunks.c.id.in_(bindparam("ids", expanding=True)), visible_within(since, until, within))
    )


@cache
def _whole_chunks() -> Select[tuple[object, ...]]:
    version = (article_versions.c.article_id == chunks.c.article_id) & (article_versions.c.version == chunks.c.version)
    made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == bindparam("model"))
    length = chunks.c.end - chunks.c.start
    statement: Select[tuple[object, ...]] = (
        select(
            chunks.c.id,
            chunks.c.start,
            chunks.c.end,
            chunks.c.heading,
            chunks.c.sentences,
            chunks.c.terms,
            func.substr(article_versions.c.text, chunks.c.start + 1, length).label("passage"),
            article_versions.c.article_id,
            article_versions.c.version,
            article_versions.c.title,
            article_versions.c.source,
            article_versions.c.author,
            article_versions.c.published_at,
            articles.c.url,
            articles.c.effective_at,
            vectors.c.sentence_vectors,
        )
        .join(articles, articles.c.id == chunks.c.article_id)
        .join(article_versions, version)
        .outerjoin(vectors, made_by)
        .where(chunks.c.id.in_(bindparam("ids", expanding=True)))
    )
    return statement
