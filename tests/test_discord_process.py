"""First light, as a whole process: a token in the environment is all that `python -m bot` needs.

One bot runs for all tests of this file but those about its start; they are independent of each other's order.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.discord.messages import discord_text
from bot.render.markdown import fold, restored
from tests.bot.discord_markdown import block_quotes
from tests.newsroom import Newsroom, bot_process
from tests.servers.discord import CannotUse, DiscordServer, Interaction, Message, contents
from tests.servers.openai import ChatRequest, OpenAIServer
from tests.servers.openai import Reply as Said

QUESTION = "What did Nordlicht Labs release?"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """A bot that has read a source which the guild's admin added; at its end it must stop as told."""
    with Newsroom.open(tmp_path_factory.mktemp("data")) as room:
        assert room.ask(QUESTION).content == discord_text.no_sources()
        added = use(room, "source add", address=room.feed)
        assert added.content.startswith("Added.")
        assert (added.deferred, added.ephemeral) == (True, True)
        room.wait_until_read()
        yield room
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert len(room.server.requests_to("PUT", "/commands")) == 1, "the restart had no new commands to tell"
        assert "Nordlicht" not in room.process.log, "what people wrote stays out of the log"
        assert room.server.violations() == []
        room.server.wait_for(lambda: not room.server.gateway.sessions, what="a session given up")


def use(room: Newsroom, name: str, **options: object) -> Interaction:
    """The admin uses a command in the guild; the finished interaction."""
    used = room.server.slash(room.guild, room.channel, room.admin, name, options)
    room.process.wait_for(lambda: used.done, room.server)
    return used


def follow_up(room: Newsroom, answer: Message, question: str) -> Interaction:
    """The admin presses the button under an answer and fills in the form; the finished interaction."""
    opened = room.press(answer, "follow-up", room.admin)
    sent = room.server.submit_modal(opened, {"question": question})
    room.process.wait_for(lambda: sent.done, room.server)
    return sent


def quotes(content: str) -> list[str]:
    return [restored(quote) for quote in block_quotes([content])]


def assert_says(content: str, words: str) -> None:
    """Some quote contains these words, whatever is bold in it."""
    assert any(words in quote for quote in quotes(content)), content


def assert_quoted(room: Newsroom, content: str) -> None:
    """Each quote, at least one, stands in an article word by word, and links to it."""
    assert quotes(content)
    assert all(quote in fold(room.texts) for quote in quotes(content))
    assert f"](<{room.web.url('/')}" in content


def test_a_mention_is_answered_with_quotes_out_of_the_article(room: Newsroom) -> None:
    reply = room.ask(QUESTION)
    assert_quoted(room, reply.content)
    assert any("Polaris 2" in quote for quote in quotes(reply.content))
    assert (reply.mentions, reply.mention_everyone) == ([], False)


def test_a_slash_command_is_deferred_within_a_second_and_answered(room: Newsroom) -> None:
    asked = use(room, "ask", question="Who led the round of Harbor AI?")
    assert asked.deferred
    assert asked.answered_after_s is not None
    assert asked.answered_after_s < 1
    assert_quoted(room, asked.content)
    assert "Meridian Capital" in asked.content


def test_a_reply_to_an_answer_asks_on(room: Newsroom) -> None:
    answer = room.ask(QUESTION)
    asked = room.server.say(room.channel, room.ann, "And how many parameters does it have?", reply_to=answer)
    assert_says(room.reply_to(asked).content, "34 billion parameters")


def test_a_reply_to_an_answer_of_ask_is_not_heard_and_the_answer_says_how_to_go_on(room: Newsroom) -> None:
    asked = use(room, "ask", question=QUESTION)
    assert asked.content.splitlines()[-1].endswith(discord_text.how_to_go_on())
    (answer,) = asked.messages
    unheard = room.server.say(room.channel, room.ann, "And how many parameters does it have?", reply_to=answer)
    room.ask(QUESTION)
    assert not [message for message in room.server.replies(room.channel) if message.reference is unheard]


def test_a_follow_up_by_button_goes_on_from_the_answer_after_a_restart_and_so_does_the_next(room: Newsroom) -> None:
    (answer,) = use(room, "ask", question=QUESTION).messages
    room.restart()
    followed = follow_up(room, answer, "And how many parameters does it have?")
    assert_says(followed.content, "34 billion parameters")
    assert followed.content.startswith(discord_text.asked("And how many parameters does it have?"))
    again = follow_up(room, followed.messages[-1], "Which licence does it have?")
    assert_quoted(room, again.content)
    assert "Apache 2.0" in again.content


def test_a_follow_up_to_a_private_answer_is_private(room: Newsroom) -> None:
    (answer,) = use(room, "ask", question=QUESTION, private=True).messages
    followed = follow_up(room, answer, "And how many parameters does it have?")
    assert followed.ephemeral
    assert_says(followed.content, "34 billion parameters")


