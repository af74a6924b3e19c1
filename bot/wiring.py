"""The composition root of the bot: the corpus, the services over it, and the ingest beside it."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering.answerer import Answerer, Headlines
from bot.answering.claims.checker import Checker
from bot.answering.composing.answer_cache import ModelGate
from bot.answering.models import Question, Quote, Window
from bot.desk.desk import Desk
from bot.desk.way import Way
from bot.llm.budget import Budget, Ledger
from bot.llm.language_model import LanguageModel
from bot.services import Services
from bot.settings import BotSettings, secrets_of
from ingest.clock import utc_now
from ingest.wiring import (
    Searchable,
    limits_of,
    open_corpus,
    open_documents,
    open_fetcher,
    open_poster,
    open_with_remote_index,
    open_with_server_index,
)

if TYPE_CHECKING:
    from bot.digest.digester import Digester
    from bot.monitoring.metrics import Levels
    from bot.services.digests import DigestService
    from bot.services.guilds import GuildService
    from bot.services.question_counts import QuestionCounts
    from bot.services.usage import UsageService
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService
    from bot.webhooks.courier import Courier
    from ingest.catalogue.database import Database


def make_answerer(settings: BotSettings, corpus: Searchable, ledger: Ledger | None = None) -> Answerer:
    """Answers over an open corpus, with the language model that the settings name, if any.

    `ledger` counts the model's tokens and enforces the guilds' budgets; the operator's own terminal has none.
    """
    return Answerer(
        corpus.catalogue,
        corpus.search,
        make_model(settings),
        settings.openai_timeout_s,
        settings.model_max_tokens,
        timedelta(days=settings.evidence_old_days),
        ModelGate(Budget(ledger, settings.model_tokens_per_day) if ledger else None),
        _headlines(corpus),
    )


def _headlines(corpus: Searchable) -> Headlines:
    """A function that gives the newest stories; the digest code is imported on its first call."""
    teller: list[Headlines] = []

    def tell(question: Question, window: Window | None) -> Sequence[Quote]:
        if not teller:
            from bot.digest import newest_stories
            from bot.digest.digester import Digester
            from bot.services.answers import AnswerService

            last_asked = AnswerService(corpus.catalogue).last_asked
            teller.append(newest_stories.Headlines(Digester(corpus.catalogue, corpus.search), last_asked))
        return teller[0](question, window)

    return tell


def make_digester(settings: BotSettings, corpus: Searchable, ledger: Ledger | None = None) -> Digester:
    """Digests over an open corpus, with the same language model and, given a ledger, out of the same budgets."""
    from bot.digest.digester import Digester
    from bot.services.digest_rows import DigestArchive

    budget = Budget(ledger, settings.model_tokens_per_day) if ledger else None
    archive = DigestArchive(corpus.catalogue.database, corpus.search.model)
    model, timeout_s = make_model(settings), settings.openai_timeout_s
    return Digester(corpus.catalogue, corpus.search, model, timeout_s, archive, budget)


def make_model(settings: BotSettings) -> LanguageModel | None:
    """The language model, or None for quotes mode."""
    if not settings.has_language_model:
        return None
    from bot.llm.openai_model import OpenAIModel

    return OpenAIModel(
        model=settings.openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        responses=settings.openai_api == "responses",
    )


def make_usage(settings: BotSettings, database: Database) -> UsageService:
    """The counts of questions and tokens."""
    from bot.services.usage import UsageService

    model = settings.openai_model if settings.has_language_model else ""
    return UsageService(database, model, settings.model_tokens_per_day)


@contextmanager
def open_services(settings: BotSettings) -> Iterator[Services]:
    """Everything that `bot.discord` calls, with the ingest running beside it on the embedded index.

    Reading and embedding run in a child process, and so does the index: both would hold the GIL, and with it
    Discord's heartbeats and everybody's answers.

    Raises:
        VerbatimError: what `open_corpus` raises.
    """
    from bot.services.answers import AnswerService
    from bot.services.claims import ClaimService
    from bot.services.digests import DigestService
    from bot.services.first_questions import FirstQuestions
    from bot.services.gaps import GapService
    from bot.services.guilds import AlarmService, GuildService
    from bot.services.packs import PackService
    from bot.services.postings import PostingService
    from bot.services.retention import RetentionService
    from bot.services.sources import SourceService
    from bot.services.uploads import UploadStore
    from bot.services.watch_finder import WatchFinder
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService
    from ingest.reading.registry import Registry

    with ExitStack() as stack:
        corpus = stack.enter_context(_open_corpus(settings))
        fetcher = stack.enter_context(open_fetcher(settings))
        documents = stack.enter_context(open_documents(settings))
        catalogue, database = corpus.catalogue, corpus.catalogue.database
        usage, answers, guilds = make_usage(settings, database), AnswerService(catalogue), GuildService(database)
        stack.callback(usage.write_what_is_left)
        stack.enter_context(guilds.following())
        digester = make_digester(settings, corpus, usage)
        digests = DigestService(catalogue, digester, corpus.search.model)
        answerer = make_answerer(settings, corpus, usage)
        stack.enter_context(_counter(settings, Desk(catalogue, corpus.search, answerer, digester, seen=guilds.seen)))
        claims, watches = ClaimService(catalogue.leases), WatchService(catalogue, corpus.search.model)
        uploads = UploadStore(settings.data_dir, catalogue)
        postings, gaps = PostingService(database), GapService(database, corpus.search)
        expiring = (watches, postings, gaps, uploads)
        watch_posts = WatchPosts(catalogue)
        courier = _courier(settings, database, digests, guilds, watches, watch_posts)
        stack.enter_context(stack.enter_context(courier).at_work())
        yield Services(
            answerer=answerer,
            checker=Checker(catalogue, corpus.search),
            digester=digester,
            sources=SourceService(
                Registry(catalogue, fetcher, documents),
                limits_of(settings),
                of_a_person=settings.person_max_sources,
                uploads=uploads,
            ),
            answers=answers,
            guilds=guilds,
            retention=RetentionService(database, guilds, answers, usage, digests, others=expiring),
            notes=catalogue.facts,
            alarms=AlarmService(catalogue),
            usage=usage,
            digests=digests,
            claims=claims,
            watches=watches,
            watch_finder=WatchFinder(catalogue, corpus.search, watches, guilds, claims),
            watch_posts=watch_posts,
            postings=postings,
            gaps=gaps,
            packs=PackService(Path(settings.packs_file) if settings.packs_file else None),
            first_questions=FirstQuestions(catalogue, corpus.search, answerer),
            question_counts=_question_counts(settings, database),
        )


@contextmanager
def _counter(settings: BotSettings, desk: Desk) -> Iterator[None]:
    """Serves other processes while this one owns the embedded index; with a Chroma server they open it themselves."""
    if settings.chroma_url:
        yield
        return
    from bot.desk.counter import Counter

    with closing(Counter(desk, settings.data_dir)):
        yield


def make_way(settings: BotSettings, command: str) -> Way:
    """The way of another program's requests: to the process that owns the index, or to a corpus opened here."""
    from bot.services.guilds import GuildService

    @contextmanager
    def open_desk() -> Iterator[Desk]:
        opened = open_with_server_index(settings) if settings.chroma_url else open_corpus(settings, command)
        with opened as corpus:
            usage = make_usage(settings, corpus.catalogue.database)
            answerer, digester = make_answerer(settings, corpus, usage), make_digester(settings, corpus, usage)
            seen = GuildService(corpus.catalogue.database).seen_now
            desk = Desk(corpus.catalogue, corpus.search, answerer, digester, seen=seen)
            with _counter(settings, desk):
                yield desk
            usage.write_what_is_left()

    return Way(settings.data_dir, open_desk, alone=bool(settings.chroma_url))


