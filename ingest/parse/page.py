"""A web page to an article: trafilatura finds the text and the metadata, `blocks` writes the text.

The page's canonical address replaces the one it was read from only on the same site (`_address`); otherwise a page that
cites another site's address would be quoted under that site's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import FailureKind, ParseError
from ingest.parse.blocks import HTML, TEI, render
from ingest.parse.charset import decode_document
from ingest.parse.dates import parse_date
from ingest.parse.html import html_tree
from ingest.parse.models import ParsedArticle
from ingest.parse.plain import plain_line
from ingest.parse.settle import settle
from ingest.parse.tags import unescaped_again
from ingest.parse.urls import canonical_url, host_of, same_site
from ingest.parse.walls import wall_of

_DATE_PARAMETERS = {  # no guesses from the text, and no clock: dates in the future are handled later
    "original_date": True,
    "extensive_search": False,
    "max_date": "2100-01-01",
}
_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='article:published_time' or @name='parsely-pub-date' or @name='date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
)
_UPDATED = (
    "//meta[@property='article:modified_time' or @property='og:updated_time']/@content",
    "//meta[@itemprop='dateModified']/@content",
    "//*[@itemprop='dateModified']/@datetime",
)
_LANGUAGE = "string((/html/@lang | /html/@xml:lang | //meta[@property='og:locale']/@content)[1])"
_JSON_LD = "//script[@type='application/ld+json']/text()"
_JSON_LD_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"\\]{8,40})"')
_JSON_LD_UPDATED = re.compile(r'"dateModified"\s*:\s*"([^"\\]{8,40})"')
_CANONICAL = ("string(//link[@rel='canonical']/@href)", "string(//meta[@property='og:url']/@content)")
_SITE_NAME = "string(//meta[@property='og:site_name']/@content)"
_AUTHOR = "string(//meta[@name='author']/@content)"
_WHAT = "cannot read the page"
_SUFFIX = r"\s+[|–—·:»-]\s+"


def parse_page(body: bytes, *, url: str | None, content_type: str = "", name: str = "") -> ParsedArticle:
    """Read a page fetched from `url`, or (None) a local file called `name`, whose article has no address.

    Raises:
        ParseError: BAD_CHARSET, NO_TEXT, or CONSENT_WALL if there is a wall in place of the article.
    """
    which = url or name or "this file"
    source, note = decode_document(body, content_type, what=_WHAT, which=which)
    tree = html_tree(source)
    if tree is None:
        raise _bad(FailureKind.NO_TEXT, which, "it is empty")
    settle(tree, url)
    found = _extract(deepcopy(tree), url, which)
    title = unescaped_again(_title(found, tree))
    text = _text(found, title)
    wall = wall_of(text or render(tree, HTML), plain_line(tree.xpath("string(//title)")), source)
    if wall:
        raise _bad(FailureKind.CONSENT_WALL, which, f"{wall} is in front of the article")
    if not text:
        raise _bad(FailureKind.NO_TEXT, which, "no article text was found on it")
    return ParsedArticle(
        url=_address(next(filter(None, map(tree.xpath, _CANONICAL)), ""), url),
        title=title,
        source=_source(found, tree, url),
        author=_author(found, tree),
        published_at=_date(tree, _PUBLISHED, _JSON_LD_PUBLISHED, found.date),
        updated_at=_date(tree, _UPDATED, _JSON_LD_UPDATED),
        language=tree.xpath(_LANGUAGE) or None,
        text=text,
        note=note,
    )


def _extract(tree: Any, url: str | None, which: str) -> Any:
    """trafilatura's document; without a body if it found no text."""
    import trafilatura  # takes 0.5 s to import
    from trafilatura.settings import Document

    try:
        found = trafilatura.bare_extraction(
            tree,
            url=url,
            favor_precision=True,  # F1 .967 against .960 on the article-extraction benchmark
            include_comments=False,
            include_tables=True,
            include_formatting=True,  # keeps lists and headings; `render` leaves emphasis out
            with_metadata=True,
            date_extraction_params=dict(_DATE_PARAMETERS),
        )
    except MemoryError:  # the sandbox's bound, which has its own kind of failure
        raise
    except Exception as error:  # whatever the extractor raises on hostile input, the page is at fault
        raise _bad(FailureKind.NO_TEXT, which, f"its markup cannot be read ({type(error).__name__})") from error
    return found or Document()


def _text(found: Any, title: str) -> str:
    """The article's text without its title, which has a field of its own."""
    text = render(found.body, TEI) if found.body is not None else ""
    first, _, rest = text.partition("\n\n")
    return rest if first.startswith("## ") and first[3:].casefold() == title.casefold() else text


def _title(found: Any, tree: Any) -> str:
    """The title without the site's name after it."""
    title = plain_line(found.title or tree.xpath("string(//title)"))
    for site in filter(None, (plain_line(tree.xpath(_SITE_NAME)), found.sitename, found.hostname)):
        title = re.sub(f"{_SUFFIX}{re.escape(site)}$", "", title, flags=re.IGNORECASE) or title
    return title


def _source(found: Any, tree: Any, url: str | None) -> str:
    """The publisher's name as the page spells it, because trafilatura capitalises names."""
    named = plain_line(tree.xpath(_SITE_NAME) or found.sitename or "")
    return named.removeprefix("@") or (host_of(url) if url else "")


def _author(found: Any, tree: Any) -> str | None:
    """As the page's metadata spells it if that agrees with trafilatura, which capitalises and splits names."""
    names = plain_line(found.author or "")
    said = plain_line(tree.xpath(_AUTHOR))
    if names and said.casefold().startswith(names.partition("; ")[0].casefold()):
        return said
    return names.replace("; ", ", ") or None


def _date(tree: Any, paths: Iterable[str], json_ld: re.Pattern[str], guessed: str | None = None) -> datetime | None:
    """The date with its time if the page has one, else the date that trafilatura found."""
    said = [str(value) for path in paths for value in tree.xpath(path)]
    said += [match.group(1) for script in tree.xpath(_JSON_LD) for match in json_ld.finditer(str(script))]
    dates = (parse_date(value) for value in [*said, guessed or ""])
    return next((date for date in dates if date), None)


def _address(named: str, url: str | None) -> str | None:
    """The page's canonical address, if it is on the same site and not just that site's home page."""
    if url is None:
        return None
    read_from = canonical_url(url) or url
    canonical = canonical_url(named, url) if named else None
    if canonical is None or not same_site(canonical, read_from):
        return read_from
    is_home = urlsplit(canonical).path in ("", "/") and urlsplit(read_from).path not in ("", "/")
    return read_from if is_home or _weaker(canonical, read_from) else canonical


def _weaker(canonical: str, read_from: str) -> bool:
    """http for a page that came over https."""
    return canonical.startswith("http:") and read_from.startswith("https:")


def _bad(kind: FailureKind, which: str, why: str) -> ParseError:
    return ParseError(kind, _WHAT, which, why)
