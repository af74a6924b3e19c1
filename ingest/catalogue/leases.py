"""Leases: named locks that expire unless renewed, and holding them while work lasts."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from ingest.catalogue.database import Database
from ingest.catalogue.dialect import in_keys, insert_new
from ingest.catalogue.schema import leases
from ingest.errors import VerbatimError
from ingest.processes.identity import Process, this_process

LASTS = timedelta(seconds=60)
"""How long a lease lasts unless it is renewed. It has to expire if a worker on another machine was killed."""
LONGEST = timedelta(hours=1)
"""A lease that seems to last longer was written by a machine with a wrong clock."""

_OF_NAMES = select(leases).where(in_keys(leases.c.name, "names"))
_DELETE = delete(leases).where(in_keys(leases.c.name, "names"), in_keys(leases.c.token, "tokens"))
_TAKE = insert_new(leases).returning(leases.c.name)


class Leases:
    """The table of leases. Each holder has a token of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, names: Iterable[str], token: str, process: Process, now: datetime) -> set[str]:
        """Take a lease on each name that is free; return those names.

        A lease is void if it has expired, or if its process ran on this machine and is dead. What another worker is
        taking or renewing at this moment is held.
        """
        wanted = sorted(set(names))
        with self._database.write(alone=False) as connection:
            at_rest = _OF_NAMES.with_for_update(skip_locked=True)
            _delete_void(connection, connection.execute(at_rest, {"names": wanted}).all(), now)
            values = {"token": token, "process": asdict(process), "expires_at": now + LASTS}
            rows = [{"name": name} | values for name in wanted]
            return set(connection.execute(_TAKE, rows).scalars()) if rows else set()

    def prolong(self, token: str, now: datetime) -> None:
        """Renew everything that this token holds."""
        with self._database.write(alone=False) as connection:
            connection.execute(update(leases).where(leases.c.token == token).values(expires_at=now + LASTS))

    def give_back(self, token: str) -> None:
        """Free everything that this token holds."""
        with self._database.write(alone=False) as connection:
            connection.execute(delete(leases).where(leases.c.token == token))

    def holders(self, now: datetime) -> dict[str, Process]:
        """The holder of each name that is held at this time."""
        with self._database.write(alone=False) as connection:
            rows = connection.execute(select(leases)).all()
            void = _delete_void(connection, rows, now)
        return {row.name: Process(**row.process) for row in rows if row not in void}


def _delete_void(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Delete and return the void leases among these rows, including those that a wrong clock has made too long."""
    dead = {token for token in {row.token for row in rows} if _is_dead(token, rows)}
    void = [row for row in rows if not now < row.expires_at <= now + LONGEST or row.token in dead]
    if void:
        # By token too: another worker may hold the name by now.
        which = {"names": [row.name for row in void], "tokens": [row.token for row in void]}
        connection.execute(_DELETE, which)
    return void


def _is_dead(token: str, rows: Sequence[Row[Any]]) -> bool:
    """Whether the process that holds this token is known to be dead."""
    return Process(**next(row.process for row in rows if row.token == token)).is_dead


log = logging.getLogger(__name__)

PROLONGED_EVERY_S = 15.0
"""A quarter of a lease, so that a busy machine does not lose it, in seconds."""


class Leaseholder:
    """Takes leases on behalf of this process.

    Args:
        command: what this process runs; shown to users of waiting processes.
    """

    def __init__(self, leases: Leases, command: str, now: Callable[[], datetime]) -> None:
        self._leases = leases
        self._process = this_process(command)
        self._now = now

    @contextmanager
    def holding(self, names: Iterable[str]) -> Iterator[set[str]]:
        """Hold the names that are free, and yield them; they are released at the end of the `with` block."""
        token = uuid.uuid4().hex
        taken = self._leases.take(names, token, self._process, self._now())
        if not taken:
            yield taken
            return
        ended = threading.Event()
        thread = threading.Thread(target=self._prolong, args=(token, ended), name="leases", daemon=True)
        thread.start()
        try:
            yield taken
        finally:
            ended.set()
            thread.join()
            self._leases.give_back(token)

    def holders(self) -> dict[str, Process]:
        """The process that holds each name."""
        return self._leases.holders(self._now())

    def _prolong(self, token: str, ended: threading.Event) -> None:
        while not ended.wait(PROLONGED_EVERY_S):
            try:
                self._leases.prolong(token, self._now())
            except VerbatimError as error:  # the next renewal is soon enough
                log.warning("%s", error)
