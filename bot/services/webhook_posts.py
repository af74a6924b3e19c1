"""The messages to webhooks: one row for each thing told, claimed in the database. Knows no network."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, select, update

from bot.services.schema import watch_posts, webhook_posts
from bot.services.webhook_rows import DueHookPost, HookPostState, Webhook
from ingest.catalogue.conflicts import insert_new
from ingest.catalogue.database import Database
from ingest.clock import format_utc

LEASE = timedelta(minutes=5)
"""How long a process may hold a message; a digest that a language model writes takes a minute."""
_DIGEST = "digest "


class WebhookPosts:
    """Used by who posts to webhooks.

    A message is one row for its webhook and what it tells. The process that claims it posts it; if that dies, its
    lease runs out and another takes over. It is marked before it is sent, so that who takes over knows that it may have
    arrived, and its id stays the same.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, hook: Webhook, now: datetime) -> None:
        """Write the rows of what is due for a webhook and has none yet."""
        rows: list[dict[str, Any]] = []
        if (due_at := hook.timetable.last_due(now)) and not self._has(hook, subject := _DIGEST + format_utc(due_at)):
            rows.append(_row(hook, now, subject=subject))
        rows += [_row(hook, now, subject=f"watch {n}", watch_post=n) for n in self._untold(hook)]
        if rows:
            with self._database.write(alone=False) as connection:
                for row in rows:
                    connection.execute(insert_new(webhook_posts).values(row))

    def claim(self, hook: Webhook, now: datetime) -> DueHookPost | None:
        """The oldest message of a webhook that waits and that nobody holds."""
        free = (webhook_posts.c.state == HookPostState.BEGUN.value) & (webhook_posts.c.leased_until <= now)
        wanted = select(webhook_posts.c.id).where(webhook_posts.c.webhook_id == hook.id, free)
        with self._database.read() as connection:
            id_ = connection.execute(wanted.order_by(webhook_posts.c.id).limit(1)).scalar()
        if id_ is None:
            return None
        taken = update(webhook_posts).where(webhook_posts.c.id == id_, free).values(leased_until=now + LEASE)
        with self._database.write(alone=False) as connection:
            row = connection.execute(taken.returning(webhook_posts)).one_or_none()
        return None if row is None else _due(row, hook)

    def has_digest(self, post: DueHookPost, digest_id: int) -> bool:
        """Record which digest it tells; False if another process has claimed it meanwhile."""
        return self._change_ours(post, digest_id=digest_id)

    def sending(self, post: DueHookPost, now: datetime) -> bool:
        """Record that sending begins: from now on it may have arrived. False if another process has claimed it."""
        return self._change_ours(post, sending_since=now)

    def put_off(self, post: DueHookPost, why: str, until: datetime, *, failed: bool = True) -> None:
        """It did not arrive, and is tried again; `failed`: it was sent."""
        self._change_ours(post, leased_until=until, why=why, attempts=post.attempts + failed, sending_since=None)

    def end(self, post: DueHookPost, state: HookPostState, why: str = "") -> None:
        """It arrived, cannot be sent, or nobody knows."""
        self._change_ours(post, state=state.value, why=why)

    def _has(self, hook: Webhook, subject: str) -> bool:
        own = (webhook_posts.c.webhook_id == hook.id) & (webhook_posts.c.subject == subject)
        with self._database.read() as connection:
            return connection.execute(select(webhook_posts.c.id).where(own)).first() is not None

    def _untold(self, hook: Webhook) -> list[int]:
        """The messages of its guild's watches since it was added that it has not got."""
        if not hook.options.watches:
            return []
        told = exists().where(
            (webhook_posts.c.webhook_id == hook.id) & (webhook_posts.c.watch_post == watch_posts.c.id)
        )
        mine: ColumnElement[bool] = (watch_posts.c.scope == hook.scope) & (watch_posts.c.at >= hook.created_at)
        with self._database.read() as connection:
            wanted = select(watch_posts.c.id).where(mine, ~told).order_by(watch_posts.c.id)
            return list(connection.execute(wanted).scalars())

    def _change_ours(self, post: DueHookPost, **values: Any) -> bool:
        """Change it unless another process has claimed or ended it; returns whether it was changed."""
        begun = webhook_posts.c.state == HookPostState.BEGUN.value
        ours = begun & (webhook_posts.c.leased_until == post.leased_until)
        with self._database.write(alone=False) as connection:
            changed = connection.execute(
                update(webhook_posts).where(webhook_posts.c.id == post.id, ours).values(values)
            )
            return changed.rowcount == 1


def _row(hook: Webhook, now: datetime, *, subject: str, watch_post: int | None = None) -> dict[str, Any]:
    return {
        "webhook_id": hook.id, "scope": hook.scope, "subject": subject, "message_id": f"msg_{uuid.uuid4().hex}",
        "watch_post": watch_post, "state": HookPostState.BEGUN.value, "leased_until": now, "attempts": 0, "at": now,
        "why": "",
    }  # fmt: skip


def _due(row: Row[Any], hook: Webhook) -> DueHookPost:
    due_at = row.subject.removeprefix(_DIGEST) if row.subject.startswith(_DIGEST) else None
    return DueHookPost(
        row.id, hook, row.message_id, datetime.fromisoformat(due_at) if due_at else None, row.digest_id,
        row.watch_post, row.sending_since, row.attempts, row.at, row.leased_until,
    )  # fmt: skip
