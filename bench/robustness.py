"""Whether anything makes a parser fail otherwise than by a typed refusal: real feeds, hostile URLs, damaged documents.

    python bench/robustness.py --data FOLDER [--mutations 40] [--seed 1]

FOLDER holds feeds/*.xml, urls/urltestdata.json (web-platform-tests) and extraction/html/*.html.gz. Every feed is parsed
whole, its items cleaned and cut into chunks as for storing, and then in `--mutations` damaged forms; every record of
the URL set is resolved on its base, and what is read compared with what the URL Standard says; every tenth page is
parsed in damaged forms, in the sandbox of the product. Prints outcomes by kind. The last line is JSON: how much of each
was tried, and how often anything but a result or a typed refusal came out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import bench  # noqa: F401 - finds the packages of the repository
from ingest.errors import ParseError
from ingest.parse.models import ParsedArticle, ParsedFeed
from ingest.parse.urls import absolute_url, canonical_url, host_of
from ingest.reading.prepare import to_record
from ingest.sandbox import Sandbox

URL = "https://example.org/feed.xml"
EVERY_PAGE = 10
PIECES = (
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"\x00", b"\xff\xfe", b"&#0;", b"<!--", b"\xed\xa0\x80", b'"',
    b"<sup>26</sup>", b"<s>", b"<del>x", b"<math><mn>1</mn>", b"<table><tr><th>a<td rowspan=9 colspan=9>1",
    b"<pre>```\n", b"<embed>", b"<think>", b"&amp;lt;p&amp;gt;", b"\xe0\xa4\xae\xe0\xa5\x89", b"10\xc2\xb2\xe2\x81\xb6",
)  # fmt: skip
Outcomes = Counter[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--mutations", type=int, default=40, help="damaged forms of each feed (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args()
    chance = random.Random(words.seed)
    feeds = [path.read_bytes() for path in sorted((words.data / "feeds").glob("*.xml"))]
    pages = [gzip.decompress(path.read_bytes()) for path in sorted((words.data / "extraction/html").glob("*.gz"))]
    sandbox = Sandbox(workers=2, timeout_s=20)
    try:
        whole = Counter(feed_outcome(sandbox, feed) for feed in feeds)
        damaged_feeds = Counter(
            feed_outcome(sandbox, damaged(feed, feeds, chance)) for feed in feeds for _ in range(words.mutations)
        )
        damaged_pages = Counter(
            page_outcome(sandbox, damaged(page, pages, chance))
            for page in pages[::EVERY_PAGE]
            for _ in range(max(1, words.mutations // 4))
        )
    finally:
        sandbox.close()
    urls = Counter(map(url_outcome, records(words.data)))
    tell({"feeds": whole, "damaged feeds": damaged_feeds, "damaged pages": damaged_pages, "urls": urls})


def tell(table: dict[str, Outcomes]) -> None:
    for what, outcomes in table.items():
        for outcome, count in outcomes.most_common():
            print(f"{what:>14} {outcome:<60.60} {count:>6}")
    fuzz = table["damaged feeds"] + table["damaged pages"]
    counts = {"feeds": table["feeds"], "urls": table["urls"], "fuzz": fuzz}
    told = {name: outcomes.total() for name, outcomes in counts.items()}
    print(json.dumps(told | {f"{name}_crashed": crashes(outcomes) for name, outcomes in counts.items()}))


def crashes(outcomes: Outcomes) -> int:
    return sum(count for outcome, count in outcomes.items() if outcome.startswith(("crash", "parse_crash")))


def feed_outcome(sandbox: Sandbox, body: bytes) -> str:
    def read() -> None:
        feed = sandbox.feed(body, url=URL)
        for article in articles_of(feed):
            to_record(article, "key", datetime.now(UTC))

    return outcome(read)


def page_outcome(sandbox: Sandbox, body: bytes) -> str:
    return outcome(lambda: to_record(sandbox.article(body, url=URL), "key", datetime.now(UTC)))


def articles_of(feed: ParsedFeed) -> list[ParsedArticle]:
    return [ParsedArticle(i.url, i.title, feed.title, i.author, i.published_at, i.text) for i in feed.items]


def outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except ParseError as error:
        return error.kind.value
    except Exception as error:  # what this bench is looking for
        return f"crash: {type(error).__name__}: {error}"
    return "read"


def records(data: Path) -> list[dict[str, str | bool | None]]:
    """The records of the set; its strings are comments."""
    return [record for record in json.loads((data / "urls/urltestdata.json").read_text()) if isinstance(record, dict)]


def url_outcome(record: dict[str, str | bool | None]) -> str:
    """Whether an address is what the standard says, or refused: what no web page can have, or what holds a password."""
    text, base = str(record["input"]), record.get("base") or None
    try:
        address = absolute_url(text, None if base is None else str(base))
        canonical_url(text, None if base is None else str(base))
        host_of(text)
    except Exception as error:
        return f"crash: {type(error).__name__}: {error}"
    if address is None:
        return "refused"
    expected = str(record.get("href") or "").partition("#")[0]
    return "read" if address == expected else f"unlike the standard: {address}"


def damaged(body: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The document with pieces cut out, doubled, put in, or taken from another one."""
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.choices(range(len(body) + 1), k=2))
        end = min(end, start + 2_000)
        other = chance.choice(others)
        at = chance.randrange(len(other) + 1)
        pieces = (b"", chance.choice(PIECES), chance.randbytes(8), other[at : at + 500], body[start:end] * 2)
        into = chance.choice(pieces)
        body = body[:start] + into + body[end:]
    return body


if __name__ == "__main__":
    main()
