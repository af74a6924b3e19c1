"""Small real services whose results can be worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from bot.answering.claims.checker import Check, Checked, ClaimVerdict
from bot.answering.models import Answer, Mode, Question, Quote, Statement
from bot.errors import AskersError
from bot.services import Services
from bot.services.answers import AnswerService
from bot.services.claims import ClaimService
from bot.services.first_questions import FirstQuestions
from bot.services.gaps import Gap, GapService
from bot.services.guilds import AlarmService, GuildService, GuildSettings
from bot.services.packs import PackService
from bot.services.postings import PostingService
from bot.services.question_counts import QuestionCounts
from bot.services.records import Delivery, Report, Tally, Verdict
from bot.services.retention import RetentionService
from bot.services.source_records import Allowance, CorpusStatus, ListedSource
from bot.services.sources import SourceService
from bot.services.usage import Spending, UsageService
from bot.services.watch_finder import WatchFinder
from bot.services.watch_posts import WatchPosts
from bot.services.watch_rows import Watch
from bot.services.watches import WatchService
from ingest.catalogue.alarms import Alarm
from ingest.catalogue.quotas import Limits, Usage
from ingest.errors import CatalogueError, FailureKind, FetchError
from ingest.reading.registry import Preview, Registered
from ingest.sources.models import SourceKind
from tests.bot.discord.fake_digests import DigestShelf, OneStory
from tests.bot.examples import ASKED_AT, CARD, abstention, answer, quote


class Judge:
    """Finds every message supported by its own words, but nothing on pancakes."""

    def __init__(self) -> None:
        self.read: list[Question] = []
        self.has_articles = True

    def check(self, message: Question) -> Check:
        self.read.append(message)
        if not self.has_articles:
            return Check((), 0, False, None)
        if "pancakes" in message.text:
            checked = Checked(message.text, ClaimVerdict.NOTHING_FOUND)
        else:
            checked = Checked(message.text, ClaimVerdict.SUPPORTED, quote(1, message.text))
        return Check((checked,), 0, False, CARD.published_at)


class Echo:
    """Answers every question by quoting it; "pancakes" is beyond it, "crash" is a bug, "slow" waits for `gate`."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.working = threading.Event()
        self.gate = threading.Event()
        self.has_articles = True

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer:
        self.asked.append(question)
        self.working.set()
        if "word by word" in question.text and so_far is not None:
            said = replace(answer(quote(1, "One.")), question=question, mode=Mode.MODEL)
            for n in (1, 2):
                so_far(replace(said, statements=tuple(Statement(f"Part {part}.", (1,)) for part in range(1, n + 1))))
            self.gate.wait(10)
        if "crash" in question.text:
            raise RuntimeError(f"secret words: {question.text}")
        if "slow" in question.text:
            self.gate.wait(10)
        if "pancakes" in question.text or not self.has_articles:
            nearest = (CARD,) if self.has_articles else ()
            newest = CARD.published_at if self.has_articles else None
            return replace(
                abstention("I found nothing about that.", *nearest), newest_article_at=newest, question=question
            )
        length = 30 if "long" in question.text else 1
        quotes = [quote(n, f"{n}: {question.text} " * length) for n in range(1, 5 if length > 1 else 2)]
        more = tuple(quote(n, f"{n}: more") for n in range(len(quotes) + 1, len(quotes) + 3))
        return replace(answer(*quotes), question=question, more=more)


@dataclass
class SourceList(SourceService):
    """Sources by scope, in a dictionary. `https://down.example` cannot be reached."""

    subscribed: dict[str, list[str]] = field(default_factory=dict)
    articles: int = 3

    def add(self, address: str, scope: str) -> list[Registered]:
        self._reach(address)
        own = self.subscribed.setdefault(scope, [])
        is_new = address not in own
        if is_new:
            own.append(address)
        return [Registered(address, SourceKind.FEED, is_new)]

    def find(self, address: str, scope: str) -> ListedSource:
        for source in self.list((scope,)):
            if source.address == address:
                return source
        raise AskersError("no such source", address, "it was never added", hint="See `/source list`.")

    def remove(self, source_id: int, scope: str) -> str:
        own = self.subscribed.get(scope, [])
        if source_id >= len(own):
            raise AskersError("no such source", "it", "it was never added", hint="See `/source list`.")
        return own.pop(source_id)

    def refresh(self, address: str, scope: str) -> str:
        return self.find(address, scope).address

    def import_list(self, opml: bytes, scope: str) -> list[Registered]:
        return [new for line in opml.decode().split() for new in self.add(line, scope)]

    def upload(self, name: str, body: bytes, scope: str) -> list[Registered]:
        return [Registered(f"/data/uploads/{scope}/0123/{name}", SourceKind.FILE, is_new=bool(body))]

    def export_list(self, scope: str) -> str:
        return "\n".join(self.subscribed.get(scope, []))

    def why(self, address: str, scopes: tuple[str, ...]) -> list[str]:
        return [f"{scope} stored: {address}" for scope in scopes]

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        return [
            ListedSource(n, address, f"Title of {address}", "feed", self.articles, "well", shared=scope == "shared")
            for scope in scopes
            for n, address in enumerate(self.subscribed.get(scope, []))
        ]

    def forget_person(self, scope: str) -> int:
        return len(self.subscribed.pop(scope, []))

    def standing(self, scopes: tuple[str, ...] | None = None) -> CorpusStatus:
        known = self.list(tuple(self.subscribed) if scopes is None else scopes)
        return CorpusStatus(len(known), 0, self.articles * len(known), CARD.published_at if known else None, 7)

    def allowance(self, scope: str) -> Allowance:
        own = len(self.subscribed.get(scope, []))
        return Allowance(Usage(own, self.articles * own, 2_500_000), Limits(100, 1000, 0))

    def test(self, address: str) -> Preview:
        self._reach(address)
        return Preview(address, SourceKind.FEED, "The Feed", ("First @everyone", "Second"))

    def _reach(self, address: str) -> None:
        if "down.example" in address:
            raise FetchError(FailureKind.DNS, "cannot read", address, "no such host", hint="Check the spelling.")


