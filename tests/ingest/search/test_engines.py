"""The same corpus gives the same passages on either database engine, in the same order and with the same scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.move import move
from ingest.embedding.encoders import Encoder
from ingest.index.indexer import Indexer
from ingest.index.vector_index import VectorIndex
from ingest.models import View
from ingest.search.search import Search
from tests.ingest.search.shelf import DAY, NOW, VIEW, Shelf
from tests.servers.postgres import PostgresServer

SAMPLES = Path(__file__).parents[3] / "ingest" / "data" / "samples"
QUESTIONS = (
    "What is Trainium3?",
    "Which papers won awards at NeurIPS 2025?",
    "How much do memory prices rise?",
    "DeepSeek V3.2 sparse attention",
    "Who signed the agreement with NVIDIA on 10 gigawatts?",
    "safety evaluation by two companies",
    "the of and model models",
    "zyxograph",
)


@pytest.mark.parametrize("view", [VIEW, View(NOW, since=NOW - 6 * DAY, until=NOW - 2 * DAY)])
def test_questions_find_the_same_passages(
    tmp_path: Path, encoder: Encoder, postgresql: PostgresServer, view: View
) -> None:
    sqlite, other = f"sqlite:///{tmp_path / 'catalogue.db'}", postgresql.empty()
    index = VectorIndex.open(data_dir=tmp_path, chroma_url="", collection=None, fingerprint=encoder.fingerprint)
    with Catalogue.open(sqlite) as one:
        shelf = Shelf(one, Search(one, encoder, index), Indexer(one, encoder, index))
        for n, path in enumerate(sorted(SAMPLES.glob("*.md"))[:8]):
            shelf.put(path.stem, path.read_text(), age=n * DAY, index=False)
        shelf.indexer.run()
        found = [shelf.find(question, view) for question in QUESTIONS]
    move(sqlite, other)
    with Catalogue.open(other) as two:
        moved = Shelf(two, Search(two, encoder, index), Indexer(two, encoder, index))
        assert moved.indexer.waiting == 0
        again = [moved.find(question, view) for question in QUESTIONS]
    index.close()
    assert any(found)
    for before, after in zip(found, again, strict=True):
        assert [(p.chunk_id, p.score, p.bm25, p.text) for p in after] == [
            (p.chunk_id, p.score, p.bm25, p.text) for p in before
        ]
