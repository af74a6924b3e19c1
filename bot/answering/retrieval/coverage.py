"""How much of a question's words a text says. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Set

from bot.lexicon.forms import Forms
from bot.lexicon.synonyms import synonyms

SYNONYM = 0.7
"""What a word counts that is said by another one."""
CONTEXT = 0.5
"""What a word counts that only the title or the heading says."""
_NO_FORMS: Forms = {}


def coverage(
    weights: Mapping[str, float], said: Set[str], context: Set[str] = frozenset(), forms: Forms = _NO_FORMS
) -> float:
    """The share of the question's terms, by weight, that the text says: 0.0 to 1.0.

    Args:
        weights: the question's terms with their weights.
        said: the terms of the text.
        context: the terms of its title and heading.
        forms: what says the same as a term.
    """
    total = sum(weights.values())
    heard = sum(weight * _heard(term, said, context, forms.get(term, ())) for term, weight in weights.items())
    return heard / total if total else 0.0


def _heard(term: str, said: Set[str], context: Set[str], forms: tuple[frozenset[str], ...]) -> float:
    if term in said or any(form <= said for form in forms):
        return 1.0
    if not synonyms(term).isdisjoint(said):
        return SYNONYM
    return CONTEXT if term in context or any(form <= context for form in forms) else 0.0
