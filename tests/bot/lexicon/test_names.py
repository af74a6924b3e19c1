"""Names are told from other words by their spelling, and versions are exact."""

from __future__ import annotations

import pytest

from bot.lexicon.names import NameIndex, find_names


def unsupported(claim: str, source: str) -> list[str]:
    index = NameIndex([source])
    return [name.text for name in find_names(claim) if name not in index]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Anthropic's chips", "chips by Anthropic"),
        ("GPT 5.5 and GPT-5.5 Pro", "gpt-5.5-pro"),
        ("Opus 4.8", "Opus 4.7 and 4.8"),
        ("the H100s", "an H100"),
        ("Deep Seek", "DeepSeek"),
        ("Sakana AI Labs", "@SakanaAILabs"),
        ("Chinese labs", "labs in China"),
        ("Researchers said so", "so they said"),
        ("According to them, The lab", "them"),
        ("São Paulo", "Sao Paulo"),
        ("16 GB and 100MB", "memory"),
    ],
)
def test_a_name_in_another_form_is_supported(claim: str, source: str) -> None:
    assert unsupported(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("Sam Altman joined", "Sam Bankman joined", ["Altman"]),
        ("Altimeter led", "Sequoia led", ["Altimeter"]),
        ("GPT-5.4", "GPT-5.5", ["GPT-5.4"]),
        ("GPT-5.5", "GPT-5.55 and GPT-5", ["GPT-5.5"]),
        ("Grok 4.3", "Grok 4.20 scores 4.3", ["Grok 4.3"]),
        ("Fable 6", "Fable 5", ["Fable 6"]),
        ("built on vLLM and AWS", "built on both", ["vLLM", "AWS"]),
        ("K2.6", "Kimi K2.7-Code", ["K2.6"]),
    ],
)
def test_another_name_or_version_is_not_supported(claim: str, source: str, missing: list[str]) -> None:
    assert unsupported(claim, source) == missing
