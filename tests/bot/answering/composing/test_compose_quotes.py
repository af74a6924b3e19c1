"""Which sentences are quoted together, over scores that are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing.compose_quotes import NEAR, compose_quotes
from bot.answering.quotes import MAX_QUOTE_CHARS, MAX_QUOTES, Evidence
from bot.answering.retrieval.rank_sentences import Features, RankedSentence
from tests.bot.answering.passages import Written, write

FEATURES = Features(meaning=0.5, deed=0.5, words=0.5, passage=0.5, fits=0.0, heading=0.0)


def ranked(written: Written, *scores: float, vectors: Sequence[int] | None = None) -> list[RankedSentence]:
    """The passage's sentences with these scores; sentences of one vector say the same."""
    axes = np.eye(40, dtype=np.float32)
    offset = sum(map(ord, written.passage.article.id)) % 8 * 5
    found = [
        RankedSentence(
            Evidence(written.passage, n, n), score, FEATURES, axes[offset + n if vectors is None else vectors[n]]
        )
        for n, score in enumerate(scores)
    ]
    return sorted(found, key=lambda sentence: -sentence.score)


def quoted(sentences: list[RankedSentence], *, several: bool = False, limit: int = MAX_QUOTES) -> list[str]:
    return [quote.text for quote in compose_quotes(sentences, several=several, limit=limit)]


def with_heading(written: Written, heading: str) -> Written:
    return replace(written, passage=replace(written.passage, heading=heading))


def test_the_best_sentence_is_quoted_first_and_poor_ones_of_other_passages_are_not() -> None:
    good, poor = write("Aurora costs $5.", article="a"), write("It was cold.", article="b")
    assert quoted([*ranked(good, 1.0), *ranked(poor, 0.2)]) == ["Aurora costs $5."]


def test_a_quote_is_filled_with_what_belongs_to_it_as_far_as_it_is_long() -> None:
    written = write("Prices fell.", "Aurora costs $5.", "Output is $15.", "Word " * 80 + "end.")
    assert quoted(ranked(written, NEAR, 1.0, 0.8, 0.65)) == ["Prices fell. Aurora costs $5. Output is $15."]


def test_a_sentence_about_something_else_does_not_go_along() -> None:
    written = write("It rained.", "Aurora costs $5.", "Output is $15.")
    assert quoted(ranked(written, 0.1, 1.0, 0.8)) == ["Aurora costs $5. Output is $15."]


def test_a_list_is_quoted_from_what_announces_it_to_its_last_item() -> None:
    items = [f"- Number {n} is a model of its own." for n in range(1, 5)]
    written = write("Earlier there were none.", "Four models came out.", *items, "Nothing else.", gap="\n")
    for best in range(1, 6):
        scores = [0.9 if n == best else 0.1 for n in range(7)]
        quote = quoted(ranked(written, *scores))[0]
        assert "Four models came out." in quote
        assert all(item in quote for item in items)


def test_a_heading_is_never_glued_to_a_quote_nor_quoted_where_a_sentence_says_more() -> None:
    written = with_heading(write("How it works", "DSA scores tokens.", "It keeps the best.", gap="\n"), "How it works")
    assert quoted(ranked(written, 0.9, 1.0, 0.95)) == ["DSA scores tokens.\nIt keeps the best."]


def test_a_heading_is_quoted_alone_where_nothing_says_it_better() -> None:
    written = with_heading(write("Aurora costs $5", "It rained.", gap="\n"), "Aurora costs $5")
    assert quoted(ranked(written, 1.0, 0.9)) == ["Aurora costs $5", "It rained."]


def test_what_a_colon_announces_goes_along() -> None:
    written = write("It has three principles:", "Be modular.", "Be native.", "Be quick.")
    assert quoted(ranked(written, 1.0, 0.1, 0.1, 0.1))[0].startswith("It has three principles: Be modular.")


def test_the_same_thing_is_without_repeats() -> None:
    one, two = write("Aurora costs $5.", article="a"), write("Aurora's price is $5.", article="b")
    assert quoted(ranked(one, 1.0, vectors=[0]) + ranked(two, 0.9, vectors=[0])) == ["Aurora costs $5."]


def test_sentences_that_differ_in_a_figure_do_not_say_the_same() -> None:
    one, two = write("Aurora 2 costs $5.", article="a"), write("Aurora 3 costs $5.", article="b")
    assert len(quoted(ranked(one, 1.0, vectors=[0]) + ranked(two, 0.9, vectors=[0]))) == 2


def test_where_several_articles_are_wanted_one_does_not_fill_the_answer() -> None:
    one, two = (
        write(*(f"Nordlicht {n} is out. {'It is open. ' * 30}" for n in range(3))),
        write("Kite is out.", article="b"),
    )
    sentences = [*ranked(one, 1.0, 0.4, 0.99), *ranked(two, 0.9)]
    assert quoted(sentences, several=True, limit=2)[1] == "Kite is out."
    assert quoted(sentences, several=False, limit=2)[1].startswith("Nordlicht 2")


def test_nothing_ranked_is_nothing_quoted() -> None:
    assert quoted([]) == []


@given(
    st.lists(st.tuples(st.integers(1, 300), st.floats(-1, 2)), min_size=1, max_size=12),
    st.integers(0, 3),
    st.booleans(),
)
def test_quotes_are_the_articles_text_whole_short_and_apart(
    sentences: list[tuple[int, float]], headings: int, several: bool
) -> None:
    written = write(*(f"{n}{'x' * length}." for n, (length, _) in enumerate(sentences)))
    if headings and headings <= len(sentences):
        written = with_heading(written, written.passage.sentence_text(headings - 1))
    scores = [score for _, score in sentences]
    quotes = compose_quotes(ranked(written, *scores, vectors=range(len(scores))), several=several)
    assert len(quotes) <= MAX_QUOTES
    assert quotes or max(scores) < 0.0
    starts, ends = {s.start for s in written.passage.sentences}, {s.end for s in written.passage.sentences}
    spans = sorted((quote.start, quote.end) for quote in quotes)
    for quote in quotes:
        assert written.text[quote.start : quote.end] == quote.text
        assert quote.start in starts and quote.end in ends  # noqa: PT018
        assert len(quote.text) <= MAX_QUOTE_CHARS or (quote.start, quote.end) in written.passage.sentences
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
