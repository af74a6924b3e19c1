"""A message in the form of Slack's incoming webhooks: blocks with Slack's own mark-up (`mrkdwn`). Pure.

Slack's reference, "Formatting text for app surfaces": `&`, `<` and `>` are written as entities, and then no mention,
link or command in a text is live; the other marks cannot be escaped, so a space without width stands behind each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any
from urllib.parse import quote as percent_encoded

from bot.answering.links import brief_link, is_web_address
from bot.answering.models import Quote
from bot.digest.models import Label, Story
from bot.lexicon.dates import day_and_month, days
from bot.render.citation import shortened
from bot.render.markdown import fold
from bot.webhooks.news import TEST, DigestNews, News, TestNews

Json = dict[str, Any]
BLOCKS, SECTION = 50, 3_000
"""Slack's limits: blocks of a message, characters of a section."""
_NO_WIDTH = "\u200b"
_MARKS = re.compile(r"[*_~`]|:(?=[a-z0-9_+'-]{1,100}:)|^(?=&gt;)")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ENTITY = re.compile("|".join(_ENTITIES))
_TITLE_CHARS, _SOURCE_CHARS, _HEADING_CHARS, _LINK_CHARS = 200, 60, 150, 1_500
_SUMMARY_CHARS = 2_000


def slack_message(news: News, zone: tzinfo) -> Json:
    """The JSON body of the request. `text` is what notifications and readers without blocks get."""
    heading, stories, foot = _parts(news, zone)
    blocks = [_header(heading), *_stories(stories, zone)]
    if foot:
        blocks = [*blocks[: BLOCKS - 1], _small(foot)]
    return {"text": _escaped(heading), "blocks": blocks[:BLOCKS], "unfurl_links": False, "unfurl_media": False}


def restored(mrkdwn: str) -> str:
    """The text that was escaped."""
    plain = mrkdwn.replace(_NO_WIDTH, "")
    for character, entity in reversed(_ENTITIES.items()):
        plain = plain.replace(entity, character)
    return plain


def _parts(news: News, zone: tzinfo) -> tuple[str, tuple[Story, ...], str]:
    """The heading, the stories, and the small print in Slack's mark-up."""
    if isinstance(news, TestNews):
        return TEST, (), ""
    if not isinstance(news, DigestNews):
        return f"News for the watch “{fold(news.text)}”", news.stories, ""
    digest = news.digest
    period = days(*digest.first_and_last, zone)
    coverage = digest.coverage
    foot = f"{coverage.checked} of {coverage.sources} sources checked; {coverage.articles} articles read."
    return (f"AI news, {period}" if digest.stories else f"No story from {period}"), digest.stories, foot


def _stories(stories: tuple[Story, ...], zone: tzinfo) -> Iterator[Json]:
    for story in stories:
        lines = [f"*{_escaped(shortened(story.title, _TITLE_CHARS))}*"]
        if story.label is not Label.NEW:
            lines[0] += f" ({story.label.value})"
        if fold(story.summary) not in {"", *(fold(quote.text) for quote in story.quotes)}:
            lines.append(_escaped(shortened(story.summary, _SUMMARY_CHARS)))
        for quote in story.quotes[:1]:
            lines += [*_quoted(quote), _source(quote, zone)]
        yield from _sections(lines)


def _quoted(quote: Quote) -> Iterator[str]:
    yield from (f"> {_escaped(line)}" for line in quote.text.splitlines() if fold(line))


def _source(quote: Quote, zone: tzinfo) -> str:
    named = _escaped(shortened(quote.article.source or quote.article.title, _SOURCE_CHARS))
    at = f", {day_and_month(quote.article.published_at, zone)}" if quote.article.published_at else ""
    link = brief_link(quote.article.url, quote.text)
    return f"— {named}{at}" + (f" · {_link(link)}" if link and is_web_address(link) else "")


def _link(address: str) -> str:
    """`<address|read it there>`: what would end the address or its label is percent-encoded."""
    encoded = percent_encoded(address, safe=":/?#@!$&'()*+,;=%~-._[]")
    return f"<{encoded.replace('&', '&amp;')}|read it there>" if len(encoded) <= _LINK_CHARS else ""


def _sections(lines: list[str]) -> Iterator[Json]:
    """As few sections as hold the lines; none is cut, and each line alone is shorter than one."""
    text = ""
    for line in lines:
        longer = f"{text}\n{line}" if text else line
        if len(longer) > SECTION:
            yield _section(text)
            longer = line
        text = longer
    yield _section(text)


def _section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:SECTION], "verbatim": True}}


def _header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": shortened(text, _HEADING_CHARS), "emoji": False}}


def _small(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}


def _escaped(text: str) -> str:
    """One line in which nothing is live; `restored` gives `fold(text)` back."""
    written = _ENTITY.sub(lambda found: _ENTITIES[found[0]], fold(text))
    return _MARKS.sub(lambda found: found[0] + _NO_WIDTH, written)
