"""The one tokeniser: the words of documents and of questions, as the terms that lexical search compares.

A term never holds white space, so terms can be stored separated by spaces; besides letters and digits it may hold
`TERM_PUNCTUATION` (an SQL tokeniser must be told to keep it). One spelling for what people spell differently:

    written                         terms
    GLM-5.3, GLM 5.3, GLM5.3        glm5.3 (so the release is one rare word) and glm (and 5.3 where it stands apart)
    open-weight, openweight         openweight, and the parts open, weight where they stand apart
    series-h, Series H              seriesh, seri, h
    $65B, $65 billion               65b, $65b
    10,000, 10000                   10000
    70%, 70 percent                 70, 70%
    U.S., US, USA                   usa (plain "us" stays the pronoun)
    NVIDIA's                        nvidia
    人工智能                         人工, 工智, 智能 (bigrams, as in Lucene's CJKAnalyzer)

English words are stemmed (Snowball English, "Porter2"); words with digits and stop words are not. No text, however
hostile, takes longer than linear time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

import Stemmer  # type: ignore[import-not-found]  # a C extension without stubs

TERM_PUNCTUATION: Final = "$%+#.-"
TERM_MAX_CHARS: Final = 64

_STOP_WORDS = """
a about after again all also am an and any are arent as at be because been before being between both but by can cant
could couldnt did didnt do does doesnt doing dont down during each eg either else ever few for from further had hadnt
has hasnt have havent having he hed her here heres hers him his how however hows i id ie if im in into is isnt it its
itself ive just lets like many may me might more most much must my no nor not of off on once one only or other our
ours out over own per please same shall she should so some such tell than that thats the their theirs them then there
theres these they theyre theyve this those through to too under until up upon us very was wasnt we were werent weve
what whatever whats when whens where wheres whether which while who whom whos whose why will with within without wont
would wouldnt yes yet you youd your youre yours youve
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())

_UNIFY: Final = str.maketrans(
    dict.fromkeys("‘’‚‛′ʼ＇", "'")
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | dict.fromkeys("—―", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff™®©", "")
    | {"×": "x"}
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_COUNTRY = re.compile(r"(?<![\w.])(?:U\.S\.(?:A\.)?|USA?(?!\w))")
_INITIALS = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,8}")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_WORD: Final = r"[^\W_]"
_TOKEN = re.compile(rf"{_WORD}+(?:[.\-_&']{_WORD}+)*(?:\+\+|#(?!\w))?")
_SEPARATOR = re.compile(r"[\-_&]|(?<=[^\W\d])\.|\.(?=[^\W\d])")
_NAME_BEFORE_DIGIT = re.compile(rf"[^\W\d_]{{3,{TERM_MAX_CHARS}}}(?=\d)")
_VERSION = re.compile(r"\w*\d[\w.]*|[b-hj-z]")
_SPACED_VERSION = re.compile(rf" ({_WORD}{{0,9}}\d{_WORD}{{0,9}}(?:\.\d{_WORD}{{0,9}})?|[b-hj-z])(?!\w)")
_LAST_WORD = re.compile(rf"{_WORD}*[^\W\d_]\Z")
_LAST_WORD_MAX = 40
_AMOUNT = re.compile(
    r"(?<![\w.])(\$?)(\d{1,20}(?:\.\d{1,20})?)"
    r" ?(?:(billion|bn|b|million|mn|m|trillion|tn|t|thousand|k|percent)(?!\w)|(%))?"
)
_UNITS: Final = {"billion": "b", "bn": "b", "million": "m", "mn": "m", "trillion": "t", "tn": "t", "thousand": "k"}
_CJK_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")

_stemmer = Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """All terms of a text, repeated as often as they occur; first the words in order, then versions and amounts."""
    folded = _fold(text)
    found: list[str] = []
    latin = folded.isascii()
    for token in _TOKEN.findall(folded):
        found += _expand(token[: 4 * TERM_MAX_CHARS]) if latin or not _CJK_RUN.match(token) else _bigrams(token)
    for version in _SPACED_VERSION.finditer(folded):
        found += _versioned(folded, version)
    for amount in _AMOUNT.finditer(folded):
        found += _amount(*amount.groups(default=""))
    return found


def content_terms(question: str) -> list[str]:
    """The terms of a question without stop words, each once, in order; [] when nothing is left to search for."""
    return [term for term in dict.fromkeys(terms(question)) if term not in STOP_WORDS]


def _fold(text: str) -> str:
    """One case, one form of each letter, quote and dash; initials without dots; digits without thousands separators."""
    if not text.isascii():
        text = text.translate(_UNIFY)
    text = (_COUNTRY.sub("usa", text) if "U" in text else text).casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))
        text = _CJK_RUN.sub(r" \g<0> ", text)
    text = _INITIALS.sub(lambda m: m.group().replace(".", ""), text)
    return _THOUSANDS.sub("", text) if "," in text else text


@lru_cache(maxsize=1 << 11)
def _expand(token: str) -> tuple[str, ...]:
    """The terms of one token: its parts, the names they begin with, and the parts joined."""
    token = token.removesuffix("'s").replace("'", "")
    parts = _SEPARATOR.split(token)
    found = [_stem(part) for part in parts]
    found += [head.group() for part in parts if (head := _NAME_BEFORE_DIGIT.match(part))]
    if len(parts) > 1:
        found.append(_joined(token))
    if len(parts) > 2:
        found += [_stem(a + b) for a, b in pairwise(parts) if not a[-1:].isdigit() and _VERSION.fullmatch(b)]
    return tuple(found)


def _versioned(folded: str, version: re.Match[str]) -> list[str]:
    """The word before a version, joined with it; [] after a stop word, or after a word that no name is as long as."""
    space = version.start()
    left = _LAST_WORD.search(folded, max(0, space - _LAST_WORD_MAX - 1), space)
    if left is None or len(left.group()) > _LAST_WORD_MAX or left.group() in STOP_WORDS:
        return []
    return [_stem(left.group() + version.group(1))]


def _bigrams(run: str) -> list[str]:
    """A run of CJK characters as overlapping pairs, a lone one as itself: these scripts put no space between words."""
    return [a + b for a, b in pairwise(run)] or [run]


def _joined(token: str) -> str:
    """A compound as one term: "gpt-5.5" is "gpt5.5"; between digits the dash stays ("2-4x"), dots stay ("node.js")."""
    return _stem(re.sub(r"[_&]|-(?!\d)|(?<!\d)-", "", token))


def _stem(word: str) -> str:
    """The stem of an English word; other words, stop words and names with digits as they are."""
    if word in STOP_WORDS or not (word.isascii() and word.isalpha()):
        return word[:TERM_MAX_CHARS]
    return str(_stemmer.stemWord(word))[:TERM_MAX_CHARS]


def _amount(currency: str, number: str, unit: str, percent: str) -> list[str]:
    """What an amount adds to its plain words: the short form of a spelled unit, and the form with its sign."""
    if percent or unit == "percent":
        return [number + "%"]
    short = number + _UNITS.get(unit, unit)
    return [short] * (unit in _UNITS) + ["$" + short] * bool(currency)
