"""How English spells proper names: one tokeniser and one rule for questions, statements and digests. Pure.

A name is a word with a capital that does not begin a sentence, a word with capitals or digits inside (DeepSeek, vLLM,
AWS, H100), and a sentence's first word unless English writes it small.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bot.lexicon.question_words import ASPECTS, EVERYDAY
from ingest.text.words import STOP_WORDS

_BODY: Final = r"[^\W_]++(?:[^\W_]++|[+'’]|(?<=\d),(?=\d)|[.&‐‑-](?=[^\W_]))*"
TOKEN: Final = re.compile(rf"(?<!\d,){_BODY}")
"""A word as it is spelt, with the dots, dashes and digits of a name: "GPT-5.5", "AT&T", "10,000"."""
MARKED_TOKEN: Final = re.compile(rf"(?<![^\W_])(?=[^\W_]*[A-Z0-9]){_BODY}")
"""Only tokens with a capital or a digit before their first mark: quicker where most have none."""
HYPHEN: Final = re.compile(r"[-‐‑]")
_AMOUNT = re.compile(r"\d[\d.,]*(?:[kKmMbBtTxX]|bn|tn|mn|st|nd|rd|th|s|[GTMK]B|[GMk]W|ms|nm|h)?\+?", re.ASCII)
VERSION: Final = re.compile(r"v?\d+(?:\.\d+)*", re.IGNORECASE)
_VERSION_BEHIND = re.compile(
    r"[ \u00a0](?!(?:19|20)\d\d\b)(v?\d++(?:\.\d++)*+)(?![\w%×]|[.,]\d|[-‐‑]\w|–\w+ly)"
    r"(?!\s?(?:%|×|percent|thousand|million|billion|trillion|[A-Z]B\b))"
)
_POSSESSIVE = re.compile(r"['’]s?$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…¿¡])[^\w,]*$")
_LOOK_BACK = 8
_MARKS = str.maketrans("", "", ".'’")
# Words that need no source in news about AI, and titles that name nobody.
GENERIC: Final = frozenset("ai llm llms i ceo cto coo cfo mr mrs ms dr okay ok".split())
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ing", "ly", "st", "est")


@cache
def _common_words() -> frozenset[str]:
    """Words that English news about AI writes small, and everyday words that it seldom writes."""
    counted = (files(__package__) / "common_words.txt").read_text(encoding="utf-8").split()
    return ASPECTS.union(EVERYDAY, counted)


def is_amount(token: str) -> bool:
    """Whether the token is a number, perhaps with its scale or unit: "10,000", "70B", "16GB", "3rd"."""
    return _AMOUNT.fullmatch(token) is not None


@lru_cache(maxsize=20_000)
def is_common(word: str) -> bool:
    """Whether English writes the lower-case word small, in this or a simpler form."""
    known = _common_words()
    stems = [word, *(word.removesuffix(ending) for ending in _ENDINGS)]
    stems += [f"{word.removesuffix('ing')}e"] * word.endswith("ing")
    return len(word) == 1 or not known.isdisjoint(stems)


def is_name(word: str, *, opens: bool) -> bool:
    """Whether the word is spelt as a name.

    >>> is_name("vLLM", opens=False), is_name("Claude", opens=True), is_name("Researchers", opens=True)
    (True, True, False)

    Args:
        word: without a possessive ending; not an amount.
        opens: it is the first word of a sentence.
    """
    letters = word.translate(_MARKS)
    lower = letters.lower()
    if lower in GENERIC or (lower == letters and not any(map(str.isdigit, letters))):
        return False
    if letters[1:] != lower[1:] or any(map(str.isdigit, letters)):
        return any(map(str.isalpha, letters))
    return lower not in STOP_WORDS and not (opens and is_common(lower))


def bare(token: str) -> str:
    """The token without closing marks and possessive ending.

    >>> bare("Anthropic's"), bare("C++"), bare("labs'")
    ('Anthropic', 'C++', 'labs')
    """
    return _POSSESSIVE.sub("", token.rstrip(".'’&"))


def begins_sentence(text: str, start: int) -> bool:
    """Whether there are only marks between the end of the previous sentence and `start`."""
    return _SENTENCE_START.search(text, max(start - _LOOK_BACK, 0), start) is not None


def version_behind(text: str, end: int) -> str:
    """The number after a name that ends at `end`; "" if it is an amount or a year, or punctuation comes between.

    >>> version_behind("Grok 4.3 is out", 4), version_behind("Grok 4.3 billion", 4), version_behind("June 2026", 4)
    ('4.3', '', '')
    """
    match = _VERSION_BEHIND.match(text, end)
    return match[1] if match else ""
