"""Words as stems, and how many of a statement's stand in its sources. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP_WORDS = frozenset(
    """a an the of to in on at by for from with and or as is are was were be been being it its this that these those has
    have had do does did will would can could may might shall should i we you he she they their his her our your there
    than then also so if more most very just only any all some yet according after before since until""".split()
)


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as stems."""
    return [stem(w) for w in _WORD.findall(text.lower()) if w not in STOP_WORDS]


def stem(word: str) -> str:
    """A crude stem: enough to see "releases", "released" and "releasing" as one."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("y") or word
    return word.rstrip("y") if len(word) > 3 else word


def coverage(statement: str, sources: Sequence[str]) -> float:
    """The share of the statement's content words, numbers aside, that the sources have too; 1.0 where it has none."""
    words = [word for word in content_words(statement) if not word[0].isdigit()]
    there = {word for source in sources for word in content_words(source)}
    return sum(word in there for word in words) / len(words) if words else 1.0
