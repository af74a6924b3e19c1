"""A digest as Discord messages, one per page, and as one document. Pure.

A story is a headline, the quote behind it, and links to all its articles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo

from bot.answering.models import Quote
from bot.digest.models import Coverage, Digest, Label, Story
from bot.lexicon.dates import day, days
from bot.render.citation import shortened
from bot.render.markdown import fold, harmless, masked_link
from bot.render.messages import SMALL, QuoteBlocks, RenderedMessage, oversize_files, source_line
from bot.render.splitting import LIMIT, Block, fits, pack, paragraph, size, whole
from ingest.models import ArticleCard

NOTE_CHARS = 160
STORIES = 12
"""Stories shown in Discord; a document has all of them."""
FIRST_STORIES = 7
"""Stories of the first page, which everybody sees: about one screen of a phone."""
_OTHERS = 3
"""Further articles that a story links to in Discord; the document has all of them."""
_QUIET = 3
"""With fewer new stories than this, a digest says that the week was quiet."""
_TITLE_CHARS = 200
_SOURCE_CHARS = 60


@dataclass(frozen=True, slots=True)
class _Look:
    """How Discord and a document differ.

    Attributes:
        show: a quote with its source, under a headline.
        small: opens small print.
        gap: goes above a headline; Discord adds space of its own.
        short: a story shows only the quotes behind its summary.
    """

    show: Callable[[str, Quote], list[Block]]
    small: str
    gap: str
    short: bool


def render_digest(digest: Digest, note: str = "", zone: tzinfo = UTC) -> list[RenderedMessage]:
    """The pages of a digest, one message each; at least one. The first has the coverage.

    Args:
        note: Markdown under the heading, at most `NOTE_CHARS` long. Room is kept for one in any case: pages are
            split the same way with and without it, because the buttons lead to pages without the note.
        zone: time zone of the days in the heading.
    """
    shown = digest.stories[:STORIES]
    foot = SMALL + _footer(digest, len(shown))
    head = _headline(digest, zone)
    look = _Look(_quote, small=SMALL, gap="\n", short=True)
    pages = [_Page(head, (), LIMIT - size(foot) - 2 - NOTE_CHARS)]
    for story in shown:
        for n, text in enumerate(_pieces(story, look)):
            quotes = _shown(story, look) if n == 0 else ()
            is_full = len(pages) == 1 and n == 0 and pages[0].stories == FIRST_STORIES
            if is_full or not pages[-1].takes(text):
                pages.append(_Page("", (), LIMIT))
            pages[-1] = pages[-1].with_(text, quotes, stories=int(n == 0))
    first, *others = pages
    noted = "\n".join(filter(None, (head, note))) + first.content.removeprefix(head)
    contents = [f"{noted}\n\n{foot}", *(page.content for page in others)]
    return [RenderedMessage(text, oversize_files(page.quotes)) for text, page in zip(contents, pages, strict=True)]


def digest_markdown(digest: Digest) -> str:
    """The whole digest as one Markdown document (CommonMark), with the same links and no other live mark-up."""
    look = _Look(_unlimited_quote, small="", gap="\n\n", short=False)
    blocks = [whole(_headline(digest, UTC)), *(block for story in digest.stories for block in _story(story, look))]
    blocks.append(paragraph(_footer(digest, len(digest.stories))))
    return "".join(block.gap + block.text for block in blocks).strip()


def late(due: str) -> str:
    """The line that marks a digest as late; `due` is its due time in words."""
    return f"{SMALL}Late: this was due {harmless(due)}."


@dataclass(frozen=True, slots=True)
class _Page:
    content: str
    quotes: tuple[Quote, ...]
    room: int
    stories: int = 0

    def takes(self, text: str) -> bool:
        return not self.content or size(self.content) + 1 + size(text) <= self.room

    def with_(self, text: str, quotes: tuple[Quote, ...], stories: int) -> _Page:
        return _Page(f"{self.content}\n{text}".strip(), (*self.quotes, *quotes), self.room, self.stories + stories)


def _quote(headline: str, quote: Quote) -> list[Block]:
    """Each quote has its full citation, because a page may be read on its own."""
    return QuoteBlocks().under(headline, quote)


def _unlimited_quote(_: str, quote: Quote) -> list[Block]:
    """A quote and its source as two paragraphs: without the blank line the source would belong to the quote."""
    return [Block((f"> {harmless(quote.text)}\n\n{source_line(quote)}",))]


def _headline(digest: Digest, zone: tzinfo) -> str:
    period = days(*digest.first_and_last, zone)
    length = "week" if digest.until - digest.since >= timedelta(days=6) else "time"
    if not digest.stories:
        return f"## A quiet {length}\nI found no story from {period}."
    new = sum(story.label is not Label.ONGOING for story in digest.stories)
    if new >= _QUIET:
        return f"## AI news, {period}"
    news = _count(new, "story is", "stories are") if new else "nothing is"
    return f"## AI news, {period}\nA quiet {length}: {news} new."


def _pieces(story: Story, look: _Look) -> list[str]:
    """A story in one message if it fits; else cut between quotes, never right after its headline."""
    first, *rest = _story(story, look)
    told = first.text
    while rest and fits(told + rest[0].gap + rest[0].text):
        told += rest[0].gap + rest.pop(0).text
    return pack([Block((told,)) if fits(told) else first, *rest])


def _shown(story: Story, look: _Look) -> tuple[Quote, ...]:
    """The quotes behind the summary, else the best one; the articles of the others are linked all the same."""
    is_quote = not story.summary or fold(story.summary) in {fold(quote.text) for quote in story.quotes}
    return story.quotes[:1] if look.short and is_quote else story.quotes


def _story(story: Story, look: _Look) -> Iterator[Block]:
    yield paragraph(f"### {harmless(shortened(story.title, _TITLE_CHARS))}{_label(story)}", gap=look.gap)
    shown = _shown(story, look)
    if story.summary and fold(story.summary) not in {fold(quote.text) for quote in story.quotes}:
        yield paragraph(harmless(story.summary), gap="\n")
    for quote in shown:
        first, *rest = look.show(story.title, quote)
        yield from (Block(first.parts, gap="\n"), *rest)
    others = _other_articles(story, {quote.article.id for quote in shown}, _OTHERS if look.short else None)
    if others:
        yield whole(look.small + others, gap="\n")


def _label(story: Story) -> str:
    if story.label is Label.NEW:
        return ""
    since = f"; last reported {day(story.told_at)}" if story.told_at else ""
    return f" ({story.label}{since})"


def _other_articles(story: Story, linked: set[str], most: int | None) -> str:
    """`Also in: Publisher (article), ...`: the story's articles that no quote links to; "" if there are none.

    At most so many are named, one of each publisher first; the rest are counted.
    """
    others = [card for card in story.articles if card.id not in linked]
    first = {card.source: card for card in reversed(others)}
    others.sort(key=lambda card: first[card.source] is not card)
    line, named = "", 0
    for card in others[:most]:
        longer = f"{line}, {_named(card)}" if line else f"Also in: {_named(card)}"
        if fits(SMALL + longer):
            line, named = longer, named + 1
    left = len(others) - named
    return f"{line} and {left} more" if line and left else line


def _named(card: ArticleCard) -> str:
    source = harmless(shortened(card.source or card.title, _SOURCE_CHARS))
    link = masked_link("article", card.url)
    return f"{source} · {link}" if link and fits(f"Also in: {source} · {link}") else source


def _footer(digest: Digest, shown: int) -> str:
    """The coverage, and what is missing and why."""
    made_from, told = _checked(digest.coverage), _left_out(digest, shown)
    return f"{made_from} {told}".strip()


def _checked(coverage: Coverage) -> str:
    troubles: Sequence[str] = [
        f"{count} {what}" for count, what in ((coverage.failed, "failed"), (coverage.silent, "silent")) if count
    ]
    told = ", ".join([f"{coverage.checked} of {_count(coverage.sources, 'source', 'sources')} checked", *troubles])
    return f"Coverage: {told}; {_count(coverage.articles, 'article', 'articles')} read."


def _left_out(digest: Digest, shown: int) -> str:
    why = digest.coverage.left_out
    reasons = (
        (why.advertisement, "advertisement"), (why.housekeeping, "no news in it"), (why.off_topic, "off topic"),
        (why.beyond, "smaller stories"),
    )  # fmt: skip
    articles = ", ".join(f"{count} ({reason})" for count, reason in reasons if count)
    hidden = len(digest.stories) - shown
    stories = f"{_count(hidden, 'more story', 'more stories')} not shown." if hidden else ""
    return " ".join(part for part in (f"Articles left out: {articles}." if articles else "", stories) if part)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
