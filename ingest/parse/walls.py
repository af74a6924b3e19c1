"""Tells what stands in front of an article from the article: consent, log-in, paywall, bot check, "not found". Pure.

A wall is short, and nearly all of it is about getting past it. So it is known by the share of its text that is, and by
the marks that the makers of bot checks leave in their pages. A word about cookies in an article changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

LONGEST: Final = 2000
"""Characters; an article about cookies is longer than a dialog about them."""
LEAST_SHARE: Final = 0.4
"""Share of a wall's text that stands in sentences about getting past it; a banner comes along with an article."""
LEAST_MARKS: Final = 2
"""Different phrases that make a wall, in a text or its title; one is enough in fewer than `SHORT` characters."""
SHORT: Final = 200


class _Wall(NamedTuple):
    """A kind of wall, what it is called, and what is said on it."""

    name: str
    said: re.Pattern[str]


# What the makers of bot checks write into the page that checks, and into no other.
_CHECKS: Final = re.compile(
    r"anubis_challenge|/\.within\.website/|_cf_chl_opt|cf-challenge-running|id=[\"']challenge-(?:form|stage|error)"
    r"|_Incapsula_Resource|px-captcha|captcha-delivery\.com|data-dd-captcha|/_sec/cp_challenge|sec-if-cpt-container"
    r"|ddos-guard\.net/check|sucuri_cloudproxy_js|awsWafCookieDomainList|gokuProps|KPSDK|/\.well-known/haphash"
    r"|go-away-challenge|cdn-cgi/challenge-platform/h/[bg]/orchestrate",
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]?")


def wall_of(text: str, title: str = "", markup: str = "") -> str:
    """What stands in front of an article, in words; "" for an article.

    Args:
        text: all that a page has to say.
        title: of the page: "Sign in" counts as a phrase.
        markup: the page as it came.
    """
    if len(text) > LONGEST:
        return ""
    walls = _walls()
    if _CHECKS.search(markup):
        return walls[0].name
    sentences = _SENTENCE.findall(text)
    total = max(sum(map(len, sentences)), 1)
    most = max(walls, key=lambda wall: _length(sentences, [wall]))
    marks = {match[0].casefold() for match in most.said.finditer(f"{title}\n{text}")}
    enough = len(marks) >= (1 if len(text) < SHORT else LEAST_MARKS)
    return most.name if enough and _length(sentences, walls) >= LEAST_SHARE * total else ""


def _length(sentences: Sequence[str], walls: Sequence[_Wall]) -> int:
    """How long the sentences are that say what such walls say."""
    return sum(len(sentence) for sentence in sentences if any(wall.said.search(sentence) for wall in walls))


@cache
def _walls() -> tuple[_Wall, ...]:
    """The kinds of `ingest/data/walls.txt`; the first is the bot check."""
    found: dict[str, list[str]] = {}
    for line in (files("ingest") / "data" / "walls.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append(line)
    return tuple(_Wall(name, re.compile("|".join(said), re.IGNORECASE)) for name, said in found.items())
