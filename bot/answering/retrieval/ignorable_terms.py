"""Question words that may be absent from the corpus without counting as evidence of absence; empty sentences. Pure.

A word that occurs nowhere weighs most: it suggests that the corpus holds no answer. But some words of a question are
never part of an answer, so their absence means nothing.
"""

from __future__ import annotations

import re
from collections.abc import Set

from bot.answering.understanding.understand import Understood
from ingest.text.language import FUNCTION_WORDS
from ingest.text.words import STOP_WORDS, content_terms

_LETTERS = re.compile(r"[^\W\d_]+")
_ASKS = re.compile(r"\W*(?:what|how|why|who|whose|when|where|which)\b", re.IGNORECASE)
_ASKING = """
article articles ask describe explain happen happened happening happens headline headlines information know link mention
mentioned mentions news quotation quotations quote quotes read say saying show stories story summarise summarize summary
tell think update updates
"""
"""Words about asking and reporting, not about the subject."""

_EVERYTHING = """
ai any anything big biggest bring brief catch day everything fill get give going headline hot important interesting it
lately latest main major me miss missed month new newest on overview past please post posts recap recent recently
roundup rundown speed thing things tldr today top us week weekly what whats world year yesterday
"""
"""What is left of a question about everything: "any big news this week?"."""

_ASKING_TERMS = frozenset(content_terms(_ASKING))
_EVERYTHING_TERMS = frozenset(content_terms(_EVERYTHING))


def is_filler(term: str, understood: Understood) -> bool:
    """Whether a term only asks, or is a word like "ist" of a language that no article is written in."""
    if _is_in_a_name(term, understood):
        return False
    # "sued" has the stem of the Spanish "su": a small word is known by its spelling.
    written = (word for word in _LETTERS.findall(understood.search_text.lower()) if term in content_terms(word))
    return term in _ASKING_TERMS or any(word in FUNCTION_WORDS for word in written)


def is_no_name(term: str, understood: Understood) -> bool:
    """Whether a term only joins words that stand beside each other: "makestrainium3" of "who makes Trainium3"."""
    whole = any(term in content_terms(word) for word in understood.search_text.split())
    return term[0].isalpha() and not whole and not _is_in_a_name(term, understood)


def _is_in_a_name(term: str, understood: Understood) -> bool:
    return any(term in content_terms(name) for name in understood.entities)


def asks_for_everything(understood: Understood) -> bool:
    """Whether a question asks what is new, and about nothing: a digest's business."""
    said = set(content_terms(understood.search_text))
    return not understood.links and not _names_somebody(understood) and said <= _ASKING_TERMS | _EVERYTHING_TERMS


def asks_nothing(text: str) -> bool:
    """Whether a text holds only words of asking: what is left of "summarize" and a link."""
    return set(content_terms(text)) <= _ASKING_TERMS | _EVERYTHING_TERMS


def _names_somebody(understood: Understood) -> bool:
    """Whether it names something beside "AI"."""
    return any(set(content_terms(name)) - _EVERYTHING_TERMS for name in understood.entities)


def says_nothing(terms: Set[str]) -> bool:
    """Whether a sentence of these terms only announces what others say: "What happened", "Read more"."""
    return terms <= STOP_WORDS | _ASKING_TERMS


def announces(heading: str) -> bool:
    """Whether a heading asks instead of telling: "What this means for vLLM"."""
    return _ASKS.match(heading) is not None
