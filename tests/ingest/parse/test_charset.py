"""Bytes become the text their author wrote."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.charset import charset_of, decode

TEXT = "“Größe” – 10 €"


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
    ],
)
def test_an_encoding_is_found_by_mark_then_validity_then_declaration(body: bytes, content_type: str) -> None:
    assert decode(body, content_type) == TEXT


@pytest.mark.parametrize("head", ['<meta charset="koi8-r">', "<?xml version='1.0' encoding='koi8-r'?>"])
def test_a_document_declares_its_own_encoding(head: str) -> None:
    text = f"{head}Привет"
    assert decode(text.encode("koi8-r")) == text


def test_one_broken_byte_does_not_spoil_a_declared_utf8_document() -> None:
    assert decode("größe".encode() + b"\xff", "text/html; charset=utf-8") == "größe\ufffd"


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
