"""What tests of the ingest share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """A new catalogue in `tmp_path`."""
    with Catalogue.open(f"sqlite:///{tmp_path / 'catalogue.db'}") as opened:
        yield opened
