"""Whether a further report changes what was told: it takes it back or corrects it, or counts the same thing anew. Pure.

A new figure is one in the title or the first sentence of an article about nothing else, for what the story had another
figure for: of one unit, with the same word beside it ("12 killed", "19 killed"). What a remark in a roundup counts is
left to its author.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal

from bot.digest.clustering.events import Event
from bot.digest.segmenting.items import Item
from bot.digest.writing.corrections import correction
from bot.lexicon.calendar_words import months
from bot.lexicon.figures import Figure, find_figures
from ingest.text.words import STOP_WORDS, stem

_ROUNDED = Decimal("0.05")
"""Amounts that differ by no more than this share are one that was rounded."""
_BESIDE = 40
"""Characters beside a figure that are looked at."""
_AFTER = re.compile(r"\W{0,3}(?:(?:people|others|more)\W)?([^\W\d_]+)")
_BEFORE = re.compile(r"([^\W\d_]+)\W{0,3}$")
_AMOUNTS = frozenset({"usd", "eur", "gbp", "cny", "%"})
_TIMES = frozenset({*months("en"), *"am pm year month week day hour minute second ago gmt et est utc".split()})
Counts = Mapping[tuple[str, str], Set[Decimal]]


def is_update(item: Item, told: Sequence[Item]) -> bool:
    """Whether a report of a story that these items told is news again."""
    if not item.whole:
        return False
    if correction(Event((item,))) is not None:
        return True
    return counts_anew(f"{item.article.title}. {item.sentence(0)}", [other.lead_text for other in told])


def counts_anew(text: str, told: Sequence[str]) -> bool:
    """Whether a text has another number for something that the told texts have a number for.

    >>> counts_anew("The quake killed 19 people.", ["It killed 12 people, the mayor said."])
    True
    """
    before: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    known: set[Decimal] = set()
    for other in told:
        known.update(figure.value for figure in find_figures(other))
        for key, values in _counts(other).items():
            before[key] |= values
    return any(_differs(value, before[key], known) for key, values in _counts(text).items() for value in values)


def _differs(value: Decimal, before: Set[Decimal], known: Set[Decimal]) -> bool:
    if not before or value in known:
        return False
    return all(abs(value - other) > _ROUNDED * max(abs(value), abs(other)) for other in before)


def _counts(text: str) -> Counts:
    """The figures of a text by unit and by each word beside them that says what they count."""
    found: dict[tuple[str, str], set[Decimal]] = defaultdict(set)
    for figure in find_figures(text):
        for word in _beside(text, figure):
            found[figure.unit if figure.unit in _AMOUNTS else "", word].add(figure.value)
    return found


def _beside(text: str, figure: Figure) -> Iterator[str]:
    """The stem of the word behind a figure; before an amount of money and a share also that of the word before it."""
    if figure.unit == "nth" or figure.unit in _TIMES:
        return
    behind = _AFTER.match(text[figure.end : figure.end + _BESIDE])
    before = _BEFORE.search(text[max(figure.start - _BESIDE, 0) : figure.start])
    for match in (behind, before if figure.unit in _AMOUNTS else None):
        word = match[1] if match else ""
        if word.islower() and word not in STOP_WORDS and word.removesuffix("s") not in _TIMES:
            yield stem(word)
