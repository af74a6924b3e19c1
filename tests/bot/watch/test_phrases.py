"""Words and names of a watch are found as people mean them, and nothing that only looks alike."""

from __future__ import annotations

import pytest

from bot.watch.models import PHRASES
from bot.watch.phrases import phrases_of, words_of


def found(watch: str, text: str) -> bool:
    words = words_of(text)
    return any(phrase.stands(text, words, n) for phrase in phrases_of(watch) for n in range(len(words)))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("layoff", "The layoffs at Kestrel begin in May."),
        ("Harbor AI", "Investors like Harbor AI’s robots."),
        ("GLM-5.3", "GLM 5.3 and GLM5.3 are one model."),
        ("open weights", "It is an open-weight model."),
        ("Kestrel, Polaris", "A rival of Polaris appeared."),
        ("Grok", "Grok4 was late."),
        ("São Tomé", "The port of Sao Tome opens."),
        ("o3", "OpenAI retires o3."),
    ],
)
def test_a_name_is_found_in_other_spellings(words: str, text: str) -> None:
    assert found(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Meta", "The meta analysis was long."),
        ("Apple", "She ate an apple."),
        ("GLM-5", "GLM-5.3 is out."),
        ("GPT-4", "GPT-4o is retired."),
        ("Harbor AI", "It left the Harbor. AI is new there."),
        ("open weights", "They open the box and lift weights."),
        ("art", "The party was large."),
    ],
)
def test_what_only_looks_alike_is_not_found(words: str, text: str) -> None:
    assert not found(words, text)


def test_a_watch_has_a_bounded_number_of_phrases_each_once() -> None:
    assert len(phrases_of(",".join(f"name{n}" for n in range(50)))) == PHRASES
    assert len(phrases_of('OpenAI, OpenAI; "OpenAI", , ')) == 1
    assert phrases_of(" ,; !") == ()
