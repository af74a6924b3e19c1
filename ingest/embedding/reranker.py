"""A cross-encoder reads question and passage together and scores how well they match: better than vectors, but slower.

Off by default: RERANK_MODEL names one of sentence-transformers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import CrossEncoder as Model

from ingest.errors import EmbeddingError


class CrossEncoder:
    """A `Reranker`. Safe in threads.

    Args:
        name: a model of a hub, or a folder.

    Raises:
        EmbeddingError: there is no such model, it cannot be read, or it returns more than one score.
    """

    def __init__(self, name: str) -> None:
        hint = "Set RERANK_MODEL to a cross-encoder's name or a folder that exists, or leave it out."
        try:
            self._model = Model(name)
        except (OSError, ValueError, KeyError) as error:
            why = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise EmbeddingError("cannot load the cross-encoder", name, why, hint=hint) from error
        if self._model.num_labels != 1:
            why = f"it gives {self._model.num_labels} scores, one is wanted"
            raise EmbeddingError("cannot use the cross-encoder", name, why, hint=hint)
        self._lock = threading.Lock()  # its tokenizer sets padding anew with each call

    def relevance(self, question: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See `Reranker.relevance`."""
        pairs = [(question, text) for text in texts]
        with self._lock:
            found = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return np.asarray(found, dtype=np.float32).reshape(len(texts))
