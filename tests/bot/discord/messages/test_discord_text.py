"""The bot's own sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given

from bot.discord.messages import discord_text, status_text
from bot.discord.messages.discord_text import failure
from bot.discord.messages.source_messages import alarm_messages, health_report, listed, previewed, web_address
from bot.errors import AskersError
from bot.render.splitting import LIMIT, size
from bot.services.source_records import CorpusStatus, ListedSource
from ingest.catalogue.alarms import Alarm
from ingest.errors import (
    CatalogueError,
    FailureKind,
    FetchError,
    LanguageModelError,
    NotFoundError,
    SettingsError,
    VerbatimError,
)
from ingest.reading.registry import Preview
from ingest.sources.alarm_rules import AlarmKind
from ingest.sources.models import SourceKind
from tests.bot.discord_markdown import live
from tests.bot.examples import ASKED_AT, hostile_text


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
    assert failure(error) == "Cannot read `https://a.example/x_y`: no such host. Check the spelling of the site's name."
    mendable = AskersError("no such source", "https://a.example", "it is not read", hint="See /source list.")
    assert failure(mendable) == "No such source: `https://a.example`: it is not read. See /source list."


@pytest.mark.parametrize("kind", FailureKind)
def test_no_advice_to_the_people_of_a_server_names_a_setting_an_option_or_a_command_line(kind: FailureKind) -> None:
    hint = "Set INGEST_ALLOW_HOSTS, or run `python -m ingest` with --kind."
    told = failure(FetchError(kind, "cannot read", "https://a.example", "its address 10.1.2.3 is private", hint=hint))
    assert "https://a.example" in told
    assert not re.search(r"[A-Z]{2,}_[A-Z]|python|--\w", told)
    assert ("10.1.2.3" in told) == (kind is not FailureKind.ADDRESS_REFUSED), "a private network is nobody's business"


@pytest.mark.parametrize("error", [NotFoundError, SettingsError, CatalogueError])
def test_what_was_written_for_operators_does_not_reach_a_server(error: type[VerbatimError]) -> None:
    told = failure(error("no such source", "/srv/data", "it is not", hint="See `python -m ingest sources`."))
    assert told == "That did not work: no such source. My operator has to look into it."


def test_what_only_the_operator_can_mend_names_no_path() -> None:
    error = CatalogueError("cannot open the catalogue", "/srv/secret/catalogue.db", "disk full", hint="Free /srv.")
    assert failure(error) == "That did not work: cannot open the catalogue. My operator has to look into it."
    assert failure(LanguageModelError("model", "gpt", "429", retryable=True)).endswith("Try again in a moment.")
    assert failure(ValueError("secret")) == discord_text.BROKEN


@given(hostile_text, hostile_text)
def test_no_text_of_a_source_is_live_in_lists_previews_and_errors(title: str, health: str) -> None:
    sources = [ListedSource(n, f"https://a.example/{n}", title, "feed", n, health, shared=n > 20) for n in range(40)]
    preview = Preview("https://a.example/", SourceKind.FEED, title, (health, title))
    error = FetchError(FailureKind.DNS, title, "https://a.example", health, hint=title)
    alarms = [Alarm(n, n, health, title, kind, ASKED_AT, ASKED_AT, None, health) for n, kind in enumerate(AlarmKind)]
    contents = [*listed(sources), *previewed(preview), failure(error), *alarm_messages(alarms), *health_report(sources)]
    assert all(0 < size(content) <= LIMIT for content in contents)
    assert {found for content in contents for found in live(content)} <= {"line:-", "line:-#", "*"}


def test_a_servers_own_sources_are_listed_before_those_of_the_bot() -> None:
    shared = ListedSource(1, "https://s.example/", "", "feed", 1, "well", shared=True)
    own = ListedSource(1, "https://o.example/", "Own", "page", 0, "not read yet", shared=False)
    assert listed([shared, own]) == [
        "This server's sources:\n- Own: `https://o.example/` (page, 0 articles, not read yet)\n\n"
        "Sources that come with the bot:\n- `https://s.example/` (feed, 1 article, well)"
    ]


def test_the_log_says_at_the_start_how_to_add_a_first_source_else_how_the_corpus_is_doing() -> None:
    assert "/source add" in status_text.start_report(CorpusStatus(0, 0, 0, None, 0))
    told = status_text.start_report(CorpusStatus(3, 1, 40, datetime(2026, 6, 28, tzinfo=UTC), 7))
    assert told == "3 sources (1 failing), 40 articles, newest 2026-06-28, 7 chunks to be indexed"


def test_the_bots_long_texts_fit_one_message() -> None:
    for text in (discord_text.greeting(), discord_text.HELP, discord_text.no_sources(), discord_text.NO_SOURCES_IN_DM):
        assert size(text) <= LIMIT
