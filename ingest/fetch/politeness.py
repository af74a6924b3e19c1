"""Manners towards web servers: one request at a time a host, and robots.txt for pages.

A feed is published to be polled, so robots.txt is asked for pages only (RFC 9309; Google and Feedly treat feeds alike).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from protego import Protego

from ingest.errors import FailureKind, FetchError
from ingest.fetch.client import Fetcher
from ingest.fetch.failures import failed
from ingest.fetch.models import Fetched
from ingest.parse.charset import decode
from ingest.parse.urls import absolute_url, host_of

ROBOT = "Verbatim"
"""The product token that a robots.txt can name."""
KEPT_S = 24 * 3600.0
"""How long rules are kept (RFC 9309, 2.4: a day at most)."""
RETRIED_S = 3600.0
"""How long a host is left alone whose robots.txt could not be reached."""
HOSTS_KEPT = 2_000

_EVERYTHING = Protego.parse("")
_NOTHING = Protego.parse("User-agent: *\nDisallow: /")
_NO_RULES = frozenset({FailureKind.NOT_FOUND, FailureKind.GONE, FailureKind.FORBIDDEN, FailureKind.CLIENT_ERROR})


@dataclass(frozen=True, slots=True)
class _Rules:
    protego: Protego
    until: float


class PoliteFetcher:
    """A fetcher with manners. Thread-safe; owns nothing: close the fetcher itself.

    Args:
        per_host: requests at the same time to one host.
        clock: seconds, monotonic.
    """

    def __init__(self, fetcher: Fetcher, *, per_host: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._per_host = per_host
        self._clock = clock
        self._lock = threading.Lock()
        self._one_is_done = threading.Condition(self._lock)
        self._under_way: Counter[str] = Counter()
        self._rules: dict[str, _Rules] = {}

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """What `Fetcher.fetch` does, when it is this host's turn."""
        with self._turn(host_of(url)):
            return self._fetcher.fetch(url, etag=etag, last_modified=last_modified)

    def fetch_page(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """The same for a page: only where robots.txt lets us.

        Raises:
            FetchError: ROBOTS where it does not; else as `Fetcher.fetch`.
        """
        address = absolute_url(url)
        if address is not None and not self._rules_of(address).can_fetch(address, ROBOT):
            raise failed(FailureKind.ROBOTS, url, "its robots.txt asks not to be read")
        return self.fetch(url, etag=etag, last_modified=last_modified)

    @contextmanager
    def _turn(self, host: str) -> Iterator[None]:
        with self._lock:
            self._one_is_done.wait_for(lambda: self._under_way[host] < self._per_host)
            self._under_way[host] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[host] -= 1
                if not self._under_way[host]:
                    del self._under_way[host]
                self._one_is_done.notify_all()

    def _rules_of(self, address: str) -> Protego:
        robots = absolute_url("/robots.txt", address) or address
        known = self._rules.get(robots)
        if known is None or known.until <= self._clock():
            known = self._ask(robots)
            with self._lock:
                if len(self._rules) > HOSTS_KEPT:
                    self._rules.clear()
                self._rules[robots] = known
        return known.protego

    def _ask(self, robots: str) -> _Rules:
        """RFC 9309, 2.3.1: no file means no rules; a server that cannot be reached is left alone for a while."""
        try:
            fetched = self.fetch(robots)
        except FetchError as error:
            if error.kind in _NO_RULES:
                return _Rules(_EVERYTHING, self._clock() + KEPT_S)
            return _Rules(_NOTHING, self._clock() + RETRIED_S)
        return _Rules(Protego.parse(decode(fetched.body, fetched.content_type)), self._clock() + KEPT_S)
