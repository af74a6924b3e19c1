"""Other forms of the same word, which a question may write one way and an article another. Pure.

    NPU            NPUs                       plurals that the stemmer leaves because no vowel precedes the s
    CEO            chief executive            well-known abbreviations
    kg             kilograms                  units
    192GB, 3nm     192 GB, 3 nanometres       a number and its unit, glued or apart
    400K           400,000                    numbers by value

Unlike a synonym, a form counts as the word itself. Terms are those of `ingest.text.words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise

from ingest.text.words import content_terms, terms

Forms = Mapping[str, tuple[frozenset[str], ...]]
"""For a term of a question: sets of terms, each of which as a whole means the same."""

_SHORT_NAMES = """
ceo = chief executive
cfo = chief financial officer
cto = chief technology officer
coo = chief operating officer
cpo = chief product officer
ipo = initial public offering
llm = large language model
vlm = vision language model
rag = retrieval augmented generation
agi = artificial general intelligence
ml = machine learning
eu = european union
uk = united kingdom
vc = venture capital
"""
_UNITS = """
kg kilogram kilogramme kilo
g gram gramme
km kilometer kilometre
m meter metre
cm centimeter centimetre
mm millimeter millimetre
nm nanometer nanometre
kb kilobyte
mb megabyte
gb gigabyte
tb terabyte
pb petabyte
w watt
kw kilowatt
mw megawatt
gw gigawatt
ms millisecond
s sec second
min minute
h hr hour
mhz megahertz
ghz gigahertz
fps frame
tok token
usd dollar
eur euro
"""
_UNIT_WORDS = frozenset(_UNITS.split())
_SCALES = {"k": 3, "m": 6, "b": 9, "t": 12}
_SCALED = re.compile(r"(\d{1,9}(?:\.\d{1,4})?)([kmbt])")
_ROUND = re.compile(r"[1-9]\d{3,14}")
_GLUED = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)([a-z]{1,4})")
_VOWEL = re.compile(r"[aeiouy]")


def forms_of(said: Sequence[str]) -> dict[str, tuple[frozenset[str], ...]]:
    """The other forms of a question's terms; terms without any are left out.

    Args:
        said: the terms, in order.
    """
    found: dict[str, list[frozenset[str]]] = {}
    for term in said:
        others = [frozenset({other}) for other in (*_plural(term), *_by_value(term), *_units().get(term, ()))]
        others += _apart(term)
        if others:
            found[term] = others
    for phrase, other in _short_names():
        if phrase <= set(said):
            for term in phrase:
                found.setdefault(term, []).append(other)
    for number, unit in pairwise(said):
        if number[0].isdigit() and unit in _units():
            for term in (number, unit):
                found.setdefault(term, []).append(frozenset({f"{number}{_symbol(unit)}"}))
    return {term: tuple(dict.fromkeys(others)) for term, others in found.items()}


def all_forms(forms: Forms) -> set[str]:
    """Every term of any form."""
    return {term for others in forms.values() for other in others for term in other}


def is_unit(word: str) -> bool:
    """Whether a lower-case word is a unit's symbol or name: "kg", but not "metr", the stem of "metre"."""
    return word in _UNIT_WORDS


def _plural(term: str) -> Iterable[str]:
    if not (term.isascii() and term.isalpha()):
        return ()
    base = term.removesuffix("s")
    if len(base) < 2 or _VOWEL.search(base[:-1]) or (len(base) == 2 and _VOWEL.search(base)):
        return ()
    return (base,) if base != term else (f"{term}s",)


def _by_value(term: str) -> Iterable[str]:
    """ "400k" for 400000, and vice versa."""
    if match := _SCALED.fullmatch(term):
        value = Decimal(match[1]).scaleb(_SCALES[match[2]])
        return (f"{value:f}".partition(".")[0],) if value == value.to_integral_value() else ()
    if not _ROUND.fullmatch(term) or not term.endswith("00"):
        return ()
    scaled = ((Decimal(term).scaleb(-power).normalize(), scale) for scale, power in _SCALES.items())
    return tuple(f"{value:f}{scale}" for value, scale in scaled if value >= 1 and len(f"{value:f}") <= 5)


def _apart(term: str) -> list[frozenset[str]]:
    """A number and its unit, if the term joins them."""
    match = _GLUED.fullmatch(term)
    if not match or match[2] not in _units():
        return []
    return [frozenset({match[1], unit}) for unit in (match[2], *_units()[match[2]])]


@cache
def _units() -> Mapping[str, tuple[str, ...]]:
    groups = [tuple(dict.fromkeys(terms(line))) for line in _UNITS.strip().splitlines()]
    return {unit: tuple(other for other in group if other != unit) for group in groups for unit in group}


def _symbol(unit: str) -> str:
    """The short form of a unit: the first of its group."""
    return min((unit, *_units()[unit]), key=len)


@cache
def _short_names() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    pairs = []
    for line in _SHORT_NAMES.strip().splitlines():
        short, long = (frozenset(content_terms(words)) for words in line.split("="))
        pairs += [(short, long), (long, short)]
    return tuple(pairs)
