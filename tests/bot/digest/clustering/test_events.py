"""Items into events: what belongs together is together, and the result does not depend on chance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.digest.clustering.events import Event, events
from bot.digest.segmenting.items import Item, items_of
from bot.digest.writing.rank import importance, ranked, without_facets
from ingest.embedding.encoders import Encoder
from ingest.models import ArticleCard, Span
from tests.bot.digest.desk import DAY, HARBOR, NOW, POLARIS, POLARIS_AGAIN, RECAP, article, cut, weights


def by_words(found: Iterable[Event], word: str) -> list[Event]:
    return [event for event in found if any(word in item.lead_text for item in event.items)]


def test_each_item_is_in_exactly_one_event(encoder: Encoder) -> None:
    items = cut(encoder, ("Recap", "today", RECAP), ("Wire", "Polaris 2 released", POLARIS))
    placed = [item.id for event in events(items, weights) for item in event.items]
    assert sorted(placed) == sorted(item.id for item in items)


def test_one_event_in_three_articles_is_one(encoder: Encoder) -> None:
    items = cut(
        encoder,
        ("Wire", "Nordlicht releases Polaris 2", POLARIS),
        ("Daily", "Open weights from Germany", POLARIS_AGAIN),
        ("Daily", "Harbor AI raises $120 million", HARBOR),
        ("Recap", "today", RECAP),
    )
    (polaris,) = by_words(events(items, weights), "Polaris 2")
    assert len(polaris.articles) == 3
    assert not by_words([polaris], "Harbor")


def test_two_rounds_of_funding_are_two_events(encoder: Encoder) -> None:
    moss = (
        "Moss Robotics raised $8 million for a machine that plants trees. Lakeside Fund led the round of Moss Robotics."
    )
    items = cut(encoder, ("Wire", "Harbor AI raises $120 million", HARBOR), ("Daily", "Moss Robotics raises $8M", moss))
    assert len(events(items, weights)) == 2


def test_two_articles_that_share_only_a_name_are_two_events(encoder: Encoder) -> None:
    crops = "Scientists used Proteus to strengthen an enzyme, so that wheat endures heat."
    years = "Explore how Proteus has accelerated science since it was released five years ago."
    items = cut(encoder, ("Lab", "Crops for a warmer climate", crops), ("Lab", "Proteus: five years of impact", years))
    assert len(events(items, weights)) == 2


def test_another_version_of_what_a_story_is_named_by_is_another_story(encoder: Encoder) -> None:
    limitless = (
        "- Limitless-OCR is now on ModelStage! A multilingual OCR model for parsing images, documents and PDFs.",
        "- Strigi Limitless-OCR also released, intensifying the race of OCR models that parse documents.",
        "- OCR for parsing documents: Strigi Limitless-OCR reads images and PDFs in many languages at once.",
    )
    heron = "- Heron OCR 4 launched with structure extraction, bounding boxes, and support for 170 languages."
    rest = [line for line in RECAP.splitlines() if line.startswith("- ")]
    lines = enumerate((*limitless, heron))
    items = cut(encoder, *((f"Recap {n}", "today", "\n".join([line, *rest])) for n, line in lines))
    found = events(items, weights)
    assert [len(event.articles) for name in ("Limitless", "Heron") for event in by_words(found, name)] == [3, 1]


def test_two_papers_under_one_headline_tell_one_event_but_a_column_keeps_its_title(encoder: Encoder) -> None:
    title = "Five Things We Liked"
    texts = (POLARIS, "Freedonia passed a law on the training of large systems. The regulator of Freedonia will watch.")
    papers = [article(encoder, title, text, publisher) for text, publisher in zip(texts, ("A", "B"), strict=True)]
    assert len(events(items_of(papers), weights)) == 2, "too short a title to tell"
    title = "Machines Don’t Reduce Work—They Intensify It"
    papers = [article(encoder, title, text, publisher) for text, publisher in zip(texts, ("A", "B"), strict=True)]
    assert len(events(items_of(papers), weights)) == 1
    column = [article(encoder, title, texts[0], "A"), article(encoder, title.upper(), texts[1], "A")]
    assert len(events(items_of(column), weights)) == 2


def test_a_sentence_that_points_back_stays_with_what_it_is_about(encoder: Encoder) -> None:
    line = (
        "- John Ostrich is leaving Strigi Labs after nine years, the largest move of the year for the whole industry."
    )
    told = " The response from Demeter Heron underscores the weight of the loss."
    entries = [entry for entry in RECAP.splitlines() if entry.startswith("- ")]
    items = cut(encoder, ("Recap", "today", "\n".join([line + told, *entries])))
    (ostrich,) = (item for item in items if "Ostrich" in item.lead_text)
    assert "Demeter Heron" in ostrich.lead_text


def test_a_recap_is_cut_at_its_entries_and_what_is_nested_stays_with_its_entry(encoder: Encoder) -> None:
    items = cut(encoder, ("Recap", "today", RECAP))
    kestrel = [item for item in items if "Kestrel" in item.text[slice(*item.sentences[0])]]
    assert len(kestrel) == 1
    assert any("2 cents" in kestrel[0].sentence(n) for n in range(len(kestrel[0].sentences)))
    assert not any("subreddits" in item.sentence(n) for item in items for n in range(len(item.sentences)))
    assert not any(item.whole for item in items)


def test_paragraphs_about_different_things_are_items_and_those_about_one_thing_are_one(encoder: Encoder) -> None:
    recap = "\n\n".join(line.removeprefix("- ") for line in RECAP.splitlines() if line.startswith("- "))
    assert len(cut(encoder, ("Letter", "The week in machines", recap))) >= 7
    report = "\n\n".join(
        f"Polaris 2 {what} in the tests of Nordlicht Labs, according to its report on Polaris 2 of this Monday."
        for what in (
            "was fast",
            "answered well",
            "used little memory",
            "wrote good code",
            "read long files",
            "drew maps",
        )
    )
    assert [item.whole for item in cut(encoder, ("Wire", "Polaris 2 tested", report))] == [True]


@given(st.integers(min_value=1, max_value=5))
def test_more_publishers_matter_more(publishers: int) -> None:
    def item(n: int) -> Item:
        card = ArticleCard(f"a{n}", None, "t", f"Publisher {n}", None, NOW, 1)
        vector = np.full((1, 4), 0.5, dtype=np.float32)
        text = "Nordlicht Labs released Polaris 2."
        return Item(f"a{n}:0", card, NOW, "", text, (Span(0, len(text)),), vector, None, 1, 0.5, True)

    def score(count: int) -> float:
        return importance(Event(tuple(item(n) for n in range(count))), NOW - 7 * DAY, NOW)

    assert score(publishers + 1) > score(publishers)


def test_a_line_amid_the_long_report_on_a_better_story_tells_no_other_one(encoder: Encoder) -> None:
    lines = [
        f"- Polaris 2 of Nordlicht Labs took place {n} among the models that the institute tried in test number {n}."
        for n in range(12)
    ]
    lines.insert(6, "- Access to Polaris 2 is for members of the Kestrel programme alone, said its makers in the note.")
    items = cut(encoder, ("Recap", "today", "\n".join(lines)), ("Wire", "Kestrel opens its programme", HARBOR))
    amid, (other,) = items[6], [item for item in items if item.whole]
    report = Event(tuple(item for item in items if item not in (amid, other)))
    (_, first), (_, second) = without_facets([(2.0, report), (1.0, Event((other, other, amid)))])
    assert first == report
    assert second.items == (other, other)


def test_the_order_of_equals_is_that_of_their_ids(encoder: Encoder) -> None:
    items = cut(encoder, ("B", "Harbor AI raises $120 million", HARBOR), ("A", "Harbor AI raises $120 million", HARBOR))
    found = [Event((item,)) for item in items]
    ids = [event.items[0].id for _, event in ranked(found, NOW - 7 * DAY, NOW)]
    assert ids == sorted(ids)


def test_a_view_of_a_better_story_in_its_section_is_no_story_and_another_subject_there_is(encoder: Encoder) -> None:
    section = (
        "## The launch of Polaris\n\n"
        "- Nordlicht Labs released Polaris 2, an open-weight language model with 34 billion parameters.\n"
        "- Polaris 2 is the open-weight language model that developers of Nordlicht Labs wanted, and a large one.\n"
    )
    entries = "\n".join(line for line in RECAP.splitlines() if line.startswith("- ") and "Polaris" not in line)
    news, view, kestrel, *_ = cut(encoder, ("Recap", "today", section + entries))
    assert news.heading == view.heading == kestrel.heading
    ranked_events = [(3.0, Event((news,))), (2.0, Event((view,))), (1.0, Event((kestrel,)))]
    assert [event.items for _, event in without_facets(ranked_events)] == [(news,), (kestrel,)]
