"""Vectors of a made-up model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ingest.embedding.fingerprint import ModelFingerprint

D = 8
MODEL = ModelFingerprint("test", "", "0" * 64, pooling="mean", normalised=True, max_tokens=16, dimensions=D)
Vectors = npt.NDArray[np.float32]


def unit_rows(n: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).normal(size=(n, D)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows
