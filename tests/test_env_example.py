"""`.env.example` and the settings classes say the same."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import BotSettings
from ingest.errors import SettingsError

EXAMPLE = Path(__file__).parents[1] / ".env.example"
FIELDS = BotSettings.model_fields
UNITS = ("shards", "seconds", "bytes", "tokens", "sources", "articles", "characters", "days", "questions", "requests")


def block_of(name: str, field: FieldInfo) -> str:
    """The lines that `.env.example` must have for a setting."""
    return f"# {field.description}\n#{name.upper()}={written(field.default)}\n"


def written(default: object) -> str:
    """A default as one writes it into `.env`; empty where the default is worked out or there is none."""
    if isinstance(default, SecretStr):
        return default.get_secret_value()
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if "Undefined" in repr(default) else str(default)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment without any setting."""
    for variable in [v for v in os.environ if v.lower() in FIELDS]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FIELDS)
def test_every_setting_is_listed_with_its_description_and_default(name: str) -> None:
    assert block_of(name, FIELDS[name]) in EXAMPLE.read_text("utf-8")


def test_nothing_else_is_listed() -> None:
    assert sorted(re.findall(r"(?m)^#?([A-Z0-9_]+)=", EXAMPLE.read_text("utf-8"))) == sorted(map(str.upper, FIELDS))


def test_the_values_are_the_defaults_when_they_are_switched_on(folder: Path) -> None:
    without = BotSettings.load()
    switched_on = re.sub(r"(?m)^#(?=[A-Z0-9_]+=)", "", EXAMPLE.read_text("utf-8"))
    (folder / ".env").write_text(switched_on, "utf-8")
    assert BotSettings.load() == without


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if f.annotation in (int, float)])
def test_a_number_names_its_unit(name: str) -> None:
    assert re.search(rf"\b({'|'.join(UNITS)})\b", (FIELDS[name].description or "").lower())


@pytest.mark.usefixtures("folder")
def test_a_list_is_read_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGEST_ALLOW_HOSTS", "127.0.0.1, localhost:8080,10.0.0.0/8")
    assert BotSettings.load().ingest_allow_hosts == ("127.0.0.1", "localhost:8080", "10.0.0.0/8")


@pytest.mark.usefixtures("folder")
def test_a_language_model_without_a_server_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "some-model")
    with pytest.raises(SettingsError, match="OPENAI_MODEL"):
        BotSettings.load()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8000/v1/")
    assert BotSettings.load().openai_base_url == "http://localhost:8000/v1"
