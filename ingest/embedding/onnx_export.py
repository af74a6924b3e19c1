"""The default model's ONNX export: made once, checked, and reused. The only file that knows torch's exporter.

    MODEL_CACHE/all-MiniLM-L6-v2-53aa51172d14-2/
        model.onnx        token ids and mask in, unit vectors out: mean pooling and L2 norm are part of the graph
        weights.bin       its weights
        tokenizer.json    the package's own
        manifest.json     format, fingerprint and the SHA-256 of these files

The weights have a file of their own because onnxruntime maps such a file into memory instead of reading it: a process
with the model takes 60 MiB less (of the word embeddings only those of words that were said), and processes share them.
It is built in a folder beside it and renamed when it is complete and agrees with sentence-transformers, so a folder of
that name is whole or damaged later, never half made. An OS lock lets one process build while others wait.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ingest.embedding.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, OnnxEncoder
from ingest.embedding.packaged_model import PACKAGED, packaged_model_folder, sha256_of
from ingest.errors import EmbeddingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from ingest.embedding.torch_encoder import TorchEncoder

MANIFEST_FILE = "manifest.json"
WEIGHTS_FILE = "weights.bin"
LEAST_COSINE = 0.9999

_FORMAT = 2  # increase it when the files change; it is part of the folder's name, so that older programs keep theirs
_OPSET = 17
_NAME = f"{PACKAGED.name}-{PACKAGED.weights_sha256[:12]}"
"""That of the first format's folder."""
_LEAST_WEIGHTS = 1024
"""Smaller tensors, such as constants of the graph, stay in it; in bytes."""
_PROBES = (
    "",
    "DeepSeek",
    "What is sparse attention?",
    "Die Preise für GLM-5.3 sinken auf 0,60 $ je Million Token – 智谱发布新模型 🚀",
    "The quick brown fox jumps over the lazy dog. " * 60,
)

_log = logging.getLogger(__name__)


def ensure_export(model_cache: Path) -> Path:
    """The folder of a complete export in `model_cache`; if missing or damaged, it is made first (about ten seconds).

    Raises:
        EmbeddingError: it cannot be made: the package is damaged, the cache cannot be written, or the result differs
            from sentence-transformers.
    """
    folder = model_cache / f"{_NAME}-{_FORMAT}"
    if is_whole(folder):
        return folder
    try:
        model_cache.mkdir(parents=True, exist_ok=True)
        with one_builder(folder):
            if not is_whole(folder):  # another process may have built it while this one waited
                _log.info("exporting %s to %s, once", PACKAGED.name, folder)
                _build(folder)
    except OSError as error:
        hint = "Set MODEL_CACHE to a folder that can be written, with 200 MB free."
        raise EmbeddingError("cannot export the embedding model", str(folder), str(error), hint=hint) from error
    return folder


def is_whole(folder: Path) -> bool:
    """Whether `folder` holds an export of the packaged model, byte for byte as it was made (0.07 s)."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        return bool(manifest == _manifest(folder))
    except (OSError, ValueError):
        return False


def _manifest(folder: Path) -> dict[str, object]:
    files = {name: sha256_of(folder / name) for name in (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE)}
    return {"format": _FORMAT, "fingerprint": PACKAGED.to_json(), "files": files}


@contextmanager
def one_builder(folder: Path) -> Iterator[None]:
    """Hold the lock for building `folder`; the kernel frees it when the process dies."""
    with (folder.parent / f"{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(folder: Path) -> None:
    from ingest.embedding.torch_encoder import TorchEncoder  # sentence-transformers takes seconds to import

    for dead in folder.parent.glob(f"{folder.name}.*/"):  # left by a killed process
        shutil.rmtree(dead, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        reference = TorchEncoder.packaged()
        _export(reference.model, draft / MODEL_FILE)
        _move_weights(draft / MODEL_FILE)
        shutil.copyfile(packaged_model_folder() / TOKENIZER_FILE, draft / TOKENIZER_FILE)
        _check(OnnxEncoder(draft), reference)
        (draft / MANIFEST_FILE).write_text(json.dumps(_manifest(draft), indent=2), encoding="utf-8")
        draft.chmod(0o755)  # mkdtemp's folders are private; a cache may be shared
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
        shutil.rmtree(folder.with_name(_NAME), ignore_errors=True)  # a program that still runs has read it
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check(encoder: OnnxEncoder, reference: TorchEncoder) -> None:
    cosines = (encoder.encode(_PROBES) * reference.encode(_PROBES)).sum(axis=1)
    if not cosines.min() >= LEAST_COSINE:  # a NaN is refused too
        why = f"its ONNX export differs from sentence-transformers (cosine {cosines.min():.5f})"
        hint = "Set EMBEDDING_RUNTIME=torch, and report this with the versions of torch and onnxruntime."
        raise EmbeddingError("refused the embedding model", PACKAGED.name, why, hint=hint)


def _move_weights(model: Path) -> None:
    """Move a model's weights into `WEIGHTS_FILE` beside it."""
    import onnx

    loaded = onnx.load(model)
    onnx.save_model(loaded, model, save_as_external_data=True, location=WEIGHTS_FILE, size_threshold=_LEAST_WEIGHTS)
    model.with_name(WEIGHTS_FILE).chmod(0o644)  # it is made private; a cache may be shared


def _export(model: SentenceTransformer, path: Path) -> None:
    """Write `model` as ONNX: (n, t) input_ids and attention_mask in, (n, d) embedding out."""
    import torch

    class Graph(torch.nn.Module):
        """The transformer, mean pooling over unmasked tokens and L2 norm, as sentence-transformers does them."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = cast(torch.nn.Module, model[0].auto_model)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)

    ids = torch.tensor([[101, 7592, 2088, 102], [101, 7592, 102, 0]])
    batch = {0: "n", 1: "t"}
    with warnings.catch_warnings():
        # The tracer warns of branches on shapes; `_check` compares other shapes than the traced one.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Graph().eval(),
            (ids, (ids > 0).long()),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": batch, "attention_mask": batch, "embedding": {0: "n"}},
            opset_version=_OPSET,
            dynamo=False,  # the newer exporter would need onnxscript as well
        )
