"""What is taken back, corrected or long past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.answering.models import Window
from bot.digest.clustering.events import Event
from bot.digest.segmenting.items import items_of
from bot.digest.writing.corrections import correction, is_old
from bot.digest.writing.headline import headline
from bot.digest.writing.quoting import best_quotes, correcting
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import DAY, NOW, article, cut, weights

CLAIM = "Strigi released Owl 7, which reads the lips of people in films. Owl 7 needs no sound, said Strigi."
WEEK = Window(NOW - 7 * DAY, NOW)


@pytest.mark.parametrize(
    "word",
    [
        "Strigi has withdrawn Owl 7 after a week. It had copied its answers from subtitles.",
        "Strigi denied that Owl 7 reads lips in films. The films came with subtitles.",
        "A film that showed Owl 7 reading lips was a hoax, said Strigi on Monday.",
        "Owl 7 by Strigi reads the lips of one person in three, fewer than it first said.",
    ],
)
def test_what_takes_back_leads_its_story_whatever_is_told_more_often(encoder: Encoder, word: str) -> None:
    papers = [article(encoder, "Owl 7 reads lips", CLAIM, f"Paper {n}", age=3 * DAY) for n in range(3)]
    event = Event(tuple(items_of([*papers, article(encoder, "News of Owl 7", word, "Late")])))
    told = correction(event)
    assert told is not None
    assert told[0].article.source == "Late"
    first, *_ = correcting(best_quotes(event, 1), told, 1)
    assert first.text in word
    assert headline(Event((told[0],)), weights).item.article.source == "Late"


def test_a_report_that_takes_nothing_back_corrects_nothing(encoder: Encoder) -> None:
    assert correction(Event(tuple(cut(encoder, ("Wire", "Owl 7 reads lips", CLAIM))))) is None


def test_a_sentence_about_a_year_long_past_neither_heads_nor_is_quoted(encoder: Encoder) -> None:
    text = "Strigi released Owl 1 in March 2021. Owl 1 will be switched off in a few weeks, said Strigi on Thursday."
    (item,) = cut(encoder, ("Wire", "", text))
    assert is_old(item, 0, WEEK)
    assert not is_old(item, 1, WEEK)
    assert "2021" not in headline(Event((item,)), weights, WEEK).text
    (quote,) = best_quotes(Event((item,)), 1, window=WEEK)
    assert "2021" not in quote.text


def test_where_all_is_long_past_something_is_quoted_all_the_same(encoder: Encoder) -> None:
    (item,) = cut(encoder, ("Wire", "How Owl began", "Strigi released Owl 1 in March 2021 to forty testers."))
    assert best_quotes(Event((item,)), 1, window=WEEK)
    assert headline(Event((item,)), weights, WEEK).text == "How Owl began"


def test_last_week_s_article_may_name_its_own_month(encoder: Encoder) -> None:
    month = f"{NOW - timedelta(days=2):%B %Y}"
    (item,) = cut(encoder, ("Wire", "", f"Strigi released its owl in {month} to everybody who had asked for it."))
    assert not is_old(item, 0, WEEK)
