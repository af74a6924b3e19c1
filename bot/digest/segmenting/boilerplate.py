"""Lines of an article that are not news: about the newsletter itself, advertisements, lists of links. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from ingest.models import Span


class _Pattern(NamedTuple):
    """`triggers`: one of them stands in every line that matches; they are quick to search for."""

    triggers: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def _patterns() -> tuple[_Pattern, ...]:
    """The lines of boilerplate.txt."""
    text = files(__package__).joinpath("boilerplate.txt").read_text(encoding="utf-8")
    lines = (line.split("\t", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(_Pattern(tuple(words.split(" / ")), re.compile(pattern, re.IGNORECASE)) for words, pattern in lines)


_LINE_CHARS = 300
_DIGITS = re.compile(r"\d+")
_REPEATED = 4
"""A line in this many articles of a publisher is boilerplate: posts carried over for three days are not."""


class Furniture:
    """Knows boilerplate in one article; `repeated`: its lines that its publisher prints in many issues."""

    def __init__(self, text: str, repeated: Set[str] = frozenset()) -> None:
        self._text, self._folded, self._repeated = text, _folded(text), repeated
        self._triggers = sorted(_triggers_in(self._folded))

    def holds(self, sentence: Span) -> bool:
        """Whether a sentence is about the newsletter, its mailing or its sponsors instead of the news."""
        patterns = self._triggered(sentence)
        if patterns:
            line = " ".join(self._folded[slice(*sentence)].split())
            if any(pattern.search(line) for pattern in patterns):
                return True
        return bool(self._repeated) and self._text[slice(*sentence)] in self._repeated

    def _triggered(self, sentence: Span) -> list[re.Pattern[str]]:
        """The patterns that have a trigger in a sentence."""
        first = bisect_left(self._triggers, (sentence.start,))
        inside = takewhile(lambda found: found.start < sentence.end, self._triggers[first:])
        return [_patterns()[found.pattern].pattern for found in inside if found.end <= sentence.end]


class _Trigger(NamedTuple):
    """Where a trigger stands, and the number of its pattern."""

    start: int
    end: int
    pattern: int


def _triggers_in(folded: str) -> Iterator[_Trigger]:
    for number, (triggers, _) in enumerate(_patterns()):
        for trigger in triggers:
            start = folded.find(trigger)
            while start >= 0:
                yield _Trigger(start, start + len(trigger), number)
                start = folded.find(trigger, start + 1)


def _folded(text: str) -> str:
    """The text in small letters, as long as it was, with straight apostrophes."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low.replace("’", "'")


def repeated_lines(articles: Sequence[tuple[str, Sequence[str]]]) -> list[frozenset[str]]:
    """For each article those of its lines that recur, figures aside, in many articles of its publisher.

    Args:
        articles: the publisher and the lines of each article.
    """
    issues = Counter(publisher for publisher, _ in articles)
    written = [
        {line: skeleton(line) for line in lines if len(line) <= _LINE_CHARS} if issues[publisher] >= _REPEATED else {}
        for publisher, lines in articles
    ]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for (publisher, _), skeletons in zip(articles, written, strict=True):
        said[publisher].update(set(skeletons.values()))
    return [
        frozenset(line for line, found in skeletons.items() if said[publisher][found] >= _REPEATED)
        for (publisher, _), skeletons in zip(articles, written, strict=True)
    ]


def skeleton(sentence: str) -> str:
    """A sentence without its figures, case and spacing."""
    return _DIGITS.sub("0", " ".join(sentence.casefold().split()))
