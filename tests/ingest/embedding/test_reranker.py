"""A cross-encoder is exported once and scores as it did before; here a tiny real one with random weights."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ingest.embedding.packaged_model import packaged_model_folder
from ingest.embedding.reranker_export import NEAR, open_reranker
from ingest.errors import EmbeddingError
from ingest.settings import IngestSettings
from ingest.wiring import open_corpus

VOCABULARY = 30_522


def made(folder: Path, scores: int = 1, seed: int = 2) -> str:
    """A model of one small layer in a folder, with the default model's tokenizer."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.manual_seed(seed)
    size: dict[str, Any] = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_labels": scores}
    config = BertConfig(vocab_size=VOCABULARY, num_attention_heads=2, initializer_range=0.3, **size)
    model = BertForSequenceClassification(config)
    model.classifier.weight.data *= 2.0  # so that it has opinions
    model.save_pretrained(folder)
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copy(packaged_model_folder() / file, folder)
    return str(folder)


def test_texts_are_scored_as_sentence_transformers_scores_them(tmp_path: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder as Model

    name, question = made(tmp_path / "model"), "Which Aurora has been released?"
    texts = [f"Aurora {n} has been released by maker number {n}. " * (n + 1) for n in range(6)]
    found = open_reranker(name, tmp_path / "cache").relevance(question, texts)
    wanted = Model(name).predict([(question, text) for text in texts], activation_fn=torch.nn.Sigmoid())
    assert found == pytest.approx(wanted, abs=NEAR)


def test_a_model_is_exported_once_and_again_when_its_weights_change(tmp_path: Path) -> None:
    name, cache = made(tmp_path / "model"), tmp_path / "cache"
    open_reranker(name, cache)
    (export,) = (folder for folder in cache.iterdir() if folder.is_dir())
    made_at = (export / "model.onnx").stat().st_mtime_ns
    open_reranker(name, cache)
    assert (export / "model.onnx").stat().st_mtime_ns == made_at
    made(tmp_path / "model", seed=3)
    open_reranker(name, cache)
    assert len([folder for folder in cache.iterdir() if folder.is_dir()]) == 2


def test_a_damaged_export_is_made_again(tmp_path: Path) -> None:
    name, cache = made(tmp_path / "model"), tmp_path / "cache"
    before = open_reranker(name, cache).relevance("who?", ["me", "you"])
    (export,) = (folder for folder in cache.iterdir() if folder.is_dir())
    (export / "model.onnx").write_bytes(b"half a mod")
    assert open_reranker(name, cache).relevance("who?", ["me", "you"]) == pytest.approx(before)


def test_no_texts_are_no_work(tmp_path: Path) -> None:
    assert open_reranker(made(tmp_path / "model"), tmp_path).relevance("who?", []).shape == (0,)


def test_a_model_that_cannot_be_used_is_reported_with_a_hint(tmp_path: Path) -> None:
    for name in ("./no-such-folder", made(tmp_path / "model", scores=3)):
        with pytest.raises(EmbeddingError, match="cross-encoder") as told:
            open_reranker(name, tmp_path)
        assert "RERANK_MODEL" in told.value.hint


def test_the_search_reads_with_the_model_that_the_settings_name(tmp_path: Path) -> None:
    settings = {"data_dir": tmp_path / "data", "model_cache": tmp_path / "cache"}
    with open_corpus(IngestSettings.load(**settings, rerank_model=made(tmp_path / "model")), "tests") as corpus:
        found = corpus.search.relevance("who?", ["me", "you"])
    assert found is not None
    assert found.shape == (2,)