@dataclass
class Remembered(AnswerService):
    """Answers and reports in lists; an answer's quotes are those it had, until the articles are `hidden`."""

    answers: list[Answer] = field(default_factory=list)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    hidden: bool = False

    def keep(self, answer: Answer, asker_id: str, follows: int | None = None) -> int:
        self.answers.append(answer)
        number = len(self.answers)
        scope = answer.question.scopes[0]
        self.deliveries[number] = Delivery(number, scope, asker_id, (), len(answer.quotes), (), ASKED_AT, follows)
        return number

    def of_person(self, asker_id: str) -> tuple[int, datetime | None]:
        theirs = [delivery for delivery in self.deliveries.values() if delivery.asker_id == asker_id]
        return len(theirs), min((delivery.at for delivery in theirs), default=None)

    def forget_person(self, asker_id: str) -> int:
        theirs = [number for number, delivery in self.deliveries.items() if delivery.asker_id == asker_id]
        for number in theirs:
            del self.deliveries[number]
        return len(theirs)

    def sent(self, delivery_id: int, message_ids: Sequence[int]) -> None:
        self.deliveries[delivery_id] = replace(self.deliveries[delivery_id], message_ids=tuple(message_ids))

    def find(self, delivery_id: int) -> Delivery | None:
        return self.deliveries.get(delivery_id)

    def quotes(self, delivery: Delivery, scopes: tuple[str, ...]) -> Sequence[Quote]:
        answer = self.answers[delivery.id - 1]
        return [] if self.hidden else [*answer.quotes, *answer.more]

    def in_context(self, delivery: Delivery, n: int, scopes: tuple[str, ...]) -> Quote | None:
        found = next((one for one in self.quotes(delivery, scopes) if one.n == n), None)
        return found and replace(found, text=f"Before it. {found.text.strip()} After it.", highlight=None)

    def report(
        self, delivery: Delivery, kind: Verdict, question: str = "", answer: str = "", comment: str = ""
    ) -> None:
        self.reports.append(Report(kind, delivery.scope, ASKED_AT, question, answer, (), comment))

    def forget(self, delivery_id: int) -> None:
        del self.deliveries[delivery_id]


class GuildDictionary(GuildService):
    """Settings of guilds in a dictionary."""

    def __init__(self) -> None:
        self.known: dict[int, GuildSettings] = {}

    def settings(self, guild_id: int | None) -> GuildSettings:
        return GuildSettings() if guild_id is None else self.known.get(guild_id, GuildSettings())

    def scopes(self, guild_id: int | None, person_id: int | str | None = None) -> tuple[str, ...]:
        own = () if guild_id is None else (str(guild_id),)
        return (*own, "shared") if self.settings(guild_id).shared else own

    def change(self, guild_id: int, settings: GuildSettings) -> None:
        self.known[guild_id] = settings


@dataclass
class Claims(ClaimService):
    """What other processes are at."""

    held: set[str] = field(default_factory=set)

    def take(self, name: str) -> str | None:
        return None if name in self.held else name

    def give_back(self, token: str) -> None:
        pass


@dataclass
class HouseBook(RetentionService):
    """Comings and goings, in order."""

    entries: list[str] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    away: int = 0
    """How many more times the database does not answer."""

    def left(self, guild_id: int) -> None:
        self.entries.append(f"left {guild_id}")

    def joined(self, guild_id: int) -> None:
        self.entries.append(f"joined {guild_id}")

    def here(self, present: Container[int], ours: Callable[[int], bool]) -> None:
        if self.away:
            self.away -= 1
            raise CatalogueError("cannot use the catalogue", "postgresql://localhost", "it does not answer")
        self.entries += [f"gone {guild_id}" for guild_id in self.known if ours(guild_id) and guild_id not in present]

    def tidy(self) -> None:
        self.entries.append("tidied")


