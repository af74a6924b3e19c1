"""Where a transcript goes: to standard output, or between its two marks in a page of docs/."""

from __future__ import annotations

import sys
from pathlib import Path

BEGIN, END = "<!-- transcript: begin -->", "<!-- transcript: end -->"


def put(played: str) -> None:
    """Print a transcript, or write it into the page that the command line names."""
    if len(sys.argv) == 1:
        sys.stdout.write(played)
        return
    page = Path(sys.argv[1])
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}\n{played}{END}{rest.partition(END)[2]}", encoding="utf-8")
