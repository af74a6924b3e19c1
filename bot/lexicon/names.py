"""Proper names of a statement and what a source can be read to name. By rules of spelling, no model. Pure.

A name is a word with a capital that does not begin a sentence, a word with capitals inside (DeepSeek, vLLM, AWS), and
a sentence's first word unless English writes it small. A name with digits (GPT-5.5, Grok 4.3, H100) must occur exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from rapidfuzz import fuzz

from bot.lexicon.units import UNITS
from ingest.text.words import STOP_WORDS

# Likeness (0 to 100) from which one word is another one misspelt.
SLIP = 80
_ABBREVIATION = 4
"""Names of so few letters differ by one and are others: GPT, GLM."""
_TOKEN = re.compile(r"(?<!\d,)[^\W_](?:[\w.+'’&]|(?<=\d),(?=\d)|[-‐‑](?=\w))*")
_PART = re.compile(r"[-‐‑/_]")
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
_SENTENCE_END = re.compile(r"(?:[.!?:;…]|^|[.!?]['\"”’)])[\s\"“'‘(*•\-–—>]*$")
_AMOUNT = re.compile(r"\d[\d.,]*(?:[kKmMbBtTxX]|bn|tn|mn|st|nd|rd|th|s|[GTMK]B|[GMk]W|ms|nm|h)?")
_SCIENTIFIC = re.compile(r"\d+(?:\.\d+)?[eE][+-]?\d{1,3}")
_PLURAL_DIGIT = re.compile(r"(?<=\d)s$")
_NUMBER = re.compile(r"v?\d+(?:\.\d+)*")
_HUMP = re.compile(r"[^\W\d_a-z]+(?=[A-Z][a-z])|[A-Z]?[a-zß-ÿ]+|[A-Z]+|[\d.]+")
_CONNECTORS = frozenset({"and", "or", "to", "vs", "versus"})
# Words that news about AI may always use, and titles that name no one.
_FREE = frozenset("ai llm llms i ceo cto coo cfo mr mrs ms dr okay ok".split())
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


@cache
def common_words() -> frozenset[str]:
    """Words that English news about AI writes small."""
    return frozenset((files(__package__) / "common_words.txt").read_text(encoding="utf-8").split())


def find_names(text: str, known: Collection[str] = ()) -> list[Name]:
    """The names of a statement, in order.

    Args:
        known: words that begin a sentence and are names although English writes them small; see `doubtful_words`.
    """
    tokens = list(_TOKEN.finditer(text))
    names: list[Name] = []
    for i, match in enumerate(tokens):
        token = _bare(match.group())
        first = _begins_sentence(text, match.start())
        if (
            _AMOUNT.fullmatch(token)
            or _SCIENTIFIC.fullmatch(token)
            or (token.lower() in UNITS and i and tokens[i - 1].group()[-1].isdigit())
        ):
            continue
        if any(c.isdigit() for c in token) and any(c.isalpha() for c in token):
            names.extend(_versioned(token))
            continue
        names.extend(_named_parts(token, first and token not in known and not _is_followed_by_name(text, tokens, i)))
        version = _version_behind(text, tokens, i)
        if version and names and names[-1].key == _key(_PART.split(token)[-1]):
            names.append(Name(f"{token} {version}", _compact(f"{token}{version}"), exact=True))
    return names


def doubtful_words(text: str) -> list[str]:
    """Words that begin a sentence of a statement with a capital and that English also writes small: Scale, Linear."""
    found = []
    for match in _TOKEN.finditer(text):
        token = _bare(match.group())
        doubtful = token[:1].isupper() and token[1:].islower() and _is_common(token.lower())
        if doubtful and token.lower() not in STOP_WORDS and _begins_sentence(text, match.start()):
            found.append(token)
    return found


def _is_followed_by_name(text: str, tokens: Sequence[re.Match[str]], i: int) -> bool:
    """Whether a sentence's first word goes on in capitals that are no name alone: "Scale AI", "Together AI"."""
    if i + 1 >= len(tokens) or text[tokens[i].end() : tokens[i + 1].start()] != " ":
        return False
    word, following = _bare(tokens[i].group()), _bare(tokens[i + 1].group())
    return word.lower() not in STOP_WORDS and following.lower() in _FREE and following.isupper()


