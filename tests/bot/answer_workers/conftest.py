"""The sample articles behind an open index, as a bot at work has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.models import Question
from bot.settings import BotSettings
from bot.wiring.answering import make_answerer, make_usage
from ingest.wiring import open_with_remote_index
from tests.terminal import Terminal


@dataclass(frozen=True)
class Desk:
    """An answerer over them, and what it counted."""

    settings: BotSettings
    answerer: Answerer
    counted: list[Question]


@pytest.fixture(scope="package")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample articles as the operator's own."""
    terminal = Terminal(tmp_path_factory.mktemp("work"), tmp_path_factory.mktemp("data"))
    with as_file(files("ingest") / "data" / "samples") as samples:
        for path in sorted(samples.iterdir()):
            (terminal.folder / path.name).write_bytes(path.read_bytes())
    terminal.here("ingest", "add", terminal.folder)
    terminal.here("ingest", "run", "--once")
    return terminal.data


@pytest.fixture(scope="package")
def desk(data_dir: Path) -> Iterator[Desk]:
    settings = BotSettings.load(data_dir=data_dir)
    with open_with_remote_index(settings, "bot") as corpus:
        usage = make_usage(settings, corpus.catalogue.database)
        yield Desk(settings, make_answerer(settings, corpus, usage), [])
        usage.flush()
