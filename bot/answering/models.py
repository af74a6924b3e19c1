"""The nouns of answering, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Literal

from ingest.models import SHARED_SCOPE, ArticleCard, Span

Role = Literal["user", "assistant"]
LANGUAGES = {
    "en": "English", "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""Languages in which a model can be asked to answer, by their ISO 639-1 codes."""


class Status(StrEnum):
    ANSWERED = "answered"
    NO_EVIDENCE = "no_evidence"
    ERROR = "error"


class Mode(StrEnum):
    """What made the answer: a language model's checked statements, or the quotes alone."""

    MODEL = "model"
    QUOTES = "quotes"


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time `[since, until)` read from a question; either side may be open."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its text, time (aware, UTC), earlier turns (oldest first) and visible scopes.

    Attributes:
        window: given besides the question; times in the question only narrow it.
        language: code of the language a model answers in (`LANGUAGES`); "" for that of the question.
        zone: the asker's time zone, for days and weeks.
        about: ids of articles that it is asked about: they are looked at first.
    """

    text: str
    asked_at: datetime
    history: tuple[Turn, ...] = ()
    scopes: tuple[str, ...] = (SHARED_SCOPE,)
    id: str | None = None
    window: Window | None = None
    language: str = ""
    zone: tzinfo = UTC
    asker_id: str = ""
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of an article's stored version; `text` is `article.text[start:end]`, always.

    Attributes:
        highlight: the part of it that answers, as a span of the article; None if unknown.
    """

    n: int
    text: str
    start: int
    end: int
    article: ArticleCard
    link: str | None
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of the answer with the numbers of the quotes that support it (at least one)."""

    text: str
    quotes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, an abstention or an error; `answer_to_json` in `bot.contract` is its public form.

    Attributes:
        confidence: how likely the corpus holds the answer, calibrated, 0 to 1.
        partly: something that was asked for has no source, or a language model's answer gave way to quotes alone.
        dropped: how many statements of a language model failed the checks.
        old: numbers of quotes older than the operator wants unmarked; for rendering.
        more: further quotes with consecutive numbers, for "More quotes"; not part of the contract.
    """

    question: Question
    status: Status
    mode: Mode
    text: str
    statements: tuple[Statement, ...] = ()
    quotes: tuple[Quote, ...] = ()
    note: str | None = None
    partly: bool = False
    confidence: float = 0.0
    dropped: int = 0
    old: tuple[int, ...] = ()
    more: tuple[Quote, ...] = ()
    window: Window | None = None
    newest_article_at: datetime | None = None
    nearest: tuple[ArticleCard, ...] = ()
    timings_ms: dict[str, int] = field(default_factory=dict)
