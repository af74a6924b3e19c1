"""Guilds as several processes know them: each reads what the others have changed."""

from __future__ import annotations

from datetime import timedelta

from bot.services.answers import AnswerService
from bot.services.claims import ClaimService
from bot.services.digests import DigestService
from bot.services.guilds import GuildService, GuildSettings
from bot.services.retention import RetentionService
from bot.services.usage import UsageService
from ingest.catalogue import Catalogue
from tests.ingest.examples import NOW

GUILD = "123456789012345678"


def test_settings_that_another_process_changed_are_known_after_a_refresh(catalogue: Catalogue) -> None:
    here, there = (GuildService(catalogue.database) for _ in range(2))
    for n, language in enumerate(("de", "fr", "")):
        here.change(int(GUILD), GuildSettings(language=language))
        there.change(n, GuildSettings(language=language))
        here.refresh()
        there.refresh()
        assert there.settings(int(GUILD)) == GuildSettings(language=language)
        assert here.settings(n) == GuildSettings(language=language)
    assert there.scopes(5) == ("5", "shared")


def test_a_guild_that_comes_back_after_another_process_deleted_its_data_begins_anew(catalogue: Catalogue) -> None:
    here, there = (GuildService(catalogue.database) for _ in range(2))
    services = [
        RetentionService(
            catalogue.database,
            guilds,
            AnswerService(catalogue),
            UsageService(catalogue.database),
            DigestService(catalogue, None, "m"),  # type: ignore[arg-type]
        )
        for guilds in (here, there)
    ]
    here.change(int(GUILD), GuildSettings(language="de"))
    services[0].mark_left(int(GUILD), NOW)
    assert services[1].forget_left_before(NOW + timedelta(seconds=1)) == [GUILD]
    services[0].joined(int(GUILD))
    assert here.settings(int(GUILD)) == GuildSettings()


def test_what_is_to_be_done_once_one_process_at_a_time_is_at(catalogue: Catalogue) -> None:
    here, there = (ClaimService(catalogue.leases) for _ in range(2))
    claim = here.take("commands")
    assert claim is not None
    assert there.take("commands") is None
    assert here.take("commands") is None, "not twice in one process either"
    assert there.take("alarms of 7") is not None
    here.give_back(claim)
    assert there.take("commands") is not None
