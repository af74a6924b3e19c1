"""Reads feeds and pages of the web, with conditional requests."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.errors import FailureKind, ParseError
from ingest.fetch import Fetched, PoliteFetcher
from ingest.parse.documents import Documents
from ingest.parse.models import FeedItem, ParsedArticle, ParsedFeed
from ingest.reading.readers.feed_entries import FeedEntries, joined
from ingest.reading.readers.models import FoundArticle, SourceContents, UnreadEntry
from ingest.reading.readers.own_words import OwnWordsReader
from ingest.sources.models import SeenEntries, Source, SourceKind
from ingest.text.bounds import TITLE, shortened

EDITED_AT_ONCE = 5
"""How many edited entries are reread per read of a feed: some feeds change every entry each time."""


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Reads a feed, and the page of each new entry.

    Attributes:
        first_items: entries stored on the first read of a feed; older ones are only marked as seen.
        documents: parses what was fetched.
    """

    fetcher: PoliteFetcher
    first_items: int
    documents: Documents

    def read(self, source: Source, seen: Callable[[], SeenEntries]) -> SourceContents:
        """Read the feed of a source.

        Args:
            seen: returns earlier entries that need not be read now; not called if nothing has changed.

        Raises:
            SourceError: the feed itself could not be read.
        """
        fetched = self.fetcher.fetch(source.address, etag=source.etag, last_modified=source.last_modified)
        if fetched.not_modified:
            return _contents(fetched)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if digest == source.content_sha256:  # a server without validators sends the same bytes again
            return _contents(fetched)
        feed = self.documents.feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        if feed.parts:  # what changes is a part: the list of them may stay the same
            feed, fetched, digest = self._newest_part(feed), replace(fetched, etag=None, last_modified=None), ""
        taken = len(feed.items) if source.succeeded_at else self.first_items
        findings = self._new_items(feed, source.address, seen(), taken)
        kind = SourceKind(feed.form.value)
        return replace(_contents(fetched), title=feed.title, findings=findings, content_sha256=digest, kind=kind)

    def _newest_part(self, whole: ParsedFeed) -> ParsedFeed:
        """The entries of the newest of a site map's parts.

        Raises:
            SourceError: it could not be read.
        """
        fetched = self.fetcher.fetch(whole.parts[0])
        return self.documents.feed(fetched.body, url=fetched.url, content_type=fetched.content_type)

    def _new_items(
        self, feed: ParsedFeed, origin: str, seen: SeenEntries, taken: int
    ) -> Iterator[FoundArticle | UnreadEntry]:
        """Articles of the `taken` newest unseen entries, a note on each older one, and edited entries.

        Raises:
            ParseError: GONE, after its entries, if the feed declares that it has ended.
        """
        edited = 0
        own_words = OwnWordsReader(feed, self.fetcher, self.documents)
        entries = FeedEntries(feed, self.page_of, own_words.of)
        for n, item in enumerate(_under_their_first_ids(feed.items, seen)):
            known = seen.digests.get(item.key)
            if known is None and n < taken:
                yield from entries.read(item)
            elif known is None:
                yield UnreadEntry(item.key, item.url, item.title, "older than what a first read takes")
            elif known not in ("", item.digest) and edited < EDITED_AT_ONCE:
                edited += 1
                yield from entries.read(item, again=True)
        yield from entries.rest()
        if feed.has_ended:
            raise ParseError(FailureKind.GONE, "cannot continue reading", origin, "the feed says that it has ended")

    def page_of(self, url: str) -> ParsedArticle:
        """The article of a page.

        Raises:
            SourceError: it cannot be read, or is not an article.
        """
        return _parse_page(self.fetcher.fetch_page(url), self.documents)


def _under_their_first_ids(items: Sequence[FeedItem], seen: SeenEntries) -> Iterator[FeedItem]:
    """Entries with the ids under which they were first seen, because some feeds generate new ids each time.

    An unknown id is a new id of the entry that was seen at this address with this title, unless the feed still has that
    entry, or has several entries at this address.
    """
    ids, places = {item.key for item in items}, Counter(item.url for item in items)
    for item in items:
        first = seen.keys.get((item.url or "", shortened(item.title, TITLE)))
        is_renamed = item.key not in seen.digests and first not in (None, *ids) and places[item.url] == 1
        yield replace(item, key=first) if is_renamed and first is not None else item


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads a single page, or a PDF."""

    fetcher: PoliteFetcher
    documents: Documents

    def read(self, source: Source) -> SourceContents:
        """Read the page of a source.

        Raises:
            SourceError: it could not be read.
        """
        fetched = self.fetcher.fetch_page(source.address, etag=source.etag, last_modified=source.last_modified)
        if fetched.not_modified:
            return _contents(fetched)
        article = _parse_page(fetched, self.documents)
        found = FoundArticle(source.address, article, joined("the page", article.note))
        return replace(_contents(fetched), title=article.title, findings=[found])


def _parse_page(fetched: Fetched, documents: Documents) -> ParsedArticle:
    return documents.article(fetched.body, url=fetched.url, content_type=fetched.content_type)


def _contents(fetched: Fetched) -> SourceContents:
    return SourceContents(
        findings=(),
        moved_to=fetched.permanent_url,
        fresh_for_s=fetched.max_age_s,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
    )
