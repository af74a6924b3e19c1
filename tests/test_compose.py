"""`compose.yaml`: one container by default, a fleet as a profile; each guarded, looked after, and started again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from bot.settings import BotSettings
from ingest.errors import SettingsError
from tests.newsroom import ROOT

COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
FLEET = sorted(name for name, service in SERVICES.items() if "fleet" in service.get("profiles", []))
VARIABLE = re.compile(r"\$\{(\w+)")


def advised() -> dict[str, str]:
    """The lines for `.env` that the comment at the top gives."""
    return dict(re.findall(r"(?m)^# {3}([A-Z_]+)=(\S+)$", (ROOT / "compose.yaml").read_text("utf-8")))


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch, shared: Mapping[str, str]) -> BotSettings:
    """What a container is told: `.env`, then its own environment."""
    for variable, value in {**shared, **SERVICES[name].get("environment", {})}.items():
        monkeypatch.setenv(variable, value)
    return BotSettings.load()


def test_by_default_there_is_one_container_and_its_data_outlives_it() -> None:
    assert [name for name, service in SERVICES.items() if not service.get("profiles")] == ["bot"]
    assert SERVICES["bot"]["volumes"] == ["data:/data"]


def test_the_fleet_is_two_servers_two_workers_and_with_the_bot_two_shards() -> None:
    assert FLEET == ["bot-1", "chroma", "postgres", "worker"]
    assert SERVICES["worker"]["deploy"]["replicas"] == 2
    assert {SERVICES[name]["volumes"][0].partition(":")[0] for name in ("postgres", "chroma")} <= set(
        COMPOSE["volumes"]
    )


@pytest.mark.parametrize("name", list(SERVICES))
def test_every_container_is_guarded_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert any(str(place).startswith("/tmp") for place in service["tmpfs"])
    has_one = "healthcheck" in service or "HEALTHCHECK" in (ROOT / "Dockerfile").read_text("utf-8")
    assert has_one if service.get("image") == "verbatim" else "healthcheck" in service
    assert "ports" not in service, "nothing is reachable from outside"


def test_what_needs_the_servers_waits_until_they_are_well() -> None:
    for name in ("bot-1", "worker"):
        needed = {of: how["condition"] for of, how in SERVICES[name]["depends_on"].items()}
        assert needed == {"postgres": "service_healthy", "chroma": "service_healthy"}


def test_the_lines_for_env_make_two_bots_that_share_the_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = advised()
    one, other = (settings_of(name, monkeypatch, shared) for name in ("bot", "bot-1"))
    assert sorted(one.shard_ids + other.shard_ids) == list(range(one.shard_count))
    assert (one.database_url, one.chroma_url) == (other.database_url, other.chroma_url)
    for each in (one, other):
        each.require_shared_index()
    postgres = SERVICES["postgres"]["environment"]
    user = f"{postgres['POSTGRES_USER']}:{shared['POSTGRES_PASSWORD']}"
    assert one.database_url == f"postgresql://{user}@postgres/{postgres['POSTGRES_DB']}"


def test_without_these_lines_the_second_bot_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="SHARD_COUNT"):
        settings_of("bot-1", monkeypatch, {})


def test_the_chroma_server_is_of_the_version_that_the_bot_speaks_to() -> None:
    (locked,) = re.findall(r"(?m)^chromadb==(\S+)$", (ROOT / "requirements.lock").read_text("utf-8"))
    assert SERVICES["chroma"]["image"] == f"chromadb/chroma:{locked}"


def test_only_variables_that_the_comment_names_are_filled_in() -> None:
    assert set(VARIABLE.findall(yaml.safe_dump(dict(SERVICES)))) <= set(advised())
