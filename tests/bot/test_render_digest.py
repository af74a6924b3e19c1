"""A digest's messages: each story once, with its quote and all its articles, and what it was made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.models import Digest, Label, LeftOut, Story
from bot.render import digest_markdown, render_digest
from bot.render.digest import late
from bot.render.markdown import fold, restored
from bot.render.splitting import LIMIT, size
from bot.render.stories import has_more, in_full
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
        assert found in ("line:##", "line:-#", "*") or found.startswith(f"link:{URL}"), found
    assert "*" not in [found for content in contents for found in live(content.replace("**", ""))]


def test_a_card_has_the_headline_label_summary_quote_and_one_line_of_source() -> None:
    other = replace(CARD, id="a2", source="Other News", url="https://other.example/x")
    (story,) = digest("V3.2 ships").stories
    told = replace(story, label=Label.UPDATE, summary="Prices halve. [1]", articles=(CARD, other))
    (message,) = render_digest(replace(digest(), stories=(told,)))
    assert message.content == (
        "## AI news, 21 to 28 June 2026\n"
        "A quiet week: 1 story is new.\n"
        "\n"
        "**V3.2 ships**\n"
        "Prices halve. \\[1\\]\n"
        "> V3.2 ships happened.\n"
        "-# Update · Example News, 20 June"
        " · [read it there](<https://example.org/dsa#:~:text=V3.2%20ships%20happened.>) · in 2 articles\n"
        "\n"
        "-# Coverage: 4 of 5 sources checked, 1 failed; 12 articles read."
    )


def test_a_headline_whose_words_stand_in_the_quote_is_bold_there_and_not_said_twice() -> None:
    (message,) = render_digest(digest("V3.2 ships"))
    assert message.content.count("V3.2 ships") == 1
    assert "> **V3.2 ships** happened.\n-# Example News, 20 June · " in message.content


def test_a_headline_of_other_words_stands_above_its_quote() -> None:
    (story,) = digest("V3.2 ships").stories
    (message,) = render_digest(replace(digest(), stories=(replace(story, title="A new model"),)))
    assert "**A new model**\n> V3.2 ships happened.\n-# " in message.content


def test_a_summary_that_is_the_quote_is_not_said_twice() -> None:
    (story,) = digest("V3.2 ships").stories
    repeated = replace(story, summary=story.quotes[0].text)
    assert render_digest(replace(digest(), stories=(repeated,))) == render_digest(digest("V3.2 ships"))


def test_a_story_that_goes_on_says_up_to_when_the_readers_know_it() -> None:
    (story,) = digest("V3.2 ships").stories
    told = replace(story, label=Label.ONGOING, told_at=CARD.published_at)
    (message,) = render_digest(replace(digest(), stories=(told,)))
    assert "A quiet week: nothing is new.\n" in message.content
    assert "-# Ongoing; last reported 20 June 2026 · Example News, " in message.content


def test_without_a_model_the_best_quote_is_shown_and_more_has_the_others() -> None:
    other = replace(CARD, id="a2", source="Other News", url="https://other.example/x")
    third = replace(other, id="a3", source="Third News")
    (story,) = digest("V3.2 ships").stories
    quotes = (*story.quotes, quote(2, "More of it.", other))
    both = replace(story, summary="", quotes=quotes, articles=(CARD, other, third))
    (message,) = render_digest(replace(digest(), stories=(both,)))
    assert "More of it." not in message.content
    assert has_more(both)
    (more,) = in_full(both)
    assert more.content.startswith("### V3.2 ships\n> V3.2 ships happened.\n-# [1] Example News, ")
    assert "> More of it.\n-# [2] Other News, " in more.content
    assert more.content.endswith("-# Also in: Third News · [article](<https://other.example/x>)")
    assert "> More of it." in digest_markdown(replace(digest(), stories=(both,)))


def test_a_story_whose_card_says_it_all_has_no_more() -> None:
    (story,) = digest("V3.2 ships").stories
    assert not has_more(story)


@settings(max_examples=40)
@given(hostile_digests())
def test_in_full_a_story_keeps_every_quote_and_nothing_of_others_is_live(hostile: Digest) -> None:
    for story in hostile.stories:
        contents = [message.content for message in in_full(story)]
        assert all(0 < size(content) <= LIMIT for content in contents)
        assert [restored(line) for line in block_quotes(contents)] == [fold(q.text) for q in story.quotes]
        for found in (found for content in contents for found in live(content)):
            assert found in ("line:###", "line:-#") or found.startswith(f"link:{URL}"), found


def test_what_was_left_out_is_counted_with_the_reason() -> None:
    coverage = replace(digest().coverage, left_out=LeftOut(advertisement=1, off_topic=4, beyond=2))
    (message,) = render_digest(replace(digest("A", "B", "C"), coverage=coverage))
    assert message.content.endswith(
        "12 articles read. Articles left out: 1 (advertisement), 4 (off topic), 2 (smaller stories)."
    )


def test_a_late_digest_says_so_under_its_heading() -> None:
    (message,) = render_digest(digest("A", "B", "C"), late("Monday 22 June 2026, 09:00 (Europe/Berlin)"))
    first, second, *_ = message.content.split("\n")
    assert first.startswith("## AI news")
    assert second == "-# Late: this was due Monday 22 June 2026, 09:00 (Europe/Berlin)."


def test_a_late_digest_has_the_same_pages_as_one_in_time() -> None:
    """Its buttons lead to pages that are made without the note: a story must not fall between two of them."""
    long = late("Wednesday 30 September 2026, 09:00 (America/Argentina/ComodRivadavia)")
    for stories in range(4, 12):
        many = digest(*(f"A headline {n} of a story that is told in more words" * 3 for n in range(stories)))
        first, *others = render_digest(many, long)
        in_time, *same = render_digest(many)
        assert first.content.replace(f"\n{long}", "") == in_time.content
        assert others == same


def test_the_heading_counts_days_in_the_readers_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    monday = datetime(2026, 6, 22, tzinfo=berlin)
    week = replace(digest("V3.2 ships"), since=monday, until=monday + timedelta(days=7))
    (message,) = render_digest(week, zone=berlin)
    assert message.content.startswith("## AI news, 22 to 28 June 2026")


def test_no_headline_stands_apart_from_its_quote() -> None:
    long = [replace(story, quotes=(quote(1, "Word " * 150),)) for story in digest(*"ABCDEFGH").stories]
    contents = [message.content for message in render_digest(replace(digest(), stories=tuple(long)))]
    assert len(contents) > 2
    for content in contents:
        assert content.count("\n**") + content.startswith("**") == content.count("> Word")
        assert not content.split("\n")[-1].startswith("#")


def test_seven_days_up_to_the_end_of_sunday_begin_on_monday() -> None:
    sunday = datetime(2026, 6, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    (message,) = render_digest(replace(digest("V3.2 ships"), since=sunday - timedelta(days=7), until=sunday))
    assert message.content.startswith("## AI news, 22 to 28 June 2026\n")


def test_a_quiet_week_is_called_quiet() -> None:
    (message,) = render_digest(digest())
    assert message.content.startswith("## A quiet week\nI found no story from 21 to 28 June 2026.")


def test_a_long_digest_is_paged_and_a_document_has_all_of_it() -> None:
    many = digest(*(f"Story {n}" for n in range(14)))
    pages = render_digest(many)
    assert len(pages) > 1
    assert [number for page in pages for number in page.stories] == list(range(12))
    assert all(f"**Story {number}**" in page.content for page in pages for number in page.stories)
    assert "2 more stories not shown." in pages[0].content
    assert digest_markdown(many).count("### ") == 14


def test_the_first_page_has_seven_stories_of_ordinary_length() -> None:
    told = digest(*(f"Lab {n} releases a model of forty billion parameters for phones" for n in range(9)))
    pages = render_digest(told)
    assert [len(page.stories) for page in pages] == [7, 2]


def test_more_names_the_articles_of_each_publisher_first() -> None:
    told = digest("A story").stories[0]
    cards = tuple(replace(CARD, id=f"b{n}", source=f"Paper {n // 2}") for n in range(8))
    (page,) = in_full(replace(told, articles=cards))
    line = next(line for line in page.content.splitlines() if "Also in" in line)
    assert [line.split("Paper ")[n][0] for n in range(1, 5)] == ["0", "1", "2", "3"]
