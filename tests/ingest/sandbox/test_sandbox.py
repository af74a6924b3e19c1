"""A hostile document costs one item: its child is ended and replaced, and the next document is parsed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import FailureKind, ParseError
from ingest.parse.documents import ParsersHere
from ingest.sandbox import Sandbox
from ingest.sandbox.parsing_child import Ended, ParsingChild
from ingest.sandbox.pool import SMALL_FEED
from tests.ingest.parse.pdfs import pdf
from tests.ingest.sandbox.pages import page

URL = "https://example.org/aurora"


@contextmanager
def opened(workers: int = 1, timeout_s: float = 20.0, memory_bytes: int = 1_000_000_000) -> Iterator[Sandbox]:
    sandbox = Sandbox(workers=workers, timeout_s=timeout_s, memory_bytes=memory_bytes)
    try:
        yield sandbox
    finally:
        sandbox.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with opened(workers=2) as sandbox:
        yield sandbox


def failure(sandbox: Sandbox, body: bytes) -> ParseError:
    with pytest.raises(ParseError) as caught:
        sandbox.article(body, url=URL)
    return caught.value


def test_a_document_says_there_what_it_says_here(sandbox: Sandbox) -> None:
    here = ParsersHere()
    assert sandbox.article(page(8), url=URL) == here.article(page(8), url=URL)
    report = pdf(["A report", "It has words."], "/CreationDate (D:20260501054439+02'00')")
    assert sandbox.article(report, url=None, name="a.pdf") == here.article(report, url=None, name="a.pdf")
    front = b"<html><link rel=alternate type='application/rss+xml' href='/feed'></html>"
    assert sandbox.front_page(front, url=URL) == here.front_page(front, url=URL)
    feed = b"<rss><channel><title>T</title><item><guid>1</guid><description>%b</description></item></channel></rss>"
    for size in (10, SMALL_FEED):
        body = feed % (b"word " * size)
        assert sandbox.feed(body, url=URL) == here.feed(body, url=URL)


def test_a_refusal_comes_through_as_it_was_made(sandbox: Sandbox) -> None:
    assert failure(sandbox, b"<html></html>").kind is FailureKind.NO_TEXT
    error = failure(sandbox, b"%PDF-1.7 broken")
    assert (error.kind, error.what, error.which) == (FailureKind.BAD_PDF, "cannot read the PDF", URL)


def test_several_threads_share_the_children(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(6) as pool:
        articles = list(pool.map(lambda n: sandbox.article(page(n), url=URL), range(8, 32, 4)))
    assert [article.text.count("Aurora") for article in articles] == list(range(8, 32, 4))


def test_a_document_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    with opened(timeout_s=0.5) as sandbox:
        error = failure(sandbox, page(60_000))
        assert (error.kind, "0.5 s" in error.why) == (FailureKind.PARSE_TIMEOUT, True)
        assert sandbox.article(page(8), url=URL).title == "Aurora"


def test_a_document_that_needs_too_much_memory_is_given_up_and_the_next_one_is_read() -> None:
    feed = b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + b"[]," * 6_000_000 + b"[]]}"
    with opened(memory_bytes=400_000_000) as sandbox:
        with pytest.raises(ParseError) as caught:
            sandbox.feed(feed, url=URL)
        assert caught.value.kind is FailureKind.PARSE_MEMORY
        assert sandbox.article(page(8), url=URL).title == "Aurora"


def test_a_child_that_dies_says_how() -> None:
    child = ParsingChild(timeout_s=20, memory_bytes=1_000_000_000)
    request: dict[str, object] = {"parser": "article", "words": {"url": URL}}
    assert child.parse(request, page(8))[0] == {"done": True}
    with ThreadPoolExecutor(1) as pool:
        parsing = pool.submit(child.parse, request, page(60_000))
        os.kill(child.pid, signal.SIGSEGV)
        with pytest.raises(Ended) as caught:
            parsing.result()
    child.end()
    assert (caught.value.kind, caught.value.why) == (FailureKind.PARSE_CRASH, "SIGSEGV")


def test_no_child_outlives_the_sandbox() -> None:
    with opened() as sandbox:
        sandbox.article(page(8), url=URL)
        (pid,) = sandbox.pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with opened() as sandbox:
        sandbox.article(page(8), url=URL)
        (pid,) = sandbox.pids
        environment = Path(f"/proc/{pid}/environ")
        if not environment.exists():
            pytest.skip("this system does not show a process's environment")
        assert b"sk-secret" not in environment.read_bytes()
