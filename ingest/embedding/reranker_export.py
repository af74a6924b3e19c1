"""A cross-encoder of sentence-transformers as ONNX, with 8-bit weights where that keeps its scores; made once.

    MODEL_CACHE/reranker-NAME-1a2b3c4d5e6f/    model.onnx, tokenizer.json, manifest.json

A folder of a model is known by its weights, a hub's model by its name: to have a newer one, remove the export.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from ingest.embedding.onnx_encoder import MODEL_FILE, TOKENIZER_FILE, quantise
from ingest.embedding.onnx_export import MANIFEST_FILE, one_builder
from ingest.embedding.packaged_model import sha256_of
from ingest.embedding.reranker import TOKENS, CrossEncoder
from ingest.errors import EmbeddingError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder as Model

SAME = 0.001
"""An export whose scores (0 to 1) are further from the model's is refused."""
NEAR = 0.05
"""8-bit weights whose scores are further from the model's are not used."""
_HINT = "Set RERANK_MODEL to a cross-encoder's name or a folder that exists, or leave it out."
_OPSET = 17
_PAIRS = (
    ("Who bought Acme?", "Acme was bought by Foo for $2 billion."),
    ("Who bought Acme?", "The weather in Lisbon will stay warm for the rest of the week."),
    ("How many parameters does GLM-5.3 have?", "Prices\nGLM-5.3 has 355 billion parameters, of which 32 are active."),
    ("how big is it", "It is open."),
    ("What is sparse attention?", "Sparse attention looks at a part of the tokens. " * 40),
)
_log = logging.getLogger(__name__)


def open_reranker(name: str, model_cache: Path) -> CrossEncoder:
    """The cross-encoder of that name or folder, exported first if need be.

    Raises:
        EmbeddingError: there is no such model, it cannot be read or exported, or it gives more than one score.
    """
    folder = model_cache / f"reranker-{_slug(name)}"
    if _is_whole(folder):  # without the lock: an image's cache may be read-only
        return CrossEncoder(folder)
    try:
        model_cache.mkdir(parents=True, exist_ok=True)
        with one_builder(folder):
            if not _is_whole(folder):
                _log.info("exporting %s to %s, once", name, folder)
                _build(name, folder)
    except OSError as error:
        hint = "Set MODEL_CACHE to a folder that can be written, with 500 MB free."
        raise EmbeddingError("cannot export the cross-encoder", name, str(error), hint=hint) from error
    return CrossEncoder(folder)


def _slug(name: str) -> str:
    """The name as part of a folder's, with what tells two of a name apart."""
    weights = Path(name) / "model.safetensors"
    known = sha256_of(weights) if weights.is_file() else hashlib.sha256(name.encode()).hexdigest()
    return f"{re.sub(r'[^a-zA-Z0-9.]+', '-', Path(name).name)[:60]}-{known[:12]}"


def _is_whole(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        return bool(manifest == _manifest(folder))
    except (OSError, ValueError):
        return False


def _manifest(folder: Path) -> dict[str, str]:
    return {name: sha256_of(folder / name) for name in (MODEL_FILE, TOKENIZER_FILE)}


def _build(name: str, folder: Path) -> None:
    model = _loaded(name)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        _export(model, draft / MODEL_FILE)
        model.tokenizer.backend_tokenizer.save(str(draft / TOKENIZER_FILE))
        scores = _scores(model)
        _check(name, draft, scores)
        _shrink(draft, scores)
        (draft / MANIFEST_FILE).write_text(json.dumps(_manifest(draft), indent=2), encoding="utf-8")
        draft.chmod(0o755)  # mkdtemp's folders are private; a cache may be shared
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _loaded(name: str) -> Model:
    from sentence_transformers import CrossEncoder as Model  # takes seconds to import

    try:
        model = Model(name, max_length=TOKENS, device="cpu")
    except (OSError, ValueError, KeyError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EmbeddingError("cannot load the cross-encoder", name, why, hint=_HINT) from error
    if model.num_labels != 1:
        why = f"it gives {model.num_labels} scores, one is wanted"
        raise EmbeddingError("cannot use the cross-encoder", name, why, hint=_HINT)
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise EmbeddingError("cannot use the cross-encoder", name, "it has no fast tokenizer", hint=_HINT)
    return cast("Model", model)


def _scores(model: Model) -> npt.NDArray[np.float32]:
    """What the model itself makes of the pairs."""
    import torch

    found = model.predict(list(_PAIRS), activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
    return np.asarray(found, dtype=np.float32).reshape(len(_PAIRS))


def _check(name: str, folder: Path, wanted: npt.NDArray[np.float32]) -> None:
    apart = _furthest(folder, wanted)
    if not apart <= SAME:  # a NaN is refused too
        why = f"its ONNX export differs from sentence-transformers (by {apart:.4f})"
        raise EmbeddingError("cannot use the cross-encoder", name, why, hint=_HINT)


def _shrink(folder: Path, wanted: npt.NDArray[np.float32]) -> None:
    """Use 8-bit weights if they give nearly the same scores."""
    full, small = folder / MODEL_FILE, folder / "small" / MODEL_FILE
    small.parent.mkdir()
    quantise(full, small)
    shutil.copyfile(folder / TOKENIZER_FILE, small.parent / TOKENIZER_FILE)
    apart = _furthest(small.parent, wanted)
    _log.info("8-bit weights change a score by %.3f at most", apart)
    if apart <= NEAR:
        small.replace(full)
    shutil.rmtree(small.parent)


def _furthest(folder: Path, wanted: npt.NDArray[np.float32]) -> float:
    encoder = CrossEncoder(folder)
    found = [float(encoder.relevance(question, [text])[0]) for question, text in _PAIRS]
    return float(np.abs(np.array(found) - wanted).max())


def _export(model: Model, path: Path) -> None:
    """Write the model as ONNX: (n, t) token arrays in, (n, 1) logit out."""
    import torch

    class Graph(torch.nn.Module):
        """The transformer with its head, without sentence-transformers' activation."""

        def __init__(self, names: Sequence[str]) -> None:
            super().__init__()
            self.transformer, self.names = cast(torch.nn.Module, model.model), names

        def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
            logits: torch.Tensor = self.transformer(**dict(zip(self.names, arrays, strict=True))).logits
            return logits

    tokenizer = cast(Any, model.tokenizer)
    tokens = tokenizer([pair[0] for pair in _PAIRS], [pair[1] for pair in _PAIRS], padding=True, truncation=True)
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokens]
    batch = {0: "n", 1: "t"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of branches on shapes; `_check` compares other shapes
        torch.onnx.export(
            Graph(names).eval(),
            tuple(torch.tensor(tokens[name]) for name in names),
            str(path),
            input_names=names,
            output_names=["logit"],
            dynamic_axes={**dict.fromkeys(names, batch), "logit": {0: "n"}},
            opset_version=_OPSET,
            dynamo=False,  # the newer exporter would need onnxscript as well
        )
