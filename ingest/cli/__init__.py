"""What each command of `python -m ingest` does, one module a family of commands."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from ingest.settings import IngestSettings

Command = Callable[[IngestSettings, Namespace], int]
"""Takes the settings and the words of the command line, prints, and returns the exit code."""
