from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given

from ingest.models import Span
from ingest.text.segment import sections
from ingest.text.sentences import SENTENCE_MAX_CHARS
from tests.ingest.text_strategies import long_texts, texts

MARKERS = re.compile(
    r"\s*(?:```|~~~).*|[\s|:\-+=_*>~•·]*|[\s>]*(?:\[![A-Z]{1,20}\])?\s*(?:#{1,6}|[-*+•‣◦▪●]|\d{1,3}[.)])?\s*|[\s|]*"
)


def spans(text: str) -> list[Span]:
    return [span for section in sections(text) for span in section.sentences]


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


def outside(text: str) -> list[str]:
    """What is left of each line when the sentences are taken away."""
    kept = list(text)
    for start, end in spans(text):
        kept[start:end] = ["\n" if c == "\n" else "" for c in text[start:end]]
    return "".join(kept).split("\n")


@given(texts)
def test_sentences_are_in_order_apart_and_without_outer_space(text: str) -> None:
    found = spans(text)
    assert all(text[start:end] and text[start:end] == text[start:end].strip() for start, end in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@given(long_texts)
def test_no_sentence_is_longer_than_the_longest_quote(text: str) -> None:
    assert all(end - start <= SENTENCE_MAX_CHARS for start, end in spans(text))


@given(texts)
def test_only_markers_and_rules_belong_to_no_sentence(text: str) -> None:
    assert all(MARKERS.fullmatch(line) for line in outside(text))


@given(long_texts)
def test_long_texts_lose_nothing_when_they_are_cut(text: str) -> None:
    assert all(MARKERS.fullmatch(line) for line in outside(text))


@given(texts)
def test_every_section_has_a_sentence_and_begins_with_its_headings(text: str) -> None:
    for section in sections(text):
        assert section.sentences
        assert 0 <= section.headings <= len(section.sentences)
        assert bool(section.heading) == (section.headings > 0)


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Lee met J. K. Smith and John F. Kennedy.",
        "The U.S. Food and Drug Administration announced it.",
        "Models (e.g. Mamba, i.e. Griffin) vs. Transformers.",
        "It was No. 1 in the list on Jan. 5 again.",
        "GPT-5.5 cost $4.5 million and v3.2 came at 3.5 tok/s.",
        "See https://a.example/x.y?z=1.2 for Node.js and llama.cpp.",
        "He said “Really, yes!” and left … then came back.",
        "Well... it works",
        "OpenAI Inc. Chief Scientist resigned.",
        "Does RL Really Incentivize Reasoning?—delivered a finding.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["It works.", "The end."],
        ["He said “It works.”", "Then he left."],
        ["It works (mostly.)", "[Almost] all do."],
        ["Is it?", "Yes!", "No…", "Well."],
        ["They moved to the U.S.", "The team grew."],
        ["It closed its Series H.", "Investors cheered."],
        ["It was shown by vendors.[12]", "More followed."],
        ["Ask @arena.", "@scaling01 disagreed.", "vLLM too."],
        ["we shipped the model.", "it works nicely."],
        ["It rose to 5.", "25 % more came."],
        ["Prices, fees, etc.", "The rest is free."],
    ],
)
def test_sentences_end_where_another_begins(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_cjk_full_stops_end_sentences_without_space() -> None:
    assert sentences("人工智能发展很快。模型说：“你好。”它走了！") == [
        "人工智能发展很快。",
        "模型说：“你好。”",
        "它走了！",
    ]


def test_a_sentence_runs_across_a_broken_paragraph() -> None:
    text = (
        "They announced a strategic partnership to deploy at least 10 gigawatts of AI\n\n"
        "computing capacity—a scale without precedent. It is big."
    )
    assert sentences(text) == [text.removesuffix(" It is big."), "It is big."]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "This paragraph was wrapped at some fifty characters\n"
        "by an editor, so its lines end where the words of\n"
        "OpenAI and others would not fit any more. It ends\n"
        "here."
    )
    assert sentences(text) == [text.removesuffix(" It ends\nhere."), "It ends\nhere."]


def test_list_items_are_sentences_of_their_own_and_long_ones_are_split() -> None:
    text = (
        "Points:\n\n- first item\n- Second item: it runs. And on.\n  1. Third\n  2) Fourth\n* Fifth item\ngoes on below"
    )
    assert sentences(text) == [
        "Points:",
        "first item",
        "Second item: it runs.",
        "And on.",
        "Third",
        "Fourth",
        "Fifth item\ngoes on below",
    ]


