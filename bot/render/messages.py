"""An answer as Discord messages, as plain values without discord.py. Pure.

Statements with their marks come first, then each quote as a block quote with its article and a link to the very
sentence, in Discord's small print. Every word of an article or a model passes through `harmless`; only this module's
own words are Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.answering.models import Answer, Mode, Quote
from bot.render.citation import age, citation
from bot.render.markdown import emboldened_lines, fold, harmless, harmless_lines, masked_link
from bot.render.splitting import Block, fits, pack, paragraph, whole
from bot.translation import _
from ingest.models import ArticleCard

SMALL = "-# "
"""Opens a line of small print (Discord's help page "Markdown Text 101", "Subtext")."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text to attach to a message."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A PNG to attach to a message; `alt` describes it."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message: Markdown of 1 to 2,000 characters, and files for what is too long to be shown."""

    content: str
    files: tuple[TextFile | PictureFile, ...] = ()


def render_answer(answer: Answer, above: str = "", below: str = "") -> list[RenderedMessage]:
    """The messages of an answer, an abstention or an error; at least one.

    Args:
        above: a line of Markdown to put above everything.
        below: one to put below it, in small print.
    """
    blocks: list[Block] = [paragraph(above)] if above else []
    if answer.mode is Mode.MODEL or not answer.quotes:
        blocks.append(paragraph(answer_text(answer)))
    if answer.note:  # above the quotes: at the end of a long answer a note that the sources differ would be missed
        blocks.append(paragraph(_("Note: {note}").format(note=harmless(answer.note))))
    show = QuoteBlocks()
    for quote in answer.quotes:
        blocks += show(quote, age(quote, answer))
    blocks += _closing_blocks(answer)
    if below:
        blocks.append(whole(f"{SMALL}{below}", gap="\n"))
    return with_files(pack(blocks) or [_("(This answer has no text.)")], oversize_files(answer.quotes))


def render_so_far(answer: Answer, above: str = "") -> RenderedMessage | None:
    """What is written of an answer so far, with its quotes; None if that is too long for one message."""
    messages = render_answer(answer, above, below="…")
    return messages[0] if len(messages) == 1 else None


def render_quotes(quotes: Sequence[Quote]) -> list[RenderedMessage]:
    """Quotes alone; at least one."""
    show = QuoteBlocks()
    blocks = [block for quote in quotes for block in show(quote)]
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
    """The statements with their marks, or the bot's own sentence if there are none, as Markdown."""
    if not answer.statements:
        return harmless(answer.text)
    return " ".join(f"{harmless(s.text)} {''.join(f'[{n}]' for n in s.quotes)}" for s in answer.statements)


class QuoteBlocks:
    """Quotes with their citations. An article's title is shown under its first quote only."""

    def __init__(self) -> None:
        self._named: set[str] = set()

    def __call__(self, quote: Quote, age: str = "") -> list[Block]:
        """A quote and its citation, kept together if both fit in one message."""
        titled = quote.article.id not in self._named
        self._named.add(quote.article.id)
        shown = quoted(quote)
        source = SMALL + source_line(quote, age, titled=titled)
        if fits(f"{shown}\n{source}"):
            return [whole(f"{shown}\n{source}")]
        return [whole(shown), whole(source, gap="\n")]

    def under(self, headline: str, quote: Quote) -> list[Block]:
        """The same for a quote under a headline that may already be the title."""
        if fold(headline) == fold(quote.article.title):
            self._named.add(quote.article.id)
        return self(quote)


def quoted(quote: Quote) -> str:
    """The quote as a block quote or, if its escaped form is too long for one message, the name of its file."""
    shown = _shown(quote)
    return shown if fits(shown) else "> " + _("(This quote is attached as {file}.)").format(file=_file_name(quote))


@lru_cache(maxsize=64)
def _shown(quote: Quote) -> str:
    """The quote's lines, the words that answer in bold. Remembered, for it is asked whether they fit, and then them."""
    if quote.highlight is None:
        lines = harmless_lines(quote.text)
    else:
        lines = emboldened_lines(quote.text, *(at - quote.start for at in quote.highlight))
    return "\n".join(f"> {line}" for line in lines)


def source_line(quote: Quote, age: str = "", *, titled: bool = True) -> str:
    """`[1] Publisher, “Title”, 28 June 2026 · link`, without the link if it is too long for one message.

    `age` is put after the date unchanged.
    """
    named = f"[{quote.n}] {harmless(citation(quote.article, titled=titled))}{age}"
    for link in (masked_link(_("read it there"), quote.link), masked_link(_("article"), quote.article.url)):
        line = f"{named} · {link}"
        if link and fits(SMALL + line):
            return line
    return named


def oversize_files(quotes: tuple[Quote, ...]) -> tuple[TextFile, ...]:
    """The quotes that are too long for a message."""
    return tuple(TextFile(_file_name(q), fold(q.text)) for q in quotes if not fits(_shown(q)))


def with_files(contents: list[str], files: tuple[TextFile, ...]) -> list[RenderedMessage]:
    """The messages, with all files on the last one."""
    *before, last = contents
    return [*map(RenderedMessage, before), RenderedMessage(last, files)]


def _closing_blocks(answer: Answer) -> Iterator[Block]:
    if answer.nearest:
        yield paragraph(_("The nearest articles I have:"))
        for card in answer.nearest:
            yield whole(_list_item(card), gap="\n")


def _list_item(card: ArticleCard, marks: str = "") -> str:
    item = f"- {marks}{harmless(citation(card))}"
    link = masked_link(_("article"), card.url)
    return f"{item} · {link}" if link and fits(f"{item} · {link}") else item


def _file_name(quote: Quote) -> str:
    return f"quote-{quote.n}.txt"
