"""What ships with the project: the sample articles and the starter list of feeds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

import ingest

DATA = Path(ingest.__file__).parent / "data"
SAMPLES = sorted((DATA / "samples").glob("*.md"))


def front_matter(path: Path) -> dict[str, str]:
    _, head, _ = path.read_text("utf-8").split("---\n", 2)
    return dict(line.split(": ", 1) for line in head.splitlines() if line)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_says_that_it_is_one_and_links_to_no_real_site(path: Path) -> None:
    fields = front_matter(path)
    assert fields["source"].endswith(" (sample)")
    assert urlsplit(fields["url"]).hostname == "example.org"


def test_samples_are_dated_and_each_has_an_address_and_a_title_of_its_own() -> None:
    fields = [front_matter(path) for path in SAMPLES]
    assert {date.fromisoformat(f["published"]).year for f in fields} == {2025}
    assert len({f["url"] for f in fields}) == len({f["title"] for f in fields}) == len(SAMPLES) >= 10


def test_the_starter_feeds_have_a_name_and_a_public_address_each() -> None:
    feeds = [e for e in ElementTree.parse(DATA / "starter.opml").iter("outline") if e.get("type") == "rss"]
    assert all(urlsplit(str(e.get(key))).scheme == "https" for e in feeds for key in ("xmlUrl", "htmlUrl"))
    assert len({e.get("title") for e in feeds}) == len({e.get("xmlUrl") for e in feeds}) == len(feeds) >= 20
