"""Marks elements to be replaced by their text, or removed, once a tree has been settled.

They stay in the tree under special names until the end, because joining strings for each of them would take quadratic
time.
"""

from __future__ import annotations

from typing import Any, Final

GONE: Final = "verbatim-gone"
SAID: Final = "verbatim-said"


def say(element: Any, text: str) -> None:
    """Replace the element's content by `text`; its tail is kept."""
    element.clear(keep_tail=True)
    element.tag = SAID
    element.text = text


def take_out(element: Any) -> None:
    """Remove the element and its content; its tail is kept."""
    element.clear(keep_tail=True)
    element.tag = GONE
