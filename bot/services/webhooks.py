"""Webhooks: added, shown, stopped and removed. Knows no network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.services.schema import guilds, webhook_posts, webhooks
from bot.services.webhook_rows import HookOrder, HookPostState, HookState, Webhook, options_to_json, webhook_of
from ingest.catalogue.database import Database
from ingest.clock import Clock, utc_now
from ingest.errors import SettingsError
from ingest.models import SHARED_SCOPE

MOST = 20
"""Webhooks of one scope."""
KEPT = timedelta(days=90)
"""How long it is remembered what was sent."""
_TROUBLE = (HookPostState.FAILED.value, HookPostState.DOUBTFUL.value)


class WebhookService:
    """Used by `python -m bot webhooks`, and by who posts."""

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock

    def add(self, order: HookOrder) -> Webhook:
        """Store a webhook; it gets what falls due from now on.

        Raises:
            SettingsError: the scope has this address already, or too many.
        """
        values: dict[str, Any] = {
            "scope": order.scope, "kind": order.kind.value, "address": order.address, "secret": order.secret,
            "options": options_to_json(order.options), "state": HookState.ACTIVE.value, "why": "",
            "created_at": self._clock(),
        }  # fmt: skip
        with self._database.write(alone=False) as connection:
            _refuse(connection, order)
            row = connection.execute(insert(webhooks).values(values).returning(webhooks)).one()
        return webhook_of(row)

    def all(self) -> Sequence[Webhook]:
        """Oldest first."""
        return self._found(webhooks.c.id > 0)

    def active(self) -> Sequence[Webhook]:
        """Those that are posted to; none of a guild that the bot has left."""
        gone = select(guilds.c.id).where(guilds.c.left_at.is_not(None))
        return self._found((webhooks.c.state == HookState.ACTIVE.value) & webhooks.c.scope.not_in(gone))

    def find(self, hook_id: int) -> Webhook | None:
        return next(iter(self._found(webhooks.c.id == hook_id)), None)

    def stop(self, hook_id: int, why: str) -> None:
        """Post nothing to it any more, because its address is gone."""
        with self._database.write(alone=False) as connection:
            own = update(webhooks).where(webhooks.c.id == hook_id)
            connection.execute(own.values(state=HookState.STOPPED.value, why=why))

    def remove(self, hook_id: int) -> bool:
        """Delete a webhook with its messages; returns whether it was there."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(webhook_posts).where(webhook_posts.c.webhook_id == hook_id))
            return connection.execute(delete(webhooks).where(webhooks.c.id == hook_id)).rowcount > 0

    def trouble(self, hook_id: int) -> str:
        """What went wrong with its last message, or keeps it waiting; "" if nothing did."""
        wanted = select(webhook_posts.c.state, webhook_posts.c.why).where(webhook_posts.c.webhook_id == hook_id)
        with self._database.read() as connection:
            last = connection.execute(wanted.order_by(webhook_posts.c.id.desc()).limit(1)).one_or_none()
        if last is None or not last.why:
            return ""
        return f"{'not sent' if last.state in _TROUBLE else 'waits'}: {last.why}"

    def tidy(self, now: datetime) -> None:
        """Forget what was sent long ago."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(webhook_posts).where(webhook_posts.c.at < now - KEPT))

    def _found(self, which: ColumnElement[bool]) -> list[Webhook]:
        with self._database.read() as connection:
            rows = connection.execute(select(webhooks).where(which).order_by(webhooks.c.id)).all()
        return [webhook_of(row) for row in rows]


def _refuse(connection: Connection, order: HookOrder) -> None:
    own = select(func.count()).select_from(webhooks).where(webhooks.c.scope == order.scope)
    if connection.execute(own.where(webhooks.c.address == order.address)).scalar_one():
        raise SettingsError("cannot add", "this webhook", "it is there already", hint="See `bot webhooks list`.")
    if connection.execute(own).scalar_one() >= MOST:
        why = f"there are {MOST}"
        raise SettingsError("cannot add", "another webhook", why, hint="Remove one with `bot webhooks remove`.")
    if order.options.watches and order.scope == SHARED_SCOPE:
        why = "watches outside of servers are people's own"
        raise SettingsError("wrong usage", "--watches", why, hint="Name a Discord server with --scope.")
