"""The language of an article or of a question, as its ISO 639-1 code, by its letters and its commonest words. Pure.

No model: those that are good at it take 70 MB. What a document declares is often its template's, so English, which this
corpus mostly holds, is recognised by its commonest words, and a script that belongs to one language is believed before
both. A question is short: two words that a language often writes decide, and without them it is taken for English.
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
"""Of the words of English prose four in ten are among the commonest; of other languages' fewer than one in ten."""
ENOUGH_WORDS: Final = 2
"""One word of a language may be a name; two are no accident."""

_COMMON: Final = frozenset(
    "the of and to in a is that for it as was with be by on not he his but at are this have from or had an they which "
    "you were has its their been will would who more when we can our than".split()
)
_FUNCTION_WORDS: Final = {
    "en": "the is are was what which who how when does did do of to for and in on it with why can from about any their",
    "de": "der die das ist sind war was hat welche welcher welches welchem welchen wer wie wann haben und für von zu"
    " mit im den dem ein eine einen auf nicht viel es sie wird wurde wurden kann kostet gibt neues seit warum unter"
    " über bei aus nach zum zur vom sich auch noch",
    "es": "el la los las es son qué que cuál quién cómo cuándo cuánto cuánta de del y en por para con una un se su"
    " sobre bajo hay fue cuesta desde",
    "fr": "le la les est sont quel quelle quels quelles qui comment quand combien de des du et en pour avec une un sur"
    " que ce cette il elle a coûte depuis pourquoi sous",
    "pt": "o a os as é são qual quais quem como quando quanto de do da e em por para com uma um foi não custa desde",
    "it": "il lo la gli è sono quale quali chi come quando quanto di del e per con una un che della costa da perché",
    "nl": "de het een is zijn wat welke wie hoe wanneer hoeveel van en voor met op niet dat kost sinds waarom",
}
_BY_LANGUAGE: Final = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
FUNCTION_WORDS: Final = frozenset().union(*_BY_LANGUAGE.values())
"""Words of any of these languages that name nothing."""
_MARKS: Final = {"¿": "es", "¡": "es", "ß": "de"}
_OF_SCRIPT: Final = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "GREEK": "el", "HEBREW": "he", "THAI": "th",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "TAMIL": "ta", "TELUGU": "te", "BENGALI": "bn",
}  # fmt: skip
_SHARED_SCRIPTS: Final = {
    "CYRILLIC": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn"),
    "ARABIC": ("ar", "fa", "ur", "ps"),
    "DEVANAGARI": ("hi", "mr", "ne"),
}
"""The languages of a script, the commonest first."""
_SYMBOLS: Final = 3
"""As few letters of Greek are the symbols of a formula."""
_NOT_LATIN: Final = frozenset((*_OF_SCRIPT.values(), *(code for codes in _SHARED_SCRIPTS.values() for code in codes)))
_TAG = re.compile(r"\s*([a-z]{2})(?![a-z])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_BETWEEN_WORDS: Final = {code: " " for code in range(128) if not chr(code).isalpha()}


def language_of(text: str, declared: str | None = None) -> str | None:
    """The language of an article; None where nothing shows it.

    Args:
        declared: the language tag (BCP 47) that its document gives itself.
    """
    sample = text[:LOOKED_AT]
    said = primary(declared)
    scripts = _scripts(sample)
    script = max(scripts, key=scripts.__getitem__, default="LATIN")
    if script in _OF_SCRIPT:
        return _OF_SCRIPT[script]
    if script != "LATIN":
        return said if said in _SHARED_SCRIPTS.get(script, ()) else None
    words = _words(sample.lower())
    if len(words) >= LEAST_WORDS and sum(map(_COMMON.__contains__, words)) >= ENGLISH_SHARE * len(words):
        return "en"
    return None if said in _NOT_LATIN else said


def language_of_question(text: str, *, enough: int = ENOUGH_WORDS) -> str:
    """The language that a question or a single sentence seems to be in; "en" where fewer than `enough` words show it.

    A name in Latin letters does not hide the language of the words around it:

    >>> language_of_question("Was kostet Claude?"), language_of_question("OpenAI 发布了什么?")
    ('de', 'zh')
    """
    scripts = _scripts(text[:LOOKED_AT])
    foreign = {s: n for s, n in scripts.items() if s in _OF_SCRIPT or s in _SHARED_SCRIPTS}
    if foreign.get("GREEK", 0) < _SYMBOLS:
        foreign.pop("GREEK", None)
    if foreign:
        script = max(foreign, key=foreign.__getitem__)
        return _OF_SCRIPT.get(script) or _SHARED_SCRIPTS[script][0]
    for mark, language in _MARKS.items():
        if mark in text:
            return language
    counts = _function_words(text)
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] >= enough and counts[best] > counts["en"] else "en"


def is_english(text: str) -> bool:
    """Whether a sentence is English beyond doubt; one that is too short is not."""
    counts = _function_words(text)
    return text.isascii() and counts["en"] >= ENOUGH_WORDS and counts["en"] == max(counts.values())


def primary(tag: str | None) -> str | None:
    """The primary subtag of a language tag: `de` of `de-AT` or `de_AT.UTF-8`; None for what is none."""
    match = _TAG.match(tag or "")
    return match.group(1).lower() if match else None


def _words(sample: str) -> list[str]:
    return sample.translate(_BETWEEN_WORDS).split() if sample.isascii() else _WORD.findall(sample)


def _function_words(text: str) -> dict[str, int]:
    """How many words of the text each language often writes."""
    words = _words(text.lower())
    return {language: sum(map(known.__contains__, words)) for language, known in _BY_LANGUAGE.items()}


def _scripts(sample: str) -> Counter[str]:
    """The letters of each script. Where kana are among Han characters, these count as Japanese."""
    if sample.isascii():
        return Counter(LATIN=1)
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in sample if letter.isalpha())
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 10:
        scripts["HIRAGANA"] += scripts.pop("CJK", 0)
    return scripts
