"""The nouns of what the bot keeps (`bot.services`), as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class QuoteRef(NamedTuple):
    """Where a quote stands: code points `[start, end)` of a stored version of an article."""

    article_id: str
    version: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """An answer as the buttons under it know it: nothing that anybody wrote.

    Attributes:
        scope: the guild it was given in, or `shared` for direct messages.
        asker_id: who may delete it.
        quotes: those that were shown, then those that "more quotes" shows.
        shown: how many of them were shown.
        message_ids: the messages it stands on.
        follows: the answer that it goes on from, None where it goes on from none, or by a reply.
    """

    id: int
    scope: str
    asker_id: str
    quotes: tuple[QuoteRef, ...]
    shown: int
    message_ids: tuple[int, ...]
    at: datetime
    follows: int | None = None


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A scheduled digest that this process has taken on to post.

    Attributes:
        sending_since: when it was handed to Discord before without word of its arrival; it may stand in the channel.
        late: it was due some time ago.
    """

    id: int
    guild_id: int
    due_at: datetime
    sending_since: datetime | None
    late: bool


class Prospect(StrEnum):
    """What will become of a digest that could not be posted."""

    WAITS = "waits"
    GIVEN_UP = "given up"
    DOUBTFUL = "doubtful"
    """It may stand in the channel, so it is not posted again."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A scheduled digest that a guild did not get, or perhaps not, and why."""

    due_at: datetime
    why: str
    prospect: Prospect


class Verdict(StrEnum):
    """What a person said about an answer."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reported.

    Attributes:
        scope: the guild it comes from, or `shared`.
        question: what was asked; "" where the answer is said to be right.
        answer: the messages as they were shown; "" where it is right.
        quotes: those that were shown.
        comment: what the person wrote about it.
    """

    kind: Verdict
    scope: str
    at: datetime
    question: str
    answer: str
    quotes: tuple[QuoteRef, ...]
    comment: str


class Tally(NamedTuple):
    """What was asked, and what the language model cost.

    Attributes:
        questions: from Discord; the operator's own terminal is not counted.
        cached: those that were answered by an answer of the model that was remembered.
        answers: times the model was asked, for answers and digests, failures too.
    """

    questions: int = 0
    cached: int = 0
    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens
