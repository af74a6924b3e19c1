"""Removes source chips: names of sources that answer engines put into their text and that stay when it is copied.

    ... improves LLM performance. (neurips) Testing across ...      staff. (fda) (FDA)
    ... 10 gigawatts of compute—[NVIDIA Newsroom](#) the largest    rollout ([fda](#)) and ...

Typography distinguishes a chip from a genuine parenthesis: English puts a parenthesis before the comma, dash or full
stop of its clause, never after it. So a chip is a link to "#", or a parenthesised name, after such a mark. A name could
still be an aside, so names count as chips only in an article with at least `MIN_CHIPS` of them. There, a site's name
("Techequity-ai") and a lower-case name known from such a place ("neurips") are chips in mid-sentence too. Everything
else in mid-sentence is kept: "(DSA)", "(CMS)", "(constant)", "(December 2-7)".
"""

from __future__ import annotations

import re
from typing import Final

MIN_CHIPS: Final = 3

_NAME: Final = r"(?:[A-Z][\w.&'’-]{0,30}(?: (?:[A-Z][\w.&'’-]{0,30}|of|and|the|for)){0,4}|[a-z][\w.-]{1,30})"
_SITE = re.compile(r"[\w-]{2,40}[.-](?:ai|co|com|edu|gov|io|net|news|org)")
_ASIDES: Final = ("laughs", "laughing", "laughter", "applause", "pause", "cheers", "sighs", "crosstalk", "inaudible")
_ABBREVIATED = re.compile(r"(?:\b(?:Inc|Corp|Ltd|Co|LLC|Dr|Mr|Ms|vs|etc|al|No)|\b[A-Za-z](?:\.[A-Za-z])*)\.$")

_LINK: Final = r"\[[^\[\]\n]{1,60}\]\(#\)"
_CARRIED_LINK = re.compile(rf"(\]\(#\)\)?(?:[ \t]*\n){{1,4}}[ \t]*){_LINK}[ \t]*")
_BRACKETED_LINK = re.compile(rf"(?<![ \t])[ \t]*\({_LINK}\)")
_AFTER_MARK: Final = r"(?P<mark>[.!?,;:][*\"”’)]{0,4}(?=[ \t])|—[*\"”’]{0,4})"
_LINKS = re.compile(rf"{_AFTER_MARK}(?P<chips>(?:[ \t]*(?:{_LINK}|\({_LINK}\)))+)(?P<after>[ \t]*)")
_NAMES = re.compile(rf"{_AFTER_MARK}(?P<chips>(?:[ \t]*\({_NAME}\))+)(?P<after>[ \t]*)(?=(?P<next>[^\n]?))")
_NAMED = re.compile(rf"\(({_NAME})\)")
_SPACED_NAME = re.compile(rf"(?<![ \t])[ \t]+\(({_NAME})\)")


def without_chips(text: str) -> str:
    """The text without its source chips and the space before each."""
    if "(" not in text:
        return text
    found = [match for match in _NAMES.finditer(text) if _is_chip(text, match)]
    links = sum(1 for _ in _LINKS.finditer(text)) + sum(1 for _ in _BRACKETED_LINK.finditer(text))
    names = {name for match in found for name in _NAMED.findall(match["chips"])}
    if len(found) + links >= MIN_CHIPS:
        text = _without(text, found)
        text = _SPACED_NAME.sub(lambda m: "" if _in_mid_sentence(m[1], names) else m[0], text)
    text = _LINKS.sub(lambda match: match["mark"] + _space_after(match), _CARRIED_LINK.sub(r"\1", text))
    return _BRACKETED_LINK.sub("", text)


def _without(text: str, chips: list[re.Match[str]]) -> str:
    parts: list[str] = []
    end = 0
    for match in chips:
        parts += [text[end : match.start()], match["mark"], _space_after(match)]
        end = match.end()
    return "".join([*parts, text[end:]])


def _space_after(match: re.Match[str]) -> str:
    """The white space to keep: after a dash there was none before the chip, so none is kept after it."""
    return match["after"] if match["chips"][0] in " \t" else ""


def _is_chip(text: str, match: re.Match[str]) -> bool:
    """Whether parenthesised names after a mark are chips; after a full stop, a new sentence must follow them."""
    names = _NAMED.findall(match["chips"])
    if any(name.lower() in _ASIDES for name in names):
        return False
    if match["mark"][0] not in ".!?":
        return True
    begins = match["next"] == "" or match["next"].isupper() or not match["next"].isalpha()
    return begins and not _ABBREVIATED.search(text[max(0, match.start() - 12) : match.start() + 1])


def _in_mid_sentence(name: str, known: set[str]) -> bool:
    return _SITE.fullmatch(name) is not None or (name.islower() and name in known)
