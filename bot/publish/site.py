"""From digests to the files of a site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.contract import Json
from bot.publish.feeds import atom, json_feed
from bot.publish.pages import Pages, WeekPage, style, week_page
from bot.publish.weeks import weeks_before

DigestOf = Callable[[Json], Json]
"""Gives the digest object for a request (`bot.desk.orders.DigestOrder`)."""


def make_site(digest_of: DigestOf, at: datetime, count: int, base: str = "") -> dict[str, str]:
    """The files of a site of the last weeks, by their paths: what is linked before what links to it.

    Weeks before the first story are left out. The same digests give the same bytes.

    Args:
        base: the site's public address with a slash at its end; "" if nobody told it.
    """
    weeks = [week_page(week, digest_of(week.order)) for week in weeks_before(at, count)]
    while weeks and not weeks[-1].stories:
        weeks.pop()
    return _files(weeks, Pages(base))


def _files(weeks: Sequence[WeekPage], pages: Pages) -> dict[str, str]:
    stories = [story for week in weeks for story in week.stories]
    site = {"style.css": style()}
    site |= {story.path: pages.story(story) for story in stories}
    newer: list[WeekPage | None] = [None, *weeks]
    older: list[WeekPage | None] = [*weeks[1:], None]
    site |= {week.path: pages.week(week, newer[n], older[n]) for n, week in enumerate(weeks)}
    site["index.html"] = pages.index(weeks)
    return site | {"feed.xml": atom(stories, pages.base), "feed.json": json_feed(stories, pages.base)}
