"""HTML becomes the text a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.html import html_line, html_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One\n <b>bold</b> <a href=x>link</a>.</p><p>Two&nbsp;&amp; three</p>", "One bold link.\n\nTwo & three"),
        ("a<br>b<br/><br/>c", "a\nb\n\nc"),
        ("<p>Has:</p><ul><li>one</li><li><p>two</p></li></ul>After", "Has:\n\n- one\n- two\n\nAfter"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n- b\n- c"),
        ("<h1>Top</h1><h3>Part <i>x</i></h3><p>y</p>", "## Top\n\n### Part x\n\ny"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a: 1 | b: 2"),
        ("<table><tr><td><p>Whole article</p><p>in a cell</p></td></tr></table>", "Whole article\n\nin a cell"),
        ("<pre>x = 1\n  y</pre>z", "```\nx = 1\n  y\n```\n\nz"),
        ("x<script>evil()</script>y<style>p{}</style><!-- no -->z", "xyz"),
        ("5 < 6 and 7 > 2 &lt;b&gt;", "5 < 6 and 7 > 2 <b>"),
        ("plain\n\ntext &mdash; here", "plain\n\ntext — here"),
        ("<div>a<div>b</div>c</div>", "a\n\nb\n\nc"),
        ("<p>a\x00\x0bb\ud800</p>", "ab"),
        ("", ""),
        ("<!-- -->", ""),
    ],
)
def test_blocks_lists_and_tables_keep_their_shape(source: str, text: str) -> None:
    assert html_text(source) == text


def test_a_title_is_one_line_without_markup() -> None:
    assert html_line("A <em>new</em>\n model &amp; more") == "A new model & more"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("One <!-- a note --> and two", "One and two"),
        ("<!-- a note -->One <em>and</em> two", "One and two"),
        ("One<!-- of <b>many</b> --> and <i>two</i><!---->", "One and two"),
        ("One and two <!-- that nobody ends <b>here</b>", "One and two"),
        ("<!--A <b>title</b>", ""),
        ("One &lt;!-- mentioned --&gt; and two", "One <!-- mentioned --> and two"),
    ],
)
def test_comments_in_a_title_are_not_read(source: str, line: str) -> None:
    assert html_line(source) == line


def test_deep_nesting_ends_in_bounded_depth() -> None:
    assert isinstance(html_text("<div>" * 100_000 + "x"), str)


@given(st.text(st.one_of(st.sampled_from("<>/&;!-=\"' abdilprtu"), st.characters()), max_size=300))
def test_any_markup_is_safe_text(source: str) -> None:
    html_text(source).encode()
    assert "\n" not in html_line(source)
