"""Whatever an answer says, its card with all its buttons is what Discord takes, and reads back as what was meant."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.models import Answer
from bot.discord.buttons.answer_buttons import ContextButton, buttons_under
from bot.discord.interactions.cards import laid_out
from bot.discord.interactions.sending import body_of, changed_body
from bot.discord.messages import discord_text
from bot.render import PictureFile, RenderedMessage, render_answer
from tests.bot.examples import answer, hostile_text, quote
from tests.bot.test_render_messages import hostile_answers
from tests.servers.discord.components import check_components, walk_components
from tests.servers.discord.nouns import COMPONENTS_V2, Attachment
from tests.servers.discord.schema import OpenApi

DOCUMENT = OpenApi()
_TEXT = 10
"""The type of a text display (developer reference, "Component Types")."""


def components(message: RenderedMessage, given_: Answer, *, last: bool) -> list[dict[str, Any]]:
    """What is sent of a card, with the buttons beside its quotes and, below the last, all that an answer may have."""
    assert message.card is not None
    view = buttons_under(given_, 17, private=False, by_command=True) if last else None
    layout = laid_out(message.card, message.files, view, partial(ContextButton, 17))
    sent: list[dict[str, Any]] = layout.to_components()  # type: ignore[no-untyped-call]
    return sent


@settings(max_examples=60, deadline=None)
@given(hostile_answers(), hostile_text)
def test_a_card_is_what_discord_takes_and_reads_back_as_it_was_meant(hostile: Answer, asked: str) -> None:
    hostile = replace(hostile, more=(quote(5),))
    messages = render_answer(hostile, discord_text.asked(asked), "Go on.", cards=True)
    for n, message in enumerate(messages, 1):
        sent = components(message, hostile, last=n == len(messages))
        assert DOCUMENT.violations("POST", "/channels/1/messages", {}, {"flags": 1 << 15, "components": sent}) == []
        check_components(sent, [Attachment(file.name, b"") for file in message.files], COMPONENTS_V2)
        read = "\n".join(c["content"] for c in walk_components(sent) if c["type"] == _TEXT)
        assert read == message.content


@pytest.mark.parametrize("letter", ["x", "模", "😀", "*"])
@given(st.integers(1, 1_000))
@settings(max_examples=20, deadline=None)
def test_four_long_quotes_in_any_script_are_taken(letter: str, length: int) -> None:
    long = answer(*(quote(n, letter * length + ".") for n in range(1, 5)))
    messages = render_answer(long, cards=True)
    for message in messages:
        sent = components(message, long, last=message is messages[-1])
        check_components(sent, [Attachment(file.name, b"") for file in message.files], COMPONENTS_V2)


def test_what_is_attached_is_named_by_the_card_and_left_out_where_nothing_may_be_attached() -> None:
    (message,) = render_answer(answer(quote()), cards=True)
    message = replace(message, files=(PictureFile("week.png", b"", "The week"),))
    body = body_of(message)
    assert [file.filename for file in body["files"]] == ["week.png"]
    assert "attachment://week.png" in str(body["view"].to_components())
    body = body_of(message, attaches=False)
    assert body["files"] == []
    assert "attachment" not in str(body["view"].to_components())


def test_what_takes_the_place_of_a_card_is_a_card_and_of_plain_text_leaves_none_of_it() -> None:
    (card,) = render_answer(answer(quote()), cards=True)
    plain = RenderedMessage("Words.")
    assert "content" not in changed_body(plain, was_card=True)
    assert "Words." in str(changed_body(plain, was_card=True)["view"].to_components())
    assert changed_body(card, was_card=False)["content"] is None
    assert changed_body(plain, was_card=False) == {"view": None, "content": "Words.", "attachments": []}
