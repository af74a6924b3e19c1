"""A view's articles in full, with the vectors of all their sentences, for the digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Row, func, select

from ingest.catalogue.articles import card, unpack
from ingest.catalogue.chunks import SPAN_BYTES, Matrix, first_row, matrix
from ingest.catalogue.database import Database
from ingest.catalogue.schema import article_versions, articles, chunks, vectors
from ingest.catalogue.visibility import visible
from ingest.models import ArticleCard, Span, View


@dataclass(frozen=True, slots=True, eq=False)
class WholeArticle:
    """The current version of an article.

    Attributes:
        effective_at: `card.published_at`, or the time of the first fetch if it has no date.
        sentences: all its sentences, in order.
        vectors: (len(sentences), d) unit rows; zeros for sentences that are not indexed yet.
        opening: (d,) unit vector of the first chunk, with the title; None if it is not indexed yet.
        model: the digest of the embedding model that made the vectors.
    """

    card: ArticleCard
    effective_at: datetime
    text: str
    sentences: tuple[Span, ...]
    vectors: Matrix
    opening: Matrix | None
    model: str = ""


def whole_articles(database: Database, view: View, model: str, limit: int) -> list[WholeArticle]:
    """The visible articles, newest first, at most `limit`, with the vectors that `model` made.

    Of twins only the oldest is returned.
    """
    return _read(database, visible(view), model, limit)


def articles_in_full(database: Database, article_ids: Sequence[str], model: str) -> list[WholeArticle]:
    """These articles, as far as they are stored; of twins only the oldest."""
    return _read(database, articles.c.id.in_(article_ids), model, len(article_ids)) if article_ids else []


def _read(database: Database, which: ColumnElement[bool], model: str, limit: int) -> list[WholeArticle]:
    same = (article_versions.c.article_id == articles.c.id) & (article_versions.c.version == articles.c.version)
    texts = (
        select(article_versions, articles.c.url, articles.c.effective_at, articles.c.twins)
        .join(articles, same)
        .where(which)
        .order_by(articles.c.effective_at.desc(), articles.c.id)
        .limit(limit)
    )
    made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model)
    pieces = (
        select(chunks.c.article_id, chunks.c.sentences, vectors.c.chunk_vector, vectors.c.sentence_vectors)
        .join(articles, articles.c.id == chunks.c.article_id)
        .outerjoin(vectors, made_by)
        .where(which)
        .order_by(chunks.c.article_id, chunks.c.n)
    )
    with database.read() as connection:
        rows = _one_of_twins(connection.execute(texts).all())
        found = connection.execute(pieces).all()
    by_article = {article_id: list(group) for article_id, group in groupby(found, key=lambda row: row.article_id)}
    width = next((len(row.chunk_vector) // 2 for row in found if row.chunk_vector), 0)
    return [_whole(row, by_article.get(row.article_id, []), width, model) for row in rows]


def _one_of_twins(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The rows (newest first) without those that have an older twin."""
    oldest = {row.twins: row.article_id for row in rows if row.twins is not None}
    return [row for row in rows if row.twins is None or oldest[row.twins] == row.article_id]


def _whole(row: Row[Any], pieces: Sequence[Any], width: int, model: str) -> WholeArticle:
    """An article with its chunks joined; vectors have `width` dimensions."""
    sentences = unpack(b"".join(piece.sentences for piece in pieces))
    stored = (piece.sentence_vectors or bytes(len(piece.sentences) // SPAN_BYTES * width * 2) for piece in pieces)
    opening = first_row(pieces[0].chunk_vector) if pieces else None
    joined = matrix(b"".join(stored), len(sentences)) if pieces else None
    rows = np.zeros((0, width), dtype=np.float32) if joined is None else joined
    return WholeArticle(card(row), row.effective_at, row.text, sentences, rows, opening, model)


def reading_of(database: Database, view: View, model: str) -> str:
    """A key that changes whenever the result of `whole_articles` would: a hash of the articles' versions and of how
    many of their chunks have a vector of `model`. Takes milliseconds, where loading the texts takes seconds."""
    made_by = (vectors.c.chunk == chunks.c.row) & (vectors.c.model == model)
    statement = (
        select(articles.c.id, articles.c.version, func.count(vectors.c.chunk))
        .outerjoin(chunks, chunks.c.article_id == articles.c.id)
        .outerjoin(vectors, made_by)
        .where(visible(view))
        .group_by(articles.c.id)
        .order_by(articles.c.id)
    )
    state = sha256(model.encode())
    with database.read() as connection:
        for row in connection.execute(statement):
            state.update(f"{row[0]} {row[1]} {row[2]}\n".encode())
    return state.hexdigest()
