"""Digest objects as the contract has them, plain and hostile, for the pages made of them."""

from __future__ import annotations

from datetime import timedelta

from bot.contract import Json, digest_to_json
from bot.digest.models import Coverage, Digest, Label, Story
from bot.publish.site import make_site
from ingest.clock import parse_clock
from tests.bot.examples import ASKED_AT, CARD, quote

AT = parse_clock("2026-06-28T12:00:00Z")
EVIL = "<script>alert(1)</script> \"quoted\" 'single' & <img src=x onerror=alert(1)> ]]> \x00\x08\u202e -->"


def story(n: int = 1, *, text: str = "The model halves the cost.", title: str = "DeepSeek ships V3.2") -> Story:
    card = CARD.__class__(f"a{n}", f"https://example.org/{n}", title, "Example News", None, CARD.published_at, 1)
    other = CARD.__class__(f"b{n}", f"https://other.example/{n}", f"Also {title}", "Other", None, CARD.published_at, 1)
    return Story(title, Label.UPDATE, "It costs half.", (quote(text=text, card=card),), (card, other), 1.0)


def digest(*stories: Story) -> Json:
    return digest_to_json(Digest(ASKED_AT - timedelta(days=7), ASKED_AT, stories, Coverage(3, 3, 0, 0, 41)))


def site_of(*stories: Story, base: str = "", weeks: int = 3) -> dict[str, str]:
    """A site whose weeks all have these stories."""
    told = digest(*stories)
    return make_site(lambda _: told, AT, weeks, base)


def hostile_site(base: str = "") -> dict[str, str]:
    """Every text of a story is hostile, and so is an address."""
    told = digest(story(1, text=EVIL, title=EVIL), story(2, text="Zwei Zeilen\n| a | b |", title="a" * 500))
    first = told["stories"][0]
    first["summary"] = EVIL + " summary"
    first["articles"][1]["url"] = "javascript:alert(1)"
    first["articles"][1]["source"] = EVIL
    first["quotes"][0]["article"]["source"] = EVIL
    first["quotes"].append({**first["quotes"][0], "link": 'https://x.example/"onmouseover="alert(1)'})
    return make_site(lambda _: told, AT, 2, base)
