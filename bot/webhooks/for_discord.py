"""A message in the form of Discord's webhooks (developer reference, "Execute Webhook"). Pure.

One page is the message's content. Several are embeds, whose text may be longer and whose links get no previews; what
does not fit into one message is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.render.digest import DigestPage, render_digest
from bot.render.messages import RenderedMessage
from bot.render.splitting import size
from bot.render.watch import told
from bot.webhooks.news import TEST, DigestNews, News, TestNews

Json = dict[str, Any]
_EMBEDS = 5_800
"""Characters of all embeds together: Discord's limit of 6,000 less room for the count."""
_SUPPRESS_EMBEDS = 1 << 2
"""Flag of a message: no previews of its links."""


def discord_message(news: News, zone: tzinfo) -> Json:
    """The JSON body of the request; it notifies nobody."""
    pages = _pages(news, zone)
    quiet: Json = {"allowed_mentions": {"parse": []}}
    if len(pages) == 1:
        return {"content": pages[0].content, "flags": _SUPPRESS_EMBEDS, **quiet}
    shown = _fitting(pages)
    embeds: list[Json] = [{"description": page.content} for page in shown]
    if hidden := sum(_stories(page) for page in pages[len(shown) :]):
        embeds[-1]["footer"] = {"text": f"{hidden} more {'story is' if hidden == 1 else 'stories are'} not shown."}
    return {"embeds": embeds, **quiet}


def discord_address(address: str) -> str:
    """The address that answers only when the message is stored: with `wait=true`."""
    parts = urlsplit(address)
    kept = [pair for pair in parts.query.split("&") if pair and not pair.startswith("wait=")]
    return urlunsplit(parts._replace(query="&".join([*kept, "wait=true"]), fragment=""))


def _pages(news: News, zone: tzinfo) -> Sequence[RenderedMessage]:
    if isinstance(news, TestNews):
        return [RenderedMessage(TEST)]
    if isinstance(news, DigestNews):
        return render_digest(news.digest, zone=zone)
    return told(news.stories, news.text, zone)


def _fitting(pages: Sequence[RenderedMessage]) -> Sequence[RenderedMessage]:
    room, count = _EMBEDS, 0
    for page in pages[:10]:
        room -= size(page.content)
        if room < 0:
            break
        count += 1
    return pages[:count]


def _stories(page: RenderedMessage) -> int:
    return len(page.stories) if isinstance(page, DigestPage) else 1
