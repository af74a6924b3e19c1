"""Words and names of a watch, and whether a sentence has one. Pure, in time linear in the text.

What is written with a capital is a name and is found only where it is written with one ("Meta", not "meta"); what is
written without is found in any case, as in the searches of editors ("smart case"). English endings do not matter:
"layoff" finds "layoffs". "GLM-5" finds "GLM 5" and not "GLM-5.3".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.watch.models import PHRASES
from ingest.text.words import terms

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = re.compile(r"[\s\-‐‑–.'’&/+:]{0,3}")
_SENTENCE_ENDS = re.compile(r"[.:]\s")
_LONGEST_TOKEN = 60
_NEXT = re.compile(r"[.,]\d|[^\W\d_]")
"""What goes on with a version: "GLM-5" is not "GLM-5.3", and "GPT-4" not "GPT-4o"."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Scripts without spaces between words, or with endings that are written onto them."""


class Token(NamedTuple):
    """A word or number of a text: its stem, its place, and whether it has a capital."""

    stem: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word or name of a watch, of one token or several.

    Attributes:
        written: as the watch has it.
        stems: of its tokens, in order; empty where it is looked for as it is written.
        capitals: of each token whether it must have a capital.
    """

    written: str
    stems: tuple[str, ...]
    capitals: tuple[bool, ...]

    @property
    def key(self) -> int:
        """The number of the token under which an index has it: the longest."""
        return max(range(len(self.stems)), key=lambda n: len(self.stems[n]))

    def stands(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether it stands in the text so that its key is token number `at`."""
        first = at - self.key
        found = tokens[max(first, 0) : first + len(self.stems)]
        if first < 0 or len(found) < len(self.stems):
            return False
        same = all(token.stem == stem for token, stem in zip(found, self.stems, strict=True))
        cased = all(token.capital or not wanted for token, wanted in zip(found, self.capitals, strict=True))
        return same and cased and _adjacent(text, found) and not self._goes_on(text, found[-1].end)

    def _goes_on(self, text: str, end: int) -> bool:
        return self.stems[-1].isdigit() and _NEXT.match(text, end) is not None


def phrases_of(words: str) -> tuple[Phrase, ...]:
    """`OpenAI, GLM-5.3; open weights` as phrases, each once."""
    parts = dict.fromkeys(part.strip(" \"'“”") for part in re.split(r"[,;\n]", words))
    return tuple(phrase for part in parts if (phrase := _phrase(part)) is not None)[:PHRASES]


def tokens_of(text: str) -> list[Token]:
    """The words and numbers of a text."""
    return list(_tokens(text))


def stems_of(text: str) -> set[str]:
    """The stems of its words and numbers: much faster than `tokens_of`, since each distinct word is looked at once."""
    return set(map(_stem, set(_TOKEN.findall(text.lower()))))


def _phrase(written: str) -> Phrase | None:
    found = tokens_of(written)
    if not found:
        return None
    if _UNSPACED.search(written):
        return Phrase(written, (), ())
    return Phrase(written, tuple(t.stem for t in found), tuple(t.capital for t in found))


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        word = match[0]
        if len(word) <= _LONGEST_TOKEN:
            yield Token(_stem(word.lower()), match.start(), match.end(), word != word.lower())


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """The stem of a word in small letters."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    found = terms(plain)
    return found[0] if len(found) == 1 else plain


def _adjacent(text: str, tokens: Sequence[Token]) -> bool:
    """Whether nothing but a space, a hyphen or the like is between them."""
    gaps = (text[one.end : other.start] for one, other in pairwise(tokens))
    return all(_BETWEEN.fullmatch(gap) and not _SENTENCE_ENDS.search(gap) for gap in gaps)
