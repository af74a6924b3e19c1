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
        "A quiet week: 1 story is new.\n"
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


def test_a_story_that_goes_on_says_up_to_when_the_readers_know_it() -> None:
    (story,) = digest("V3.2 ships").stories
    told = replace(story, label=Label.ONGOING, told_at=CARD.published_at)
    (message,) = render_digest(replace(digest(), stories=(told,)))
    assert "A quiet week: nothing is new.\n### V3.2 ships (ongoing; last reported 20 June 2026)\n" in message.content


def test_without_a_model_the_best_quote_is_shown_and_the_articles_of_the_others_are_linked() -> None:
    other = replace(CARD, id="a2", source="Other News", url="https://other.example/x")
    (story,) = digest("V3.2 ships").stories
    both = replace(story, summary="", quotes=(*story.quotes, quote(2, "More of it.", other)), articles=(CARD, other))
    (message,) = render_digest(replace(digest(), stories=(both,)))
    assert "More of it." not in message.content
    assert "Also in: Other News · [article](<https://other.example/x>)" in message.content
    assert "> More of it." in digest_markdown(replace(digest(), stories=(both,)))


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
        assert content.count("### ") == content.count("> Word")
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
    assert len(render_digest(many)) > 1
    contents = "\n".join(message.content for message in render_digest(many))
    assert contents.count("### ") == 12
    assert "2 more stories not shown." in render_digest(many)[0].content
    assert digest_markdown(many).count("### ") == 14


def test_the_first_page_has_at_most_seven_stories() -> None:
    told = digest(*(f"Story {n}" for n in range(9)))
    told = replace(
        told, stories=tuple(replace(story, articles=(), quotes=(quote(1, "So."),)) for story in told.stories)
    )
    counts = [page.content.count("### ") for page in render_digest(told)]
    assert counts[0] <= 7
    assert sum(counts) == 9


def test_a_story_links_to_three_further_articles_of_different_publishers_and_counts_the_rest() -> None:
    told = digest("A story")
    cards = tuple(replace(CARD, id=f"b{n}", source=f"Paper {n // 2}") for n in range(8))
    (page,) = render_digest(replace(told, stories=(replace(told.stories[0], articles=cards),)))
    line = next(line for line in page.content.splitlines() if "Also in" in line)
    assert [f"Paper {n}" in line for n in range(4)] == [True, True, True, False]
    assert line.endswith("and 5 more")
    document = digest_markdown(replace(told, stories=(replace(told.stories[0], articles=cards),)))
    assert "Paper 3" in document
