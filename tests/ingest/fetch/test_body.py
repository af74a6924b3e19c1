"""Decompression within bounds."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.body import BadEncodingError, TooLargeError, read_body

TEXT = b"Sentences compress well. " * 400


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("X-GZIP", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:])),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 40),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_a_body_comes_out_as_it_went_in_however_it_arrives(encoding: str, body: bytes, size: int) -> None:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    assert read_body(parts, encoding, len(TEXT)) == TEXT


@given(st.binary(max_size=2000), st.binary(min_size=1, max_size=50))
def test_damaged_bodies_are_an_error_or_bytes_never_a_crash(body: bytes, damage: bytes) -> None:
    with contextlib.suppress(BadEncodingError, TooLargeError):
        assert isinstance(read_body([gzip.compress(body, mtime=0)[: len(body) // 2], damage], "gzip", 10_000), bytes)


def test_a_body_one_byte_too_long_is_too_large() -> None:
    assert len(read_body([TEXT], "", len(TEXT))) == len(TEXT)
    with pytest.raises(TooLargeError):
        read_body([TEXT], "", len(TEXT) - 1)
    with pytest.raises(TooLargeError):
        read_body([gzip.compress(TEXT, mtime=0)], "gzip", len(TEXT) - 1)


def test_a_bomb_is_refused_in_the_memory_of_the_bound() -> None:
    bomb = gzip.compress(bytes(50_000_000), 1)
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        read_body([bomb], "gzip", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_reading_stops_at_the_bound() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1000

    with pytest.raises(TooLargeError):
        read_body(endless(), "", 10_000)


def test_a_body_that_ends_too_early_is_no_body() -> None:
    with pytest.raises(BadEncodingError, match="too early"):
        read_body([gzip.compress(TEXT, mtime=0)[:-12]], "gzip", 1_000_000)


def test_an_encoding_nobody_asked_for_is_named() -> None:
    with pytest.raises(BadEncodingError, match="br"):
        read_body([b"x"], "br", 100)