@dataclass
class AlarmList(AlarmService):
    """Alarms in a list, for every guild the same."""

    raised: list[Alarm] = field(default_factory=list)
    last: dict[int, int] = field(default_factory=dict)

    def listen(self, guild_id: int) -> None:
        self.last[guild_id] = max((alarm.id for alarm in self.raised), default=0)

    def waiting(self, guild_id: int) -> list[Alarm]:
        return [alarm for alarm in self.raised if alarm.id > self.last.get(guild_id, 0)]

    def mark_posted(self, guild_id: int, alarm_id: int) -> None:
        self.last[guild_id] = alarm_id


@dataclass
class HeldUp(WatchPosts):
    """Watches of which a message waits, by scope."""

    waiting: dict[str, set[int]] = field(default_factory=dict)

    def held_up(self, scope: str, now: datetime) -> set[int]:
        return self.waiting.get(scope, set())


class NoWatches(WatchService):
    """Nobody is told anything; `own` are a guild's."""

    def __init__(self) -> None:
        self.own: list[Watch] = []

    def of_guild(self, guild_id: int) -> Sequence[Watch]:
        return self.own

    def active(self, ours: Callable[[int | None], bool]) -> Sequence[Watch]:
        return ()

    def of_person(self, owner_id: str) -> Sequence[Watch]:
        return ()

    def forget_person(self, owner_id: str) -> int:
        return 0


class GapList(GapService):
    """Questions in a list, each for itself."""

    def __init__(self) -> None:
        self.questions: dict[int, list[str]] = {}

    def note(self, guild_id: int, question: str) -> None:
        self.questions.setdefault(guild_id, []).append(question)

    def of_guild(self, guild_id: int) -> Sequence[Gap]:
        return [Gap(n, question, 1, ASKED_AT) for n, question in enumerate(self.questions.get(guild_id, []))]

    def forget(self, guild_id: int) -> None:
        self.questions.pop(guild_id, None)


class ThreeQuestions(FirstQuestions):
    """Always the same."""

    def __init__(self) -> None:
        pass

    def of(self, scopes: tuple[str, ...]) -> list[str]:
        return ["What is new?", "What is old?", "What is next?"]


class NoPostings(PostingService):
    """No message tells an article but those in `articles`."""

    def __init__(self) -> None:
        self.articles: dict[int, tuple[str, ...]] = {}

    def note(self, message_id: int, scope: str, article_ids: Sequence[str]) -> None:
        self.articles[message_id] = tuple(article_ids)

    def about(self, message_ids: Iterable[int], scopes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(article for id_ in message_ids for article in self.articles.get(id_, ()))


class Notebook(dict[str, str]):
    """Notes in a dictionary."""

    def set(self, name: str, value: str) -> None:
        self[name] = value


class CountsOfToday(UsageService):
    """A guild that asked twice and used 1,200 of 2,000 tokens."""

    def __init__(self) -> None:
        self.model = ""

    def today(self, scope: str, day: date) -> Spending:
        return Spending(Tally(2, 0, 2, 1_000, 200), left=800)


@dataclass
class FakeServices:
    """All of them, and the bundle that the bot takes."""

    echo: Echo = field(default_factory=Echo)
    judge: Judge = field(default_factory=Judge)
    digests: OneStory = field(default_factory=OneStory)
    sources: SourceList = field(default_factory=SourceList)
    answers: Remembered = field(default_factory=Remembered)
    guilds: GuildDictionary = field(default_factory=GuildDictionary)
    retention: HouseBook = field(default_factory=HouseBook)
    notes: Notebook = field(default_factory=Notebook)
    alarms: AlarmList = field(default_factory=AlarmList)
    usage: CountsOfToday = field(default_factory=CountsOfToday)
    shelf: DigestShelf = field(default_factory=DigestShelf)
    claims: Claims = field(default_factory=Claims)
    watches: NoWatches = field(default_factory=NoWatches)
    watch_posts: HeldUp = field(default_factory=HeldUp)
    gaps: GapList = field(default_factory=GapList)
    postings: NoPostings = field(default_factory=NoPostings)
    question_counts: QuestionCounts | None = None

    @property
    def bundle(self) -> Services:
        return Services(
            answerer=self.echo,
            checker=self.judge,
            digester=self.digests,
            sources=self.sources,
            answers=self.answers,
            guilds=self.guilds,
            retention=self.retention,
            notes=self.notes,
            alarms=self.alarms,
            usage=self.usage,
            digests=self.shelf,
            claims=self.claims,
            watches=self.watches,
            watch_finder=WatchFinder.__new__(WatchFinder),  # not asked, since there are no watches
            watch_posts=self.watch_posts,
            postings=self.postings,
            gaps=self.gaps,
            packs=PackService(),
            first_questions=ThreeQuestions(),
            question_counts=self.question_counts,
        )
