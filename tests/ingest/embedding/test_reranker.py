"""A cross-encoder orders the best passages anew; here a tiny real one with random weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ingest.embedding.encoders import Encoder
from ingest.embedding.packaged_model import packaged_model_folder
from ingest.errors import EmbeddingError
from ingest.search import search as tuning
from ingest.settings import IngestSettings
from ingest.wiring import open_corpus
from tests.ingest.search.shelf import Shelf

VOCABULARY = 30_522


def made(folder: Path, scores: int = 1) -> str:
    """A model of one small layer in a folder, with the default model's tokenizer."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.manual_seed(2)
    size: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_labels": scores}
    config = BertConfig(vocab_size=VOCABULARY, num_attention_heads=2, initializer_range=2.0, **size)
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 100.0  # so that it has opinions
    model.save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copy(packaged_model_folder() / file, folder)
    return str(folder)


def test_the_best_passages_come_in_the_cross_encoder_s_order(tmp_path: Path, encoder: Encoder) -> None:
    from ingest.embedding.reranker import CrossEncoder

    name, question = made(tmp_path / "model"), "Which Aurora has been released?"
    with open_corpus(IngestSettings.load(data_dir=tmp_path / "data", rerank_model=name), "tests") as corpus:
        shelf = Shelf(corpus.catalogue, corpus.search, corpus.indexer)
        for n in range(6):
            shelf.put(f"story {n}", f"Aurora {n} has been released by maker number {n}, said person {n}.")
        shown = {passage.article.title: passage for passage in shelf.find(question, k=3)}
        plain = tuning.Search(corpus.catalogue, encoder, corpus.index)
        before = Shelf(corpus.catalogue, plain, corpus.indexer).find(question, k=6)
    judged = CrossEncoder(name).relevance(question, [f"{each.article.title}\n{each.text}" for each in before])
    wanted = {each.article.title: (each.score + how) / 2 for each, how in zip(before, judged, strict=True)}
    best = sorted(wanted, key=lambda title: -wanted[title])[:3]
    assert list(shown) == best
    assert best != [each.article.title for each in before[:3]]
    assert [shown[title].score for title in best] == pytest.approx([wanted[title] for title in best], abs=1e-5)


def test_no_passages_are_no_work(tmp_path: Path) -> None:
    from ingest.embedding.reranker import CrossEncoder

    assert CrossEncoder(made(tmp_path)).relevance("who?", []).shape == (0,)


def test_a_model_that_cannot_be_used_is_reported_with_a_hint(tmp_path: Path) -> None:
    from ingest.embedding.reranker import CrossEncoder

    for name in ("./no-such-folder", made(tmp_path, scores=3)):
        with pytest.raises(EmbeddingError, match="cross-encoder") as told:
            CrossEncoder(name)
        assert "RERANK_MODEL" in told.value.hint
