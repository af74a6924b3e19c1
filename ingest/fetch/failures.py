"""Maps every way a download can fail to a `FetchError` with a kind and a message that an operator can act on."""

from __future__ import annotations

import socket
import ssl

import httpcore

from ingest.errors import FailureKind, FetchError
from ingest.fetch.body import BadEncodingError, TooLargeError
from ingest.fetch.network import AddressRefusedError, ConnectionFailedError
from ingest.sources.advice import ADVICE

# The first match counts, so subclasses come before their bases.
_KINDS: tuple[tuple[type[Exception], FailureKind], ...] = (
    (AddressRefusedError, FailureKind.ADDRESS_REFUSED),
    (ConnectionFailedError, FailureKind.CONNECT),
    (TooLargeError, FailureKind.TOO_LARGE),
    (BadEncodingError, FailureKind.BAD_RESPONSE),
    (httpcore.TimeoutException, FailureKind.TIMEOUT),
    (httpcore.ConnectError, FailureKind.CONNECT),
    (httpcore.NetworkError, FailureKind.RESET),
    (httpcore.UnsupportedProtocol, FailureKind.BAD_URL),
    (httpcore.LocalProtocolError, FailureKind.BAD_URL),
    (httpcore.ProtocolError, FailureKind.BAD_RESPONSE),
    (httpcore.ProxyError, FailureKind.CONNECT),
    (httpcore.ConnectionNotAvailable, FailureKind.CONNECT),
    (ssl.SSLEOFError, FailureKind.RESET),
    (ssl.SSLError, FailureKind.TLS),
    (socket.gaierror, FailureKind.DNS),
    (TimeoutError, FailureKind.TIMEOUT),
    (OSError, FailureKind.RESET),
)
FAILURES = tuple(error for error, _ in _KINDS)

_RETRYABLE = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECT,
        FailureKind.TIMEOUT,
        FailureKind.RESET,
        FailureKind.BAD_RESPONSE,
        FailureKind.RATE_LIMITED,
        FailureKind.SERVER_ERROR,
    }
)
_STATUSES = {
    401: (FailureKind.FORBIDDEN, "it wants a login"),
    402: (FailureKind.FORBIDDEN, "it wants to be paid"),
    403: (FailureKind.FORBIDDEN, "it refuses access"),
    404: (FailureKind.NOT_FOUND, "there is nothing at this address"),
    408: (FailureKind.TIMEOUT, "the server gave up waiting"),
    410: (FailureKind.GONE, "it was removed for good"),
    429: (FailureKind.RATE_LIMITED, "it asks for fewer requests"),
    451: (FailureKind.FORBIDDEN, "it is withheld for legal reasons"),
}


def failed(kind: FailureKind, url: str, why: str, *, retry_after_s: float | None = None) -> FetchError:
    """The error for `url`, with the hint and the retry rule of its kind."""
    return FetchError(
        kind,
        "cannot read",
        url,
        why,
        hint=ADVICE[kind].operator,
        retryable=kind in _RETRYABLE,
        retry_after_s=retry_after_s,
    )


def from_exception(error: Exception, url: str, *, timeout_s: float, max_bytes: int) -> FetchError:
    """The error for a failure of the network or of HTTP; `error` is one of `FAILURES`."""
    kind = next(kind for base, kind in _KINDS if isinstance(error, base))
    if isinstance(error, httpcore.RemoteProtocolError) and _was_cut(error):
        kind = FailureKind.RESET
    match kind:
        case FailureKind.TIMEOUT:
            why = f"it took longer than {timeout_s:g} s"
        case FailureKind.TOO_LARGE:
            why = f"it has more than {max_bytes:,} bytes"
        case FailureKind.TLS:
            why = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
        case _:
            why = getattr(error, "strerror", "") or str(error) or type(error).__name__
    return failed(kind, url, why)


def from_status(status: int, url: str, retry_after_s: float | None) -> FetchError:
    """The error for a response without a document."""
    kind, why = _STATUSES.get(status, (None, ""))
    if kind is None and 400 <= status < 500:
        kind, why = FailureKind.CLIENT_ERROR, "the server refuses the request"
    elif kind is None and 500 <= status < 600:
        kind, why = FailureKind.SERVER_ERROR, "the server failed"
    return failed(
        kind or FailureKind.BAD_RESPONSE,
        url,
        f"{why or 'this response has no document'} (HTTP {status})",
        retry_after_s=retry_after_s,
    )


def _was_cut(error: httpcore.RemoteProtocolError) -> bool:
    """Whether the connection ended before the response did; h11 says so only in its message."""
    return "without sending" in str(error) or "peer closed connection" in str(error)
