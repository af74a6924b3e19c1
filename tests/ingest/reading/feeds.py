"""A small feed with its pages, for a loopback web."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.servers.web import Reply, Request, Response

FEED, SITE = "/feed.xml", "/"
WORDS = "researchers released a model that reads the news and tells what it has read".split()


def body(name: str) -> str:
    """A text long enough to be an article's, different for each name."""
    return " ".join(f"On day {n} the {name} {' '.join(WORDS[n:] + WORDS[:n])}." for n in range(6))


def page(name: str) -> Reply:
    html = f"<html><head><title>{name}</title></head><body><article><h1>{name}</h1><p>{body(name)}</p></article>"
    return Reply(body=html + "</body></html>")


def entry(name: str, *, day: int = 1, text: str = "", link: str | None = None) -> str:
    link = f"<link>/{name}</link>" if link is None else link
    date = f"<pubDate>{datetime(2026, 6, day, tzinfo=UTC):%a, %d %b %Y %H:%M:%S} +0000</pubDate>"
    guid = f"<guid isPermaLink='false'>{name}</guid>"
    return f"<item><title>{name}</title>{guid}{link}{date}<description>{text}</description></item>"


def feed(*entries: str) -> Reply:
    rss = f'<rss version="2.0"><channel><title>Weekly</title><link>/</link>{"".join(entries)}</channel></rss>'
    return Reply(body=rss, content_type="application/rss+xml", headers={"ETag": f'"{hash(entries)}"'})


def conditional(reply: Reply) -> Response:
    def answer(request: Request) -> Response:
        known = request.headers.get("if-none-match") == reply.headers["ETag"]
        return Reply(304, headers=reply.headers) if known else reply

    return answer  # type: ignore[return-value]
