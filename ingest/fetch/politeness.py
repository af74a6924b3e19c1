"""Politeness towards web servers: one request at a time per host, and robots.txt for pages.

Feeds are published to be polled, so robots.txt is checked for pages only (RFC 9309; Google and Feedly do the same).
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from ingest.errors import FailureKind
from ingest.fetch.client import Fetched, Fetcher
from ingest.fetch.failures import failed
from ingest.parse.urls import absolute_url, host_of

if TYPE_CHECKING:
    from ingest.fetch.robots import Robots


class PoliteFetcher:
    """A polite fetcher. Thread-safe. It does not own `fetcher`, which the caller closes.

    Args:
        per_host: concurrent requests to one host.
        clock: seconds, monotonic.
    """

    def __init__(self, fetcher: Fetcher, *, per_host: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._per_host = per_host
        self._clock = clock
        self._lock = threading.Lock()
        self._one_is_done = threading.Condition(self._lock)
        self._under_way: Counter[str] = Counter()

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """`Fetcher.fetch`, after waiting for this host's turn."""
        with self._turn(host_of(url)):
            return self._fetcher.fetch(url, etag=etag, last_modified=last_modified)

    def fetch_page(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """The same for a page, if robots.txt allows it.

        Raises:
            FetchError: ROBOTS if it does not; else as `Fetcher.fetch`.
        """
        address = absolute_url(url)
        if address is not None and not self._robots.allow(address):
            raise failed(FailureKind.ROBOTS, url, "its robots.txt asks not to be read")
        return self.fetch(url, etag=etag, last_modified=last_modified)

    @cached_property
    def _robots(self) -> Robots:
        from ingest.fetch.robots import Robots  # its parser is needed only for pages

        return Robots(self.fetch, self._clock)

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
