"""Questions and answers as JSON between the bot and its answer workers: whole, so that nothing is lost on the way.

`bot.contract` is what other programs see of an answer; this is not kept to any letter, for both sides are one version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status, Turn, Window
from ingest.models import ArticleCard, Span

Json = dict[str, Any]
_AS_IT_IS = ("text", "note", "dropped", "timings_ms")


def question_to_json(question: Question) -> Json:
    """A question, all of it."""
    return {
        "text": question.text,
        "asked_at": question.asked_at.isoformat(),
        "history": [[turn.role, turn.content] for turn in question.history],
        "scopes": question.scopes,
        "id": question.id,
        "window": _window_to_json(question.window),
        "language": question.language,
        "zone": str(question.zone),
        "asker_id": question.asker_id,
        "about": question.about,
    }


def question_of(json: Mapping[str, Any]) -> Question:
    """The inverse of `question_to_json`."""
    same = {name: json[name] for name in ("text", "id", "language", "asker_id")}
    return Question(
        asked_at=datetime.fromisoformat(json["asked_at"]),
        history=tuple(Turn(role, content) for role, content in json["history"]),
        scopes=tuple(json["scopes"]),
        window=_window_of(json["window"]),
        zone=UTC if json["zone"] == str(UTC) else ZoneInfo(json["zone"]),
        about=tuple(json["about"]),
        **same,
    )


def answer_to_json(answer: Answer) -> Json:
    """An answer without its question, which the other side has."""
    return {
        **{name: getattr(answer, name) for name in _AS_IT_IS},
        "status": answer.status.value,
        "mode": answer.mode.value,
        "confidence": float(answer.confidence),
        "statements": [[statement.text, statement.quotes] for statement in answer.statements],
        "quotes": [_quote_to_json(quote) for quote in answer.quotes],
        "old": answer.old,
        "more": [_quote_to_json(quote) for quote in answer.more],
        "window": _window_to_json(answer.window),
        "newest_article_at": _time(answer.newest_article_at),
        "nearest": [_card_to_json(card) for card in answer.nearest],
    }


def answer_of(json: Mapping[str, Any], question: Question) -> Answer:
    """The inverse of `answer_to_json`."""
    return Answer(
        question,
        Status(json["status"]),
        Mode(json["mode"]),
        confidence=json["confidence"],
        statements=tuple(Statement(text, tuple(quotes)) for text, quotes in json["statements"]),
        quotes=tuple(map(_quote_of, json["quotes"])),
        old=tuple(json["old"]),
        more=tuple(map(_quote_of, json["more"])),
        window=_window_of(json["window"]),
        newest_article_at=_time_of(json["newest_article_at"]),
        nearest=tuple(map(_card_of, json["nearest"])),
        **{name: json[name] for name in _AS_IT_IS},
    )


def _quote_to_json(quote: Quote) -> Json:
    same = {name: getattr(quote, name) for name in ("n", "text", "start", "end", "link", "highlight")}
    return same | {"article": _card_to_json(quote.article)}


def _quote_of(json: Json) -> Quote:
    highlight = json["highlight"] and Span(*json["highlight"])
    return Quote(**(json | {"article": _card_of(json["article"]), "highlight": highlight}))


def _card_to_json(card: ArticleCard) -> Json:
    return asdict(card) | {"published_at": _time(card.published_at)}


def _card_of(json: Json) -> ArticleCard:
    return ArticleCard(**(json | {"published_at": _time_of(json["published_at"])}))


def _window_to_json(window: Window | None) -> list[str | None] | None:
    return None if window is None else [_time(window.since), _time(window.until)]


def _window_of(json: list[str | None] | None) -> Window | None:
    return None if json is None else Window(*map(_time_of, json))


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
