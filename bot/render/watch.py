"""What a watch tells, as Discord messages: each story as the card of a digest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, tzinfo

from bot.digest.models import Story
from bot.lexicon.dates import day_and_month
from bot.render.card import Part
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.messages import SMALL, RenderedMessage, messages_of
from bot.render.splitting import Block, paragraph, whole
from bot.render.stories import card
from bot.translation import _, ngettext

_SHOWN = 6
"""Stories of a preview that are named."""
_TITLE_CHARS, _SOURCE_CHARS, _WATCH_CHARS = 120, 60, 80


def told(
    stories: Sequence[Story], watch: str, zone: tzinfo = UTC, ping: str = "", *, cards: bool = False
) -> list[RenderedMessage]:
    """The stories as cards, below them what was watched for.

    Args:
        ping: the mention of a role, "" for none.
        cards: as cards, not as plain text.
    """
    numbered = [replace(s, quotes=(replace(s.quotes[0], n=n),)) for n, s in enumerate(stories, 1)]
    blocks = [paragraph(ping)] if ping else []
    for story in numbered:
        first, *rest = card(story, zone)
        blocks += [Block((first,)), *(Block((text,), gap="\n") for text in rest)]
    blocks.append(whole(SMALL + _("Watch: {watch}").format(watch=name_of(watch)), gap="\n"))
    return messages_of(list(map(Part, blocks)), tuple(story.quotes[0] for story in numbered), cards=cards)


def name_of(watch: str) -> str:
    """`“open models”`, shortened."""
    return f"“{harmless(shortened(watch, _WATCH_CHARS))}”"


def previewed(stories: Sequence[Story], days: int, zone: tzinfo = UTC) -> str:
    """What a watch would have told of the last days, the latest first."""
    if not stories:
        return _("In the last {days} days it would have told nothing.").format(days=days)
    told = ngettext(
        "In the last {days} days it would have told {n} story:",
        "In the last {days} days it would have told {n} stories:",
        len(stories),
    )
    lines = [told.format(days=days, n=len(stories)), *(_line(s, zone) for s in stories[:_SHOWN])]
    if more := len(stories[_SHOWN:]):
        lines.append(_("… and {n} more.").format(n=more))
    return "\n".join(lines)


def _line(story: Story, zone: tzinfo) -> str:
    article = story.quotes[0].article
    source = harmless(shortened(article.source or article.title, _SOURCE_CHARS))
    on = f", {day_and_month(article.published_at, zone)}" if article.published_at else ""
    return f"- {harmless(shortened(story.title, _TITLE_CHARS))} ({source}{on})"
