"""What a guild's own sources may take, and that the operator's are bounded by nothing; docs/security.md, S4."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.quotas import Limits, Usage
from ingest.catalogue.read_batches import OVER_LIMIT, Entry, ReadBatch
from ingest.models import SHARED_SCOPE
from ingest.sources.models import EntryNote, Source
from tests.ingest.examples import NOW, add_source, record

GUILD = "42"
FEW = Limits(sources=2, articles_a_day=3, characters=0)


def read(catalogue: Catalogue, source: Source, names: range, *, limits: Limits = FEW, days: int = 0) -> list[str]:
    """Store articles of these numbers; the outcome of each."""
    now = NOW + timedelta(days=days)
    records = {f"{source.id}:{n}": record(f"{source.id}:{n}", f"Text {n}.", fetched_at=now) for n in names}
    entries = [Entry(EntryNote(key, None, "", ""), stored) for key, stored in records.items()]
    (noted,) = catalogue.read_batches.keep([ReadBatch(source, entries)], now, limits)
    return [item.outcome for item in noted]


def test_new_articles_beyond_a_days_share_are_noted_and_not_stored(catalogue: Catalogue) -> None:
    source = add_source(catalogue, scope=GUILD)
    assert read(catalogue, source, range(5)) == ["new"] * 3 + [OVER_LIMIT] * 2
    assert catalogue.articles.count() == 3


def test_an_article_that_was_left_out_is_tried_again_and_stored_the_next_day(catalogue: Catalogue) -> None:
    source = add_source(catalogue, scope=GUILD)
    read(catalogue, source, range(5))
    assert [event.item.again for event in catalogue.sources.history([f"{source.id}:4"])] == [True]
    assert read(catalogue, source, range(3, 5), days=2) == ["new", "new"]


def test_articles_that_are_known_are_read_whatever_was_stored_today(catalogue: Catalogue) -> None:
    source = add_source(catalogue, scope=GUILD)
    read(catalogue, source, range(3))
    assert read(catalogue, source, range(4)) == ["same"] * 3 + [OVER_LIMIT]


def test_all_sources_of_a_guild_share_what_it_may_store(catalogue: Catalogue) -> None:
    one, two = (add_source(catalogue, f"https://{name}.example/", scope=GUILD) for name in "ab")
    assert read(catalogue, one, range(2)) == ["new", "new"]
    assert read(catalogue, two, range(2)) == ["new", OVER_LIMIT]


def test_text_beyond_what_a_guild_may_store_is_left_out(catalogue: Catalogue) -> None:
    source = add_source(catalogue, scope=GUILD)
    assert read(catalogue, source, range(3), limits=Limits(characters=15)) == ["new", "new", OVER_LIMIT]
    assert catalogue.quotas.usage(GUILD, NOW) == Usage(1, 2, 14)


@pytest.mark.parametrize("also", [SHARED_SCOPE, "7"])
def test_a_source_is_read_while_anybody_has_room_for_it_and_the_operator_always_has(
    catalogue: Catalogue, also: str
) -> None:
    own, common = add_source(catalogue, "https://a.example/", scope=GUILD), add_source(catalogue, scope=GUILD)
    add_source(catalogue, scope=also)
    read(catalogue, own, range(3))
    assert read(catalogue, common, range(3)) == ["new"] * 3


def test_sources_that_the_operator_reads_too_count_for_no_guild(catalogue: Catalogue) -> None:
    source = add_source(catalogue, scope=GUILD)
    add_source(catalogue)
    read(catalogue, source, range(3))
    assert catalogue.quotas.usage(GUILD, NOW) == Usage(0, 0, 0)
