"""A digest as Discord messages: each story with a headline, its quote and links to all its articles. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from bot.answering.models import Quote
from bot.digest.models import Coverage, Digest, Label, Story
from bot.render.citation import day, shortened
from bot.render.markdown import fold, harmless, masked_link
from bot.render.messages import RenderedMessage, oversize_files, quote_blocks, source_line, with_files
from bot.render.splitting import Block, fits, pack, paragraph, whole
from ingest.corpus.models import ArticleCard

_STORIES = 10
"""Stories shown; a longer digest would flood the channel."""
_TITLE_CHARS = 200
_SOURCE_CHARS = 60


def render_digest(digest: Digest) -> list[RenderedMessage]:
    """The messages of a digest; at least one."""
    shown = digest.stories[:_STORIES]
    blocks = [whole(_headline(digest))]
    for story in shown:
        blocks += _story(story, quote_blocks)
    hidden = len(digest.stories) - len(shown)
    if hidden:
        blocks.append(paragraph(f"{_count(hidden, 'smaller story', 'smaller stories')} left out."))
    blocks.append(paragraph(_footer(digest.coverage)))
    quotes = tuple(quote for story in shown for quote in story.quotes)
    return with_files(pack(blocks), oversize_files(quotes))


def digest_markdown(digest: Digest) -> str:
    """The digest whole, as one Markdown document (CommonMark), with the same links and nothing else alive."""
    blocks = [whole(_headline(digest))]
    for story in digest.stories:
        blocks += _story(story, _unlimited_quote)
    blocks.append(paragraph(_footer(digest.coverage)))
    return "".join(block.gap + block.text for block in blocks).strip()


def _unlimited_quote(quote: Quote) -> list[Block]:
    """A quote and its source as two paragraphs: without the blank line the source would belong to the quote."""
    return [Block((f"> {harmless(quote.text)}\n\n{source_line(quote)}",))]


def _headline(digest: Digest) -> str:
    """The window is [since, until): the last day shown is that of its last moment."""
    last = digest.until - timedelta(microseconds=1)
    days = f"{day(digest.since)} to {day(last)}"
    return f"## AI news, {days}" if digest.stories else f"## A quiet time\nI found no story from {days}."


def _story(story: Story, show: Callable[[Quote], list[Block]]) -> Iterator[Block]:
    label = "" if story.label is Label.NEW else f" ({story.label})"
    yield paragraph(f"### {harmless(shortened(story.title, _TITLE_CHARS))}{label}")
    quoted = {fold(quote.text) for quote in story.quotes}
    if story.summary and fold(story.summary) not in quoted:
        yield paragraph(harmless(story.summary), gap="\n")
    for quote in story.quotes:
        first, *rest = show(quote)
        yield from (Block(first.parts, gap="\n"), *rest)
    others = _other_articles(story)
    if others:
        yield whole(others, gap="\n")


def _other_articles(story: Story) -> str:
    """`Also in: Publisher (article), ...`: the story's articles that no quote has linked; "" where there are none."""
    quoted = {quote.article.id for quote in story.quotes}
    line = ""
    for card in story.articles:
        if card.id not in quoted:
            longer = f"{line}, {_named(card)}" if line else f"Also in: {_named(card)}"
            line = longer if fits(longer) else line
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
