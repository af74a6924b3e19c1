"""What the Discord side asks of the rest of the program, as protocols. Knows no Discord.

All of it is synchronous and may block; `bot.crossing` calls it from the event loop. What a call raises as a
`VerbatimError` is told to the person who asked; anything else is a bug and goes to the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from bot.answering.models import Answer, Question
from bot.digest.models import Digest

if TYPE_CHECKING:
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

    def digest(self, days: int, at: datetime, topic: str | None, scopes: tuple[str, ...]) -> Digest:
        """The stories of the `days` x 24 hours before `at`, of what `scopes` see; of one topic, if given.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source as a scope sees it.

    Attributes:
        kind: `feed` or `page` (shared ones may be files too).
        health: one phrase, "well" or what is wrong.
        shared: it comes with the bot: a guild cannot remove it.
    """

    address: str
    title: str
    kind: str
    articles: int
    health: str
    shared: bool


class SourceKeeping(Protocol):
    """Used by /source. Addresses were checked to be http(s) before; `starter` stands for the shipped list."""

    def add(self, address: str, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to what stands at an address.

        Raises:
            SourceError: it cannot be read, or is nothing that can be a source; nothing was registered.
        """
        ...

    def remove(self, address: str, scope: str) -> str:
        """Take a source away from `scope` and give its address back; its articles are hidden there at once.

        Raises:
            NotFoundError: `scope` has no such source.
        """
        ...

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        """The sources that any of `scopes` sees, with their health."""
        ...

    def test(self, address: str) -> Preview:
        """Read an address and change nothing.

        Raises:
            SourceError: it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the Discord side may call."""

    answering: Answering
    digests: Digesting
    sources: SourceKeeping
