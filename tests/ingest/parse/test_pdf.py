"""PDFs become articles."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.pdf import parse_pdf
from tests.ingest.parse.pdfs import pdf


def test_a_pdf_gives_its_text_and_what_it_says_of_itself() -> None:
    info = "/Title (A report on chips) /Author (Ann Vries) /CreationDate (D:20260501054439+02'00')"
    article = parse_pdf(
        pdf(["First line of the", "report. Second sentence."], info), url="https://www.example.com/a.pdf"
    )
    assert article.text == "First line of the\nreport. Second sentence."
    assert (article.title, article.author, article.source) == ("A report on chips", "Ann Vries", "example.com")
    assert article.published_at == datetime(2026, 5, 1, 3, 44, 39, tzinfo=UTC)
    assert article.url == "https://www.example.com/a.pdf"


def placed(*pages: str) -> bytes:
    """A PDF of several pages, each given as the operators of its content stream; F1 is Helvetica."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, stream in enumerate(pages):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    body, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        f"{body}xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF"
    ).encode()


def at(x: float, y: float, text: str, size: float = 10) -> str:
    return f"BT /F1 {size} Tf {x} {y} Td ({text}) Tj ET\n"


def raised(x: float, y: float, before: str, small: str, after: str, rise: float = 4) -> str:
    return f"BT /F1 10 Tf {x} {y} Td ({before}) Tj {rise} Ts /F1 6 Tf ({small}) Tj 0 Ts /F1 10 Tf ({after}) Tj ET\n"


def test_powers_and_indices_keep_their_meaning_and_marks_of_notes_go() -> None:
    page = raised(72, 700, "It took 4.6 x 10", "26", " operations,") + raised(72, 680, "cost $310 million", "2", " and")
    page += raised(72, 660, "set free CO", "2", " in the air.", rise=-3)
    assert parse_pdf(placed(page), url=None).text == (
        "It took 4.6 x 10²⁶ operations,\ncost $310 million and\nset free CO₂ in the air."
    )


def test_running_heads_feet_and_page_numbers_go() -> None:
    pages = [
        at(72, 760, "Annual Report of Kestrel") + at(72, 700, f"{body} goes on and on")
        + at(72, 680, f"and {body} has a second line.") + at(72, 660, f"Then {body} ends.") + at(300, 30, f"Page {n}")
        for n, body in (("9", "An essay"), ("10", "The poem"), ("11", "One play"))
    ]  # fmt: skip
    text = parse_pdf(placed(*pages), url=None).text
    assert text.split("\n")[:4] == [
        "An essay goes on and on",
        "and An essay has a second line.",
        "Then An essay ends.",
        "The poem goes on and on",
    ]
    assert parse_pdf(placed(*pages), url=None).title == "Annual Report of Kestrel"


def test_two_columns_are_read_one_after_the_other() -> None:
    rows = [(f"Left line {n} of the first column", f"Right line {n} of the second one") for n in range(1, 8)]
    page = at(72, 740, "A wide heading that crosses both of the columns of this page from edge to edge, all of it")
    page += "".join(at(72, 700 - 14 * n, one) + at(320, 700 - 14 * n, other) for n, (one, other) in enumerate(rows))
    lines = parse_pdf(placed(page), url=None).text.split("\n")
    assert lines[1:] == [one for one, _ in rows] + [other for _, other in rows]


def test_a_table_stays_in_rows() -> None:
    page = "".join(
        at(72, 700 - 14 * n, f"Model {n}") + at(250, 700 - 14 * n, f"${n}.00") + at(400, 700 - 14 * n, f"{n}K")
        for n in range(1, 9)
    )
    assert parse_pdf(placed(page), url=None).text.split("\n")[0] == "Model 1 $1.00 1K"


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
