"""Adds remarks to an answer: where sources differ, what has no source, how old the evidence is. Pure.

answer | conflicting quotes | presuppositions | unsupported parts | recent or old evidence
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answering import sentences as say
from bot.answering.models import Answer
from bot.answering.remarks.conflicting_quotes import Conflict, with_both_sides
from bot.answering.remarks.presuppositions import untold
from bot.answering.remarks.unsupported_parts import MOST, unsourced, untold_figures
from bot.answering.retrieval.answer_type_match import fits
from bot.answering.understanding.kinds import AnswerType
from bot.answering.understanding.understand import Understood
from bot.lexicon.foreign import is_german_noun
from bot.translation import N_, _
from ingest.models import Passage

RECENT = timedelta(days=7)
"""If the newest article is older than this, an answer about the newest says how old it is."""
_LACKS = {
    AnswerType.PRICE: N_("None of these quotes gives a sum of money."),
    AnswerType.NUMBER: N_("None of these quotes gives a number."),
    AnswerType.DATE: N_("None of these quotes gives a date."),
}
"""What can be told by its form. A person may be called by one name, as a company is."""


@dataclass(frozen=True, slots=True)
class Remarker:
    """Remarks on the answers to one question.

    Attributes:
        understood: the question; one about a stretch of time wants old evidence.
        passages: what was retrieved: the other side of a disagreement is looked for here.
        unsourced: parts of the question of which nothing was found, in the asker's words.
        old_after: age from which evidence is marked.
    """

    understood: Understood
    passages: Sequence[Passage]
    unsourced: tuple[str, ...]
    old_after: timedelta

    def remarked(self, answer: Answer) -> Answer:
        """The answer with its remarks; one without quotes is left as it is."""
        if not answer.quotes:
            return answer
        answer, conflict = with_both_sides(answer, self.passages)
        old = () if answer.window else _older_than(self.old_after, answer)
        notes = [answer.note] if answer.note else []
        if conflict:
            notes.append(_told(conflict))
        gaps = list(self._gaps(answer))
        partly = bool(answer.note or gaps)  # so far a note tells that a language model's answer is missing
        notes += gaps
        notes += self._newest(answer)
        notes += [say.old_evidence(old, len(answer.quotes), self.old_after.days)] if old else []
        return replace(answer, note=" ".join(notes) or None, partly=partly, old=old)

    def _gaps(self, answer: Answer) -> Iterator[str]:
        """What of the question the answer has no source for."""
        asked, names, texts = self.understood.text, self._names, _texts(answer)
        # The gate lets a name stand that the passage around its quote names: "Luna" under "GPT-5.6".
        named = [*texts, *(statement.text for statement in answer.statements), *self._headings(answer)]
        parts = list(self.unsourced)
        for missing in (*unsourced(names, named), *untold_figures(asked, texts)):
            if not any(missing.casefold() in part.casefold() for part in parts):
                parts.append(missing)
        if parts:
            yield say.unsourced(parts[:MOST])
        deed = untold(asked, names, texts)
        if deed:
            yield say.untold(deed)
        wanted = self.understood.answer_type
        if wanted in _LACKS and not any(fits(quote.text, wanted) for quote in answer.quotes):
            yield _(_LACKS[wanted])

    def _headings(self, answer: Answer) -> Iterator[str]:
        """The headings that the quotes stand under."""
        for passage in self.passages:
            start, end = passage.span
            if any(q.article.id == passage.article.id and start <= q.start < end for q in answer.quotes):
                yield passage.heading

    @property
    def _names(self) -> tuple[str, ...]:
        """What the question names; German writes nouns like names."""
        names, german = self.understood.entities, self.understood.language == "de"
        return tuple(name for name in names if not (german and is_german_noun(name)))

    def _newest(self, answer: Answer) -> Iterator[str]:
        """How new the newest article is, where the question reaches beyond it."""
        newest, asked_at = answer.newest_article_at, answer.question.asked_at
        until = answer.window.until if answer.window else None
        reaches = until is not None and newest is not None and until - newest > RECENT
        if newest and (self.understood.wants_newest or reaches) and asked_at - newest > RECENT:
            yield say.newest_article(newest)


def _told(conflict: Conflict) -> str:
    newer, older = conflict.newer, conflict.older
    return say.sources_differ(
        (newer.n, newer.article.published_at, conflict.told.first),
        (older.n, older.article.published_at, conflict.told.second),
    )


def _texts(answer: Answer) -> list[str]:
    """Everything in the quotes: their words, titles and publishers."""
    cards = (f"{quote.article.title}. {quote.article.source}." for quote in answer.quotes)
    return [*(quote.text for quote in answer.quotes), *cards]


def _older_than(limit: timedelta, answer: Answer) -> tuple[int, ...]:
    asked_at = answer.question.asked_at
    return tuple(q.n for q in answer.quotes if q.article.published_at and asked_at - q.article.published_at > limit)
