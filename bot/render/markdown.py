"""Makes text that others wrote harmless in Discord, and restores it. Pure.

Everything an article or a model wrote passes through `harmless`: white space is folded, Markdown is escaped, and
what Discord would turn into a link, a mention, an emoji or a time is put into a code span, where nothing is live.
`restored` undoes it, so a rendered quote can always be compared with its article.

Source of the grammar: Discord's help page "Markdown Text 101" and the developer reference "Message Formatting".
A backslash escapes any character that is not a letter, a digit or white space.
"""

from __future__ import annotations

import re
from itertools import groupby
from urllib.parse import quote

from bot.answering.links import is_web_address
from ingest.text.layout import fenced, has_fence

_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_WORDS = re.compile(r"[^\s\x00-\x1f\x7f-\x9f](?:.*[^\s\x00-\x1f\x7f-\x9f])?", re.DOTALL)

_IN_ADDRESS = r"[^\s`\\<>]"
_LIVE = re.compile(
    rf"""
      [a-z][a-z0-9+.-]{{0,40}}://{_IN_ADDRESS}*      # an address of any scheme
    | \b(?:mailto|tel):{_IN_ADDRESS}+
    | www\.{_IN_ADDRESS}+
    | (?:[a-z0-9-]{{1,63}}\.){{1,9}}[a-z]{{2,63}}/{_IN_ADDRESS}*   # without a scheme: discord.gg/..., t.me/...
    | <[@\#/:][^`\\<>]{{0,100}}>                        # mention, channel, command, emoji
    | <(?:a|t|id|sound):{_IN_ADDRESS}*>                # animated emoji, time, guild page, sound
    | @(?:everyone|here)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKUP = re.compile(
    r"""
      [\\`*_<\[\]]
    | (?<=\])\(                   # else a mark "[1]" further up would open a link: an escaped "]" closes its label too
    | ~(?=~) | (?<=~)~            # struck out
    | \|(?=\|) | (?<=\|)\|        # spoiler
    | :(?=[^\s:]+(?::|$))         # emoji by name; its second colon may be what follows the text
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(r"^(?=[#>+-])|^(\d+)(?=\.(?:\s|$))")
"""Heading, block quote, list or small print; a numbered list."""
_CODE_OR_ESCAPE = re.compile(r"`([^`]*)`|\\(.)|\*\*", re.DOTALL)
_ESCAPE_OR_CODE = re.compile(r"\\.|(`[^`]*`)", re.DOTALL)
_OPENS, _CLOSES = "\ue000", "\ue001"
"""Stand for the marks of bold while a text is escaped: two characters that Unicode leaves to programs."""
_URL_SAFE = ":/?#@!$&'+,;=%~-._"
"""Reserved and unreserved characters of RFC 3986 without brackets and `*`, plus `%` of what is encoded already."""
_PINGED = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_MASKED_LINK = re.compile(r"(?: · )?\[[^\[\]]*\]\(<[^<>]*>\)")
_CLOSING = ".,;:!?'\"»”’)]}*_~|"


def fold(text: str) -> str:
    """The text with every run of white space (and control characters) as one space, and none at the ends."""
    return _BLANK.sub(" ", text).strip(" ")


def harmless(text: str) -> str:
    """One line of Markdown that shows `fold(text)` and in which nothing is live. `restored` gives it back.

    >>> print(harmless("Ask @everyone about **GPT-5** at https://x.org/a_b"))
    Ask `@everyone` about \\*\\*GPT-5\\*\\* at `https://x.org/a_b`
    """
    text = fold(text)
    out: list[str] = []
    position = 0
    for start, end in _live_spans(text):
        out += _escaped(text[position:start], first=position == 0), f"`{text[start:end]}`"
        position = end
    out.append(_escaped(text[position:], first=position == 0))
    return "".join(out)


def harmless_lines(text: str) -> list[str]:
    """The same, but tables and code keep their lines, each line of code in a code span."""
    lines = text.split("\n")
    if has_fence(text) and any(inside := fenced(lines)):
        shown: list[str] = []
        for is_code, group in groupby(zip(lines, inside, strict=True), key=lambda pair: pair[1]):
            stretch = [line for line, _ in group]
            if is_code:
                shown += [_code_span(line) for line in stretch[1:-1] if fold(line)]
            elif fold(" ".join(stretch)):
                shown.append(harmless("\n".join(stretch)))
        return shown
    if len(lines) > 1 and all(" | " in line for line in lines):
        return [harmless(line) for line in lines if fold(line)]
    return [harmless(text)]


def emboldened_lines(text: str, start: int, end: int) -> list[str]:
    """`harmless_lines` with `text[start:end]` in bold; without bold where that stands in code, an address or two lines.

    `restored` gives the text back, bold or not.
    """
    words = _WORDS.search(text, start, end)
    if words is None or _OPENS in text or _CLOSES in text:
        return harmless_lines(text)
    start, end = words.span()
    lines = harmless_lines(f"{text[:start]}{_OPENS}{words[0]}{_CLOSES}{text[end:]}")
    whole = sum(line.count(_OPENS) * line.count(_CLOSES) for line in lines) == 1
    codes = (code for line in lines for code in _ESCAPE_OR_CODE.findall(line))
    if not whole or any(mark in code for code in codes for mark in (_OPENS, _CLOSES)):
        return harmless_lines(text)
    return [line.replace(_OPENS, "**").replace(_CLOSES, "**") for line in lines]


def _code_span(line: str) -> str:
    """A line of code with its indentation; one that holds a backtick, which no span can, as plain text."""
    indented = line[: len(line) - len(line.lstrip(" "))] + fold(line)
    return harmless(line) if "`" in line or "\\" in line[-1:] else f"`{indented}`"


def restored(markdown: str) -> str:
    """The text that `harmless` was given, with white space folded."""
    return _CODE_OR_ESCAPE.sub(lambda m: m[1] if m[1] is not None else m[2] or "", markdown)


def without_links(markdown: str) -> str:
    """Markdown of this program without its masked links and what leads up to them."""
    return _MASKED_LINK.sub("", markdown)


def masked_link(label: str, url: str | None) -> str:
    """A link that shows `label` and no preview; "" if `url` is not a web address.

    `label` must be a fixed text of this program. What could end the link early is percent-encoded.
    """
    if url is None or not is_web_address(url):
        return ""
    return f"[{label}](<{_PINGED.sub('%40', quote(url, safe=_URL_SAFE))}>)"


def _live_spans(text: str) -> list[tuple[int, int]]:
    """The spans of live things, in order; touching ones are joined, because two code spans must not touch."""
    spans: list[tuple[int, int]] = []
    for match in _LIVE.finditer(text):
        start, end = match.start(), _trimmed_end(match)
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _trimmed_end(match: re.Match[str]) -> int:
    """The end of an address without the punctuation of the sentence around it."""
    found = match[0]
    if found.startswith(("<", "@")):
        return match.end()
    kept = found
    while kept[-1] in _CLOSING and not (kept[-1] == ")" and kept.count("(") >= kept.count(")")):
        kept = kept[:-1]
    return match.start() + len(kept)


def _escaped(piece: str, *, first: bool) -> str:
    piece = _MARKUP.sub(r"\\\g<0>", piece)
    return _LINE_START.sub(r"\1\\", piece) if first else piece
