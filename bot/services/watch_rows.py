"""Watches as rows of their tables: what somebody waits for, what was found, and the messages that tell it."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row

from bot.answering.links import quote_link
from bot.answering.models import Quote
from bot.digest.models import Label, Story
from bot.watch.models import Kind, Wanted
from bot.watch.schedule import Pace, Quiet
from ingest.catalogue import Catalogue
from ingest.models import SHARED_SCOPE

Json = dict[str, Any]
Matrix = npt.NDArray[np.float32]


class WatchState(StrEnum):
    """The state of a watch."""

    PROPOSED = "proposed"
    """Shown to who wants it, and not confirmed yet."""
    ACTIVE = "active"
    STOPPED = "stopped"
    """It cannot be told any more, and `why`."""


class StoryState(StrEnum):
    """What became of an item that a watch found."""

    WAITING = "waiting"
    TOLD = "told"
    JOINED = "joined"
    """It tells a story that was told."""
    KNOWN = "known"
    """It was there before the watch."""
    OVER = "over"
    """The watch had told as much as it may in a day."""
    UNWANTED = "unwanted"
    """It is like what was said to be unwanted."""


class PostState(StrEnum):
    """The state of a message that tells stories."""

    BEGUN = "begun"
    SENT = "sent"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    """Sent to Discord, but it cannot be known whether it arrived; it is not sent a second time."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a watch tells.

    Attributes:
        quiet: the first and the end of the quiet hours, in the guild's zone; None for none.
        role_id: the role that is pinged.
        most: how many stories in 24 hours.
        source_id: whose articles it posts, of a watch for a source.
        unlike: vectors (`packed`) of what is not wanted, made by `model`.
    """

    pace: str = Pace.AT_ONCE.value
    quiet: tuple[int, int] | None = None
    role_id: int | None = None
    most: int = 10
    source_id: int | None = None
    unlike: tuple[str, ...] = ()
    model: str = ""

    @property
    def quiet_hours(self) -> Quiet | None:
        return Quiet(*self.quiet) if self.quiet else None


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody waits for.

    Attributes:
        scope: the guild's id, or `shared` for a person's own in direct messages.
        owner_id: who made it.
        channel_id: where it tells: a channel, a thread, or the direct messages with its owner.
    """

    id: int
    scope: str
    owner_id: str
    channel_id: int
    kind: Kind
    text: str
    options: WatchOptions
    state: WatchState
    why: str
    created_at: datetime

    @property
    def guild_id(self) -> int | None:
        return None if self.scope == SHARED_SCOPE else int(self.scope)

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.id, self.kind, self.text)


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """A watch that somebody wants."""

    scope: str
    owner_id: str
    channel_id: int
    kind: Kind
    text: str
    options: WatchOptions = field(default_factory=WatchOptions)


@dataclass(frozen=True, slots=True)
class FoundStory:
    """A story that a watch tells; `why`: the words that were found, "" for a topic."""

    id: int
    watch_id: int
    story: Story
    why: str


@dataclass(frozen=True, slots=True)
class DuePost:
    """A message that this process has claimed.

    Attributes:
        sending_since: when an earlier attempt to send it began whose outcome is unknown; it may be in the channel.
        leased_until: the end of the lease; it also tells this claim from a later one.
        begun_at: when it was first to be sent.
    """

    id: int
    watch: Watch
    sending_since: datetime | None
    leased_until: datetime
    begun_at: datetime


_OPTIONS = frozenset(f.name for f in fields(WatchOptions))


def options_to_json(options: WatchOptions) -> Json:
    return asdict(options)


def watch_of(row: Row[Any]) -> Watch:
    known: Json = {n: tuple(v) if isinstance(v, list) else v for n, v in row.options.items() if n in _OPTIONS}
    return Watch(
        row.id, row.scope, row.owner_id, int(row.channel_id), Kind(row.kind), row.text, WatchOptions(**known),
        WatchState(row.state), row.why, row.created_at,
    )  # fmt: skip


def story_to_json(story: Story, why: str) -> Json:
    """Headline, and places of the quote; no text of an article but the headline's."""
    quote = story.quotes[0]
    place = [quote.article.id, quote.article.version, quote.start, quote.end]
    return {"title": story.title, "quote": place, "articles": [card.id for card in story.articles], "why": why}


def restored(catalogue: Catalogue, told: Json) -> Story | None:
    """The story with its quote cut from its article again; None if the article is gone."""
    article_id, version, start, end = told["quote"]
    article = catalogue.articles.show(article_id, version)
    if article is None:
        return None
    text = article.text[start:end]
    quote = Quote(1, text, start, end, article.card, quote_link(article.card.url, text))
    others = (catalogue.articles.show(other) for other in told["articles"] if other != article_id)
    cards = (article.card, *(other.card for other in others if other is not None))
    return Story(told["title"], Label.NEW, text, (quote,), cards, 0.0)


def packed(vector: Matrix) -> str:
    """A vector in half precision as text."""
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode("ascii")


def unpacked(vectors: tuple[str, ...]) -> Matrix:
    """(n, d) unit rows."""
    rows = [np.frombuffer(base64.b64decode(v), dtype=np.float16).astype(np.float32) for v in vectors]
    return np.stack(rows)
