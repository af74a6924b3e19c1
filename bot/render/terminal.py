"""An answer as plain text for a terminal. Pure; control characters of articles never reach the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.links import is_web_address
from bot.answering.models import Answer, Mode, Quote
from bot.render.citation import age, citation
from bot.render.markdown import fold

_BOLD, _PLAIN = "\x1b[1m", "\x1b[22m"
"""ECMA-48, "Select Graphic Rendition"."""


def render_terminal(answer: Answer, *, bold: bool = False) -> str:
    """The answer with its quotes, their articles and addresses; no trailing line break.

    Args:
        bold: print the words that answer in bold.
    """
    return "\n\n".join(_paragraphs(answer, bold))


def _paragraphs(answer: Answer, bold: bool) -> Iterator[str]:
    if answer.mode is Mode.MODEL or not answer.quotes:
        yield _text(answer)
    for quote in answer.quotes:
        yield _quote(quote, age(quote, answer), bold)
    if answer.note:
        yield f"Note: {fold(answer.note)}"
    if answer.nearest:
        yield "\n".join(["The nearest articles I have:", *(f"  - {citation(card)}" for card in answer.nearest)])


def _text(answer: Answer) -> str:
    if not answer.statements:
        return fold(answer.text)
    return " ".join(f"{fold(s.text)} {''.join(f'[{n}]' for n in s.quotes)}" for s in answer.statements)


def _quote(quote: Quote, age: str, bold: bool) -> str:
    lines = [f"[{quote.n}] “{_marked(quote, bold)}”", f"    {citation(quote.article)}{age}"]
    if quote.link is not None and is_web_address(quote.link):
        lines.append(f"    {fold(quote.link)}")
    return "\n".join(lines)


def _marked(quote: Quote, bold: bool) -> str:
    """The quote's words, on one line, those that answer in bold."""
    if not bold or quote.highlight is None:
        return fold(quote.text)
    start, end = (at - quote.start for at in quote.highlight)
    parts = (quote.text[:start], quote.text[start:end], quote.text[end:])
    before, answering, behind = (fold(part) for part in parts)
    gap = " " if parts[0][-1:].isspace() else ""
    rest = " " if parts[2][:1].isspace() else ""
    return f"{before}{gap}{_BOLD}{answering}{_PLAIN}{rest}{behind}"
