"""The proper names of a statement, and everything that a source can be read to name. By spelling, no model. Pure.

A name with digits (GPT-5.5, Grok 4.3, H100) must occur exactly; others may be inflected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from bot.lexicon.name_spelling import (
    GENERIC,
    HYPHEN,
    TOKEN,
    VERSION,
    bare,
    begins_sentence,
    is_amount,
    is_common,
    is_name,
    version_behind,
)
from bot.lexicon.units import UNITS
from ingest.text.words import STOP_WORDS

# Likeness (0 to 100) from which one word counts as a misspelling of another.
SLIP = 80
_ABBREVIATION = 4
"""Names with so few letters may differ by one and still be different names: GPT, GLM."""
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d{1,3}")
_DIGIT = re.compile(r"\d")
_PLURAL_DIGIT = re.compile(r"(?<=\d)s$")
_HUMP = re.compile(r"[^\W\d_a-z]+(?=[A-Z][a-z])|[A-Z]?[a-zß-ÿ]+|[A-Z]+|[\d.]+")
_CONNECTORS = frozenset({"and", "or", "to", "vs", "versus"})
_DEMONYMS = {
    "american": "us", "americans": "us", "america": "us", "usa": "us", "chinese": "china", "european": "europe",
    "eu": "europe", "british": "uk", "britain": "uk", "french": "france", "german": "germany", "japanese": "japan",
    "korean": "korea", "indian": "india", "canadian": "canada", "israeli": "israel", "russian": "russia",
    "taiwanese": "taiwan", "italian": "italy", "spanish": "spain", "dutch": "netherlands",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a statement: its text, and whether its digits make it a version that must be exact."""

    text: str
    key: str
    exact: bool


def find_names(text: str, known: Collection[str] = ()) -> list[Name]:
    """The names of a statement, in order.

    >>> [name.text for name in find_names("Researchers at DeepSeek ran Grok 4.3 on an H100 for $5.")]
    ['DeepSeek', 'Grok', 'Grok 4.3', 'H100']

    Args:
        known: words that begin a sentence and are names although English writes them small; see `doubtful_words`.
    """
    tokens = list(TOKEN.finditer(text))
    names: list[Name] = []
    for i, match in enumerate(tokens):
        token = bare(match.group())
        is_unit = token.lower() in UNITS and i and tokens[i - 1].group()[-1].isdigit()
        if is_unit or is_amount(token) or _SCIENTIFIC.fullmatch(token):
            continue
        if any(c.isdigit() for c in token) and any(c.isalpha() for c in token):
            names.extend(_versioned(token))
            continue
        opens = begins_sentence(text, match.start()) and token not in known
        names.extend(_named_parts(token, opens=opens and not _is_followed_by_name(text, tokens, i)))
        version = version_behind(text, match.end())
        if version and names and names[-1].key == _key(HYPHEN.split(token)[-1]):
            names.append(Name(f"{token} {version}", _compact(f"{token}{version}"), exact=True))
    return names


def doubtful_words(text: str) -> list[str]:
    """Words that begin a sentence of a statement with a capital and that English also writes small: Scale, Linear."""
    words = [bare(match.group()) for match in TOKEN.finditer(text) if begins_sentence(text, match.start())]
    return [word for word in words if word.istitle() and word.lower() not in STOP_WORDS and is_common(word.lower())]


def _is_followed_by_name(text: str, tokens: Sequence[re.Match[str]], i: int) -> bool:
    """Whether a sentence's first word is followed by capitals that alone are not a name: "Scale AI", "Together AI"."""
    if i + 1 >= len(tokens) or text[tokens[i].end() : tokens[i + 1].start()] != " ":
        return False
    word, following = bare(tokens[i].group()), bare(tokens[i + 1].group())
    return word.lower() not in STOP_WORDS and following.lower() in GENERIC and following.isupper()


class NameIndex:
    """All names that some texts can be read to contain."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._words: set[str] = set()
        self._exact: set[str] = set()
        for text in texts:
            parts = list(_parts(text))
            self._words.update(_key(part) for part in parts)
            self._words.update(_key(a + b) for a, b in pairwise(parts))
            self._words.update(_key(hump) for part in parts for hump in _HUMP.findall(part))
            self._exact.update(_runs([_compact(part) for part in parts]))

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, Name):
            return False
        return name.key in (self._exact if name.exact else self._words)

    def nearly(self, name: Name) -> bool:
        """Whether there is a word that differs from the name by a typo, but not in its digits."""
        if not name.exact:
            return any(fuzz.ratio(name.key, word) >= SLIP for word in self._words)
        letters, digits = _letters_and_digits(name.key)
        known = (_letters_and_digits(word) for word in self._exact)
        return len(letters) > _ABBREVIATION and any(
            number == digits and fuzz.ratio(letters, word) >= SLIP for word, number in known
        )


def _letters_and_digits(key: str) -> tuple[str, str]:
    return "".join(filter(str.isalpha, key)), "".join(char for char in key if not char.isalpha())


def _versioned(token: str) -> Iterator[Name]:
    """A name with digits: up to its last part with digits it is exact, what follows is a name like any other."""
    parts = HYPHEN.split(token)
    while len(parts) > 1 and is_amount(parts[0]):
        del parts[0]
    if not any(c.isdigit() for part in parts for c in part):
        yield from _named_parts("-".join(parts), opens=False)
        return
    last = max(i for i, part in enumerate(parts) if any(c.isdigit() for c in part))
    yield Name(token, _compact("".join(parts[: last + 1])), exact=True)
    for part in parts[last + 1 :]:
        yield from _named_parts(part, opens=False)


def _named_parts(token: str, *, opens: bool) -> Iterator[Name]:
    for i, part in enumerate(map(bare, HYPHEN.split(token))):
        if part and is_name(part, opens=opens and i == 0):
            yield Name(part, _key(part), exact=False)


def _parts(text: str) -> Iterator[str]:
    tokens = (match.group() for match in TOKEN.finditer(text))
    return filter(None, (bare(part) for token in tokens for part in HYPHEN.split(token)))


def _runs(parts: Sequence[str]) -> Iterator[str]:
    """All joined runs of up to six parts that contain a digit; "Opus 4.7 and 4.8" also names Opus 4.8."""
    owner = ""
    digits = [_DIGIT.search(part) is not None for part in parts]
    for i, part in enumerate(parts):
        for end in range(i + 1, i + 7):
            if any(digits[i:end]):
                yield "".join(parts[i:end])
        if VERSION.fullmatch(part):
            yield owner + part
        elif part not in _CONNECTORS and not digits[i]:
            owner = part


def _key(word: str) -> str:
    """A word without case, accents, dots, plural and possessive; demonyms become countries."""
    folded = _compact(word).replace(".", "")
    folded = _DEMONYMS.get(folded, folded)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _compact(text: str) -> str:
    """The text in one case without accents, reduced to letters, digits and the dots of versions."""
    forms = unicodedata.normalize("NFKD", text).casefold()
    compact = "".join(c for c in forms if c.isalnum() or c == ".").strip(".")
    return _PLURAL_DIGIT.sub("", compact)
