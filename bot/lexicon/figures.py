"""Numbers in news text: amounts, shares, counts, ordinals; found with scale and unit, compared by value. Pure.

"$100 billion", "100B USD" and "100bn dollars" are one figure; "1,000" and "1000" are; "10-20%" are 10 % and 20 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from bot.lexicon.units import ALL_FOLDS, CARDINALS, FOLD, ORDINALS, SCALES, TELLING_UNITS, UNITS

_FIRSTS = re.compile(r"\b(?:initial|debut\w*|inaugural|maiden|original)\b", re.IGNORECASE)


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_WORDY_SCALE = _any(s for s in SCALES if len(s) > 3)
_UNIT = rf"(?P<unit>{_any(UNITS)})(?![A-Za-z])"
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9_])(?<![A-Za-z0-9][.,])(?<!\d[.,]\d)"
    r"(?P<currency>US\$|[$€£¥]|(?:USD|EUR|GBP)(?=\s))?\s?"
    r"(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|"
    rf"(?:[\s\u00a0-]?(?P<scale>(?i:{_WORDY_SCALE}|bn|tn|mn|mrd|mio))(?![A-Za-z])|(?P<letter>MM|[kKmMbBtT])(?![A-Za-z])|"
    r"\s(?P<spaced>[KMBT])(?![\w'’-]))?"
    rf"(?:[\s\u00a0-]?(?i:{_UNIT})|(?P<suffix>[A-Za-z]{{1,6}})\b)?)",
)
_WORD = re.compile(
    rf"\b(?P<word>{_any(CARDINALS)})(?:[\s-](?P<scale>{_WORDY_SCALE}))?\b(?:[\s-]{_UNIT})?", re.IGNORECASE
)
_PER = re.compile(rf"(?:\bper |/ ?)(?:(?P<scale>{_WORDY_SCALE})\b|(?P<letter>[KMB])(?:[Tt]ok\w*)?\b)", re.IGNORECASE)
_ORDINAL = re.compile(rf"\b(?<!per )(?<!a )(?<!each )(?P<word>{_any(ORDINALS)})\b", re.IGNORECASE)
_FOLD_WORD = re.compile(rf"\b(?P<word>{_any(ALL_FOLDS)})\b", re.IGNORECASE)
_UP_TO = re.compile(
    r"\b(?:up to|as (?:much|many|high) as|at most|no more than|max(?:imum)?(?: of)?)[\s~$\\]*$", re.IGNORECASE
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(
    r"(?<![\w.,])(?:(?P<times>\d{1,9}(?:\.\d{1,9})?)\s?[×x*·]\s?)?(?P<base>\d{1,6})"
    r"(?:(?:\^|\*\*)\{?(?P<exponent>[-−]?\d{1,3})\}?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))(?!\w)"
    r"|(?<![\w.,])(?P<mantissa>\d{1,6}(?:\.\d{1,9})?)[eE](?P<e>[+-]?\d{1,3})(?!\w)"
)
"""10^26, 10**26, 4.5 × 10²⁶, 1e26."""
_RANGE = re.compile(r"\s?[-–—]\s?|\sto\s")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text, at `[start, end)`; `unit` is "" if none is given, "nth" for ordinals."""

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    exponent: int = 0

    def supported_by(self, source: Figure) -> bool:
        """Whether the source states this value in a compatible unit.

        A missing unit is compatible, except for money, percentages and multiples.
        """
        if self.value != source.value:
            return False
        return self.unit in ("", source.unit) or (source.unit == "" and self.unit not in TELLING_UNITS)


def find_figures(text: str) -> list[Figure]:
    """The numbers that a statement claims. "one", "a" and "half" alone claim none.

    >>> [(figure.text, int(figure.value), figure.unit) for figure in find_figures("Raised $65B at 10-20% for GPT-5.5.")]
    [('$65B', 65000000000, 'usd'), ('10', 10, '%'), ('20%', 20, '%')]
    """
    claims = [f for f in _inherited(text, _digits(text)) if not _within_a_name(text, f)]
    return _powers(text) + claims + [f for f in _words(text) if f.value != 1 or f.unit == "nth"] + _folds(text, FOLD)


def supporting_figures(text: str) -> list[Figure]:
    """All numbers that a source can be read to state; generous, so that no true statement is refused."""
    digits = _powers(text) + _digits(text)
    figures = digits + _inherited(text, digits) + _words(text) + _folds(text, ALL_FOLDS)
    if _FIRSTS.search(text):
        figures.append(Figure(0, 0, "first", Decimal(1), "nth"))
    return figures


