"""What a sentence of an article says of a claim: the same, the opposite, or nothing. By rules, pure.

Stricter than the gate, which knows that a statement was written from its quotes: here every word of the claim must
stand in the sentence, every name and figure too, and the names in the same roles. Prefers silence: most sentences say
nothing of a claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from bot.answering.checking.verify import ProblemKind, Support, verify
from bot.answering.claims.claims import anaphor_of, named_in
from bot.answering.quotes import Evidence
from bot.answering.remarks.conflicts import disagreement, other_only_figure
from bot.lexicon.dates import Day, completed, find_dates, stated_in
from bot.lexicon.figures import find_figures
from bot.lexicon.forms import forms_of
from bot.lexicon.names import NameIndex, find_names
from bot.lexicon.negation import hedge_dropped, negation_flipped
from bot.lexicon.synonyms import synonyms
from ingest.models import ArticleCard
from ingest.text.words import content_terms, terms

_BACK = 2
"""So many sentences back a pronoun finds its names."""


class Says(StrEnum):
    """How a sentence stands to a claim."""

    SAME = "same"
    OTHER = "other"
    NOTHING = "nothing"


# Words of attribution and of passing time, which say nothing of what happened.
_IDLE = frozenset(
    content_terms(
        "just new today yesterday now recently officially reportedly apparently actually really finally already "
        "never said says say saying announced announces according reports reported heard read think believe know"
    )
)
# Stop words that narrow or widen a claim: "only X did".
_NARROWS = frozenset("only solely all every each most always both before after until against".split())
# Synonyms for finding articles that are not the same claim.
_NOT_THE_SAME = frozenset(content_terms("cheap cheaper expensive new newest latest"))
_CIRCUMSTANCE = re.compile(r"\b(?:in|on|at|for|of|with|under|during|as)\s(?:the\s|its\s)?$", re.IGNORECASE)
_PLAIN_WORD = re.compile(r"[a-z]+")
_BY = re.compile(r"\bby\b", re.IGNORECASE)
_ROW = re.compile(r"\s*(?:,|&|\band\b|\bor\b)?\s*(?:the\s+)?", re.IGNORECASE)
# Where another subject begins: "A raised $5 while B raised $6", "A closed and B opened".
_ANOTHER_SUBJECT = re.compile(
    r"(?:;|,?\s(?:while|whereas|but))\s+(?=(?:the|its|their)\s|[A-Z])"
    r"|,?\sand\s+(?=(?:[A-Z][^\s,]*\s+){1,4}(?!(?:in|on|at|for|with|of|to|by|from|as|after|and|or)\b)[a-z])"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an article, ready to be compared.

    Attributes:
        piece: what would be quoted: with the sentences before it where they tell what "it" is.
        clauses: its parts with a subject each; a pronoun's names stand before them.
    """

    piece: Evidence
    clauses: tuple[str, ...]

    @property
    def card(self) -> ArticleCard:
        return self.piece.passage.article


def said_in(piece: Evidence) -> Said:
    """A sentence with what it leaves to those before it."""
    passage, first, text = piece.passage, piece.first, piece.text
    while anaphor_of(passage.sentence_text(first)) and first > max(passage.headings, piece.first - _BACK):
        first -= 1
    whole = Evidence(passage, first, piece.last)
    names = named_in(passage.sentence_text(first)) if first < piece.first else ""
    if names and whole.quotable:
        return Said(whole, tuple(_clauses(f"{names} {text[len(anaphor_of(text)) :].lstrip()}")))
    return Said(piece, tuple(_clauses(text)))


def compare(claim: str, said: Said) -> Says:
    """What the sentence says of the claim."""
    found = [_compared(claim, clause, said) for clause in said.clauses]
    return Says.OTHER if Says.OTHER in found else Says.SAME if Says.SAME in found else Says.NOTHING


def _clauses(text: str) -> Iterator[str]:
    yield from (clause for clause in _ANOTHER_SUBJECT.split(text) if clause)


def _compared(claim: str, clause: str, said: Said) -> Says:
    card = said.card
    if _other_figure(claim, clause, card):
        return Says.OTHER
    if not _same_deed(claim, clause):
        return Says.NOTHING
    # Titles and days of publication would support what no quote says.
    bare = replace(card, title="", source="")
    kinds = {problem.kind for problem in verify(claim, Support((clause,), (bare,), (said.piece.text,)))}
    dated = all(stated_in(mention.day, _days(clause, card)) for mention in find_dates(claim))
    if not kinds and dated:
        return Says.SAME
    if kinds == {ProblemKind.NEGATION} and dated:
        return Says.OTHER
    return Says.OTHER if kinds <= {ProblemKind.DATE} and _other_date(claim, clause, card) else Says.NOTHING


