"""Bytes become the text their author wrote."""

from __future__ import annotations

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.charset import charset_of, decode, decode_document

TEXT = "“Größe” – 10 €"
RUSSIAN = "Модель читает новости и отвечает на вопросы. "
CHINESE = "模型阅读新闻并回答问题。"
JAPANESE = "モデルはニュースを読み、質問に答えます。"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (TEXT.encode(), ""),
        (TEXT.encode(), "text/html; charset=iso-8859-1"),
        (codecs.BOM_UTF8 + TEXT.encode(), "text/html; charset=latin-1"),
        (TEXT.encode("utf-16"), ""),
        (TEXT.encode("utf-16-be"), "text/plain; charset=UTF-16BE"),
        (TEXT.encode("cp1252"), ""),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (TEXT.encode("cp1252"), "text/html; charset=no-such-thing"),
        (TEXT.encode("cp1252"), "text/html; charset=utf-8"),
    ],
)
def test_an_encoding_is_found_by_mark_then_validity_then_declaration(body: bytes, content_type: str) -> None:
    assert decode(body, content_type) == TEXT


@pytest.mark.parametrize("head", ['<meta charset="koi8-r">', "<?xml version='1.0' encoding='koi8-r'?>"])
def test_a_document_declares_its_own_encoding(head: str) -> None:
    text = f"{head}Привет"
    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", ""])
def test_one_broken_byte_does_not_spoil_a_utf8_document(content_type: str) -> None:
    read = decode_document("größe".encode() + b"\xff", content_type, what="", which="")
    assert read == ("größe\ufffd", "1 of its characters cannot be read")


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [(CHINESE + "镕", "gbk", "gb2312"), (JAPANESE + "①", "cp932", "shift_jis"), ("똠방각하", "cp949", "euc-kr")],
)
def test_a_label_means_what_it_means_to_browsers(text: str, codec: str, label: str) -> None:
    assert decode(text.encode(codec), f"text/html; charset={label}") == text


def test_where_the_header_is_wrong_the_document_itself_is_believed_and_it_is_noted() -> None:
    document = f'<meta charset="windows-1251">{RUSSIAN}'
    read = decode_document(document.encode("cp1251"), "text/html; charset=iso-8859-1", what="", which="")
    assert read == (document, "read as cp1251, although it declares iso-8859-1")


@pytest.mark.parametrize("label", ["klingon", "utf-8"])
def test_western_text_is_read_whatever_it_declares_and_it_is_noted(label: str) -> None:
    read = decode_document("Ein Café – für 10 €".encode("cp1252"), f"text/html; charset={label}", what="", which="")
    assert read == ("Ein Café – für 10 €", f"read as windows-1252, although it declares {label}")


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (RUSSIAN.encode("koi8-r"), "utf-8"),
        (RUSSIAN.encode("cp1251"), "iso-8859-1"),
        (RUSSIAN.encode("cp1251"), ""),
        (CHINESE.encode("gbk"), "utf-8"),
        ((JAPANESE * 2).encode("shift_jis"), ""),
        (bytes(range(128, 256)) * 4, ""),
        (random.Random(0).randbytes(2000), ""),
    ],
)
def test_what_fits_no_encoding_is_refused_instead_of_stored_as_nonsense(body: bytes, label: str) -> None:
    with pytest.raises(ParseError) as caught:
        decode_document(body, f"text/html; charset={label}", what="cannot read", which="this")
    assert (caught.value.kind, caught.value.which) == (FailureKind.BAD_CHARSET, "this")
    assert label in caught.value.why


@given(
    st.text(alphabet=st.characters(codec="cp1252", exclude_categories=["Cc"])),
    st.sampled_from(["", "text/html; charset=windows-1252"]),
)
def test_english_with_western_characters_is_always_read(odd: str, content_type: str) -> None:
    text = f"The model reads the news. {' and '.join(odd)}"
    assert decode_document(text.encode("cp1252"), content_type, what="", which="").text


def test_encodings_that_hide_in_ascii_are_believed() -> None:
    assert decode("日本".encode("iso2022_jp"), "text/html; charset=iso-2022-jp") == "日本"


@pytest.mark.parametrize("label", ["utf-7", "zlib", "rot13", "unicode_escape", "idna", "\x00"])
def test_codecs_that_are_no_encodings_of_documents_are_not_used(label: str) -> None:
    assert decode(b"+ADw- \\x41 \xe9", f"text/html; charset={label}") == "+ADw- \\x41 é"


@given(st.binary(), st.text())
def test_any_bytes_are_text(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


def test_a_charset_is_read_out_of_the_header() -> None:
    assert charset_of('text/html; Charset="UTF-8"; x=y') == "utf-8"
    assert charset_of("text/html") is None
