"""The examples of docs/library.md are true, in an empty folder of their own."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).parents[1] / "docs" / "library.md"


@pytest.mark.skipif(not DOCUMENT.exists(), reason="installed without its documents")
def test_the_examples_for_programs_that_embed_verbatim_hold() -> None:
    result = doctest.testfile(str(DOCUMENT), module_relative=False, encoding="utf-8")
    assert result.attempted > 15
    assert not result.failed
