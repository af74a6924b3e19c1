"""What the Discord side asks of the rest of the program, as protocols. Knows no Discord.

All of it is synchronous and may block; `bot.discord.bridge` calls it from the event loop. What a call raises as a
`VerbatimError` is told to the person who asked; anything else is a bug and goes to the log.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from bot.answering.models import Answer, Question, Quote
from bot.digest.models import Digest, Order
from bot.services.records import Delivery, DueDigest, Undelivered, Verdict

if TYPE_CHECKING:
    from bot.services.corpus_status import Allowance, CorpusStatus, ListedSource
    from bot.services.guilds import GuildSettings
    from bot.services.usage import Spending
    from ingest.corpus.catalogue.alarms import Alarm
    from ingest.registry import Preview, Registered


class Answering(Protocol):
    """Used by mentions, replies, direct messages and /ask."""

    def answer(self, question: Question) -> Answer:
        """Answer a question; a failing language model ends in quotes mode with a note, not in an error.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


class Digesting(Protocol):
    """Used by /digest. Reads the memory of earlier digests and never writes it."""

    def digest(self, order: Order) -> Digest:
        """The stories that were ordered.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


class DigestKeeping(Protocol):
    """Used by /digest, by the buttons under digests, and by what posts them on time. Keeps each for 90 days."""

    def keep(self, digest: Digest, scope: str, *, private: bool) -> int:
        """Note a digest that is about to be shown; its id goes into the buttons.

        `private`: to one person alone, so that its guild was not told.
        """
        ...

    def find(self, digest_id: int, scopes: tuple[str, ...]) -> Digest | None:
        """A digest, without what none of `scopes` sees any more; None when it is forgotten."""
        ...

    def claim(self, guild_id: int, settings: GuildSettings, now: datetime) -> DueDigest | None:
        """Take on the digest that is due to a guild; None where none is, or where it is done or in other hands."""
        ...

    def write(self, due: DueDigest, scopes: tuple[str, ...], topics: tuple[str, ...]) -> Digest:
        """The digest, written down before it is sent: the same one, however often it is begun.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...

    def sending(self, due: DueDigest, now: datetime) -> None:
        """It is about to be handed to Discord."""
        ...

    def sent(self, due: DueDigest, now: datetime) -> None: ...

    def put_off(self, due: DueDigest, why: str, now: datetime) -> None:
        """It did not work this time; it may be claimed again at once."""
        ...

    def give_up(self, due: DueDigest, why: str, now: datetime) -> bool:
        """It will not be posted. Whether that is news: not where the one before failed for the same reason."""
        ...

    def doubt(self, due: DueDigest, why: str, now: datetime) -> None:
        """Whether it was posted cannot be known; it will not be posted again."""
        ...

    def undelivered(self, guild_id: int) -> Undelivered | None:
        """The last scheduled digest, if something is wrong with it."""
        ...


