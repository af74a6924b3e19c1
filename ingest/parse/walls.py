"""Recognises walls, pages in place of an article: consent, log-in, paywall, bot check, "not found". Pure.

A wall is short, and nearly all its text is about getting past it. It is recognised by the share of such text, and by
marks that vendors of bot checks leave in their pages. A sentence about cookies in an article changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

LONGEST: Final = 2000
"""Most characters in a wall; an article about cookies is longer than a dialog about them."""
LEAST_SHARE: Final = 0.4
"""Least share of a wall's text in sentences about getting past it; a banner is only a small part of a page."""
LEAST_MARKS: Final = 2
"""Least number of different phrases in a wall's text or title; in fewer than `SHORT` characters one is enough."""
SHORT: Final = 200


class _Wall(NamedTuple):
    """A kind of wall: its name, and the phrases on it."""

    name: str
    said: re.Pattern[str]


# What vendors of bot checks put into their checking pages, and into no others.
_CHECKS: Final = re.compile(
    r"anubis_challenge|/\.within\.website/|_cf_chl_opt|cf-challenge-running|id=[\"']challenge-(?:form|stage|error)"
    r"|_Incapsula_Resource|px-captcha|captcha-delivery\.com|data-dd-captcha|/_sec/cp_challenge|sec-if-cpt-container"
    r"|ddos-guard\.net/check|sucuri_cloudproxy_js|awsWafCookieDomainList|gokuProps|KPSDK|/\.well-known/haphash"
    r"|go-away-challenge|cdn-cgi/challenge-platform/h/[bg]/orchestrate",
)
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]?")


def wall_of(text: str, title: str = "", markup: str = "") -> str:
    """The kind of wall, in words; "" for an article.

    Args:
        text: the page's whole text.
        title: the page's title, where "Sign in" counts as a phrase.
        markup: the page's source.
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
    """Total length of the sentences with phrases of these walls."""
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
