"""What markup alone says of a text is said in the text: powers, strikes, formulas, tables, other stories."""

from __future__ import annotations

import time

import pytest

from ingest.parse.html import html_line, html_text
from ingest.parse.page import parse_page

URL = "https://news.example/story"


def page_text(body: str) -> str:
    filler = "<p>This paragraph is long enough to be taken for the text of an article by whatever reads it here.</p>"
    html = f"<html><head><title>T</title></head><body><article><h1>T</h1>{filler}{body}{filler}</article></body></html>"
    return parse_page(html.encode(), url=URL).text.split("\n\n", 1)[1].rpartition("\n\n")[0]


RAISED = [
    ("above 10<sup>26</sup> operations", "above 10²⁶ operations"),
    ("4.5 &times; 10<sup>8</sup> kronor", "4.5 × 10⁸ kronor"),
    ("on 2<sup>40</sup> tokens", "on 2⁴⁰ tokens"),
    ("a rate of 10<sup>-3</sup> a day", "a rate of 10⁻³ a day"),
    ("5 km<sup>2</sup> of land", "5 km² of land"),
    ("O(n<sup>2</sup>) steps", "O(n²) steps"),
    ("E = mc<sup>2</sup> holds", "E = mc² holds"),
    ("of <sup>14</sup>C and Ca<sup>2+</sup>", "of ¹⁴C and Ca²⁺"),
    ("CO<sub>2</sub> and H<sub>2</sub>O", "CO₂ and H₂O"),
    ("in R<sup>n</sup> and x<sub>i</sub>", "in Rⁿ and xᵢ"),
    ("as 2<sup>n/2</sup> grows", "as 2^(n/2) grows"),
    ("the P<sub>max</sub> value", "the P_max value"),
    ("on the 1<sup>st</sup> of May", "on the 1st of May"),
    ("an Acme<sup>TM</sup> and a Bolt<sup>®</sup>", "an AcmeTM and a Bolt®"),
    ("GPT-4<sup>1</sup> was", "GPT-4 was"),
    ("the model<sup>3</sup> was", "the model was"),
    ("raised $310 million<sup>2</sup> in", "raised $310 million in"),
    ("paid $310<sup>2</sup> for", "paid $310 for"),
    ("in 2026<sup>4</sup> it", "in 2026 it"),
    ("of 92.3%<sup>1</sup> it", "of 92.3% it"),
    ("the fees<sup>*</sup> and costs<sup>†</sup> of", "the fees and costs of"),
    ("it said<sup>[12]</sup> so", "it said so"),
    ("it said<sup>[citation needed]</sup> so", "it said so"),
    ('they cut 150<sup><a href="#fn7">7</a></sup> jobs', "they cut 150 jobs"),
    ('they cut 150<a href="#fn7"><sup>7</sup></a> jobs', "they cut 150 jobs"),
    ("the model<sup>1</sup> with 150<sup>2</sup> jobs", "the model with 150 jobs"),
    ("a board of 19<sup>2</sup> points", "a board of 19² points"),
]


@pytest.mark.parametrize(("html", "text"), RAISED)
def test_powers_and_indices_keep_their_meaning_and_marks_of_notes_go(html: str, text: str) -> None:
    assert html_text(f"<p>We saw {html}.</p>") == f"We saw {text}."
    assert page_text(f"<p>We saw {html}.</p>") == f"We saw {text}."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("raised <s>$70 million</s> $17 million", "raised $17 million"),
        ("costs <del>$20</del> <ins>$15</ins> now", "costs $15 now"),
        ("costs <strike>$20</strike> $15", "costs $15"),
        ('costs <span style="color:red; text-decoration: line-through">$20</span> $15', "costs $15"),
        ('costs <span style="text-decoration-line:line-through;">$20</span> $15', "costs $15"),
        ("is <u>not</u> struck", "is not struck"),
    ],
)
def test_what_is_struck_out_is_not_read(html: str, text: str) -> None:
    assert html_text(f"<p>It {html}.</p>") == f"It {text}."
    assert page_text(f"<p>It {html}.</p>") == f"It {text}."


