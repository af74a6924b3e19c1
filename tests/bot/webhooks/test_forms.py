"""The forms of a message: within the receivers' limits, and nothing in an article's text is live."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given

from bot.digest.models import Coverage, Digest, Label, Story
from bot.render.markdown import fold
from bot.webhooks.for_discord import discord_address, discord_message
from bot.webhooks.for_slack import BLOCKS, SECTION, restored, slack_message
from bot.webhooks.for_slack import _escaped as slack_text
from bot.webhooks.news import DigestNews, TestNews, WatchNews
from bot.webhooks.signed_json import key_of, new_secret, signature_headers
from tests.bot.examples import ASKED_AT, CARD, hostile_text, quote


def story(title: str, text: str, label: Label = Label.NEW) -> Story:
    shown = quote(1, text)
    return Story(title, label, text, (shown,), (CARD,), 1.0)


def news(*stories: Story) -> DigestNews:
    return DigestNews(Digest(ASKED_AT.replace(day=21), ASKED_AT, stories, Coverage(3, 3, 0, 0, 9)), ASKED_AT)


def of_watch(*stories: Story) -> WatchNews:
    return WatchNews(4, "words", "Polaris & co", stories, ASKED_AT)


LONG = "The model <b>halves</b> the cost & more. " * 24


@pytest.mark.parametrize("stories", [0, 1, 3, 12, 20])
def test_discords_limits_are_kept_and_nobody_is_notified(stories: int) -> None:
    told = news(*(story(f"Story {n} @everyone", f"{n}: {LONG}") for n in range(stories)))
    for message in (
        discord_message(told, UTC),
        discord_message(of_watch(*told.digest.stories or [story("a", "b")]), UTC),
    ):
        assert message["allowed_mentions"] == {"parse": []}
        assert len(message.get("content", "")) <= 2_000
        embeds = message.get("embeds", [])
        assert len(embeds) <= 10
        assert sum(len(e["description"]) + len(e.get("footer", {}).get("text", "")) for e in embeds) <= 6_000
        assert all(0 < len(e["description"]) <= 4_096 for e in embeds)
        assert embeds or message["content"]


def test_what_does_not_fit_into_a_message_of_discord_is_counted() -> None:
    message = discord_message(news(*(story(f"Story {n}", f"{n}: {LONG}") for n in range(12))), UTC)
    shown = sum(e["description"].count("read it there") for e in message["embeds"])
    assert message["embeds"][-1]["footer"]["text"] == f"{12 - shown} more stories are not shown."


@pytest.mark.parametrize("stories", [0, 1, 20, 60])
def test_slacks_limits_are_kept(stories: int) -> None:
    told = news(*(story(f"Story {n}", f"{n}: {LONG}", Label.UPDATE) for n in range(stories)))
    for message in (slack_message(told, UTC), slack_message(of_watch(*told.digest.stories), UTC)):
        assert 1 <= len(message["blocks"]) <= BLOCKS
        for block in message["blocks"]:
            if block["type"] == "section":
                assert 0 < len(block["text"]["text"]) <= SECTION
        assert len(message["blocks"][0]["text"]["text"]) <= 150
        assert message["text"]


@given(hostile_text)
def test_slacks_text_is_given_back_and_has_no_mention_link_or_command(text: str) -> None:
    text = text.replace("\u200b", "")
    written = slack_text(text)
    assert restored(written) == fold(text)
    assert "<" not in written
    assert ">" not in written


@pytest.mark.parametrize(
    "text", ["<!channel>", "<@U1>", "<https://evil.example|here>", "*bold*", "_i_", "~s~", "`c`", ":+1:"]
)
def test_nothing_that_slack_would_read_as_its_own_survives(text: str) -> None:
    message = slack_message(news(story(text, f"It says {text} today.")), UTC)
    shown = "".join(block["text"]["text"] for block in message["blocks"] if block["type"] == "section")
    assert text not in re.sub(r"<[^<>]*\|read it there>", "", shown)


def test_a_link_in_slack_ends_where_it_should() -> None:
    card = replace(CARD, url="https://example.org/a|b>c<d?x=1&y=2")
    shown = quote(1, "It halves the cost.", card)
    told = news(Story("T", Label.NEW, "", (shown,), (card,), 1.0))
    (section,) = (b for b in slack_message(told, UTC)["blocks"] if b["type"] == "section")
    assert "<https://example.org/a%7Cb%3Ec%3Cd?x=1&amp;y=2" in section["text"]["text"]
    assert section["text"]["text"].endswith("|read it there>")


@pytest.mark.parametrize(
    ("given_address", "sent"),
    [
        ("https://discord.com/api/webhooks/1/t", "https://discord.com/api/webhooks/1/t?wait=true"),
        (
            "https://discord.com/api/webhooks/1/t?thread_id=5&wait=false",
            "https://discord.com/api/webhooks/1/t?thread_id=5&wait=true",
        ),
    ],
)
def test_discord_is_asked_to_answer_when_the_message_is_stored(given_address: str, sent: str) -> None:
    assert discord_address(given_address) == sent


def test_the_signature_is_that_of_the_specifications_example() -> None:
    # The example of standard-webhooks' own libraries' tests.
    secret, id_, body = (
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
    )
    at = ASKED_AT.fromtimestamp(1_614_265_330, UTC)
    assert signature_headers(body, id_, at, secret)["webhook-signature"] == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", "whsec_YWJj", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_a_weak_or_broken_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        key_of(secret)


def test_a_new_secret_is_random_and_long_enough() -> None:
    assert len(key_of(new_secret())) == 32
    assert new_secret() != new_secret()


def test_a_test_message_needs_no_story() -> None:
    assert discord_message(TestNews(ASKED_AT), UTC)["content"].startswith("This is a test")
    assert slack_message(TestNews(ASKED_AT), UTC)["blocks"]
