"""Any model through sentence-transformers, the reference. The only file that knows sentence-transformers.

Importing it takes several seconds, so `encoders` and `onnx_export` do so only when they must.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from transformers.utils import logging as transformers_logging

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.embedding.packaged_model import PACKAGED, packaged_model_folder
from ingest.errors import EmbeddingError

_BATCH = 16


class TorchEncoder:
    """A sentence-transformers model and its fingerprint, with the prompt for texts; `query_prompt` is for questions."""

    def __init__(self, model: SentenceTransformer, fingerprint: ModelFingerprint, query_prompt: str = "") -> None:
        self.model = model
        self.fingerprint = fingerprint
        self._query_prompt = query_prompt
        # Its tokenizer sets padding anew with each call, which two threads must not do at once.
        self._lock = threading.Lock()

    @classmethod
    def packaged(cls) -> Self:
        """The default model, on the CPU.

        Raises:
            EmbeddingError: its package is missing or damaged.
        """
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # half a second of loading needs none
        # Eager attention computes the same as the fused kind, and its ONNX graph is a quarter faster on a CPU.
        model = SentenceTransformer(
            str(packaged_model_folder()), device="cpu", model_kwargs={"attn_implementation": "eager"}
        )
        return cls(model, PACKAGED)

    @classmethod
    def named(cls, name: str, revision: str, *, query_prompt: str = "", text_prompt: str = "") -> Self:
        """A model of a hub or a folder, on whichever device sentence-transformers finds.

        Args:
            query_prompt: written before each question, text_prompt before each text; "" means the model's own
                configuration.

        Raises:
            EmbeddingError: there is no such model, it cannot be reached or it cannot be read.
        """
        try:
            model = SentenceTransformer(name, revision=revision or None)
        except (OSError, ValueError, KeyError) as error:
            why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            hint = "Set EMBEDDING_MODEL to a model's name or a folder that exists, or leave it out for the default."
            raise EmbeddingError("cannot load the embedding model", name, why, hint=hint) from error
        text_prompt = text_prompt or _own_prompt(model, "document", "passage")
        fingerprint = _fingerprint(model, name, revision, text_prompt)
        return cls(model, fingerprint, query_prompt or _own_prompt(model, "query"))

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """See `Encoder.encode`; the library sorts by length itself."""
        return self._encode(list(texts), self.fingerprint.prompt)

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """See `Encoder.encode_query`."""
        vector: npt.NDArray[np.float32] = self._encode([text], self._query_prompt)[0]
        return vector

    def _encode(self, texts: list[str], prompt: str) -> npt.NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.fingerprint.dimensions), dtype=np.float32)
        with self._lock:
            vectors = self.model.encode(
                texts, prompt=prompt, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


def _own_prompt(model: SentenceTransformer, *names: str) -> str:
    """The first of these prompts that the model's configuration gives."""
    return next((prompt for name in names if (prompt := model.prompts.get(name))), "")


def _fingerprint(model: SentenceTransformer, name: str, revision: str, prompt: str) -> ModelFingerprint:
    modes = (getattr(module, "pooling_mode", None) for module in model)
    dimensions = model.get_embedding_dimension()
    if not dimensions:
        raise EmbeddingError("cannot use the embedding model", name, "it does not state the length of its vectors")
    return ModelFingerprint(
        name=name,
        revision=revision,
        weights_sha256=_tensors_sha256(model),
        pooling=next((str(mode) for mode in modes if mode), "unknown"),
        normalised=True,
        max_tokens=model.max_seq_length or 0,
        dimensions=dimensions,
        prompt=prompt,
    )


def _tensors_sha256(model: SentenceTransformer) -> str:
    """SHA-256 over the model's tensors in the order of their names: the same wherever the model was loaded from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
