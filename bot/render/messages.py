"""An answer as Discord messages, as plain values without discord.py: plain text, or cards of the same parts. Pure.

Statements with their marks come first, then each quote as a block quote with its article and a link to the very
sentence, in Discord's small print. Every word of an article or a model passes through `harmless`; only this module's
own words are Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answering.models import Answer, Mode, Quote, Status
from bot.render.card import Accent, Card, Part, boxed
from bot.render.card import cards as cards_of
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
    """One message, and files for what is too long to be shown.

    Attributes:
        content: its words as Markdown; of plain text 1 to 2,000 characters.
        card: the same words as a card; None where it is plain text.
    """

    content: str
    files: tuple[TextFile | PictureFile, ...] = ()
    card: Card | None = None


def as_card(message: RenderedMessage, accent: Accent | None = None) -> RenderedMessage:
    """A message of plain text in a box."""
    return message if message.card else replace(message, card=boxed([message.content], accent))


def render_answer(answer: Answer, above: str = "", below: str = "", *, cards: bool = False) -> list[RenderedMessage]:
    """The messages of an answer, an abstention or an error; at least one.

    Args:
        above: a line of Markdown to put above everything.
        below: one to put below it, in small print.
        cards: as cards, not as plain text.
    """
    parts = [Part(paragraph(above))] if above else []
    if answer.mode is Mode.MODEL or not answer.quotes:
        parts.append(Part(paragraph(answer_text(answer))))
    if answer.note:  # above the quotes: at the end of a long answer a note that the sources differ would be missed
        parts.append(Part(paragraph(_("Note: {note}").format(note=harmless(answer.note)))))
    show = QuoteParts(titles=not cards)  # beside a button there is little room, and "Sources" has the titles
    parts += [show(quote, age(quote, answer)) for quote in answer.quotes]
    parts += _closing(answer)
    if below:
        parts.append(Part(whole(f"{SMALL}{below}", gap="\n")))
    parts = parts or [Part(paragraph(_("(This answer has no text.)")))]
    return messages_of(parts, answer.quotes, cards=cards, colour=accent(answer))


def accent(answer: Answer) -> Accent:
    """The colour that tells whether something was found."""
    if answer.status is not Status.ANSWERED:
        return Accent.NONE
    return Accent.PARTLY if answer.partly else Accent.ANSWERED


def render_so_far(answer: Answer, above: str = "", *, cards: bool = False) -> RenderedMessage | None:
    """What is written of an answer so far, with its quotes; None if that is too long for one message."""
    messages = render_answer(answer, above, below="…", cards=cards)
    return messages[0] if len(messages) == 1 else None


def render_quotes(quotes: Sequence[Quote], *, cards: bool = False) -> list[RenderedMessage]:
    """Quotes alone; at least one."""
    show = QuoteParts()
    return messages_of([show(quote) for quote in quotes], quotes, cards=cards, colour=Accent.ANSWERED)


def messages_of(
    parts: Sequence[Part], quotes: Sequence[Quote], *, cards: bool, colour: Accent | None = None
) -> list[RenderedMessage]:
    """The parts as messages, with what is too long for them attached to the last."""
    if not cards:
        return with_files(pack(block for part in parts for block in blocks_of(part)), oversize_files(tuple(quotes)))
    shown = [RenderedMessage(card.content, card=card) for card in cards_of(parts, colour)]
    return [*shown[:-1], replace(shown[-1], files=oversize_files(tuple(quotes)))]


def render_sources(quotes: Sequence[Quote], *, cards: bool = False) -> list[RenderedMessage]:
    """The articles of quotes, each once, with the numbers of its quotes."""
    numbers: dict[str, list[int]] = {}
    for quote in quotes:
        numbers.setdefault(quote.article.id, []).append(quote.n)
    named = {quote.article.id: quote.article for quote in quotes}
    lines = (_list_item(card, "".join(f"[{n}]" for n in numbers[key]) + " ") for key, card in named.items())
    return messages_of([Part(whole(line, gap="\n")) for line in lines], (), cards=cards)


def answer_text(answer: Answer) -> str:
    """The statements with their marks, or the bot's own sentence if there are none, as Markdown."""
    if not answer.statements:
        return harmless(answer.text)
    return " ".join(f"{harmless(s.text)} {''.join(f'[{n}]' for n in s.quotes)}" for s in answer.statements)


class QuoteParts:
    """Quotes with their citations. An article's title is shown under its first quote only, or not at all."""

    def __init__(self, *, titles: bool = True) -> None:
        self._named: set[str] = set()
        self._titles = titles

    def __call__(self, quote: Quote, age: str = "") -> Part:
        titled = self._titles and quote.article.id not in self._named
        self._named.add(quote.article.id)
        return Part(whole(quoted(quote)), SMALL + source_line(quote, age, titled=titled), quote.n)

    def under(self, headline: str, quote: Quote) -> Part:
        """The same for a quote under a headline that may already be the title."""
        if fold(headline) == fold(quote.article.title):
            self._named.add(quote.article.id)
        return self(quote)


def blocks_of(part: Part) -> list[Block]:
    """A part for messages of plain text: a quote and its citation are kept together if both fit in one."""
    if not part.quote:
        return [part.block]
    if fits(both := f"{part.block.text}\n{part.source}"):
        return [whole(both, part.block.gap)]
    return [part.block, whole(part.source, gap="\n")]


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


def _closing(answer: Answer) -> Iterator[Part]:
    if answer.nearest:
        yield Part(paragraph(_("The nearest articles I have:")))
        for card in answer.nearest:
            yield Part(whole(_list_item(card), gap="\n"))


def _list_item(card: ArticleCard, marks: str = "") -> str:
    item = f"- {marks}{harmless(citation(card))}"
    link = masked_link(_("article"), card.url)
    return f"{item} · {link}" if link and fits(f"{item} · {link}") else item


def _file_name(quote: Quote) -> str:
    return f"quote-{quote.n}.txt"
