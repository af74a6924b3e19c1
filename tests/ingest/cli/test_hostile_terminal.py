"""Whatever is read, `ingest run --once` shows lines of our own and no others: no library's, no child's."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

from ingest.models import SHARED_SCOPE
from ingest.sources.models import NO_OVERRIDES, SourceKind
from tests.ingest.examples import NOW
from tests.ingest.parse.pdfs import pdf
from tests.servers.web import Raw, Reply, WebServer
from tests.terminal import Terminal

STEERS = "\x1b[31mred\x1b]0;mine\x07"
WORDS = "<p>" + "The model reads the news and answers questions about it, in words of its own. " * 8 + "</p>"
REPORT = pdf(["A report", "It has words and sentences."], "")

PAGES: dict[str, bytes | str] = {
    "deep": "<div>" * 50_000 + WORDS,
    "tables": "<table><tr><td>" * 2_000 + WORDS,
    "slow": f"<body {' '.join(f'a{n}=1' for n in range(15_000))}>{WORDS}",
    "nul": f"<body>\0\1\x1b[2J{WORDS}",
    "entities": f"<!DOCTYPE html [<!ENTITY a 'b'>]><body>&a;&#0;&#xFFFFFFFF;&#55296;{WORDS}",
    "metadata": f"<script type='application/ld+json'>[[[{{</script><meta name=date content='99999-99-99'>{WORDS}",
    "foreign": f"<svg><foreignObject><math><mtext><table><mglyph><style><!--</style><img title='--&gt;'>{WORDS}",
    "titled": f"<title>{STEERS}</title><meta property='og:site_name' content='{STEERS}'><article>{WORDS}</article>",
    "frames": "<html><frameset><frame src=x></frameset></html>",
    "empty": "",
    "dubious": "x",
    "encoded": f"<?xml version='1.0' encoding='utf-16'?><body>{WORDS}",
    "garbled": ("<p>" + "Модель читает новости. " * 9).encode("koi8-r"),
    "noise.pdf": b"%PDF-1.7\n" + random.Random(0).randbytes(2_000),
    "cut.pdf": REPORT[: len(REPORT) // 2],
    "locked.pdf": REPORT.replace(b"trailer", b"trailer<</Encrypt 9 0 R>>"),
    "circular.pdf": REPORT.replace(b"/Kids", b"/Kids [1 0 R] /Kid"),
}
RSS = "<rss version='2.0'><channel><title>" + STEERS + "</title>"
DATES = ("0000-00-00", "Sat, 02 May 2026 00:00:00 XYZ", "32 Foo 99999", "2026-13-45", "1e999", "9" * 400)
FEEDS: dict[str, bytes | str] = {
    "lenient": RSS + "<item><title>a &nbsp; & b</title><description>c<img src='http://[</description><unclosed>",
    "dates": RSS + "".join(f"<item><guid>{d}</guid>&flaw;<pubDate>{d}</pubDate></item>" for d in DATES),
    "places": RSS + "<item><title>x</title><georss:point>a b</georss:point><gml:pos>1</gml:pos><enclosure length='a'/>",
    "base": "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://[::1'><entry><link href='http://[bad'/>"
    "<content type='application/octet-stream'>!!</content></entry></feed>",
    "cut": (RSS + "<item><title>x</title></item></channel></rss>").encode("utf-16")[:-1],
    "markup": RSS + f"<item><guid>1</guid><description>{'&lt;b&gt;' * 20_000}</description></item></channel></rss>",
    "version": json.dumps({"version": STEERS, "items": []}),
    "json": json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "items": [{"id": STEERS, "title": STEERS, "url": "http://x.invalid/\x1b[2J"}, {"id": 2, "url": "//["}],
        }
    ),
}
OURS = re.compile(
    r"(read: \S+: (\d+ (new|same|changed|failed|left out)(, )?|nothing changed)+"
    r"|error: cannot read( the \w+)?: \S+: .+|  cannot read( an? \w+| the \w+)?: .+|hint: \S.+\.)"
)


def test_what_is_hostile_leaves_lines_of_our_own_and_no_others(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, tmp_path / "data")
    (tmp_path / "data").mkdir()
    with WebServer() as web, terminal.catalogue() as catalogue:
        sources = {f"/{name}": SourceKind.PAGE for name in PAGES} | {f"/{name}.xml": SourceKind.FEED for name in FEEDS}
        for name, body in PAGES.items():
            web.on(f"/{name}", Reply(body=body, content_type="application/pdf" if "pdf" in name else "text/html"))
        for name, body in FEEDS.items():
            web.on(f"/{name}.xml", Reply(body=body, content_type="application/xml"))
        web.on("/robots.txt", Reply(body=f"User-agent: *\nCrawl-delay: x\nDisallow: /%%%\nAllow\n{STEERS}"))
        web.on("/raw", Raw([b"HTTP/1.1 302 F\x1b[31m\r\nLocation: \x1b[2Jftp://x\r\n\r\n"]))
        for path, kind in (sources | {"/raw": SourceKind.PAGE}).items():
            catalogue.sources.add(web.url(path), kind, NO_OVERRIDES, SHARED_SCOPE, NOW)
        done = terminal.run(
            "ingest", "run", "--once",
            INGEST_ALLOW_HOSTS=web.host, FETCH_PER_HOST="8", PARSE_TIMEOUT_S="2", PYTHONWARNINGS="default",
        )  # fmt: skip
    told = done.err.splitlines()
    assert [line for line in told if not OURS.fullmatch(line)] == []
    assert {path for path in sources if not any(f"{path}:" in line for line in told)} == set()
    assert "\x1b" not in done.err + terminal.here("ingest", "sources").out
