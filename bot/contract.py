"""The JSON that leaves and enters the program (docs: the contract of the command line). Kept to the letter.

Key order is part of it, so that two runs can be compared line by line. Knows no Discord and no terminal.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answering.models import Answer, Question, Quote, Role, Turn, Window
from bot.digest.models import Digest, Story
from bot.render.messages import answer_text
from ingest.clock import format_utc, parse_clock
from ingest.errors import SettingsError, VerbatimError
from ingest.models import SHARED_SCOPE, ArticleCard, Passage

Json = dict[str, Any]
_COVERAGE = ("sources", "checked", "failed", "silent", "articles")


class QuestionLineError(VerbatimError):
    """A line of `ask --jsonl` that is not a question."""


def answer_to_json(answer: Answer) -> Json:
    """An answer as the contract's answer object; `json.dumps` takes it as it is.

    `answer` is Markdown in which nothing is live, as Discord gets it; statements and quotes are exact.
    """
    return {
        "id": answer.question.id,
        "question": answer.question.text,
        "status": answer.status.value,
        "mode": answer.mode.value,
        "answer": answer_text(answer),
        "note": answer.note,
        "statements": [{"text": s.text, "quotes": list(s.quotes)} for s in answer.statements],
        "confidence": round(answer.confidence, 4),
        "quotes": [quote_to_json(quote) for quote in answer.quotes],
        "window": _window_to_json(answer.window),
        "newest_article_at": _time(answer.newest_article_at),
        "nearest": [{"id": card.id, "url": card.url, "title": card.title} for card in answer.nearest],
        "timings_ms": dict(answer.timings_ms),
    }


def quote_to_json(quote: Quote) -> Json:
    """One quote; `start` and `end` count code points of the article's stored text."""
    return {
        "n": quote.n,
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "highlight": quote.highlight and {"start": quote.highlight.start, "end": quote.highlight.end},
        "article": _card_to_json(quote.article),
        "link": quote.link,
    }


def hit_to_json(passage: Passage) -> Json:
    """One hit of `search`; its text is the chunk as it stands in the article."""
    card = passage.article
    return {
        "article_id": card.id,
        "url": card.url,
        "title": card.title,
        "published_at": _time(card.published_at),
        "text": passage.text,
        "score": round(passage.score, 4),
    }


def digest_to_json(digest: Digest) -> Json:
    """A digest as the contract's digest object."""
    return {
        "since": _time(digest.since),
        "until": _time(digest.until),
        "stories": [story_to_json(story) for story in digest.stories],
        "coverage": {name: getattr(digest.coverage, name) for name in _COVERAGE},
    }


def error_to_json(id: str | None, line: int, error: VerbatimError) -> Json:
    """The object in place of an answer when line number `line` (from 1) of `--jsonl` fails."""
    return {"id": id, "line": line, "status": "error", "error": str(error), "hint": error.hint}


def parse_question_line(line: str, number: int, default_clock: datetime) -> Question:
    """Read one line of `ask --jsonl`; `asked_at` is `default_clock` if the line has none.

    Unknown keys are ignored, so that lines of a test set can be piped in as they are.

    Raises:
        QuestionLineError: naming the line and the field.
    """
    try:
        fields = _QuestionLine.model_validate_json(line)
    except ValidationError as error:
        raise _line_error(number, *_first_problem(error)) from None
    return Question(
        text=fields.question,
        asked_at=default_clock if fields.asked_at is None else _asked_at(fields.asked_at, number),
        history=tuple(Turn(turn.role, turn.content) for turn in fields.history),
        scopes=_scopes(fields.scope, number),
        id=fields.id,
    )


def scopes_of(scope: str) -> tuple[str, ...]:
    """The scopes that `scope` may see: a guild sees its own sources and the shared ones.

    Raises:
        SettingsError: it is neither `shared` nor a guild's id.
    """
    if scope == SHARED_SCOPE:
        return (SHARED_SCOPE,)
    if not re.fullmatch(r"[0-9]{1,20}", scope):
        raise SettingsError(
            "wrong scope",
            repr(scope[:40]),
            "it is no guild id",
            hint=f"Use {SHARED_SCOPE!r} or the id of a Discord server, which is a number.",
        )
    return (scope, SHARED_SCOPE)


class _TurnLine(BaseModel):
    role: Role
    content: str


class _QuestionLine(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str | None = None
    question: str = Field(pattern=r"\S")
    asked_at: str | None = None
    history: tuple[_TurnLine, ...] = ()
    scope: str = SHARED_SCOPE


def _first_problem(error: ValidationError) -> tuple[str, str]:
    """The path of the first wrong field and what is wrong with it, without repeating the input."""
    first = error.errors(include_input=False, include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "string_pattern_mismatch":
        return field, "it is empty"
    return field or "the line", first["msg"]


def _asked_at(text: str, number: int) -> datetime:
    try:
        return parse_clock(text)
    except SettingsError as error:
        raise _line_error(number, "asked_at", error.why, error.hint) from None


def _scopes(scope: str, number: int) -> tuple[str, ...]:
    try:
        return scopes_of(scope)
    except SettingsError as error:
        raise _line_error(number, "scope", error.why, error.hint) from None


def _line_error(number: int, field: str, why: str, hint: str = "") -> QuestionLineError:
    return QuestionLineError(
        "cannot read the question",
        f"line {number}, {field}",
        why,
        hint=hint or 'A line is an object like {"id": "q1", "question": "What is new?", "asked_at": "2026-06-28"}.',
    )


def _card_to_json(card: ArticleCard) -> Json:
    return {**asdict(card), "published_at": _time(card.published_at)}


def story_to_json(story: Story) -> Json:
    """One story of a digest object."""
    return {
        "title": story.title,
        "label": story.label.value,
        "summary": story.summary,
        "quotes": [quote_to_json(quote) for quote in story.quotes],
        "articles": [
            {
                "id": card.id,
                "url": card.url,
                "title": card.title,
                "source": card.source,
                "published_at": _time(card.published_at),
            }
            for card in story.articles
        ],
        "score": round(story.score, 4),
    }


def _window_to_json(window: Window | None) -> Json | None:
    return None if window is None else {"since": _time(window.since), "until": _time(window.until)}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else format_utc(moment)