class SourceKeeping(Protocol):
    """Used by /source. Addresses were checked to be http(s) before; `starter` stands for the shipped list."""

    def add(self, address: str, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to what stands at an address.

        Raises:
            SourceError: it cannot be read, or is nothing that can be a source; nothing was registered.
        """
        ...

    def find(self, address: str, scope: str) -> ListedSource:
        """The source of `scope` itself at this address.

        Raises:
            AskersError: `scope` has no such source.
        """
        ...

    def remove(self, source_id: int, scope: str) -> str:
        """Take a source away from `scope` and give its address back; its articles are hidden there at once.

        Raises:
            AskersError: `scope` has no such source any more.
        """
        ...

    def refresh(self, address: str, scope: str) -> str:
        """Read a source of `scope` as soon as possible, whole; gives its address back.

        Raises:
            AskersError: `scope` has no such source.
        """
        ...

    def import_list(self, opml: bytes, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to the feeds of an OPML document that have web addresses.

        Raises:
            AskersError: it is no OPML, or has no such feed.
        """
        ...

    def export_list(self, scope: str) -> str:
        """The feeds of `scope` itself, as an OPML document."""
        ...

    def why(self, address: str, scopes: tuple[str, ...]) -> Sequence[str]:
        """What became of an article, a line a stage, as far as the sources of `scopes` have to do with it.

        Raises:
            AskersError: they never yielded it.
        """
        ...

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        """The sources that any of `scopes` sees, with their health."""
        ...

    def standing(self, scopes: tuple[str, ...] | None = None) -> CorpusStatus:
        """How the sources of `scopes` (None: of all) are doing."""
        ...

    def allowance(self, scope: str) -> Allowance:
        """What the sources of `scope` itself take, and what they may."""
        ...

    def test(self, address: str) -> Preview:
        """Read an address and change nothing.

        Raises:
            SourceError: it cannot be read.
        """
        ...


class AnswerKeeping(Protocol):
    """Used by the buttons under answers. Keeps ids and offsets, for 90 days, and never a question."""

    def keep(self, answer: Answer, asker_id: str, follows: int | None = None) -> int:
        """Note an answer that is about to be sent; its id goes into the buttons. `follows`: the one it goes on from."""
        ...

    def sent(self, delivery_id: int, message_ids: Sequence[int]) -> None:
        """Note the messages that the answer stands on."""
        ...

    def find(self, delivery_id: int) -> Delivery | None:
        """The answer as it was noted; None when it is forgotten."""
        ...

    def quotes(self, delivery: Delivery, scopes: tuple[str, ...]) -> Sequence[Quote]:
        """Its quotes, numbered as they were; without those whose article none of `scopes` sees any more."""
        ...

    def report(
        self, delivery: Delivery, kind: Verdict, question: str = "", answer: str = "", comment: str = ""
    ) -> None:
        """Keep what a person said about it."""
        ...

    def forget(self, delivery_id: int) -> None: ...


class GuildKeeping(Protocol):
    """The settings of guilds. Reading may be done in the event loop."""

    def settings(self, guild_id: int | None) -> GuildSettings:
        """What holds in a guild; in direct messages (None) the defaults."""
        ...

    def scopes(self, guild_id: int | None) -> tuple[str, ...]:
        """What a guild sees."""
        ...

    def change(self, guild_id: int, settings: GuildSettings) -> None:
        """Write settings down; the only thing here that blocks."""
        ...


class AlarmKeeping(Protocol):
    """Used by the alarm bell: what happened to the sources of a guild, each told once."""

    def listen(self, guild_id: int) -> None:
        """The guild wants to hear of what happens from now on."""
        ...

    def waiting(self, guild_id: int) -> Sequence[Alarm]:
        """What it has not heard yet, oldest first."""
        ...

    def told(self, guild_id: int, alarm_id: int) -> None:
        """It has heard all up to this one."""
        ...


class Housekeeping(Protocol):
    """Told when the bot comes to a guild and goes; forgets in time."""

    def left(self, guild_id: int) -> None:
        """The bot is not on this guild any more; 30 days later all that belongs to it is deleted."""
        ...

    def joined(self, guild_id: int) -> None:
        """The bot is on this guild (again)."""
        ...

    def here(self, present: Container[int], ours: Callable[[int], bool]) -> None:
        """Note as left what is known, `ours` (of this process's shards) and not `present`: nobody told at that time."""
        ...

    def tidy(self) -> None:
        """Delete what has been kept long enough."""
        ...


class UsageTelling(Protocol):
    """Used by /status."""

    def today(self, scope: str, day: date) -> Spending:
        """What a scope asked on a UTC day, what that cost, and what is left of its budget."""
        ...


class Notes(Protocol):
    """Single strings that outlive the process, by name."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the Discord side may call."""

    answering: Answering
    digests: Digesting
    sources: SourceKeeping
    answers: AnswerKeeping
    guilds: GuildKeeping
    housekeeping: Housekeeping
    notes: Notes
    alarms: AlarmKeeping
    usage: UsageTelling
    digest_keeping: DigestKeeping
