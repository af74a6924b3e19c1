"""PDFs become articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.pdf import parse_pdf


def pdf(lines: list[str], info: str = "") -> bytes:
    """A one-page PDF with these lines (ASCII), the smallest that readers accept."""
    shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        f"<< {info} >>",
    ]
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    ).encode()


def test_a_pdf_gives_its_text_and_what_it_says_of_itself() -> None:
    info = "/Title (A report on chips) /Author (Ann Vries) /CreationDate (D:20260501054439+02'00')"
    article = parse_pdf(
        pdf(["First line of the", "report. Second sentence."], info), url="https://www.example.com/a.pdf"
    )
    assert article.text == "First line of the\nreport. Second sentence."
    assert (article.title, article.author, article.source) == ("A report on chips", "Ann Vries", "example.com")
    assert article.published_at == datetime(2026, 5, 1, 3, 44, 39, tzinfo=UTC)
    assert article.url == "https://www.example.com/a.pdf"


def test_a_title_that_software_filled_in_is_none() -> None:
    article = parse_pdf(pdf(["A real title", "Text."], "/Title (Microsoft Word - draft7.docx)"), url=None, name="x.pdf")
    assert (article.title, article.url, article.published_at) == ("A real title", None, None)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"%PDF-1.7\nbroken", FailureKind.BAD_PDF), (b"", FailureKind.BAD_PDF), (pdf([]), FailureKind.NO_TEXT)],
)
def test_a_pdf_that_cannot_be_read_says_why(body: bytes, kind: FailureKind) -> None:
    with pytest.raises(ParseError) as caught:
        parse_pdf(body, url=None, name="x.pdf")
    assert caught.value.kind is kind
    assert "x.pdf" in str(caught.value)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 700), st.binary(max_size=20))
def test_damage_gives_an_article_or_a_typed_refusal(at: int, damage: bytes) -> None:
    whole = pdf(["Some words."])

    def outcome() -> str | FailureKind:
        try:
            return parse_pdf(whole[:at] + damage + whole[at + len(damage) :], url=None, name="x.pdf").text
        except ParseError as error:
            return error.kind

    assert outcome().encode()
