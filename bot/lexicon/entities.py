"""What a question names: products, companies, people, versions, quoted words; also where nobody writes capitals. Pure.

In a lower-case question a name is a word that English news about AI does not write small and that is no everyday word.
Who writes one name with a capital writes no other small, unless a version follows ("Who sells Trainium3?" names one
thing). In other languages only spelling tells: capitals, digits, quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.lexicon.foreign import is_german_noun
from bot.lexicon.forms import is_unit
from bot.lexicon.name_spelling import TOKEN, VERSION, bare, begins_sentence, is_amount, is_common, is_name
from bot.lexicon.question_words import ASPECTS, EVERYDAY, TIERS
from ingest.models import Span
from ingest.text.words import STOP_WORDS

_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # scripts that glue names to their own words
_QUOTED = re.compile(r"\"([^\"]{2,80})\"|“([^”]{2,80})”|«\s?([^»]{2,80}?)\s?»|`([^`]{2,80})`|「([^」]{2,80})」")
_CAPITAL_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")  # not "GPT": everybody writes that in capitals
_VERSION_FOLLOWS = re.compile(r" v?\d")
_VERB_FOLLOWS = re.compile(r"\b(?:do|does|did|can|could|will|would|should|may|might)(?: the)? $", re.IGNORECASE)


class Token(NamedTuple):
    """A word of a question. `key` is its lower-case form without a possessive ending."""

    span: Span
    text: str
    key: str
    is_name: bool


def tokens(text: str, language: str = "en") -> list[Token]:
    """The words of a question in order, each marked whether it is (part of) a name."""
    found: list[Token] = []
    writes_small = EVERYDAY.issuperset(word.lower() for word in _CAPITAL_INSIDE.findall(text))  # "June" tells nothing
    for match in TOKEN.finditer(_NO_SPACES.sub(" ", text)):
        word = bare(match[0])
        key = word.lower().replace("’", "'")
        opens = begins_sentence(text, match.start())
        small = writes_small or _VERSION_FOLLOWS.match(text, match.end()) is not None
        named = _names(word, opens, language, small) or _continues(found, text, match.start(), word)
        found.append(Token(Span(match.start(), match.start() + len(word)), word, key, named))
    return found


def entities(text: str, language: str = "en") -> tuple[str, ...]:
    """The names of a question, neighbouring words as one, and its quoted terms; each once, in order of appearance."""
    quoted = quoted_terms(text)
    names = [text[run.start : run.end] for run in _runs(text, tokens(text, language))]
    return tuple(dict.fromkeys(quoted + [name for name in names if not any(name in quote for quote in quoted)]))


def topic(text: str, language: str = "en") -> tuple[str, ...]:
    """What a question is about: its names with the plain words that belong to them; without a name its own words.

    "what is claude tag" is about "claude tag", "what is attention drift in vllm" about "attention drift" too, and "what
    did google present?" about "google".
    """
    words = tokens(text, language)
    kept = [word._replace(is_name=word.is_name or is_content(word)) for word in words]
    with_names = [run for run in _runs(text, kept) if any(w.is_name and _within(w.span, run) for w in words)]
    with_names = [_without_verb(text, run, words) for run in with_names]
    runs = with_names or list(_runs(text, kept))
    return tuple(dict.fromkeys([*quoted_terms(text), *(text[run.start : run.end] for run in runs)]))


def _without_verb(text: str, run: Span, words: list[Token]) -> Span:
    """The names without the verb that their "does" or "will" asks for, where no other word behind them can be it."""
    inside = [word for word in words if _within(word.span, run)]
    behind = next((word for word in words if word.span.start >= run.end), None)
    is_verb = not inside[-1].is_name and (behind is None or behind.key in STOP_WORDS)
    if len(inside) > 1 and is_verb and _VERB_FOLLOWS.search(text[: run.start]):
        return Span(run.start, inside[-2].span.end)
    return run


def quoted_terms(text: str) -> list[str]:
    """What stands between quotation marks or back-ticks."""
    return [next(group for group in match if group) for match in _QUOTED.findall(text)]


def is_content(word: Token) -> bool:
    """Whether a plain word is a subject of its own and not a side of something ("price", "weights")."""
    return not (word.is_name or word.key in STOP_WORDS or word.key in ASPECTS or word.key in EVERYDAY)


def _names(word: str, opens: bool, language: str, small: bool) -> bool:
    """Whether a word is (part of) a name.

    Args:
        opens: it begins a sentence.
        small: names may be written small here.
    """
    lower = word.lower()
    is_number = VERSION.fullmatch(word) or is_amount(word) or is_unit(lower)
    if len(word) < 2 or is_number or lower in EVERYDAY or lower.replace("'", "") in STOP_WORDS:
        return False
    if word[1:] == lower[1:] and not any(map(str.isdigit, word)):
        if word[0].isupper() and not opens:
            return language != "de" or not is_german_noun(word)
        return language == "en" and (small or word[0].isupper()) and not is_common(lower)
    return is_name(word, opens=opens)


def _continues(found: list[Token], text: str, start: int, word: str) -> bool:
    """A version behind a name, a tier behind a version, a capital letter behind a name: they belong to it."""
    if not found or not found[-1].is_name or text[found[-1].span.end : start].strip():
        return False
    if VERSION.fullmatch(word) or (len(word) == 1 and word.isupper()):
        return True
    return word.lower() in TIERS


def _runs(text: str, words: list[Token]) -> Iterator[Span]:
    """Neighbouring names, with nothing but a space, slash or underscore between them, as one span."""
    run: Span | None = None
    for word in words:
        if not word.is_name:
            continue
        if run and text[run.end : word.span.start] in (" ", "/", "_"):
            run = Span(run.start, word.span.end)
            continue
        if run:
            yield run
        run = word.span
    if run:
        yield run


def _within(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
