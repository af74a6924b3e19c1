"""Lets `python bench/NAME.py` import what `python -m bench.NAME` imports: say `import bench` before anything of ours.

Python looks in a started script's own folder first, where `bench` is this file. It stands in for the package, and puts
the repository's folder in place of the script's.
"""

from __future__ import annotations

import sys
from pathlib import Path

__path__ = [str(Path(__file__).parent)]
sys.path[0] = str(Path(__file__).parents[1])