MATH_ML = "<math><msup><mn>10</mn><mn>26</mn></msup></math>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (r'<math alttext="92.3\%"><mn>92.3</mn><mo>%</mo></math>', "92.3%"),
        (r'<math alttext="92.3\%"></math>', "92.3%"),
        (MATH_ML, "10²⁶"),
        (
            "<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac></math>",
            "x = 1/(a + b)",
        ),
        (r'<math><semantics><annotation encoding="application/x-tex">10^{26}</annotation></semantics></math>', "10²⁶"),
        (
            f'<span class="katex"><span>{MATH_ML}</span><span class="katex-html">1026</span></span>',
            "10²⁶",
        ),
        (
            f"<mjx-container><mjx-math><mjx-c></mjx-c></mjx-math><mjx-assistive-mml>{MATH_ML}</mjx-assistive-mml></mjx-container>",
            "10²⁶",
        ),
        (
            '<span class="MathJax_Preview">1026</span><span class="MathJax"><span>1026</span></span>'
            r'<script type="math/tex">10^{26}</script>',
            "10²⁶",
        ),
        (r'<img class="latex" alt="4.5 \times 10^{8}" src="x.png">', "4.5 × 10⁸"),
        ("<mjx-container><svg><path d='M1'></path></svg></mjx-container>", "[formula]"),
        ("<math></math>", "[formula]"),
    ],
)
def test_a_formula_is_text_or_leaves_a_mark(html: str, text: str) -> None:
    assert html_text(f"<p>It reaches {html} on the test.</p>") == f"It reaches {text} on the test."
    assert page_text(f"<p>It reaches {html} on the test.</p>") == f"It reaches {text} on the test."


TABLE = (
    "<table><thead><tr><th>Vendor</th><th>Model</th><th>Price</th></tr></thead><tbody>"
    "<tr><td rowspan=2>Osprey</td><td><p>Osprey 2</p></td><td>$3</td></tr><tr><td>Osprey 3</td><td>$2</td></tr>"
    "<tr><td>Gull</td><td>Mini</td><td></td></tr></tbody></table>"
)


def test_each_row_of_a_table_names_its_columns() -> None:
    rows = (
        "Vendor: Osprey | Model: Osprey 2 | Price: $3\nVendor: Osprey | Model: Osprey 3 | Price: $2\n"
        "Vendor: Gull | Model: Mini"
    )
    assert html_text(TABLE) == rows
    assert page_text(TABLE) == rows


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<table><tr><th></th><th colspan=2>Price</th></tr><tr><th>Model</th><th>in</th><th>out</th></tr>"
            "<tr><td>A</td><td>1</td><td>2</td></tr></table>",
            "Model: A | Price in: 1 | Price out: 2",
        ),
        (
            "<table><tr><th>Parameters</th><td>8 billion</td></tr><tr><th>Licence</th><td>MIT</td></tr></table>",
            "Parameters: 8 billion\nLicence: MIT",
        ),
        (
            "<table><tr><td><b>Model</b></td><td><b>Score</b></td></tr><tr><td>A</td><td>x</td></tr></table>",
            "Model: A | Score: x",
        ),
        (
            "<table><tr><td>Model</td><td>Score</td></tr><tr><td>A</td><td>91</td></tr><tr><td>B</td><td>92</td></tr></table>",
            "Model: A | Score: 91\nModel: B | Score: 92",
        ),
        ("<table><tr><td>left</td><td>right</td></tr></table>", "left | right"),
        ("<table role=presentation><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n1 | 2"),
    ],
)
def test_headers_are_known_in_their_common_forms(html: str, text: str) -> None:
    assert html_text(html) == text


