"""From a question to an answer: the path that Discord and the terminal share.

Question | understand | retrieve | enough? | compose (model, else quotes) | Answer
                                  \\-> no evidence
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from bot.answering import sentences as say
from bot.answering.composing.answer_cache import ModelGate, cache_key
from bot.answering.composing.compose_model import MAX_REPLY_TOKENS, Composed, Shown, compose, marked
from bot.answering.composing.compose_quotes import more_quotes
from bot.answering.findings import Findings, gather
from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status, Window
from bot.answering.quotes import MAX_QUOTES, make_quote
from bot.answering.remarks.conflicting_quotes import in_quotes
from bot.answering.remarks.remarks import Remarker
from bot.answering.retrieval.ignorable_terms import asks_for_everything, asks_nothing
from bot.answering.retrieval.retrieve import PASSAGES, Retrieved, retrieve
from bot.answering.understanding.kinds import Kind
from bot.answering.understanding.understand import Understood, understand
from bot.llm.language_model import LanguageModel
from bot.translation import _
from ingest.catalogue import Catalogue
from ingest.catalogue.visibility import visible_ids
from ingest.models import ArticleCard, Passage, View
from ingest.parse.urls import canonical_url
from ingest.search.search import Search

Headlines = Callable[[Question, Window | None], Sequence[Quote]]
"""The quotes of the newest stories that the asker of a question may see, of a window or of the last days."""
NEAREST = 3
READ = 2 * PASSAGES
"""Passages that a language model reads, as far as its context allows."""
ARTICLES_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Answers questions over one open corpus. Thread-safe.

    Attributes:
        model: writes the statements; None answers in quotes mode.
        model_timeout_s: longest time the model may take for one answer, in seconds.
        model_max_tokens: its longest reply, in tokens.
        old_after: age from which evidence is marked.
        model_gate: the model's budget and the cache of its answers.
        headlines: the quotes of the newest stories, for "what's new?".
    """

    catalogue: Catalogue
    search: Search
    model: LanguageModel | None = None
    model_timeout_s: float = 60.0
    model_max_tokens: int = MAX_REPLY_TOKENS
    old_after: timedelta = timedelta(days=90)
    model_gate: ModelGate = field(default_factory=ModelGate)
    headlines: Headlines | None = None

    def retrieve(self, question: Question, k: int) -> tuple[Understood, Retrieved]:
        """The question as understood, and its k best passages."""
        understood = understand(question)
        found = retrieve(self.search, understood, clock=question.asked_at, scopes=question.scopes, k=k)
        return understood, found

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer:
        """Answer, or say that the corpus does not contain an answer.

        Args:
            so_far: called, from another thread, with the statements that have passed while the model is still writing.

        Raises:
            VerbatimError: the corpus cannot be read; never because of a language model.
        """
        watch = _StopWatch()
        with watch("understand"):
            understood = understand(question)
        if understood.kind is not Kind.QUESTION:
            return watch.stamp(self._frame(question, understood))
        self.model_gate.asked(question)
        # One transaction for all that is looked up, so that it comes from one state of the corpus.
        with watch("retrieve"), self.catalogue.database.read():
            frame = self._frame(question, understood)
            linked = self._linked(question, understood.links) if understood.links or question.about else frozenset()
            if (understood.links or linked) and asks_nothing(understood.text):
                understood = self._about(linked, understood)
            findings = gather(self.search, question, understood, linked, READ if self._reads(question) else PASSAGES)
        if asks_for_everything(understood) and (news := self._newest(frame, understood)):
            return watch.stamp(news)
        frame = replace(frame, confidence=findings.score)
        if self.model and not findings.hopeless:
            answer, findings = self._by_model(self.model, frame, findings, watch, so_far)
        elif findings.enough:
            answer = self._in_quotes(frame, findings, watch, note=None)
        else:
            answer = self._abstention(frame, findings)
        if answer.status is not Status.ANSWERED:
            return watch.stamp(answer)
        with watch("verify"):
            remarks = Remarker(understood, findings.passages, findings.unsourced, self.old_after)
            answer = remarks.remarked(answer)
            more = more_quotes(findings.ranked, answer.quotes, several=understood.wants_several)
            answer = replace(answer, more=more)
        return watch.stamp(answer)

    def _frame(self, question: Question, understood: Understood) -> Answer:
        """An answer that is still to be given; as it is, the reply to small talk."""
        newest = self.catalogue.articles.newest_at(View(question.asked_at, question.scopes))
        no, window = Status.NO_EVIDENCE, understood.window
        return Answer(question, no, Mode.QUOTES, _(say.SMALL_TALK), window=window, newest_article_at=newest)

    def _newest(self, frame: Answer, understood: Understood) -> Answer | None:
        """The newest stories; None if there are none or no `headlines`."""
        quotes = tuple(self.headlines(frame.question, understood.window)) if self.headlines else ()
        if not quotes:
            return None
        return in_quotes(replace(frame, status=Status.ANSWERED, confidence=1.0), quotes)

    def _linked(self, question: Question, links: Sequence[str]) -> frozenset[str]:
        """The articles at these addresses, and those that are asked about, as far as the asker may see them."""
        addresses = {address for link in links for address in (link, canonical_url(link)) if address}
        ids = {*self.catalogue.articles.named(sorted(addresses)), *question.about}
        return frozenset(visible_ids(self.catalogue.database, ids, View(question.asked_at, question.scopes)))

    def _about(self, linked: frozenset[str], understood: Understood) -> Understood:
        """A message with only a link, or about an article, asks what it says, so its title is searched for."""
        articles = (self.catalogue.articles.show(id_) for id_ in sorted(linked))
        title = next((article.card.title for article in articles if article), "")
        return replace(understood, search_text=title or understood.search_text or " ".join(understood.links))

    def _reads(self, question: Question) -> bool:
        """Whether a language model reads the passages."""
        return self.model is not None and self.model_gate.allows(question)

    def _by_model(
        self,
        model: LanguageModel,
        frame: Answer,
        findings: Findings,
        watch: _StopWatch,
        so_far: Callable[[Answer], None] | None,
    ) -> tuple[Answer, Findings]:
        """What the model reads in the passages or, where it would search for something else, in what that brings."""
        language = frame.question.language or findings.understood.language
        shown = so_far and partial(_show, so_far, frame)
        composed = self._composed(model, frame, findings, language, watch, shown)
        frame = replace(frame, dropped=len(composed.dropped))
        if composed.search and self.model_gate.allows(frame.question):
            with watch("retrieve"):
                other = self._searched(frame.question, composed.search)
            if not {p.chunk_id for p in other.passages} <= {p.chunk_id for p in findings.passages}:
                second = self._composed(model, frame, other, language, watch, shown)
                if second.statements:
                    composed, findings = second, other
        if composed.statements:
            return _stated(frame, *_completed(composed, findings)), findings
        if not findings.enough or (composed.nothing_found and not findings.sure):
            return self._abstention(frame, findings), findings
        note = say.model_failed(composed.failure) if composed.failure else _(say.MODEL_FOUND_NOTHING)
        return self._in_quotes(frame, findings, watch, note=note), findings

    def _searched(self, question: Question, text: str) -> Findings:
        """What is found for other words."""
        other = replace(question, text=text, history=())
        return gather(self.search, other, understand(other), k=READ)

    def _composed(
        self,
        model: LanguageModel,
        frame: Answer,
        findings: Findings,
        language: str,
        watch: _StopWatch,
        shown: Shown | None,
    ) -> Composed:
        question, passages = frame.question, findings.passages
        with watch("compose"):
            ask = partial(
                compose,
                model,
                question.text,
                passages,
                asked_at=question.asked_at,
                history=question.history,
                timeout_s=self.model_timeout_s,
                max_tokens=self.model_max_tokens,
                same_language=language == ARTICLES_LANGUAGE,
                language=question.language,
                names_among=partial(self.search.names_among, view=View(question.asked_at, question.scopes)),
                shown=shown,
            )
            key = cache_key(
                f"{question.text}\n{findings.understood.text}", question.asked_at, passages, question.language
            )
            return self.model_gate.composed(question, key, ask)

    def _in_quotes(self, frame: Answer, findings: Findings, watch: _StopWatch, *, note: str | None) -> Answer:
        with watch("compose"):
            return in_quotes(replace(frame, status=Status.ANSWERED, note=note), findings.quotes())

    def _abstention(self, frame: Answer, findings: Findings) -> Answer:
        text = say.no_evidence(frame.newest_article_at, frame.window, frame.question.zone)
        if asks_for_everything(findings.understood):
            text = f"{text} {_(say.DIGEST_TELLS)}"
        passages = findings.passages or self._at_any_time(frame.question, findings.understood)
        return replace(frame, text=text, nearest=_nearest(passages))

    def _at_any_time(self, question: Question, understood: Understood) -> Sequence[Passage]:
        """Nearest passages from any time, when the window is empty."""
        timeless = replace(understood, window=None)
        return retrieve(self.search, timeless, clock=question.asked_at, scopes=question.scopes).passages


def _stated(frame: Answer, statements: Sequence[Statement], quotes: Sequence[Quote]) -> Answer:
    """The model's answer."""
    answer = replace(frame, status=Status.ANSWERED, mode=Mode.MODEL, text=marked(statements))
    return replace(answer, statements=tuple(statements), quotes=tuple(quotes))


def _show(
    so_far: Callable[[Answer], None], frame: Answer, statements: Sequence[Statement], quotes: Sequence[Quote]
) -> None:
    so_far(_stated(frame, statements, quotes))


def _completed(composed: Composed, findings: Findings) -> tuple[tuple[Statement, ...], tuple[Quote, ...]]:
    """The model's statements and, for parts of the question that it skipped, the best sentence, if there is room."""
    statements, quotes = list(composed.statements), list(composed.quotes)
    for piece in findings.left_out(quotes)[: MAX_QUOTES - len(quotes)]:
        quotes.append(make_quote(len(quotes) + 1, piece))
        statements.append(Statement(" ".join(quotes[-1].text.split()), (quotes[-1].n,)))
    return tuple(statements), tuple(quotes)


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
