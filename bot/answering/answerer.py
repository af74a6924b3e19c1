"""One question, one answer: the path that Discord and the terminal both take.

Question | understand | retrieve | enough? | compose (model, else quotes) | Answer
                                  \\-> no evidence
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial

from bot.answering import sentences as say
from bot.answering.budget import Thrift, cache_key
from bot.answering.compose_model import MAX_REPLY_TOKENS, compose, marked
from bot.answering.compose_quotes import compose_quotes
from bot.answering.confidence import SURE, THRESHOLD, confidence
from bot.answering.kinds import Kind
from bot.answering.language_model import LanguageModel
from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status
from bot.answering.more_quotes import more_quotes
from bot.answering.rank_sentences import RankedSentence, rank_sentences
from bot.answering.remarks import remarked
from bot.answering.retrieve import Retrieved, retrieve
from bot.answering.understand import Understood, understand
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.models import ArticleCard, Passage, View
from ingest.corpus.search import Search

NEAREST = 3
ARTICLES_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions over one open corpus. Thread-safe.

    Attributes:
        model: writes the statements; None answers in quotes mode.
        model_timeout_s: longest time the model may take for one answer, in seconds.
        model_max_tokens: its longest reply, in tokens.
        old_after: age from which evidence is marked.
        thrift: what the model may cost, and its answers so far.
    """

    catalogue: Catalogue
    search: Search
    model: LanguageModel | None = None
    model_timeout_s: float = 60.0
    model_max_tokens: int = MAX_REPLY_TOKENS
    old_after: timedelta = timedelta(days=90)
    thrift: Thrift = field(default_factory=Thrift)

    def retrieve(self, question: Question, k: int) -> tuple[Understood, Retrieved]:
        """What an answer would be made of: the question understood, and its k best passages."""
        understood = understand(question)
        found = retrieve(self.search, understood, clock=question.asked_at, scopes=question.scopes, k=k)
        return understood, found

    def answer(self, question: Question) -> Answer:
        """Answer, or say that the corpus does not hold an answer.

        Raises:
            VerbatimError: the corpus cannot be read; never because of a language model.
        """
        watch = _StopWatch()
        with watch("understand"):
            understood = understand(question)
            newest = self.catalogue.articles.newest_at(View(question.asked_at, question.scopes))
        frame = Answer(
            question,
            Status.NO_EVIDENCE,
            Mode.QUOTES,
            say.SMALL_TALK,
            window=understood.window,
            newest_article_at=newest,
        )
        if understood.kind is not Kind.QUESTION:
            return watch.stamp(frame)
        with watch("retrieve"):
            found = retrieve(self.search, understood, clock=question.asked_at, scopes=question.scopes)
            evidence = _Evidence(found, rank_sentences(found))
        if not evidence.enough:
            return watch.stamp(self._abstention(frame, found.passages))
        answer = (
            self._by_model(self.model, frame, evidence, watch)
            if self.model
            else self._in_quotes(frame, evidence, watch, note=None)
        )
        with watch("verify"):
            answer = remarked(answer, found.passages, understood.entities, self.old_after)
            more = more_quotes(evidence.ranked, answer.quotes, several=understood.wants_several)
            answer = replace(answer, more=more)
        return watch.stamp(answer)

    def _by_model(self, model: LanguageModel, frame: Answer, evidence: _Evidence, watch: _StopWatch) -> Answer:
        understood, found = evidence.found.understood, evidence.found
        with watch("compose"):
            ask = partial(
                compose,
                model,
                understood.text,
                found.passages,
                asked_at=frame.question.asked_at,
                timeout_s=self.model_timeout_s,
                max_tokens=self.model_max_tokens,
                same_language=(frame.question.language or understood.language) == ARTICLES_LANGUAGE,
                language=frame.question.language,
            )
            key = cache_key(understood.text, frame.question.asked_at, found.passages, frame.question.language)
            composed = self.thrift.composed(frame.question, key, ask)
        if composed.nothing_found and not evidence.sure:
            return self._abstention(frame, found.passages)
        if not composed.statements:
            note = say.model_failed(composed.failure) if composed.failure else say.MODEL_FOUND_NOTHING
            return self._in_quotes(frame, evidence, watch, note=note)
        return _answered(frame, Mode.MODEL, marked(composed.statements), composed.statements, composed.quotes)

    def _in_quotes(self, frame: Answer, evidence: _Evidence, watch: _StopWatch, *, note: str | None) -> Answer:
        with watch("compose"):
            quotes = compose_quotes(evidence.ranked, several=evidence.found.understood.wants_several)
        statements = tuple(Statement(quote.text, (quote.n,)) for quote in quotes)
        text = "\n\n".join(f"{quote.text} [{quote.n}]" for quote in quotes)
        return replace(_answered(frame, Mode.QUOTES, text, statements, quotes), note=note)

    def _abstention(self, frame: Answer, passages: Sequence[Passage]) -> Answer:
        text = say.no_evidence(frame.newest_article_at, frame.window)
        return replace(frame, text=text, nearest=_nearest(passages))


@dataclass(frozen=True)
class _Evidence:
    """What was found, down to its sentences, best first."""

    found: Retrieved
    ranked: Sequence[RankedSentence]

    @cached_property
    def score(self) -> float:
        return confidence(self.found, self.ranked)

    @property
    def enough(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def sure(self) -> bool:
        """Whether the sentences are shown even though a language model sees no answer in them."""
        return self.score >= SURE


def _answered(
    frame: Answer, mode: Mode, text: str, statements: tuple[Statement, ...], quotes: tuple[Quote, ...]
) -> Answer:
    return replace(frame, status=Status.ANSWERED, mode=mode, text=text, statements=statements, quotes=quotes)


def _nearest(passages: Sequence[Passage]) -> tuple[ArticleCard, ...]:
    """The articles that came closest, each once."""
    cards = {passage.article.id: passage.article for passage in passages}
    return tuple(cards.values())[:NEAREST]


@dataclass(slots=True)
class _StopWatch:
    """Milliseconds by stage."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        before = time.perf_counter()
        yield
        self.stages[stage] = self.stages.get(stage, 0) + round((time.perf_counter() - before) * 1000)

    def stamp(self, answer: Answer) -> Answer:
        total = round((time.perf_counter() - self.started) * 1000)
        return replace(answer, timings_ms={**self.stages, "total": total})
