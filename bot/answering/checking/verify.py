"""The gate: what in a statement its quotes do not support (promise 2). Pure.

Numbers and dates of a statement must occur in its quotes, or in the title, publisher or date of a quoted article; names
there or in the passage around a quote ("It costs $5"). What only the question says supports nothing, so a false premise
is not confirmed. The statement must not deny what its quotes affirm, nor the reverse, nor drop their caution; it
carries no link, mention or mark-up. What the gate cannot see: two true names in each other's place, and meaning.
`bench/gate.py` measures it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bot.lexicon.dates import DateMention, Day, completed, find_dates, told
from bot.lexicon.figures import Figure, ceiling_dropped, find_figures, supporting_figures
from bot.lexicon.foreign import foreign_names, in_english_form
from bot.lexicon.names import Name, NameIndex, doubtful_words, find_names
from bot.lexicon.negation import hedge_dropped, negation_flipped
from bot.lexicon.orders import tells_nothing, without_orders
from ingest.models import ArticleCard
from ingest.text.language import is_english
from ingest.text.words import content_terms

# A statement is one sentence; longer ones are lists or essays.
MAX_STATEMENT_CHARS = 600
# Below, a statement in the source's language speaks of something else. Measured with bench/gate.py.
MIN_COVERAGE = 0.34
_LIVE = re.compile(
    r"https?:|\bwww\.|\w+://|\bdiscord\.(?:gg|com)\b|@\w|<[@#:/!a-zA-Z]|\]\(|&lt;|[`*|~]{2,}|`|^#{1,3}\s|^>",
    re.IGNORECASE,
)

_NAME_BEFORE = re.compile(r"\b[A-Z][\w.-]*(?: [\w.]*\d[\w.]*)?[ -]$")


class ProblemKind(StrEnum):
    """What is wrong with a statement."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    HEDGE = "hedge"
    UNRELATED = "unrelated"
    MARKUP = "markup"
    ORDER = "order"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason against a statement; `found` is the piece of text it is about."""

    kind: ProblemKind
    found: str

    @property
    def mendable(self) -> bool:
        """A dropped hedge can be given back by code, with the source's own word; all else refuses the statement."""
        return self.kind is ProblemKind.HEDGE

    @property
    def reason(self) -> str:
        """For the model that is asked to correct it."""
        return _REASONS[self.kind].format(found=self.found[:80])


_REASONS = {
    ProblemKind.NUMBER: "the number {found} is not in the sentences",
    ProblemKind.DATE: "the date {found} is not in the sentences",
    ProblemKind.NAME: "the name {found} is not in the sentences",
    ProblemKind.NEGATION: "the sentences say the opposite about {found}",
    ProblemKind.HEDGE: 'the sentences say "{found}", the statement does not',
    ProblemKind.UNRELATED: "the sentences do not say this",
    ProblemKind.MARKUP: "links, mentions and mark-up are not allowed ({found})",
    ProblemKind.ORDER: "an order or a question states nothing ({found})",
    ProblemKind.LENGTH: "it is too long",
}


def no_names(words: Sequence[str]) -> Collection[str]:
    """Where no articles are at hand that could show how they write a word."""
    return ()


