"""Search over a real catalogue, a real index and the real encoder: what may be found is found, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.chunks import Totals
from ingest.embedding.encoders import Encoder
from ingest.index.indexer import Indexer
from ingest.index.vector_index import VectorIndex
from ingest.models import SHARED_SCOPE, View
from ingest.search import search as tuning
from ingest.search.search import Search, Words
from tests.ingest.search.shelf import DAY, NOW, VIEW, Shelf


@contextmanager
def opened(folder: Path, encoder: Encoder) -> Iterator[Shelf]:
    with Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}") as catalogue:
        index = VectorIndex.open(data_dir=folder, chroma_url="", collection=None, fingerprint=encoder.fingerprint)
        try:
            yield Shelf(catalogue, Search(catalogue, encoder, index), Indexer(catalogue, encoder, index))
        finally:
            index.close()


@pytest.fixture
def shelf(tmp_path: Path, encoder: Encoder) -> Iterator[Shelf]:
    with opened(tmp_path, encoder) as shelf:
        yield shelf


def test_an_empty_corpus_holds_nothing(shelf: Shelf) -> None:
    assert shelf.find("anything about Rust?") == []
    assert shelf.find("") == []


def test_an_article_is_found_by_its_words_before_it_is_indexed(shelf: Shelf) -> None:
    shelf.put("weather", "Rain fell in Lisbon all day.")
    shelf.put("router", "The Zyxograph router was rewritten in Rust.", index=False)
    best = shelf.find("zyxograph")[0]
    assert (best.article.title, best.cosine, best.sentence_vectors) == ("router", None, None)


def test_an_article_is_found_by_its_meaning_without_a_common_word(shelf: Shelf) -> None:
    shelf.put("money", "The start-up secured fresh capital from two investors.")
    shelf.put("weather", "Rain fell in Lisbon all day.")
    assert shelf.titles("how was the company financed?")[0] == "money"


def test_nobody_sees_the_future_or_what_another_guild_reads(shelf: Shelf) -> None:
    shelf.put("earlier", "Aurora 5 has been released.", age=3 * DAY)
    shelf.put("today", "Aurora 6 has been released.")
    shelf.put("theirs", "Aurora 7 has been released.", age=3 * DAY, scope="42")
    assert shelf.titles("Aurora released", View(NOW - 2 * DAY)) == ["earlier"]
    assert set(shelf.titles("Aurora released")) == {"earlier", "today"}
    assert set(shelf.titles("Aurora released", View(NOW, (SHARED_SCOPE, "42")))) == {"earlier", "today", "theirs"}


@pytest.mark.parametrize("exact_below", [0, 1000])
def test_a_window_is_a_wall(shelf: Shelf, exact_below: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "EXACT_BELOW", exact_below)
    for age in range(1, 9):
        shelf.put(f"day {age}", f"Aurora {age} has been released.", age=age * DAY)
    view = View(NOW, since=NOW - 4 * DAY, until=NOW - 2 * DAY)
    assert set(shelf.titles("Aurora released", view)) == {"day 3", "day 4"}
    assert shelf.find("Aurora released", View(NOW, since=NOW - DAY / 2)) == []


def test_what_may_be_seen_is_found_behind_much_that_may_not(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "POOL", 2)
    for n in range(20):
        shelf.put(f"hidden {n}", f"Aurora {n}: Aurora has been released, said the makers of Aurora.", scope="42")
    shelf.put("seen", "The makers mentioned that an Aurora exists.")
    assert shelf.titles("Aurora released", k=2) == ["seen"]


def test_a_story_that_two_sources_copied_is_shown_once(shelf: Shelf) -> None:
    story = "Aurora 5 has been released by Nordlicht Labs, which says that it needs half the memory."
    shelf.put("first", story)
    shelf.put("second", f"{story} More soon.")
    shelf.put("third", "Rain fell in Lisbon all day.")
    assert len({title for title in shelf.titles("Aurora memory") if title != "third"}) == 1


def test_a_replaced_version_is_not_found_any_more(shelf: Shelf) -> None:
    shelf.put("aurora", "Aurora needs 40 GB of memory.")
    shelf.put("aurora", "Aurora needs 30 GB of memory.")
    assert [passage.text for passage in shelf.find("Aurora memory")] == ["Aurora needs 30 GB of memory."]


def test_a_passage_is_the_articles_own_text(shelf: Shelf) -> None:
    text = "# News\n\nAurora 5 🙂 has been released. It needs   half the memory.\n\nRain fell."
    shelf.put("aurora", text)
    article = shelf.catalogue.articles.show(shelf.find("Aurora")[0].article.id)
    assert article is not None
    for passage in shelf.find("Aurora"):
        assert passage.text == article.text[slice(*passage.span)]
        for n, span in enumerate(passage.sentences):
            assert passage.sentence_text(n) == article.text[slice(*span)]


def test_the_first_sentences_up_to_the_sections_name_are_headings(shelf: Shelf) -> None:
    shelf.put("aurora", "# News\n\n## Aurora 5 is out\n\nIt needs half the memory. It is free.")
    (passage,) = shelf.find("Aurora")
    headings = [passage.sentence_text(n) for n in range(passage.headings)]
    assert headings[-1] == passage.heading == "Aurora 5 is out"
    assert len(passage.sentences) == passage.headings + 2


def test_common_words_are_matched_only_where_too_few_others_are(shelf: Shelf) -> None:
    for n in range(20):
        shelf.put(f"a{n}", f"The model {n} of today.", index=False)
    shelf.put("rare", "Zyxograph, quasar and pulsar met.", index=False)
    words = shelf.search.words(["model", "zyxograph", "quasar", "pulsar", "unheard"])
    assert words.telling(["model", "zyxograph", "quasar", "pulsar"]) == ["zyxograph", "quasar", "pulsar"]
    assert words.telling(["model", "quasar"]) == ["model", "quasar"]
    assert words.rarest == words.idf("unheard") > words.idf("zyxograph") > words.idf("model") >= 0.0


def test_the_size_of_the_corpus_is_known_to_a_hundredth(shelf: Shelf) -> None:
    assert shelf.search.words([]).totals.chunks == 0
    for n in range(5):
        shelf.put(f"a{n}", f"Model {n} of today.", index=False)
        assert shelf.search.words([]).totals.chunks == n + 1


def test_a_word_is_a_name_where_articles_write_it_with_a_capital_inside_sentences(shelf: Shelf) -> None:
    for n in range(3):
        shelf.put(f"firm {n}", f"On day {n} the start-up Linear raised money, and users of Linear were glad.")
        shelf.put(f"maths {n}", f"Linear attention of kind {n} is fast. It is a linear layer, researchers say.")
    assert shelf.search.names_among(["Linear", "Researchers", "Attention"], VIEW) == {"Linear"}
    assert shelf.search.names_among(["Linear"], View(NOW, ("another guild",))) == frozenset()


def test_in_a_large_corpus_only_the_rarest_terms_are_matched_and_never_none() -> None:
    counts = {"the": 900_000, "model": 60_000, "nordlicht": 40, "polaris": 20_000, "released": 15_000}
    words = Words(counts, Totals(1_000_000, 100.0))
    assert words.telling(["model", "nordlicht", "polaris", "released"]) == ["nordlicht", "released"]
    assert words.telling(["nordlicht", "unheard"]) == ["nordlicht", "unheard"]
    assert words.telling(["the", "model"]) == ["model"]
    small = Words({"the": 900, "model": 60}, Totals(1_000, 100.0))
    assert small.telling(["the", "model"]) == ["the", "model"]
