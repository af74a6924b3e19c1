"""Downloads a document over HTTP(S), politely and within bounds.

`fetch` is `normalise the address | request | follow redirects | refuse non-documents | read the body`.
Proxy settings of the environment are ignored: this process could not check where a proxy connects to.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from ingest.errors import FailureKind
from ingest.fetch.addresses import AllowList
from ingest.fetch.body import read_body
from ingest.fetch.connections import Connections
from ingest.fetch.failures import FAILURES, failed, from_exception, from_status
from ingest.fetch.headers import Headers
from ingest.parse.urls import absolute_url


@dataclass(frozen=True, slots=True)
class Fetched:
    """A usable response: 200, or 304 to a conditional request.

    Attributes:
        url: where the body came from, after every redirect.
        permanent_url: the new address when every redirect was permanent (301, 308), else None.
        content_type: the header's value with its parameters, lower case; "" when there was none.
        body: decompressed; empty when `not_modified`.
        etag, last_modified: to send next time; if a 304 has none, those that were sent.
        max_age_s: how long the server says the response stays fresh, in seconds (Cache-Control).
        retry_after_s: how long the server asks to wait, in seconds (Retry-After).
    """

    url: str
    permanent_url: str | None
    status: int
    not_modified: bool
    content_type: str
    body: bytes
    etag: str | None
    last_modified: str | None
    max_age_s: float | None
    retry_after_s: float | None


USER_AGENT = "Verbatim/0.1 (news reader; quotes its sources)"
ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, text/html, application/xhtml+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/pdf;q=0.8, text/plain;q=0.7, */*;q=0.5"
)
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_WITH_DOCUMENT = frozenset({200, 203})
_NO_DOCUMENT = ("audio/", "video/", "image/", "font/")
_IDLE_CONNECTIONS = 32


class Fetcher:
    """Connections for any number of threads.

    Args:
        allow_hosts: exceptions to "only the public web": host, host:port or CIDR.
        timeout_s: the longest time for one fetch: look-up, redirects and body included, in seconds.
        max_bytes: the largest body, received or decompressed.
        max_redirects: how many are followed.
        ssl_context: what is trusted; by default the system's and certifi's authorities.

    Raises:
        SettingsError: `allow_hosts` has an entry that is no host.
    """

    def __init__(
        self,
        *,
        allow_hosts: Iterable[str] = (),
        timeout_s: float = 30.0,
        max_bytes: int = 20_000_000,
        max_redirects: int = 10,
        user_agent: str = USER_AGENT,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        self._user_agent = user_agent
        self._connections = Connections(AllowList.parse(allow_hosts), ssl_context, idle=_IDLE_CONNECTIONS)
        self._stopwatch = self._connections.stopwatch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._connections.close()

    def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = ACCEPT
    ) -> Fetched:
        """Download `url`, or learn that it has not changed since the response with `etag` or `last_modified`.

        Raises:
            FetchError: its `kind` is always set; `retry_after_s` is set if the server named a time.
        """
        start = absolute_url(url)
        if start is None:
            raise failed(FailureKind.BAD_URL, url, "this is not a readable http or https address")
        headers = {"User-Agent": self._user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate"}
        headers |= _conditions(etag, last_modified)
        self._stopwatch.start(self._timeout_s)
        return self._follow(start, headers)

    def _follow(self, start: str, headers: dict[str, str]) -> Fetched:
        """Request `start` and follow its redirects here, not in the connection pool, so that each hop is checked."""
        seen, url, permanent = {start}, start, True
        while True:
            status, answer, body = self._request(url, headers)
            if status not in _REDIRECTS:
                return _fetched(url, status, answer, body, headers, moved=permanent and url != start)
            url = _target(url, answer)
            permanent = permanent and status in _PERMANENT
            if url in seen:
                raise failed(FailureKind.TOO_MANY_REDIRECTS, start, f"it redirects in a circle, through {url}")
            if len(seen) > self._max_redirects:
                raise failed(FailureKind.TOO_MANY_REDIRECTS, start, f"more than {self._max_redirects} redirects")
            seen.add(url)

    def _request(self, url: str, headers: dict[str, str]) -> tuple[int, Headers, bytes]:
        """One request and its response; the body is read only if it is a document."""
        while True:
            self._stopwatch.opened = False
            try:
                return self._exchange(url, headers)
            except FAILURES as error:
                failure = from_exception(error, url, timeout_s=self._timeout_s, max_bytes=self._max_bytes)
                # An idle connection that the server has closed says nothing about the server: take the next one,
                # in the end a new one (RFC 9112, 9.3.1).
                if self._stopwatch.opened or failure.kind is not FailureKind.RESET:
                    raise failure from error

    def _exchange(self, url: str, headers: dict[str, str]) -> tuple[int, Headers, bytes]:
        with self._connections.stream("GET", url, headers) as response:
            answer = Headers(response.headers)
            if response.status not in _WITH_DOCUMENT:
                return response.status, answer, b""
            if answer.content_type.startswith(_NO_DOCUMENT):
                raise failed(FailureKind.WRONG_TYPE, url, f"it is {answer.content_type}, not a document")
            if answer.content_length > self._max_bytes:
                raise failed(FailureKind.TOO_LARGE, url, f"it has {answer.content_length:,} bytes")
            body = read_body(response.iter_stream(), answer.get("content-encoding") or "", self._max_bytes)
            return response.status, answer, body


def _fetched(url: str, status: int, answer: Headers, body: bytes, sent: dict[str, str], *, moved: bool) -> Fetched:
    conditional = "If-None-Match" in sent or "If-Modified-Since" in sent
    if status not in _WITH_DOCUMENT and not (status == 304 and conditional):
        raise from_status(status, url, answer.retry_after_s)
    unchanged = status == 304
    return Fetched(
        url=url,
        permanent_url=url if moved else None,
        status=status,
        not_modified=unchanged,
        content_type=answer.content_type,
        body=body,
        etag=answer.get("etag") or (sent.get("If-None-Match") if unchanged else None),
        last_modified=answer.get("last-modified") or (sent.get("If-Modified-Since") if unchanged else None),
        max_age_s=answer.max_age_s,
        retry_after_s=answer.retry_after_s,
    )


def _target(url: str, answer: Headers) -> str:
    location = answer.get("location")
    target = absolute_url(location, url) if location else None
    if target is None:
        raise failed(FailureKind.BAD_REDIRECT, url, f"it redirects to {location or 'nowhere'}, which cannot be read")
    return target


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Headers of a conditional request (RFC 9110, 13.1); values that are invalid in a header are not sent."""
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in wanted.items() if value and value.isascii() and value.isprintable()}
