"""PDFs and pages as sources, through the sandbox as the program wires it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.clock import utc_now
from ingest.reading.registry import Registry
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.sources.models import SourceKind
from ingest.wiring import make_pipeline, open_catalogue, open_documents, open_fetcher
from tests.ingest.parse.pdfs import pdf
from tests.ingest.sandbox.pages import page
from tests.servers.web import Reply, WebServer

REPORT = pdf(["A report on chips", "They are small."])


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def read(settings: IngestSettings, *addresses: str) -> tuple[dict[str, str], dict[str, str | None]]:
    """Add and read sources; the text of each article by its title, and the failure of each source by its address."""
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        for address in addresses:
            kind = SourceKind.PAGE if "://" in address and "slow" in address else None
            Registry(catalogue, fetcher, documents).add(address, utc_now(), kind=kind)
        Worker(catalogue, make_pipeline(settings, catalogue, fetcher, documents), None, 2).read_due(once=True)
        return texts_in(catalogue), {s.address: s.failure_kind for s in catalogue.sources.all()}


def texts_in(catalogue: Catalogue) -> dict[str, str]:
    names = [event.item.article_id for s in catalogue.sources.all() for event in catalogue.sources.history([s.address])]
    shown = [catalogue.articles.show(name) for name in names if name]
    return {article.card.title: article.text for article in shown if article}


def test_a_pdf_is_read_from_the_web_and_from_a_file(web: WebServer, tmp_path: Path) -> None:
    (tmp_path / "local.pdf").write_bytes(pdf(["A local report", "It is here."]))
    web.on("/report", Reply(body=REPORT, content_type="application/pdf"))
    settings = IngestSettings.load(data_dir=tmp_path / "data", ingest_allow_hosts=(web.host,))
    texts, _ = read(settings, web.url("/report"), str(tmp_path / "local.pdf"))
    assert texts == {
        "A report on chips": "A report on chips\nThey are small.",
        "A local report": "A local report\nIt is here.",
    }


def test_a_page_that_keeps_its_parser_busy_fails_alone(web: WebServer, tmp_path: Path) -> None:
    web.on("/slow", Reply(body=page(60_000)))
    web.on("/report", Reply(body=REPORT, content_type="application/pdf"))
    settings = IngestSettings.load(data_dir=tmp_path / "data", ingest_allow_hosts=(web.host,), parse_timeout_s=0.5)
    texts, failures = read(settings, web.url("/slow"), web.url("/report"))
    assert "A report on chips" in texts
    assert failures == {web.url("/slow"): "parse_timeout", web.url("/report"): None}
