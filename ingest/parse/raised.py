"""Raised and lowered text (<sup>, <sub>): powers and indices keep their meaning, footnote marks are dropped.

    10<sup>26</sup>    10²⁶          CO<sub>2</sub>    CO₂          x<sup>n/2</sup>    x^(n/2)
    GPT-4<sup>1</sup>  GPT-4         fees<sup>*</sup>  fees         1<sup>st</sup>     1st

A bare number is a power after a number or a one-letter symbol, and a note after a word, a sum of money, a year or
the end of a clause. After another whole number it is a note only if it continues the document's count of notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from ingest.parse.replaced import say, take_out

_UP: Final = dict(
    zip("0123456789+-−=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)
_DOWN: Final = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_SMALL_PRINT: Final = 16
"""Longer raised or lowered text is small print, not a power or a mark."""
_CONTEXT: Final = 40  # characters before a mark that are examined
_NOTE = re.compile(r"\[[^\[\]]{1,30}\]|\(\w{1,3}\)|[*†‡§¶#⁎∗]{1,4}|\d{1,3}(?:[,;–—-] ?\d{1,3})+|[↩↑^]")
_NUMBER = re.compile(r"\d{1,3}")
_SIGNED = re.compile(r"[+\-−]\d{1,6}|\d{0,2}[+\-−]|\d{4,9}")
_WORDY = re.compile(r"[^\W\d_]{2,}")
_POWER_BASES = re.compile(
    r"(?:^|[^\w.,$€£¥])10$"  # 10²⁶, 4.5 × 10⁸
    r"|(?<![^\W\d_])[^\W\d_]$"  # m², x², R², 5m³
    r"|(?<![^\W\d_])(?:[kcdmnµμ]m|ft|yd|mi|mc|ha|sin|cos|tan|log|ln)$"  # km², E = mc², sin²
    r"|[^\W_]?\([^()]{0,30}[+\-−×*/^][^()]{0,30}\)$"  # (a + b)²
)
_WHOLE_NUMBER = re.compile(r"(?<![\w.,$€£¥\-–])(?:\d{1,3}|\d{5,6})$")
_TIMES: Final = re.compile(r"[×x·⋅*] ?$")


def raised(text: str) -> str:
    """`text` as a power: in superscript characters, else after "^"."""
    return _shifted(text, _UP, "^")


def lowered(text: str) -> str:
    """`text` as an index: in subscript characters, else after "_"."""
    return _shifted(text, _DOWN, "_")


def _shifted(text: str, small: dict[str, str], sign: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    if all(c in small for c in text) and (len(text) == 1 or not any(map(str.isalpha, text))):
        return "".join(small[c] for c in text)
    simple = text.isalnum() or (text[0] in "+-−" and text[1:].isalnum())
    return f"{sign}{text}" if simple else f"{sign}({text})"


@dataclass(slots=True)
class _Mark:
    """A raised piece of text: its words, the text before and after it, and whether it is in or contains a link."""

    element: Any
    text: str
    before: str
    after: str
    is_link: bool
    has_link: bool

    @property
    def is_note(self) -> bool | None:
        """None if that depends on the document's other notes."""
        if _NOTE.fullmatch(self.text) or ((self.is_link or self.has_link) and len(self.text) <= 8):
            return True
        if _SIGNED.fullmatch(self.text):
            return False
        if _NUMBER.fullmatch(self.text):
            return _is_number_a_note(self.before, self.after)
        lone = len(self.text) == 1 and self.text.isalpha()
        return lone and _WORDY.search(self.before[-3:]) is not None and self.before[-1:].isalpha()


def settled_mark(text: str, before: str, after: str) -> str:
    """A raised piece of running text as a power, or "" if it marks a note; for texts without elements."""
    text = text.strip()
    if _NOTE.fullmatch(text):
        return ""
    if _NUMBER.fullmatch(text):
        return "" if _is_number_a_note(before, after) else raised(text)
    return _plain(text)


def _is_number_a_note(before: str, after: str) -> bool | None:
    if not before or before[-1:].isspace():  # ¹⁴C, unless a sentence begins there
        return not (after[:1].isalpha() and not after[:1].islower() and not after[1:2].islower())
    if _POWER_BASES.search(before) or _TIMES.search(before):
        return False
    return None if _WHOLE_NUMBER.search(before) else True


def settle_raised(root: Any, blocks: frozenset[str]) -> None:
    """Replace the tree's raised and lowered elements by plain text in <span>.

    Args:
        blocks: names of the elements that start a new run of text.
    """
    marks = list(_marks(root, blocks))
    counted = {int(mark.text) for mark in marks if mark.is_note and _NUMBER.fullmatch(mark.text)}
    for mark in marks:
        note = mark.is_note
        if note is None:
            number = int(mark.text)
            note = number - 1 in counted or (number == 1 and 2 in counted)
        if note:
            take_out(mark.element.getparent() if mark.is_link else mark.element)
        else:
            say(mark.element, _plain(mark.text))


def _plain(text: str) -> str:
    """Raised text that marks no note: a power, except for ordinals and titles of several letters (1st, Mme, TM)."""
    return text if _WORDY.fullmatch(text) or not any(map(str.isalnum, text)) else raised(text)


def _marks(root: Any, blocks: frozenset[str]) -> Iterator[_Mark]:
    """The raised elements in order; lowered ones are replaced on the way."""
    before, inside = "", None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start" and inside is None:
            if element.tag in blocks or element.tag == "br":
                before = ""
            if element.tag in ("sup", "sub"):
                inside = element
                yield from _mark(element, before)
            else:
                before = (before + (element.text or "")[-_CONTEXT:])[-_CONTEXT:]
        elif event == "end":
            if element is inside:
                inside = None
            if inside is None:
                if element.tag in blocks:
                    before = ""
                before = (before + (element.tail or "")[-_CONTEXT:])[-_CONTEXT:]


def _mark(element: Any, before: str) -> Iterator[_Mark]:
    text = " ".join("".join(element.itertext())[: 4 * _SMALL_PRINT].split())
    is_note = _NOTE.fullmatch(text) is not None
    if not is_note and (len(text) > _SMALL_PRINT or (" " in text and _WORDY.search(text))):
        return
    if element.tag == "sub":
        say(element, lowered(text))
        return
    parent = element.getparent()
    around = parent.tag == "a" and len(parent) == 1 and not f"{parent.text or ''}{element.tail or ''}".strip()
    yield _Mark(element, text, before, (element.tail or "")[:2], around, element.find(".//a") is not None)
