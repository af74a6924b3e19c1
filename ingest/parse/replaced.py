"""Elements that give way to their text, or to nothing, while a tree is being settled.

They stay in the tree under names of their own until the end: to join strings at once for each of many would take
quadratic time.
"""

from __future__ import annotations

from typing import Any, Final

GONE: Final = "verbatim-gone"
SAID: Final = "verbatim-said"


def say(element: Any, text: str) -> None:
    """The element's content by `text`, its tail kept."""
    element.clear(keep_tail=True)
    element.tag = SAID
    element.text = text


def take_out(element: Any) -> None:
    """The element with its content; its tail is kept."""
    element.clear(keep_tail=True)
    element.tag = GONE
