"""The language of an article, as its ISO 639-1 code: what its letters show, else its words, else what it says itself.

No model: those that are good at it take 70 MB. What a document declares is often its template's, so English, which this
corpus mostly holds, is known by its commonest words, and a script that belongs to one language is believed before both.
Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

LOOKED_AT: Final = 2_000
"""Characters of a text that are looked at."""
LEAST_WORDS: Final = 8
ENGLISH_SHARE: Final = 0.2
"""Of the words of English prose four in ten are among those below; of other languages' fewer than one in ten."""

_COMMON = frozenset(
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which "
    "you were has its their been will would who more when we can our than".split()
)
_OF_SCRIPT = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "GREEK": "el", "HEBREW": "he"}
_OF_SCRIPT |= {"THAI": "th", "GEORGIAN": "ka", "ARMENIAN": "hy", "TAMIL": "ta", "TELUGU": "te", "BENGALI": "bn"}
_SCRIPTS_OF: Final = {
    **dict.fromkeys(("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn"), "CYRILLIC"),
    **dict.fromkeys(("ar", "fa", "ur", "ps"), "ARABIC"),
    **dict.fromkeys(("hi", "mr", "ne"), "DEVANAGARI"),
}
_TAG = re.compile(r"\s*([a-z]{2})(?![a-z])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_WORDS: Final = {code: " " for code in range(128) if not chr(code).isalpha()}


def language_of(text: str, declared: str | None = None) -> str | None:
    """The language of a text; None where nothing shows it.

    Args:
        declared: the language tag (BCP 47) that its document gives itself.
    """
    sample = text[:LOOKED_AT]
    said = primary(declared)
    script = _script(sample)
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    if script not in ("LATIN", ""):
        return said if said and _SCRIPTS_OF.get(said) == script else None
    words = _words(sample.lower())
    if len(words) >= LEAST_WORDS and sum(map(_COMMON.__contains__, words)) >= ENGLISH_SHARE * len(words):
        return "en"
    return None if said in _SCRIPTS_OF or said in _OF_SCRIPT.values() else said


def _words(sample: str) -> list[str]:
    return sample.translate(_BETWEEN_WORDS).split() if sample.isascii() else _WORD.findall(sample)


def primary(tag: str | None) -> str | None:
    """The primary subtag of a language tag: `de` of `de-AT` or `de_AT.UTF-8`; None for what is none."""
    match = _TAG.match(tag or "")
    return match.group(1).lower() if match else None


def _script(sample: str) -> str:
    """The script of most letters, kana before Han; "" without letters."""
    if sample.isascii():
        return "LATIN" if any(map(str.isalpha, sample)) else ""
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in sample if letter.isalpha())
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 10:
        scripts["HIRAGANA"] += scripts["CJK"]
    return max(scripts, key=scripts.__getitem__, default="")
