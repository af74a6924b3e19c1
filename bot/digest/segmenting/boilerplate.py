"""Lines of an article that are not news: about the newsletter itself, advertisements, lists of links. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

_PATTERNS = (
    r"\b(?:not much|nothing much|nothing) happened\b",
    r"^(?:a |another |just a )?(?:quiet|slow|calm|light) (?:news )?(?:day|weekend|week)\b.{0,40}$",
    r"\bwe checked \d+ (?:sub-?reddits|twitters|discords|feeds|sources)\b",
    r"\b(?:sub-?reddits|twitters)\b.{0,60}\bdiscords\b",
    r"\b(?:opt (?:in|out)|unsubscribe|manage your (?:subscription|preferences)|email frequenc(?:y|ies))\b",
    r"\b(?:subscribe|sign up|share this|forward(?:ed)? this|refer a friend|join our)\b.{0,80}"
    r"\b(?:newsletter|inbox|discord|community|list|email|friend|post|issue)s?\b",
    r"\b(?:thanks|thank you) for reading\b|\bsee you (?:next|tomorrow|on)\b|\bthat'?s (?:it|all) for (?:today|this)\b",
    r"\b(?:search|browse|read) (?:all )?(?:past|previous) issues\b",
    r"\b(?:sponsored|brought to you) by\b|\btoday'?s sponsors?\b|\bpartner content\b|^advertis\w+\W*$",
    r"\b(?:use|with) (?:the )?(?:promo |discount |coupon )?code [a-z0-9]{4,}\b(?= (?:for|to get|at)\b)|"
    r"\b\d{1,2}% off (?:your|with|all|any|annual)\b|\bpromo code\b",
    r"^(?:the )?(?:top |other )?comments (?:were|are|was|focus\w*|include\w*|largely|mostly|mainly|also)\b",
    r"\b(?:inaccessible|could not be (?:independently )?(?:verified|inspected|accessed))\b.{0,120}"
    r"\b(?:403|forbidden|reddit)\b",
    r"^as a reminder\b|^(?:/r/\w+,? ?){3,}$",
    r"\b(?:discord|slack|telegram) shut down our access\b|\bwe will be shipping the new\b",
    r"^(?:table of contents|in (?:this|today'?s) issue|top (?:tweets|links|posts|stories)\b.{0,30}|read more|"
    r"continue reading|register (?:now|here)|apply (?:now|here)|we'?re hiring)\W*$",
)
_HOUSEKEEPING = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_TRIGGERS = (
    "happened", "quiet", "slow", "calm", "light", "checked", "discord", "opt ", "unsubscribe", "manage your",
    "frequenc",
    "subscribe", "sign up", "share this", "forward", "refer a", "join our", "reading", "see you", "that's", "thats",
    "issues", "sponsor", "brought to", "partner content", "advertis", "code ", "% off", "comments", "inaccessible",
    "could not be", "reminder", "/r/", "our access", "we will be", "table of", "in this", "in today", "top ",
    "read more", "continue", "register", "apply", "hiring",
)  # fmt: skip
"""Every line of boilerplate contains one of these, which are quick to search for."""
_LINE_CHARS = 300
_DIGITS = re.compile(r"\d+")
_REPEATED = 4
"""A line in this many articles of a publisher is boilerplate: posts carried over for three days are not."""


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is about the newsletter, its mailing or its sponsors instead of the news."""
    low = sentence.lower().replace("’", "'")
    if not any(trigger in low for trigger in _TRIGGERS):
        return False
    return _HOUSEKEEPING.search(" ".join(low.split())) is not None


def repeated_lines(articles: Iterable[tuple[str, Iterable[str]]]) -> set[tuple[str, str]]:
    """The lines that recur in many articles of one publisher, figures aside, as (publisher, `skeleton`).

    Args:
        articles: the publisher and the sentences of each article.
    """
    by_publisher: dict[str, list[Iterable[str]]] = defaultdict(list)
    for publisher, sentences in articles:
        by_publisher[publisher].append(sentences)
    return {
        (publisher, line)
        for publisher, issues in by_publisher.items()
        if len(issues) >= _REPEATED
        for line, count in _counted(issues).items()
        if count >= _REPEATED
    }


def skeleton(sentence: str) -> str:
    """A sentence without its figures, case and spacing."""
    return _DIGITS.sub("0", " ".join(sentence.casefold().split()))


def _counted(issues: Iterable[Iterable[str]]) -> Counter[str]:
    """How many issues have each line; lines too long for boilerplate are skipped."""
    counts: Counter[str] = Counter()
    for sentences in issues:
        counts.update({skeleton(sentence) for sentence in sentences if len(sentence) <= _LINE_CHARS})
    return counts