def ceiling_dropped(statement: str, sources: Iterable[str]) -> str:
    """The source's "up to" if the statement gives the number as reached; "" if there is none."""
    ceilings: list[tuple[Figure, str]] = []
    reached: list[Figure] = []
    for source in sources:
        for figure in supporting_figures(source):
            match = _UP_TO.search(source, 0, figure.start)
            if match:
                ceilings.append((figure, match.group().strip(" ~$\\")))
            else:
                reached.append(figure)
    for figure in find_figures(statement):
        if not _UP_TO.search(statement, 0, figure.start) and not any(figure.supported_by(other) for other in reached):
            for ceiling, cue in ceilings:
                if figure.supported_by(ceiling):
                    return cue
    return ""


def _powers(text: str) -> list[Figure]:
    """Numbers that are written as powers."""
    figures = []
    for match in _POWER.finditer(text):
        if match["mantissa"]:
            value = Decimal(match["mantissa"]).scaleb(int(match["e"]))
        else:
            said = match["exponent"] or match["raised"].translate(_SUPERSCRIPTS)
            value = Decimal(match["times"] or 1) * Decimal(match["base"]) ** int(said.replace("−", "-"))
        figures.append(Figure(match.start(), match.end(), match.group(), value.normalize(), ""))
    return figures


def _digits(text: str) -> list[Figure]:
    figures = []
    text = _POWER.sub(lambda match: " " * len(match.group()), text)
    for match in _FIGURE.finditer(text):
        value = _value(match["number"])
        if value is not None:
            scale = match["scale"] or match["letter"] or match["spaced"]
            exponent = SCALES[scale.lower()] if scale else 0
            text_found, unit = match.group().strip(), _unit(match)
            figures.append(Figure(match.start(), match.end(), text_found, value.scaleb(exponent), unit, exponent))
    return figures


def _unit(match: re.Match[str]) -> str:
    if match["ordinal"]:
        return "nth"
    named = match["currency"] or match["unit"] or match["suffix"]
    return UNITS.get(named.lower(), named.lower()) if named else ""


def _inherited(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """In "10-20%" and "$1-2 billion" the first number means the unit and the scale of the second."""
    read = list(figures)
    for i in range(len(read) - 2, -1, -1):
        first, second = read[i], read[i + 1]
        if _RANGE.fullmatch(text[first.end : second.start]):
            value = first.value if first.exponent else first.value.scaleb(second.exponent)
            exponent = first.exponent or second.exponent
            read[i] = replace(first, value=value, unit=first.unit or second.unit, exponent=exponent)
            read[i + 1] = replace(second, unit=second.unit or first.unit)
    return read


def _words(text: str) -> list[Figure]:
    figures = []
    for match in _WORD.finditer(text):
        word, scale, unit = match["word"].lower(), match["scale"], match["unit"]
        if scale or word not in ("a", "an", "half a"):
            exponent = SCALES[scale.lower()] if scale else 0
            value, named = Decimal(CARDINALS[word]).scaleb(exponent), UNITS[unit.lower()] if unit else ""
            figures.append(Figure(match.start(), match.end(), match.group(), value, named, exponent))
    for match in _PER.finditer(text):
        exponent = SCALES[(match["scale"] or match["letter"]).lower()]
        figures.append(Figure(match.start(), match.end(), match.group(), Decimal(1).scaleb(exponent), "", exponent))
    for match in _ORDINAL.finditer(text):
        value = Decimal(ORDINALS[match["word"].lower()])
        figures.append(Figure(match.start(), match.end(), match.group(), value, "nth"))
    return figures


def _folds(text: str, folds: Mapping[str, int | Decimal]) -> list[Figure]:
    found = ((match, folds.get(match["word"].lower())) for match in _FOLD_WORD.finditer(text))
    return [Figure(m.start(), m.end(), m.group(), Decimal(value), "x") for m, value in found if value is not None]


def _within_a_name(text: str, figure: Figure) -> bool:
    """ "5.5" of "GPT-5.5" is part of a name, which is compared as a whole."""
    before = text[max(figure.start - 2, 0) : figure.start]
    return len(before) == 2 and before[0].isalpha() and before[1] == "-"


def _value(number: str) -> Decimal | None:
    """1,000 and 1,000.5 and 3.5 and 3,5 and 1.000.000; None if it is not a number (10.0.0.1)."""
    number = number.replace("\u00a0", ",").replace("\u202f", ",")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        number = number.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(\.\d{3}){2,}", number):
        number = number.replace(".", "")
    else:
        number = number.replace(",", ".")
    try:
        return Decimal(number) if len(number) <= 40 else None
    except InvalidOperation:
        return None
