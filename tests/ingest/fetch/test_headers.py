"""Waiting times and freshness that servers ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.headers import Headers

NOON = (b"Date", b"Sun, 22 Nov 2026 12:00:00 GMT")


def of(*pairs: tuple[bytes, bytes]) -> Headers:
    return Headers(pairs)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b"0", 0.0),
        (b"Sun, 22 Nov 2026 12:05:00 GMT", 300.0),
        (b"Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        (b"999999999", 30 * 86400.0),
        (b"-5", None),
        (b"soon", None),
        (b"", None),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date_on_the_servers_clock(value: bytes, seconds: float | None) -> None:
    assert of(NOON, (b"Retry-After", value)).retry_after_s == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"max-age=600", 600.0),
        (b"public, Max-Age=60, immutable", 60.0),
        (b"s-maxage=9", None),
        (b"no-cache, max-age=600", None),
        (b"no-store", None),
        (b"max-age=later", None),
    ],
)
def test_max_age_counts_unless_reuse_is_forbidden(value: bytes, seconds: float | None) -> None:
    assert of((b"Cache-Control", value)).max_age_s == seconds


@given(
    st.lists(st.tuples(st.sampled_from([b"retry-after", b"cache-control", b"content-length", b"date"]), st.binary()))
)
def test_no_header_is_worth_a_crash(pairs: list[tuple[bytes, bytes]]) -> None:
    headers = Headers(pairs)
    assert headers.content_length >= 0
    assert headers.retry_after_s is None or headers.retry_after_s >= 0
    assert headers.max_age_s is None or headers.max_age_s >= 0


@pytest.mark.parametrize("name", [b"Content-Length", b"Retry-After", b"Cache-Control", b"Date"])
@pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000, "0" * 5000 + "7"])
def test_numbers_of_any_length_are_survived(name: bytes, digits: str) -> None:
    value = f"max-age={digits}" if name == b"Cache-Control" else digits
    headers = Headers([(name, value.encode())])
    assert headers.content_length >= 0
    assert (headers.max_age_s or 0.0) >= 0.0
    assert (headers.retry_after_s or 0.0) >= 0.0


def test_a_length_with_zeros_in_front_is_read() -> None:
    assert Headers([(b"Content-Length", b"0" * 5000 + b"7")]).content_length == 7
