"""The messages that tell what watches found: claimed in the database, each sent once. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.services.schema import watch_posts, watch_stories
from bot.services.watch_rows import DuePost, FoundStory, PostState, StoryState, Watch, restored
from ingest.catalogue import Catalogue

LEASE = timedelta(minutes=5)
"""How long a process may hold a message; sending takes seconds."""
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Before a message that could not be sent is tried again."""
TOGETHER = 10
"""Stories of one message; what is more comes in the next one."""


class WatchPosts:
    """Used by the delivery of watches.

    Stories that are due are given to a new message, in one transaction, and so to one process. If it dies, its lease
    runs out and another takes the message over. It is marked before it is sent to Discord, so that it is never sent
    again unchecked.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._database = catalogue, catalogue.database

    def due(self, now: datetime) -> set[int]:
        """The ids of the watches that have something to send now."""
        waits = (watch_stories.c.state == StoryState.WAITING.value) & (watch_stories.c.due_at <= now)
        free = (watch_posts.c.state == PostState.BEGUN.value) & (watch_posts.c.leased_until <= now)
        with self._database.read() as connection:
            stories = connection.execute(select(watch_stories.c.watch_id).where(waits).distinct()).scalars().all()
            posts = connection.execute(select(watch_posts.c.watch_id).where(free).distinct()).scalars().all()
            held_up = connection.execute(select(watch_posts.c.watch_id).where(_is_held_up(now))).scalars().all()
        return {*stories, *posts} - set(held_up)

    def held_up(self, scope: str, now: datetime) -> set[int]:
        """The ids of a scope's watches of which a message could not be sent and waits for the next try."""
        theirs = (watch_posts.c.scope == scope) & _is_held_up(now)
        with self._database.read() as connection:
            return set(connection.execute(select(watch_posts.c.watch_id).where(theirs)).scalars())

    def claim(self, watch: Watch, now: datetime, together: int = TOGETHER) -> DuePost | None:
        """A message of a watch that is to be sent now: a begun one that nobody holds, else one of what is due.

        Args:
            together: the most stories that it tells.
        """
        with self._database.read() as connection:
            held_up = select(watch_posts.c.id).where(watch_posts.c.watch_id == watch.id, _is_held_up(now)).limit(1)
            if connection.execute(held_up).first() is not None:
                return None
            if not (_has_due(connection, watch, now) or _has_begun(connection, watch, now)):
                return None
        with self._database.write(alone=False) as connection:
            return _taken_over(connection, watch, now) or _begun(connection, watch, now, together)

    def stories(self, post: DuePost) -> Sequence[FoundStory]:
        """What a message tells, in the order in which it was found, as far as its articles are there."""
        return self.told_in(post.id)

    def told_in(self, post_id: int) -> Sequence[FoundStory]:
        """The same of a message by its id."""
        wanted = select(watch_stories).where(watch_stories.c.post == post_id).order_by(watch_stories.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        found = ((row, restored(self._catalogue, row.story)) for row in rows)
        return [FoundStory(r.id, r.watch_id, story, r.story["why"]) for r, story in found if story is not None]

    def sending(self, post: DuePost, since: datetime) -> bool:
        """Record that sending begins, or began at `since`. False if another process has claimed it meanwhile."""
        return self._change_ours(post, sending_since=since)

    def sent(self, post: DuePost, now: datetime) -> None:
        """Record that Discord accepted it."""
        self._end(post, PostState.SENT, "", now)

    def put_off(self, post: DuePost, why: str, now: datetime) -> None:
        """Release it after a failure. The watch pauses until the next try, each time for as long as it has been tried:
        a minute at first, an hour at most."""
        pause = min(max(now - post.begun_at, SHORTEST_PAUSE), LONGEST_PAUSE)
        self._change_ours(post, leased_until=now + pause, why=why)

    def give_up(self, post: DuePost, why: str, now: datetime) -> None:
        """It cannot be sent."""
        self._end(post, PostState.FAILED, why, now)

    def doubt(self, post: DuePost, why: str, now: datetime) -> None:
        """It cannot be known whether it was posted; it will not be posted again."""
        self._end(post, PostState.DOUBTFUL, why, now)

    def _end(self, post: DuePost, state: PostState, why: str, now: datetime) -> None:
        with self._database.write(alone=False) as connection:
            own = watch_posts.c.id == post.id
            connection.execute(update(watch_posts).where(own).values(state=state.value, at=now, why=why))

    def _change_ours(self, post: DuePost, **values: Any) -> bool:
        ours = (watch_posts.c.state == PostState.BEGUN.value) & (watch_posts.c.leased_until == post.leased_until)
        with self._database.write(alone=False) as connection:
            changed = connection.execute(update(watch_posts).where(watch_posts.c.id == post.id, ours).values(values))
            return changed.rowcount == 1


def _is_held_up(now: datetime) -> Any:
    """Not taken over by a process, which knows no reason not to send it, but put off."""
    begun = (watch_posts.c.state == PostState.BEGUN.value) & (watch_posts.c.why != "")
    return begun & (watch_posts.c.leased_until > now)


def _is_due(watch: Watch, now: datetime) -> Any:
    waits = watch_stories.c.state == StoryState.WAITING.value
    return (watch_stories.c.watch_id == watch.id) & waits & (watch_stories.c.due_at <= now)


def _is_free(watch: Watch, now: datetime) -> Any:
    begun = (watch_posts.c.watch_id == watch.id) & (watch_posts.c.state == PostState.BEGUN.value)
    return begun & (watch_posts.c.leased_until <= now)


def _has_due(connection: Connection, watch: Watch, now: datetime) -> bool:
    return connection.execute(select(watch_stories.c.id).where(_is_due(watch, now)).limit(1)).first() is not None


def _has_begun(connection: Connection, watch: Watch, now: datetime) -> bool:
    return connection.execute(select(watch_posts.c.id).where(_is_free(watch, now)).limit(1)).first() is not None


def _taken_over(connection: Connection, watch: Watch, now: datetime) -> DuePost | None:
    """A begun message that nobody holds any more."""
    free = select(watch_posts.c.id).where(_is_free(watch, now)).order_by(watch_posts.c.id).limit(1)
    id_ = connection.execute(free).scalar()
    if id_ is None:
        return None
    taken = update(watch_posts).where(watch_posts.c.id == id_, _is_free(watch, now))
    row = connection.execute(taken.values(leased_until=now + LEASE, why="").returning(watch_posts)).one_or_none()
    return None if row is None else DuePost(row.id, watch, row.sending_since, row.leased_until, row.at)


def _begun(connection: Connection, watch: Watch, now: datetime, together: int) -> DuePost | None:
    """A new message of what is due; none if another process was quicker."""
    new = insert(watch_posts).values(
        watch_id=watch.id, scope=watch.scope, state=PostState.BEGUN.value, leased_until=now + LEASE, at=now, why=""
    )
    row = connection.execute(new.returning(watch_posts)).one()
    due = select(watch_stories.c.id).where(_is_due(watch, now)).order_by(watch_stories.c.id).limit(together)
    ids = list(connection.execute(due).scalars())
    mine = update(watch_stories).where(watch_stories.c.id.in_(ids), _is_due(watch, now))
    taken = connection.execute(mine.values(state=StoryState.TOLD.value, post=row.id)).rowcount if ids else 0
    if not taken:
        connection.execute(watch_posts.delete().where(watch_posts.c.id == row.id))
        return None
    return DuePost(row.id, watch, None, row.leased_until, row.at)
