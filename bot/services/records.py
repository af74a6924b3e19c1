"""What the bot stores (`bot.services`), as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class QuoteRef(NamedTuple):
    """The place of a quote: code points `[start, end)` of a stored version of an article."""

    article_id: str
    version: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the buttons under an answer need; no text that anybody wrote.

    Attributes:
        scope: the guild it was given in, or `shared` for direct messages.
        asker_id: who may delete it.
        quotes: those shown, then those that "More quotes" shows.
        shown: how many of them were shown.
        message_ids: the messages of the answer.
        follows: the answer that it follows up by button; None otherwise.
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
    """A scheduled digest that this process has claimed.

    Attributes:
        sending_since: when an earlier attempt to send it began whose outcome is unknown; it may be in the channel.
        late: it was due a while ago.
        leased_until: the end of the lease; it also tells this claim from a later one.
    """

    id: int
    guild_id: int
    due_at: datetime
    sending_since: datetime | None
    late: bool
    leased_until: datetime


class Prospect(StrEnum):
    """What happens next to a digest that was not posted."""

    WAITS = "waits"
    GIVEN_UP = "given up"
    DOUBTFUL = "doubtful"
    """It may be in the channel, so it is not posted again."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A scheduled digest that a guild did not get, or may not have got, and why."""

    due_at: datetime
    why: str
    prospect: Prospect


class Verdict(StrEnum):
    """A user's opinion of an answer."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Report:
    """A user's report about an answer.

    Attributes:
        scope: the guild it comes from, or `shared`.
        question: what was asked; "" if the answer is said to be right.
        answer: the messages as they were shown; "" if it is said to be right.
        quotes: those that were shown.
        comment: the user's own words about it.
    """

    kind: Verdict
    scope: str
    at: datetime
    question: str
    answer: str
    quotes: tuple[QuoteRef, ...]
    comment: str


class Tally(NamedTuple):
    """Counts of questions and of the language model's tokens.

    Attributes:
        questions: from Discord; the operator's own terminal is not counted.
        cached: questions answered from the cache of the model's answers.
        answers: requests to the model, for answers and digests, including failures.
    """

    questions: int = 0
    cached: int = 0
    answers: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens
