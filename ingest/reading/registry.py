"""Adds, removes and tests sources, for `ingest add` and `/source`. Reads only enough to recognise a source's kind."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, FetchError, ParseError, SettingsError
from ingest.fetch import Fetched, Fetcher
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE
from ingest.parse.documents import Documents
from ingest.parse.opml import parse_opml
from ingest.parse.urls import absolute_url
from ingest.reading.readers.local import read_path
from ingest.reading.readers.mailbox import is_maildir
from ingest.reading.readers.models import FoundArticle
from ingest.sources.models import NO_OVERRIDES, FileOverrides, Source, SourceKind

STARTER = "starter"
"""The word for the list of feeds that ships with the program."""
_NOT_THERE = frozenset({FailureKind.NOT_FOUND, FailureKind.GONE, FailureKind.CLIENT_ERROR, FailureKind.WRONG_TYPE})
_LISTS: dict[str, SourceKind] = {"feed": SourceKind.FEED, "sitemap": SourceKind.SITEMAP}
"""Kinds of documents (`ingest.parse.detect`, imported when it is needed) that list entries."""
_BY_SUFFIX = {".jsonl": SourceKind.JSONL, ".mbox": SourceKind.MAILBOX}
SHIPPED = Path(str(files("ingest"))) / "data"
SAMPLES = SHIPPED / "samples"


@dataclass(frozen=True, slots=True)
class Registered:
    """A subscribed source; `is_new` if the scope did not have it before."""

    address: str
    kind: SourceKind
    is_new: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What a read of a source would find: its display name and the titles of its articles, newest first."""

    address: str
    kind: SourceKind
    title: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registry:
    """The sources of one corpus."""

    catalogue: Catalogue
    fetcher: Fetcher
    documents: Documents

    def add(
        self,
        address: str,
        now: datetime,
        *,
        scope: str = SHARED_SCOPE,
        kind: SourceKind | None = None,
        given: FileOverrides = NO_OVERRIDES,
    ) -> list[Registered]:
        """Subscribe `scope` to a URL, a file, a folder, a mailbox, an OPML file or the starter list.

        Raises:
            SourceError: it cannot be read, or cannot be a source; nothing was registered.
            SettingsError: `given` describes something other than a single file.
        """
        if _is_url(address):
            _refuse_given(given, address)
            found, found_kind = self._known(address, kind) or self._look_at(address, kind)
        elif (feeds := _list_of_feeds(address)) is not None:
            _refuse_given(given, address)
            return self._add_outlines(feeds, now, scope)
        else:
            path = _path(address)
            found, found_kind = str(path), _kind_of_path(path, kind)
            if found_kind is not SourceKind.FILE:
                _refuse_given(given, address, allow_source=found_kind is SourceKind.JSONL)
            if found_kind not in (SourceKind.FOLDER, SourceKind.MAILBOX):
                read_path(path, found_kind, self.documents, given)
            scope = SAMPLE_SCOPE if SAMPLES in (path, *path.parents) else scope
        return [Registered(found, found_kind, self.catalogue.sources.add(found, found_kind, given, scope, now))]

    def remove(self, address: str, scope: str | None = None) -> Source:
        """Unsubscribe one scope (None: all) from a source. Its articles are hidden there at once.

        Raises:
            NotFoundError: there is no such source.
        """
        source = self.find(address)
        self.catalogue.sources.unsubscribe(source, scope)
        return source

    def find(self, address: str) -> Source:
        """The source at a URL or path, as a user would write it.

        Raises:
            NotFoundError: there is none.
        """
        return self.catalogue.sources.get(_web_address(address) if _is_url(address) else str(_path(address)))

    def test(self, address: str) -> Preview:
        """Read a source without registering anything.

        Raises:
            SourceError: it cannot be read.
        """
        if _is_url(address):
            found, kind = self._look_at(address, None)
            fetched = self.fetcher.fetch(found)
            if kind.has_entries:
                feed = self.documents.feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
                return Preview(found, kind, feed.title, tuple(item.title for item in feed.items))
            page = self.documents.article(fetched.body, url=fetched.url, content_type=fetched.content_type)
            return Preview(found, kind, page.source, (page.title,))
        path = _path(address)
        kind = _kind_of_path(path, None)
        titles = [f.article.title for f in read_path(path, kind, self.documents) if isinstance(f, FoundArticle)]
        return Preview(str(path), kind, path.name, tuple(titles))

    def _known(self, url: str, kind: SourceKind | None) -> tuple[str, SourceKind] | None:
        """A source that is already registered, so that it need not be fetched, even if its site is down."""
        known = self.catalogue.sources.find(_web_address(url))
        return (known.address, known.kind) if known and kind in (None, known.kind) else None

    def _look_at(self, url: str, kind: SourceKind | None) -> tuple[str, SourceKind]:
        """The address to read, and its kind: a feed found on a page is used instead of the page."""
        from ingest.parse.detect import DocumentKind, detect

        if kind is not None and kind.is_local:
            raise _wrong_kind(kind, url)
        if kind is not SourceKind.PAGE and (found_feed := self._feed_of_known_site(url)):
            return found_feed
        fetched = self.fetcher.fetch(url)
        address = _web_address(fetched.permanent_url or url)
        if kind is not None:
            return address, kind
        found = detect(fetched.body, content_type=fetched.content_type, name=fetched.url)
        if found in _LISTS:
            return address, self._kind_of_list(fetched, _LISTS[found])
        if found is DocumentKind.PDF:
            return address, SourceKind.PAGE
        if found is not DocumentKind.PAGE:
            raise _not_a_source(fetched)
        page = self.documents.front_page(fetched.body, url=fetched.url, content_type=fetched.content_type)
        if page.is_article:
            return address, SourceKind.PAGE
        declared = (page.feeds[0], _kind_by_address(page.feeds[0])) if page.feeds else self._undeclared(address)
        return declared or (address, SourceKind.PAGE)

    def _feed_of_known_site(self, url: str) -> tuple[str, SourceKind] | None:
        """The feed of a repository's releases, of a listing of papers or of a channel; None if there is none."""
        from ingest.parse.known_sites import feed_of

        feed = feed_of(url)
        try:
            if feed is None or not self.fetcher.fetch(feed).body:
                return None
        except FetchError as error:
            if error.kind not in _NOT_THERE:
                raise
            return None
        return feed, _kind_by_address(feed)

    def _kind_of_list(self, fetched: Fetched, kind: SourceKind) -> SourceKind:
        """What the entries of a feed are; one that cannot be read is a plain one, until it is read."""
        if kind is not SourceKind.FEED:
            return kind
        try:
            feed = self.documents.feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
        except ParseError:
            return kind
        return SourceKind(feed.form.value)

    def _undeclared(self, address: str) -> tuple[str, SourceKind] | None:
        """The feed at a common address of a site whose front page declares none, else its site map.

        Tries one address after the other.

        A site that refuses to answer is not asked again.
        """
        from ingest.parse.detect import common_list_urls, detect

        if urlsplit(address).path not in ("", "/"):
            return None
        for guess in common_list_urls(address):
            try:
                fetched = self.fetcher.fetch(guess)
                kind = _LISTS.get(detect(fetched.body, content_type=fetched.content_type, name=fetched.url))
                if kind is not None:
                    self.documents.feed(fetched.body, url=fetched.url, content_type=fetched.content_type)
                    return _web_address(fetched.permanent_url or guess), kind
            except ParseError:
                continue
            except FetchError as error:
                if error.kind not in _NOT_THERE:
                    return None
        return None

    def _add_outlines(self, body: bytes, now: datetime, scope: str) -> list[Registered]:
        add, kind = self.catalogue.sources.add, SourceKind.FEED
        urls = [outline.feed_url for outline in parse_opml(body)]
        return [Registered(url, kind, add(url, kind, NO_OVERRIDES, scope, now)) for url in urls]


def _kind_by_address(feed: str) -> SourceKind:
    from ingest.parse.known_sites import form_of

    return SourceKind(form_of(feed).value)


def _is_url(address: str) -> bool:
    return "://" in address


def _web_address(url: str) -> str:
    """The canonical spelling of an address, so that it is registered once."""
    return absolute_url(url) or url


def _path(address: str) -> Path:
    """The absolute path without `..`, so that it is registered once; symbolic links are not resolved."""
    return Path(os.path.abspath(Path(address).expanduser()))


def _list_of_feeds(address: str) -> bytes | None:
    """The OPML document at an address or path, or None."""
    path = SHIPPED / "starter.opml" if address == STARTER else _path(address)
    return path.read_bytes() if path.suffix.lower() == ".opml" and path.is_file() else None


def _kind_of_path(path: Path, forced: SourceKind | None) -> SourceKind:
    """The kind of a path; a file can be forced to be one article, one article per line, or a mailbox."""
    if path.is_dir():
        if forced not in (None, SourceKind.FOLDER, SourceKind.MAILBOX):
            raise _wrong_kind(forced, str(path))
        return forced or (SourceKind.MAILBOX if is_maildir(path) else SourceKind.FOLDER)
    if not path.is_file():
        raise FetchError(
            FailureKind.FILE_MISSING,
            "cannot add",
            str(path),
            "there is no such file or folder",
            hint="Give a URL (with https://), a file, a folder, or `starter`.",
        )
    if forced is not None and (not forced.is_local or forced is SourceKind.FOLDER):
        raise _wrong_kind(forced, str(path))
    return forced or _BY_SUFFIX.get(path.suffix.lower(), SourceKind.FILE)


def _wrong_kind(kind: SourceKind, address: str) -> SettingsError:
    hint = "URLs are feeds or pages; paths are files, folders, jsonl or mailboxes."
    return SettingsError("wrong usage", "--kind", f"{address} cannot be read as a {kind.value}", hint=hint)


def _refuse_given(given: FileOverrides, address: str, *, allow_source: bool = False) -> None:
    refused = [name for name in FileOverrides.__slots__ if getattr(given, name) is not None]
    if allow_source:
        refused = [name for name in refused if name != "source"]
    if refused:
        raise SettingsError(
            "wrong usage",
            f"--{refused[0]}",
            f"{address} is not one single file",
            hint="These options describe one file; feeds, pages and folders describe themselves.",
        )


def _not_a_source(fetched: Fetched) -> ParseError:
    return ParseError(
        FailureKind.WRONG_TYPE,
        "cannot add",
        fetched.url,
        f"it is {fetched.content_type or 'of an unknown type'}, neither a feed nor a page nor a PDF",
        hint="Give the address of a feed, an article or a site; --kind forces one.",
    )
