"""How fast the whole ingest is: runs `embed_speed.py`, which says how.

    python bench/ingest.py --data FOLDER [--articles 3] [--rounds 2]

Python looks for imports in a script's own folder first, so every bench that imports the package `ingest` finds this
file. It then steps aside for the package.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def step_aside() -> None:
    """Put the installed package in this module's place."""
    here, path = Path(__file__).parent, sys.path[:]
    sys.path[:] = [entry for entry in path if Path(entry or ".").resolve() != here]
    del sys.modules["ingest"]
    importlib.import_module("ingest")
    sys.path[:] = path


if __name__ == "ingest":
    step_aside()
elif __name__ == "__main__":
    importlib.import_module("embed_speed").main()