def test_table_rows_are_sentences_and_rules_are_none() -> None:
    assert sentences("| Mode | Use |\n|------|:---:|\n| Choice | Force it |\n\n---\n\nEnd.") == [
        "Mode | Use",
        "Choice | Force it",
        "End.",
    ]


def test_code_is_one_sentence_with_its_fences_and_keeps_its_lines() -> None:
    code = "```bash\n# Install. Then run.\n. .venv/bin/activate\n\n| not a table\n```"
    assert sentences(f"Run:\n\n{code}\nDone.\n\n```\n```") == ["Run:", code, "Done."]
    assert sentences(f"{code}\n~~~\nx\n~~~") == [code, "~~~\nx\n~~~"]


def test_long_code_is_cut_at_lines() -> None:
    line = "run --with an.option"
    pieces = sentences("```\n" + f"{line}\n" * 100 + "```")
    assert len(pieces) == 3
    assert all(set(piece.split("\n")) <= {line, "```"} for piece in pieces)


@pytest.mark.parametrize(
    "parts",
    [
        ["मॉडल सोमवार को आया।", "इसकी कीमत कम है।"],
        ["মডেলটি সোমবার এসেছে।", "দাম কম।"],
        ["هل وصل النموذج؟", "نعم، وصل."],
        ["ماڈل پیر کو آیا۔", "قیمت کم ہے۔"],
        ["모델이 나왔다.", "가격은 낮다."],
    ],
)
def test_sentences_of_other_scripts_end_at_their_own_marks(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_quotation_keeps_its_speaker_behind_it() -> None:
    for text in ("“We will be back.” — Nora Blix, chief of Deepwell", "“We will be back.”\n— Nora Blix"):
        assert sentences(text) == [text]
    assert sentences("It is “big.” — Then he left. He said so.")[0] != "It is “big.” — Then he left. He said so."


def test_a_sentence_goes_on_in_a_line_that_holds_its_last_word_only() -> None:
    text = "The waiting times at the two plants have grown from 18 to 41\nmonths. More follows."
    assert sentences(text) == [text.removesuffix(" More follows."), "More follows."]


def test_what_lacks_a_formula_is_no_sentence_and_splits_what_is_around_it() -> None:
    found = sections("## A heading\n\nOne is. It reaches [formula] there. Two is.")
    text = "## A heading\n\nOne is. It reaches [formula] there. Two is."
    assert [[text[slice(*span)] for span in section.sentences] for section in found] == [
        ["A heading", "One is."],
        ["Two is."],
    ]
    assert [section.heading for section in found] == ["A heading", "A heading"]


def test_a_fence_that_is_never_closed_hides_nothing() -> None:
    assert sentences("```\nIt works. Really.") == ["It works.", "Really."]


def test_headings_open_sections_and_stand_first_in_them() -> None:
    text = "Intro text here.\n\n## Recap\n\nGrok 4.3’s Release and the Frontier\n\n- xAI shipped it.\n\n## Last\n\nBye."
    found = sections(text)
    assert [(s.heading, s.headings, len(s.sentences)) for s in found] == [
        ("", 0, 1),
        ("Grok 4.3’s Release and the Frontier", 2, 3),
        ("Last", 1, 2),
    ]
    assert "Grok 4.3’s Release and the Frontier" in sentences(text)


def test_headings_are_found_without_blank_lines_around_them() -> None:
    text = "A Title\nA team has published a paper. It is good.\nThe Innovation\nThe new architecture is sparse."
    assert [section.heading for section in sections(text)] == ["A Title", "The Innovation"]


def test_a_numbered_line_on_its_own_is_a_heading_and_in_a_list_it_is_not() -> None:
    text = "1. Introduction: The Hype\n\nFor years it grew.\n\n1. One thing\n2. Another thing\n\nThe end."
    assert [section.heading for section in sections(text)] == ["Introduction: The Hype"]


def test_what_ends_like_a_sentence_is_no_heading() -> None:
    text = "a quiet day.\n\nKey details:\n\nmore text\n\nIt was quiet."
    assert [section.heading for section in sections(text)] == [""]


def test_an_overlong_sentence_is_cut_at_a_clause() -> None:
    text = "word " * 120 + "clause, " + "word " * 120
    first, second = sentences(text)
    assert first.endswith("clause,")
    assert second.startswith("word")
