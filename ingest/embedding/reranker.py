"""A cross-encoder reads question and text together and scores how well they match: better than vectors, but slower.

Off by default: RERANK_MODEL names one. It runs on onnxruntime, exported once by `reranker_export`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from ingest.embedding.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, open_session
from ingest.errors import EmbeddingError

TOKENS = 256
"""Longest question and text together; the end of a longer text is not read."""


class CrossEncoder:
    """An exported cross-encoder, a `Reranker`. Safe in threads.

    Args:
        folder: holds model.onnx and tokenizer.json.

    Raises:
        EmbeddingError: they cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = open_session(folder / MODEL_FILE)
        except Exception as error:  # both libraries raise bare exceptions of their own
            hint = "Remove this folder and try again."
            raise EmbeddingError("cannot load the cross-encoder", str(folder), str(error), hint=hint) from error
        self._tokenizer.enable_truncation(TOKENS, strategy="only_second")
        self._tokenizer.no_padding()
        self._inputs = [each.name for each in self._session.get_inputs()]

    def relevance(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See `Reranker.relevance`."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        rows = self._tokenizer.encode_batch([(question[:TOKENS], text) for text in texts])
        longest = max(len(row.ids) for row in rows)
        arrays = {name: np.zeros((len(rows), longest), dtype=np.int64) for name in self._inputs}
        for n, row in enumerate(rows):
            given = {"input_ids": row.ids, "attention_mask": row.attention_mask, "token_type_ids": row.type_ids}
            for name, array in arrays.items():
                array[n, : len(row.ids)] = given[name]
        (logits,) = self._session.run(None, arrays)
        return _sigmoid(np.asarray(logits, dtype=np.float32).reshape(len(texts)))


def _sigmoid(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Beyond 30 it is 0 or 1 to the last digit, and the exponential would overflow soon."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))), dtype=np.float32)
