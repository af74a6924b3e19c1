"""Feeds whose entries are no links to articles: episodes, videos, releases, papers. What they are, and their own data.

Told by what the feed itself says, not by where it is: the namespaces of Podcasting 2.0, YouTube and arXiv, and the id
of GitHub's releases. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lxml import etree

from ingest.parse.feed_items import RawFeed, RawItem
from ingest.parse.models import FeedForm, TranscriptLink
from ingest.parse.plain import plain_line, plain_text
from ingest.parse.urls import absolute_url

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_PODCAST = (
    "{https://podcastindex.org/namespace/1.0}transcript",
    "{https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md}transcript",
)
_YOUTUBE = b"http://www.youtube.com/xml/schemas/2015"
_MARKS = (b"http://arxiv.org/schemas/atom", _YOUTUBE, b"tag:github.com,2008:", b":transcript")
"""What is in each such feed; others are not parsed a second time."""
_RELEASES = re.compile(r"tag:github\.com,2008:https://github\.com/([\w.-]{1,100})/([\w.-]{1,100})/(?:releases|tags)")
_TAG = re.compile(r"tag:github\.com,2008:Repository/\d{1,18}/(.{1,300})")
_BEFORE_RELEASE = re.compile(
    r"[-._]?(?:alpha|beta|rc|dev|pre|preview|nightly|canary)(?![a-z])|\d(?:a|b)\d", re.IGNORECASE
)
_PAPER = re.compile(r"((?:oai:arXiv\.org:|https?://arxiv\.org/abs/)\S{5,60}?)v\d{1,3}")
_CATEGORY = re.compile(r"cat:([a-z-]{1,20}(?:\.[A-Za-z*-]{1,20})?)")
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)
_SAID_FIRST = 300
_MOST_TRANSCRIPTS = 20
_EMPTY_NOTES = "No content."
"""What GitHub writes where a release has no notes."""


def with_form(document: bytes, feed: RawFeed, url: str) -> tuple[RawFeed, FeedForm]:
    """The feed with what its form adds to its entries.

    Args:
        document: well-formed XML in UTF-8 that `xml_guard` has found harmless, from `url`.
    """
    if not any(mark in document for mark in _MARKS):
        return feed, FeedForm.PLAIN
    root = etree.fromstring(document, etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True))
    entries = [e for e in root.iter("item", f"{_ATOM}entry")]
    if len(entries) != len(feed.items):  # the reader left some out, so it is not known which is which
        return feed, FeedForm.PLAIN
    if _YOUTUBE in document and root.tag == f"{_ATOM}feed":
        return _with(feed, [_video(item, e) for item, e in zip(feed.items, entries, strict=True)]), FeedForm.YOUTUBE
    if releases := _RELEASES.fullmatch(root.findtext(f"{_ATOM}id") or ""):
        return _with(feed, [_release(item, releases[2]) for item in feed.items]), FeedForm.RELEASES
    if _is_arxiv(root, entries):
        papers = [_paper(item, e) for item, e in zip(feed.items, entries, strict=True)]
        return _with(feed, papers)._replace(title=_listing(feed.title)), FeedForm.ARXIV
    episodes = [_episode(item, e, url) for item, e in zip(feed.items, entries, strict=True)]
    is_podcast = any(item.transcripts for item in episodes)
    return _with(feed, episodes), FeedForm.PODCAST if is_podcast else FeedForm.PLAIN


def _with(feed: RawFeed, items: Sequence[RawItem]) -> RawFeed:
    return feed._replace(items=items)


def _video(item: RawItem, entry: Any) -> RawItem:
    """A video; its text is its description, with the lines as they were written."""
    said = entry.findtext(f"{_MEDIA}group/{_MEDIA}description") or ""
    return replace(item, text=plain_text(said).strip())


def _release(item: RawItem, repository: str) -> RawItem:
    """A release, named after its repository. GitHub's feed has no drafts, and marks no pre-releases; their tags do."""
    title = item.title if repository.casefold() in item.title.casefold() else f"{repository} {item.title}"
    tag = _TAG.fullmatch(item.guid)
    early = tag is not None and _BEFORE_RELEASE.search(tag[1]) is not None
    text = "" if item.text.strip() == _EMPTY_NOTES else item.text
    return replace(item, title=title, text=text, note="a pre-release by its tag" if early else "")


def _is_arxiv(root: Any, entries: Sequence[Any]) -> bool:
    """Whether its entries have arXiv's own elements, of its API or of its feeds."""
    own = (f"{_ARXIV}primary_category", f"{_ARXIV}announce_type")
    return bool(entries) and all(any(e.find(name) is not None for name in own) for e in entries)


def _paper(item: RawItem, entry: Any) -> RawItem:
    """A paper: abstract and comments; the same article in each of its versions. A withdrawal comes first."""
    summary, comment = entry.findtext(f"{_ATOM}summary"), plain_line(entry.findtext(f"{_ARXIV}comment") or "")
    abstract = plain_line(summary) if summary else item.text
    said = f"Comments: {comment}" if comment else ""
    gone = _WITHDRAWN.search(comment[:_SAID_FIRST]) or _WITHDRAWN.match(_first_words(abstract))
    text = "\n\n".join(filter(None, (said, abstract) if gone else (abstract, said)))
    kind = entry.findtext(f"{_ARXIV}announce_type") or ""
    version = _PAPER.fullmatch(item.guid)
    notes = ["withdrawn"] if gone else []
    notes += [f"announced as {kind}"] if re.fullmatch(r"[a-z-]{1,20}", kind) else []
    guid = version[1] if version else item.guid
    return replace(item, guid=guid, text=text, note=", ".join(notes))


def _first_words(abstract: str) -> str:
    """From the word that tells of a withdrawal, if an abstract begins with such a sentence."""
    found = re.match(r"(?:This|The) (?:paper|article|submission|work|manuscript)[^.]{0,40}?\b(?=withdrawn\b)", abstract)
    return abstract[found.end() :] if found else ""


def _listing(title: str) -> str:
    """A name for the answer to a query, whose own title is the query."""
    if "search_query=" not in title:
        return title
    category = _CATEGORY.search(title)
    return f"arXiv {category[1]}" if category else "arXiv"


def _episode(item: RawItem, entry: Any, url: str) -> RawItem:
    """An entry with the transcripts that it names."""
    links = []
    for element in list(entry.iter(*_PODCAST))[:_MOST_TRANSCRIPTS]:
        address = absolute_url((element.get("url") or "").strip(), url)
        media_type = (element.get("type") or "").partition(";")[0].strip().lower()
        if address:
            links.append(TranscriptLink(address, media_type, (element.get("language") or "").strip().lower()))
    return replace(item, transcripts=tuple(links)) if links else item
