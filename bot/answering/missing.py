"""Which words of a question are not missed where no chunk holds them, and which sentences say nothing. Pure.

A word that stands nowhere counts most of all: it is the sign that the corpus holds no answer. But some words of a
question are no part of what an answer says, and their absence is a sign of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Set

from bot.answering.language import FUNCTION_WORDS
from bot.answering.understand import Understood
from ingest.text.words import STOP_WORDS, content_terms

_ASKS = re.compile(r"\W*(?:what|how|why|who|whose|when|where|which)\b", re.IGNORECASE)
_ASKING = """
article articles describe explain happen happened happening happens headline headlines information know link mention
mentioned mentions news quotation quotations quote quotes read say saying show stories story summarise summarize summary
tell think update updates
"""
"""Words about asking and telling, and not about what is told."""

_EVERYTHING = """
ai any anything big biggest day everything give going headline important it lately main major me month new newest latest
on overview past please recap recently roundup thing things tldr today top us week weekly what whats world year
"""
"""What is left of a question about everything: "any big news this week?"."""

_ASKING_TERMS = frozenset(content_terms(_ASKING))
_IDLE = _ASKING_TERMS.union(term for word in FUNCTION_WORDS for term in content_terms(word))


def is_idle(term: str, understood: Understood) -> bool:
    """Whether a term only asks, or is a word like "ist" of a language that no article is written in."""
    return term in _IDLE and not _is_in_a_name(term, understood)


def is_chance(term: str, understood: Understood) -> bool:
    """Whether a term joins a name to the word before it: "makestrainium3". "GPT-6" is one name, and missed."""
    whole = any(term in content_terms(word) for word in understood.search_text.split())
    return term[0].isalpha() and not whole and not _is_in_a_name(term, understood)


def _is_in_a_name(term: str, understood: Understood) -> bool:
    return any(term in content_terms(name) for name in understood.entities)


def asks_for_everything(understood: Understood) -> bool:
    """Whether a question asks what happened in a time, and about nothing: a digest's business."""
    said = set(content_terms(understood.search_text))
    return understood.window is not None and said <= _ASKING_TERMS.union(content_terms(_EVERYTHING))


def says_nothing(terms: Set[str]) -> bool:
    """Whether a sentence of these terms only announces what others say: "What happened", "Read more"."""
    return terms <= STOP_WORDS | _ASKING_TERMS


def announces(heading: str) -> bool:
    """Whether a heading asks instead of telling: "What this means for vLLM"."""
    return _ASKS.match(heading) is not None
