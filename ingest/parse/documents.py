"""What readers need from parsers, as a protocol, and its plain implementation in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ingest.parse.models import ParsedArticle, ParsedFeed


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What a page declares: its feeds, whether it is an article, and the captions of its video, the best first."""

    feeds: tuple[str, ...]
    is_article: bool
    captions: tuple[str, ...] = ()


class Documents(Protocol):
    """Parses bytes of unknown origin. Thread-safe."""

    def article(self, body: bytes, *, url: str | None, content_type: str = "", name: str = "") -> ParsedArticle:
        """The article of a web page or a PDF, recognised by its bytes, else by the ending of its name.

        Args:
            url: where it was fetched from; None for a local file called `name`.

        Raises:
            ParseError: it contains no article, or cannot be parsed within bounds.
        """
        ...

    def feed(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
        """A feed.

        Raises:
            ParseError: it is not a feed, or cannot be parsed within bounds.
        """
        ...

    def front_page(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        """What a web page declares.

        Raises:
            ParseError: it cannot be parsed within bounds.
        """
        ...

    def transcript(self, body: bytes, *, url: str, content_type: str = "") -> ParsedArticle:
        """What is said in an episode or a video, without a title.

        Raises:
            ParseError: nothing is said in it, or it cannot be parsed within bounds.
        """
        ...


class ParsersHere:
    """The parsers in this process: for documents that are trusted, and inside the sandbox.

    Each is imported when first needed: trafilatura takes half a second.
    """

    def article(self, body: bytes, *, url: str | None, content_type: str = "", name: str = "") -> ParsedArticle:
        if b"%PDF-" in body[:1024] or name.lower().endswith(".pdf"):
            from ingest.parse.pdf import parse_pdf

            return parse_pdf(body, url=url, name=name)
        from ingest.parse.page import parse_page

        return parse_page(body, url=url, content_type=content_type, name=name)

    def feed(self, body: bytes, *, url: str, content_type: str = "") -> ParsedFeed:
        from ingest.parse.feed import parse_feed

        return parse_feed(body, url=url, content_type=content_type)

    def front_page(self, body: bytes, *, url: str, content_type: str = "") -> FrontPage:
        from ingest.parse.charset import decode
        from ingest.parse.detect import feed_links, is_article_page
        from ingest.parse.known_sites import is_of_videos
        from ingest.parse.video_page import caption_tracks, channel_feed

        feeds = feed_links(body, url=url, content_type=content_type)
        text = decode(body, content_type)
        if not feeds and is_of_videos(url) and (feed := channel_feed(text, url)):
            feeds = (feed,)
        return FrontPage(feeds, is_article_page(body, content_type), caption_tracks(text, url))

    def transcript(self, body: bytes, *, url: str, content_type: str = "") -> ParsedArticle:
        from ingest.parse.transcript import parse_transcript

        return parse_transcript(body, url=url, content_type=content_type)
