"""Failures are named, all of them."""

from __future__ import annotations

import inspect
import ssl

import httpcore
import pytest

from ingest.errors import FailureKind
from ingest.fetch.failures import FAILURES, from_exception, from_status


def test_every_exception_of_the_http_library_has_a_kind() -> None:
    exported = [getattr(httpcore, name) for name in httpcore.__all__]
    errors = [item for item in exported if inspect.isclass(item) and issubclass(item, Exception)]
    assert len(errors) > 10
    for error in errors:
        assert issubclass(error, FAILURES)
        assert from_exception(error("why"), "http://x/", timeout_s=1, max_bytes=1).kind in FailureKind


def test_a_refused_certificate_is_distinguished_from_a_broken_connection() -> None:
    def kind(error: Exception) -> FailureKind:
        return from_exception(error, "https://x/", timeout_s=1, max_bytes=1).kind

    assert kind(ssl.SSLCertVerificationError("expired")) is FailureKind.TLS
    assert kind(ConnectionResetError("reset")) is FailureKind.RESET
    assert kind(TimeoutError()) is FailureKind.TIMEOUT


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (204, FailureKind.BAD_RESPONSE, True),
        (300, FailureKind.BAD_RESPONSE, True),
        (401, FailureKind.FORBIDDEN, False),
        (403, FailureKind.FORBIDDEN, False),
        (404, FailureKind.NOT_FOUND, False),
        (408, FailureKind.TIMEOUT, True),
        (410, FailureKind.GONE, False),
        (418, FailureKind.CLIENT_ERROR, False),
        (429, FailureKind.RATE_LIMITED, True),
        (500, FailureKind.SERVER_ERROR, True),
        (503, FailureKind.SERVER_ERROR, True),
        (999, FailureKind.BAD_RESPONSE, True),
    ],
)
def test_a_status_has_a_kind_and_says_whether_to_try_again(status: int, kind: FailureKind, retryable: bool) -> None:
    error = from_status(status, "http://x/", 7.0)
    assert (error.kind, error.retryable, error.retry_after_s) == (kind, retryable, 7.0)
    assert str(status) in str(error)
