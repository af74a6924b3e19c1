from __future__ import annotations

from collections import Counter
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.words import STOP_WORDS, TERM_MAX_CHARS, TERM_PUNCTUATION, content_terms, terms
from tests.ingest.text_strategies import texts


@given(texts)
def test_a_term_can_be_stored_between_spaces(text: str) -> None:
    for term in terms(text):
        assert 0 < len(term) <= TERM_MAX_CHARS
        assert all(c.isalnum() or c in TERM_PUNCTUATION or category(c)[0] == "M" for c in term), term


@given(texts)
def test_case_does_not_matter(text: str) -> None:
    lower = text.replace("US", "us").replace("U.S", "u.s")
    ascii_only = "".join(c for c in lower if c.isascii())
    assert terms(ascii_only.lower()) == terms(ascii_only)


@given(texts, st.sampled_from(["\n7", "\n" + "-" * 300, "\nя", "\n人"]))
def test_the_rest_of_a_text_does_not_change_a_lines_terms(text: str, line: str) -> None:
    apart = Counter(terms(text)) + Counter(terms(line))
    assert Counter(terms(text + line)) == apart


@pytest.mark.parametrize(
    ("written", "searched", "shared"),
    [
        ("GLM-5.3", "glm 5.3", "glm5.3"),
        ("GPT 5.5", "GPT-5.5", "gpt5.5"),
        ("GPT5.5", "gpt 5.5", "gpt5.5"),
        ("Series H", "series-h", "seriesh"),
        ("Qwen3-Omni-30B", "Qwen 3", "qwen3"),
        ("Qwen3-Omni-30B", "qwen", "qwen"),
        ("Qwen3-Omni-30B", "Omni 30B", "omni30b"),
        ("DeepSeek-V4-Pro", "DeepSeek V4", "deepseekv4"),
        ("Kimi K2.6", "kimi-k2.6", "kimik2.6"),
        ("vLLM", "VLLM", "vllm"),
        ("k8v4", "K8V4", "k8v4"),
        ("$65B", "$65 billion", "$65b"),
        ("65bn", "65 billion", "65b"),
        ("2–4x", "2-4x", "2-4x"),
        ("10,000", "10000", "10000"),
        ("70%", "70 percent", "70%"),
        ("U.S.", "US", "usa"),
        ("NVIDIA’s", "nvidia", "nvidia"),
        ("Jalapeño", "jalapeno", "jalapeno"),
        ("ＧＰＴ", "gpt", "gpt"),
        ("open-weights", "open weight", "weight"),
        ("open-weight", "openweight", "openweight"),
        ("agents", "agent", "agent"),
        ("training", "trained", "train"),
        ("llama.cpp", "llama", "llama"),
        ("Node.js", "node.js", "node.js"),
        ("C++", "c++", "c++"),
        ("@reach_vb", "reach_vb", "reachvb"),
        ("人工智能的发展", "人工智能", "智能"),
        ("above 10²⁵ operations", "10^25", "1e25"),
        ("10**25", "1E+25", "1e25"),
        ("10^{25}", "10^25", "1e25"),
        ("4.5 × 10⁸ kronor", "4.5e8", "4.5e8"),
        ("10⁻³", "1e-3", "1em3"),
        ("2⁴⁰", "2^40", "2p40"),
        ("CO₂", "CO2", "co2"),
        ("मॉडल की कीमत", "मॉडल", "मॉडल"),
        ("মডেলটি", "মডেলটি", "মডেলটি"),
        ("மாதிரி", "மாதிரி", "மாதிரி"),
        ("اَلنَّمُوذَج", "النموذج", "النموذج"),
        ("โมเดลใหม่", "โมเดล", "ดล"),
    ],
)
def test_two_spellings_share_a_term(written: str, searched: str, shared: str) -> None:
    assert shared in terms(written)
    assert shared in terms(searched)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-5.5", "GPT-5"),
        ("2-4x", "24x"),
        ("$65B", "$6.5B"),
        ("Claude 4", "Claude 5"),
        ("30B", "3B"),
        ("10²⁶", "1026"),
    ],
)
def test_different_versions_and_amounts_differ(one: str, other: str) -> None:
    assert set(terms(one)) != set(terms(other))
    assert terms(one)[-1] not in terms(other)


def test_terms_are_counted_as_often_as_they_occur() -> None:
    assert terms("agent agents AGENT").count("agent") == 3


def test_the_pronoun_us_is_not_the_country() -> None:
    assert terms("tell us") == ["tell", "us"]


def test_a_question_is_searched_without_its_stop_words() -> None:
    assert content_terms("What's the price of GPT-5.5, and who's behind the price?") == [
        "price",
        "gpt",
        "5.5",
        "gpt5.5",
        "behind",
    ]
    assert content_terms("what is it?") == []


def test_stop_words_are_terms_themselves() -> None:
    assert all(terms(word) == [word] for word in STOP_WORDS)


def test_a_dash_between_clauses_joins_no_words() -> None:
    assert terms("proprietary—NVIDIA") == ["proprietari", "nvidia"]
