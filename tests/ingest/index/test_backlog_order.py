"""Chunks are indexed by turns: nobody's backlog holds up another's."""

from __future__ import annotations

from datetime import timedelta

from ingest.catalogue import Catalogue
from ingest.index.embedder import BacklogOrder
from tests.ingest.examples import NOW, add_source, record

MODEL = "model"
LONG = "\n\n".join(" ".join(f"In part {p} sentence {n} tells of the bay." for n in range(20)) for p in range(120))


def order(catalogue: Catalogue, batches: int, limit: int = 4) -> list[str]:
    """The articles whose chunks come next, in order, by the first character of their titles."""
    turns = BacklogOrder(catalogue.backlog, MODEL)
    served: list[int] = []
    titles = []
    for _ in range(batches):
        for chunk in turns.next("", limit, without=served):
            served.append(chunk.row)
            titles.append(chunk.title)
    return titles


def test_a_long_article_of_one_server_does_not_hold_up_a_short_one_of_another(catalogue: Catalogue) -> None:
    one, two = (add_source(catalogue, f"https://{n}.example/", scope=n) for n in "ab")
    catalogue.articles.store(record("long", LONG, title="Long"), one.id)
    catalogue.articles.store(record("short", title="Short"), two.id)
    assert "Short" in order(catalogue, 1)


def test_within_a_source_short_articles_come_before_the_rest_of_a_long_one(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record("long", LONG, title="Long"), source.id)
    for n in range(3):
        catalogue.articles.store(record(f"short {n}", title="Short"), source.id)
    first = order(catalogue, 6)
    assert first.count("Short") == 3
    assert len(first) > 19


def test_the_newest_article_of_a_source_comes_first(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    for days in (9, 1, 5):
        article = record(f"{days}", f"Text of day {days}.", title=f"{days}", published_at=NOW - timedelta(days=days))
        catalogue.articles.store(article, source.id)
    assert order(catalogue, 3, 1) == ["1", "5", "9"]


def test_a_server_with_many_sources_gets_no_more_turns_than_one_with_few(catalogue: Catalogue) -> None:
    for n in range(20):
        source = add_source(catalogue, f"https://many.example/{n}", scope="a")
        catalogue.articles.store(record(f"many {n}", f"Text {n}.", title="Many"), source.id)
    source = add_source(catalogue, "https://few.example/", scope="b")
    for n in range(4):
        catalogue.articles.store(record(f"few {n}", f"Other text {n}.", title="Few"), source.id)
    assert order(catalogue, 2).count("Few") == 4


def test_every_waiting_chunk_gets_its_turn_once(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record("long", LONG), source.id)
    waiting = catalogue.backlog.count("")
    turns = BacklogOrder(catalogue.backlog, MODEL)
    rows = [chunk.row for _ in range(waiting) for chunk in turns.next("", 7)][:waiting]
    assert len(set(rows)) == waiting
