"""The proper names of a line, fast: a week has tens of thousands of lines. By spelling, like the gate's names. Pure.

A name is a word with a capital or with letters and digits, unless it only opens a sentence and English writes it
small; a number behind a name is its version ("Grok 4.3" names grok and grok4.3).
"""

from __future__ import annotations

import re

from bot.lexicon.names import common_words

_WORD = re.compile(r"(?<![^\W_])(?=[^\W_]*[A-Z0-9])[^\W_]++(?:[.+'’&-][^\W_]++)*+")
_VERSION = re.compile(r"\s(\d+(?:\.\d+)*)(?![\w%]|[.,]\d)")
_AMOUNT = re.compile(r"\d[\d.,]*(?:[kKmMbBtTxX]|bn|tn|mn|st|nd|rd|th|s|[GTMK]B|[GMk]W|ms|nm|h|B)?", re.ASCII)
_OPENS = re.compile(r"(?:^|[.!?:;…]['\"”’)]?)[\s\"“'‘(*•–—>-]*$")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINTS = re.compile(r"[-'’&+]|\.(?!\d)|(?<!\d)\.")
_HYPHENS = str.maketrans("\u2010\u2011", "--")
_NO_NAMES = frozenset("ai llm llms i ceo cto kb mb gb tb us u.s u.s. usa".split())


def names_of(text: str) -> frozenset[str]:
    """The names in a form that can be compared: small letters, no possessive, no plural."""
    found = set()
    text = text.translate(_HYPHENS)
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        if _AMOUNT.fullmatch(word):
            continue
        versioned = "-" in word and any(c.isdigit() for c in word)
        for part in (word,) if versioned else word.split("-"):
            if _is_name(part, text, match.start()):
                found.add(_key(part))
        version = _VERSION.match(text, match.end())
        if version and not versioned:
            found.add(_key(word.rsplit("-", 1)[-1] + version[1]))
    return frozenset(found)


def _is_name(word: str, text: str, start: int) -> bool:
    if len(word) < 2 or _AMOUNT.fullmatch(word) or word.lower() in _NO_NAMES:
        return False
    inside = word[1:]
    if not inside.islower() and not inside.isdigit():
        return not inside.isnumeric()
    if not word[0].isupper():
        return any(c.isdigit() for c in word)
    return not _is_common(word.lower()) or _OPENS.search(text, max(0, start - 8), start) is None


def _is_common(word: str) -> bool:
    stems = {word, word.removesuffix("s"), word.removesuffix("ed"), word.removesuffix("d"), word.removesuffix("ing")}
    return bool(stems & common_words())


def _key(word: str) -> str:
    compact = _JOINTS.sub("", word.casefold()).strip(".")
    return compact[:-1] if len(compact) > 3 and compact.endswith("s") and compact[-2] != "s" else compact
