"""An answer's messages show its quotes whole, with their articles, and link to nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.models import Answer, Mode, Quote, Statement
from bot.render import TextFile, render_answer, render_terminal
from bot.render.markdown import fold, restored
from bot.render.splitting import LIMIT, size
from ingest.models import ArticleCard
from ingest.text.layout import fenced
from tests.bot.discord_markdown import live
from tests.bot.examples import CARD, abstention, answer, hostile_text, quote

quote_text = st.one_of(hostile_text, st.text(max_size=1_000), st.sampled_from("*😀`|").map(lambda c: c * 1_000)).filter(
    fold
)
urls = st.sampled_from(
    [None, "https://a.example/x_y(z)?a=1,2&b", "https://a.example/" + "long" * 600, "javascript:alert(1)"]
)


@st.composite
def hostile_quotes(draw: st.DrawFn) -> tuple[Quote, ...]:
    def card(n: int) -> ArticleCard:
        return ArticleCard(f"a{n}", draw(urls), draw(hostile_text), draw(hostile_text), None, CARD.published_at, 1)

    return tuple(quote(n, draw(quote_text), card(n)) for n in range(1, draw(st.integers(1, 4)) + 1))


@st.composite
def hostile_answers(draw: st.DrawFn) -> Answer:
    quotes = draw(hostile_quotes())
    mode = draw(st.sampled_from(Mode))
    statements = tuple(Statement(draw(hostile_text), (q.n,)) for q in quotes)
    return replace(answer(*quotes, mode=mode, statements=statements), note=draw(st.none() | hostile_text))


def quoted_blocks(contents: list[str]) -> list[list[str]]:
    """The lines of each block quote."""
    blocks: list[list[str]] = []
    for content in contents:
        before = False
        for line in content.split("\n"):
            if line.startswith("> "):
                blocks += [] if before else [[]]
                blocks[-1].append(line[2:])
            before = line.startswith("> ")
    return blocks


def without_fences(text: str) -> list[str]:
    lines = text.split("\n")
    inside = [0, *fenced(lines), 0]
    edges = [n and not (before == n == after) for before, n, after in zip(inside, inside[1:], inside[2:], strict=False)]
    return [line for line, edge in zip(lines, edges, strict=True) if not edge]


def test_rows_of_a_table_and_lines_of_code_stand_on_lines_of_their_own() -> None:
    rows = "Model: Osprey 2 | Price: $3\nModel: Gull | Price: $4"
    code = "To run it:\n\n```bash\n. .venv/bin/activate\nif x:\n    run @everyone\n```"
    contents = [m.content for m in render_answer(answer(quote(1, rows), quote(2, code)))]
    assert quoted_blocks(contents) == [
        ["Model: Osprey 2 | Price: $3", "Model: Gull | Price: $4"],
        ["To run it:", "`. .venv/bin/activate`", "`if x:`", "`    run @everyone`"],
    ]


@settings(max_examples=60)
@given(hostile_answers())
def test_every_quote_is_shown_whole_and_to_the_letter(hostile: Answer) -> None:
    messages = render_answer(hostile)
    shown = [fold(" ".join(map(restored, lines))) for lines in quoted_blocks([m.content for m in messages])]
    attached = {file.name: file.text for message in messages for file in message.files if isinstance(file, TextFile)}
    for found, expected in zip(shown, hostile.quotes, strict=True):
        name = f"quote-{expected.n}.txt"
        told = fold("\n".join(without_fences(expected.text)))
        assert attached[name] == fold(expected.text) if name in attached else found in (told, fold(expected.text))


@settings(max_examples=60)
@given(hostile_answers())
def test_messages_fit_and_only_links_of_the_catalogue_are_live(hostile: Answer) -> None:
    messages = render_answer(hostile)
    assert messages
    for message in messages:
        assert 0 < size(message.content) <= LIMIT
        for found in live(message.content):
            assert found == "line:-#" or found.startswith("link:https://a.example/"), found


@given(hostile_answers())
@settings(max_examples=30)
def test_an_articles_control_characters_never_reach_the_terminal(hostile: Answer) -> None:
    assert all(char.isprintable() or char == "\n" or ord(char) > 0x9F for char in render_terminal(hostile))


def test_a_model_answer_reads_as_statements_then_quotes() -> None:
    first = quote(1, "V3.2 halves the cost.")
    second = replace(quote(2, "It is open."), link="https://example.org/dsa#:~:text=It%20is%20open.")
    statements = (Statement("V3.2 costs half as much.", (1,)), Statement("It is free.", (1, 2)))
    rendered = render_answer(answer(first, second, mode=Mode.MODEL, statements=statements))
    assert [m.content for m in rendered] == [
        "V3.2 costs half as much. [1] It is free. [1][2]\n"
        "\n"
        "> V3.2 halves the cost.\n"
        "-# [1] Example News, “DeepSeek ships V3.2”, 20 June 2026"
        " · [read it there](<https://example.org/dsa#:~:text=V3.2%20halves%20the%20cost.>)\n"
        "\n"
        "> It is open.\n"
        "-# [2] Example News, 20 June 2026"
        " · [read it there](<https://example.org/dsa#:~:text=It%20is%20open.>)"
    ]


def test_an_articles_title_is_without_repeats_and_stays_where_nothing_else_names_it() -> None:
    unsigned = replace(CARD, id="a2", source="")
    (message,) = render_answer(answer(quote(1), quote(2), quote(3, card=unsigned), quote(4, card=unsigned)))
    sources = [line.partition(" · ")[0] for line in message.content.split("\n") if line.startswith("-# ")]
    assert sources == [
        "-# [1] Example News, “DeepSeek ships V3.2”, 20 June 2026",
        "-# [2] Example News, 20 June 2026",
        "-# [3] “DeepSeek ships V3.2”, 20 June 2026",
        "-# [4] “DeepSeek ships V3.2”, 20 June 2026",
    ]


def test_in_quotes_mode_nothing_is_said_twice() -> None:
    (message,) = render_answer(replace(answer(quote(text="Only once.")), note="The language model did not answer."))
    assert message.content.count("Only once.") == 1


def test_a_note_stands_above_the_quotes_it_is_about() -> None:
    statement = Statement("It happened once.", (1,))
    noted = replace(answer(quote(text="Only once."), statements=(statement,)), note="The sources differ.")
    (message,) = render_answer(noted)
    assert message.content.startswith("Note: The sources differ.\n\n> Only once.\n")
    (message,) = render_answer(replace(noted, mode=Mode.MODEL))
    assert message.content.startswith("It happened once. [1]\n\nNote: The sources differ.\n\n> Only once.\n")


def test_an_article_without_an_address_is_cited_without_a_link() -> None:
    local = replace(CARD, url=None, published_at=None, source="Notes")
    (message,) = render_answer(answer(quote(card=local)))
    assert message.content.endswith("[1] Notes, “DeepSeek ships V3.2”, no date")


def test_an_abstention_offers_the_nearest_articles_and_says_nothing_twice() -> None:
    (message,) = render_answer(abstention("I found nothing about that.", CARD))
    assert message.content == (
        "I found nothing about that.\n"
        "\n"
        "The nearest articles I have:\n"
        "- Example News, “DeepSeek ships V3.2”, 20 June 2026 · [article](<https://example.org/dsa>)"
    )


def test_the_terminal_shows_the_same_with_addresses_in_full() -> None:
    assert render_terminal(answer(quote(text="Only once."))) == (
        "[1] “Only once.”\n"
        "    Example News, “DeepSeek ships V3.2”, 20 June 2026\n"
        "    https://example.org/dsa#:~:text=Only%20once."
    )
    assert render_terminal(abstention("Nothing.", CARD)) == (
        "Nothing.\n\nThe nearest articles I have:\n  - Example News, “DeepSeek ships V3.2”, 20 June 2026"
    )
