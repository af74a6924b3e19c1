"""What every test gets: an environment without settings of this project, an empty working folder, and one encoder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.settings import BotSettings
from ingest.embedding.encoders import Encoder, open_encoder
from ingest.embedding.packaged_model import PACKAGED
from ingest.settings import IngestSettings
from tests.engines import new_catalogue_url, on_both_engines, postgresql

__all__ = ["new_catalogue_url", "on_both_engines", "postgresql"]

os.environ["HF_HUB_OFFLINE"] = "1"  # read when the hub's library is imported, which some test does first

settings.register_profile("untimed", deadline=None)  # a busy machine breaks no promise
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole programs first: these files take longest, and what is short fills the gaps at the end."""
    programs = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent != programs)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: programs wait for each other a third of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """No setting from outside reaches a test, but MODEL_CACHE: an export takes seconds. No model hub is asked."""
    with pytest.MonkeyPatch.context() as patch:
        for field in BotSettings.model_fields:
            if field != "model_cache":
                patch.delenv(field.upper(), raising=False)
                patch.delenv(field, raising=False)
        yield


@pytest.fixture(autouse=True)
def _empty_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that writes `data/` or reads `.env` meets its own folder, not the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default model, as the project runs it."""
    return open_encoder(
        IngestSettings.load(embedding_model=PACKAGED.name, embedding_revision="", embedding_runtime="onnx")
    )
