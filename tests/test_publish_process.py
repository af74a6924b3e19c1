"""`python -m bot publish` as people run it: over a real corpus, again and again, and served on loopback."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import feedparser  # type: ignore[import-untyped]
import httpx
import pytest

from ingest.index.owner_lock import own_index
from tests.program import GUILDS_OWN, TRUE, WrittenCorpus, written_corpus

AT = ("--at", "2026-05-23", "--weeks", "2")
PATIENCE_S = 100


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> WrittenCorpus:
    return written_corpus(tmp_path_factory.mktemp("corpus"))


def publish(corpus: WrittenCorpus, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "publish", *words]
    done = subprocess.run(
        command, env=corpus.environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_site_has_the_stories_of_the_shared_sources_with_their_quotes_and_is_not_rewritten(
    corpus: WrittenCorpus, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    assert " 0 unchanged" in publish(corpus, str(site), *AT).stdout
    week = (site / "weeks" / "2026-W21.html").read_text("utf-8")
    assert TRUE in week
    assert "https://news.example/kestrel#:~:text=" in week
    assert not feedparser.parse((site / "feed.xml").read_bytes()).bozo
    assert json.loads((site / "feed.json").read_text("utf-8"))["items"]
    assert GUILDS_OWN not in "".join(path.read_text("utf-8") for path in site.rglob("*.html"))
    assert publish(corpus, str(site), *AT).stdout.startswith("published: 0 files written")
    other = tmp_path / "other"
    publish(corpus, str(other), *AT, "--url", "https://d.example/x")
    assert "https://d.example/x/weeks/2026-W21.html" in (other / "weeks" / "2026-W21.html").read_text("utf-8")


def test_it_is_served_on_loopback_until_told_to_stop(corpus: WrittenCorpus, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "publish", str(tmp_path / "site"), *AT, "--serve", "127.0.0.1:0"]
    process = subprocess.Popen(command, env=corpus.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        said = httpx.get(process.stdout.readline().strip())
        assert "AI news, week by week" in said.text
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--weeks", "0"), "--weeks"),
        (("--url", "ftp://x"), "--url"),
        (("--url", "https://x.example/?q"), "--url"),
        (("--serve", "8080"), "--serve"),
        (("--at", "soon"), "soon"),
        (("--scope", "all"), "all"),
    ],
)
def test_wrong_words_are_told_before_anything_is_written(
    corpus: WrittenCorpus, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    site = tmp_path / "site"
    assert told in publish(corpus, str(site), *words, code=2).stderr
    assert not site.exists()


def test_an_index_that_is_held_is_left_alone(corpus: WrittenCorpus, tmp_path: Path) -> None:
    with own_index(corpus.data, "ingest run"):
        assert "ingest run" in publish(corpus, str(tmp_path / "site"), *AT, code=3).stderr
