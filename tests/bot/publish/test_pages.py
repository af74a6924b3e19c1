"""The pages: valid, accessible HTML without scripts; nothing of an article is live but the catalogue's links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from posixpath import dirname, join, normpath
from xml.etree import ElementTree as ET

import html5lib
import pytest

from bot.publish.pages import web
from bot.publish.weeks import weeks_before
from ingest.clock import parse_clock
from tests.bot.publish.digests import EVIL, hostile_site, site_of, story

SITES = {"plain": site_of(story(1), story(2)), "empty": site_of(), "hostile": hostile_site("https://news.example/d/")}
HTML = "{http://www.w3.org/1999/xhtml}"
ALLOWED = {
    "html", "head", "body", "meta", "title", "link", "a", "header", "nav", "main", "footer", "section", "article", "ul",
    "ol", "li", "p", "h1", "h2", "h3", "bdi", "span", "time", "figure", "figcaption", "blockquote",
}  # fmt: skip


def pages() -> Iterator[tuple[str, str, ET.Element]]:
    """Site, path and parsed page; the parser refuses what is not valid."""
    for name, site in SITES.items():
        for path, text in site.items():
            if path.endswith(".html"):
                yield name, path, html5lib.HTMLParser(strict=True).parse(text)


PAGES = list(pages())
each_page = pytest.mark.parametrize(("site", "path", "page"), PAGES, ids=[f"{s}:{p}" for s, p, _ in PAGES])


def tags(page: ET.Element) -> list[str]:
    return [element.tag.removeprefix(HTML) for element in page.iter() if isinstance(element.tag, str)]


def found(page: ET.Element, tag: str) -> list[ET.Element]:
    return list(page.iter(HTML + tag))


@each_page
def test_only_plain_elements_occur_and_no_scripts(site: str, path: str, page: ET.Element) -> None:
    assert set(tags(page)) <= ALLOWED
    attributes = {name for element in page.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on") or name in ("style", "src", "srcdoc")}
    policy = [meta for meta in found(page, "meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy[0].get("content", "")


@each_page
def test_links_lead_to_pages_of_the_site_or_to_articles_of_the_catalogue(
    site: str, path: str, page: ET.Element
) -> None:
    ids = {element.get("id") for element in page.iter()}
    for link in [*found(page, "a"), *found(page, "link")]:
        href = link.get("href", "")
        if href.startswith("https://news.example/d/"):
            assert href.removeprefix("https://news.example/d/") in SITES[site]
        elif "://" in href:
            assert re.match(r"https://(example\.org|other\.example)/\d", href)
            assert link.get("rel") == "external noopener noreferrer"
        else:
            target, _, fragment = href.partition("#")
            assert (normpath(join(dirname(path), target)) if target else path) in SITES[site]
            assert target or fragment in ids


@each_page
def test_landmarks_headings_language_and_titles_are_in_order(site: str, path: str, page: ET.Element) -> None:
    assert page.get("lang") == "en"
    assert [len(found(page, tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1, 1, 1, 1, 1]
    assert all(nav.get("aria-label") for nav in found(page, "nav"))
    levels = [int(tag[1]) for tag in tags(page) if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("".join(link.itertext()).strip() for link in found(page, "a"))
    first = found(page, "a")[0]
    assert (first.get("href"), "".join(first.itertext())) == ("#content", "Skip to the content")


@each_page
def test_previews_are_described(site: str, path: str, page: ET.Element) -> None:
    told = {meta.get("property"): meta.get("content", "") for meta in found(page, "meta")}
    assert all(told[f"og:{name}"] for name in ("site_name", "title", "description", "type"))
    assert ("og:url" in told) == (site == "hostile")
    assert len(told["og:description"]) <= 300


def test_the_text_of_articles_is_shown_as_it_is() -> None:
    (page,) = [page for site, path, page in PAGES if site == "hostile" and path.startswith("weeks/2026-W26")]
    shown = "".join(found(page, "blockquote")[0].itertext())
    assert shown.startswith("<script>alert(1)</script> \"quoted\" 'single' & <img src=x onerror=alert(1)> ]]>")
    assert not set("\x00\x08") & set(shown)
    assert EVIL not in SITES["hostile"]["index.html"]


def test_the_same_digests_give_the_same_bytes() -> None:
    assert site_of(story(1), story(2)) == SITES["plain"]


def test_a_page_keeps_its_address_while_its_story_is_rewritten() -> None:
    before, after = site_of(story(1)), site_of(story(1, title="DeepSeek ships V3.2, at last"), story(2))
    assert set(before) < set(after)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https:///x", 'https://a.example/"x', "ftp://a"],
)
def test_what_is_no_plain_web_address_is_no_link(link: str) -> None:
    assert web(link) is None


def test_weeks_run_from_monday_to_sunday_and_the_present_one_to_the_clock() -> None:
    weeks = weeks_before(parse_clock("2027-01-01T09:00:00Z"), 3)
    assert [week.id for week in weeks] == ["2026-W53", "2026-W52", "2026-W51"]
    assert weeks[0].order == {"since": "2026-12-28T00:00:00Z", "at": "2027-01-01T09:00:00Z"}
    assert weeks[1].order == {"since": "2026-12-21T00:00:00Z", "at": "2026-12-28T00:00:00Z"}
    assert weeks_before(parse_clock("2026-12-28T00:00:00Z"), 1)[0].id == "2026-W52"
