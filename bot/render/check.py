"""What was found of a message's claims, as Discord messages: each claim with its verdict and its quote. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.claims.checker import Check, Checked, ClaimVerdict
from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.messages import SMALL, QuoteBlocks, RenderedMessage, oversize_files, with_files
from bot.render.splitting import Block, pack, paragraph, whole

NO_CLAIMS = "I found no claims in this message: no sentence that states something with a name, a number or a date."
UNREAD = "I did not read the images and links in it."
AGAINST = "But see also:"
_SAID = {
    ClaimVerdict.SUPPORTED: "Supported",
    ClaimVerdict.CONTRADICTED: "Contradicted",
    ClaimVerdict.NOTHING_FOUND: "I found nothing on this",
}
_CLAIM_CHARS = 300


def render_check(check: Check, *, has_pictures: bool = False) -> list[RenderedMessage]:
    """The messages of a check; at least one.

    Args:
        has_pictures: the message holds images or files, which were not read.
    """
    show, blocks = QuoteBlocks(), [] if check.checked else [paragraph(NO_CLAIMS)]
    for one in check.checked:
        blocks += _blocks(one, show)
    notes = [*_notes(check), *([UNREAD] if has_pictures or check.has_links else [])]
    blocks += [whole(SMALL + note, gap="\n\n" if n == 0 else "\n") for n, note in enumerate(notes)]
    quotes = tuple(quote for one in check.checked for quote in (one.quote, one.against) if quote)
    return with_files(pack(blocks), oversize_files(quotes))


def _blocks(one: Checked, show: QuoteBlocks) -> Iterator[Block]:
    """`**Supported:** what was claimed`, and below it the quote that says so."""
    yield paragraph(f"**{_SAID[one.verdict]}:** {harmless(shortened(one.claim, _CLAIM_CHARS))}")
    if one.quote:
        yield from _below(show(one.quote))
    if one.against:
        yield paragraph(AGAINST, gap="\n")
        yield from _below(show(one.against))


def _below(blocks: list[Block]) -> list[Block]:
    """The blocks right below what stands above them."""
    return [Block(block.parts, gap="\n") for block in blocks]


def _notes(check: Check) -> Iterator[str]:
    if check.more:
        more = "1 more claim" if check.more == 1 else f"{check.more} more claims"
        yield f"The message has {more}; I checked the first {len(check.checked)}."
    if any(one.verdict is ClaimVerdict.NOTHING_FOUND for one in check.checked):
        newest = f" The newest is from {day(check.newest_article_at)}." if check.newest_article_at else ""
        yield f"That I found nothing does not make it wrong: I know my articles only.{newest}"
