"""A quote's link opens the article at the quote, and is never anything but the article's own address."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.links import quote_link

URL = "https://example.org/a?x=1"
_BROWSER = re.compile(r"[^-,&]+(?:,[^-,&]+)?")
"""A text directive without prefix and suffix: `textStart[,textEnd]` (WICG Scroll-to-Text-Fragment)."""


def found_by_browser(link: str, page: str) -> str:
    """The words a browser would mark: from `textStart` to the end of `textEnd`, white space folded."""
    directive = link.partition(":~:text=")[2].partition("&text=")[0]
    assert _BROWSER.fullmatch(directive)
    start, _, end = directive.partition(",")
    page = " ".join(page.split())
    begin = page.index(unquote(start))
    return page[
        begin : page.index(unquote(end), begin + len(unquote(start))) + len(unquote(end))
        if end
        else begin + len(unquote(start))
    ]


@given(
    st.lists(
        st.sampled_from(["alpha", "beta-2,5", "R&D", "“50 %”", "a/b#c", "模型", "\n", "é"]), min_size=1, max_size=60
    )
)
def test_the_link_finds_the_whole_quote_and_starts_with_the_articles_address(words: list[str]) -> None:
    text = " ".join(words)
    link = quote_link(URL, text)
    assert link is not None
    assert link == URL or link.startswith(URL + "#:~:text=")
    if link != URL:
        marked = found_by_browser(link, text)
        folded = " ".join(text.split())
        assert folded.startswith(marked)
        assert marked == folded or "," in link


@pytest.mark.parametrize(
    ("url", "text", "link"),
    [
        (URL, "A short one.", URL + "#:~:text=A%20short%20one."),
        (URL, "a-b, c & d", URL + "#:~:text=a%2Db%2C%20c%20%26%20d"),
        (URL + "#part", "Yes.", URL + "#part:~:text=Yes."),
        (URL + "#part:~:text=old", "Yes.", URL + "#part:~:text=Yes."),
        (URL, "One two\nthree four.", URL + "#:~:text=One%20two,three%20four."),
        (URL, "模" * 500, URL),
        (URL, " \n ", URL),
    ],
)
def test_links_as_the_specification_writes_them(url: str, text: str, link: str) -> None:
    assert quote_link(url, text) == link


def test_a_long_quote_is_found_by_its_first_and_last_words() -> None:
    text = " ".join("abcdefghijklmnopqrstuvwxyz")
    text = f"{text} {text} {text}"
    assert quote_link(URL, text) == f"{URL}#:~:text=a%20b%20c%20d%20e%20f,u%20v%20w%20x%20y%20z"


@pytest.mark.parametrize(
    ("text", "directives"),
    [
        ("A run of 10²⁶ operations is rather long.", ["operations is rather long."]),
        ("Model: Osprey 2 | Input: $3.00 | Output: $12.00", ["Osprey 2,$12.00"]),
        ("Model: Osprey 2 | Price: $3\nModel: Gull | Price: $4", ["Osprey 2,$4"]),
        ("```\npip install x==1\nrun it\n```", ["pip install x==1,run it"]),
        (
            "Lumen has raised $17 million, as its founder said on Tuesday.",
            ["Lumen has raised $17 million, as its founder said on Tuesday.", "as its founder said on Tuesday."],
        ),
    ],
)
def test_words_that_a_page_writes_otherwise_are_not_looked_for(text: str, directives: list[str]) -> None:
    link = quote_link(URL, text)
    assert link is not None
    told = link.partition(":~:text=")[2].split("&text=")
    assert [",".join(map(unquote, directive.split(","))) for directive in told] == directives


@pytest.mark.parametrize(
    "url", [None, "file:///tmp/a.md", "javascript:alert(1)", "ftp://a.example/", "https://", "a.md"]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert quote_link(url, "A quote.") is None
