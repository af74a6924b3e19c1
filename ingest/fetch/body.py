"""A response's body, decompressed within bounds: a decompression bomb is detected before it takes up memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_STEP = 1 << 18  # most bytes from one decompression step
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW_DEFLATE = -zlib.MAX_WBITS


class TooLargeError(Exception):
    """The body exceeds the limit, before or after decompression."""


class BadEncodingError(Exception):
    """The body does not match its Content-Encoding, or that encoding was not requested."""


def read_body(parts: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """Join and decompress a body's parts.

    Args:
        encoding: the Content-Encoding header's value.
        max_bytes: the bound on each of the received and the decompressed size.

    Raises:
        TooLargeError, BadEncodingError
    """
    received = _bounded(parts, max_bytes)
    match encoding.strip().lower():
        case "" | "identity":
            return b"".join(received)
        case "gzip" | "x-gzip" | "deflate":
            return b"".join(_bounded(_inflate(received), max_bytes))
        case other:
            raise BadEncodingError(f"unknown content encoding {other!r}")


def _bounded(parts: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    total = 0
    for part in parts:
        total += len(part)
        if total > max_bytes:
            raise TooLargeError
        yield part


def _inflate(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress gzip (of any number of members), zlib, and the raw deflate that some servers send as "deflate"."""
    engine = None
    for part in parts:
        while part:
            if engine is None:
                engine = _engine(part)
            elif engine.eof and part.startswith(b"\x1f"):
                engine = zlib.decompressobj(_GZIP_OR_ZLIB)
            elif engine.eof:
                return  # padding behind the last member, as gzip(1) ignores it
            yield from _drain(engine, part)
            part = engine.unused_data
    if engine is not None and not engine.eof:
        raise BadEncodingError("the compressed body ends too early")


def _drain(engine: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Everything that `data` decompresses to, step by step."""
    while True:
        try:
            step = engine.decompress(data, _STEP)
        except zlib.error as error:
            raise BadEncodingError(f"the compressed body is damaged ({error})") from error
        yield step
        data = engine.unconsumed_tail
        if not data and len(step) < _STEP:
            return


def _engine(first: bytes) -> zlib._Decompress:
    """Raw deflate has no header; a zlib stream starts with 8 in the low bits of its first byte, gzip with 1F."""
    raw = first[0] != 0x1F and first[0] & 0x0F != 0x08
    return zlib.decompressobj(_RAW_DEFLATE if raw else _GZIP_OR_ZLIB)
