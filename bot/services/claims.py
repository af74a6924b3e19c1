"""Work of which one process at a time is in charge: registering commands, posting a guild's alarms. Knows no Discord.

Claims are leases of the catalogue: that of a process which died on this machine is void at once, of another after a
minute.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from ingest.clock import Clock, utc_now
from ingest.processes.identity import this_process

if TYPE_CHECKING:
    from ingest.catalogue.leases import Leases


class ClaimService:
    """The claims of this process. Safe in threads."""

    def __init__(self, leases: Leases, clock: Clock = utc_now) -> None:
        self._leases, self._clock, self._process = leases, clock, this_process("bot")

    def take(self, name: str) -> str | None:
        """Claim a piece of work: what gives it back; None if somebody is at it."""
        token = uuid.uuid4().hex
        return token if self._leases.take([name], token, self._process, self._clock()) else None

    def give_back(self, token: str) -> None:
        """Let others claim it."""
        self._leases.give_back(token)
