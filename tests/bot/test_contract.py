"""The JSON of the command line is the contract, to the letter."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.answering.models import Question, Status, Turn, Window
from bot.contract import (
    QuestionLineError,
    answer_to_json,
    digest_to_json,
    error_to_json,
    parse_question_line,
    quote_to_json,
    scopes_of,
)
from ingest.errors import SettingsError
from tests.bot.examples import ASKED_AT, CARD, abstention, answer, digest, quote


def test_an_answer_object_has_the_contracts_keys_in_the_contracts_order() -> None:
    window = Window(datetime(2026, 6, 15, tzinfo=UTC), None)
    given = replace(answer(quote(text="It is open.")), window=window, timings_ms={"understand": 1, "total": 9})
    assert json.dumps(answer_to_json(given), indent=1) == json.dumps(
        {
            "id": "q1",
            "question": "What is new?",
            "status": "answered",
            "mode": "quotes",
            "answer": "It is open. [1]",
            "note": None,
            "statements": [{"text": "It is open.", "quotes": [1]}],
            "confidence": 0.0,
            "quotes": [
                {
                    "n": 1,
                    "text": "It is open.",
                    "start": 10,
                    "end": 21,
                    "highlight": None,
                    "article": {
                        "id": "a1",
                        "url": "https://example.org/dsa",
                        "title": "DeepSeek ships V3.2",
                        "source": "Example News",
                        "author": None,
                        "published_at": "2026-06-20T08:30:00Z",
                        "version": 1,
                    },
                    "link": "https://example.org/dsa#:~:text=It%20is%20open.",
                }
            ],
            "window": {"since": "2026-06-15T00:00:00Z", "until": None},
            "newest_article_at": None,
            "nearest": [],
            "timings_ms": {"understand": 1, "total": 9},
        },
        indent=1,
    )


def test_an_abstention_has_no_quotes_and_names_the_nearest_articles() -> None:
    given = answer_to_json(abstention("Nothing.", CARD))
    assert given["status"] == Status.NO_EVIDENCE.value
    assert (given["statements"], given["quotes"], given["window"]) == ([], [], None)
    assert given["nearest"] == [{"id": "a1", "url": "https://example.org/dsa", "title": "DeepSeek ships V3.2"}]
    assert given["newest_article_at"] == "2026-06-20T08:30:00Z"


def test_a_digest_object_has_the_contracts_keys_in_the_contracts_order() -> None:
    given = digest_to_json(digest("V3.2"))
    assert list(given) == ["since", "until", "stories", "coverage"]
    assert (given["since"], given["until"]) == ("2026-06-21T12:00:00Z", "2026-06-28T12:00:00Z")
    (story,) = given["stories"]
    assert list(story) == ["title", "label", "summary", "quotes", "articles", "score"]
    assert (story["title"], story["label"], story["score"]) == ("V3.2", "new", 1.0)
    assert story["quotes"] == [quote_to_json(quote(text="V3.2 happened."))]
    assert story["articles"] == [
        {
            "id": "a1",
            "url": "https://example.org/dsa",
            "title": "DeepSeek ships V3.2",
            "source": "Example News",
            "published_at": "2026-06-20T08:30:00Z",
        }
    ]
    assert list(given["coverage"].items()) == [
        ("sources", 5),
        ("checked", 4),
        ("failed", 1),
        ("silent", 0),
        ("articles", 12),
    ]


def test_times_leave_in_utc_whatever_zone_they_had() -> None:
    tokyo = timezone(timedelta(hours=9))
    given = replace(answer(), newest_article_at=datetime(2026, 6, 20, 8, 30, tzinfo=tokyo))
    assert answer_to_json(given)["newest_article_at"] == "2026-06-19T23:30:00Z"


def test_a_bad_line_gives_an_error_object() -> None:
    error = SettingsError("cannot", "this", "that", hint="Do so.")
    assert error_to_json(None, 3, error) == {
        "id": None,
        "line": 3,
        "status": "error",
        "error": "cannot: this: that",
        "hint": "Do so.",
    }


def test_a_question_line_needs_nothing_but_a_question() -> None:
    assert parse_question_line('{"question": "What is new?"}', 1, ASKED_AT) == Question("What is new?", ASKED_AT)


def test_a_full_question_line_is_taken_whole() -> None:
    line = json.dumps(
        {
            "id": "q7",
            "question": "And the price?",
            "asked_at": "2026-06-28",
            "history": [{"role": "user", "content": "V3.2?"}, {"role": "assistant", "content": "Yes."}],
            "scope": "42",
            "type": "keys of a test set are ignored",
        }
    )
    assert parse_question_line(line, 1, ASKED_AT) == Question(
        "And the price?",
        datetime(2026, 6, 28, 23, 59, 59, 999999, tzinfo=UTC),
        (Turn("user", "V3.2?"), Turn("assistant", "Yes.")),
        ("42", "shared"),
        "q7",
    )


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", "line 4, the line"),
        ("[]", "line 4, the line"),
        ('{"question": ', "line 4, the line"),
        ("{}", "line 4, question"),
        ('{"question": " "}', "line 4, question"),
        ('{"question": null}', "line 4, question"),
        ('{"question": "\\ud800"}', "line 4, the line"),
        ('{"question": "x", "asked_at": "yesterday"}', "line 4, asked_at"),
        ('{"question": "x", "scope": "everyone"}', "line 4, scope"),
        ('{"question": "x", "history": "hello"}', "line 4, history"),
        ('{"question": "x", "history": [{"role": "system", "content": "x"}]}', "line 4, history.0.role"),
        ('{"question": "x", "history": [{"role": "user"}]}', "line 4, history.0.content"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_field(line: str, names: str) -> None:
    with pytest.raises(QuestionLineError) as caught:
        parse_question_line(line, 4, ASKED_AT)
    assert caught.value.which == names
    assert caught.value.hint


def test_a_guild_sees_its_own_sources_and_the_shared_ones() -> None:
    assert scopes_of("shared") == ("shared",)
    assert scopes_of("1234") == ("1234", "shared")
    with pytest.raises(SettingsError, match="no guild id"):
        scopes_of("12a")
