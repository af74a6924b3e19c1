"""The commands of `python -m bot`. Each returns an exit code."""

from __future__ import annotations

import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial

from bot.answering.answerer import Answerer
from bot.answering.models import Answer, Question, Turn
from bot.contract import (
    Json,
    answer_to_json,
    digest_to_json,
    error_to_json,
    hit_to_json,
    parse_question_line,
    scopes_of,
)
from bot.digest.models import Order
from bot.llm.language_model import LanguageModel, Message
from bot.render.digest import digest_markdown
from bot.render.terminal import render_terminal
from bot.settings import BotSettings
from bot.wiring.answering import make_answerer, make_digester, make_model, make_usage
from ingest.cli.terminal import print_json
from ingest.clock import parse_clock, utc_now
from ingest.errors import SettingsError, VerbatimError
from ingest.index.indexer import Indexer
from ingest.models import SAMPLE_SCOPE
from ingest.processes.lifetime import repeat
from ingest.wiring import open_catalogue, open_corpus

Command = Callable[[BotSettings, Namespace], int]
HISTORY_TURNS = 8
MOST_DAYS = 366
ENDING = ("", "exit", "quit", "bye")
"""Words that end a chat."""


def ask(settings: BotSettings, words: Namespace) -> int:
    def answer(answerer: Answerer, question: Question) -> Json:
        return answer_to_json(answerer.answer(question))

    return _each_question(settings, words, answer, lambda answerer, q: _shown(answerer.answer(q)))


def _shown(answer: Answer) -> str:
    """On a terminal, the words that answer are bold."""
    return render_terminal(answer, bold=sys.stdout.isatty())


def search(settings: BotSettings, words: Namespace) -> int:
    if words.top < 1:
        raise SettingsError("wrong usage", "--top", f"{words.top} is less than 1", hint="See --help.")

    def hits(answerer: Answerer, question: Question) -> Json:
        _, found = answerer.retrieve(question, k=words.top)
        return {"id": question.id, "hits": [hit_to_json(passage) for passage in found.passages]}

    def lines(answerer: Answerer, question: Question) -> str:
        _, found = answerer.retrieve(question, k=words.top)
        return "\n\n".join(f"{p.score:.3f} {p.article.title} ({p.article.source})\n{p.text}" for p in found.passages)

    return _each_question(settings, words, hits, lines)


def _each_question(
    settings: BotSettings,
    words: Namespace,
    as_json: Callable[[Answerer, Question], Json],
    as_text: Callable[[Answerer, Question], str],
) -> int:
    """One question from the command line, or with --jsonl one per line from stdin."""
    if words.jsonl == (words.question is not None):
        raise SettingsError(
            "wrong usage", words.question or "no question", "give one question, or --jsonl", hint="See --help."
        )
    clock = parse_clock(words.at) if words.at else None
    scopes = seen_in_terminal(settings, scopes_of(words.scope))
    with open_corpus(settings, f"bot {words.do.__name__}") as corpus:
        answerer = make_answerer(settings, corpus)
        if words.jsonl:
            for line in _answer_lines(sys.stdin, clock, settings, lambda q: as_json(answerer, q)):
                print_json(line, indent=None)
            return 0
        question = Question(words.question, clock or utc_now(), scopes=scopes)
        if words.json:
            print_json(as_json(answerer, question))
        else:
            print(as_text(answerer, question))
    return 0