def _same_deed(claim: str, clause: str) -> bool:
    """Whether the clause holds all names and words of the claim, in the same roles."""
    known = NameIndex((clause,))
    if not all(name in known for name in find_names(_without_dates(claim))):
        return False
    heard, wanted = frozenset(terms(clause)), _words(claim)
    forms = forms_of(wanted)
    if not wanted or not all(
        term in heard or any(form <= heard for form in forms.get(term, ())) or _meant(term, heard) for term in wanted
    ):
        return False
    narrowed = _NARROWS.intersection(_PLAIN_WORD.findall(claim.lower())) <= set(_PLAIN_WORD.findall(clause.lower()))
    return narrowed and not _swapped(claim, clause)


def _words(text: str) -> list[str]:
    """The words of a claim without its figures and dates, which are compared by value."""
    text = _without_dates(text)
    for figure in find_figures(text):
        text = text[: figure.start] + " " * (figure.end - figure.start) + text[figure.end :]
    return [term for term in content_terms(text) if term not in _IDLE and not any(c.isdigit() for c in term)]


def _without_dates(text: str) -> str:
    """The text with blanks in the place of its dates ("June 12" is no name)."""
    for date in find_dates(text):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return text


def deed_words(text: str) -> set[str]:
    """What a text says beside its names, figures and dates."""
    named = {term for name in find_names(text) for term in terms(name.text)}
    return {term for term in _words(text) if term not in named}


def _meant(term: str, heard: frozenset[str]) -> bool:
    others = synonyms(term) if term not in _NOT_THE_SAME else frozenset()
    return not (others - _NOT_THE_SAME).isdisjoint(heard)


def _swapped(claim: str, clause: str) -> bool:
    """Whether two names change places: "X bought Y" and "Y bought X", or "X was bought by Y"."""
    found = [name.text for name in find_names(_without_dates(claim))]
    names = dict.fromkeys(b for a, b in zip(["", *found], found, strict=False) if f"{a} {b}" not in claim)
    roles = ((_order(claim, a, b), _order(clause, a, b)) for a, b in combinations(names, 2))
    return any(one * other < 0 for one, other in roles)


def _order(text: str, one: str, other: str) -> int:
    """1 if the first name acts, -1 if the second, 0 if that is unclear: in a row, or one is a circumstance."""
    folded = text.casefold()
    at, behind = folded.find(one.casefold()), folded.find(other.casefold())
    if at < 0 or behind < 0 or at == behind:
        return 0
    if any(_CIRCUMSTANCE.search(text[max(0, place - 12) : place]) for place in (at, behind)):
        return 0
    start, end = (at + len(one), behind) if at < behind else (behind + len(other), at)
    between = text[start:end]
    if end <= start or _ROW.fullmatch(between):
        return 0
    return (1 if at < behind else -1) * (-1 if _BY.search(between) else 1)


def _other_figure(claim: str, clause: str, card: ArticleCard) -> bool:
    """Whether both give a figure of the same thing, at the same time, equally sure, and not the same."""
    told_otherwise = disagreement(claim, clause) or (_same_deed(claim, clause) and other_only_figure(claim, clause))
    if not told_otherwise or negation_flipped(claim, [clause]):
        return False
    if hedge_dropped(claim, [clause]) or hedge_dropped(clause, [claim]):
        return False
    here, there = find_dates(claim), find_dates(clause)
    if here and there:
        return all(stated_in(mention.day, _days(clause, card)) for mention in here)
    published = card.published_at.year if card.published_at else None
    return all(mention.day.year in (None, published) for mention in (*here, *there))


def _other_date(claim: str, clause: str, card: ArticleCard) -> bool:
    """Whether each gives one date, and no day can be both."""
    here, there = find_dates(claim), find_dates(clause)
    return len(here) == len(there) == 1 and all(_apart(here[0].day, day) for day in _days(clause, card))


def _days(text: str, card: ArticleCard) -> list[Day]:
    """The dates that a text says itself, those without a year completed by its article's date."""
    published = [card.published_at.date()] if card.published_at else []
    days = [mention.day for mention in find_dates(text)]
    return [*days, *(full for day in days for full in completed(day, published))]


def _apart(one: Day, other: Day) -> bool:
    return any(a is not None and b is not None and a != b for a, b in zip(one, other, strict=True))
