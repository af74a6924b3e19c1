"""An answer as plain text for a terminal. Pure; control characters of articles never reach the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.links import is_web_address
from bot.answering.models import Answer, Mode, Quote
from bot.render.citation import age, citation
from bot.render.markdown import fold


def render_terminal(answer: Answer) -> str:
    """The answer with its quotes, their articles and addresses; no trailing line break."""
    return "\n\n".join(_paragraphs(answer))


def _paragraphs(answer: Answer) -> Iterator[str]:
    if answer.mode is Mode.MODEL or not answer.quotes:
        yield _text(answer)
    for quote in answer.quotes:
        yield _quote(quote, age(quote, answer))
    if answer.note:
        yield f"Note: {fold(answer.note)}"
    if answer.nearest:
        yield "\n".join(["The nearest articles I have:", *(f"  - {citation(card)}" for card in answer.nearest)])


def _text(answer: Answer) -> str:
    if not answer.statements:
        return fold(answer.text)
    return " ".join(f"{fold(s.text)} {''.join(f'[{n}]' for n in s.quotes)}" for s in answer.statements)


def _quote(quote: Quote, age: str) -> str:
    lines = [f"[{quote.n}] “{fold(quote.text)}”", f"    {citation(quote.article)}{age}"]
    if quote.link is not None and is_web_address(quote.link):
        lines.append(f"    {fold(quote.link)}")
    return "\n".join(lines)