def test_a_mention_that_an_edit_adds_within_a_minute_is_heard_once(room: Newsroom) -> None:
    message = room.server.say(room.channel, room.ann, QUESTION)
    room.server.edit(message, QUESTION, mentions=[room.server.bot])
    assert_quoted(room, room.reply_to(message).content)
    room.server.edit(message, f"{QUESTION} Please.", mentions=[room.server.bot])
    room.ask(QUESTION)
    assert len([reply for reply in room.server.replies(room.channel) if reply.reference is message]) == 1


def test_a_thread_opened_at_an_answer_goes_on_from_it(room: Newsroom) -> None:
    answer = room.ask(QUESTION)
    thread = room.server.open_thread(room.channel, "Polaris", room.admin, starter=answer)
    asked = room.server.say(thread, room.admin, "And how many parameters does it have?", mentions=[room.server.bot])
    assert_says(room.reply_to(asked).content, "34 billion parameters")


def test_what_no_article_says_is_not_answered(room: Newsroom) -> None:
    reply = room.ask("How do I bake sourdough bread with rye flour?")
    assert quotes(reply.content) == []
    assert "I found no answer" in reply.content


def test_the_buttons_under_an_answer_work_after_a_restart(room: Newsroom) -> None:
    answer = room.ask("Which funding round did Harbor AI close?")
    room.restart()
    sources = room.press(answer, "sources", room.admin)
    assert sources.ephemeral
    assert "Harbor AI raises $120 million" in sources.content
    assert_quoted(room, room.press(answer, "more").content)
    assert room.press(answer, "delete").content == discord_text.DELETED
    assert answer.deleted


def test_a_direct_message_does_not_see_the_sources_of_a_guild(room: Newsroom) -> None:
    dm = room.server.dm(room.ann)
    asked = room.server.say(dm, room.ann, QUESTION)
    room.process.wait_for(lambda: room.server.replies(dm), room.server)
    assert asked in room.server.messages(dm)
    assert contents(room.server.replies(dm)) == [discord_text.NO_SOURCES_IN_DM]


def test_another_guild_sees_neither_the_source_nor_its_articles(room: Newsroom) -> None:
    channel = room.other.channel
    asked = room.server.slash(room.other, channel, room.boss, "ask", {"question": QUESTION})
    listed = room.server.slash(room.other, channel, room.boss, "source list")
    room.process.wait_for(lambda: asked.done and listed.done, room.server)
    assert asked.content == discord_text.no_sources()
    assert listed.content.startswith("No sources yet.")


def test_only_admins_change_what_is_read(room: Newsroom) -> None:
    """Discord hides the command, and the bot refuses it where a client shows it all the same."""
    with pytest.raises(CannotUse, match="hidden"):
        room.server.slash(room.guild, room.channel, room.ann, "source add", {"address": room.feed})
    refused = room.server.slash(
        room.guild, room.channel, room.ann, "source add", {"address": room.web.url("/x")}, overridden=True
    )
    room.process.wait_for(lambda: refused.done, room.server)
    assert (refused.content, refused.ephemeral) == (discord_text.NOT_ALLOWED, True)
    assert "/x" not in room.web.paths()


def test_whom_discords_permission_page_lets_in_may_use_the_command(room: Newsroom) -> None:
    eve = room.server.add_user("eve", room.guild)
    room.server.open_command(room.guild, "source", eve)
    listed = room.server.slash(room.guild, room.channel, eve, "source list")
    room.process.wait_for(lambda: listed.done, room.server)
    assert "Loopback News" in listed.content


def test_a_source_is_exported_removed_imported_and_explained(room: Newsroom) -> None:
    """By the admin of the other guild, whose articles are read from the same feed, and shared with nobody."""

    def boss(name: str, **options: object) -> Interaction:
        used = room.server.slash(room.other, room.other.channel, room.boss, name, options)
        room.process.wait_for(lambda: used.done, room.server)
        return used

    boss("source add", address=room.feed)
    (file,) = boss("source export").messages[0].attachments
    article = room.web.url("/polaris-2")
    assert "found by words and meaning" in boss("why", address=article).content
    asked = boss("source remove", address=room.feed)
    removal = room.press(asked.messages[0], "remove", room.boss)
    assert removal.message is asked.messages[0]
    room.process.wait_for(lambda: asked.content.startswith("Removed: "), room.server)
    assert boss("why", address=article).content.startswith("Nothing is known of")
    assert boss("status").content.startswith("0 sources. 0 articles, none read yet.")
    assert boss("source import", file=file).content.startswith("Added 1 feed.")
    assert boss("status").content.startswith("1 source. 3 articles, the newest from ")
    assert "**Loopback News**: well; read " in boss("source health").content
    boss_removes = boss("source remove", address=room.feed)
    room.press(boss_removes.messages[0], "remove", room.boss)


def test_the_admin_sees_the_sources_health(room: Newsroom) -> None:
    assert "Loopback News" in (listed := use(room, "source list").content)
    assert "(feed, 3 articles, well)" in listed


