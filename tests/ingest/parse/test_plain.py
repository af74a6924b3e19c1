"""Nothing harmful leaves a parser."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.plain import plain_line, plain_text

ANY_TEXT = st.text(st.characters())  # surrogates and control characters included


@given(ANY_TEXT)
def test_no_control_character_or_surrogate_gets_out(text: str) -> None:
    safe = plain_text(text)
    safe.encode("utf-8")
    assert all(unicodedata.category(sign) not in ("Cc", "Cs") or sign in "\n\t" for sign in safe)
    assert plain_text(safe) == safe


@given(ANY_TEXT)
def test_a_line_is_one_line(text: str) -> None:
    line = plain_line(text)
    assert line == line.strip()
    assert "\n" not in line
    assert "  " not in line


def test_newlines_are_normalised_and_direction_marks_dropped() -> None:
    assert plain_text("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"
    assert plain_text("\ufeffpay \u202elive\u202c\x00 now\t!") == "pay live now\t!"


def test_joined_emoji_and_accents_stay() -> None:
    assert plain_text("👩\u200d💻 na\u0308ive") == "👩\u200d💻 na\u0308ive"
