"""What other programs get: the contract's objects, exact quotes, and nothing that their scope does not see."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bot.desk.desk import Desk
from bot.services.guilds import GuildService, GuildSettings
from ingest.errors import NotFoundError, SettingsError
from ingest.models import SHARED_SCOPE
from tests.program import CHANGED, GUILD, GUILDS_OWN, INVENTED, OLD_FIGURE, QUESTION, TRUE

SHARED, GUILDS = (SHARED_SCOPE,), (GUILD, SHARED_SCOPE)
KESTREL = "https://news.example/kestrel"


def text_of(desk: Desk, card: dict[str, Any]) -> str:
    """The stored text of that version."""
    article = desk.catalogue.articles.show(card["id"], card["version"])
    assert article is not None
    return article.text


def test_an_answers_quotes_are_copied(desk: Desk) -> None:
    answer = desk.serve("ask", {"question": QUESTION}, SHARED)
    assert answer["status"] == "answered"
    assert "12.5 million" in answer["answer"]
    for quote in answer["quotes"]:
        assert text_of(desk, quote["article"])[quote["start"] : quote["end"]] == quote["text"]


def test_what_no_article_says_is_not_answered(desk: Desk) -> None:
    assert desk.serve("ask", {"question": "How do I bake sourdough bread?"}, SHARED)["status"] == "no_evidence"


def test_a_true_quote_is_found_exactly_with_its_place_and_link(desk: Desk) -> None:
    told = desk.serve("verify_quote", {"text": TRUE}, SHARED)
    quote = told["quote"]
    assert (told["status"], told["is_current_version"], told["differences"]) == ("exact", True, [])
    assert text_of(desk, quote["article"])[quote["start"] : quote["end"]] == quote["text"] == TRUE
    assert quote["link"].startswith(KESTREL)


def test_a_quote_with_a_changed_figure_is_near_and_the_figure_is_named(desk: Desk) -> None:
    told = desk.serve("verify_quote", {"text": CHANGED}, SHARED)
    assert told["status"] == "near"
    assert told["differences"] == [{"given": "13.5", "article": "12.5", "in_figures": True}]
    assert told["quote"]["text"] in TRUE


def test_an_invented_quote_is_not_found(desk: Desk) -> None:
    told = desk.serve("verify_quote", {"text": INVENTED}, SHARED)
    assert (told["status"], told["quote"]) == ("not_found", None)


def test_a_quote_of_an_older_version_is_found_in_that_version(desk: Desk) -> None:
    told = desk.serve("verify_quote", {"text": OLD_FIGURE}, SHARED)
    assert (told["status"], told["is_current_version"], told["current_version"]) == ("exact", False, 2)
    assert told["quote"]["article"]["version"] == 1


def test_a_quote_is_looked_for_in_one_article_when_one_is_named(desk: Desk) -> None:
    assert desk.serve("verify_quote", {"text": TRUE, "article_id": KESTREL}, SHARED)["status"] == "exact"
    trap = "https://news.example/trap"
    assert desk.serve("verify_quote", {"text": TRUE, "article_id": trap}, SHARED)["status"] == "not_found"


def test_what_a_scope_does_not_see_is_neither_found_nor_shown_nor_verified(desk: Desk) -> None:
    own = desk.serve("verify_quote", {"text": GUILDS_OWN}, GUILDS)
    assert own["status"] == "exact"
    own_id = own["quote"]["article"]["id"]
    assert desk.serve("article", {"id": own_id}, GUILDS)["text"] == GUILDS_OWN
    assert desk.serve("verify_quote", {"text": GUILDS_OWN}, SHARED)["status"] == "not_found"
    for order in ("article", "verify_quote"):
        arguments = {"id": own_id} if order == "article" else {"text": GUILDS_OWN, "article_id": own_id}
        with pytest.raises(NotFoundError):
            desk.serve(order, arguments, SHARED)
    said = [desk.serve("search", {"query": "Marmot Systems"}, SHARED), desk.serve("newest", {}, SHARED)]
    assert own_id not in str(said)
    assert len(desk.serve("sources", {}, SHARED)["sources"]) + 1 == len(desk.serve("sources", {}, GUILDS)["sources"])


def test_a_long_article_comes_in_parts_that_fit_together(desk: Desk) -> None:
    whole, parts, start = desk.serve("article", {"id": KESTREL}, SHARED), "", 0
    while start is not None:
        part = desk.serve("article", {"id": KESTREL, "start": start, "length": 70}, SHARED)
        parts, start = parts + part["text"], part["next_start"]
    assert parts == whole["text"]
    assert [version["version"] for version in whole["versions"]] == [2, 1]
    assert OLD_FIGURE in desk.serve("article", {"id": KESTREL, "version": 1}, SHARED)["text"]


def test_a_digest_tells_the_stories_of_a_time(desk: Desk) -> None:
    told = desk.serve("digest", {"days": 7, "at": "2026-05-22"}, SHARED)
    assert any("Kestrel" in story["title"] for story in told["stories"])


def test_paths_of_the_operators_files_are_not_told(desk: Desk) -> None:
    assert ".jsonl" not in str(desk.serve("sources", {}, SHARED))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("drop", {}),
        ("ask", {}),
        ("ask", {"question": " "}),
        ("ask", {"question": "x" * 1001}),
        ("ask", {"question": "What is new?", "at": "soon"}),
        ("ask", {"question": "What is new?", "scope": GUILD}),
        ("search", {"query": "x", "limit": 21}),
        ("search", {"query": "x", "limit": 10**400}),
        ("digest", {"days": 400}),
        ("article", {"id": "a", "length": 10**9}),
        ("article", {"id": "a", "version": -1}),
        ("verify_quote", {"text": "x" * 2001}),
    ],
)
def test_a_wrong_request_is_refused(desk: Desk, name: str, arguments: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        desk.serve(name, arguments, SHARED)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "';--", "%", "a\x00b", "🦜" * 900])
def test_odd_characters_break_nothing(desk: Desk, text: str) -> None:
    for name, arguments in (("search", {"query": text}), ("verify_quote", {"text": text}), ("article", {"id": text})):
        with suppress(SettingsError, NotFoundError):
            desk.serve(name, arguments, SHARED)


def test_the_future_cannot_be_asked(desk: Desk) -> None:
    told = desk.serve("ask", {"question": QUESTION, "at": "2999-01-01"}, SHARED)
    assert told["status"] == "answered"


def test_a_guild_that_switched_the_shared_sources_off_does_not_see_them_here_either(desk: Desk) -> None:
    guilds = GuildService(desk.catalogue.database)
    of_guild = replace(desk, seen=guilds.seen_now)
    assert of_guild.serve("verify_quote", {"text": TRUE}, GUILDS)["status"] == "exact"
    guilds.change(int(GUILD), GuildSettings(shared=False))
    try:
        assert of_guild.serve("verify_quote", {"text": TRUE}, GUILDS)["status"] == "not_found"
        assert of_guild.serve("verify_quote", {"text": GUILDS_OWN}, GUILDS)["status"] == "exact"
        assert of_guild.serve("verify_quote", {"text": TRUE}, SHARED)["status"] == "exact"
    finally:
        guilds.change(int(GUILD), GuildSettings())
