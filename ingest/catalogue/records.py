"""An article and its chunks, ready to be stored; what is done with it; how sentence spans are packed. Pure."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Self

from ingest.models import Span


class Decision(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FORGOTTEN = "forgotten"
    COPY = "copy"


class Fingerprint(str):
    """SHA-256 of everything whose change a reader would notice."""

    @classmethod
    def of(cls, title: str, source: str, author: str | None, published_at: datetime | None, text: str) -> Self:
        parts = (title, source, author or "", published_at.isoformat() if published_at else "", text)
        return cls(hashlib.sha256("\x1f".join(parts).encode()).hexdigest())


def decide(known: str | None, found: Fingerprint, *, forgotten: bool = False, copy: bool = False) -> Decision:
    """Compare the stored article (its fingerprint, None if there is none) with the one found.

    Args:
        copy: the same text is stored under another key.
    """
    if forgotten:
        return Decision.FORGOTTEN
    if known is None:
        return Decision.COPY if copy else Decision.NEW
    return Decision.SAME if known == found else Decision.CHANGED


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """A chunk as it is stored.

    Attributes:
        terms: its search terms (see `joined`), first of title, publisher and heading, then of each sentence.
    """

    span: Span
    sentences: tuple[Span, ...]
    heading: str
    terms: str


@dataclass(frozen=True)
class ArticleRecord:
    """An article ready to be stored. `key` identifies the article that this is a version of.

    Attributes:
        stated_at: the publication date that its document states, which may be in the future.
        language: ISO 639-1.
        no_later_than: for an undated article, a time by which it existed; used as its date.
        note: how it differs from its document, for an operator; "" if it does not.
    """

    key: str
    url: str | None
    title: str
    source: str
    author: str | None
    published_at: datetime | None
    fetched_at: datetime
    text: str
    chunks: Sequence[ChunkRecord]
    updated_at: datetime | None = None
    stated_at: datetime | None = None
    language: str | None = None
    no_later_than: datetime | None = None
    note: str = ""

    @property
    def effective_at(self) -> datetime:
        """Its date, or the time used in its place."""
        return self.published_at or self.no_later_than or self.fetched_at

    @cached_property
    def id(self) -> str:
        """Derived from the key, so that it is the same after a rebuild or a restore."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:16]

    @cached_property
    def fingerprint(self) -> Fingerprint:
        return Fingerprint.of(self.title, self.source, self.author, self.stated_at or self.published_at, self.text)


def joined(lines: Iterable[Iterable[str]]) -> str:
    """Terms as one compact text: a line for each list, spaces between terms."""
    return "\n".join(map(" ".join, lines))


def pack(spans: Iterable[Span]) -> bytes:
    """Sentence spans as little-endian int32 pairs."""
    offsets = [offset for span in spans for offset in span]
    return struct.pack(f"<{len(offsets)}i", *offsets)


def unpack(packed: bytes) -> tuple[Span, ...]:
    """The inverse of `pack`."""
    return tuple(Span(start, end) for start, end in struct.iter_unpack("<2i", packed))
