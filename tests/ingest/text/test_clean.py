from __future__ import annotations

import pytest
from hypothesis import given

from ingest.text.clean import clean
from tests.ingest.text_strategies import texts


def is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(character in rest for character in short)


@given(texts)
def test_cleaning_only_ever_deletes_characters(text: str) -> None:
    assert is_subsequence(clean(text), text)


@given(texts)
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(texts)
def test_a_clean_text_can_be_stored(text: str) -> None:
    assert "\0" not in clean(text)
    clean(text).encode("utf-8")


CHIPS = (
    "It improves performance. (neurips) Testing across 30 models. (neurips)\n"
    "More than 70% of staff. (fda) (FDA)\n"
    "It generalises, (neurips) providing guidance—(Tesla North) the first by late 2026 (Techequity-ai) at a low cost.\n"
    "Known work (neurips) and DeepSeek Sparse Attention (DSA) at NeurIPS (December 2-7), one (constant) and one linear."
)


def test_source_chips_go_and_genuine_parentheses_stay() -> None:
    assert clean(CHIPS) == (
        "It improves performance. Testing across 30 models.\n"
        "More than 70% of staff.\n"
        "It generalises, providing guidance—the first by late 2026 at a low cost.\n"
        "Known work and DeepSeek Sparse Attention (DSA) at NeurIPS (December 2-7), one (constant) and one linear."
    )


@pytest.mark.parametrize(
    "text",
    [
        "He left. (Sadly) It rained.",
        "Models such as Mamba (e.g., Mamba) or Amazon Web Services, Inc. (AWS) sell well.",
        "It exploited half of them (17 of 34 zero-day challenges) with Explainable AI (XAI).",
        "We won. (Laughs) Then we lost. (Laughter) It ended. (Applause)",
    ],
)
def test_an_article_without_chip_habits_keeps_its_parentheses(text: str) -> None:
    assert clean(text) == text


def test_an_abbreviation_does_not_make_a_chip_of_its_short_form() -> None:
    assert "Services Inc. (AWS) Said" in clean(CHIPS + "\n\nAmazon Web Services Inc. (AWS) Said so.")


@pytest.mark.parametrize(
    ("noisy", "expected"),
    [
        ("compute—[NVIDIA Newsroom](#) the largest", "compute—the largest"),
        ("its staff, [fda](#) [FDA](#) and AWS", "its staff, and AWS"),
        ("The end. [CNBC](#)\n\nNext", "The end.\n\nNext"),
        ("rollout ([fda](#)) ([FDA](#)) and more", "rollout and more"),
        ("a device—([Stanford University](#)) suggest", "a device—suggest"),
        ("objectives— [Anthropic](#)\n\n[TechCrunch](#) a limit", "objectives—\n\na limit"),
        ("read [our terms](#) first", "read our terms first"),
        ("see [the paper](https://a.example/x_(y)) now", "see the paper now"),
        ('see [it](/local "A title") now', "see it now"),
        ("before ![a diagram](https://a.example/d.png) after", "before  after"),
        ("**\\$100 billion** and *more* and ***most***", "$100 billion and more and most"),
        ("run `pip install x` now", "run pip install x now"),
        ("vLLM \\+ NVIDIA", "vLLM + NVIDIA"),
        ("soft\u00adhyphen, zero\u200bwidth, \ud800surrogate, nul\0", "softhyphen, zerowidth, surrogate, nul"),
        ("a  \r\nb\n\n\n\nc\n", "a\nb\n\nc"),
    ],
)
def test_marks_that_no_reader_saw_go(noisy: str, expected: str) -> None:
    assert clean(noisy) == expected


@pytest.mark.parametrize(
    "text",
    [
        "from $O(L^2)$ to $O(L \\times k)$",
        "2 * 3 * 4 = 24 and 2**3 and 4**5",
        "f[i](x) and a[0](b)",
        "@_aidan_clark_ on __init__ and snake_case_name",
        "- one\n- two\n\n1. three\n\n## Four\n\n> five\n\n| a | b |\n|---|---|\n| c | d |",
        "```sh\necho \\$HOME `date` **x** [a](#)\n\n\n\ncd /\n```",
        "@NVIDIAAI ecosystem context, @runwayml coalition announcement",
        "An article about cookies: we use cookies for dessert, and newsletters. Subscribe if you like to read on.",
    ],
)
def test_what_belongs_to_the_text_stays(text: str) -> None:
    assert clean(text) == text


NOTES = "It is deep in real-world workflows.31 The next one.\n\nIt will rise to 50% by 2027.29\n\nThe end came.30"


def test_footnote_numbers_glued_to_sentence_ends_go() -> None:
    assert clean(NOTES) == (
        "It is deep in real-world workflows. The next one.\n\nIt will rise to 50% by 2027.\n\nThe end came."
    )


@pytest.mark.parametrize(
    "text",
    ["GPT-5.5 beats GPT-4.1", "v0.3 The new one", "It costs $1.29 The", "about 3.5\n", "No.1 The", "Elo 1821.0 And"],
)
def test_numbers_are_no_footnotes_even_in_an_article_that_has_some(text: str) -> None:
    assert text.strip() in clean(f"{NOTES}\n\n{text}\n\nMore.")


def test_a_single_number_behind_a_full_stop_is_not_enough_for_a_footnote() -> None:
    assert clean("They met in the manual of ls.1 Then left.") == "They met in the manual of ls.1 Then left."


@pytest.mark.parametrize(
    "line",
    [
        "Post a Comment",
        "Join the conversationJoin the conversation",
        "Related posts",
        "Share this article: Facebook Twitter LinkedIn",
        "Facebook | X | LinkedIn | Email",
        "Subscribe to our weekly newsletter and never miss a story!",
        "Sign up for our newsletter",
        "This site uses cookies to improve your experience.",
        "By continuing to use this site, you agree to our use of cookies.",
        "Advertisement",
        "Create Your Own QR Code for Free — Need a custom QR code? Try our free QR code generator today.",
    ],
)
def test_page_furniture_goes_as_a_whole_line(line: str) -> None:
    assert clean(f"A sentence.\n\n{line}\n\nAnother one.") == "A sentence.\n\nAnother one."


def test_the_sentence_about_the_mailing_goes_and_its_neighbours_stay() -> None:
    text = "> AINews is now a section of Latent Space. You can opt in/out of email frequencies!\n\n## Recap"
    assert clean(text) == "> AINews is now a section of Latent Space.\n\n## Recap"


def test_a_text_built_to_be_peeled_forever_comes_back_as_it_was() -> None:
    onion = "[" * 60 + "x" + "](#)" * 60
    assert clean(onion) == onion


def test_what_is_struck_out_in_markdown_goes() -> None:
    assert clean("It costs ~~$20~~ $15 now.") == "It costs $15 now."
    assert clean("Sizes of ~~5 GB to ~~10 GB.") == "Sizes of ~~5 GB to ~~10 GB."
    assert clean("```\n~~x~~\n```") == "```\n~~x~~\n```"


def test_lines_that_lead_to_other_stories_go() -> None:
    text = "One.\n\nRELATED: Acme Robotics goes bankrupt after fraud\n\nLire aussi : Acme fait faillite\n\nTwo."
    assert clean(text) == "One.\n\nTwo."
    stays = "Related: the two firms share a founder, who left in May."
    assert clean(stays) == stays
