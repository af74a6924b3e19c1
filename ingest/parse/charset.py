"""Bytes to text: which encoding a document really has.

A document that is valid UTF-8 is UTF-8 whatever it declares (other encodings produce valid UTF-8 by accident only in
pure ASCII), except for the encodings that hide in ASCII. Otherwise the declared encoding is believed, then
windows-1252, as in the WHATWG Encoding Standard.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_ASCII_BASED = re.compile(r"utf-16|utf-32|iso2022|hz")
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_IN_CONTENT_TYPE = re.compile(r"charset\s*=\s*[\"']?\s*([^\s;\"']+)", re.IGNORECASE)
_IN_DOCUMENT = re.compile(rb"""(?:<\?xml[^>]*?encoding|<meta[^>]*?charset)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD_BYTES = 4096  # where a declaration has to stand; HTML asks for the first 1024


def charset_of(content_type: str) -> str | None:
    """The charset parameter of a Content-Type header's value."""
    match = _IN_CONTENT_TYPE.search(content_type)
    return match.group(1).lower() if match else None


def decode(body: bytes, content_type: str = "") -> str:
    """`body` as text; what cannot be read becomes U+FFFD. Never raises."""
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, errors="replace")
    declared = _codec(charset_of(content_type)) or _codec(_declared_inside(body))
    if declared and declared.startswith(("utf-16", "utf-32")) and b"\0" not in body:
        declared = None  # said by software that converted the text later and forgot
    if declared and _NOT_ASCII_BASED.match(declared):
        return body.decode(declared, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(declared or "cp1252", errors="replace")


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
    return "cp1252" if info.name in {"ascii", "iso8859-1"} else info.name
