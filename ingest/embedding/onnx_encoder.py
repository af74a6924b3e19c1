"""The default model on onnxruntime, in fp32. The only file that knows onnxruntime and tokenizers.

One session serves the ingest and the questions: `run` may be called from several threads and holds no lock of Python,
so a question is not queued behind a batch of the ingest but shares the cores with it. Measured on 2 cores, a question
of 12 tokens: 2 ms alone, 9 ms (95th percentile 15 ms) while batches of 8 chunks of 252 tokens run all the time.
Batches of 8 are as fast as larger ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
from tokenizers import Tokenizer

from ingest.embedding.packaged_model import PACKAGED
from ingest.errors import EmbeddingError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

_BATCH = 8
_MOST_THREADS = 4  # a model of six small layers gains nothing from more, and the rest of the bot needs cores too
_ERRORS_ONLY = 3  # onnxruntime's severity; below it warns about absent GPUs


class OnnxEncoder:
    """An exported model; its graph pools and normalises (see `onnx_export`).

    Args:
        folder: holds model.onnx and tokenizer.json.

    Raises:
        EmbeddingError: they cannot be loaded.
    """

    fingerprint = PACKAGED

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = _tokenizer(folder / TOKENIZER_FILE)
            self._session = open_session(folder / MODEL_FILE)
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise EmbeddingError(
                "cannot load the embedding model", str(folder), str(error), hint="Remove this folder and try again."
            ) from error

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See `Encoder.encode`. Sorted by length first, so that a batch holds little padding."""
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        by_length = sorted(range(len(rows)), key=lambda n: len(rows[n]))
        vectors = np.empty((len(rows), self.fingerprint.dimensions), dtype=np.float32)
        for start in range(0, len(rows), _BATCH):
            places = by_length[start : start + _BATCH]
            vectors[places] = self._run([rows[n] for n in places])
        return vectors

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """See `Encoder.encode_query`; this model treats both alike."""
        vector: npt.NDArray[np.float32] = self.encode([text])[0]
        return vector

    def _run(self, rows: list[list[int]]) -> npt.NDArray[np.float32]:
        """One batch of token ids to its (len(rows), d) vectors; padding is id 0 with mask 0."""
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        (vectors,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


def _tokenizer(path: Path) -> Tokenizer:
    """The model's tokenizer, with sentence-transformers' limit (its own file says 128 tokens, padded)."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(PACKAGED.max_tokens)
    tokenizer.no_padding()
    return tokenizer


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """A model of one file, on as many threads as serve a small one well."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    options.intra_op_num_threads = min(_usable_cpus(), _MOST_THREADS)
    # Its threads would spin after each run, waiting for the next: 25 ms of a core for a question of 8 ms.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def quantise(full: Path, small: Path) -> None:
    """Write a model again with 8-bit weights, each channel scaled by itself."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    quantize_dynamic(full, small, weight_type=QuantType.QInt8, per_channel=True)


def _usable_cpus() -> int:
    """Number of CPUs that this process may use; a container often has fewer than its machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
