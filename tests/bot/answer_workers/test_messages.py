"""Questions and answers come out at the other end as they went in."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer_workers.messages import answer_of, answer_to_json, question_of, question_to_json
from bot.answering.models import Answer, Mode, Question, Quote, Turn, Window
from ingest.models import Span
from tests.bot.examples import ASKED_AT, CARD, abstention, answer, hostile_text, quote

MICROSECOND = ASKED_AT + timedelta(microseconds=1)
UNDATED = replace(CARD, published_at=None, url=None, author="ann")
FULL = replace(
    answer(replace(quote(), highlight=Span(12, 17)), quote(2), mode=Mode.MODEL),
    note="the model was not asked",
    confidence=0.1 + 0.2,
    dropped=3,
    old=(2,),
    more=(
        replace(
            quote(3),
            link=None,
            highlight=Span(12, 17),
            article=replace(CARD, published_at=None, url=None, author="ann"),
        ),
    ),
    window=Window(None, MICROSECOND),
    newest_article_at=MICROSECOND,
    nearest=(CARD,),
    partly=True,
    timings_ms={"retrieve": 7, "total": 9},
)
ASKED = Question(
    "What is new?",
    MICROSECOND,
    (Turn("user", "Hello"),),
    ("7", "shared"),
    "q1",
    Window(ASKED_AT, None),
    "de",
    ZoneInfo("Asia/Tokyo"),
    "5",
    ("a1",),
)


@pytest.mark.parametrize("example", [FULL, ASKED, FULL.more[0]])
def test_the_examples_here_have_no_default_so_that_a_new_field_is_not_forgotten(
    example: Answer | Question | Quote,
) -> None:
    for field in fields(example):
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        assert getattr(example, field.name) != default, field.name


def test_a_full_question_arrives_whole() -> None:
    assert question_of(json.loads(json.dumps(question_to_json(ASKED)))) == ASKED


@pytest.mark.parametrize("given_answer", [FULL, answer(), abstention("Nothing.", CARD)])
def test_an_answer_arrives_whole(given_answer: Answer) -> None:
    sent = json.loads(json.dumps(answer_to_json(given_answer)))
    assert answer_of(sent, given_answer.question) == given_answer


@given(
    text=hostile_text | st.text(st.characters(exclude_categories=())),  # lone surrogates too
    asked_at=st.datetimes(timezones=st.sampled_from((UTC, timezone(timedelta(hours=9))))),
    zone=st.sampled_from((UTC, ZoneInfo("UTC"), ZoneInfo("America/St_Johns"))),
    window=st.none() | st.builds(Window, st.none() | st.just(MICROSECOND), st.none() | st.just(ASKED_AT)),
    about=st.lists(st.text(max_size=5), max_size=3).map(tuple),
)
def test_a_question_arrives_whole(
    text: str, asked_at: datetime, zone: ZoneInfo, window: Window | None, about: tuple[str, ...]
) -> None:
    history = (Turn("user", text), Turn("assistant", "No."))
    question = Question(text, asked_at, history, ("7", "shared"), None, window, "de", zone, "5", about)
    arrived = question_of(json.loads(json.dumps(question_to_json(question))))
    assert replace(arrived, zone=UTC, asked_at=asked_at) == replace(question, zone=UTC)
    assert (arrived.asked_at, arrived.asked_at.utcoffset()) == (asked_at, asked_at.utcoffset())
    assert ASKED_AT.astimezone(arrived.zone).isoformat() == ASKED_AT.astimezone(zone).isoformat()
