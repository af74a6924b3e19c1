"""What the bot keeps: ids and offsets, for a time; and all of a guild that was left goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering.models import Answer, Quote
from bot.digest.models import Digest, Order
from bot.services import schema as bot_schema
from bot.services.answers import KEPT, AnswerService
from bot.services.digests import DigestService
from bot.services.guilds import AlarmService, GuildService, GuildSettings
from bot.services.records import QuoteRef, Verdict
from bot.services.retention import BELONGINGS, GRACE, RetentionService
from bot.services.usage import UsageService
from ingest.catalogue import Catalogue, schema
from ingest.catalogue.retention import KEPT_REPLACED, KEPT_UNSEEN
from ingest.clock import utc_now
from ingest.errors import FailureKind, FetchError
from ingest.sources.models import Source
from tests.bot.examples import answer
from tests.ingest.examples import FEED, NOW, add_source, record

GUILD = "123456789012345678"


@pytest.fixture
def keeper(catalogue: Catalogue) -> AnswerService:
    return AnswerService(catalogue)


def quoting(catalogue: Catalogue, *spans: tuple[int, int], shown: int) -> Answer:
    """An answer in the guild that quotes an article of its source; the spans beyond `shown` are for later."""
    source = add_source(catalogue, scope=GUILD)
    catalogue.articles.store(record(), source.id)
    stored = catalogue.articles.show(record().id)
    assert stored is not None
    quotes = [
        Quote(n, stored.text[start:end], start, end, stored.card, None) for n, (start, end) in enumerate(spans, 1)
    ]
    question = replace(answer().question, scopes=(GUILD, "shared"))
    return replace(answer(*quotes[:shown]), question=question, more=tuple(quotes[shown:]))


def test_quotes_are_cut_anew_out_of_the_version_they_were_taken_from(
    keeper: AnswerService, catalogue: Catalogue
) -> None:
    given = quoting(catalogue, (0, 5), (6, 9), shown=1)
    number = keeper.keep(given, "7")
    catalogue.articles.store(record(text="All other words."), add_source(catalogue, scope=GUILD).id)
    delivery = keeper.find(number)
    assert delivery is not None
    assert (delivery.scope, delivery.asker_id, delivery.shown) == (GUILD, "7", 1)
    found = keeper.quotes(delivery, (GUILD, "shared"))
    assert [q.text for q in found] == [q.text for q in (*given.quotes, *given.more)]
    assert [(q.n, q.article.version) for q in found] == [(1, 1), (2, 1)]


def test_what_the_guild_does_not_read_any_more_is_not_shown_again(keeper: AnswerService, catalogue: Catalogue) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    catalogue.sources.unsubscribe(catalogue.sources.all()[0], GUILD)
    delivery = keeper.find(number)
    assert delivery is not None
    assert keeper.quotes(delivery, (GUILD, "shared")) == []


def test_what_was_deleted_with_its_source_is_not_shown_again(keeper: AnswerService, catalogue: Catalogue) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    catalogue.sources.unsubscribe(catalogue.sources.all()[0], None)
    for now in (NOW, NOW + KEPT_UNSEEN):
        catalogue.retention.delete_expired(lambda now=now: now)  # type: ignore[misc]
    assert catalogue.articles.count() == 0
    delivery = keeper.find(number)
    assert delivery is not None
    assert keeper.quotes(delivery, (GUILD, "shared")) == []


def test_a_forgotten_article_is_not_shown_again(keeper: AnswerService, catalogue: Catalogue) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    catalogue.articles.forget(record().id, NOW)
    delivery = keeper.find(number)
    assert delivery is not None
    assert keeper.quotes(delivery, (GUILD, "shared")) == []


def test_no_word_of_a_question_is_written_to_the_disk(
    keeper: AnswerService, catalogue: Catalogue, tmp_path: Path
) -> None:
    given = quoting(catalogue, (0, 5), shown=1)
    secret = replace(given, question=replace(given.question, text="xylophone secrets"))
    keeper.sent(keeper.keep(secret, "7"), [1, 2])
    catalogue.close()
    assert all(b"xylophone" not in path.read_bytes() for path in tmp_path.iterdir())


def test_answers_are_forgotten_after_ninety_days_and_their_ids_never_used_again(
    keeper: AnswerService, catalogue: Catalogue
) -> None:
    given = quoting(catalogue, (0, 5), shown=1)
    number = keeper.keep(given, "7")
    assert keeper.forget_old(utc_now()) == 0
    assert keeper.forget_old(utc_now() + KEPT + timedelta(minutes=1)) == 1
    assert keeper.find(number) is None
    assert keeper.keep(given, "7") != number


def test_answers_and_guilds_expire_by_the_clock_that_the_services_are_given(catalogue: Catalogue) -> None:
    now = [NOW]
    keeper, guilds = AnswerService(catalogue, lambda: now[0]), GuildService(catalogue.database)
    digests = DigestService(catalogue, NoDigests(), "m", lambda: now[0])
    usage = UsageService(catalogue.database)
    retention = RetentionService(catalogue.database, guilds, keeper, usage, digests, lambda: now[0])
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    guilds.change(int(GUILD), GuildSettings(language="de"))
    retention.left(int(GUILD))
    kept = []
    for age in (GRACE, GRACE + timedelta(seconds=1)):
        now[0] = NOW + age
        retention.tidy()
        kept.append((keeper.find(number) is not None, guilds.settings(int(GUILD)).language))
    assert kept == [(True, "de"), (False, "")]


def test_a_quote_of_an_article_of_tomorrow_is_shown_tomorrow(catalogue: Catalogue) -> None:
    now = [NOW + timedelta(days=1)]
    keeper = AnswerService(catalogue, lambda: now[0])
    delivery = keeper.find(keeper.keep(quoting(catalogue, (0, 5), shown=1), "7"))
    assert delivery is not None
    assert len(keeper.quotes(delivery, (GUILD,))) == 1
    now[0] = NOW - timedelta(seconds=1)
    assert keeper.quotes(delivery, (GUILD,)) == []


def test_a_report_keeps_what_its_sender_agreed_to(keeper: AnswerService, catalogue: Catalogue) -> None:
    delivery = keeper.find(keeper.keep(quoting(catalogue, (0, 5), (6, 9), shown=1), "7"))
    assert delivery is not None
    keeper.report(delivery, Verdict.WRONG, "Who?", "Nobody [1]", "It was Ann.")
    (report,) = keeper.all_reports()
    assert (report.kind, report.scope, report.question) == (Verdict.WRONG, GUILD, "Who?")
    assert (report.answer, report.comment) == ("Nobody [1]", "It was Ann.")
    assert report.quotes == (QuoteRef(record().id, 1, 0, 5),)


def replaced_version_stays(catalogue: Catalogue) -> bool:
    """Whether the first version of the quoted article outlives its replacement by a second one."""
    source, later = add_source(catalogue, scope=GUILD), NOW + timedelta(days=1)
    catalogue.articles.store(record(text="All other words.", fetched_at=later), source.id)
    catalogue.retention.delete_expired(lambda: later + KEPT_REPLACED)
    return catalogue.articles.show(record().id, 1) is not None


def test_a_quoted_version_stays_while_its_answer_or_its_report_does(
    keeper: AnswerService, catalogue: Catalogue
) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), (6, 9), shown=1), "7")
    delivery = keeper.find(number)
    assert delivery is not None
    keeper.report(delivery, Verdict.WRONG)
    keeper.forget_old(utc_now() + KEPT + timedelta(minutes=1))
    assert replaced_version_stays(catalogue), "the report quotes it"


@pytest.mark.parametrize("end", ["forgotten", "old", "guild left"])
def test_a_quoted_version_goes_when_nothing_quotes_it_any_more(
    keeper: AnswerService, retention: RetentionService, catalogue: Catalogue, end: str
) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    assert replaced_version_stays(catalogue)
    if end == "forgotten":
        keeper.forget(number)
    elif end == "old":
        keeper.forget_old(utc_now() + KEPT + timedelta(minutes=1))
    else:
        delivery = keeper.find(number)
        assert delivery is not None
        keeper.report(delivery, Verdict.RIGHT)
        retention.mark_left(int(GUILD), NOW)
        retention.forget_left_before(NOW + timedelta(seconds=1))
    assert not replaced_version_stays(catalogue)


@pytest.fixture
def guilds(catalogue: Catalogue) -> GuildService:
    return GuildService(catalogue.database)


@pytest.fixture
def retention(keeper: AnswerService, guilds: GuildService, catalogue: Catalogue) -> RetentionService:
    digests = DigestService(catalogue, NoDigests(), "m")
    return RetentionService(catalogue.database, guilds, keeper, UsageService(catalogue.database), digests)


class NoDigests:
    """Nothing here is about writing digests."""

    def digest(self, order: Order) -> Digest:
        raise AssertionError(order)


def test_what_belongs_to_a_guild_goes_thirty_days_after_it_was_left(
    keeper: AnswerService, guilds: GuildService, retention: RetentionService, catalogue: Catalogue
) -> None:
    number = keeper.keep(quoting(catalogue, (0, 5), shown=1), "7")
    guilds.change(int(GUILD), GuildSettings(language="de"))
    assert retention.known_guilds() == {GUILD}
    retention.mark_left(int(GUILD), NOW)
    retention.mark_left(int(GUILD), NOW + timedelta(days=9))
    assert retention.known_guilds() == set()
    assert retention.forget_left_before(NOW) == []
    assert retention.forget_left_before(NOW + timedelta(seconds=1)) == [GUILD]
    assert keeper.find(number) is None
    assert catalogue.sources.all([GUILD]) == []
    assert guilds.settings(int(GUILD)) == GuildService(catalogue.database).settings(int(GUILD)) == GuildSettings()


def test_no_table_with_rows_of_a_guild_is_forgotten_when_it_goes() -> None:
    tables = (*schema.metadata.sorted_tables, *bot_schema.metadata.sorted_tables)
    assert {table for table in tables if "scope" in table.columns} | {bot_schema.guilds} == {
        column.table for column in BELONGINGS
    }


def test_a_guild_hears_each_alarm_of_its_own_sources_once(keeper: AnswerService, catalogue: Catalogue) -> None:
    mine, others = add_source(catalogue, scope=GUILD), add_source(catalogue, f"{FEED}?others")
    alarms = AlarmService(catalogue)

    def end(source: Source) -> None:
        error = FetchError(FailureKind.GONE, "cannot read", source.address, "it was removed for good")
        catalogue.sources.record_failure(source, error, NOW, NOW)

    end(others)
    assert alarms.waiting(int(GUILD)) == []
    end(mine)
    (waiting,) = alarms.waiting(int(GUILD))
    assert waiting.address == FEED
    alarms.mark_posted(int(GUILD), waiting.id)
    assert AlarmService(catalogue).waiting(int(GUILD)) == []
    alarms.mark_posted(int(GUILD), 0)
    alarms.listen(int(GUILD))
    assert alarms.waiting(int(GUILD)) == [], "who begins to listen begins with what comes"


def test_a_guild_that_comes_back_in_time_keeps_everything(
    guilds: GuildService, retention: RetentionService, catalogue: Catalogue
) -> None:
    guilds.change(int(GUILD), GuildSettings(language="de"))
    retention.mark_left(int(GUILD), NOW)
    assert GuildService(catalogue.database).settings(int(GUILD)) == GuildSettings(), "it is not there"
    retention.joined(int(GUILD))
    assert retention.forget_left_before(NOW + timedelta(days=99)) == []
    assert GuildService(catalogue.database).settings(int(GUILD)) == GuildSettings(language="de")


def test_the_settings_of_a_guild_outlive_the_process_and_go_with_its_data(
    guilds: GuildService, retention: RetentionService, catalogue: Catalogue
) -> None:
    guilds.change(int(GUILD), GuildSettings(answer_channels=(7, 8), shared=False))
    for settings in (guilds, GuildService(catalogue.database)):
        assert settings.settings(int(GUILD)) == GuildSettings(answer_channels=(7, 8), shared=False)
        assert settings.settings(None) == settings.settings(5) == GuildSettings()
        assert settings.scopes(int(GUILD)) == (GUILD,)
        assert settings.scopes(5) == ("5", "shared")
    retention.here({5}, lambda guild_id: False)
    assert retention.known_guilds() == {GUILD}, "another process's shard knows whether it is there"
    retention.here({5}, lambda guild_id: True)
    retention.tidy()
    assert guilds.scopes(int(GUILD)) == (GUILD,)
    assert retention.known_guilds() == set()
    retention.here({5, int(GUILD)}, lambda guild_id: False)
    assert retention.known_guilds() == set(), "another process's shard knows whether it is back"
    retention.here({5, int(GUILD)}, lambda guild_id: True)
    assert retention.known_guilds() == {GUILD}, "it came back while nothing could be stored"
    retention.joined(int(GUILD))
    retention.mark_left(int(GUILD), utc_now() - GRACE - timedelta(minutes=1))
    retention.tidy()
    assert guilds.settings(int(GUILD)) == GuildSettings()
    assert GuildService(catalogue.database).settings(int(GUILD)) == GuildSettings()


def test_when_a_person_asked_last_is_known_for_each_scope(catalogue: Catalogue) -> None:
    now = [datetime(2026, 6, 1, tzinfo=UTC)]
    service = AnswerService(catalogue, lambda: now[0])
    service.keep(quoting(catalogue, (0, 5), shown=1), "7")
    now[0] += timedelta(days=2)
    service.keep(quoting(catalogue, (0, 5), shown=1), "8")
    assert service.last_asked(GUILD, "7") == datetime(2026, 6, 1, tzinfo=UTC)
    assert service.last_asked(GUILD, "9") is None
    assert service.last_asked("shared", "7") is None


def test_what_is_stored_about_a_person_can_be_counted_and_deleted(catalogue: Catalogue) -> None:
    service = AnswerService(catalogue)
    mine, other = (service.keep(quoting(catalogue, (0, 5), shown=1), person) for person in ("7", "8"))
    assert service.of_person("7")[0] == 1
    assert service.forget_person("7") == 1
    assert service.of_person("7") == (0, None)
    assert service.find(mine) is None
    assert service.find(other) is not None
