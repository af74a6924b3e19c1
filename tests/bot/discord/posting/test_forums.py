"""Posts of forums: titles within Discord's limits, and the forum's own tags alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.discord.messages import discord_text
from bot.discord.posting.forums import obstacle_in, tags_of, title_of


def forum(*tags: str, moderated: str = "", require_tag: bool = False, **may: bool) -> discord.ForumChannel:
    """A forum with these tags, as far as a post asks for it."""
    allowed = {"view_channel": True, "send_messages": True, "manage_threads": False} | may
    found: Any = SimpleNamespace(
        available_tags=[SimpleNamespace(name=tag, moderated=tag == moderated) for tag in tags],
        guild=SimpleNamespace(me=None),
        permissions_for=lambda _: SimpleNamespace(**allowed),
        flags=SimpleNamespace(require_tag=require_tag),
    )
    return cast(discord.ForumChannel, found)


@pytest.mark.parametrize(
    ("source", "tags"),
    [
        ("Loopback News", ["Loopback News"]),
        ("loopback news", ["Loopback News"]),
        ("MIT Technology Review: AI", ["MIT Technology"]),
        ("Review of MIT Technology", []),
        ("Loopback Newsroom", []),
        ("", []),
        ("🎉", []),
    ],
)
def test_a_post_gets_the_tags_that_are_named_like_its_source_and_no_others(source: str, tags: list[str]) -> None:
    there = forum("Loopback News", "MIT Technology", "Papers", "🎉")
    assert [tag.name for tag in tags_of(there, [source])] == tags


def test_five_tags_at_most_and_moderated_ones_only_for_who_manages_threads() -> None:
    names = [f"Tag {n}" for n in range(8)]
    assert len(tags_of(forum(*names), names)) == 5
    assert tags_of(forum("Papers", moderated="Papers"), ["Papers"]) == []
    assert len(tags_of(forum("Papers", moderated="Papers", manage_threads=True), ["Papers"])) == 1


def test_what_a_forum_does_not_take_is_told() -> None:
    assert obstacle_in(forum(), []) == ""
    assert obstacle_in(forum("Papers", require_tag=True), []) == discord_text.TAG_NEEDED
    there = forum("Papers", require_tag=True)
    assert obstacle_in(there, tags_of(there, ["Papers"])) == ""
    assert obstacle_in(forum(send_messages=False), []) == discord_text.ALARM_CHANNEL_CLOSED


def test_a_title_is_one_line_of_a_hundred_characters() -> None:
    assert title_of("One\n two") == "One two"
    assert title_of(" \n") == "…"
    assert len(title_of("word " * 90)) <= 100
