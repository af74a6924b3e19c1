"""The bot's own sentences."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot import discord_text
from bot.discord_text import failure, listed, previewed, web_address
from bot.render.splitting import LIMIT, size
from bot.services import ListedSource, Standing
from ingest.corpus.catalogue.sources import SourceKind
from ingest.errors import CatalogueError, FailureKind, FetchError, LanguageModelError
from ingest.registry import Preview
from tests.bot.discord_markdown import live
from tests.bot.examples import hostile_text


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://a.example/feed", "https://a.example/feed"),
        (" <https://a.example/feed> ", "https://a.example/feed"),
        ("a.example/feed", "https://a.example/feed"),
        ("starter", "starter"),
        ("/etc/passwd", None),
        ("../x.md", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("C:\\x.md", None),
        ("what is new", None),
        ("", None),
    ],
)
def test_only_web_addresses_and_the_starter_list_pass(typed: str, address: str | None) -> None:
    assert web_address(typed) == address


def test_what_a_person_can_mend_is_told_whole() -> None:
    error = FetchError(FailureKind.DNS, "cannot read", "https://a.example/x_y", "no such host", hint="Check it.")
    assert failure(error) == "Cannot read: `https://a.example/x_y`: no such host. Check it."


def test_what_only_the_operator_can_mend_names_no_path() -> None:
    error = CatalogueError("cannot open the catalogue", "/srv/secret/catalogue.db", "disk full", hint="Free /srv.")
    assert failure(error) == "That did not work: cannot open the catalogue. My operator has to look at it."
    assert failure(LanguageModelError("model", "gpt", "429", retryable=True)).endswith("Try again in a moment.")
    assert failure(ValueError("secret")) == discord_text.BROKEN


@given(hostile_text, hostile_text)
def test_no_text_of_a_source_is_live_in_lists_previews_and_errors(title: str, health: str) -> None:
    sources = [ListedSource(n, f"https://a.example/{n}", title, "feed", n, health, shared=n > 20) for n in range(40)]
    preview = Preview("https://a.example/", SourceKind.FEED, title, (health, title))
    error = FetchError(FailureKind.DNS, title, "https://a.example", health, hint=title)
    contents = [*listed(sources), *previewed(preview), failure(error)]
    assert all(0 < size(content) <= LIMIT for content in contents)
    assert {found for content in contents for found in live(content)} <= {"line:-"}


def test_a_servers_own_sources_are_listed_before_those_of_the_bot() -> None:
    shared = ListedSource(1, "https://s.example/", "", "feed", 1, "well", shared=True)
    own = ListedSource(1, "https://o.example/", "Own", "page", 0, "not read yet", shared=False)
    assert listed([shared, own]) == [
        "This server's sources:\n- Own: `https://o.example/` (page, 0 articles, not read yet)\n\n"
        "Sources that come with the bot:\n- `https://s.example/` (feed, 1 article, well)"
    ]


def test_the_log_says_at_the_start_how_to_add_a_first_source_else_how_the_corpus_is_doing() -> None:
    assert "/source add" in discord_text.start_report(Standing(0, 0, 0, None, 0))
    told = discord_text.start_report(Standing(3, 1, 40, datetime(2026, 6, 28, tzinfo=UTC), 7))
    assert told == "3 sources (1 failing), 40 articles, newest 2026-06-28, 7 chunks to be indexed"


def test_the_bots_long_texts_fit_one_message() -> None:
    for text in (discord_text.GREETING, discord_text.HELP, discord_text.NO_SOURCES, discord_text.NO_SOURCES_IN_DM):
        assert size(text) <= LIMIT
