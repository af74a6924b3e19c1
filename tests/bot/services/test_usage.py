"""Questions are counted together: soon in the database, at once in what is read here, and none is lost."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from bot.services.usage import TOGETHER_S, UsageService
from ingest.catalogue import Catalogue
from ingest.errors import CatalogueError

DAY = date(2026, 6, 28)


def test_many_questions_are_in_the_database_soon_and_at_once_where_they_were_counted(catalogue: Catalogue) -> None:
    usage, another = UsageService(catalogue.database), UsageService(catalogue.database)
    for _ in range(50):
        usage.add_question("1", DAY)
    usage.add_question("2", DAY)
    assert usage.on(DAY).questions == 51
    usage.add_question("1", DAY)
    deadline = time.monotonic() + 10 * TOGETHER_S
    while another.on(DAY, "1").questions < 51 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert another.on(DAY, "1").questions == 51, "without anybody asking the one that counted"


def test_what_cannot_be_written_stays_counted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalogue.db'}"
    with Catalogue.open(url) as closed:
        usage = UsageService(closed.database)
    usage.add_question("1", DAY)
    with pytest.raises(CatalogueError):
        usage.flush()
    usage.write_what_is_left()
    with Catalogue.open(url) as catalogue:
        usage._database = catalogue.database
        assert usage.on(DAY).questions == 1
