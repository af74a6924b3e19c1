"""Questions and answers as JSON between the bot and its answer workers: whole, so that nothing is lost on the way.

`bot.contract` is what other programs see of an answer; this is not kept to any letter, for both sides are one version.
Fields travel as they are, tuples as lists, unless they are named here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status, Turn, Window
from ingest.models import ArticleCard, Span

Json = dict[str, Any]
Ways = Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]
"""Of some fields: how their value becomes JSON, and how it is made of that again."""


def question_to_json(question: Question) -> Json:
    """A question, all of it."""
    return _to_json(question, _QUESTION)


def question_of(json: Json) -> Question:
    """The inverse of `question_to_json`."""
    return Question(**_of(json, _QUESTION))


def answer_to_json(answer: Answer) -> Json:
    """An answer without its question, which the other side has."""
    return _to_json(answer, _ANSWER, without="question")


def answer_of(json: Json, question: Question) -> Answer:
    """The inverse of `answer_to_json`."""
    return Answer(question, **_of(json, _ANSWER))


def _to_json(value: Question | Answer | Quote, ways: Ways, without: str = "") -> Json:
    names = (field.name for field in fields(value) if field.name != without)
    return {name: ways.get(name, _PLAIN)[0](getattr(value, name)) for name in names}


def _of(json: Json, ways: Ways) -> Json:
    return {name: ways.get(name, _PLAIN)[1](value) for name, value in json.items()}


def _same(value: Any) -> Any:
    return value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _time_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _window(window: Window | None) -> list[str | None] | None:
    return None if window is None else [_time(window.since), _time(window.until)]


def _window_of(json: list[str | None] | None) -> Window | None:
    return None if json is None else Window(*map(_time_of, json))


def _zone_of(name: str) -> tzinfo:
    return UTC if name == str(UTC) else ZoneInfo(name)


def _card(card: ArticleCard) -> Json:
    return asdict(card) | {"published_at": _time(card.published_at)}


def _card_of(json: Json) -> ArticleCard:
    return ArticleCard(**(json | {"published_at": _time_of(json["published_at"])}))


def _quotes(quotes: tuple[Quote, ...]) -> list[Json]:
    return [_to_json(quote, _QUOTE) for quote in quotes]


def _quotes_of(json: list[Json]) -> tuple[Quote, ...]:
    return tuple(Quote(**_of(quote, _QUOTE)) for quote in json)


_PLAIN = (_same, _frozen)
_QUOTE: Ways = {
    "article": (_card, _card_of),
    "highlight": (_same, lambda span: span and Span(*span)),
}
_QUESTION: Ways = {
    "asked_at": (_time, _time_of),
    "history": (
        lambda turns: [[turn.role, turn.content] for turn in turns],
        lambda turns: tuple(Turn(role, content) for role, content in turns),
    ),
    "window": (_window, _window_of),
    "zone": (str, _zone_of),
}
_ANSWER: Ways = {
    "status": (_same, Status),
    "mode": (_same, Mode),
    "confidence": (float, float),
    "statements": (
        lambda statements: [[statement.text, statement.quotes] for statement in statements],
        lambda statements: tuple(Statement(text, tuple(quotes)) for text, quotes in statements),
    ),
    "quotes": (_quotes, _quotes_of),
    "more": (_quotes, _quotes_of),
    "window": (_window, _window_of),
    "newest_article_at": (_time, _time_of),
    "nearest": (lambda cards: [*map(_card, cards)], lambda cards: tuple(map(_card_of, cards))),
}
