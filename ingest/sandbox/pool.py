"""A pool of long-lived parse workers, started when needed and replaced after a document was too much for them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.errors import FailureKind, ParseError
from ingest.parse.documents import FrontPage, ParsersHere
from ingest.parse.models import ParsedArticle, ParsedFeed
from ingest.sandbox.parsing_child import Ended, ParsingChild

if TYPE_CHECKING:
    from ingest.sandbox.replies import Result

SMALL_FEED = 500_000
"""Feeds of up to this many bytes, which most are, are parsed in this process: `xml_guard` bounds their cost beforehand.
The average feed has 50 kB."""
DOCUMENTS_EACH = 500
"""Number of documents after which a child is replaced, because the extractors' caches keep growing."""


class Sandbox:
    """Implements `Documents` with bounds. Thread-safe; close it after use.

    Args:
        workers: maximum number of children; none runs before the first document.
        timeout_s: time limit per document, in seconds.
        memory_bytes: limit of a child's address space.
    """

    def __init__(self, *, workers: int = 2, timeout_s: float = 20.0, memory_bytes: int = 1_000_000_000) -> None:
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._here = ParsersHere()
        self._lock = threading.Lock()
        # Threads gain nothing from parsing in parallel, and each would need a heap of its own.
        self._parsing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="feeds")
        self._children: set[ParsingChild] = set()
        self._idle: queue.LifoQueue[ParsingChild | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)

    def article(self, body: bytes, *, url: str | None, content_type: str = "", name: str = "") -> ParsedArticle:
        words = {"url": url, "content_type": content_type, "name": name}
        return self._parse(ParsedArticle, "article", body, words)

    def feed(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
        if len(body) <= SMALL_FEED:
            return self._parsing.submit(self._here.feed, body, url=url, content_type=content_type).result()
        return self._parse(ParsedFeed, "feed", body, {"url": url, "content_type": content_type})

    def front_page(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        return self._parse(FrontPage, "front_page", body, {"url": url, "content_type": content_type})

    def transcript(self, body: bytes, *, url: str, content_type: str = "") -> ParsedArticle:
        return self._parse(ParsedArticle, "transcript", body, {"url": url, "content_type": content_type})

    @property
    def pids(self) -> tuple[int, ...]:
        """The children's process ids."""
        with self._lock:
            return tuple(child.pid for child in self._children)

    def close(self) -> None:
        """End every child; a document that is being parsed fails."""
        self._parsing.shutdown()
        with self._lock:
            children, self._children = self._children, set()
        for child in children:
            child.end()

    def _parse(self, made: type[Result], parser: str, body: bytes, words: dict[str, str | None]) -> Result:
        from ingest.sandbox import replies  # pydantic takes 9 MB, which a poll of small feeds can save

        which = words["url"] or words.get("name") or "this file"
        with self._a_child() as child:
            try:
                reply, result = child.parse({"parser": parser, "words": words}, body)
                if "done" not in reply:
                    raise _told(reply, which)
                return replies.read(made, result)
            except Ended as ended:
                self._drop(child)
                raise self._failure(ended, which) from ended
            except replies.NonsenseError as error:
                self._drop(child)
                raise _bad(FailureKind.PARSE_CRASH, which, "its parser sent an invalid reply") from error

    @contextmanager
    def _a_child(self) -> Iterator[ParsingChild]:
        """A child for one document; it is reused if it is still usable."""
        child = self._idle.get()
        try:
            if child is None:
                child = self._start()
            yield child
            if child.served >= DOCUMENTS_EACH:
                self._drop(child)
        finally:
            with self._lock:
                kept = child if child in self._children else None
            self._idle.put(kept)

    def _start(self) -> ParsingChild:
        child = ParsingChild(self._timeout_s, self._memory_bytes)
        with self._lock:
            self._children.add(child)
        return child

    def _drop(self, child: ParsingChild) -> None:
        with self._lock:
            self._children.discard(child)
        child.end()

    def _failure(self, ended: Ended, which: str) -> ParseError:
        if ended.kind is FailureKind.PARSE_TIMEOUT:
            return _bad(ended.kind, which, f"parsing it took longer than {self._timeout_s:g} s")
        if ended.kind is FailureKind.PARSE_MEMORY:
            return _bad(ended.kind, which, f"parsing it needs more than {self._memory_bytes:,} bytes")
        return _bad(ended.kind, which, f"its parser crashed ({ended.why})")


def _told(reply: dict[str, object], which: str) -> ParseError:
    """The parser's error in the child, or an unexpected one."""
    error = reply.get("error")
    if isinstance(error, list) and len(error) == 4 and reply.get("kind") in set(FailureKind):
        what, about, why, hint = map(str, error)
        return ParseError(FailureKind(str(reply["kind"])), what, about, why, hint=hint)
    return _bad(FailureKind.PARSE_CRASH, which, f"its parser failed ({reply.get('crash', 'unknown')})")


def _bad(kind: FailureKind, which: str, why: str) -> ParseError:
    return ParseError(kind, "cannot read the document", which, why)
