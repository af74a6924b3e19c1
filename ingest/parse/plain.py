"""Text that is safe to store and show: every parser passes its strings through this module last.

Knows code points, not formats. Newlines become `\\n`; control characters, lone surrogates, byte order marks and marks
that change the writing direction are removed.
"""

from __future__ import annotations

import re

_NEWLINES = re.compile("[\r\v\f\x85\u2028\u2029](?:(?<=\r)\n)?")
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters (Unicode category Cc) that are neither tab nor newline
    "\ud800-\udfff"  # lone surrogates: no UTF-8 file or database takes them
    "\ufeff"  # byte order mark
    "\u202a-\u202e\u2066-\u2069]"  # embeddings, overrides, isolates (UAX 9): they can make a quote read backwards
)


def plain_text(text: str) -> str:
    """`text` with normalised newlines and without harmful code points."""
    if text.isprintable():  # none of those code points is printable
        return text
    return _UNSAFE.sub("", _NEWLINES.sub("\n", text))


def plain_line(text: str) -> str:
    """`text` on one line, for titles and names: every run of white space becomes one space."""
    return " ".join(plain_text(text).split())
