from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given

from ingest.text.chunk import CHUNK_WORDS, HEADER_CHARS, REST_WORDS, chunk, embedding_text
from ingest.text.segment import sections
from tests.ingest.text_strategies import texts


def chunk_words(text: str) -> list[int]:
    return [len(text[slice(*draft.span)].split()) for draft in chunk(sections(text), text)]


@given(texts)
def test_every_sentence_is_in_exactly_one_chunk_of_its_own_section(text: str) -> None:
    found = sections(text)
    drafts = chunk(found, text)
    assert [span for draft in drafts for span in draft.sentences] == [s for one in found for s in one.sentences]
    of_section = {span: n for n, section in enumerate(found) for span in section.sentences}
    assert all(len({of_section[span] for span in draft.sentences}) == 1 for draft in drafts)
    assert all(draft.heading == found[of_section[draft.sentences[0]]].heading for draft in drafts)


def test_chunks_are_filled_and_not_overfilled() -> None:
    text = " ".join(["This sentence has exactly ten words in it, as planned."] * 33)
    assert chunk_words(text) == [CHUNK_WORDS] * 3


def test_a_small_rest_joins_its_neighbour() -> None:
    text = " ".join(["This sentence has exactly ten words in it, as planned."] * 12)
    assert REST_WORDS > 10
    assert chunk_words(text) == [120]


def test_text_without_spaces_is_chunked_too() -> None:
    text = "人工智能正在改变世界各地的工作。" * 200
    assert max(len(draft.sentences) for draft in chunk(sections(text), text)) < 60


def test_a_small_section_stays_alone() -> None:
    text = "# One\n\n" + "Many words stand here. " * 25 + "\n\n# Two\n\nFew."
    assert chunk_words(text)[-1] == 2


def test_a_chunk_is_embedded_behind_its_title_date_and_heading() -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    assert embedding_text("The  Title", "Head", "Some\n\ntext.", at) == "The Title; May 1, 2026; Head; Some text."
    assert embedding_text("Title", "", "Text.", None) == "Title; Text."


def test_a_heading_that_the_text_begins_with_is_not_said_twice() -> None:
    assert embedding_text("Title", "Head here", "Head here\nText.", None) == "Title; Head here Text."


def test_a_long_title_leaves_room_for_the_text() -> None:
    header = embedding_text("title " * 100, "", "x", None).removesuffix("; x")
    assert len(header) <= HEADER_CHARS
    assert header.endswith("title")
