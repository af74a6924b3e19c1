"""Bytes to text: which encoding a document really has.

A byte order mark decides. Else a document that is valid UTF-8 is UTF-8 whatever it declares (other encodings produce
valid UTF-8 by accident only in pure ASCII), except for the encodings that hide in ASCII. Else it is the first that fits
of: what the header says, what the document says, UTF-8 with a few broken bytes, windows-1252. Labels mean what they
mean to browsers (WHATWG Encoding Standard). What nothing fits is illegible: no text is better than one that nobody
wrote.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.errors import FailureKind, ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_ASCII_BASED = re.compile(r"utf-16|utf-32|iso2022|hz")
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "euc_kr": "cp949", "shift_jis": "cp932",
}  # fmt: skip
"""What browsers read under these names, each a superset of the encoding that is named."""
_IN_CONTENT_TYPE = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.IGNORECASE)
_IN_DOCUMENT = re.compile(rb"""(?:<\?xml[^>]*?encoding|<meta[^>]*?charset)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4096  # where a declaration has to stand; HTML asks for the first 1024
_UNREADABLE = re.compile("[\ufffd\x00-\x08\x0e-\x1f\x7f-\x9f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ACCENTED = re.compile("[À-ÖØ-öø-ÿŒœŠšŽžŸƒ]+")
_LONGEST_ACCENTED_RUN = 2
_FEW_LETTERS = 10
"""So many accented letters in a row may stand in a table of them."""
_FEW_BROKEN = 2
_SELDOM = 1000
"""A text in which one character of so many is broken can be read all the same, and a short one with so few."""


class Legible(NamedTuple):
    """A document's text, and what should be known of how it was read ("" for nothing)."""

    text: str
    note: str = ""


def charset_of(content_type: str) -> str | None:
    """The charset parameter of a Content-Type header's value."""
    match = _IN_CONTENT_TYPE.search(content_type)
    return match.group(1).lower() if match else None


def decode(body: bytes, content_type: str = "") -> str:
    """`body` as text; what cannot be read becomes U+FFFD. Never raises: for heads of documents, and for rules."""
    read = _read(body, content_type)
    return read.text if read else body.decode("cp1252", errors="replace")


def decode_document(body: bytes, content_type: str = "", *, what: str, which: str) -> Legible:
    """`body` as its author wrote it; single broken bytes become U+FFFD.

    Raises:
        ParseError: BAD_CHARSET, with `what` and `which` of the document.
    """
    read = _read(body, content_type)
    if read is None:
        label = charset_of(content_type) or _declared_inside(body)
        utf8 = "" if label in ("utf-8", "utf8") else "UTF-8 nor "
        said = f"it declares {label}, but is neither that nor" if label else "it declares no encoding, and is neither"
        raise ParseError(FailureKind.BAD_CHARSET, what, which, f"{said} {utf8}windows-1252")
    return read


def _read(body: bytes, content_type: str) -> Legible | None:
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return Legible(body[len(mark) :].decode(codec, errors="replace"))
    labels = [label for label in (charset_of(content_type), _declared_inside(body)) if label]
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
    """Said by software that converted the text later and forgot."""
    return codec.startswith(("utf-16", "utf-32")) and b"\0" not in body


def _is_written_in(text: str, codec: str) -> bool:
    """Whether more of it is readable than not, beyond the ASCII that all encodings share.

    Nearly all bytes are characters in windows-1252: there, one that is none tells as much as twenty that are.
    """
    unreadable = len(_UNREADABLE.findall(text)) * (20 if codec == "cp1252" else 2)
    return unreadable <= len(_NOT_ASCII.findall(text)) and not _is_strung_together(text, codec)


def _is_hardly_broken(text: str, codec: str) -> bool:
    few = max(_FEW_BROKEN, len(text) // _SELDOM)
    return len(_UNREADABLE.findall(text)) <= few and not _is_strung_together(text, codec)


def _is_strung_together(text: str, codec: str) -> bool:
    """Nearly every byte is a letter in windows-1252; but its languages do not string accented ones together."""
    runs = [len(run) for run in _ACCENTED.findall(text)] if codec == "cp1252" else []
    strung = sum(run for run in runs if run > _LONGEST_ACCENTED_RUN)
    return strung > max(_FEW_LETTERS, sum(runs) // 2)


def _notes(text: str, codec: str, labels: list[str], declared: list[str]) -> Iterator[str]:
    if labels and codec not in declared[:1]:
        yield f"read as {'windows-1252' if codec == 'cp1252' else codec}, which is not the {labels[0]} that it declares"
    if broken := text.count("\ufffd"):
        yield f"{broken} of its characters cannot be read"


def _declared_inside(body: bytes) -> str | None:
    match = _IN_DOCUMENT.search(body, 0, _HEAD_BYTES)
    return match.group(1).decode("ascii", errors="ignore") if match else None


def _codec(label: str | None) -> str | None:
    """Python's name of a text encoding, None for an unknown or a dangerous one."""
    try:
        info = codecs.lookup(label or "")
    except (LookupError, ValueError):
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name.replace("_", "-") in _REFUSED:
        return None
    return _MEANT.get(info.name, info.name)