def test_the_digest_has_the_stories_of_the_week_with_their_quotes(room: Newsroom) -> None:
    told = use(room, "digest")
    room.process.wait_for(lambda: "Coverage: " in told.messages[-1].content, room.server)
    digest = "\n".join(message.content for message in told.messages)
    assert digest.startswith("## AI news")
    assert_quoted(room, digest)
    assert "Polaris 2" in digest
    assert "Harbor AI" in digest
    assert "Coverage: 1 of 1 source checked; 3 articles read." in digest


def test_with_a_language_model_the_statement_is_its_own_and_the_quote_is_the_articles(
    room: Newsroom, tmp_path: Path
) -> None:
    statement = "Polaris 2 has 34 billion parameters."
    with (
        OpenAIServer(lambda request: Said(pointing_at("34 billion", statement, request))) as model,
        Newsroom.open(tmp_path, **settings_for(model)) as new,
    ):
        use(new, "source add", address=new.feed)
        new.wait_until_read()
        reply = new.ask("How many parameters does Polaris 2 have?")
        new.process.wait_for(lambda: reply.components, new.server)
        assert reply.content.startswith(f"{statement} [1]")
        assert_quoted(new, reply.content)
        assert new.process.stop() == 0, new.process.log


def test_a_statement_is_shown_as_soon_as_it_has_passed_and_a_false_one_never(room: Newsroom, tmp_path: Path) -> None:
    statement, false = "Polaris 2 has 34 billion parameters.", "Polaris 2 has 99 billion parameters."

    def model(request: ChatRequest) -> Said:
        true = json.loads(pointing_at("34 billion", statement, request))["statements"]
        return Said(json.dumps({"statements": [*true, {**true[0], "text": false}], "search": ""}), pause_s=0.1)

    with OpenAIServer(model) as server, Newsroom.open(tmp_path, **settings_for(server)) as new:
        use(new, "source add", address=new.feed)
        new.wait_until_read()
        reply = new.ask("How many parameters does Polaris 2 have?")
        assert reply.content.startswith(f"{statement} [1]\n\n> ")
        assert reply.content.endswith("\n-# …")
        new.process.wait_for(lambda: reply.components, new.server)
        assert reply.content.startswith(f"{statement} [1]\n")
        assert false not in reply.content
        asked = use(new, "ask", question="How many parameters does Polaris 2 have?")
        assert statement in asked.content
        assert asked.followups == []
        assert_quoted(new, reply.content)
        assert new.process.stop() == 0, new.process.log


def test_an_operator_sees_that_the_bot_is_well_and_what_it_does(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with Newsroom.open(tmp_path, MONITOR_ADDRESS=address, LOG_FORMAT="json") as new:
        new.process.wait_for(lambda: httpx.get(f"http://{address}/readyz").status_code == 200, new.server)
        assert httpx.get(f"http://{address}/healthz").text == "ok\n"
        new.ask("A secret question about Polaris 2?")
        numbers = httpx.get(f"http://{address}/metrics").text
        assert re.search(r'^verbatim_questions_total\{.*outcome="no_evidence"\} 1.0$', numbers, re.MULTILINE)
        assert "secret" not in numbers
        assert new.process.stop() == 0, new.process.log
        lines = [json.loads(line) for line in new.process.log.splitlines()]
    assert any("connected as" in line["message"] for line in lines)
    assert "secret" not in str(lines)


def settings_for(model: OpenAIServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": "m", "OPENAI_API_KEY": model.api_key}


def pointing_at(words: str, statement: str, request: ChatRequest) -> str:
    """What an honest model says: the statement, and the number of the first sentence that holds the words."""
    (number,) = re.findall(rf"^\[(\d+)\].*{words}", request.text, re.MULTILINE)[:1]
    return json.dumps({"found": True, "statements": [{"text": statement, "evidence": [int(number)]}]})


@pytest.mark.parametrize(("token", "why"), [("", "it is not set"), ("wrong", "Discord refused it")])
def test_without_a_good_token_one_line_says_so_and_another_what_to_do(tmp_path: Path, token: str, why: str) -> None:
    with DiscordServer() as server:
        settings = {"DATA_DIR": str(tmp_path), "DISCORD_TOKEN": token, "DISCORD_API_URL": server.api_url}
        with bot_process(settings) as bot:
            assert bot.end() == (2, "")
    error, hint = bot.log.splitlines()
    assert error == f"error: cannot log in to Discord: DISCORD_TOKEN: {why}"
    assert hint.startswith("hint: Copy the token from https://discord.com/developers/applications")


def test_the_claims_of_a_message_are_checked_one_by_one_for_who_asks_alone(room: Newsroom) -> None:
    said = room.server.say(
        room.channel,
        room.ann,
        "Hi! Nordlicht Labs released Polaris 2. Harbor AI has raised $150 million. Mistral opened a bakery in Lyon.",
    )
    checked = room.server.use_on(said, room.admin, discord_text.CHECK_THIS)
    room.process.wait_for(lambda: checked.done, room.server)
    assert checked.ephemeral
    verdicts = re.findall(r"^\*\*(.+?):\*\*", checked.content, re.MULTILINE)
    assert verdicts == ["Supported", "Contradicted", "I found nothing on this"]
    assert_quoted(room, checked.content)
    assert_says(checked.content, "$120 million")
