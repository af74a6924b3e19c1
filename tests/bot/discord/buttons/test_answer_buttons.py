"""The buttons under an answer: they need nothing but their own ids, so they outlive the process that sent them."""

from __future__ import annotations

import discord
import pytest

from bot.discord.messages import discord_text
from bot.services.records import Verdict
from tests.bot.discord.conftest import Newsroom
from tests.bot.discord.fake_services import FakeServices

pytestmark = pytest.mark.simcord(shard_count=1)


async def answered(newsroom: Newsroom, question: str = "What is new?") -> discord.Message:
    """The last message of the bot's answer to Bob's mention."""
    await newsroom.bob.send(newsroom.channel, f"{newsroom.bot_mention} {question}")
    return newsroom.replies()[-1]


def labels(message: discord.Message) -> list[str | None]:
    return [b.label for row in message.components if isinstance(row, discord.ActionRow) for b in row.children]  # type: ignore[union-attr]


async def press(newsroom: Newsroom, message: discord.Message, deed: str, by: str = "bob") -> str:
    """What the bot said to the person who pressed, and to nobody else."""
    actor = newsroom.ann if by == "ann" else newsroom.bob
    result = await actor.click(message, custom_id=f"verbatim:{deed}:1")
    assert result.response is not None
    assert result.ephemeral
    return result.response.content


async def test_an_answer_has_its_buttons_under_its_last_message_only(newsroom: Newsroom) -> None:
    last = await answered(newsroom, "A long question?")
    assert len(newsroom.replies()) > 1
    assert labels(last) == ["More quotes", "Sources", "Right", "Wrong or missing", "Delete"]
    assert all(labels(part) == [] for part in newsroom.replies()[:-1])


async def test_more_quotes_are_numbered_on_and_shown_to_who_asks_for_them(newsroom: Newsroom) -> None:
    message = await answered(newsroom)
    told = await press(newsroom, message, "more", by="ann")
    assert told.startswith("> 2: more\n-# [2] Example News")
    assert "> 3: more\n-# [3] Example News" in told
    assert len(newsroom.replies()) == 1


async def test_sources_name_each_article_once_with_its_quotes(newsroom: Newsroom) -> None:
    told = await press(newsroom, await answered(newsroom, "A long question?"), "sources")
    assert told.startswith("- [1][2][3][4] Example News, “DeepSeek ships V3.2”, 20 June 2026 · [article](<")
    assert told.count("DeepSeek ships") == 1


async def test_right_is_noted_without_the_question(newsroom: Newsroom, services: FakeServices) -> None:
    assert await press(newsroom, await answered(newsroom), "right") == discord_text.PRAISED
    (report,) = services.answers.reports
    assert (report.kind, report.question, report.answer) == (Verdict.RIGHT, "", "")


async def test_a_report_keeps_the_question_and_the_answer_of_who_sends_it(
    newsroom: Newsroom, services: FakeServices
) -> None:
    message = await answered(newsroom, "What about a long question?")
    opened = await newsroom.bob.click(message, custom_id="verbatim:report:1")
    assert opened.modal is not None
    assert services.answers.reports == []
    sent = await newsroom.bob.submit_modal(opened, {"comment": "It was June."})
    assert sent.response is not None
    assert sent.response.content == discord_text.REPORTED
    (report,) = services.answers.reports
    assert (report.kind, report.question, report.comment) == (
        Verdict.WRONG,
        "What about a long question?",
        "It was June.",
    )
    assert "[1] Example News" in report.answer
    assert "[4] Example News" in report.answer


async def test_a_report_on_a_slash_answer_knows_its_question(newsroom: Newsroom, services: FakeServices) -> None:
    await newsroom.bob.slash(newsroom.channel, "ask", question="What is *new*?")
    opened = await newsroom.bob.click(newsroom.replies()[-1], custom_id="verbatim:report:1")
    assert opened.modal is not None
    await newsroom.bob.submit_modal(opened, {"comment": "No."})
    assert services.answers.reports[0].question == "What is *new*?"
    assert services.answers.reports[0].answer.startswith("> 1: What is")


async def test_an_abstention_can_be_reported_as_missing_something(newsroom: Newsroom) -> None:
    assert labels(await answered(newsroom, "best pancakes?")) == ["Wrong or missing", "Delete"]


async def test_the_asker_deletes_all_parts_of_an_answer(newsroom: Newsroom, services: FakeServices) -> None:
    message = await answered(newsroom, "A long question?")
    assert await press(newsroom, message, "delete") == discord_text.DELETED
    assert newsroom.replies() == []
    assert services.answers.deliveries == {}


async def test_others_cannot_delete_an_answer_and_moderators_can(newsroom: Newsroom) -> None:
    message = await answered(newsroom)
    assert await press(newsroom, message, "delete", by="ann") == discord_text.NOT_YOURS
    assert len(newsroom.replies()) == 1
    moderators = newsroom.guild.create_role("Moderators", permissions=discord.Permissions(manage_messages=True))
    mo = newsroom.guild.add_member(newsroom.env.create_user("mo"), roles=[moderators])
    await mo.click(message, custom_id="verbatim:delete:1")
    assert newsroom.replies() == []


async def test_a_private_answer_has_no_delete_button(newsroom: Newsroom) -> None:
    result = await newsroom.bob.slash(newsroom.channel, "ask", question="What is new?", private=True)
    assert result.response is not None
    assert "Delete" not in labels(result.response.message)
    assert "Sources" in labels(result.response.message)


async def test_a_button_of_a_forgotten_answer_says_so(newsroom: Newsroom, services: FakeServices) -> None:
    message = await answered(newsroom)
    services.answers.deliveries.clear()
    assert await press(newsroom, message, "more") == discord_text.TOO_OLD
    assert await press(newsroom, message, "report") == discord_text.TOO_OLD


async def test_a_button_of_an_answer_whose_articles_are_gone_says_so(
    newsroom: Newsroom, services: FakeServices
) -> None:
    message = await answered(newsroom)
    services.answers.hidden = True
    for deed in ("more", "sources"):
        told = await press(newsroom, message, deed)
        assert told == discord_text.HIDDEN_BY_NOW
    assert "source was removed" in told
