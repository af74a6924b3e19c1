"""Where sites that are not read page by page have what is read: GitHub, arXiv, YouTube. Pure.

GitHub: "About feeds" (docs.github.com). arXiv: API User's Manual, 3.1 (info.arxiv.org/help/api). YouTube:
"Subscribe to push notifications" (developers.google.com/youtube/v3), which names the channels' feeds.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from ingest.parse.models import FeedForm

_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
_NO_OWNERS = frozenset(
    "about apps collections customer-stories enterprise events explore features issues login marketplace new"
    " notifications orgs pricing pulls search security settings site sponsors stars topics trending users".split()
)
"""First parts of GitHub's addresses that are no one's."""
_RELEASE_PAGES = ((), ("releases",), ("releases", "latest"), ("tags",))
_LIST = re.compile(r"/list/([a-z-]{2,20})(?:\.([A-Za-z-]{2,20}))?(?:/[\w-]{1,20})?/?", re.ASCII)
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:/\w{1,20})?/?", re.ASCII)
_PLAYLIST = re.compile(r"[\w-]{10,80}", re.ASCII)
_PAPERS = 100
"""Papers of one read of a listing."""


def feed_of(address: str) -> str | None:
    """The feed of a repository's releases, of a listing of papers, or of a channel; None for other addresses."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "github.com":
        return _releases(parts.path)
    if host in ("arxiv.org", "export.arxiv.org"):
        return _papers(parts.path)
    return _videos(parts.path, parts.query) if host == "youtube.com" else None


def form_of(address: str) -> FeedForm:
    """What the entries of a feed are, by its address alone."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removeprefix("www.")
    if host == "github.com" and parts.path.endswith("/releases.atom"):
        return FeedForm.RELEASES
    if host == "youtube.com" and parts.path == "/feeds/videos.xml":
        return FeedForm.YOUTUBE
    return FeedForm.ARXIV if host in ("export.arxiv.org", "rss.arxiv.org") else FeedForm.PLAIN


def is_of_videos(address: str) -> bool:
    """Whether a page is one of YouTube's."""
    return (urlsplit(address).hostname or "").removeprefix("www.").removeprefix("m.") == "youtube.com"


def _releases(path: str) -> str | None:
    names = tuple(filter(None, path.split("/")))
    if len(names) < 2 or names[0] in _NO_OWNERS or names[2:] not in _RELEASE_PAGES:
        return None
    if not all(_NAME.fullmatch(name) for name in names[:2]):
        return None
    return f"https://github.com/{names[0]}/{names[1].removesuffix('.git')}/releases.atom"


def _papers(path: str) -> str | None:
    """A query for what was submitted or replaced last; unlike the listing and its feed, its answer has the comments."""
    found = _LIST.fullmatch(path)
    if found is None:
        return None
    asked = f"search_query=cat:{found[1]}.{found[2] or '*'}&sortBy=lastUpdatedDate&sortOrder=descending"
    return f"https://export.arxiv.org/api/query?{asked}&max_results={_PAPERS}"


def _videos(path: str, query: str) -> str | None:
    feed = "https://www.youtube.com/feeds/videos.xml"
    if channel := _CHANNEL.fullmatch(path):
        return f"{feed}?channel_id={channel[1]}"
    lists = parse_qs(query).get("list", []) if path == "/playlist" else []
    return f"{feed}?playlist_id={lists[0]}" if lists and _PLAYLIST.fullmatch(lists[0]) else None
