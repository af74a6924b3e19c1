"""A story of a digest: as a card of a few lines, in full behind "More", and in a document. Pure.

A card has the headline, one quote and one line of small print. Where the headline's words stand in the quote, they are
its bold words and are not said twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, tzinfo

from bot.answering.links import brief_link
from bot.answering.models import Quote
from bot.digest.models import Label, Story
from bot.lexicon.dates import day, day_and_month
from bot.render.card import Part
from bot.render.citation import shortened
from bot.render.markdown import emboldened_lines, fold, harmless, harmless_lines, masked_link
from bot.render.messages import SMALL, QuoteParts, RenderedMessage, messages_of, quoted, source_line
from bot.render.splitting import Block, fits, pack, paragraph, whole
from bot.translation import N_, _
from ingest.models import ArticleCard

_TITLE_CHARS = 200
_SOURCE_CHARS = 60
LABELS = {Label.NEW: N_("new"), Label.UPDATE: N_("update"), Label.ONGOING: N_("ongoing")}


def card(story: Story, zone: tzinfo = UTC) -> list[str]:
    """The story for a page of Discord: one text, or several where a quote is too long to stand beside the rest."""
    shown = shown_quotes(story)
    said = _marked(story, shown[0]) if shown and not _summary(story) else None
    blocks = [] if said or not fold(story.title) else [paragraph(f"**{_title(story)}**")]
    if _summary(story):
        blocks.append(paragraph(harmless(story.summary), gap="\n"))
    for quote in shown:
        blocks += [whole(said or quoted(quote), gap="\n"), whole(SMALL + _source(story, quote, zone), gap="\n")]
    return _together(blocks)


def in_full(story: Story, *, cards: bool = False) -> list[RenderedMessage]:
    """The story with every quote and every article."""
    quotes = QuoteParts()
    parts = [Part(block) for block in _opening(story, gap="\n")]
    for n, quote in enumerate(story.quotes):
        part = quotes.under(story.title, quote)
        parts.append(part if n else replace(part, block=Block(part.block.parts, gap="\n")))
    if others := _other_articles(story):
        parts.append(Part(whole(SMALL + others, gap="\n")))
    return messages_of(parts, story.quotes, cards=cards)


def in_document(story: Story) -> Iterator[Block]:
    """The same as CommonMark; a blank line keeps a source from belonging to its quote."""
    yield from _opening(story, gap="\n\n")
    for quote in story.quotes:
        yield Block((f"> {harmless(quote.text)}\n\n{source_line(quote)}",), gap="\n")
    if others := _other_articles(story):
        yield whole(others, gap="\n")


def shown_quotes(story: Story) -> tuple[Quote, ...]:
    """What a card shows: the best quote, which has the headline's names and numbers."""
    return story.quotes[:1]


def has_more(story: Story) -> bool:
    """Whether `in_full` has quotes or articles that the card has not."""
    shown = shown_quotes(story)
    linked = {quote.article.id for quote in shown}
    return len(shown) < len(story.quotes) or any(card.id not in linked for card in story.articles)


def _summary(story: Story) -> str:
    """The summary, unless it is one of the quotes."""
    return "" if fold(story.summary) in {fold(quote.text) for quote in story.quotes} else story.summary


def _title(story: Story) -> str:
    return harmless(shortened(story.title, _TITLE_CHARS))


def _marked(story: Story, quote: Quote) -> str | None:
    """The quote with the headline in bold; None where it has not the headline's words, or is too long."""
    start = quote.text.find(story.title)
    if start < 0 or not story.title:
        return None
    lines = emboldened_lines(quote.text, start, start + len(story.title))
    text = "\n".join(f"> {line}" for line in lines)
    return text if lines != harmless_lines(quote.text) and fits(text) else None


def _source(story: Story, quote: Quote, zone: tzinfo) -> str:
    """`Update since 3 June · Publisher, 5 June · read it there · in 4 articles`."""
    named = harmless(shortened(quote.article.source or quote.article.title, _SOURCE_CHARS))
    at = quote.article.published_at
    parts = [f"{named}, {day_and_month(at, zone)}" if at else named]
    if story.label is not Label.NEW:
        known = _known(story)
        parts.insert(0, known[0].upper() + known[1:])
    parts += filter(None, [masked_link(_("read it there"), brief_link(quote.article.url, quote.text))])
    if len(story.articles) > 1:
        parts.append(_("in {n} articles").format(n=len(story.articles)))
    return _fitting(parts)


def _fitting(parts: list[str]) -> str:
    """As many parts as fit in one message; only an address can be that long."""
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        line = longer if fits(SMALL + longer) else line
    return line


def _known(story: Story) -> str:
    """`update; last reported 3 June 2026`."""
    label = _(LABELS[story.label])
    if story.told_at is None:
        return label
    return "; ".join((label, _("last reported {day}").format(day=day(story.told_at))))


def _opening(story: Story, gap: str) -> Iterator[Block]:
    known = "" if story.label is Label.NEW else f" ({_known(story)})"
    yield paragraph(f"### {_title(story)}{known}", gap=gap)
    if summary := _summary(story):
        yield paragraph(harmless(summary), gap="\n")


def _together(blocks: list[Block]) -> list[str]:
    """The blocks in one text if it fits; else cut between quotes, never right after the headline."""
    first, *rest = blocks
    told = first.text
    while rest and fits(told + rest[0].gap + rest[0].text):
        told += rest[0].gap + rest.pop(0).text
    return pack([Block((told,)) if fits(told) else first, *rest])


def _other_articles(story: Story) -> str:
    """`Also in: Publisher (article), ...`: the articles that no quote links to, one of each publisher first; what does
    not fit is counted. "" if there are none."""
    linked = {quote.article.id for quote in story.quotes}
    others = [article for article in story.articles if article.id not in linked]
    first = {article.source: article for article in reversed(others)}
    others.sort(key=lambda article: first[article.source] is not article)
    line, named = "", 0
    for article in others:
        longer = f"{line}, {_named(article)}" if line else _also_in(_named(article))
        if fits(SMALL + _and_more(longer, len(others))):
            line, named = longer, named + 1
    left = len(others) - named
    return _and_more(line, left) if line and left else line


def _also_in(named: str) -> str:
    return _("Also in: {articles}").format(articles=named)


def _and_more(line: str, left: int) -> str:
    return _("{line} and {n} more").format(line=line, n=left)


def _named(article: ArticleCard) -> str:
    source = harmless(shortened(article.source or article.title, _SOURCE_CHARS))
    link = masked_link(_("article"), article.url)
    return f"{source} · {link}" if link and fits(_also_in(f"{source} · {link}")) else source
