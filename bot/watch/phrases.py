"""Words and names of a watch, and whether a sentence has one. Pure, in time linear in the text.

What is written with a capital is a name and is found only where it is written with one ("Meta", not "meta"); what is
written without is found in any case, as in the searches of editors ("smart case"). English endings do not matter:
"layoff" finds "layoffs". "GLM-5" finds "GLM 5" and not "GLM-5.3".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice, pairwise

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


@dataclass(frozen=True)
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

    @cached_property
    def key(self) -> int:
        """The number of the token under which an index has it: the longest."""
        return max(range(len(self.stems)), key=lambda n: len(self.stems[n]))

    @cached_property
    def alone(self) -> bool:
        """Whether it stands wherever its key does: one word, which nothing continues."""
        return len(self.stems) == 1 and not self.stems[0].isdigit()

    def stands(self, text: str, words: Sequence[str], at: int) -> bool:
        """Whether it stands in the text so that its key is word number `at` of `words_of(text)`."""
        first, last = at - self.key, at - self.key + len(self.stems)
        found = words[first:last] if first >= 0 else ()
        return (
            len(found) == len(self.stems)
            and all(stem_of(word) == stem for word, stem in zip(found, self.stems, strict=True))
            and all(has_capital(word) or not wanted for word, wanted in zip(found, self.capitals, strict=True))
            and (self.alone or self._together(text, first, last))
        )

    def _together(self, text: str, first: int, last: int) -> bool:
        """Whether nothing but a space, a hyphen or the like is between its words, and nothing goes on with it."""
        spans = [match.span() for match in islice(_TOKEN.finditer(text), first, last)]
        gaps = [text[one[1] : other[0]] for one, other in pairwise(spans)]
        adjacent = all(_BETWEEN.fullmatch(gap) and not _SENTENCE_ENDS.search(gap) for gap in gaps)
        return adjacent and not self._goes_on(text, spans[-1][1])

    def _goes_on(self, text: str, end: int) -> bool:
        return self.stems[-1].isdigit() and _NEXT.match(text, end) is not None


def phrases_of(words: str) -> tuple[Phrase, ...]:
    """`OpenAI, GLM-5.3; open weights` as phrases, each once."""
    parts = dict.fromkeys(part.strip(" \"'“”") for part in re.split(r"[,;\n]", words))
    return tuple(phrase for part in parts if (phrase := _phrase(part)) is not None)[:PHRASES]


def words_of(text: str) -> list[str]:
    """The words and numbers of a text as they are written."""
    return _TOKEN.findall(text)


def stem_of(word: str) -> str:
    """The stem of a word or number; "" for a word that is too long to be one."""
    return _stem(word.lower()) if len(word) <= _LONGEST_TOKEN else ""


def has_capital(word: str) -> bool:
    return word != word.lower()


def _phrase(written: str) -> Phrase | None:
    found = [word for word in words_of(written) if stem_of(word)]
    if not found:
        return None
    if _UNSPACED.search(written):
        return Phrase(written, (), ())
    return Phrase(written, tuple(map(stem_of, found)), tuple(map(has_capital, found)))


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """The stem of a word in small letters."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    found = terms(plain)
    return found[0] if len(found) == 1 else plain
