"""A digest's messages: each story once, with its quote and all its articles, and what it was made from."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.models import Digest, Label, Story
from bot.render import digest_markdown, render_digest
from bot.render.markdown import fold, restored
from bot.render.splitting import LIMIT, size
from tests.bot.discord_markdown import block_quotes, live
from tests.bot.examples import CARD, digest, hostile_text, quote

URL = "https://example.org/dsa"


@st.composite
def hostile_digests(draw: st.DrawFn) -> Digest:
    def story() -> Story:
        hostile = replace(
            CARD, title=draw(hostile_text), source=draw(hostile_text), url=draw(st.sampled_from([URL, None]))
        )
        shown = quote(1, draw(hostile_text.filter(fold)), hostile)
        others = (hostile, replace(hostile, id="a2"), replace(hostile, id="a3"))
        return Story(draw(hostile_text), draw(st.sampled_from(Label)), draw(hostile_text), (shown,), others, 1.0)

    return replace(digest(), stories=tuple(story() for _ in range(draw(st.integers(0, 5)))))


@settings(max_examples=40)
@given(hostile_digests())
def test_every_quote_of_a_digest_is_shown_and_nothing_of_others_is_live(hostile: Digest) -> None:
    contents = [message.content for message in render_digest(hostile)]
    assert all(0 < size(content) <= LIMIT for content in contents)
    quoted = [fold(story.quotes[0].text) for story in hostile.stories]
    assert [restored(line) for line in block_quotes(contents)] == quoted
    for found in (found for content in contents for found in live(content)):
        assert found in ("line:##", "line:###", "line:-#") or found.startswith(f"link:{URL}"), found


def test_a_story_has_its_headline_label_summary_quote_and_other_articles() -> None:
    other = replace(CARD, id="a2", source="Other News", url="https://other.example/x")
    (story,) = digest("V3.2 ships").stories
    told = replace(story, label=Label.UPDATE, summary="Prices halve. [1]", articles=(CARD, other))
    (message,) = render_digest(replace(digest(), stories=(told,)))
    assert message.content == (
        "## AI news, 21 to 28 June 2026\n"
        "### V3.2 ships (update)\n"
        "Prices halve. \\[1\\]\n"
        "> V3.2 ships happened.\n"
        "-# [1] Example News, “DeepSeek ships V3.2”, 20 June 2026"
        " · [read it there](<https://example.org/dsa#:~:text=V3.2%20ships%20happened.>)\n"
        "-# Also in: Other News · [article](<https://other.example/x>)\n"
        "\n"
        "-# Coverage: 4 of 5 sources checked, 1 failed; 12 articles read."
    )


def test_a_summary_that_is_the_quote_is_not_said_twice() -> None:
    (story,) = digest("V3.2 ships").stories
    repeated = replace(story, summary=story.quotes[0].text)
    assert render_digest(replace(digest(), stories=(repeated,))) == render_digest(digest("V3.2 ships"))


def test_no_headline_stands_apart_from_its_quote() -> None:
    long = [replace(story, quotes=(quote(1, "Word " * 150),)) for story in digest(*"ABCDEFGH").stories]
    contents = [message.content for message in render_digest(replace(digest(), stories=tuple(long)))]
    assert len(contents) > 2
    for content in contents:
        assert content.count("### ") == content.count("> Word")
        assert not content.split("\n")[-1].startswith("#")


def test_a_quiet_week_is_called_quiet() -> None:
    (message,) = render_digest(digest())
    assert message.content.startswith("## A quiet time\nI found no story from 21 to 28 June 2026.")


def test_a_long_digest_shows_ten_stories_in_discord_and_all_as_a_document() -> None:
    many = digest(*(f"Story {n}" for n in range(12)))
    contents = "\n".join(message.content for message in render_digest(many))
    assert contents.count("### ") == 10
    assert "2 smaller stories left out." in contents
    assert digest_markdown(many).count("### ") == 12
