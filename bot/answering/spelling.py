"""A likely right spelling for words the corpus does not know. Pure: the vocabulary is asked through a function.

Words one edit away (a letter missing, added, changed, or two swapped: Damerau 1964), after P. Norvig, "How to Write a
Spelling Corrector"; the corpus's own counts decide. Words with digits are never touched: "GPT-6" is no typo of "GPT-5".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

Counts = Callable[[Iterable[str]], Mapping[str, int]]
"""In how many chunks each of some words stands; words that stand nowhere may be left out."""

# A short word has too many neighbours, and a rare neighbour is likely another rare name.
MIN_LETTERS = 6
MIN_COUNT = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def corrections(unknown: Iterable[str], counts: Counts) -> dict[str, str]:
    """Each of the words (lower case) that has one with the corpus's most frequent word one edit away from it.

    Args:
        unknown: words that no chunk holds.
    """
    edits = {
        word: _one_edit(word) for word in unknown if len(word) >= MIN_LETTERS and word.isascii() and word.isalpha()
    }
    if not edits:
        return {}
    found = counts(set().union(*edits.values()))
    best = {word: max(near, key=lambda it: (found.get(it, 0), it)) for word, near in edits.items()}
    return {word: right for word, right in best.items() if found.get(right, 0) >= MIN_COUNT}


def _one_edit(word: str) -> set[str]:
    """All strings one edit away; the first letter stays, people get it right (Pollock and Zamora 1984)."""
    splits = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    deleted = {head + tail[1:] for head, tail in splits if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in splits if tail for letter in _LETTERS}
    added = {head + letter + tail for head, tail in splits for letter in _LETTERS}
    return (deleted | swapped | changed | added) - {word}
