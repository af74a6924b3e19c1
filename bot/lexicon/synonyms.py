"""Words that news about AI uses interchangeably: a question about cost is answered by a price.

Only words that mean the same in questions about models, labs and money; terms are those of `ingest.text.words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.lexicon.forms import Forms
from ingest.text.words import terms

_NO_FORMS: Forms = {}
SHARE = 0.6
"""The share of a word's weight that its synonym gets."""

_GROUPS = """
launch release announce introduce ship unveil debut rollout new newest latest
buy bought purchase acquire acquisition
raise funding financing round
valuation valued worth
price pricing cost cheap cheaper expensive fee
parameter param
leave left depart departure quit
join joined hire hired recruit
license licence
ram memory vram
fast faster speedup speed throughput
access available availability
datacenter datacentre
researcher scientist
vulnerability exploit bug flaw
suspend suspended ban banned revoke
lead head boss ceo run
lay layoff cut dismiss
power watt kilowatt megawatt gigawatt
weigh weight kilogram gram kg
"""


def _by_term() -> dict[str, frozenset[str]]:
    groups = [frozenset(terms(line)) for line in _GROUPS.strip().splitlines()]
    return {term: group - {term} for group in groups for term in group}


_SYNONYMS = _by_term()


def synonyms(term: str) -> frozenset[str]:
    """The terms that mean the same; most terms have none."""
    return _SYNONYMS.get(term, frozenset())


def all_synonyms(of: Iterable[str]) -> set[str]:
    """The synonyms of any of the terms."""
    return set().union(*(synonyms(term) for term in of))


def with_synonyms(said: Mapping[str, float], idf: Mapping[str, float], forms: Forms = _NO_FORMS) -> dict[str, float]:
    """The weights of the question's terms and, lower, of their synonyms.

    Args:
        said: the question's terms with their weights.
        idf: the weights of their synonyms and forms.
        forms: other forms of the same words, which count in full.
    """
    weights = dict(said)
    for term, others in forms.items():
        for other in (other for form in others for other in form if other not in said and other in idf):
            weights[other] = max(weights.get(other, 0.0), min(said.get(term, 0.0), idf[other]))
    for term, weight in said.items():
        for other in synonyms(term):
            if other not in said and other in idf:
                weights[other] = max(weights.get(other, 0.0), SHARE * min(weight, idf[other]))
    return weights
