"""Lines of an article that tell no news: about the newsletter itself, advertisement, lists of links. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

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
    r"\b(?:use|with) (?:the )?(?:promo |discount |coupon )?code [A-Z0-9]{4,}\b|\b\d{1,2}% off\b|\bpromo code\b",
    r"\b(?:discord|slack|telegram) shut down our access\b|\bwe will be shipping the new\b",
    r"^(?:table of contents|in (?:this|today'?s) issue|top (?:tweets|links|posts|stories)\b.{0,30}|read more|"
    r"continue reading|register (?:now|here)|apply (?:now|here)|we'?re hiring)\W*$",
)
_HOUSEKEEPING = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_REPEATED = 4
"""A line that stands in this many articles of a publisher is its furniture: posts carried over for three days are not."""


def is_housekeeping(sentence: str) -> bool:
    """Whether a sentence speaks of the newsletter, its mailing or its sponsors instead of the news."""
    return _HOUSEKEEPING.search(" ".join(sentence.split())) is not None


def furniture(articles: Iterable[tuple[str, Iterable[str]]]) -> set[tuple[str, str]]:
    """What stands in many articles of one publisher, figures aside, as (publisher, `skeleton`).

    Args:
        articles: for each article its publisher and its sentences.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for publisher, sentences in articles:
        counts.update({(publisher, form) for form in _forms(sentences)})
    return {line for line, count in counts.items() if count >= _REPEATED}


def skeleton(sentence: str) -> str:
    """A sentence without its figures, case and spacing."""
    return _DIGITS.sub("0", " ".join(sentence.casefold().split()))


def _forms(sentences: Iterable[str]) -> Iterator[str]:
    return (skeleton(sentence) for sentence in sentences)
