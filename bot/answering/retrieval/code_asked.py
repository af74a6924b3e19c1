"""Whether a question asks for code, which is quoted to nobody else. Pure."""

from __future__ import annotations

import re

_HOW = re.compile(
    r"\bhow\b.{0,60}\b(?:install|set ?up|run|start|use|call|build|compile|deploy|configure|serve|launch|enable|import"
    r"|write|print|download|upgrade|update)\b",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"\b(?:commands?|code|snippets?|scripts?|syntax|one-?liner|command line|examples? of (?:code|use))\b"
)


def asks_for_code(question: str) -> bool:
    """Whether a question is about how something is installed, run or written."""
    return _HOW.search(question) is not None or _WHAT.search(question) is not None
