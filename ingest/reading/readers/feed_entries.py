"""The entries of one read of a feed: decides for each whether the article is its page or the feed's own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.errors import FailureKind, ParseError, SourceError
from ingest.parse.models import FeedItem, ParsedArticle, ParsedFeed
from ingest.parse.urls import same_site
from ingest.reading.readers.models import FoundArticle, UnreadEntry
from ingest.reading.readers.own_words import NOTHING, OwnWords
from ingest.text.words import content_terms, terms

_WALL_FOR_ALL = "another entry's page says the same: it is a wall and no article"


@dataclass(frozen=True, slots=True)
class _Held:
    """An entry held back until the next page: its finding, the text of its page, and whether it was read before."""

    item: FeedItem
    found: FoundArticle | UnreadEntry
    text: str
    again: bool


class FeedEntries:
    """Reads entries. Each waits until the next page has been read, because two pages with the same text are a wall.

    Args:
        page_of: fetches and parses the page at an address; raises SourceError.
        own_words: what an entry says by itself, without its page.
    """

    def __init__(
        self,
        feed: ParsedFeed,
        page_of: Callable[[str], ParsedArticle],
        own_words: Callable[[FeedItem], OwnWords] = lambda _: NOTHING,
    ) -> None:
        self._feed = feed
        self._page_of = page_of
        self._own_words = own_words
        self._places = Counter(item.url for item in feed.items)
        self._pages: dict[str, str | None] = {}
        self._held: _Held | None = None

    def read(self, item: FeedItem, *, again: bool = False) -> Iterator[FoundArticle | UnreadEntry]:
        """Read an entry; yield the findings that are certain by now.

        Args:
            again: it was read before; if it cannot be read properly now, it stays as it is and is retried.
        """
        found, text = self._found(item)
        if again and not (isinstance(found, FoundArticle) and found.error is None):
            return
        is_wall = bool(text) and self._pages.setdefault(text, item.url) != item.url
        if is_wall:
            found = self._from_feed(item, _WALL_FOR_ALL)
            if self._held is not None and self._held.text == text:
                held = self._held
                self._held = None if held.again else replace(held, found=self._from_feed(held.item, _WALL_FOR_ALL))
        yield from self.rest()
        if not (is_wall and again):
            self._held = _Held(item, found, text, again)

    def rest(self) -> Iterator[FoundArticle | UnreadEntry]:
        """Yield the entry that is held back."""
        if self._held is not None:
            yield self._held.found
        self._held = None

    def _found(self, item: FeedItem) -> tuple[FoundArticle | UnreadEntry, str]:
        """The article of an entry, and the text of its page ("" if the article is not from the page)."""
        own = self._own_words(item)
        if own.is_all:
            return self._from_own_words(item, own), ""
        found, text = self._found_elsewhere(item)
        if own.detail and isinstance(found, FoundArticle):
            found = replace(found, detail=joined(own.detail, found.detail), error=found.error or own.error)
        return found, text

    def _from_own_words(self, item: FeedItem, own: OwnWords) -> FoundArticle | UnreadEntry:
        if not own.text.strip():
            return UnreadEntry(
                item.key, item.url, item.title, joined("it says nothing by itself", item.note, own.detail)
            )
        detail = joined(own.detail, item.note, self._feed.note, _unread_date(item))
        return FoundArticle(
            item.key, _article(replace(item, text=own.text), self._feed, None), detail, own.error, item.digest
        )

    def _found_elsewhere(self, item: FeedItem) -> tuple[FoundArticle | UnreadEntry, str]:
        """The article on the entry's page, else that in the feed's own text."""
        if item.url is None:
            why = "the entry has no address" if item.text.strip() else "it has neither text nor address"
            return self._from_feed(item, why), ""
        if self._places[item.url] > 1 and item.text.strip():
            return self._from_feed(item, "its page is that of other entries too"), ""
        try:
            page = self._page_of(item.url)
        except SourceError as error:
            return self._from_feed(item, str(error), error), ""
        if why := why_not_page(item, page):
            return self._from_feed(item, why), ""
        detail = joined("the page", page.note, _unread_date(item))
        return FoundArticle(item.key, _article(item, self._feed, page), detail, None, item.digest), page.text

    def _from_feed(self, item: FeedItem, why: str, error: SourceError | None = None) -> FoundArticle | UnreadEntry:
        """The article from the feed's own text, if there is any."""
        if not item.text.strip():
            error = error or ParseError(FailureKind.NO_TEXT, "cannot read an entry", item.url or item.title, why)
            return UnreadEntry(item.key, item.url, item.title, str(error), error)
        detail = joined(f"the feed's own text, because {why}", self._feed.note, _unread_date(item))
        passing = error if error is not None and error.retryable else None
        return FoundArticle(item.key, _article(item, self._feed, None), detail, passing, item.digest)


