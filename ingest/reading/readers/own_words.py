"""Entries whose article is no page: what is said in an episode or a video, a release's notes, a paper's abstract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.errors import SourceError
from ingest.fetch import PoliteFetcher
from ingest.parse.documents import Documents
from ingest.parse.models import FeedForm, FeedItem, ParsedFeed, TranscriptLink

_PREFERRED = ("text/vtt", "application/x-subrip", "application/srt", "application/json", "text/html", "text/plain")
"""Media types of transcripts, those first that name speakers without doubt or were made for reading along."""
_ALSO = {"text/srt": "application/srt", "application/x-srt": "application/srt", "application/octet-stream": ""}
_IN_FEED = {FeedForm.RELEASES: "the release notes in the feed", FeedForm.ARXIV: "the abstract in the feed"}
_TRIES = 3


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What an entry says by itself.

    Attributes:
        text: "" if that has to be looked for elsewhere.
        detail: where it is from; why there is none.
        error: why it is not all there, if a retry may work.
        is_all: there is nothing else to look for.
    """

    text: str = ""
    detail: str = ""
    error: SourceError | None = None
    is_all: bool = False


NOTHING = OwnWords()


@dataclass(frozen=True, slots=True)
class OwnWordsReader:
    """Reads what the entries of one feed say by themselves."""

    feed: ParsedFeed
    fetcher: PoliteFetcher
    documents: Documents

    def of(self, item: FeedItem) -> OwnWords:
        """What an entry says; `NOTHING` where its page is its article."""
        form = self.feed.form
        if form is FeedForm.YOUTUBE:
            return self._video(item)
        if form in _IN_FEED:
            return OwnWords(item.text, _IN_FEED[form], is_all=True)
        return self._episode(item) if item.transcripts else NOTHING

    def _episode(self, item: FeedItem) -> OwnWords:
        """The transcript, the best one that can be read."""
        links = sorted(item.transcripts, key=self._rank)[:_TRIES]
        said = self._first([(link.url, link.type) for link in links])
        if said.text:
            return said
        return OwnWords("", f"no transcript, because {said.detail}", said.error)

    def _video(self, item: FeedItem) -> OwnWords:
        """The description, and below it the captions where they may be read."""
        captions = self._captions(item.url) if item.url else OwnWords("", "it has no address")
        if not captions.text:
            why = f"the description, without captions, because {captions.detail}"
            return OwnWords(item.text, why, captions.error, is_all=True)
        text = f"{item.text}\n\n{captions.text}" if item.text else captions.text
        return OwnWords(text, "the description and the captions", is_all=True)

    def _captions(self, url: str) -> OwnWords:
        try:
            page = self.fetcher.fetch_page(url)
            tracks = self.documents.front_page(page.body, url=page.url, content_type=page.content_type).captions
        except SourceError as error:
            return OwnWords("", str(error), error if error.retryable else None)
        if not tracks:
            return OwnWords("", "its page names none")
        return self._first([(track, "text/vtt") for track in tracks[:_TRIES]])

    def _first(self, places: list[tuple[str, str]]) -> OwnWords:
        """The first transcript that can be read."""
        failures = []
        for said, failure in map(self._transcript, places):
            if failure is None:
                return said
            failures.append(failure)
        passing = next((failure for failure in failures if failure.retryable), None)
        return OwnWords("", str(failures[0]), passing)

    def _transcript(self, place: tuple[str, str]) -> tuple[OwnWords, SourceError | None]:
        url, named = place
        try:
            fetched = self.fetcher.fetch_page(url)
            media_type = named if named in _PREFERRED else fetched.content_type
            told = self.documents.transcript(fetched.body, url=fetched.url, content_type=media_type)
        except SourceError as error:
            return NOTHING, error
        return OwnWords(told.text, f"the transcript ({named or media_type})", is_all=True), None

    def _rank(self, link: TranscriptLink) -> tuple[bool, int]:
        """Those in the feed's language first, then by type."""
        own = (self.feed.language or "").partition("-")[0].lower()
        elsewhere = bool(link.language and own) and link.language.partition("-")[0] != own
        types = [_ALSO.get(link.type, link.type)]
        return elsewhere, next(iter(_places(types)), len(_PREFERRED))


def _places(types: list[str]) -> Iterator[int]:
    yield from (_PREFERRED.index(name) for name in types if name in _PREFERRED)
