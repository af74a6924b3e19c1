"""What a watch tells: each story once, in one message, whoever reads, whoever is killed when."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.services.claims import ClaimService
from bot.services.guilds import GuildService, GuildSettings
from bot.services.watch_finder import WatchFinder
from bot.services.watch_posts import LEASE, WatchPosts
from bot.services.watch_rows import FoundStory, Watch, WatchOptions, WatchOrder
from bot.services.watches import WatchService
from bot.watch.models import Kind
from ingest.embedding.encoders import Encoder
from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.sources.models import NO_OVERRIDES, SourceKind
from tests.bot.digest.desk import HARBOR, NOW, POLARIS, POLARIS_AGAIN, Desk, opened

GUILD = 77
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TAKEN_BACK = (
    "Nordlicht Labs has withdrawn Polaris 2. The lab said that the claim of 34 billion parameters was wrong, and "
    "Nordlicht Labs apologised for the release of Polaris 2."
)


def everybody(_: int | None) -> bool:
    return True


@dataclass
class Room:
    """A guild's watches over a corpus that articles come into, at a clock that the test moves."""

    desk: Desk
    now: datetime = NOW
    finders: list[WatchFinder] = field(default_factory=list)

    def __post_init__(self) -> None:
        catalogue, search = self.desk.catalogue, self.desk.search
        self.guilds = GuildService(catalogue.database)
        self.watches = WatchService(catalogue, search.model, lambda: self.now)
        self.posts = WatchPosts(catalogue)
        self.finder = self.another_finder()

    def another_finder(self) -> WatchFinder:
        """As another process has it, or this one after a restart."""
        claims = ClaimService(self.desk.catalogue.leases)
        catalogue, search = self.desk.catalogue, self.desk.search
        return WatchFinder(catalogue, search, self.watches, self.guilds, claims, lambda: self.now)

    def watch(self, text: str, kind: Kind = Kind.WORDS, **options: object) -> Watch:
        order = WatchOrder(str(GUILD), "9", 5, kind, text, WatchOptions(**options))  # type: ignore[arg-type]
        watch = self.watches.confirm(self.watches.propose(order).id)
        assert watch is not None
        return watch

    def come(self, title: str, text: str, source: str = "The Daily Model", age: timedelta = HOUR) -> None:
        """An article is published, and read now; its source has been read for weeks."""
        address = f"https://{source.replace(' ', '-').lower()}.example"
        sources = self.desk.catalogue.sources
        if sources.find(f"{address}/feed") is None:
            sources.add(f"{address}/feed", SourceKind.FEED, NO_OVERRIDES, str(GUILD), NOW - 60 * DAY)
            self.store(address, "Hello", f"The first post of {source}.", source, NOW - 50 * DAY, NOW - 50 * DAY)
        self.store(address, title, text, source, self.now - age, self.now)
        self.desk.indexer.run()

    def store(
        self, address: str, title: str, text: str, source: str, published: datetime | None, fetched: datetime
    ) -> None:
        url = f"{address}/{title.replace(' ', '-').lower()}"
        record = to_record(ParsedArticle(url, title, source, None, published, text), url, fetched)
        self.desk.catalogue.articles.store(record, self.desk.catalogue.sources.get(f"{address}/feed").id)

    def told(self, watch: Watch) -> list[FoundStory]:
        """What is told now, in any number of messages."""
        self.finder.look(everybody)
        found: list[FoundStory] = []
        while post := self.posts.claim(watch, self.now):
            found += self.posts.stories(post)
            assert self.posts.sending(post, self.now)
            self.posts.sent(post, self.now)
        return found

    def titles(self, watch: Watch) -> list[str]:
        return [told.story.quotes[0].article.title for told in self.told(watch)]


@pytest.fixture
def room(tmp_path: Path, encoder: Encoder) -> Iterator[Room]:
    with opened(tmp_path, encoder) as desk:
        yield Room(desk)


