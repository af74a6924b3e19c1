"""Who is at work on what: names that one worker at a time holds, for a short time that it has to prolong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import JSON, Connection, bindparam, delete, func, insert, select, update

from ingest.corpus.database import Database
from ingest.corpus.processes import Process
from ingest.corpus.schema import leases

LASTS = timedelta(seconds=60)
"""How long a lease holds that nobody prolongs: what a worker of another machine leaves behind when it is killed."""
LONGEST = timedelta(hours=1)
"""No lease is so long, however much the clocks of two machines differ."""

# All names in one parameter: a thousand rows of parameters take longer than the statement.
_NAMES = func.json_each(bindparam("names", type_=JSON)).table_valued("value")
_OURS = [bindparam(name, type_=leases.c[name].type) for name in ("token", "process", "expires_at")]
_TAKE = insert(leases).from_select(["name", "token", "process", "expires_at"], select(_NAMES.c.value, *_OURS))


class Leases:
    """The table of leases. A worker is known by its token, which no other one has."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, names: Iterable[str], token: str, process: Process, now: datetime) -> set[str]:
        """Take those of the names that nobody holds.

        A lease is void that has run out, or whose process was one of this machine and is dead.
        """
        with self._database.write() as connection:
            held = _live(connection, now)
            taken = {name for name in names if name not in held}
            if taken:
                values = {"token": token, "process": asdict(process), "expires_at": now + LASTS}
                connection.execute(_TAKE, {"names": sorted(taken), **values})
        return taken

    def prolong(self, token: str, now: datetime) -> None:
        """All that this worker holds is its own for as long again."""
        with self._database.write() as connection:
            connection.execute(update(leases).where(leases.c.token == token).values(expires_at=now + LASTS))

    def give_back(self, token: str) -> None:
        """All that this worker holds is free."""
        with self._database.write() as connection:
            connection.execute(delete(leases).where(leases.c.token == token))

    def holders(self, now: datetime) -> dict[str, Process]:
        """Who holds what at this time, by name."""
        with self._database.write() as connection:
            return _live(connection, now)


def _live(connection: Connection, now: datetime) -> dict[str, Process]:
    """The leases that hold; the void ones are deleted, also those that a wrong clock has made too long."""
    rows = connection.execute(select(leases)).all()
    processes = {row.token: Process(**row.process) for row in rows}
    dead = {token for token, process in processes.items() if process.is_dead}
    void = {row.name for row in rows if not now < row.expires_at <= now + LONGEST or row.token in dead}
    if void:
        connection.execute(delete(leases).where(leases.c.name.in_(void)))
    return {row.name: processes[row.token] for row in rows if row.name not in void}
