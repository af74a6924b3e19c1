"""Identifies the embedding model of a vector; stored with it, because vectors of two models cannot be compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class ModelFingerprint:
    """Everything that affects a model's vectors. The runtime (onnxruntime, torch) is not part of it, as it does not.

    Attributes:
        name: the model's name, as EMBEDDING_MODEL gives it.
        revision: a hub's commit or a package's version, "" if neither is known.
        weights_sha256: of the packaged model's weights file; of any other model's tensors, in the order of their names.
        pooling: how token vectors become one ("mean", "cls", ...).
        normalised: whether vectors have length 1.
        max_tokens: texts are cut after this many tokens, special ones included; 0 if the model has no limit.
        dimensions: length of a vector.
        prompt: prefix of every stored text, for models that were trained with one.
    """

    name: str
    revision: str
    weights_sha256: str
    pooling: str
    normalised: bool
    max_tokens: int
    dimensions: int
    prompt: str = ""

    def to_json(self) -> str:
        """One line with sorted keys: equal fingerprints give equal text. The prompt is left out if empty."""
        parts = {name: value for name, value in asdict(self).items() if name != "prompt" or value}
        return json.dumps(parts, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises:
            ValueError: `text` is not a fingerprint.
        """
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError(f"not a model fingerprint: {text[:80]}") from error

    @property
    def digest(self) -> str:
        """A short name for exactly this model, under which its vectors are stored."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return f"{self.name} ({self.weights_sha256[:12]}, {self.pooling}, {self.max_tokens} tokens)"
