"""Finds the words a language model copied in the passages it was given, and snaps them to whole sentences. Pure.

```
words | exact | white space and case | punctuation and Unicode forms | nearest sentence | snap to whole sentences
```

The steps are tried in turn over all passages. What is shown afterwards is always the article's own text: the words only
point. Cf. the quote location of open-legal-products/mike, which goes the same way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from bot.answering.quotes import MAX_QUOTE_CHARS, Evidence
from ingest.models import Passage, Span

# Measured on 20 answers of small local models: below, the nearest sentence was more often wrong than right.
MIN_RATIO = 0.6
# Fewer words stand everywhere: they point only when they stand in one single sentence.
MIN_WORDS = 3
# No quote is longer than a sentence may be; longer words are compared by their beginning.
MAX_CHARS = 2000

Fold = Callable[[str], str]


def locate(words: str, passages: Sequence[Passage]) -> Evidence | None:
    """The sentences that `words` were copied from.

    Returns:
        Whole sentences of one passage, short enough for a quote, or None where nothing resembles the words, or where
        a word or two stand in several sentences.
    """
    words = words[:MAX_CHARS].strip()
    if not any(char.isalnum() for char in words):
        return None
    for fold in (_as_it_is, _loose, _bare):
        found = [Evidence(p, *hit) for p in passages for hit in _occurrences(words, p, fold)]
        if found:
            vague = len(_bare_text(words).split()) < MIN_WORDS
            return None if vague and len(found) > 1 else _shortened(words, found[0])
    return _nearest(words, passages)


def _as_it_is(char: str) -> str:
    return char


def _loose(char: str) -> str:
    """White space and case do not matter."""
    return " " if char.isspace() else char.casefold()


def _bare(char: str) -> str:
    """Letters and digits in their compatibility form, without accents; the rest separates words."""
    if unicodedata.category(char) == "Cf":
        return ""
    forms = unicodedata.normalize("NFKD", char).casefold()
    return "".join(form if form.isalnum() else "" if unicodedata.combining(form) else " " for form in forms)


@lru_cache(maxsize=512)
def _folded(text: str, fold: Fold) -> tuple[str, Sequence[int]]:
    """The folded text, runs of blanks as one, and for each of its characters the offset it came from."""
    if fold is _as_it_is:
        return text, range(len(text))
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for form in fold(char):
            if form != " " or (chars and chars[-1] != " "):
                chars.append(form)
                offsets.append(offset)
    return "".join(chars), offsets


def _bare_text(text: str) -> str:
    return _folded(text, _bare)[0].strip()


def _occurrences(words: str, passage: Passage, fold: Fold) -> Iterator[tuple[int, int]]:
    """First and last sentence of each place where the words stand, each pair once."""
    needle = _folded(words, fold)[0].strip()
    if not needle:
        return
    haystack, offsets = _folded(passage.text, fold)
    seen: set[tuple[int, int]] = set()
    at = haystack.find(needle)
    while at >= 0:
        after = at + len(needle)
        if _whole_words(haystack, at, after):
            span = Span(offsets[at] + passage.span.start, offsets[after - 1] + 1 + passage.span.start)
            touched = _touched(passage, span)
            if touched is not None and touched not in seen:
                seen.add(touched)
                yield touched
        at = haystack.find(needle, after)


def _whole_words(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    behind = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not behind


def _touched(passage: Passage, span: Span) -> tuple[int, int] | None:
    touched = [i for i, s in enumerate(passage.sentences) if s.start < span.end and span.start < s.end]
    return (touched[0], touched[-1]) if touched else None


def _shortened(words: str, evidence: Evidence) -> Evidence:
    """Leave out sentences at the ends, the one that shares less with the words first, until a quote may be so long."""
    while not evidence.quotable:
        passage, first, last = evidence.passage, evidence.first, evidence.last
        without_last, without_first = Evidence(passage, first, last - 1), Evidence(passage, first + 1, last)
        evidence = max(without_last, without_first, key=lambda rest: fuzz.ratio(words, rest.text))
    return evidence


def _nearest(words: str, passages: Sequence[Passage]) -> Evidence | None:
    """The sentence, or pair of neighbouring sentences, most like the words; None below `MIN_RATIO`."""
    wanted = _bare_text(words)
    best: Evidence | None = None
    best_ratio = MIN_RATIO * 100
    for candidate in _candidates(passages):
        ratio = fuzz.ratio(wanted, _bare_text(candidate.text), score_cutoff=best_ratio)
        if ratio >= best_ratio and (best is None or ratio > best_ratio):
            best, best_ratio = candidate, ratio
    return best


def _candidates(passages: Sequence[Passage]) -> Iterator[Evidence]:
    for passage in passages:
        for i in range(len(passage.sentences)):
            yield Evidence(passage, i, i)
            if i:
                pair = Evidence(passage, i - 1, i)
                if pair.span.end - pair.span.start <= MAX_QUOTE_CHARS:
                    yield pair
