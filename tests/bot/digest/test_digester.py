"""The digest from articles to stories, over a real catalogue and the real encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.contract import digest_to_json
from bot.digest.digester import Digester
from bot.digest.models import Digest, Label, LeftOut, Order, Story
from bot.digest.writing.memory import ReportedStory
from bot.digest.writing.quoting import holds
from bot.llm.budget import Budget
from bot.llm.language_model import Completion, JsonSchema, Message, Usage
from bot.services.usage import UsageService
from ingest.embedding.encoders import Encoder
from ingest.errors import LanguageModelError
from ingest.models import SHARED_SCOPE
from tests.bot.digest.desk import DAY, HARBOR, NOW, POLARIS, POLARIS_AGAIN, RECAP, Desk, opened


@pytest.fixture
def desk(tmp_path: Path, encoder: Encoder) -> Iterator[Desk]:
    with opened(tmp_path, encoder) as desk:
        yield desk


@pytest.fixture
def week(desk: Desk) -> Desk:
    """Two publishers on Polaris 2, one on Harbor AI, and a recap of eight things."""
    desk.put("Nordlicht releases Polaris 2", POLARIS)
    desk.put("Open weights from Germany", POLARIS_AGAIN, source="Model Wire", age=2 * DAY)
    desk.put("Harbor AI raises $120 million", HARBOR, source="Model Wire", age=3 * DAY)
    desk.put("not much happened today", RECAP, source="Recap", age=DAY / 2)
    return desk


def test_every_quote_is_a_copy(week: Desk) -> None:
    quotes = [quote for story in week.digest().stories for quote in story.quotes]
    assert quotes
    for quote in quotes:
        assert week.text(quote.article.id)[quote.start : quote.end] == quote.text
    assert [quote.n for quote in quotes] == list(range(1, len(quotes) + 1))


def test_an_event_of_three_publishers_is_one_story_and_the_first(week: Desk) -> None:
    first, *others = week.digest().stories
    assert {card.source for card in first.articles} == {"The Daily Model", "Model Wire", "Recap"}
    assert "Polaris 2" in first.title
    assert not any("Polaris" in quote.text for story in others for quote in story.quotes)


def test_the_parts_of_a_recap_are_stories_of_their_own(week: Desk) -> None:
    told = [story for story in week.digest().stories if "Kestrel" in story.title or "Freedonia" in story.title]
    assert len(told) == 2
    assert all(len(story.articles) == 1 for story in told)


def test_housekeeping_is_no_story(week: Desk) -> None:
    digest = week.digest()
    words = " ".join(story.title + " ".join(quote.text for quote in story.quotes) for story in digest.stories)
    for line in ("happened", "subreddits", "opt in", "Subscribe", "Thanks for reading"):
        assert line not in words


def test_what_is_told_in_forum_talk_alone_stands_behind_news(week: Desk) -> None:
    talk = "After using my own Glimmer account since it launched, my job finally got a Glimmer license for all of us."
    week.put(talk.rstrip("."), talk, source="Forum", age=DAY / 4)
    titles = [story.title for story in week.digest().stories]
    (glimmer,) = (n for n, title in enumerate(titles) if "Glimmer" in title)
    assert all(n < glimmer for n, title in enumerate(titles) if "Harbor" in title or "Kestrel" in title)


def test_a_headline_is_words_of_an_article(week: Desk) -> None:
    for story in week.digest().stories:
        texts = [week.text(card.id) for card in story.articles] + [card.title for card in story.articles]
        assert any(story.title in " ".join(text.split()) for text in texts), story.title


def test_only_the_window_is_told(week: Desk) -> None:
    week.put("Owl 7 released by Strigi", "Strigi released Owl 7, a vision model.", age=8 * DAY)
    week.put("Heron launched", "Heron AI launched Heron, a weather model.", age=-DAY)
    digest = week.digest()
    assert (digest.since, digest.until) == (NOW - 7 * DAY, NOW)
    assert not any(word in story.title for story in digest.stories for word in ("Owl", "Heron"))


def test_a_scope_sees_its_own_sources_only(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR, scope="77")
    assert desk.digest().stories == ()
    assert desk.digest().coverage.sources == 0
    assert len(desk.digest(scopes=("77", "shared")).stories) == 1


def test_a_topic_leaves_the_rest_out(week: Desk) -> None:
    stories = week.digest(topic="Harbor AI").stories
    assert [("Harbor" in story.title) for story in stories] == [True]
    assert week.digest(topic="gardening with tulips").stories == ()


def test_an_empty_corpus_gives_an_empty_digest(desk: Desk) -> None:
    digest = desk.digest()
    assert digest.stories == ()
    assert digest.coverage.articles == 0


def test_what_waits_to_be_indexed_is_told_by_its_words(desk: Desk) -> None:
    desk.put("Nordlicht releases Polaris 2", POLARIS, index=False)
    (story,) = desk.digest().stories
    assert "Polaris 2" in story.quotes[0].text


def test_two_runs_give_the_same_digest(week: Desk) -> None:
    assert json.dumps(digest_to_json(week.digest())) == json.dumps(digest_to_json(week.digest()))


def _about(digest: Digest, name: str) -> Story:
    return next(story for story in digest.stories if name in story.title)


def test_what_was_never_told_is_new(week: Desk) -> None:
    assert _about(week.digest(), "Polaris").label is Label.NEW


def test_what_was_told_in_the_weeks_before_and_goes_on_is_an_update(week: Desk) -> None:
    earlier = (
        "Nordlicht Labs said that it trains Polaris 2, an open-weight language model, and will release it in June."
    )
    week.put("Nordlicht trains Polaris 2", earlier, age=timedelta(days=12))
    story = _about(week.digest(), "Polaris")
    assert story.label is Label.UPDATE
    assert all(quote.text not in earlier for quote in story.quotes)


def test_a_mention_of_the_name_and_another_version_make_no_update(desk: Desk) -> None:
    desk.put("Kestrel hires a chief", "Mara Venn led the cloud division of Northgate until spring.", age=12 * DAY)
    desk.put("Strigi releases Owl 2", "Strigi released Owl 2, a vision model for birds of prey.", age=12 * DAY)
    desk.put("Northgate cuts jobs", "Northgate will cut 120 jobs in its cloud division, it told staff.")
    desk.put("Strigi releases Owl 3", "Strigi released Owl 3, a vision model for birds of prey.")
    digest = desk.digest()
    assert [_about(digest, name).label for name in ("Northgate", "Owl 3")] == [Label.NEW, Label.NEW]


def test_what_was_told_in_the_same_words_is_ongoing(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR, age=9 * DAY)
    desk.put("Harbor AI raises $120 million", HARBOR, age=DAY)
    assert _about(desk.digest(), "Harbor").label is Label.ONGOING


@dataclass
class Told:
    """An archive of one digest, delivered to guild 77 for the time up to `until`."""

    digest: Digest
    until: datetime

    def reported(self, scope: str, before: datetime) -> list[ReportedStory]:
        assert scope == "77"
        return [
            ReportedStory(story.title, self.until, frozenset(card.id for card in story.articles), story.centre)
            for story in self.digest.stories
        ]


GUILD = ("77", SHARED_SCOPE)


def test_a_guild_is_told_as_an_update_what_it_was_told_of_before_with_what_is_new_in_front(desk: Desk) -> None:
    desk.put("Nordlicht releases Polaris 2", POLARIS, age=3 * DAY)
    told = Told(desk.digest(scopes=GUILD), NOW - 2 * DAY)
    news = "Nordlicht Labs halved the price of Polaris 2, an open-weight language model with 34 billion parameters."
    desk.put("Nordlicht cuts the price of Polaris 2", news, source="Model Wire")
    story = _about(desk.digest(scopes=GUILD, archive=told), "Polaris")
    assert (story.label, story.told_at) == (Label.UPDATE, NOW - 2 * DAY)
    assert "halved the price" in story.quotes[0].text
    assert "Model Wire" in {card.source for card in story.articles}


def test_a_guild_is_told_as_ongoing_what_has_not_changed_since(desk: Desk) -> None:
    desk.put("Nordlicht releases Polaris 2", POLARIS, age=3 * DAY)
    told = Told(desk.digest(scopes=GUILD), NOW - 2 * DAY)
    assert _about(desk.digest(scopes=GUILD, archive=told), "Polaris").label is Label.ONGOING
    desk.put("Nordlicht releases Polaris 2", POLARIS, source="Model Wire")
    assert _about(desk.digest(scopes=GUILD, archive=told), "Polaris").label is Label.ONGOING


def test_what_a_guild_was_never_told_is_new_to_it_however_old(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR, age=9 * DAY)
    desk.put("Harbor AI raises $120 million", HARBOR, age=DAY)
    desk.put("Nordlicht releases Polaris 2", POLARIS, age=3 * DAY)
    told = Told(replace(desk.digest(), stories=(_about(desk.digest(), "Polaris"),)), NOW - 2 * DAY)
    assert _about(desk.digest(scopes=GUILD, archive=told), "Harbor").label is Label.NEW


def test_what_is_in_no_story_is_counted_by_its_reason(week: Desk) -> None:
    paid = "Sponsored post. Harbor AI cleans hulls better than anybody, says Harbor AI."
    week.put("Clean hulls, happy captains", paid)
    week.put("See you next week", "Thanks for reading! See you next week.", source="Recap")
    coverage = week.digest(topic="Polaris 2").coverage
    assert coverage.articles == 6
    assert coverage.left_out == LeftOut(advertisement=1, housekeeping=1, off_topic=1, beyond=0)
    assert not any("happy captains" in card.title for story in week.digest().stories for card in story.articles)


def test_numbers_and_names_of_a_headline_stand_in_its_first_quote(week: Desk) -> None:
    for story in week.digest().stories:
        assert holds(story.quotes[0], story.title), story.title


def test_what_interests_a_guild_ranks_first(week: Desk) -> None:
    order = Order(NOW - 7 * DAY, NOW, (SHARED_SCOPE,), interests=("machines that plant trees",))

    def place(digest: Digest) -> int:
        return [story.title for story in digest.stories].index(_about(digest, "Moss").title)

    assert place(Digester(week.catalogue, week.search).digest(order)) == 1
    assert place(week.digest()) > 1


def test_the_same_articles_are_not_clustered_twice_and_a_new_one_is_seen(week: Desk) -> None:
    digester = Digester(week.catalogue, week.search)
    first = digester.digest(Order.of_days(7, NOW, (SHARED_SCOPE,)))
    assert digester.digest(Order.of_days(7, NOW, (SHARED_SCOPE,))) == first
    week.put("Owl 7 released by Strigi", "Strigi released Owl 7, a vision model for birds.")
    assert any("Owl 7" in s.title for s in digester.digest(Order.of_days(7, NOW, (SHARED_SCOPE,))).stories)


def test_measuring_writes_nothing(week: Desk) -> None:
    with week.catalogue.database.read() as connection:
        before = connection.exec_driver_sql("select total_changes()").scalar()
        week.digest()
        assert connection.exec_driver_sql("select total_changes()").scalar() == before


@dataclass
class Scripted:
    """A language model that answers every request with the same statements, or fails."""

    statements: Sequence[dict[str, object]]
    fails: bool = False
    usage: Usage = Usage()  # noqa: RUF009  # a frozen value
    asked: list[str] = field(default_factory=list)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        self.asked.append(messages[-1].content)
        if self.fails:
            raise LanguageModelError("the language model failed", "scripted", "it was told to")
        reply = json.dumps({"found": True, "statements": list(self.statements)})
        return Completion(reply, "stop", self.usage, "scripted")


def test_a_checked_sentence_of_the_model_becomes_the_summary(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR)
    model = Scripted([{"text": "Harbor AI raised $120 million for ship inspection robots.", "evidence": [1]}])
    (story,) = desk.digest(model=model).stories
    assert story.summary == "Harbor AI raised $120 million for ship inspection robots."
    assert [quote.n for quote in story.quotes] == [1]
    assert desk.text(story.quotes[0].article.id)[story.quotes[0].start : story.quotes[0].end] == story.quotes[0].text


@pytest.mark.parametrize(
    "model",
    [
        Scripted([{"text": "Harbor AI raised $990 million from Nobody Capital.", "evidence": [1]}]),
        Scripted([{"text": "See https://evil.example @everyone", "evidence": [1]}]),
        Scripted([{"text": "Harbor AI raised money.", "evidence": [99]}]),
        Scripted([], fails=True),
    ],
    ids=["invented amount", "link and mention", "no such sentence", "failure"],
)
def test_what_a_model_invents_is_not_shown_and_the_quote_stands(desk: Desk, model: Scripted) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR)
    (story,) = desk.digest(model=model).stories
    assert story.summary == story.quotes[0].text
    assert story.summary in HARBOR


def test_what_a_digest_costs_counts_in_the_guilds_budget_and_stops_where_it_is_used_up(week: Desk) -> None:
    model, book = Scripted([], usage=Usage(100, 0)), UsageService(week.catalogue.database)
    assert len(week.digest(scopes=GUILD, model=model, budget=Budget(book, 250)).stories) > 8
    assert 3 <= len(model.asked) <= 4, "a story that was begun is finished"
    assert book.used("77", NOW.date()) == 100 * len(model.asked)


def test_a_story_costs_one_request_even_where_a_sentence_fails(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR)
    model = Scripted(
        [
            {"text": "Harbor AI raised $120 million for ship inspection robots.", "evidence": [1]},
            {"text": "Harbor AI raised $999 million.", "evidence": [1]},
            {"text": "Meridian Capital led the round.", "evidence": [2]},
        ]
    )
    (story,) = desk.digest(model=model).stories
    assert len(model.asked) == 1
    told = "Harbor AI raised $120 million for ship inspection robots. Meridian Capital led the round."
    assert story.summary == told


def test_the_same_digest_is_not_paid_for_twice_and_one_that_the_model_failed_at_is_tried_again(desk: Desk) -> None:
    desk.put("Harbor AI raises $120 million", HARBOR)
    said: list[dict[str, object]] = [
        {"text": "Harbor AI raised $120 million for ship inspection robots.", "evidence": [1]}
    ]
    model = Scripted(said, fails=True)
    digester = Digester(desk.catalogue, desk.search, model)
    order = Order.of_days(7, NOW, (SHARED_SCOPE,))
    digester.digest(order)
    model.fails = False
    asked = len(model.asked)
    later = Order.of_days(7, NOW + timedelta(minutes=1), (SHARED_SCOPE,))
    assert [digester.digest(o).stories[0].summary for o in (order, later)] == [said[0]["text"]] * 2
    assert len(model.asked) == asked + 1


def test_the_model_is_asked_for_few_stories_only(week: Desk) -> None:
    model = Scripted([], fails=True)
    assert len(week.digest(model=model).stories) > 8
    assert len(model.asked) <= 8
