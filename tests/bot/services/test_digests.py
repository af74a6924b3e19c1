"""Scheduled digests are posted once, whoever is killed when; what a guild was told is remembered; pages stay."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import numpy as np
import pytest

from bot.digest.models import Coverage, Digest, Label, LeftOut, Order, Story
from bot.services.digest_rows import DigestArchive
from bot.services.digests import KEPT, LEASE, DigestService
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest, Prospect, Undelivered
from ingest.catalogue import Catalogue
from tests.bot.examples import quote
from tests.engines import NewUrl
from tests.ingest.examples import add_source, record

GUILD, SCOPES = 77, ("77", "shared")
DUE = datetime(2026, 6, 22, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WEEKLY = GuildSettings(digest_channel=5, digest_rhythm="weekly", digest_hour=9, digest_zone="Europe/Berlin")


@dataclass
class OneStoryDigests:
    """Digests with one story, whose quote and article are in the catalogue."""

    story: Story
    orders: list[Order] = field(default_factory=list)

    def digest(self, order: Order) -> Digest:
        self.orders.append(order)
        coverage = Coverage(3, 3, 0, 1, 9, LeftOut(beyond=4))
        return Digest(order.since, order.until, (self.story,), coverage)


@pytest.fixture
def keeper(catalogue: Catalogue) -> DigestService:
    catalogue.articles.store(record(), add_source(catalogue, scope=str(GUILD)).id)
    stored = catalogue.articles.show(record().id)
    assert stored is not None
    shown = replace(quote(1, stored.text[:5], stored.card), start=0, end=5)
    centre = np.array([0.6, 0.8], dtype=np.float32)
    told_at = DUE - timedelta(days=7)
    story = Story("Polaris 2 is out", Label.UPDATE, shown.text, (shown,), (stored.card,), 2.0, told_at, centre)
    return DigestService(catalogue, OneStoryDigests(story), "m")


def claim(keeper: DigestService, at: datetime, settings: GuildSettings = WEEKLY) -> DueDigest:
    due = keeper.claim(GUILD, settings, at)
    assert due is not None
    return due


def test_a_digest_is_due_once_and_of_the_time_since_the_one_before(keeper: DigestService) -> None:
    due = claim(keeper, DUE)
    assert (due.due_at, due.sending_since, due.late) == (DUE, None, False)
    written = keeper.write(due, SCOPES, ("robots",))
    assert (written.since, written.until) == (DUE - timedelta(days=7), DUE)
    keeper.sent(due, DUE + MINUTE)
    assert keeper.claim(GUILD, WEEKLY, DUE + 2 * MINUTE) is None
    assert keeper.claim(GUILD, WEEKLY, DUE + timedelta(days=6)) is None
    assert claim(keeper, DUE + timedelta(days=7)).due_at == DUE + timedelta(days=7)


def test_two_processes_do_not_post_the_same_digest(keeper: DigestService) -> None:
    claim(keeper, DUE)
    assert keeper.claim(GUILD, WEEKLY, DUE + MINUTE) is None


def test_who_is_killed_at_it_is_followed_by_another_with_the_very_same_digest(
    keeper: DigestService, catalogue: Catalogue
) -> None:
    killed = claim(keeper, DUE)
    first = keeper.write(killed, SCOPES, ())
    after = DigestService(catalogue, keeper.digester, "m")
    again = claim(after, DUE + LEASE)
    assert (again.id, again.sending_since) == (killed.id, None)
    assert after.write(again, SCOPES, ()) == first
    assert isinstance(keeper.digester, OneStoryDigests)
    assert len(keeper.digester.orders) == 1


def test_whoever_follows_knows_that_it_was_handed_to_discord_and_when(keeper: DigestService) -> None:
    keeper.sending(claim(keeper, DUE), DUE + MINUTE)
    again = claim(keeper, DUE + LEASE)
    assert again.sending_since == DUE + MINUTE
    keeper.doubt(again, "unseen", DUE + LEASE)
    assert keeper.claim(GUILD, WEEKLY, DUE + 2 * LEASE) is None, "not a second time"
    assert keeper.undelivered(GUILD) == Undelivered(DUE, "unseen", Prospect.DOUBTFUL)


def test_who_was_held_up_until_another_took_the_digest_changes_nothing_about_it(keeper: DigestService) -> None:
    held_up = claim(keeper, DUE)
    after = claim(keeper, DUE + LEASE)
    assert not keeper.sending(held_up, DUE + LEASE)
    keeper.put_off(held_up, "no network", DUE + LEASE)
    keeper.give_up(held_up, "closed", DUE + LEASE)
    keeper.doubt(held_up, "unseen", DUE + LEASE)
    assert keeper.claim(GUILD, WEEKLY, DUE + LEASE + MINUTE) is None, "the other one is still at it"
    assert keeper.sending(after, DUE + LEASE + MINUTE)
    keeper.sent(after, DUE + LEASE + MINUTE)
    assert not keeper.sending(held_up, DUE + 2 * LEASE)
    assert keeper.undelivered(GUILD) is None


def test_a_bot_that_was_down_at_the_hour_posts_late_and_only_the_last_one(keeper: DigestService) -> None:
    due = claim(keeper, DUE + timedelta(days=20))
    assert (due.due_at, due.late) == (DUE + timedelta(days=14), True)
    assert not claim(keeper, DUE + timedelta(days=21, minutes=5)).late


def test_what_was_put_off_is_tried_again_at_once_and_status_says_why(keeper: DigestService) -> None:
    due = claim(keeper, DUE)
    keeper.put_off(due, "no network", DUE + MINUTE)
    assert keeper.undelivered(GUILD) == Undelivered(DUE, "no network", Prospect.WAITS)
    keeper.sent(claim(keeper, DUE + 2 * MINUTE), DUE + 2 * MINUTE)
    assert keeper.undelivered(GUILD) is None


def test_the_same_failure_is_news_once(keeper: DigestService) -> None:
    week = timedelta(days=7)
    assert keeper.give_up(claim(keeper, DUE), "closed", DUE)
    assert keeper.claim(GUILD, WEEKLY, DUE + timedelta(days=1)) is None
    assert not keeper.give_up(claim(keeper, DUE + week), "closed", DUE + week)
    assert keeper.give_up(claim(keeper, DUE + 2 * week), "gone", DUE + 2 * week)
    keeper.sent(claim(keeper, DUE + 3 * week), DUE + 3 * week)
    assert keeper.give_up(claim(keeper, DUE + 4 * week), "gone", DUE + 4 * week)


def test_a_guild_remembers_what_it_was_told_and_not_what_one_person_saw(
    keeper: DigestService, catalogue: Catalogue
) -> None:
    archive = DigestArchive(catalogue.database, "m")
    soon = datetime.now(UTC) + MINUTE
    shown = keeper.digester.digest(Order(DUE - MINUTE, DUE, SCOPES))
    keeper.keep(shown, str(GUILD), private=True)
    assert archive.reported(str(GUILD), soon) == []
    keeper.keep(shown, str(GUILD), private=False)
    (told,) = archive.reported(str(GUILD), soon)
    assert (told.title, told.until, told.articles) == ("Polaris 2 is out", DUE, frozenset({record().id}))
    assert told.centre is not None
    assert told.centre == pytest.approx([0.6, 0.8], abs=0.001)
    assert archive.reported(str(GUILD), soon - timedelta(days=1)) == []
    assert archive.reported("5", soon) == []
    (other_model,) = DigestArchive(catalogue.database, "n").reported(str(GUILD), soon)
    assert other_model.centre is None


def test_a_digest_comes_back_as_it_was_as_far_as_it_may_still_be_seen(
    keeper: DigestService, catalogue: Catalogue
) -> None:
    given = keeper.digester.digest(Order(DUE - MINUTE, DUE, SCOPES))
    number = keeper.keep(given, str(GUILD), private=False)
    found = keeper.find(number, SCOPES)
    assert found is not None
    assert found.stories == tuple(
        replace(story, centre=None, quotes=found.stories[0].quotes) for story in given.stories
    )
    assert [q.text for q in found.stories[0].quotes] == [q.text for q in given.stories[0].quotes]
    assert found.coverage == given.coverage
    hidden = keeper.find(number, ("5",))
    assert hidden is not None
    assert hidden.stories == ()
    keeper.forget_before(datetime.now(UTC) - KEPT)
    assert keeper.find(number, SCOPES) is not None
    keeper.forget_before(datetime.now(UTC) + MINUTE)
    assert keeper.find(number, SCOPES) is None


def test_of_processes_that_compete_for_a_digest_one_gets_it(new_catalogue_url: NewUrl) -> None:
    url, workers = new_catalogue_url(), 4
    Catalogue.open(url).close()
    start = Barrier(workers)

    def claimed(_: int) -> bool:
        with Catalogue.open(url) as catalogue:
            keeper = DigestService(catalogue, None, "m")  # type: ignore[arg-type]
            start.wait()
            return keeper.claim(GUILD, WEEKLY, DUE) is not None

    with ThreadPoolExecutor(workers) as pool:
        assert sorted(pool.map(claimed, range(workers))) == [False] * (workers - 1) + [True]
