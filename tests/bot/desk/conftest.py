"""One corpus for the tests of this folder, which change nothing in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.desk.desk import Desk
from bot.wiring.answering import make_answerer, make_digester
from ingest.wiring import open_corpus
from tests.program import WrittenCorpus, written_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> WrittenCorpus:
    return written_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def desk(corpus: WrittenCorpus) -> Iterator[Desk]:
    """A desk over the corpus, open in this process."""
    settings = corpus.settings
    with open_corpus(settings, "test desk") as opened:
        answerer, digester = make_answerer(settings, opened), make_digester(settings, opened)
        yield Desk(opened.catalogue, opened.search, answerer, digester)
