"""A digest as Discord messages: each story with a headline, its quote and links to all its articles. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.answering.models import Quote
from bot.dates import days
from bot.digest.models import Coverage, Digest, Label, Story
from bot.render.citation import shortened
from bot.render.markdown import fold, harmless, masked_link
from bot.render.messages import SMALL, QuoteBlocks, RenderedMessage, oversize_files, source_line, with_files
from bot.render.splitting import Block, fits, pack, paragraph, whole
from ingest.corpus.models import ArticleCard

_STORIES = 10
"""Stories shown; a longer digest would flood the channel."""
_TITLE_CHARS = 200
_SOURCE_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Look:
    """Where Discord and a document differ.

    Attributes:
        show: a quote with its source, under a headline.
        small: opens small print.
        gap: stands above a headline; Discord leaves room of its own.
    """

    show: Callable[[str, Quote], list[Block]]
    small: str
    gap: str


def render_digest(digest: Digest) -> list[RenderedMessage]:
    """The messages of a digest; at least one."""
    shown = digest.stories[:_STORIES]
    look = _Look(QuoteBlocks().under, small=SMALL, gap="\n")
    blocks = [whole(_headline(digest)), *(block for story in shown for block in _together(_story(story, look)))]
    hidden = len(digest.stories) - len(shown)
    left_out = f"{_count(hidden, 'smaller story', 'smaller stories')} left out. " if hidden else ""
    blocks.append(paragraph(SMALL + left_out + _footer(digest.coverage)))
    quotes = tuple(quote for story in shown for quote in story.quotes)
    return with_files(pack(blocks), oversize_files(quotes))


def digest_markdown(digest: Digest) -> str:
    """The digest whole, as one Markdown document (CommonMark), with the same links and nothing else alive."""
    look = _Look(_unlimited_quote, small="", gap="\n\n")
    blocks = [whole(_headline(digest)), *(block for story in digest.stories for block in _story(story, look))]
    blocks.append(paragraph(_footer(digest.coverage)))
    return "".join(block.gap + block.text for block in blocks).strip()


def _unlimited_quote(_: str, quote: Quote) -> list[Block]:
    """A quote and its source as two paragraphs: without the blank line the source would belong to the quote."""
    return [Block((f"> {harmless(quote.text)}\n\n{source_line(quote)}",))]


def _headline(digest: Digest) -> str:
    """The window is [since, until): the last day shown is that of its last moment."""
    last = digest.until - timedelta(microseconds=1)
    told = days(digest.since, last)
    return f"## AI news, {told}" if digest.stories else f"## A quiet time\nI found no story from {told}."


def _together(blocks: Iterable[Block]) -> list[Block]:
    """A story on one message where it fits on one; else each quote, so that no headline ends a message alone."""
    first, *rest = blocks
    told = first.text
    while rest and fits(told + rest[0].gap + rest[0].text):
        told += rest[0].gap + rest.pop(0).text
    return [Block((told,), first.gap), *rest] if fits(told) else [first, *rest]


def _story(story: Story, look: _Look) -> Iterator[Block]:
    label = "" if story.label is Label.NEW else f" ({story.label})"
    yield paragraph(f"### {harmless(shortened(story.title, _TITLE_CHARS))}{label}", gap=look.gap)
    quoted = {fold(quote.text) for quote in story.quotes}
    if story.summary and fold(story.summary) not in quoted:
        yield paragraph(harmless(story.summary), gap="\n")
    for quote in story.quotes:
        first, *rest = look.show(story.title, quote)
        yield from (Block(first.parts, gap="\n"), *rest)
    others = _other_articles(story)
    if others:
        yield whole(look.small + others, gap="\n")


def _other_articles(story: Story) -> str:
    """`Also in: Publisher (article), ...`: the story's articles that no quote has linked; "" where there are none."""
    quoted = {quote.article.id for quote in story.quotes}
    line = ""
    for card in story.articles:
        if card.id not in quoted:
            longer = f"{line}, {_named(card)}" if line else f"Also in: {_named(card)}"
            line = longer if fits(SMALL + longer) else line
    return line


def _named(card: ArticleCard) -> str:
    source = harmless(shortened(card.source or card.title, _SOURCE_CHARS))
    link = masked_link("article", card.url)
    return f"{source} · {link}" if link and fits(f"Also in: {source} · {link}") else source


def _footer(coverage: Coverage) -> str:
    troubles: Sequence[str] = [
        f"{count} {what}" for count, what in ((coverage.failed, "failed"), (coverage.silent, "silent")) if count
    ]
    told = ", ".join([f"{coverage.checked} of {_count(coverage.sources, 'source', 'sources')} checked", *troubles])
    return f"Coverage: {told}; {_count(coverage.articles, 'article', 'articles')} read."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
