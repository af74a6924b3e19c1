"""What was found of a message's claims, as Discord messages: each claim with its verdict and its quote. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.claims.checker import Check, Checked, ClaimVerdict
from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.messages import SMALL, QuoteParts, RenderedMessage, blocks_of, oversize_files, with_files
from bot.render.splitting import Block, pack, paragraph, whole
from bot.translation import N_, _, ngettext

NO_CLAIMS = N_("I found no claims in this message: no sentence that states something with a name, a number or a date.")
UNREAD = N_("I did not read the images and links in it.")
AGAINST = N_("But see also:")
_SAID = {
    ClaimVerdict.SUPPORTED: N_("Supported"),
    ClaimVerdict.CONTRADICTED: N_("Contradicted"),
    ClaimVerdict.NOTHING_FOUND: N_("I found nothing on this"),
}
_CLAIM_CHARS = 300


def render_check(check: Check, *, has_pictures: bool = False) -> list[RenderedMessage]:
    """The messages of a check; at least one.

    Args:
        has_pictures: the message holds images or files, which were not read.
    """
    show, blocks = QuoteParts(), [] if check.checked else [paragraph(_(NO_CLAIMS))]
    for one in check.checked:
        blocks += _blocks(one, show)
    notes = [*_notes(check), *([_(UNREAD)] if has_pictures or check.has_links else [])]
    blocks += [whole(SMALL + note, gap="\n\n" if n == 0 else "\n") for n, note in enumerate(notes)]
    quotes = tuple(quote for one in check.checked for quote in (one.quote, one.against) if quote)
    return with_files(pack(blocks), oversize_files(quotes))


def _blocks(one: Checked, show: QuoteParts) -> Iterator[Block]:
    """`**Supported:** what was claimed`, and below it the quote that says so."""
    yield paragraph(f"**{_(_SAID[one.verdict])}:** {harmless(shortened(one.claim, _CLAIM_CHARS))}")
    if one.quote:
        yield from _below(blocks_of(show(one.quote)))
    if one.against:
        yield paragraph(_(AGAINST), gap="\n")
        yield from _below(blocks_of(show(one.against)))


def _below(blocks: list[Block]) -> list[Block]:
    """The blocks right below what stands above them."""
    return [Block(block.parts, gap="\n") for block in blocks]


def _notes(check: Check) -> Iterator[str]:
    if check.more:
        more = ngettext("The message has {n} more claim", "The message has {n} more claims", check.more)
        yield _("{more}; I checked the first {checked}.").format(
            more=more.format(n=check.more), checked=len(check.checked)
        )
    if any(one.verdict is ClaimVerdict.NOTHING_FOUND for one in check.checked):
        told = _("That I found nothing does not make it wrong: I know my articles only.")
        if check.newest_article_at:
            told = " ".join((told, _("The newest is from {day}.").format(day=day(check.newest_article_at))))
        yield told
