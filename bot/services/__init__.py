"""Everything that Discord may ask of the rest of the program: one class per subject, with its tables. Knows no Discord.

All of it is synchronous and may block; `bot.discord.bridge` calls it from the event loop. A `VerbatimError` that a call
raises is shown to the person who asked; anything else is a bug and goes to the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.answering.claims.checker import Check
    from bot.answering.models import Answer, Question
    from bot.digest.models import Digest, Order
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
    from bot.services.usage import UsageService
    from bot.services.watch_finder import WatchFinder
    from bot.services.watch_posts import WatchPosts
    from bot.services.watches import WatchService


class Answering(Protocol):
    """Used by mentions, replies, direct messages and /ask."""

    def answer(self, question: Question, so_far: Callable[[Answer], None] | None = None) -> Answer:
        """Answer a question; if the language model fails, the answer is in quotes mode with a note, not an error.

        Args:
            so_far: called, from any thread, with what has passed the checks while the model is still writing.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


class Checking(Protocol):
    """Used by "Check this"."""

    def check(self, message: Question) -> Check:
        """Each claim of a message, with what the articles of its scopes say.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


class Digesting(Protocol):
    """Used by /digest. Reads the memory of earlier digests and never writes it."""

    def digest(self, order: Order) -> Digest:
        """The stories for an order.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        ...


class Notes(Protocol):
    """Named strings that survive a restart."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that `bot.discord` may call."""

    answerer: Answering
    checker: Checking
    digester: Digesting
    sources: SourceService
    answers: AnswerService
    guilds: GuildService
    retention: RetentionService
    notes: Notes
    alarms: AlarmService
    usage: UsageService
    digests: DigestService
    claims: ClaimService
    watches: WatchService
    watch_finder: WatchFinder
    watch_posts: WatchPosts
    postings: PostingService
    gaps: GapService
    packs: PackService
    first_questions: FirstQuestions
    question_counts: QuestionCounts | None = None
    """None where one process has all shards, which counts in memory."""
    answers_at_once: int | None = None
    """Answers under way at the same time beyond which more would only wait; None: as many as other calls."""
