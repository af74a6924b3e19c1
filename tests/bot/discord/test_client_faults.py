"""Discord on a bad day: limits, failures, lost connections, a crowd. Nobody's question is lost, none is answered twice.

One bot process over services known by hand, on the loopback Discord; the tests are independent of each other.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.bot.discord.bot_process import bot_process
from tests.servers.discord import Channel, DiscordServer, Guild, Message, User


@dataclass
class Scene:
    server: DiscordServer
    guild: Guild
    ann: User

    @property
    def channel(self) -> Channel:
        return self.guild.channel

    def say(self, text: str, user: User | None = None) -> Message:
        return self.server.say(self.channel, user or self.ann, text, mentions=[self.server.bot])

    def replies(self, asked: Message) -> list[Message]:
        return [reply for reply in self.server.replies(self.channel) if reply.reference is asked]

    def wait_for_reply(self, asked: Message) -> Message:
        self.server.wait_for(lambda: self.replies(asked), timeout_s=20)
        return self.replies(asked)[0]


@pytest.fixture(scope="module")
def bot() -> Iterator[DiscordServer]:
    """A bot that has outlived all that the tests of this file did to it, and stops cleanly at the end."""
    with DiscordServer() as server, bot_process(server) as process:
        server.wait_for(lambda: server.commands(), timeout_s=20)
        yield server
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert "Traceback" not in log
        assert "failed" not in log, "what Discord does is no failure of the bot"
        assert server.violations() == []


@pytest.fixture
def scene(bot: DiscordServer) -> Scene:
    """A guild and a person of its own for each test, so that nobody's share is used up by another."""
    guild = bot.add_guild("Newsroom")
    return Scene(bot, guild, bot.add_user("ann", guild))


def test_forty_questions_at_once_are_all_answered_each_with_its_own_answer(scene: Scene) -> None:
    people = [scene.server.add_user(f"person {n}", scene.guild) for n in range(40)]
    said = [scene.say(f"Question {n}?", people[n]) for n in range(20)]
    asked = [
        scene.server.slash(scene.guild, scene.channel, people[n], "ask", {"question": f"Question {n}?"})
        for n in range(20, 40)
    ]
    scene.server.wait_for(lambda: all(map(scene.replies, said)) and all(one.done for one in asked), timeout_s=40)
    for n, message in enumerate(said):
        assert [reply.content.partition("\n")[0] for reply in scene.replies(message)] == [f"> 1: Question {n}?"]
    for n, used in enumerate(asked, 20):
        assert used.content.startswith(f"Question: Question {n}?\n\n> 1: Question {n}?\n")


def test_two_questions_of_one_person_are_both_answered(scene: Scene) -> None:
    first, second = scene.say("First?"), scene.say("Second?")
    assert scene.wait_for_reply(first).content.startswith("> 1: First?")
    assert scene.wait_for_reply(second).content.startswith("> 1: Second?")


@pytest.mark.parametrize("status", [0, 429, 500, 502, 503])
def test_an_answer_that_discord_puts_off_arrives_once(scene: Scene, status: int) -> None:
    path = rf"POST /channels/{scene.channel.id}/messages"
    scene.server.fail_next(path, status=status, times=1, retry_after=0.05)
    asked = scene.say("What is new?")
    assert scene.wait_for_reply(asked).content.startswith("> 1: What is new?")
    after = scene.say("And now?")
    scene.wait_for_reply(after)
    assert len(scene.replies(asked)) == 1


def test_an_answer_that_discord_does_not_take_is_given_up_and_the_next_one_works(scene: Scene) -> None:
    path = rf"POST /channels/{scene.channel.id}/messages"
    scene.server.fail_next(path, status=403, times=9)
    scene.say("What is new?")
    scene.server.wait_for(lambda: any(r.status == 403 for r in scene.server.requests))
    scene.server.fail_next(path, status=403, times=0)
    used = scene.server.slash(scene.guild, scene.channel, scene.ann, "ask", {"question": "And now?"})
    scene.server.wait_for(lambda: used.done)
    assert "> 1: And now?" in used.content


def test_a_callback_that_is_put_off_is_sent_again(scene: Scene) -> None:
    scene.server.fail_next(r"POST /interactions/\d+/[^/]+/callback", status=429, times=1, retry_after=0.05)
    used = scene.server.slash(scene.guild, scene.channel, scene.ann, "ask", {"question": "What is new?"})
    scene.server.wait_for(lambda: used.done)
    assert "> 1: What is new?" in used.content


