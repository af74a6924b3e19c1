"""Reads what a language model wrote into drafts of statements. Tolerant: no string whatever makes it raise. Pure.

Read are: bare JSON, JSON in a code fence or between words, trailing commas, a single statement without its list, and a
list that was cut in the middle (the statements that are whole are kept).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_REPLY_CHARS = 40_000
MAX_STATEMENTS = 12
MAX_POINTERS = 12
MAX_WORDS = 4
MAX_SEARCH_CHARS = 200
_MAX_TRIES = 400
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_RANGE = re.compile(r"(\d{1,5})\s*[-–—]\s*(\d{1,5})")
_NUMBER = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement as the model wrote it, unchecked.

    Attributes:
        text: the statement.
        numbers: the numbers of the sentences it points at.
        words: words it says it copied.
    """

    text: str
    numbers: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """All that could be read.

    Attributes:
        found: False where the model says, by a word or an empty list, that no sentence answers; None: unsaid.
        search: what it would search the articles for, on one line.
    """

    drafts: tuple[Draft, ...]
    found: bool | None
    search: str = ""


def parse_reply(text: str) -> Reply:
    """Read a reply; an unreadable one gives no drafts and `found=None`."""
    text = text[:MAX_REPLY_CHARS]
    drafts: list[Draft] = []
    found: bool | None = None
    search = ""
    for value in _values(text):
        if isinstance(value, dict):
            found = _found(value, found)
            search = value["search"] if isinstance(value.get("search"), str) else search
        drafts.extend(_drafts(value))
    return Reply(tuple(_distinct(drafts))[:MAX_STATEMENTS], found, _clean(search)[:MAX_SEARCH_CHARS])


def _found(value: dict[str, Any], found: bool | None) -> bool | None:
    if isinstance(value.get("found"), bool):
        return bool(value["found"])
    return False if value.get("statements") == [] else found


def _values(text: str) -> Iterator[Any]:
    """The outermost JSON values of the text; inside one that is broken, the whole ones within."""
    decoder = json.JSONDecoder()
    at = tries = 0
    while tries < _MAX_TRIES:
        starts = [i for i in (text.find("{", at), text.find("[", at)) if i >= 0]
        if not starts:
            return
        at, tries = min(starts), tries + 1
        value, length = _decoded(decoder, text[at:])
        if length:
            yield value
            at += length
        else:
            at += 1


def _decoded(decoder: json.JSONDecoder, text: str) -> tuple[Any, int]:
    """The value that the text begins with and its length, or (None, 0)."""
    for candidate in (text, _padded(text)):
        try:
            return decoder.raw_decode(candidate)
        except (ValueError, RecursionError):
            continue
    return None, 0


def _padded(text: str) -> str:
    """Blanks instead of trailing commas, so that lengths stay (a comma inside a string may go with them)."""
    return _TRAILING_COMMA.sub(" ", text)


def _drafts(value: Any) -> Iterator[Draft]:
    """Drafts of a statement, of a list of them, or of an object that holds such a list."""
    if isinstance(value, list):
        for item in value[:MAX_STATEMENTS]:
            if isinstance(item, dict):
                yield from _drafts(item)
    elif isinstance(value, dict):
        if isinstance(value.get("statements"), list | dict):
            yield from _drafts(value["statements"])
        elif isinstance(value.get("text"), str):
            draft = _draft(value)
            if draft.text:
                yield draft


def _draft(value: dict[str, Any]) -> Draft:
    words = value.get("words")
    copied = [words] if isinstance(words, str) else words if isinstance(words, list) else []
    evidence = value.get("evidence")
    if isinstance(evidence, str) and not _numbers(evidence):
        copied = [*copied, evidence]
    return Draft(
        _clean(value["text"]),
        tuple(dict.fromkeys(_numbers(evidence)))[:MAX_POINTERS],
        tuple(filter(None, (_clean(w) for w in copied[:MAX_WORDS] if isinstance(w, str)))),
    )


def _numbers(evidence: Any) -> list[int]:
    """Sentence numbers out of 3, 3.0, "3", "[3]", "3-5", "1, 2" and lists of them."""
    if isinstance(evidence, bool):
        return []
    if isinstance(evidence, int | float):
        return [int(evidence)] if 0 <= evidence < 100_000 else []
    if isinstance(evidence, str):
        return _numbers_of(evidence) if len(evidence) <= 40 else []
    if isinstance(evidence, list):
        return [n for item in evidence[:MAX_POINTERS] if not isinstance(item, list) for n in _numbers(item)]
    return []


def _numbers_of(text: str) -> list[int]:
    spans = [(int(a), int(b)) for a, b in _RANGE.findall(text)]
    ranges = [n for first, last in spans for n in range(first, min(last, first + MAX_POINTERS) + 1)]
    return ranges + [int(n) for n in _NUMBER.findall(_RANGE.sub(" ", text))]


def _clean(text: str) -> str:
    """One line that can be encoded: lone surrogates, which JSON can spell, become question marks."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())


def _distinct(drafts: list[Draft]) -> Iterator[Draft]:
    seen: set[str] = set()
    for draft in drafts:
        if draft.text not in seen:
            seen.add(draft.text)
            yield draft
