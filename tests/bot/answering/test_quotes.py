"""Sentences become quotes that are copied, whole and short enough."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.answering.quotes import CONTEXT_CHARS, MAX_QUOTE_CHARS, Evidence, in_context, join_neighbours, make_quote
from ingest.models import Span
from tests.bot.answering.passages import ANTHROPIC, GOOGLE, write


def test_a_quote_is_the_articles_own_text_with_a_link_that_opens_it() -> None:
    quote = make_quote(2, Evidence(ANTHROPIC.passage, 0, 1))
    assert ANTHROPIC.text[quote.start : quote.end] == quote.text
    assert (quote.n, quote.article) == (2, ANTHROPIC.passage.article)
    assert quote.link is not None
    assert quote.link.startswith("https://news.example/a1#:~:text=")


def test_neighbours_and_doubles_become_one_and_strangers_stay_apart() -> None:
    first, second, third = (Evidence(ANTHROPIC.passage, i, i) for i in range(3))
    other = Evidence(GOOGLE.passage, 0, 0)
    joined = join_neighbours([third, other, first, first, second])
    assert [(e.passage.chunk_id, e.first, e.last) for e in joined] == [("a1:1:0", 0, 2), ("g1:1:0", 0, 0)]


PIECES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8)


@given(st.lists(st.integers(1, 900), min_size=6, max_size=6), PIECES)
def test_joined_pieces_cover_all_that_was_asked_and_are_never_too_long(
    lengths: list[int], pieces: list[tuple[int, int]]
) -> None:
    passage = write(*("x" * length for length in lengths)).passage
    asked = [e for a, b in pieces if (e := Evidence(passage, min(a, b), max(a, b))).quotable]
    joined = join_neighbours(asked)
    assert all(any(piece.covers(own) for piece in joined) for own in asked)
    assert all(len(piece.text) <= MAX_QUOTE_CHARS or piece.first == piece.last for piece in joined)


def test_a_quotes_context_is_the_sentences_around_it_within_its_section() -> None:
    text = (
        "A first one here. The quote stands here. A last one here.\n\n## Another part\n\nSomething else is told here."
    )
    quote = Span(text.index("The quote"), text.index(" A last"))
    assert text[slice(*in_context(text, quote))] == "A first one here. The quote stands here. A last one here."


@given(st.lists(st.integers(5, 400), min_size=1, max_size=9), st.integers(0, 8))
def test_a_quotes_context_covers_it_and_is_not_too_long(lengths: list[int], which: int) -> None:
    sentences = ["X" + "x" * length + "." for length in lengths]
    which = min(which, len(sentences) - 1)
    start = sum(len(sentence) + 1 for sentence in sentences[:which])
    quote = Span(start, start + len(sentences[which]))
    context = in_context(" ".join(sentences), quote)
    assert context.start <= quote.start < quote.end <= context.end
    assert context.end - context.start <= max(CONTEXT_CHARS, quote.end - quote.start)
    assert in_context("", Span(3, 5)) == Span(3, 5)
