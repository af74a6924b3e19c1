"""The pages: what the templates are given. Jinja escapes the text of articles; only links of the catalogue are live."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.answering.links import is_web_address
from bot.contract import Json
from bot.lexicon.dates import day
from bot.publish.weeks import Week
from bot.render.citation import shortened
from bot.render.markdown import fold
from ingest.clock import parse_clock
from ingest.text.language import language_of

TITLE, SUMMARY = "AI news, week by week", 300
_TITLE_CHARS = 200
_CONTROL = re.compile(r"[^\S\n]+|[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]+")
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\"'<>`\\]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote on a page; `link` is None where the article has no web address."""

    text: str
    source: str
    title: str
    date: str
    iso_date: str
    link: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A story and the address of its page, which its first quote decides: it stays while the rest is rewritten."""

    week: Week
    title: str
    label: str
    summary: str
    quotes: Sequence[Shown]
    others: Sequence[Shown]
    key: str
    published_at: str

    @property
    def path(self) -> str:
        return f"stories/{self.week.id}/{self.key}.html"

    @property
    def description(self) -> str:
        """One line for feeds and previews."""
        return shortened(self.summary or self.quotes[0].text, SUMMARY)


@dataclass(frozen=True, slots=True)
class WeekPage:
    week: Week
    stories: Sequence[StoryPage]
    articles: int

    @property
    def path(self) -> str:
        return f"weeks/{self.week.id}.html"

    @property
    def description(self) -> str:
        return shortened("; ".join(story.title for story in self.stories[:5]) or "A quiet week.", SUMMARY)


def week_page(week: Week, digest: Json) -> WeekPage:
    """The page of a week out of its digest object; a story without a quote is left out."""
    stories = [_story(week, story) for story in digest["stories"] if story["quotes"]]
    return WeekPage(week, list({story.path: story for story in stories}.values()), digest["coverage"]["articles"])


def _story(week: Week, story: Json) -> StoryPage:
    quotes = [_shown(quote["article"], quote["text"], quote["link"]) for quote in story["quotes"]]
    quoted = {quote["article"]["id"] for quote in story["quotes"]}
    others = [_shown(card, "", card["url"]) for card in story["articles"] if card["id"] not in quoted]
    first = story["quotes"][0]
    key = hashlib.blake2b(f"{first['article']['id']}:{first['start']}".encode(), digest_size=5).hexdigest()
    dates = [card["published_at"] for card in story["articles"] if card["published_at"]]
    summary = plain(story["summary"])
    said = {fold(quote.text) for quote in quotes}
    return StoryPage(
        week=week,
        title=shortened(plain(story["title"]), _TITLE_CHARS) or quotes[0].title,
        label="" if story["label"] == "new" else story["label"],
        summary="" if fold(summary) in said else summary,
        quotes=quotes,
        others=others,
        key=key,
        published_at=max(dates, default=week.order["since"]),
    )


def _shown(card: Json, text: str, link: str | None) -> Shown:
    at, language = card["published_at"], language_of(text) if text else None
    return Shown(
        text=plain(text),
        source=shortened(plain(card["source"]), 60),
        title=shortened(plain(card["title"]), _TITLE_CHARS),
        date=day(parse_clock(at)) if at else "no date",
        iso_date=at or "",
        link=web(link),
        language=language if language != "en" else None,
    )


def plain(text: str) -> str:
    """The text without characters that HTML and XML do not allow; lines stay."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def web(link: str | None) -> str | None:
    """An http(s) address that can stand in an attribute as it is; None for all else."""
    return link if link and is_web_address(link) and not _UNSAFE.search(link) else None


class Pages:
    """Writes pages. `base` is the site's public address with a slash at its end, "" where nobody told it."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._templates = Environment(
            loader=PackageLoader("bot.publish"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def index(self, weeks: Sequence[WeekPage]) -> str:
        newest = weeks[0].description if weeks else "Nothing yet."
        return self._page("index.html", "index.html", TITLE, newest, weeks=weeks)

    def week(self, page: WeekPage, newer: WeekPage | None, older: WeekPage | None) -> str:
        title = f"AI news, {page.week.name}"
        return self._page("week.html", page.path, title, page.description, page=page, newer=newer, older=older)

    def story(self, story: StoryPage) -> str:
        return self._page("story.html", story.path, story.title, story.description, story=story, kind="article")

    def _page(
        self, template: str, path: str, title: str, description: str, *, kind: str = "website", **more: object
    ) -> str:
        shown = {
            "site": TITLE, "path": path, "title": title, "description": description, "kind": kind,
            "root": "../" * path.count("/"), "address": self.base and self.base + path,
        }  # fmt: skip
        return self._templates.get_template(template).render(shown | more)


def style() -> str:
    """The style sheet."""
    return (files("bot.publish") / "templates" / "style.css").read_text("utf-8")