def _answer_lines(
    lines: Iterable[str], clock: datetime | None, settings: BotSettings, answer: Callable[[Question], Json]
) -> Iterator[Json]:
    """One object per line, in order; a bad line gives an error object and the run goes on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        question = None
        try:
            question = parse_question_line(line, number, clock or utc_now())
            yield answer(replace(question, scopes=seen_in_terminal(settings, question.scopes)))
        except VerbatimError as error:
            yield error_to_json(question.id if question else None, number, error)


def digest(settings: BotSettings, words: Namespace) -> int:
    """The stories of the days before the clock, as Markdown or JSON; the memory of digests is only read."""
    if not 1 <= words.days <= MOST_DAYS:
        raise SettingsError("wrong usage", f"--days {words.days}", f"give 1 to {MOST_DAYS} days", hint="See --help.")
    clock = parse_clock(words.at) if words.at else utc_now()
    scopes = seen_in_terminal(settings, scopes_of(words.scope))
    order = Order.of_days(words.days, clock, scopes, words.topic)
    with open_corpus(settings, "bot digest") as corpus:
        written = make_digester(settings, corpus).digest(order)
    if words.json:
        print_json(digest_to_json(written))
    else:
        print(digest_markdown(written))
    return 0


def reports(settings: BotSettings, _: Namespace) -> int:
    """Reports of wrong or missing quotes, one case per line; needs no index."""
    from bot.services.answers import AnswerService, cases

    with open_catalogue(settings) as catalogue:
        for case in cases(AnswerService(catalogue).all_reports(), catalogue):
            print_json(case, indent=None)
    return 0


def status(settings: BotSettings, words: Namespace) -> int:
    """Counts of questions and tokens; needs no index."""
    from bot.services.usage import report_lines

    with open_catalogue(settings) as catalogue:
        report = make_usage(settings, catalogue.database).report(utc_now())
    if words.json:
        print_json(report)
    else:
        print("\n".join(report_lines(report)))
    return 0


def chat(settings: BotSettings, _: Namespace) -> int:
    """Questions and answers until the end of input, while a thread indexes the backlog."""
    scopes = seen_in_terminal(settings, scopes_of("shared"))
    talking = sys.stdin.isatty()
    with open_corpus(settings, "bot chat") as corpus, _indexing(corpus.indexer):
        answerer = make_answerer(settings, corpus)
        if talking:
            print("Ask about AI news; an empty line or `exit` ends.")
        history: tuple[Turn, ...] = ()
        for text in _questions(talking):
            answer = answerer.answer(Question(text, utc_now(), history, scopes))
            print(_shown(answer), flush=True)
            history = (*history, *_turns(answer))[-HISTORY_TURNS:]
    return 0


def _questions(talking: bool) -> Iterator[str]:
    """Lines of stdin; on a terminal a word or an empty line ends it, in a pipe only the end of input."""
    while True:
        if talking:
            print("\n> ", end="", flush=True)
        line = sys.stdin.readline()
        if not line or (talking and line.strip().lower() in ENDING):
            return
        if line.strip():
            yield line.strip()


def _turns(answer: Answer) -> Iterator[Turn]:
    yield Turn("user", answer.question.text)
    yield Turn("assistant", answer.text)


@contextmanager
def _indexing(indexer: Indexer) -> Iterator[None]:
    """Index the backlog, including what other processes add to it, in a thread."""
    stop = threading.Event()
    work = (stop, lambda: indexer.run(stop=stop.is_set))
    thread = threading.Thread(target=repeat, args=work, name="indexing")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def seen_in_terminal(settings: BotSettings, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The terminal also shows the sample articles, until there is a Discord token."""
    return scopes if settings.discord_token.get_secret_value() else (*scopes, SAMPLE_SCOPE)


def discord_bot(settings: BotSettings, _: Namespace) -> int:
    """The Discord bot, until SIGTERM."""
    from bot.wiring.running import run_bot

    run_bot(settings)
    return 0


def doctor(settings: BotSettings, words: Namespace) -> int:
    """Exit code 1 where something is wrong; warnings alone are no failure."""
    from bot.discord.checkup import discord_findings
    from bot.monitoring.checks import State, local_findings

    model = make_model(settings)
    check = None if model is None else partial(_model_answers, model, settings.openai_timeout_s)
    findings = [*local_findings(settings, check), *discord_findings(settings)]
    if words.json:
        print_json({"checks": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            print(f"{finding.state.value:<8} {finding.check}: {finding.what}")
            if finding.hint:
                print(f"{'':<8} {finding.hint}")
    return int(any(finding.state is State.WRONG for finding in findings))


def _model_answers(model: LanguageModel, timeout_s: float) -> str:
    """The name under which the model answers something small."""
    asked = [Message("user", "Reply with the word yes.")]
    return model.complete(asked, schema=None, max_tokens=200, timeout_s=timeout_s).model
