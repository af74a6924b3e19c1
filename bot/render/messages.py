"""An answer as Discord messages: plain values that know no Discord. Pure.

Statements with their marks come first, then each quote as a block quote with its article and a link to the very
sentence. Every word of an article or a model passes through `harmless`; only this module's own words are Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.models import Answer, Mode, Quote
from bot.render.citation import age, citation, day
from bot.render.markdown import fold, harmless, masked_link
from bot.render.splitting import Block, fits, pack, paragraph, whole
from ingest.corpus.models import ArticleCard


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text to attach to a message."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message: Markdown of 1 to 2,000 characters, and files where something is too long to be shown whole."""

    content: str
    files: tuple[TextFile, ...] = ()


def render_answer(answer: Answer, above: str = "") -> list[RenderedMessage]:
    """The messages of an answer, an abstention or an error; at least one.

    `above` is a line of Markdown to stand above it all.
    """
    blocks: list[Block] = [paragraph(above)] if above else []
    if answer.mode is Mode.MODEL or not answer.quotes:
        blocks.append(paragraph(answer_text(answer)))
    for quote in answer.quotes:
        blocks += quote_blocks(quote, age(quote, answer))
    blocks += _closing_blocks(answer)
    return with_files(pack(blocks) or ["(This answer has no text.)"], oversize_files(answer.quotes))


def render_quotes(quotes: Sequence[Quote]) -> list[RenderedMessage]:
    """Quotes alone; at least one."""
    blocks = [block for quote in quotes for block in quote_blocks(quote)]
    return with_files(pack(blocks), oversize_files(tuple(quotes)))


def render_sources(quotes: Sequence[Quote]) -> list[RenderedMessage]:
    """The articles of quotes, each once, with the numbers of its quotes."""
    numbers: dict[str, list[int]] = {}
    for quote in quotes:
        numbers.setdefault(quote.article.id, []).append(quote.n)
    cards = {quote.article.id: quote.article for quote in quotes}
    lines = (_list_item(card, "".join(f"[{n}]" for n in numbers[key]) + " ") for key, card in cards.items())
    return [RenderedMessage(content) for content in pack(whole(line, gap="\n") for line in lines)]


def answer_text(answer: Answer) -> str:
    """The statements with their marks, or the bot's own sentence where there are none, as Markdown."""
    if not answer.statements:
        return harmless(answer.text)
    return " ".join(f"{harmless(s.text)} {''.join(f'[{n}]' for n in s.quotes)}" for s in answer.statements)


def quote_blocks(quote: Quote, age: str = "") -> list[Block]:
    """A quote and the line that says where it stands: together where one message holds both."""
    shown = quoted(quote)
    source = source_line(quote, age)
    if fits(f"{shown}\n{source}"):
        return [whole(f"{shown}\n{source}")]
    return [whole(shown), whole(source, gap="\n")]


def quoted(quote: Quote) -> str:
    """The quote as a block quote, or, where its escaped form is too long for one message, the name of its file."""
    shown = f"> {harmless(quote.text)}"
    return shown if fits(shown) else f"> (This quote is attached as {_file_name(quote)}.)"


def source_line(quote: Quote, age: str = "") -> str:
    """`[1] Publisher, “Title”, 28 June 2026 · link`, without the link where it is too long for one message.

    `age` is put behind the date as it is.
    """
    named = f"[{quote.n}] {harmless(citation(quote.article))}{age}"
    for link in (masked_link("read it there", quote.link), masked_link("article", quote.article.url)):
        if link and fits(line := f"{named} · {link}"):
            return line
    return named


def oversize_files(quotes: tuple[Quote, ...]) -> tuple[TextFile, ...]:
    """The quotes that no message can show whole."""
    return tuple(TextFile(_file_name(q), fold(q.text)) for q in quotes if not fits(f"> {harmless(q.text)}"))


def with_files(contents: list[str], files: tuple[TextFile, ...]) -> list[RenderedMessage]:
    """The messages, with all files on the last."""
    *before, last = contents
    return [*map(RenderedMessage, before), RenderedMessage(last, files)]


def _closing_blocks(answer: Answer) -> Iterator[Block]:
    if answer.note:
        yield paragraph(f"Note: {harmless(answer.note)}")
    if answer.nearest:
        yield paragraph("The nearest articles I have:")
        for card in answer.nearest:
            yield whole(_list_item(card), gap="\n")
    if not answer.quotes and answer.newest_article_at:
        yield paragraph(f"My newest article is from {day(answer.newest_article_at)}.")


def _list_item(card: ArticleCard, marks: str = "") -> str:
    item = f"- {marks}{harmless(citation(card))}"
    link = masked_link("article", card.url)
    return f"{item} · {link}" if link and fits(f"{item} · {link}") else item


def _file_name(quote: Quote) -> str:
    return f"quote-{quote.n}.txt"
