"""Text to unit vectors: the fast encoder agrees with sentence-transformers, and no wrong model is ever used."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ingest.embedding.encoders import Encoder, open_encoder, prepare
from ingest.embedding.fingerprint import ModelFingerprint
from ingest.embedding.onnx_encoder import OnnxEncoder
from ingest.embedding.onnx_export import LEAST_COSINE, WEIGHTS_FILE, ensure_export
from ingest.embedding.packaged_model import PACKAGED, check_weights, packaged_model_folder
from ingest.errors import EmbeddingError, SettingsError
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from ingest.embedding.torch_encoder import TorchEncoder

TEXTS = (
    "",
    " ",
    "AI",
    "What is DeepSeek Sparse Attention?",
    "what is deepseek sparse attention",
    "GLM-5.3 costs $0.60 per million tokens, 42 % less than GLM-5.2.",
    "“Not much happened today”, the newsletter said — again…",
    "https://example.org/a/b?c=d#e and user@example.org",
    "Die Preise für Speicherchips steigen, sagte Jürgen Müller.",
    "El modelo fue publicado el 2 de diciembre.",
    "Le modèle a été publié à Paris.",
    "智谱发布了新模型,参数量为 3550 亿。",
    "新しいモデルが公開されました。",
    "Модель опубликована в среду.",
    "تم إصدار النموذج يوم الأربعاء",
    "🚀🔥 new model just dropped 👀",
    "def attention(q, k, v):\n    return softmax(q @ k.T / d**0.5) @ v",
    "# Heading\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- *one*\n- **two**",
    "\x00\u200b\ufeff\ud7ff control and zero width",
    "Sentence after sentence about agents. " * 20,
    "The quick brown fox jumps over the lazy dog. " * 200,
    "supercalifragilistic" * 100,
)

HEAVY = ("torch", "transformers", "sentence_transformers", "chromadb", "openai", "alembic", "discord")


@pytest.fixture(scope="session")
def reference() -> TorchEncoder:
    """sentence-transformers, loaded once: it takes seconds."""
    from ingest.embedding.torch_encoder import TorchEncoder

    return TorchEncoder.packaged()


def test_the_vectors_are_those_of_sentence_transformers(encoder: Encoder, reference: TorchEncoder) -> None:
    cosines = (encoder.encode(TEXTS) * reference.encode(TEXTS)).sum(axis=1)
    assert cosines.min() >= LEAST_COSINE
    assert encoder.fingerprint == reference.fingerprint


def test_the_vectors_have_length_one_and_keep_the_order_of_the_texts(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), encoder.fingerprint.dimensions)
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    for text, vector in zip(TEXTS, together, strict=True):
        assert encoder.encode([text])[0] @ vector > 0.99999


def test_no_text_gives_no_vector(encoder: Encoder, reference: TorchEncoder) -> None:
    assert encoder.encode([]).shape == reference.encode([]).shape == (0, 384)


def test_a_text_is_cut_at_the_limit_and_not_before(encoder: Encoder) -> None:
    words = "agent " * (PACKAGED.max_tokens - 2)  # two tokens mark the start and the end
    full, longer, changed = encoder.encode([words, words + "memory", words.removesuffix("agent ") + "memory"])
    assert full @ longer > 0.99999
    assert full @ changed < 0.9999


@pytest.mark.parametrize("name", ["encoder", "reference"])
def test_threads_may_share_an_encoder(name: str, request: pytest.FixtureRequest) -> None:
    shared: Encoder = request.getfixturevalue(name)
    alone = shared.encode(TEXTS[:8])
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(shared.encode, [TEXTS[:8]] * 12):
            assert (vectors * alone).sum(axis=1).min() > 0.99999


def test_the_packaged_model_loads_without_any_heavy_library() -> None:
    code = f"""if True:
        import sys
        from ingest.embedding.encoders import open_encoder
        from ingest.settings import IngestSettings
        open_encoder(IngestSettings.load()).encode(["a question"])
        print([name for name in {HEAVY} if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has mapped is read from /proc")
def test_the_weights_are_mapped_into_memory_so_that_processes_share_them(encoder: Encoder) -> None:
    code = """if True:
        from ingest.embedding.encoders import open_encoder
        from ingest.settings import IngestSettings
        encoder = open_encoder(IngestSettings.load())
        print(open("/proc/self/maps").read())"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert WEIGHTS_FILE in done.stdout


def test_a_damaged_export_is_made_anew_once_although_two_ask_at_once(
    tmp_path: Path, encoder: Encoder, reference: TorchEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    whole = ensure_export(IngestSettings.load().model_cache)
    damaged = tmp_path / whole.name
    shutil.copytree(whole, damaged)
    with (damaged / WEIGHTS_FILE).open("r+b") as file:
        file.seek(40_000_000)
        file.write(b"\0" * 64)
    (tmp_path / f"{whole.name}.dead").mkdir()  # what a killed process left
    (tmp_path / whole.name.rpartition("-")[0]).mkdir()  # the first format's
    with caplog.at_level(logging.INFO, "ingest"), ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ensure_export, [tmp_path, tmp_path])) == [damaged, damaged]
    assert len([record for record in caplog.records if record.name == "ingest.embedding.onnx_export"]) == 1
    assert {path.name for path in tmp_path.iterdir()} == {whole.name, f"{whole.name}.lock"}
    made = OnnxEncoder(damaged)
    assert (made.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.99999


def test_a_cache_that_cannot_be_written_is_reported_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddingError) as told:
        open_encoder(IngestSettings.load(model_cache=tmp_path / "file"))
    assert "MODEL_CACHE" in told.value.hint


def test_preparing_what_is_ready_changes_nothing(encoder: Encoder) -> None:
    settings = IngestSettings.load()
    manifest = ensure_export(settings.model_cache) / "manifest.json"
    before = manifest.stat()
    assert prepare(settings) == encoder.fingerprint
    assert manifest.stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize("weights", [None, b"other weights"])
def test_missing_or_other_weights_are_refused(tmp_path: Path, weights: bytes | None) -> None:
    if weights:
        (tmp_path / "model.safetensors").write_bytes(weights)
    with pytest.raises(EmbeddingError, match=PACKAGED.name) as refused:
        check_weights(tmp_path)
    assert refused.value.hint


def test_torch_can_be_asked_for(reference: TorchEncoder) -> None:
    encoder = open_encoder(IngestSettings.load(embedding_runtime="torch"))
    assert isinstance(encoder, type(reference))
    assert encoder.fingerprint == PACKAGED


def test_any_model_folder_can_be_used_and_has_its_own_fingerprint(reference: TorchEncoder) -> None:
    folder = str(packaged_model_folder())
    encoder = open_encoder(IngestSettings.load(embedding_model=folder))
    found = encoder.fingerprint
    assert (found.name, found.pooling, found.max_tokens, found.dimensions) == (folder, "mean", 256, 384)
    assert found.weights_sha256 not in ("", PACKAGED.weights_sha256)
    assert (encoder.encode(TEXTS) * reference.encode(TEXTS)).sum(axis=1).min() > 0.99999


def test_questions_and_texts_are_written_as_the_model_was_trained(reference: TorchEncoder) -> None:
    prompts = {"embedding_query_prompt": "query: ", "embedding_text_prompt": "passage: "}
    encoder = open_encoder(IngestSettings.load(embedding_model=str(packaged_model_folder()), **prompts))
    question, (text,) = encoder.encode_query("Who?"), encoder.encode(["Who?"])
    written = reference.encode(["query: Who?", "passage: Who?"])
    assert (np.stack([question, text]) * written).sum(axis=1).min() > 0.99999
    assert encoder.fingerprint.prompt == "passage: "


@pytest.mark.parametrize("name", ["./no-such-folder", "nobody/no-such-model"])
def test_an_unknown_model_is_reported_with_a_hint(name: str) -> None:
    with pytest.raises(EmbeddingError, match=name) as told:
        open_encoder(IngestSettings.load(embedding_model=name))
    assert "EMBEDDING_MODEL" in told.value.hint
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [("embedding_revision", "abc", "EMBEDDING_REVISION"), ("embedding_model", "other", "EMBEDDING_RUNTIME")],
)
def test_a_setting_that_does_not_go_with_the_model_is_refused(setting: str, value: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        open_encoder(IngestSettings.load(embedding_runtime="onnx", **{setting: value}))


def test_a_fingerprint_survives_json_and_differs_when_any_part_does() -> None:
    text = PACKAGED.to_json()
    assert ModelFingerprint.from_json(text) == PACKAGED
    assert replace(PACKAGED, max_tokens=128).to_json() != text
    for junk in ("", "[]", "{}", json.dumps({"name": "x"})):
        with pytest.raises(ValueError, match=r"fingerprint|Expecting value"):
            ModelFingerprint.from_json(junk)