class NameIndex:
    """Everything that some texts can be read to name."""

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
        """Whether a word is there that differs from the name by a slip of the pen; never in its digits."""
        if not name.exact:
            return any(fuzz.ratio(name.key, word) >= SLIP for word in self._words)
        letters, digits = _letters_and_digits(name.key)
        known = (_letters_and_digits(word) for word in self._exact)
        return len(letters) > _ABBREVIATION and any(
            number == digits and fuzz.ratio(letters, word) >= SLIP for word, number in known
        )


def _letters_and_digits(key: str) -> tuple[str, str]:
    return "".join(filter(str.isalpha, key)), "".join(char for char in key if not char.isalpha())


def _bare(token: str) -> str:
    return _POSSESSIVE.sub("", token.rstrip(".'’&+") if not token.endswith(("++", "+")) else token.rstrip(".'’&"))


def _begins_sentence(text: str, start: int) -> bool:
    return bool(_SENTENCE_END.search(text[max(start - 8, 0) : start])) if start else True


def _versioned(token: str) -> Iterator[Name]:
    """A name with digits: up to its last part with digits it is exact, what follows is a name like any other."""
    parts = _PART.split(token)
    while len(parts) > 1 and _AMOUNT.fullmatch(parts[0]):
        del parts[0]
    if not any(c.isdigit() for part in parts for c in part):
        yield from _named_parts("-".join(parts), first=False)
        return
    last = max(i for i, part in enumerate(parts) if any(c.isdigit() for c in part))
    yield Name(token, _compact("".join(parts[: last + 1])), exact=True)
    for part in parts[last + 1 :]:
        yield from _named_parts(part, first=False)


def _named_parts(token: str, first: bool) -> Iterator[Name]:
    for i, part in enumerate(_PART.split(token)):
        part = _POSSESSIVE.sub("", part)
        if part and _is_name(part, first and i == 0):
            yield Name(part, _key(part), exact=False)


def _is_name(word: str, first: bool) -> bool:
    letters = word.replace(".", "").replace("'", "").replace("’", "")
    if not any(c.isupper() for c in letters) or letters.lower() in _FREE:
        return False
    if any(c.isupper() for c in letters[1:]):
        return True
    if letters.lower() in STOP_WORDS:
        return False
    return not first or not _is_common(letters.lower())


def _is_common(word: str) -> bool:
    stems = {word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("d"), word.removesuffix("ing")}
    return len(word) == 1 or bool(stems & common_words())


def _version_behind(text: str, tokens: Sequence[re.Match[str]], i: int) -> str:
    """The number right behind a word: 4.3 of "Grok 4.3"; "" where it is an amount, or punctuation stands between."""
    if i + 1 >= len(tokens) or text[tokens[i].end() : tokens[i + 1].start()] != " ":
        return ""
    number = _bare(tokens[i + 1].group())
    after = text[tokens[i + 1].end() : tokens[i + 1].end() + 12]
    is_amount = re.match(r"\s?(?:%|×|percent|thousand|million|billion|trillion|[A-Z]B\b)|[-–]\w+ly|,\d", after)
    is_year = re.fullmatch(r"(?:19|20)\d\d", number)
    return number if _NUMBER.fullmatch(number) and not is_amount and not is_year else ""


def _parts(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        for part in _PART.split(match.group()):
            bare = _POSSESSIVE.sub("", part.rstrip(".'’&"))
            if bare:
                yield bare


def _runs(parts: Sequence[str]) -> Iterator[str]:
    """All joined runs of up to six parts that hold a digit; "Opus 4.7 and 4.8" also names Opus 4.8."""
    owner = ""
    for i, part in enumerate(parts):
        for length in range(1, 7):
            run = "".join(parts[i : i + length])
            if any(c.isdigit() for c in run):
                yield run
        if _NUMBER.fullmatch(part):
            yield owner + part
        elif part not in _CONNECTORS and not any(c.isdigit() for c in part):
            owner = part


def _key(word: str) -> str:
    """A word without case, accents, dots, plural and possessive; peoples become their countries."""
    folded = _compact(word).replace(".", "")
    folded = _DEMONYMS.get(folded, folded)
    return folded[:-1] if len(folded) > 3 and folded.endswith("s") else folded


def _compact(text: str) -> str:
    """Without case, accents and everything but letters, digits and the dots of versions."""
    forms = unicodedata.normalize("NFKD", text).casefold()
    compact = "".join(c for c in forms if c.isalnum() or c == ".").strip(".")
    return _PLURAL_DIGIT.sub("", compact)
