"""What people wait for: added, shown, changed and removed. Knows no Discord."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.errors import AskersError
from bot.services.schema import watch_posts, watch_stories, watches
from bot.services.watch_rows import (
    FoundStory,
    StoryState,
    Watch,
    WatchOrder,
    WatchState,
    options_to_json,
    packed,
    restored,
    watch_of,
)
from bot.translation import _
from bot.watch.models import WATCH_CHARS, Kind
from bot.watch.phrases import phrases_of
from bot.watch.schedule import HISTORY
from ingest.catalogue import Catalogue
from ingest.clock import Clock, utc_now
from ingest.models import SHARED_SCOPE

MOST_OF_A_GUILD, MOST_OF_A_PERSON = 50, 10
_UNCONFIRMED = timedelta(days=1)
_UNLIKE = 20
"""How much a watch remembers as unwanted; the oldest goes first."""


class WatchService:
    """Used by /watch and by the buttons under what watches tell."""

    def __init__(self, catalogue: Catalogue, model: str, clock: Clock = utc_now) -> None:
        self._catalogue, self._database, self._model, self._clock = catalogue, catalogue.database, model, clock

    def propose(self, order: WatchOrder) -> Watch:
        """Store a watch that waits for being confirmed.

        Raises:
            AskersError: it has no words, or there are too many watches.
        """
        _check(order)
        values: dict[str, Any] = {
            "scope": order.scope, "owner_id": order.owner_id, "channel_id": str(order.channel_id),
            "kind": order.kind.value, "text": order.text, "options": options_to_json(order.options),
            "state": WatchState.PROPOSED.value, "why": "", "created_at": self._clock(),
        }  # fmt: skip
        with self._database.write(alone=False) as connection:
            _refuse_more(connection, order)
            row = connection.execute(insert(watches).values(values).returning(watches)).one()
        return watch_of(row)

    def confirm(self, watch_id: int) -> Watch | None:
        """Begin with a proposed watch; None if it is gone."""
        return self._changed(watch_id, WatchState.PROPOSED, state=WatchState.ACTIVE.value)

    def stop(self, watch_id: int, why: str) -> Watch | None:
        """A watch cannot be told any more; None if it was not active."""
        return self._changed(watch_id, WatchState.ACTIVE, state=WatchState.STOPPED.value, why=why)

    def remove(self, watch_id: int) -> None:
        """Delete a watch and what it found."""
        with self._database.write(alone=False) as connection:
            _delete(connection, watches.c.id == watch_id)

    def find(self, watch_id: int) -> Watch | None:
        with self._database.read() as connection:
            row = connection.execute(select(watches).where(watches.c.id == watch_id)).one_or_none()
        return None if row is None else watch_of(row)

    def of_guild(self, guild_id: int) -> Sequence[Watch]:
        """A guild's watches, oldest first."""
        return self._confirmed(watches.c.scope == str(guild_id))

    def of_person(self, owner_id: str) -> Sequence[Watch]:
        """A person's own, in direct messages, oldest first."""
        return self._confirmed((watches.c.scope == SHARED_SCOPE) & (watches.c.owner_id == owner_id))

    def active(self, ours: Callable[[int | None], bool]) -> Sequence[Watch]:
        """The active watches of this process's guilds; None stands for direct messages."""
        found = self._confirmed(watches.c.state == WatchState.ACTIVE.value)
        return [watch for watch in found if ours(watch.guild_id)]

    def told_lately(self, watch_id: int) -> int:
        """How many stories it told in the last 24 hours."""
        since = self._clock() - timedelta(days=1)
        told = (watch_stories.c.watch_id == watch_id) & (watch_stories.c.state == StoryState.TOLD.value)
        wanted = select(func.count()).select_from(watch_stories).where(told, watch_stories.c.found_at >= since)
        with self._database.read() as connection:
            return int(connection.execute(wanted).scalar_one())

    def story(self, story_id: int) -> FoundStory | None:
        """A story that was found; None once it is deleted or its article is gone."""
        with self._database.read() as connection:
            row = connection.execute(select(watch_stories).where(watch_stories.c.id == story_id)).one_or_none()
        if row is None or row.story is None:
            return None
        story = restored(self._catalogue, row.story)
        return None if story is None else FoundStory(row.id, row.watch_id, story, row.story["why"])

    def less_like(self, watch_id: int, vector: npt.NDArray[np.float32]) -> None:
        """Tell no more of what means nearly the same as this."""
        watch = self.find(watch_id)
        if watch is None:
            return
        before = watch.options.unlike if watch.options.model == self._model else ()
        changed = replace(watch.options, unlike=(*before, packed(vector))[-_UNLIKE:], model=self._model)
        self._changed(watch_id, watch.state, options=options_to_json(changed))

    def forget_person(self, owner_id: str) -> int:
        """Delete a person's own watches; returns how many."""
        with self._database.write(alone=False) as connection:
            return _delete(connection, (watches.c.scope == SHARED_SCOPE) & (watches.c.owner_id == owner_id))

    def tidy(self, now: datetime) -> None:
        """Delete what was never confirmed, and what was found longer ago than a watch looks back."""
        with self._database.write(alone=False) as connection:
            proposed = watches.c.state == WatchState.PROPOSED.value
            _delete(connection, proposed & (watches.c.created_at < now - _UNCONFIRMED))
            connection.execute(delete(watch_stories).where(watch_stories.c.found_at < now - 3 * HISTORY))
            connection.execute(delete(watch_posts).where(watch_posts.c.at < now - 3 * HISTORY))

    def _confirmed(self, which: ColumnElement[bool]) -> list[Watch]:
        kept = watches.c.state != WatchState.PROPOSED.value
        with self._database.read() as connection:
            rows = connection.execute(select(watches).where(which, kept).order_by(watches.c.id)).all()
        return [watch_of(row) for row in rows]

    def _changed(self, watch_id: int, was: WatchState, **values: Any) -> Watch | None:
        own = (watches.c.id == watch_id) & (watches.c.state == was.value)
        with self._database.write(alone=False) as connection:
            row = connection.execute(update(watches).where(own).values(values).returning(watches)).one_or_none()
        return None if row is None else watch_of(row)


def _check(order: WatchOrder) -> None:
    if order.kind is Kind.WORDS and not phrases_of(order.text):
        raise AskersError(
            _("cannot watch for"), order.text, _("it has no word"), hint=_("Like: OpenAI, GLM-5, open weights.")
        )
    if len(order.text) > WATCH_CHARS:
        why = _("it is longer than {n} characters").format(n=WATCH_CHARS)
        raise AskersError(_("cannot watch for"), order.text[:40], why, hint=_("Make two watches of it."))


def _refuse_more(connection: Connection, order: WatchOrder) -> None:
    own = watches.c.scope == order.scope
    most = MOST_OF_A_GUILD
    if order.scope == SHARED_SCOPE:
        own, most = own & (watches.c.owner_id == order.owner_id), MOST_OF_A_PERSON
    if connection.execute(select(func.count()).select_from(watches).where(own)).scalar_one() >= most:
        raise AskersError(
            _("cannot add"),
            _("another watch"),
            _("there are {most}").format(most=most),
            hint=_("Remove one with /watch remove."),
        )


def _delete(connection: Connection, which: ColumnElement[bool]) -> int:
    ids = list(connection.execute(delete(watches).where(which).returning(watches.c.id)).scalars())
    for table in (watch_stories, watch_posts):
        connection.execute(delete(table).where(table.c.watch_id.in_(ids)))
    return len(ids)
