"""The commands of `python -m ingest`, one module for each family of them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from ingest.settings import IngestSettings

Command = Callable[[IngestSettings, Namespace], int]
"""Takes the settings and the parsed arguments, prints, and returns the exit code."""
