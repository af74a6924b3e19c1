"""Checks the claims of a message against the articles, one by one.

claims | each: gather | compare with every sentence found | supported, contradicted, or nothing found
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count

from bot.answering.claims.claims import Claim, claims_in, names_something
from bot.answering.claims.comparing import Said, Says, compare, deed_words, said_in
from bot.answering.findings import Finding, gather
from bot.answering.models import Question, Quote
from bot.answering.quotes import Evidence, make_quote
from bot.answering.remarks.refutations import takes_back, with_what_takes_back
from bot.answering.understanding.kinds import AnswerType, Kind
from bot.answering.understanding.understand import Understood, understand
from bot.lexicon.names import doubtful_words
from ingest.catalogue import Catalogue
from ingest.models import View
from ingest.search.search import Search
from ingest.text.words import content_terms

_DENIES = re.compile(r"\bden(?:y|ies|ied)\b", re.IGNORECASE)
# What takes back, and words for whatever is taken back.
_ANY_CLAIM = frozenset(
    content_terms(
        "withdraw withdrew withdrawn withdrawing retract retracted retraction revoke rescind refute debunk false "
        "untrue wrong hoax correction clarification claim claimed statement report story article post paper result"
    )
)


class ClaimVerdict(StrEnum):
    """What the articles say of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOTHING_FOUND = "nothing found"


@dataclass(frozen=True, slots=True)
class Checked:
    """A claim with its verdict.

    Attributes:
        quote: what says so; None only where nothing was found.
        against: what speaks against a supported claim: another article's figure, or a withdrawal nearby.
    """

    claim: str
    verdict: ClaimVerdict
    quote: Quote | None = None
    against: Quote | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of a message.

    Attributes:
        more: how many claims it has beside those checked.
        has_links: links in it were not read.
        newest_article_at: None where there are no articles.
    """

    checked: tuple[Checked, ...]
    more: int
    has_links: bool
    newest_article_at: datetime | None


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks messages over one open corpus. Thread-safe."""

    catalogue: Catalogue
    search: Search

    def check(self, message: Question) -> Check:
        """Each claim of a message, with what the articles of its scopes say.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        claims = claims_in(message.text)
        newest = self.catalogue.articles.newest_at(View(message.asked_at, message.scopes))
        checked = (self._checked(claim, message) for claim in claims.first) if newest else ()
        return Check(_numbered(checked), claims.more, claims.has_links, newest)

    def _checked(self, claim: Claim, message: Question) -> Checked:
        asked = replace(message, text=claim.alone, history=())
        if not (names_something(claim.alone) or self._begins_with_name(claim, message)):
            return Checked(claim.text, ClaimVerdict.NOTHING_FOUND)  # nobody knows of whom it speaks
        return _judged(claim, gather(self.search, asked, _stated(asked)).whole)

    def _begins_with_name(self, claim: Claim, message: Question) -> bool:
        """Whether its first word is a name that English also writes small: Scale, Linear."""
        view = View(message.asked_at, message.scopes)
        return bool(self.search.names_among(doubtful_words(claim.alone), view))


def _stated(asked: Question) -> Understood:
    """A claim as retrieval reads it: its dates are what it says, and no window to look in."""
    understood = replace(understand(asked), text=asked.text, search_text=asked.text, window=None, by_clock=False)
    return replace(
        understood, kind=Kind.QUESTION, wants_newest=False, wants_several=False, answer_type=AnswerType.OPEN, links=()
    )


def _judged(claim: Claim, finding: Finding) -> Checked:
    sentences = [s.evidence for s in finding.ranked if not s.doubtful]
    said = [said_in(piece) for piece in sentences if piece.first >= piece.passage.headings]
    found = [(compare(claim.alone, one), one) for one in said]
    same = [one for says, one in found if says is Says.SAME]
    other = [one for says, one in found if says is Says.OTHER]
    if same and finding.enough:
        return _supported(claim, same[0], other, finding)
    if other and not same:
        return Checked(claim.text, ClaimVerdict.CONTRADICTED, make_quote(1, other[0].piece))
    return Checked(claim.text, ClaimVerdict.NOTHING_FOUND)


def _supported(claim: Claim, same: Said, other: Sequence[Said], finding: Finding) -> Checked:
    """Supported, unless the article or a newer one takes it back."""
    against = next((one.piece for one in other if one.card.id != same.card.id), None)
    refutation = None if takes_back(claim.text) else _refutation(same.piece, finding)
    if refutation is not None:
        shared = _taken_back(refutation) & deed_words(claim.alone)
        if shared or not _taken_back(refutation):
            return Checked(claim.text, ClaimVerdict.CONTRADICTED, make_quote(1, refutation))
        if not _DENIES.search(refutation.text):  # a denial says itself what it denies: something else
            against = refutation
    quote = make_quote(1, same.piece)
    return Checked(claim.text, ClaimVerdict.SUPPORTED, quote, make_quote(2, against) if against else None)


def _refutation(piece: Evidence, finding: Finding) -> Evidence | None:
    """What takes a sentence back; None if nothing does."""
    pieces = with_what_takes_back([piece], finding.found.passages, 2)
    return next((one for one in pieces if any(map(takes_back, _sentences(one)))), None)


def _taken_back(refutation: Evidence) -> set[str]:
    """What a refutation says that it takes back; nothing in "X withdrew its claim"."""
    said = " ".join(filter(takes_back, _sentences(refutation)))
    return {term for term in deed_words(said) if not takes_back(term)} - _ANY_CLAIM


def _sentences(piece: Evidence) -> list[str]:
    return [piece.passage.sentence_text(n) for n in range(piece.first, piece.last + 1)]


def _numbered(checked: Iterable[Checked]) -> tuple[Checked, ...]:
    """The quotes numbered through."""
    numbers = count(1)
    return tuple(
        replace(one, quote=_with_number(one.quote, numbers), against=_with_number(one.against, numbers))
        for one in checked
    )


def _with_number(quote: Quote | None, numbers: Iterator[int]) -> Quote | None:
    return replace(quote, n=next(numbers)) if quote else None
