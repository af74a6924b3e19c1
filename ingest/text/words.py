"""The one tokeniser: the words of documents and of questions, as the terms that lexical search compares.

A term never holds white space, so terms can be stored separated by spaces; besides letters with their marks and digits
it may hold `TERM_PUNCTUATION` (an SQL tokeniser must be told to keep it). One spelling for what people spell
differently:

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
    โมเดล                           โม, มเ, เด, ดล (bigrams of letters with their marks)
    10^25, 10²⁵, 1e25, 10**25       1e25
    4.5 × 10^8, 4.5e8               4.5e8

English words are stemmed (Snowball English, "Porter2"); words with digits and stop words are not. No text, however
hostile, takes longer than linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final

import Stemmer  # type: ignore[import-not-found]  # a C extension without stubs

TERM_PUNCTUATION: Final = "$%+#.-"
TERM_MAX_CHARS: Final = 64
_TOKEN_MAX: Final = 4 * TERM_MAX_CHARS

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

_UNIFIED: Final = (
    dict.fromkeys("‘’‚‛′ʼ＇", "'")
    | dict.fromkeys("‐‑‒–−﹣－", "-")
    | dict.fromkeys("—―", " ")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff™®©", "")
    | {"×": "x"}
)
# These patterns run over every sentence. Each begins with what a scan can look for, conditions on what stands before
# it come after: Python's `re` tries a pattern that begins with a condition at every character.
_UNIFIABLE = re.compile(f"[{''.join(_UNIFIED)}]")
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+"
)
"""Accents, and what Hebrew and Arabic write for beginners only: vowel points, and the stretching of a letter."""
_SUPERSCRIPTS: Final = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_RAISED = re.compile(r"(?<=\d)[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_POWER = re.compile(  # a number, perhaps "x", a base, a sign of power, an exponent; all bounded
    r"(?<![\w.])(?:(\d{1,6}(?:\.\d{1,6})?) ?[x·⋅*] ?)?(\d{1,4})(?:\^|\*\*)[{(]?([+-]?\d{1,4})[})]?(?![\w^])"
)
_SCIENTIFIC = re.compile(r"(?<![\w.])(\d{1,6}(?:\.\d{1,6})?)e\+?(-?)0{0,3}(\d{1,4})(?![\w.]*\w)")
_COUNTRY = re.compile(r"(?<![\w.])(?:U\.S\.(?:A\.)?|USA?(?!\w))")
_INITIALS = re.compile(r"\.(?<=[^\W\d_]\.)(?<![\w.].\.)(?:[^\W\d_]\.){1,7}")  # from the first dot on
_THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
_DIGIT = re.compile(r"\d")

_MARKS: Final = "".join(
    chr(code) for code in range(0x300, 0xAC00) if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me")
)
"""Signs that belong to the letter before them: vowels of Indic scripts, tones of Thai."""
_MARK: Final = f"[{re.escape(_MARKS)}]"
_LETTER: Final = r"[^\W_]"
_WORD: Final = rf"(?:{_LETTER}{_MARK}*+)"
_TOKEN = re.compile(rf"{_WORD}+(?:[.\-_&']{_WORD}+)*(?:\+\+|#(?!\w))?")
_SEPARATOR = re.compile(r"[\-_&]|(?<=[^\W\d])\.|\.(?=[^\W\d])")
_NAME_BEFORE_DIGIT = re.compile(rf"[^\W\d_]{{3,{TERM_MAX_CHARS}}}(?=\d)")
_VERSION = re.compile(r"\w*\d[\w.]*|[b-hj-z]")
_SPACED_VERSION = re.compile(
    r" ((?=[^\W\d_]{0,9}+\d)"  # sees at once that a word has no digit
    rf"{_WORD}{{0,9}}\d{_WORD}{{0,9}}(?:\.\d{_WORD}{{0,9}})?|[b-hj-z])(?!\w)"
)
_SPACED_LETTER = re.compile(r" ([b-hj-z])(?!\w)")  # what `_SPACED_VERSION` is where there are no digits
_WORD_BACKWARDS = re.compile(rf"[^\W\d_]{_WORD}*")
_LAST_WORD_MAX = 40
_AMOUNT = re.compile(  # its second group matches, though empty, behind a dollar sign
    r"(\d(?<![\w.]\d)(?:(?<=\$\d)(?<![\w.]\$\d)())?\d{0,19}(?:\.\d{1,20})?)"
    r" ?(?:(billion|bn|b|million|mn|m|trillion|tn|t|thousand|k|percent)(?!\w)|(%))?"
)
_UNITS: Final = {"billion": "b", "bn": "b", "million": "m", "mn": "m", "trillion": "t", "tn": "t", "thousand": "k"}
_UNSPACED: Final = "\u0e00-\u0e3a\u0e40-\u0e4e\u0e80-\u0ece\u1000-\u109f\u1780-\u17d3"
"""Thai, Lao, Burmese, Khmer: like Chinese, without spaces between words; but a letter has its signs around it."""
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_CLUSTER = re.compile(rf"\w{_MARK}*+|.", re.DOTALL)
_CJK_RUN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")

_stemmer = Stemmer.Stemmer("english", 0)  # without its cache: it takes more than the 0.3 us of a word


def terms(text: str) -> list[str]:
    """All terms of a text, repeated as often as they occur; first the words in order, then versions and amounts."""
    folded = _fold(text)
    short = folded.isascii() and len(folded) <= _TOKEN_MAX  # as nearly every sentence is
    found = list(chain.from_iterable(map(_expand if short else _expand_any, _TOKEN.findall(folded))))
    if _DIGIT.search(folded) is None:
        for letter in _SPACED_LETTER.finditer(folded):
            found += _versioned(folded, letter)
        return found
    for version in _SPACED_VERSION.finditer(folded):
        found += _versioned(folded, version)
    for amount in _AMOUNT.finditer(folded):
        found += _amount(*amount.groups())
    return found


def content_terms(question: str) -> list[str]:
    """The terms of a question without stop words, each once, in order; [] when nothing is left to search for."""
    return [term for term in dict.fromkeys(terms(question)) if term not in STOP_WORDS]


def _fold(text: str) -> str:
    """One case, one form of each letter, quote and dash; initials without dots; digits without thousands separators."""
    if not text.isascii():
        text = _UNIFIABLE.sub(lambda m: _UNIFIED[m.group()], text)
        text = _RAISED.sub(lambda m: "^" + "".join(map(_SUPERSCRIPTS.__getitem__, m.group())), text)
    text = (_COUNTRY.sub("usa", text) if "U" in text else text).casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text).casefold()
        text = unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed))
        text = _UNSPACED_RUN.sub(r" \g<0> ", _CJK_RUN.sub(r" \g<0> ", text))
    text = _INITIALS.sub(lambda m: m.group().replace(".", ""), text) if text.count(".") > 1 else text
    text = _THOUSANDS.sub("", text) if "," in text else text
    return _powers(text) if _DIGIT.search(text) else text


def _powers(text: str) -> str:
    """Powers of ten in the one form 4.5e8, or 4.5em8 for a small one; those of other numbers as 2p40."""
    if "^" in text or "**" in text:
        text = _POWER.sub(_power, text)
    return _SCIENTIFIC.sub(lambda m: f"{m[1]}e{'m' * len(m[2])}{m[3]}", text) if "e" in text else text


def _power(match: re.Match[str]) -> str:
    factor, base, exponent = match.group(1), match.group(2), match.group(3).removeprefix("+").replace("-", "m")
    if base == "10":
        return f"{factor or '1'}e{exponent}"
    return f"{factor + ' x ' if factor else ''}{base}p{exponent}"


def _expand_any(token: str) -> Sequence[str]:
    """The terms of a token of any script and length."""
    if _CJK_RUN.match(token):
        return _bigrams(token)
    if _UNSPACED_RUN.match(token):
        return _bigrams(_CLUSTER.findall(token))
    return _expand(token[:_TOKEN_MAX])


def _expand(token: str) -> tuple[str, ...]:
    """The terms of one token: its parts, the names they begin with, and the parts joined."""
    if token.isalpha():
        return (stem(token),)
    token = token.removesuffix("'s").replace("'", "")
    parts = _SEPARATOR.split(token)
    found = [stem(part) for part in parts]
    found += [head.group() for part in parts if (head := _NAME_BEFORE_DIGIT.match(part))]
    if len(parts) > 1:
        found.append(_joined(token))
    if len(parts) > 2:
        found += [stem(a + b) for a, b in pairwise(parts) if not a[-1:].isdigit() and _VERSION.fullmatch(b)]
    return tuple(found)


def _versioned(folded: str, version: re.Match[str]) -> list[str]:
    """The word before a version, joined with it; [] after a stop word, or after a word that no name is as long as."""
    space = version.start()
    left = _WORD_BACKWARDS.match(folded[max(0, space - _LAST_WORD_MAX - 1) : space][::-1])
    word = left.group()[::-1] if left else ""
    if not word or len(word) > _LAST_WORD_MAX or word in STOP_WORDS:
        return []
    return [stem(word + version.group(1))]


def _bigrams(run: Sequence[str]) -> list[str]:
    """A run of characters as overlapping pairs, a lone one as itself: for scripts that put no space between words."""
    pairs = [a + b for a, b in pairwise(run)] or list(run)
    return [pair[:TERM_MAX_CHARS] for pair in pairs]


def _joined(token: str) -> str:
    """A compound as one term: "gpt-5.5" is "gpt5.5"; between digits the dash stays ("2-4x"), dots stay ("node.js")."""
    return stem(re.sub(r"[_&]|-(?!\d)|(?<!\d)-", "", token))


def stem(word: str) -> str:
    """The stem of an English word; other words, stop words and names with digits as they are."""
    if word in STOP_WORDS or not (word.isascii() and word.isalpha()):
        return word[:TERM_MAX_CHARS]
    return str(_stemmer.stemWord(word))[:TERM_MAX_CHARS]


def _amount(number: str, dollars: str | None, unit: str | None, percent: str | None) -> list[str]:
    """What an amount adds to its plain words: the short form of a spelled unit, and the form with its sign."""
    if percent or unit == "percent":
        return [number + "%"]
    short = number + _UNITS.get(unit or "", unit or "")
    return [short] * (unit in _UNITS) + ["$" + short] * (dollars is not None)
