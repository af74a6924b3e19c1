"""The language of an article: what the text shows before what its document says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.language import is_english, language_of, language_of_question, primary

ENGLISH = "The company said on Monday that it would release the weights of its new model under an open licence."
GERMAN = "Die Firma sagte am Montag, dass sie die Gewichte ihres neuen Modells unter freier Lizenz veröffentlicht."


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (ENGLISH, None, "en"),
        (ENGLISH, "de", "en"),
        (GERMAN, "de-AT", "de"),
        (GERMAN, None, None),
        (GERMAN, "ja", None),
        ("人工智能公司今天发布了新模型。", "en", "zh"),
        ("新しいモデルを公開しました。", "en", "ja"),
        ("새 모델을 공개했습니다.", None, "ko"),
        ("Компания выпустила новую модель.", "uk", "uk"),
        ("Компания выпустила новую модель.", "en", None),
        ("v1.2", "en-US", "en"),
        ("", None, None),
    ],
)
def test_the_text_is_believed_before_the_declaration(text: str, declared: str | None, language: str | None) -> None:
    assert language_of(text, declared) == language


@pytest.mark.parametrize(
    ("tag", "code"), [("de_AT.UTF-8", "de"), (" EN-gb", "en"), ("x", None), ("german", None), ("", None), (None, None)]
)
def test_a_tag_is_read_by_its_first_part(tag: str | None, code: str | None) -> None:
    assert primary(tag) == code


@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_text_has_a_code_or_none(text: str, declared: str | None) -> None:
    language = language_of(text, declared)
    assert language is None or (len(language) == 2 and language.islower())


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Welches Modell hat Mistral veröffentlicht und was kostet es?", "de"),
        ("¿Qué anunció Anthropic?", "es"),
        ("Combien coûte le nouveau modèle ?", "fr"),
        ("Quanto custa o modelo da Mistral?", "pt"),
        ("Hoeveel kost het model van Mistral?", "nl"),
        ("Gemini 3 の価格は?", "ja"),
        ("OpenAI 发布了什么", "zh"),
        ("Сколько стоит Claude?", "ru"),
        ("What is β-VAE?", "en"),
        ("Mistral", "en"),
    ],
)
def test_a_name_does_not_hide_the_language_of_a_question(question: str, language: str) -> None:
    assert language_of_question(question) == language


def test_a_sentence_is_english_only_beyond_doubt() -> None:
    assert is_english("What does the model cost?")
    assert not is_english("Mistral Large")
    assert not is_english("Was kostet das Modell von Mistral?")
