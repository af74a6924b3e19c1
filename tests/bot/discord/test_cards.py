"""On a server that wants cards, what is shown at length is a card, and all that works with plain text works with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import discord
import pytest

from bot.discord.interactions.cards import said
from bot.discord.messages import discord_text
from bot.render.card import Accent
from bot.services.guilds import GuildSettings
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
def cards(newsroom: Newsroom, services: FakeServices) -> Newsroom:
    services.guilds.change(newsroom.guild.id, GuildSettings(cards=True))
    return newsroom


def components(message: discord.Message) -> list[Any]:
    """Everything on a message, in its order."""

    def inside(parts: Any) -> Iterator[Any]:
        for part in parts:
            yield part
            yield from inside(getattr(part, "children", ()))
            yield from filter(None, [getattr(part, "accessory", None)])

    return list(inside(message.components))


def buttons(message: discord.Message) -> list[str | None]:
    return [part.label for part in components(message) if isinstance(part, discord.Button)]


async def answered(newsroom: Newsroom, question: str = "What is new?") -> discord.Message:
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} {question}")
    return newsroom.replies()[-1]


async def test_an_answer_is_a_card_with_its_buttons_at_the_quote_and_below(cards: Newsroom) -> None:
    message = await answered(cards)
    assert message.flags.components_v2
    assert message.content == ""
    (box,) = message.components
    assert isinstance(box, discord.Container)
    assert box.accent_colour == discord.Colour(Accent.ANSWERED)
    quoted, section, row = box.children
    assert isinstance(quoted, discord.TextDisplay)
    assert quoted.content == "> 1: What is new?"
    assert isinstance(section, discord.SectionComponent)
    assert isinstance(section.accessory, discord.Button)
    assert section.accessory.custom_id == "verbatim:context:1:1"
    assert isinstance(row, discord.ActionRow)
    assert buttons(message) == ["In context", "More quotes", "Sources", "Right", "Wrong or missing", "Delete"]
    assert all(mentions == {"parse": [], "replied_user": False} for mentions in cards.allowed_mentions())


async def test_the_button_at_a_quote_shows_what_stands_around_it(cards: Newsroom, services: FakeServices) -> None:
    message = await answered(cards)
    pressed = await cards.ann.click(message, custom_id="verbatim:context:1:1")
    assert pressed.ephemeral
    assert pressed.response is not None
    assert said(pressed.response.message).startswith("> Before it. 1: What is new? After it.\n-# [1] Example News")
    services.answers.hidden = True
    pressed = await cards.ann.click(message, custom_id="verbatim:context:1:1")
    assert pressed.response is not None
    assert pressed.response.content == discord_text.HIDDEN_BY_NOW
    services.answers.deliveries.clear()
    pressed = await cards.ann.click(message, custom_id="verbatim:context:1:1")
    assert pressed.response is not None
    assert pressed.response.content == discord_text.TOO_OLD


async def test_more_quotes_and_sources_of_a_card_are_cards(cards: Newsroom) -> None:
    message = await answered(cards)
    for deed, begins in (("more", "> 2: more\n-# [2] Example News"), ("sources", "- [1] Example News")):
        pressed = await cards.bob.click(message, custom_id=f"verbatim:{deed}:1")
        assert pressed.response is not None
        assert pressed.response.message.flags.components_v2
        assert said(pressed.response.message).startswith(begins)


async def test_a_long_answer_is_cards_that_reply_to_each_other_and_is_deleted_whole(cards: Newsroom) -> None:
    last = await answered(cards, "A long, long question, asked at length?")
    parts = cards.replies()
    assert len(parts) > 1
    assert all(part.flags.components_v2 for part in parts)
    assert "Delete" in buttons(last)
    assert all(set(buttons(part)) <= {"In context"} for part in parts[:-1])
    await cards.bob.click(last, custom_id="verbatim:delete:1")
    assert cards.replies() == []


async def test_a_reply_to_a_card_goes_on_from_what_it_says(cards: Newsroom, services: FakeServices) -> None:
    message = await answered(cards)
    await cards.bob.send(cards.channel, f"{cards.bot_mention} And then?", reply_to=message)
    asked, given = services.echo.asked[-1].history
    assert (asked.role, asked.content) == ("user", "What is new?")
    assert given.role == "assistant"
    assert given.content.startswith("> 1: What is new?\n-# [1] Example News")


async def test_a_report_of_a_card_keeps_its_question_and_its_words(cards: Newsroom, services: FakeServices) -> None:
    await cards.bob.slash(cards.channel, "ask", question="What is *new*?")
    opened = await cards.bob.click(cards.replies()[-1], custom_id="verbatim:report:1")
    await cards.bob.submit_modal(opened, {"comment": "No."})
    (report,) = services.answers.reports
    assert report.question == "What is *new*?"
    assert report.answer.startswith("> 1: What is")


async def test_an_abstention_is_a_grey_card_and_small_talk_too(cards: Newsroom) -> None:
    message = await answered(cards, "best pancakes?")
    (box,) = message.components
    assert isinstance(box, discord.Container)
    assert box.accent_colour == discord.Colour(Accent.NONE)
    assert said(message).startswith("I found nothing about that.\nThe nearest articles I have:\n- Example News")
    assert buttons(message) == ["Wrong or missing", "Delete"]


async def test_an_answer_that_grows_is_one_card_from_its_first_words_to_the_last(
    cards: Newsroom, services: FakeServices
) -> None:
    text = f"{cards.bot_mention} Tell me word by word"
    asking = asyncio.create_task(cards.bob.send(cards.channel, text))
    async with asyncio.timeout(5):
        while not any(map(said, cards.replies())):  # noqa: ASYNC110  (a poll of another process's state)
            await asyncio.sleep(0.01)
    (begun,) = cards.replies()
    assert begun.flags.components_v2
    assert said(begun).startswith("Part 1. [1]")
    services.guilds.change(cards.guild.id, GuildSettings())  # too late for this one
    services.echo.gate.set()
    await asking
    await cards.env.settle()
    (reply,) = cards.replies()
    assert (reply.id, reply.flags.components_v2) == (begun.id, True)
    assert said(reply).startswith("> 1: Tell me word by word")


async def test_direct_messages_are_plain_text(cards: Newsroom) -> None:
    asked = await cards.bob.send_dm("What is new?")
    (reply,) = [m async for m in asked.channel.history() if m.author == cards.env.bot.user]
    assert reply.content.startswith("> 1: What is new?")


async def test_settings_health_and_digests_are_cards_for_who_may_see_them(cards: Newsroom) -> None:
    for command in ("settings show", "source health", "source list", "status"):
        shown = await cards.ann.slash(cards.channel, command)
        assert shown.ephemeral, command
        assert shown.response is not None
        assert shown.response.message.flags.components_v2, command
        assert said(shown.response.message), command
    shown = await cards.bob.slash(cards.channel, "digest", private=True)
    assert shown.response is not None
    assert shown.response.message.flags.components_v2
    assert said(shown.response.message).startswith("## AI news")


async def test_the_looks_are_chosen_by_a_command(newsroom: Newsroom) -> None:
    chosen = await newsroom.ann.slash(newsroom.channel, "settings looks", looks="cards")
    assert chosen.response is not None
    assert "- Answers, digests and reports: as cards" in said(chosen.response.message)
    assert (await answered(newsroom)).flags.components_v2
    chosen = await newsroom.ann.slash(newsroom.channel, "settings looks", looks="text")
    assert chosen.response is not None
    assert "- Answers, digests and reports: as plain text" in chosen.response.content
    assert not (await answered(newsroom)).flags.components_v2


async def test_the_pages_of_a_list_stay_a_card(cards: Newsroom, services: FakeServices) -> None:
    own = [f"https://example.org/{'long' * 20}/{n}" for n in range(40)]
    services.sources.subscribed[str(cards.guild.id)] = own
    shown = await cards.ann.slash(cards.channel, "source list")
    assert shown.response is not None
    assert "Page 2 of" in str(buttons(shown.response.message))
    leafed = await cards.ann.click(shown.response.message, custom_id="verbatim-source:list:1")
    assert leafed.response is not None
    assert leafed.response.message.flags.components_v2
    assert own[15] in said(leafed.response.message)
    assert "Page 1" in buttons(leafed.response.message)


async def test_an_answer_to_a_command_that_grows_is_one_card_too(cards: Newsroom, services: FakeServices) -> None:
    asking = asyncio.create_task(cards.bob.slash(cards.channel, "ask", question="Tell me word by word"))
    async with asyncio.timeout(5):
        while not any(map(said, cards.replies())):  # noqa: ASYNC110  (a poll of another process's state)
            await asyncio.sleep(0.01)
    services.echo.gate.set()
    await asking
    await cards.env.settle()
    (reply,) = cards.replies()
    assert reply.flags.components_v2
    assert said(reply).startswith("Question: Tell me word by word\n> 1: Tell me word by word")
