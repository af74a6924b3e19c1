"""Opens the encoder that the settings name: text to unit vectors. Each model library has a file of its own.

    EMBEDDING_MODEL                 EMBEDDING_RUNTIME   encoder
    all-MiniLM-L6-v2 (default)      auto, onnx          `onnx_encoder` (onnxruntime), ready in about half a second
    all-MiniLM-L6-v2 (default)      torch               `torch_encoder` (sentence-transformers), the reference
    any other name or folder        auto, torch         `torch_encoder`

torch is imported only when needed: to export the default model once, and for other models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.embedding.packaged_model import PACKAGED
from ingest.errors import SettingsError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ingest.settings import IngestSettings

__all__ = ["Encoder", "ModelFingerprint", "TextEncoder", "open_encoder", "prepare"]


class TextEncoder(Protocol):
    """A loaded model that embeds articles."""

    @property
    def fingerprint(self) -> ModelFingerprint:
        """Which model this is."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """The (len(texts), d) unit row vectors of `texts`, in their order.

        Thread-safe. Splits any number of texts into batches of its own; texts longer than the model's limit are cut.
        """


class Encoder(TextEncoder, Protocol):
    """A loaded model that embeds articles and questions, possibly at the same time."""

    def encode_query(self, text: str) -> npt.NDArray[np.float32]:
        """The (d,) unit vector of a question; some models expect another prompt before questions than before texts."""


def open_encoder(settings: IngestSettings) -> Encoder:
    """Load the model that the settings name.

    Raises:
        SettingsError: the runtime or the revision does not fit the model.
        EmbeddingError: the model cannot be loaded.
    """
    packaged = settings.embedding_model == PACKAGED.name
    _check(settings, packaged)
    if packaged and settings.embedding_runtime != "torch":
        from ingest.embedding.onnx_encoder import OnnxEncoder
        from ingest.embedding.onnx_export import ensure_export

        return OnnxEncoder(ensure_export(settings.model_cache))
    from ingest.embedding.torch_encoder import TorchEncoder

    if packaged:
        return TorchEncoder.packaged()
    return TorchEncoder.named(
        settings.embedding_model,
        settings.embedding_revision,
        query_prompt=settings.embedding_query_prompt,
        text_prompt=settings.embedding_text_prompt,
    )


def prepare(settings: IngestSettings) -> ModelFingerprint:
    """Prepare the model so that no later start has to wait: export the default one, download any other.

    Safe to run twice and in two processes at once. Raises what `open_encoder` raises.
    """
    return open_encoder(settings).fingerprint


def _check(settings: IngestSettings, packaged: bool) -> None:
    if settings.embedding_runtime == "onnx" and not packaged:
        raise SettingsError(
            "wrong setting",
            "EMBEDDING_RUNTIME",
            f"onnx runs {PACKAGED.name} only, not {settings.embedding_model}",
            hint="Set EMBEDDING_RUNTIME to auto.",
        )
    if settings.embedding_revision and packaged:
        raise SettingsError(
            "wrong setting",
            "EMBEDDING_REVISION",
            f"the packaged {PACKAGED.name} has one revision only",
            hint=f"Leave EMBEDDING_REVISION empty, or set EMBEDDING_MODEL to sentence-transformers/{PACKAGED.name}.",
        )
