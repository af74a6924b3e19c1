"""Which pages a site's robots.txt allows (RFC 9309)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from ingest.errors import FailureKind, FetchError
from ingest.fetch.client import Fetched
from ingest.parse.charset import decode
from ingest.parse.urls import absolute_url

ROBOT = "Verbatim"
"""The product token that a robots.txt can name."""
KEPT_S = 24 * 3600.0
"""How long rules are kept (RFC 9309, 2.4: a day at most)."""
RETRIED_S = 3600.0
"""How long a host whose robots.txt could not be reached is left alone."""
HOSTS_KEPT = 2_000

_EVERYTHING = Protego.parse("")
_NOTHING = Protego.parse("User-agent: *\nDisallow: /")
_NO_RULES = frozenset({FailureKind.NOT_FOUND, FailureKind.GONE, FailureKind.FORBIDDEN, FailureKind.CLIENT_ERROR})


@dataclass(frozen=True, slots=True)
class _Rules:
    protego: Protego
    until: float


class Robots:
    """The rules of many hosts, each downloaded once. Thread-safe.

    Args:
        fetch: downloads a robots.txt.
        clock: seconds, monotonic.
    """

    def __init__(self, fetch: Callable[[str], Fetched], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._rules: dict[str, _Rules] = {}

    def allow(self, address: str) -> bool:
        """Whether this page may be read."""
        robots = absolute_url("/robots.txt", address) or address
        known = self._rules.get(robots)
        if known is None or known.until <= self._clock():
            known = self._ask(robots)
            with self._lock:
                if len(self._rules) > HOSTS_KEPT:
                    self._rules.clear()
                self._rules[robots] = known
        return known.protego.can_fetch(address, ROBOT)

    def _ask(self, robots: str) -> _Rules:
        """RFC 9309, 2.3.1: no file means no rules; an unreachable server is left alone for a while."""
        try:
            fetched = self._fetch(robots)
        except FetchError as error:
            if error.kind in _NO_RULES:
                return _Rules(_EVERYTHING, self._clock() + KEPT_S)
            return _Rules(_NOTHING, self._clock() + RETRIED_S)
        return _Rules(Protego.parse(decode(fetched.body, fetched.content_type)), self._clock() + KEPT_S)
