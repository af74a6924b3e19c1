"""The connections of a client: made by `network.py`, pooled by httpcore, opened when needed."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager

import certifi
import httpcore
from url import URL

from ingest.fetch.addresses import AllowList
from ingest.fetch.network import GuardedBackend, Stopwatch

_IDLE_S = 15.0


class Connections:
    """Guarded connections for any number of threads.

    Args:
        ssl_context: what is trusted; None for the system's and certifi's authorities.
        idle: how many connections are kept for the next request; 0: each request opens its own.
    """

    def __init__(self, allow: AllowList, ssl_context: ssl.SSLContext | None, *, idle: int) -> None:
        self.stopwatch = Stopwatch()
        self._backend = GuardedBackend(allow, self.stopwatch)
        self._ssl_context, self._idle = ssl_context, idle
        self._pools: dict[str, httpcore.ConnectionPool] = {}
        self._lock = threading.Lock()

    def stream(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> AbstractContextManager[httpcore.Response]:
        """Send one request and give its response, whose body is read inside the `with` block; follows no redirect."""
        target = URL.parse(url)
        sent = [("Host", _host_header(target)), *headers.items()]
        return self._pool(target.scheme).stream(method, _for_httpcore(target), headers=sent, content=content)

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()

    def _pool(self, scheme: str) -> httpcore.ConnectionPool:
        """Created when needed: loading the trusted certificates takes 3 MB and 20 ms."""
        with self._lock:
            if scheme not in self._pools:
                self._pools[scheme] = httpcore.ConnectionPool(
                    ssl_context=(self._ssl_context or _trusted()) if scheme == "https" else None,
                    max_connections=None,
                    max_keepalive_connections=self._idle,
                    keepalive_expiry=_IDLE_S,
                    network_backend=self._backend,
                )
            return self._pools[scheme]


def _host_header(url: URL) -> str:
    return f"{url.host_str}:{url.port}" if url.port else str(url.host_str)


def _for_httpcore(url: URL) -> httpcore.URL:
    """httpcore parses strings differently from the WHATWG standard, so it is given the checked parts."""
    return httpcore.URL(
        scheme=url.scheme.encode(),
        host=(url.host_str or "").strip("[]").encode(),
        port=url.port,
        target=(url.path + (f"?{url.query}" if url.query else "")).encode(),
    )


def _trusted() -> ssl.SSLContext:
    """The system's certificate authorities (SSL_CERT_FILE is honoured), or certifi's if there are none.

    Raises:
        ssl.SSLError: they cannot be loaded; retrying would not help.
    """
    context, bundle = ssl.create_default_context(), certifi.where()
    try:
        context.load_verify_locations(bundle)
    except OSError as error:
        why = f"the certificate authorities of {bundle} cannot be loaded: {error.strerror}"
        raise ssl.SSLError(error.errno, why) from error
    return context
