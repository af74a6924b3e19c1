"""Tests of what the bot keeps run on both engines."""

from __future__ import annotations

import pytest

from ingest.catalogue import Catalogue


@pytest.fixture
def catalogue(on_both_engines: Catalogue) -> Catalogue:
    """A new catalogue, on each engine."""
    return on_both_engines