@contextmanager
def make_courier(settings: BotSettings, corpus: Searchable) -> Iterator[Courier]:
    """Who posts to webhooks, over an open corpus, where no bot runs."""
    from bot.services.digests import DigestService
    from bot.services.guilds import GuildService
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService

    catalogue, model = corpus.catalogue, corpus.search.model
    digests = DigestService(catalogue, make_digester(settings, corpus, make_usage(settings, catalogue.database)), model)
    guilds, watches = GuildService(catalogue.database), WatchService(catalogue, model)
    with _courier(settings, catalogue.database, digests, guilds, watches, WatchPosts(catalogue)) as courier:
        yield courier


@contextmanager
def _courier(
    settings: BotSettings,
    database: Database,
    digests: DigestService,
    guilds: GuildService,
    watches: WatchService,
    watch_posts: WatchPosts,
) -> Iterator[Courier]:
    from bot.services.webhook_posts import WebhookPosts
    from bot.services.webhooks import WebhookService
    from bot.webhooks.courier import Courier

    with open_poster(settings) as poster:
        hooks, posts = WebhookService(database), WebhookPosts(database)
        yield Courier(hooks, posts, digests, guilds, watches, watch_posts, poster)


def _question_counts(settings: BotSettings, database: Database) -> QuestionCounts | None:
    """What holds the limits of people and guilds in several processes; None for one, which counts in memory."""
    if not settings.is_one_of_several:
        return None
    from bot.services.question_counts import QuestionCounts

    return QuestionCounts(database, settings.user_questions_per_minute, settings.guild_questions_per_minute)


