"""Tells a consent dialog or a bot check from an article by its words."""

from __future__ import annotations

import re

_LONGEST_WALL = 1500  # characters; an article about cookies is longer than a dialog about them
_BOT_CHECK = re.compile(
    r"verify(ing)? (that )?you are (a )?human|checking (if the site connection is secure|your browser before)"
    r"|enable javascript and cookies to continue|are you a robot\?|please complete the security check"
    r"|unusual traffic from your (computer )?network|access to this page has been denied|just a moment\.\.\.",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(we|our|and our|\d+) (value your privacy|partners (use|store|process|and)|use cookies)|before you continue to"
    r"|(accept|reject|allow|decline) (all|cookies)|manage (your )?(preferences|cookies|consent|choices|options)"
    r"|store and/?(or)? access information on (your|a) device|personali[sz]ed? (ads|advertising|content)"
    r"|cookie (policy|settings|preferences)|legitimate interest|withdraw your consent|alle akzeptieren|tout accepter",
    re.IGNORECASE,
)
_ENOUGH_MARKS = 3  # different ones
_LEAST_SHARE = 0.4  # of the text stands in lines with marks; below it, a banner only came along with an article


def is_wall(text: str) -> bool:
    """Whether `text`, all that a page has to say, is a wall in front of an article."""
    if len(text) > _LONGEST_WALL:
        return False
    marked = sum(len(line) for line in text.split("\n") if _CONSENT.search(line) or _BOT_CHECK.search(line))
    marks = {match.group().lower() for match in _CONSENT.finditer(text)}
    enough = len(marks) >= _ENOUGH_MARKS or _BOT_CHECK.search(text) is not None
    return enough and marked >= _LEAST_SHARE * len(text)