def joined(*details: str) -> str:
    """Notes, on one line."""
    return "; ".join(filter(None, details))


def _article(item: FeedItem, feed: ParsedFeed, page: ParsedArticle | None) -> ParsedArticle:
    """The article of an entry. The feed knows titles and dates better than the pages do, but not other sites'
    publishers."""
    published_at = item.published_at or (page.published_at if page else None)
    return ParsedArticle(
        url=(page.url if page else None) or item.url,
        title=item.title or (page.title if page else ""),
        source=item.publisher or _publisher(item, feed, page),
        author=item.author or (page.author if page else None),
        published_at=published_at,
        text=page.text if page else item.text,
        updated_at=item.updated_at or (page.updated_at if page else None),
        language=(page.language if page else None) or feed.language,
        no_later_than=None if published_at else item.no_later_than,
    )


def _publisher(item: FeedItem, feed: ParsedFeed, page: ParsedArticle | None) -> str:
    """The feed's name, unless the feed lists articles of other sites."""
    if page is None or not page.source:
        return feed.title
    elsewhere = bool(feed.site_url and item.url) and not same_site(feed.site_url or "", item.url or "")
    return page.source if elsewhere or not feed.title else feed.title


def _unread_date(item: FeedItem) -> str:
    return f"its date, {item.unread_date!r}, cannot be read" if item.unread_date else ""


FULL_TEXT = 60
"""A feed's text of at least this many words is the article or its beginning, so its page must contain most of it."""
HELD = 0.5
"""Share of a full text's word pairs that its page must contain."""
SENTENCE = 12
"""A summary of at least this many words can be compared; with fewer, a page with the entry's title is accepted."""
SHORT_PAGE = 1500
"""A page of up to this many characters can be a wall; longer ones are articles, whatever their summary says."""
MENTIONED = 0.25
"""Share of the title's and summary's words that a short page must contain."""


def why_not_page(item: FeedItem, page: ParsedArticle) -> str:
    """Why the page is not this entry's article; "" if it is."""
    own = terms(item.text)
    if len(own) >= FULL_TEXT:
        held = terms(page.text)
        share = _shared(own, held)
        if share < HELD:
            return "the page does not hold what the feed says"
        return "the page has less" if 2 * len(held) < len(own) else ""
    if len(page.text) >= SHORT_PAGE:
        return ""
    said = page.text if len(own) >= SENTENCE else f"{page.title}\n{page.text}"
    wanted = set(content_terms(f"{item.title} {item.text}"))
    mentioned = len(wanted.intersection(terms(said))) / max(len(wanted), 1)
    return "" if mentioned >= MENTIONED or not wanted else "the page is short and does not say what the entry is about"


def _shared(words: list[str], other: list[str]) -> float:
    """The share of the first text's pairs of neighbouring words that the second contains."""
    pairs = set(pairwise(words))
    return len(pairs & set(pairwise(other))) / len(pairs)