@dataclass(frozen=True)
class Support:
    """What a statement may rest on.

    Attributes:
        quotes: texts of its quotes.
        cards: the quoted articles.
        around: the passages and headings that the quotes stand in: what "it" and "the company" mean.
        names_among: of words that English also writes small, those that the articles write as names.
    """

    quotes: tuple[str, ...]
    cards: tuple[ArticleCard, ...]
    around: tuple[str, ...] = ()
    names_among: Callable[[Sequence[str]], Collection[str]] = no_names

    @cached_property
    def evidence(self) -> tuple[str, ...]:
        """The quotes without the orders in them."""
        return tuple(without_orders(quote) for quote in self.quotes)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that can be evidence: quotes, titles, publishers."""
        return (*self.evidence, *(f"{card.title}. {card.source}." for card in self.cards))

    @cached_property
    def figures(self) -> list[Figure]:
        return [figure for text in self.texts for figure in supporting_figures(text)]

    @cached_property
    def days(self) -> list[Day]:
        """All dates told, those without a year completed by the publication dates."""
        published = [card.published_at.date() for card in self.cards if card.published_at]
        mentions = [mention for text in self.texts for mention in find_dates(text)]
        return [
            *(Day(p.year, p.month, p.day) for p in published),
            *(mention.day for mention in mentions),
            *(day for mention in mentions for day in completed(mention.day, published)),
        ]

    @cached_property
    def names(self) -> NameIndex:
        published = [card.published_at.strftime("%A %B") for card in self.cards if card.published_at]
        return NameIndex((*self.texts, *map(without_orders, self.around), *published))

    def names_with(self, statement: str, figure: Figure) -> bool:
        """Whether the figure is part of a name that stands around the quotes to the letter ("Gemma 4 12B")."""
        before = _NAME_BEFORE.search(statement, 0, figure.start)
        return before is not None and any(statement[before.start() : figure.end] in text for text in self.around)


def verify(statement: str, support: Support, *, same_language: bool = True) -> list[Problem]:
    """All reasons against a statement, none when it may be shown.

    Args:
        statement: one sentence without citation marks.
        support: what it may rest on.
        same_language: False for a translated answer, where only numbers, dates, names and mark-up can be compared; a
            statement that is English all the same is checked like any other.
    """
    if len(statement) > MAX_STATEMENT_CHARS:
        return [Problem(ProblemKind.LENGTH, "")]
    if not same_language and not is_english(statement):
        return [*_form(statement), *_translated(statement, support)]
    figures = _figures_and_dates(statement, support)
    return [
        *_form(statement),
        *figures,
        *_names(_named(statement, support), statement, support),
        *_meaning(statement, support),
    ]


def _translated(statement: str, support: Support) -> Iterator[Problem]:
    """Numbers and dates by value, in the spelling of either language; names by the original."""
    english = in_english_form(statement)
    yield from min((list(_figures_and_dates(text, support)) for text in (english, statement)), key=len)
    yield from _names(foreign_names(english), english, support)


def _form(statement: str) -> Iterator[Problem]:
    match = _LIVE.search(statement)
    if match:
        yield Problem(ProblemKind.MARKUP, match.group())
    idle = tells_nothing(statement)
    if idle:
        yield Problem(ProblemKind.ORDER, idle)


def _figures_and_dates(statement: str, support: Support) -> Iterator[Problem]:
    dates = find_dates(statement)
    for mention in dates:
        if not told(mention.day, support.days):
            yield Problem(ProblemKind.DATE, mention.text)
    for figure in find_figures(statement):
        if _inside(figure, dates) or any(figure.told_by(known) for known in support.figures):
            continue
        if not support.names_with(statement, figure):
            yield Problem(ProblemKind.NUMBER, figure.text)


def _inside(figure: Figure, dates: Sequence[DateMention]) -> bool:
    return any(figure.start < date.end and date.start < figure.end for date in dates)


def _named(statement: str, support: Support) -> list[Name]:
    doubtful = doubtful_words(statement)
    return find_names(statement, support.names_among(doubtful) if doubtful else ())


def _names(names: Sequence[Name], statement: str, support: Support) -> Iterator[Problem]:
    months = {mention.text.lower() for mention in find_dates(statement)}
    for name in names:
        if name not in support.names and not any(name.text.lower() in date for date in months):
            yield Problem(ProblemKind.NAME, name.text)


def _meaning(statement: str, support: Support) -> Iterator[Problem]:
    flipped = negation_flipped(statement, support.evidence)
    if flipped:
        yield Problem(ProblemKind.NEGATION, flipped)
    hedge = hedge_dropped(_unattributed(statement, support.cards), support.evidence)
    hedge = hedge or ceiling_dropped(statement, support.evidence)
    if hedge:
        yield Problem(ProblemKind.HEDGE, hedge)
    if supported_share(statement, support.texts) < MIN_COVERAGE:
        yield Problem(ProblemKind.UNRELATED, "")


def supported_share(statement: str, sources: Sequence[str]) -> float:
    """The share of the statement's content terms, numbers aside, that the sources hold; 1.0 where it has none."""
    said = [term for term in content_terms(statement) if not term[0].isdigit()]
    known = {term for source in sources for term in content_terms(source)}
    return sum(term in known for term in said) / len(said) if said else 1.0


def _unattributed(statement: str, cards: Sequence[ArticleCard]) -> str:
    """Without "according to" the quoted publisher itself, which is no caution."""
    for source in {card.source for card in cards if card.source}:
        statement = re.sub(rf"according to {re.escape(source)}", "", statement, flags=re.IGNORECASE)
    return statement