@contextmanager
def _open_corpus(settings: BotSettings) -> Iterator[Searchable]:
    """The corpus, and the ingest beside it; with a Chroma server, `python -m ingest run` is a process of its own."""
    from ingest.workers import keep_reading

    if settings.chroma_url:
        with open_with_server_index(settings) as searchable:
            yield searchable
    else:
        secrets = secrets_of(settings)
        with (
            open_with_remote_index(settings, "bot", secrets) as searchable,
            closing(keep_reading(settings, searchable.search.model, secrets)),
        ):
            yield searchable


def _levels(services: Services, data_dir: Path) -> Levels:
    """What the services can count."""
    from bot.monitoring.metrics import Levels

    now, corpus = utc_now(), services.sources.standing()
    used = services.usage.on(now.date())
    newest = corpus.newest_article_at
    return Levels(
        sources={"ok": corpus.sources - corpus.failing, "failing": corpus.failing},
        articles=corpus.articles,
        backlog=corpus.backlog,
        backlog_age_s=(now - corpus.waiting_since).total_seconds() if corpus.waiting_since else 0.0,
        newest_article_age_s=None if newest is None else (now - newest).total_seconds(),
        tokens={"prompt": used.prompt_tokens, "completion": used.completion_tokens},
        digests_late=services.digests.late(),
        disk_free_bytes=shutil.disk_usage(data_dir).free if data_dir.exists() else None,
    )


def run_bot(settings: BotSettings) -> None:
    """Run the Discord bot until SIGTERM.

    Raises:
        SettingsError: the token is missing or was refused, or other processes could not use this one's index.
    """
    from bot.discord.running import require_token, run_discord
    from bot.monitoring.json_log import log_as_json
    from bot.monitoring.metrics import MeasuredAnswerer, Metrics

    require_token(settings)
    settings.require_shared_index()
    logging.getLogger("bot").setLevel(logging.INFO)
    if settings.log_format == "json":
        log_as_json()
    with open_services(settings) as services:
        metrics = Metrics(partial(_levels, services, settings.data_dir))
        measured = replace(services, answerer=MeasuredAnswerer(services.answerer, metrics))
        left_at_work = run_discord(settings, measured, metrics)
    if left_at_work:  # all is closed; a normal exit would stop these threads inside libraries that cannot take it
        logging.shutdown()
        os._exit(0)
