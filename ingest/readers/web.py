"""Feeds and pages of the web, with conditional requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ingest.corpus.catalogue.sources import Source
from ingest.errors import FailureKind, ParseError, SourceError
from ingest.fetch import Fetched, Fetcher
from ingest.parse.feed import parse_feed
from ingest.parse.models import FeedItem, ParsedArticle, ParsedFeed
from ingest.parse.urls import canonical_url
from ingest.readers.models import Found, Reading, Unread

SHORTEST_PAGE = 200
"""A page whose text is shorter than this and than the feed's own text is taken for a wall, in code points."""
RETRIED = frozenset({"failed"})


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads a feed, and the page of each entry that was not seen before.

    Attributes:
        first_items: entries taken on the first read of a feed; older ones are marked as seen.
    """

    fetcher: Fetcher
    first_items: int

    def read(self, source: Source, seen: Mapping[str, str]) -> Reading:
        """Read the feed of a source.

        Args:
            seen: entries of earlier reads and what became of each.

        Raises:
            SourceError: the feed itself could not be read.
        """
        fetched = self.fetcher.fetch(source.address, etag=source.etag, last_modified=source.last_modified)
        if fetched.not_modified:
            return replace(_reading(fetched), unchanged=True)
        feed = parse_feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return replace(_reading(fetched), title=feed.title, findings=self._new_items(feed, seen))

    def _new_items(self, feed: ParsedFeed, seen: Mapping[str, str]) -> Iterator[Found | Unread]:
        unseen = [item for item in feed.items if seen.get(item.key, "failed") in RETRIED]
        wanted = unseen if seen else unseen[: self.first_items]
        for item in wanted:
            yield self._article(item, feed)
        for item in unseen[len(wanted) :]:
            yield Unread(item.key, item.url, item.title, "older than what a first read takes")

    def _article(self, item: FeedItem, feed: ParsedFeed) -> Found | Unread:
        """The page's text, or the feed's own where the page is refused or empty."""
        try:
            page, detail = self._page(item), "the page"
        except SourceError as error:
            if not item.text.strip():
                return Unread(item.key, item.url, item.title, str(error), error)
            page, detail = None, f"the feed's own text, because: {error}"
        if page is not None and len(page.text) < min(SHORTEST_PAGE, len(item.text)):
            page, detail = None, "the feed's own text, because the page has less"
        article = _from_feed(item, feed, page)
        key = canonical_url(article.url or "") or f"{feed.site_url or feed.title}#{item.key}"
        return Found(item.key, key, article, detail)

    def _page(self, item: FeedItem) -> ParsedArticle:
        if item.url is None:
            raise ParseError(FailureKind.NO_TEXT, "cannot read an entry", item.title, "it has neither text nor address")
        return fetch_page(self.fetcher, item.url)


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads a single page."""

    fetcher: Fetcher

    def read(self, source: Source) -> Reading:
        """Read the page of a source.

        Raises:
            SourceError: it could not be read.
        """
        fetched = self.fetcher.fetch(source.address, etag=source.etag, last_modified=source.last_modified)
        if fetched.not_modified:
            return replace(_reading(fetched), unchanged=True)
        article = _parse_page(fetched)
        found = Found(source.address, canonical_url(article.url or "") or fetched.url, article, "the page")
        return replace(_reading(fetched), title=article.title, findings=[found])


def fetch_page(fetcher: Fetcher, url: str) -> ParsedArticle:
    """The article of a web page.

    Raises:
        SourceError: it could not be read, or holds no article.
    """
    return _parse_page(fetcher.fetch(url))


def _parse_page(fetched: Fetched) -> ParsedArticle:
    from ingest.parse.page import parse_page  # trafilatura takes a while to import

    return parse_page(fetched.body, url=fetched.url, content_type=fetched.content_type)


def _from_feed(item: FeedItem, feed: ParsedFeed, page: ParsedArticle | None) -> ParsedArticle:
    """The feed knows its entries' titles and dates better than their pages do."""
    return ParsedArticle(
        url=(page.url if page else None) or item.url,
        title=item.title or (page.title if page else ""),
        source=feed.title or (page.source if page else ""),
        author=item.author or (page.author if page else None),
        published_at=item.published_at or (page.published_at if page else None),
        text=page.text if page else item.text,
    )


def _reading(fetched: Fetched) -> Reading:
    return Reading(findings=(), moved_to=fetched.permanent_url, etag=fetched.etag, last_modified=fetched.last_modified)