@pytest.mark.parametrize(
    "line",
    [
        '<p><strong>Read also:</strong> <a href="/x">Acme Robotics goes bankrupt after fraud</a></p>',
        '<h3>RELATED: <a href="https://news.example/x">Acme Robotics goes bankrupt</a></h3>',
        '<p>Siehe auch: <a href="https://www.news.example/x">Acme Robotics meldet Insolvenz an</a>.</p>',
        '<p><a href="/x">RELATED: Acme Robotics goes bankrupt after fraud</a></p>',
        '<p>More from our desk</p><ul><li><a href="/x">Acme Robotics goes bankrupt</a></li>'
        '<li><a href="/y">Bolt opens a plant in Oslo</a></li></ul>',
    ],
)  # fmt: skip
def test_lines_that_lead_to_other_stories_of_the_site_are_not_read(line: str) -> None:
    assert html_text(f"<p>One.</p>{line}<p>Two.</p>", URL) == "One.\n\nTwo."
    assert page_text(f"<p>One fine day.</p>{line}<p>Two fine days.</p>") == "One fine day.\n\nTwo fine days."


@pytest.mark.parametrize(
    "line",
    [
        '<p>Paper: <a href="https://arxiv.org/abs/1">FernNet maps the whole world</a></p>',
        '<p>The bank said in <a href="/x">a report that came out on Monday</a> that it will close.</p>',
        '<p>Contents: <a href="#x">What the bank has to say</a></p>',
        '<p>Price: <a href="/x">12 dollars</a></p>',
    ],
)
def test_other_lines_with_links_stay(line: str) -> None:
    assert html_text(f"<p>One.</p>{line}<p>Two.</p>", URL).count("\n\n") == 2


def test_a_quotation_keeps_its_speaker() -> None:
    html = "<blockquote><p>“We will be back.”</p><footer>— <cite>Nora Blix</cite></footer></blockquote>"
    assert html_text(html) == "“We will be back.” — Nora Blix"


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Why the <think> tag matters", "Why the <think> tag matters"),
        ("The <script> tag & why AT&T drops it", "The <script> tag & why AT&T drops it"),
        ("List<T> and vector<int>", "List<T> and vector<int>"),
        ("<antirez>", "<antirez>"),
        ("The &lt;iframe&gt; tag", "The <iframe> tag"),
        ("A <em>new</em> model of 10<sup>9</sup> weights", "A new model of 10⁹ weights"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
    ],
)
def test_a_title_keeps_the_tags_it_names(source: str, title: str) -> None:
    assert html_line(source) == title


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The <iframe> tag embeds a page. Browsers", "The <iframe> tag embeds a page. Browsers"),
        ("<p>A</p><embed src=x><p>B</p>", "A\n\nB"),
        ("<p>A</p><input name=q><p>B</p>", "A\n\nB"),
        ("<p>A</p><button class=x>Go<p>B</p>", "A\n\nGo\n\nB"),
        ("<p>A</p><canvas id=c><p>B</p>", "A\n\nB"),
        ("<p>The <think> tag, and a <script> too</p>", "The <think> tag, and a <script> too"),
        ("&lt;p&gt;Two &amp;amp; three&lt;/p&gt;&lt;p&gt;Four&lt;/p&gt;", "Two & three\n\nFour"),
        ("<p>AT&amp;amp;T and it&amp;#8217;s</p>", "AT&T and it’s"),
        ("<p>Write <code>&amp;amp;</code> there</p>", "Write &amp; there"),
    ],
)
def test_tags_swallow_nothing_and_escapes_too_many_are_undone(source: str, text: str) -> None:
    assert html_text(source) == text


@pytest.mark.parametrize(
    "piece",
    [
        "<p>a<sup>1</sup>", "a<sup>1</sup>", "<embed>x", "<s>x", "<del>x</del>y", "<!--", "<a", "<think>", "&amp;amp;",
        "<math><mn>1</mn></math>", "<math><mrow>", "<tr><td rowspan=999 colspan=99>x", "<table><tr><th>a<th>b<tr><td>1",
        "<li><a href=/x>one two three four</a>", "<p>Read: <a href=/x>one two three four",
        "<blockquote><p>a</p><cite>b",
        r"<img class=tex alt='\frac{\frac{'>", "<pre>x\n", "~~x~~ ",
    ],
)  # fmt: skip
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()  # others may use the processor too
        html_text(piece * count)
        html_line(piece * count)
        return time.process_time() - start

    seconds(100)
    once = max(0.02, min(seconds(3_000) for _ in range(2)))
    assert min(seconds(12_000) for _ in range(2)) < 8 * once, "four times as much, so sixteen times were it quadratic"