def test_a_story_is_told_once_with_the_sentence_that_says_it(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.come("Harbor AI raises money", HARBOR)
    (told,) = room.told(watch)
    assert "Polaris 2" in told.story.title
    (quote,) = told.story.quotes
    assert quote.text.startswith("Nordlicht Labs released Polaris 2, an open-weight language model")
    assert room.desk.text(quote.article.id)[quote.start : quote.end] == quote.text
    assert told.why == "Polaris"
    room.now += HOUR
    room.come("A new open model from Germany", POLARIS_AGAIN, "Second News")
    assert room.told(watch) == []


def test_a_topic_is_found_by_its_meaning(room: Room) -> None:
    watch = room.watch("ships that are inspected by robots", Kind.TOPIC)
    room.come("Harbor AI builds robots that look at ships", HARBOR)
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    assert room.titles(watch) == ["Harbor AI builds robots that look at ships"]


def test_what_takes_a_told_story_back_is_told_as_new(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    assert len(room.told(watch)) == 1
    room.now += HOUR
    room.come("Nordlicht Labs withdraws Polaris 2", TAKEN_BACK, "Second News")
    (told,) = room.told(watch)
    assert told.story.title.startswith("New: ")
    assert "withdrawn" in told.story.quotes[0].text


def test_nothing_old_floods_a_channel(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Polaris 2 a week ago", POLARIS, age=7 * DAY)
    sources = room.desk.catalogue.sources
    sources.add("https://new.example/feed", SourceKind.FEED, NO_OVERRIDES, str(GUILD), room.now)
    for n in range(5):  # a first read: some entries have no date, and are of today for whoever reads them
        text = f"{HARBOR} Polaris told number {n} of its {n * 7} partners."
        room.store("https://new.example", f"Polaris and partner {n}", text, "New", None, room.now)
    room.desk.indexer.run()
    assert room.told(watch) == []


def test_a_copy_of_an_old_article_dated_today_is_old(room: Room) -> None:
    text = " ".join(f"{POLARIS} Developer number {n} praised the long context of it." for n in range(12))
    room.now = NOW - 20 * DAY
    room.come("Nordlicht Labs releases Polaris 2", text)
    room.now = NOW
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", text, "Second News")
    assert room.told(watch) == []


def test_what_was_shown_before_the_watch_was_saved_is_not_told_again(room: Room) -> None:
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.now += HOUR
    watch = room.watch("Polaris")
    preview = room.finder.preview(watch.wanted, (str(GUILD), "shared"))
    assert [story.quotes[0].article.title for story in preview.stories] == ["Nordlicht Labs releases Polaris 2"]
    room.finder.know(watch, preview.items)
    room.now += HOUR
    room.come("A new open model from Germany", POLARIS_AGAIN, "Second News")
    assert room.told(watch) == []


def test_other_guilds_articles_are_not_told(room: Room) -> None:
    watch = room.watch("Polaris")
    room.desk.catalogue.sources.add("https://a.example/feed", SourceKind.FEED, NO_OVERRIDES, "88", NOW - 60 * DAY)
    room.store("https://a.example", "Hello", "The first post.", "A", NOW - 50 * DAY, NOW - 50 * DAY)
    room.store("https://a.example", "Polaris 2 is out", POLARIS, "A", room.now, room.now)
    room.desk.indexer.run()
    assert room.told(watch) == []


def test_at_most_so_many_stories_a_day_are_told(room: Room) -> None:
    watch = room.watch("Harbor AI, Polaris, Kestrel", most=2)
    room.come("Harbor AI raises money", HARBOR)
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.come("Kestrel opens a port", "Kestrel opened a port for airships in Sylvania. Three hundred guests came.")
    assert len(room.told(watch)) == 2
    room.now += DAY + HOUR
    room.come("Kestrel buys trees", "Kestrel bought a forest of nine thousand oaks. The trees stand in Freedonia.")
    assert room.titles(watch) == ["Kestrel buys trees"]


def test_an_hourly_watch_tells_together_and_not_in_the_quiet_hours(room: Room) -> None:
    room.guilds.change(GUILD, GuildSettings(digest_zone="Europe/Berlin"))  # NOW is 22:00 there
    watch = room.watch("Harbor AI, Polaris", pace="hourly", quiet=(22, 7))
    room.come("Harbor AI raises money", HARBOR)
    assert room.told(watch) == []
    room.now += 2 * HOUR
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    assert room.told(watch) == []
    room.now = NOW + 9 * HOUR
    room.finder.look(everybody)
    post = room.posts.claim(watch, room.now)
    assert post is not None
    assert len(room.posts.stories(post)) == 2


def test_less_like_this_keeps_the_same_subject_away(room: Room) -> None:
    watch = room.watch("Nordlicht, Harbor AI")
    room.watches.less_like(watch.id, room.desk.search.encode(HARBOR))
    room.come("Harbor AI raises money", HARBOR)
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    assert room.titles(watch) == ["Nordlicht Labs releases Polaris 2"]


def test_after_a_restart_nothing_is_told_again(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    assert len(room.told(watch)) == 1
    room.finder = room.another_finder()
    assert room.told(watch) == []


def test_what_a_killed_process_was_sending_is_taken_over_when_its_lease_is_out(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.finder.look(everybody)
    post = room.posts.claim(watch, room.now)
    assert post is not None
    assert room.posts.sending(post, room.now)
    assert room.posts.claim(watch, room.now + LEASE / 2) is None
    again = room.posts.claim(watch, room.now + LEASE)
    assert again is not None
    assert (again.id, again.sending_since) == (post.id, room.now)
    assert len(room.posts.stories(again)) == 1
    assert not room.posts.sending(post, room.now), "the first one was only held up"


def test_of_processes_that_read_at_once_one_tells(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    finders = [room.another_finder() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda finder: finder.look(everybody), finders))
        posts = list(pool.map(lambda _: room.posts.claim(watch, room.now), finders))
    assert [len(room.posts.stories(post)) for post in posts if post is not None] == [1]


def test_a_removed_watch_leaves_nothing_behind(room: Room) -> None:
    watch = room.watch("Polaris")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    (told,) = room.told(watch)
    room.watches.remove(watch.id)
    assert room.watches.story(told.id) is None
    assert room.watches.of_guild(GUILD) == []


def test_each_new_article_of_a_source_is_posted_once_and_no_others(room: Room) -> None:
    room.come("Harbor AI raises money", HARBOR)
    source = room.desk.catalogue.sources.find("https://the-daily-model.example/feed")
    assert source is not None
    room.now += HOUR
    watch = room.watch("The Daily Model", Kind.SOURCE, source_id=source.id)
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.come("A new open model from Germany", POLARIS_AGAIN)
    room.come("A new open model from Oslo", POLARIS_AGAIN, "Second News")
    assert sorted(room.titles(watch)) == ["A new open model from Germany", "Nordlicht Labs releases Polaris 2"]
    assert room.told(watch) == []


def test_where_each_message_tells_one_story_what_is_due_makes_as_many_messages(room: Room) -> None:
    watch = room.watch("Nordlicht, Harbor")
    room.come("Nordlicht", POLARIS)
    room.come("Harbor", HARBOR)
    room.finder.look(everybody)
    found: list[int] = []
    while post := room.posts.claim(watch, room.now, together=1):
        found.append(len(room.posts.stories(post)))
        room.posts.sent(post, room.now)
    assert found == [1, 1]


def test_what_cannot_be_sent_is_tried_again_after_a_minute_then_ever_later_up_to_an_hour(room: Room) -> None:
    watch = room.watch("Polaris, Harbor AI")
    room.come("Nordlicht Labs releases Polaris 2", POLARIS)
    room.come("Harbor AI raises money", HARBOR)
    room.finder.look(everybody)
    tries: list[timedelta] = []
    while room.now - NOW < 6 * HOUR:
        if post := room.posts.claim(watch, room.now, together=1):
            tries.append(room.now - NOW)
            room.posts.put_off(post, "Discord did not take it", room.now)
            assert [room.posts.held_up(scope, room.now) for scope in (str(GUILD), "78")] == [{watch.id}, set()]
        assert room.posts.due(room.now) == set(), "the other story waits too"
        room.now += timedelta(seconds=30)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert (pauses[0], pauses[-1], pauses) == (timedelta(minutes=1), HOUR, sorted(pauses))
    assert len(tries) < 16
    room.now += HOUR
    assert len(room.told(watch)) == 2
    assert room.posts.held_up(str(GUILD), room.now) == set()
