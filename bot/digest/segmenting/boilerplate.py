"""Lines of an article that are not news: about the newsletter itself, advertisements, lists of links. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from functools import cache
from importlib.resources import files
from typing import NamedTuple


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
    """Knows boilerplate in one article; `repeated`: what its publisher prints in many issues, as `skeleton`s."""

    def __init__(self, text: str, repeated: Set[str] = frozenset()) -> None:
        low = _folded(text)
        self._patterns = [p for p in _patterns() if any(trigger in low for trigger in p.triggers)]
        self._repeated = repeated

    def __contains__(self, sentence: object) -> bool:
        """Whether a sentence is about the newsletter, its mailing or its sponsors instead of the news."""
        line = str(sentence)
        if self._patterns:
            low = _folded(line)
            for triggers, pattern in self._patterns:
                if any(trigger in low for trigger in triggers) and pattern.search(" ".join(low.split())):
                    return True
        return bool(self._repeated) and skeleton(line) in self._repeated


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is boilerplate whoever its publisher is."""
    return sentence in Furniture(sentence)


def _folded(text: str) -> str:
    return text.lower().replace("’", "'")


def repeated_lines(articles: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """For each publisher the lines that recur in many of its articles, figures aside, as `skeleton`s.

    Args:
        articles: the publisher and the sentences of each article.
    """
    by_publisher: dict[str, list[Iterable[str]]] = defaultdict(list)
    for publisher, sentences in articles:
        by_publisher[publisher].append(sentences)
    return {
        publisher: frozenset(line for line, count in _counted(issues).items() if count >= _REPEATED)
        for publisher, issues in by_publisher.items()
        if len(issues) >= _REPEATED
    }


def skeleton(sentence: str) -> str:
    """A sentence without its figures, case and spacing."""
    return _DIGITS.sub("0", " ".join(sentence.casefold().split()))


def _counted(issues: Iterable[Iterable[str]]) -> Counter[str]:
    """How many issues have each line; lines too long for boilerplate are skipped."""
    counts: Counter[str] = Counter()
    for sentences in issues:
        counts.update({skeleton(sentence) for sentence in sentences if len(sentence) <= _LINE_CHARS})
    return counts
