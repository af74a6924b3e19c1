"""A likely right spelling for words the corpus does not know. Pure: the vocabulary is asked through a function.

Words one edit away (a letter missing, added, changed, or two swapped: Damerau 1964), after P. Norvig, "How to Write a
Spelling Corrector"; the corpus's own counts decide. The edits are made on what was written and compared by their stems:
"poeple" is one swap from "people", its stem "poepl" is not from a word. Words with digits are never touched: "GPT-6" is
no typo of "GPT-5".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ingest.text.words import STOP_WORDS, stem

Counts = Callable[[Iterable[str]], Mapping[str, int]]
"""The number of chunks that contain each term; terms that do not occur may be left out."""

MIN_LETTERS = 4
"""A shorter word has too many neighbours; one of three letters is only taken for a small word ("teh")."""
MIN_COUNT = 2
"""A rarer neighbour is likely another rare name, unless the word is long or its letters are only swapped."""
LONG = 8
SWAPPED = 4.0
"""Two swapped letters are so many times as likely as another edit (Norvig's counts of errors: a fifth of them all)."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def corrections(unknown: Iterable[str], counts: Counts) -> dict[str, str]:
    """Each of the words (lower case, as written) that has one with its likely right spelling.

    Args:
        unknown: words that no chunk holds.
    """
    edits = {word: _one_edit(word) for word in unknown if len(word) >= 3 and word.isascii() and word.isalpha()}
    small = {word: near for word, found in edits.items() if (near := _small_word(word, found))}
    stems = {
        word: {edit: stem(edit) for edit in found}
        for word, found in edits.items()
        if word not in small and len(word) >= MIN_LETTERS
    }
    if not stems:
        return small
    known = counts({term for found in stems.values() for term in found.values()})
    return small | {word: right for word, found in stems.items() if (right := _best(word, found, known))}


def _small_word(word: str, edits: Iterable[str]) -> str:
    """The stop word that was meant, where two letters are swapped or one is missing: "teh", "wat"."""
    swapped = [edit for edit in edits if edit in STOP_WORDS and sorted(edit) == sorted(word)]
    missing = [edit for edit in edits if edit in STOP_WORDS and len(edit) == len(word) + 1]
    return min(swapped or missing, default="")


def _best(word: str, stems: Mapping[str, str], known: Mapping[str, int]) -> str:
    """The most likely edit; "" where none is known well enough."""
    likely = _one_edit(word)
    found = [
        (known[term] * likely[edit], edit)
        for edit, term in stems.items()
        if known.get(term, 0) >= (1 if len(word) >= LONG or likely[edit] == SWAPPED else MIN_COUNT)
    ]
    return max(found, default=(0.0, ""))[1]


def _one_edit(word: str) -> dict[str, float]:
    """All strings one edit away with how likely the edit is; the first letter stays, people get it right (Pollock and
    Zamora 1984)."""
    splits = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
    edits = [head + letter + tail for head, tail in splits for letter in _LETTERS]
    edits += [head + letter + tail[1:] for head, tail in splits if tail for letter in _LETTERS]
    edits += [head + tail[1:] for head, tail in splits if tail]
    swapped = (head + tail[1] + tail[0] + tail[2:] for head, tail in splits if len(tail) > 1)
    likely = dict.fromkeys(edits, 1.0) | dict.fromkeys(swapped, SWAPPED)
    likely.pop(word, None)
    return likely
