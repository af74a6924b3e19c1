"""Bytes to text: finds a document's real encoding.

A byte order mark decides. Else a document that is valid UTF-8 is UTF-8 whatever it declares (other encodings produce
valid UTF-8 by accident only in pure ASCII), except for the encodings that hide in ASCII. Else it is the first that fits
of: what the header says, what the document says, UTF-8 with a few broken bytes, windows-1252. Labels mean what they
mean to browsers (WHATWG Encoding Standard, as in w3lib). If nothing fits, the document is refused: no text is better
than garbled text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding

from ingest.errors import FailureKind, ParseError

_NOT_ASCII_BASED = re.compile(r"utf-16|utf-32|iso2022|hz")
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Codecs that are not encodings of documents; w3lib itself refuses UTF-7."""
_IN_CONTENT_TYPE = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.IGNORECASE)
_UNREADABLE = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ACCENTED = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸƒ]+")
_LONGEST_ACCENTED_RUN = 2
_FEW_LETTERS = 10
"""More accented letters than this in a row occur only in tables of them."""
_FEW_BROKEN = 2
_SELDOM = 1000
"""A text is still readable with one broken character in this many, and a short one with this few."""


class Legible(NamedTuple):
    """A document's text, and a note for operators on how it was decoded ("" for none)."""

    text: str
    note: str = ""


def charset_of(content_type: str) -> str | None:
    """The charset parameter of a Content-Type header's value."""
    match = _IN_CONTENT_TYPE.search(content_type)
    return match.group(1).lower() if match else None


def decode(body: bytes, content_type: str = "") -> str:
    """`body` as text; undecodable bytes become U+FFFD. Never raises: for heads of documents, and for robots.txt."""
    read = _read(body, content_type)
    return read.text if read else body.decode("cp1252", errors="replace")


def decode_document(body: bytes, content_type: str = "", *, what: str, which: str) -> Legible:
    """`body` as text; a few undecodable bytes become U+FFFD.

    Raises:
        ParseError: BAD_CHARSET, with `what` and `which` of the document.
    """
    read = _read(body, content_type)
    if read is None:
        label = charset_of(content_type) or html_body_declared_encoding(body)
        utf8 = "" if label in ("utf-8", "utf8") else "UTF-8 nor "
        said = f"it declares {label}, but is neither that nor" if label else "it declares no encoding, and is neither"
        raise ParseError(FailureKind.BAD_CHARSET, what, which, f"{said} {utf8}windows-1252")
    return read


def _read(body: bytes, content_type: str) -> Legible | None:
    marked, mark = read_bom(body)
    if marked is not None and mark is not None:
        return Legible(body[len(mark) :].decode(marked, errors="replace"))
    labels = [label for label in (charset_of(content_type), html_body_declared_encoding(body)) if label]
    declared = [codec for codec in map(_codec, labels) if codec and not _is_left_over(codec, body)]
    if not (declared and _NOT_ASCII_BASED.match(declared[0])):
        try:
            return Legible(body.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    readings = {codec: body.decode(codec, errors="replace") for codec in (*declared, "utf-8", "cp1252")}
    for fits in (_is_written_in, _is_hardly_broken):
        for codec, text in readings.items():
            if fits(text, codec):
                return Legible(text, "; ".join(_notes(text, codec, labels, declared)))
    return None


def _is_left_over(codec: str, body: bytes) -> bool:
    """Whether the label is left over: the text was converted later, and the label was not changed."""
    return codec.startswith(("utf-16", "utf-32")) and b"\0" not in body


def _is_written_in(text: str, codec: str) -> bool:
    """Whether most of its non-ASCII text is readable in this encoding.

    In windows-1252 nearly all bytes are characters, so one that is not weighs as much as twenty that are.
    """
    unreadable = len(_UNREADABLE.findall(text)) * (20 if codec == "cp1252" else 2)
    return unreadable <= len(_NOT_ASCII.findall(text)) and not _is_strung_together(text, codec)


def _is_hardly_broken(text: str, codec: str) -> bool:
    few = max(_FEW_BROKEN, len(text) // _SELDOM)
    return len(_UNREADABLE.findall(text)) <= few and not _is_strung_together(text, codec)


def _is_strung_together(text: str, codec: str) -> bool:
    """In windows-1252 nearly every byte is a letter, but its languages do not string accented letters together."""
    runs = [len(run) for run in _ACCENTED.findall(text)] if codec == "cp1252" else []
    strung = sum(run for run in runs if run > _LONGEST_ACCENTED_RUN)
    return strung > max(_FEW_LETTERS, sum(runs) // 2)


def _notes(text: str, codec: str, labels: list[str], declared: list[str]) -> Iterator[str]:
    if labels and codec not in declared[:1]:
        yield f"read as {'windows-1252' if codec == 'cp1252' else codec}, although it declares {labels[0]}"
    if broken := text.count("\ufffd"):
        yield f"{broken} of its characters cannot be read"


def _codec(label: str) -> str | None:
    """Python's name of a text encoding, None for an unknown or a dangerous one."""
    try:
        name = resolve_encoding(label)
        is_text = name is not None and getattr(codecs.lookup(name), "_is_text_encoding", True)
    except ValueError:  # such as a NUL in the label
        return None
    return name if is_text and name not in _REFUSED else None
