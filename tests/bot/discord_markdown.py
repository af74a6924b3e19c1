"""What Discord's clients make of a message, for tests: an independent reading of its Markdown.

Follows the order of Discord's parser: a backslash escape, then a code span, then everything that is live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\\[^0-9A-Za-z\s]")
_CODE = re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")
_FENCE = re.compile(r"```")
_LINK = re.compile(r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)")
_INLINE = re.compile(
    r"<https?:|(?:https?|steam|discord)://\S|www\.\S|discord\.gg/\S|<@|<#|</\w|<a?:\w+:\d|<t:-?\d|<id:"
    r"|@everyone|@here|\*|_|~~|\|\||:[\w+-]+:",
    re.IGNORECASE,
)
_LINE = re.compile(r"#{1,3} |-# |[-*+] |\d+\. |>")


def live(content: str) -> Iterator[str]:
    """Everything Discord would not show as plain text, code or a block quote, in order; a link as `link:ADDRESS`."""
    position = 0
    while position < len(content):
        if position == 0 or content[position - 1] == "\n":
            position += 2 * content.startswith("> ", position)
            if mark := _LINE.match(content, position):
                yield f"line:{mark[0].strip()}"
        if skipped := _ESCAPE.match(content, position):
            position = skipped.end()
        elif _FENCE.match(content, position):
            yield "fence"
            position += 3
        elif code := _CODE.match(content, position):
            position = code.end()
        elif link := _LINK.match(content, position):
            yield f"link:{link[2]}"
            position = link.end()
        else:
            if found := _INLINE.match(content, position):
                yield found[0]
            position += 1


def block_quotes(contents: list[str]) -> list[str]:
    """The Markdown of each block quote, in order."""
    return [line[2:] for content in contents for line in content.split("\n") if line.startswith("> ")]
