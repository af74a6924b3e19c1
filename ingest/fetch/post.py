"""Sends a document to an address on the public web, once: the same guards as the fetcher's, and no redirects."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ingest.errors import FailureKind
from ingest.fetch.addresses import AllowList
from ingest.fetch.client import USER_AGENT
from ingest.fetch.connections import Connections
from ingest.fetch.failures import FAILURES, from_exception
from ingest.fetch.headers import Headers
from ingest.parse.urls import absolute_url

_MOST_READ = 2_000
"""Bytes of a response that are read: enough for the receiver's reason."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a request.

    Attributes:
        status: of the response; 0 if there was none.
        kind: why there was none; None if there was one.
        why: the same in words, without the address.
        may_have_arrived: there was no response, but some of the request was sent.
        retry_after_s: how long the receiver asks to wait, in seconds (Retry-After).
        said: the beginning of the response's body.
    """

    status: int = 0
    kind: FailureKind | None = None
    why: str = ""
    may_have_arrived: bool = False
    retry_after_s: float | None = None
    said: str = ""


class Poster:
    """Posts from any number of threads; each request has its own connection, so that none is repeated by itself.

    An address may be a secret, so nothing that this class says has more of one than its host.

    Args:
        allow_hosts, ssl_context: as for `Fetcher`.
        timeout_s: the longest time for one request: look-up, sending and response, in seconds.

    Raises:
        SettingsError: `allow_hosts` has an entry that is no host.
    """

    def __init__(
        self,
        *,
        allow_hosts: Iterable[str] = (),
        timeout_s: float = 15.0,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow = AllowList.parse(allow_hosts)
        self._timeout_s = timeout_s
        self._connections = Connections(self._allow, ssl_context, idle=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connections.close()

    def why_not(self, url: str) -> str:
        """Why nothing can be posted to an address; "" if it can. Unencrypted ones need an exception of the operator's.

        The address's host is looked up only when something is sent.
        """
        target = absolute_url(url)
        if target is None:
            return "this is not a readable https address"
        parts = urlsplit(target)
        if parts.username or parts.password:
            return "it has a user name in it"
        if parts.scheme != "https" and not self._allow.names(parts.hostname or "", parts.port or 80):
            return "it is not https"
        return ""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Send `body`. Never raises for what happens on the network."""
        target = absolute_url(url)
        if target is None or self.why_not(url):
            return Posted(kind=FailureKind.BAD_URL, why=self.why_not(url))
        sent = {
            "User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity",
            "Content-Length": str(len(body)), "Connection": "close", **headers,
        }  # fmt: skip
        watch = self._connections.stopwatch
        watch.start(self._timeout_s)
        try:
            with self._connections.stream("POST", target, sent, body) as response:
                answer = Headers(response.headers)
                said = _beginning(response.iter_stream()) if response.status >= 300 else b""
                text = said.decode("utf-8", "replace")
                return Posted(response.status, retry_after_s=answer.retry_after_s, said=text)
        except FAILURES as error:
            failure = from_exception(error, host_alone(target), timeout_s=self._timeout_s, max_bytes=_MOST_READ)
            return Posted(kind=failure.kind, why=failure.why, may_have_arrived=watch.wrote)


def host_alone(url: str) -> str:
    """An address without what may be secret in it: `https://hooks.example/…`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}/…"


def _beginning(parts: Iterable[bytes]) -> bytes:
    read = b""
    for part in parts:
        read += part
        if len(read) >= _MOST_READ:
            break
    return read[:_MOST_READ]
