"""Everything that `bot.discord` calls, over one corpus."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.answer_workers.answer_workers import AnswerWorkers
from bot.answering.answerer import Answerer
from bot.answering.claims.checker import Checker
from bot.desk.desk import Desk
from bot.digest.digester import Digester
from bot.services import Services
from bot.services.answers import AnswerService
from bot.services.claims import ClaimService
from bot.services.digests import DigestService
from bot.services.first_questions import FirstQuestions
from bot.services.gaps import GapService
from bot.services.guilds import AlarmService, GuildService
from bot.services.packs import PackService
from bot.services.postings import PostingService
from bot.services.question_counts import QuestionCounts
from bot.services.retention import RetentionService
from bot.services.sources import SourceService
from bot.services.uploads import UploadStore
from bot.services.usage import UsageService
from bot.services.watch_finder import WatchFinder
from bot.services.watch_posts import WatchPosts
from bot.services.watches import WatchService
from bot.settings import BotSettings, secrets_of
from bot.wiring.answer_workers import open_answer_workers
from bot.wiring.answering import make_answerer, make_digester, make_usage
from bot.wiring.courier import open_courier
from bot.wiring.desk import open_counter
from ingest.catalogue.database import Database
from ingest.reading.registry import Registry
from ingest.wiring import (
    Searchable,
    limits_of,
    open_documents,
    open_fetcher,
    open_with_remote_index,
    open_with_server_index,
)
from ingest.workers import keep_reading


@dataclass(frozen=True, slots=True)
class Parts:
    """The services that others are made of, over one corpus."""

    corpus: Searchable
    usage: UsageService
    answerer: Answerer
    digester: Digester
    digests: DigestService
    answers: AnswerService
    guilds: GuildService
    claims: ClaimService
    watches: WatchService
    watch_posts: WatchPosts
    postings: PostingService
    gaps: GapService
    uploads: UploadStore

    @classmethod
    def over(cls, settings: BotSettings, corpus: Searchable) -> Parts:
        catalogue, database = corpus.catalogue, corpus.catalogue.database
        usage = make_usage(settings, database)
        digester = make_digester(settings, corpus, usage)
        return cls(
            corpus=corpus,
            usage=usage,
            answerer=make_answerer(settings, corpus, usage),
            digester=digester,
            digests=DigestService(catalogue, digester, corpus.search.model),
            answers=AnswerService(catalogue),
            guilds=GuildService(database),
            claims=ClaimService(catalogue.leases),
            watches=WatchService(catalogue, corpus.search.model),
            watch_posts=WatchPosts(catalogue),
            postings=PostingService(database),
            gaps=GapService(database, corpus.search),
            uploads=UploadStore(settings.data_dir, catalogue),
        )

    @property
    def desk(self) -> Desk:
        return Desk(self.corpus.catalogue, self.corpus.search, self.answerer, self.digester, seen=self.guilds.seen)

    @property
    def retention(self) -> RetentionService:
        expiring = (self.watches, self.postings, self.gaps, self.uploads)
        database = self.corpus.catalogue.database
        return RetentionService(database, self.guilds, self.answers, self.usage, self.digests, others=expiring)


@contextmanager
def open_services(settings: BotSettings) -> Iterator[Services]:
    """Everything that `bot.discord` calls, with the ingest running beside it on the embedded index.

    Reading and embedding run in a child process, and so does the index: both would hold the GIL, and with it
    Discord's heartbeats and everybody's answers.

    Raises:
        VerbatimError: what `open_corpus` raises.
    """
    with ExitStack() as stack:
        corpus = stack.enter_context(_open_corpus(settings))
        fetcher = stack.enter_context(open_fetcher(settings))
        documents = stack.enter_context(open_documents(settings))
        parts = Parts.over(settings, corpus)
        stack.callback(parts.usage.write_what_is_left)
        stack.enter_context(parts.guilds.following())
        stack.enter_context(open_counter(settings, parts.desk))
        database = corpus.catalogue.database
        posting = open_courier(settings, database, parts.digests, parts.guilds, parts.watches, parts.watch_posts)
        stack.enter_context(stack.enter_context(posting).at_work())
        workers = stack.enter_context(open_answer_workers(settings, parts.answerer))
        yield _bundle(settings, parts, Registry(corpus.catalogue, fetcher, documents), workers)


def _bundle(settings: BotSettings, parts: Parts, registry: Registry, workers: AnswerWorkers | None) -> Services:
    catalogue, search = parts.corpus.catalogue, parts.corpus.search
    return Services(
        answerer=workers or parts.answerer,
        checker=Checker(catalogue, search),
        digester=parts.digester,
        sources=SourceService(
            registry, limits_of(settings), of_a_person=settings.person_max_sources, uploads=parts.uploads
        ),
        answers=parts.answers,
        guilds=parts.guilds,
        retention=parts.retention,
        notes=catalogue.facts,
        alarms=AlarmService(catalogue),
        usage=parts.usage,
        digests=parts.digests,
        claims=parts.claims,
        watches=parts.watches,
        watch_finder=WatchFinder(catalogue, search, parts.watches, parts.guilds, parts.claims),
        watch_posts=parts.watch_posts,
        postings=parts.postings,
        gaps=parts.gaps,
        packs=PackService(Path(settings.packs_file) if settings.packs_file else None),
        first_questions=FirstQuestions(catalogue, search, parts.answerer),
        question_counts=_question_counts(settings, catalogue.database),
        answers_at_once=workers.at_once if workers else None,
    )


def _question_counts(settings: BotSettings, database: Database) -> QuestionCounts | None:
    """What holds the limits of people and guilds in several processes; None for one, which counts in memory."""
    if not settings.is_one_of_several:
        return None
    return QuestionCounts(database, settings.user_questions_per_minute, settings.guild_questions_per_minute)


@contextmanager
def _open_corpus(settings: BotSettings) -> Iterator[Searchable]:
    """The corpus, and the ingest beside it; with a Chroma server, `python -m ingest run` is a process of its own."""
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
