"""The picture of a digest: what is on it, in words as well, and type and ground that a phone can show."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

from PIL import Image

from bot.digest.models import Digest, Label
from bot.render.picture import ALT_CHARS, chart_of, described, digest_picture
from tests.bot.examples import CARD, digest

DAY = timedelta(days=1)


def week(*titles: str) -> Digest:
    """A week whose first story is told by two sources on the 23rd and one, twice, on the 24th."""
    told = digest(*titles)
    days = {"a": 2, "b": 2, "c": 3, "c again": 3}
    cards = tuple(replace(CARD, id=name, source=name[0], published_at=told.since + days[name] * DAY) for name in days)
    first = replace(told.stories[0], articles=cards, label=Label.UPDATE)
    return replace(told, stories=(first, *told.stories[1:]))


def test_independent_sources_are_counted_by_day() -> None:
    chart = chart_of(week("V3.2 ships", "Harbor AI raises $120 million"))
    assert chart is not None
    assert chart.columns == ("Sun 21", "Mon 22", "Tue 23", "Wed 24", "Thu 25", "Fri 26", "Sat 27", "Sun 28")
    assert chart.rows[0] == ("Update: V3.2 ships", (0, 0, 2, 1, 0, 0, 0, 0))
    assert described(chart) == (
        "AI news, 21 to 28 June 2026: how many sources reported the first stories. "
        "1. Update: V3.2 ships: Tue 23 2, Wed 24 1. 2. Harbor AI raises $120 million: no date."
    )


def test_a_month_has_few_columns() -> None:
    told = week("A", "B")
    chart = chart_of(replace(told, since=told.until - 31 * DAY))
    assert chart is not None
    assert chart.columns[:2] == ("28 May", "1 Jun")
    assert len(chart.columns) == 8


def test_where_there_is_nothing_to_compare_there_is_no_picture() -> None:
    assert digest_picture(week("A")) is None
    assert digest_picture(digest("A", "B")) is None, "each is told by one source"
    assert digest_picture(replace(week("A", "B"), since=digest().until - DAY / 2)) is None


def test_the_picture_is_a_png_on_a_ground_of_its_own_with_words_for_those_who_do_not_see_it() -> None:
    titles = ["Jalapeño — a chip", "模型发布", "Long " * 60, *"DEFGH"]
    picture = digest_picture(week(*titles))
    assert picture is not None
    image = Image.open(io.BytesIO(picture.png)).convert("RGB")
    assert image.width == 1080
    assert len({image.getpixel((x, y)) for x in (0, 1079) for y in (0, image.height - 1)}) == 1
    assert len(picture.alt) <= ALT_CHARS
    assert "Jalapeño" in picture.alt


def test_a_hostile_headline_cannot_widen_it() -> None:
    picture = digest_picture(week("x" * 5_000, "y"))
    assert picture is not None
    assert Image.open(io.BytesIO(picture.png)).size[0] == 1080
