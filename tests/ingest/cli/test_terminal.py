"""What both command lines share."""

from __future__ import annotations

import pytest

from ingest.cli.terminal import print_error
from ingest.errors import FailureKind, NotFoundError, ParseError


@pytest.mark.parametrize("kind", FailureKind)
def test_a_failed_source_is_shown_with_advice(kind: FailureKind, capsys: pytest.CaptureFixture[str]) -> None:
    print_error(ParseError(kind, "cannot read", "https://example.org/", "it is broken"))
    error, hint = capsys.readouterr().err.splitlines()
    assert error == "error: cannot read: https://example.org/: it is broken"
    assert len(hint.removeprefix("hint: ")) > 10


def test_what_an_error_names_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(NotFoundError("no such file", "\x1b[2Ja\u202eb.txt", "one\nline\x07", hint="Look."))
    assert capsys.readouterr().err == "error: no such file: \\x1b[2Ja\\u202eb.txt: one line\\x07\nhint: Look.\n"
