"""A cheap guess at a question's language: its script, then its function words. Pure.

Good enough to choose lists of words and the language of the bot's own sentences; short questions are taken for English.
"""

from __future__ import annotations

import re

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]{3}")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_FUNCTION_WORDS = {
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
_BY_LANGUAGE = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
FUNCTION_WORDS = frozenset().union(*_BY_LANGUAGE.values())
"""Words of any language here that name nothing."""
NAMES = {
    "en": "English",
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Languages in which a model can be asked to answer, by their ISO 639-1 codes."""

_WORD = re.compile(r"\w+")
# One word may be a name; two of a language are no accident.
_ENOUGH_VOTES = 2
_MARKS = {"¿": "es", "¡": "es", "ß": "de"}


def guess_language(text: str, *, enough: int = _ENOUGH_VOTES) -> str:
    """ISO 639-1 code of the language that the text seems to be in; "en" when fewer than `enough` words tell."""
    for language, script in _SCRIPTS:
        if script.search(text):
            return language
    for mark, language in _MARKS.items():
        if mark in text:
            return language
    votes = _votes(text)
    best = max(votes, key=lambda language: votes[language])
    return best if votes[best] >= enough and votes[best] > votes["en"] else "en"


def is_english(text: str) -> bool:
    """Whether the text is English beyond doubt; one that is too short is not."""
    votes = _votes(text)
    return text.isascii() and votes["en"] >= _ENOUGH_VOTES and votes["en"] == max(votes.values())


def _votes(text: str) -> dict[str, int]:
    """How many words of the text each language could have written."""
    words = _WORD.findall(text.lower())
    return {language: sum(word in known for word in words) for language, known in _BY_LANGUAGE.items()}