def test_a_slash_answer_that_discord_is_too_busy_for_arrives(scene: Scene) -> None:
    scene.server.fail_next(r"POST /webhooks/", status=503, times=2)
    used = scene.server.slash(scene.guild, scene.channel, scene.ann, "ask", {"question": "What is new?"})
    scene.server.wait_for(lambda: used.done)
    assert "> 1: What is new?" in used.content
    assert len(used.messages) == 1


def test_a_slash_answer_whose_connection_breaks_arrives(scene: Scene) -> None:
    scene.server.fail_next(r"POST /webhooks/", status=0)
    used = scene.server.slash(scene.guild, scene.channel, scene.ann, "ask", {"question": "What is new?"})
    scene.server.wait_for(lambda: used.done)
    assert "> 1: What is new?" in used.content


@pytest.mark.parametrize("code", [1006, 4000])
def test_a_question_asked_while_the_connection_is_away_is_answered_after_it_resumed(scene: Scene, code: int) -> None:
    (session,) = scene.server.gateway.sessions
    resumed = session.resumed
    scene.server.drop_gateway(code)
    asked = scene.say("Are you there?")
    scene.wait_for_reply(asked)
    assert session.resumed == resumed + 1
    assert len(scene.replies(asked)) == 1


def test_a_question_asked_while_the_bot_connects_anew_is_answered_once(scene: Scene) -> None:
    (session,) = scene.server.gateway.sessions
    scene.server.ask_to_reconnect()
    asked = scene.say("Are you back?")
    scene.wait_for_reply(asked)
    assert scene.server.gateway.sessions == [session]
    assert len(scene.replies(asked)) == 1


def test_a_bot_whose_session_is_gone_begins_another(scene: Scene) -> None:
    before = scene.server.gateway.identifies
    scene.server.invalidate_session()
    scene.server.wait_for(lambda: scene.server.gateway.identifies == before + 1 and scene.server.connected, 20)
    scene.wait_for_reply(scene.say("Are you there again?"))


def test_a_slow_gateway_makes_the_bot_late_and_nothing_else(scene: Scene) -> None:
    scene.server.slow_gateway(0.3)
    asked = scene.say("What is new?")
    scene.wait_for_reply(asked)
    scene.server.slow_gateway(0)
    assert len(scene.replies(asked)) == 1


def test_what_discord_delivers_twice_is_answered_once(scene: Scene) -> None:
    used = scene.server.slash(scene.guild, scene.channel, scene.ann, "ask", {"question": "What is new?"})
    scene.server.wait_for(lambda: used.done)
    scene.server.redeliver(used)
    scene.wait_for_reply(scene.say("And now?"))
    assert len(used.messages) == 1
    assert len(scene.server.requests_to("POST", f"/interactions/{used.id}/{used.token}/callback")) == 1


def test_a_deleted_question_is_answered_without_a_reference(scene: Scene) -> None:
    scene.server.slow_gateway(0.2)
    scene.server.delete(scene.say("What is new?"))
    scene.server.slow_gateway(0)
    scene.server.wait_for(lambda: scene.server.replies(scene.channel))
    assert scene.server.replies(scene.channel)[0].reference is None


def test_a_deleted_channel_and_a_locked_thread_trouble_nobody_else(scene: Scene) -> None:
    other = scene.server.add_guild("Other", ["doomed", "kept"])
    doomed, kept = other.channels.values()
    bob = scene.server.add_user("bob", other)
    scene.server.say(doomed, bob, "What is new?", mentions=[scene.server.bot])
    scene.server.delete_channel(doomed)
    asked = scene.server.say(kept, bob, "And here?", mentions=[scene.server.bot])
    scene.server.wait_for(lambda: [m for m in scene.server.replies(kept) if m.reference is asked])
    thread = scene.server.open_thread(kept, "old", bob)
    scene.server.slow_gateway(0.2)
    scene.server.say(thread, bob, "And there?", mentions=[scene.server.bot])
    scene.server.archive(thread, locked=True)
    scene.server.slow_gateway(0)
    scene.wait_for_reply(scene.say("Still there?"))
