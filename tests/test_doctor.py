"""The doctor says of each part whether it is well, and of what is not what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import ROOT
from tests.servers.discord import DiscordServer
from tests.servers.openai import OpenAIServer, Reply, always


def doctor(*arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def checks(output: str) -> dict[str, dict[str, Any]]:
    """The findings of `--json` by what was checked."""
    return {finding["check"]: finding for finding in json.loads(output)["checks"]}


def test_everything_is_looked_at_and_a_new_bot_is_told_what_is_left_to_do(tmp_path: Path) -> None:
    with DiscordServer() as server, OpenAIServer(always(Reply("yes"))) as model:
        settings = {"DATA_DIR": str(tmp_path), "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
        settings |= {"OPENAI_MODEL": "m", "OPENAI_BASE_URL": model.base_url, "OPENAI_API_KEY": model.api_key}
        code, output = doctor("--json", **settings)
    found = checks(output)
    assert code == 0
    assert {check for check, finding in found.items() if finding["state"] == "ok"} >= {
        "data folder",
        "database",
        "index",
        "language model",
        "clock",
        "Discord",
        "intents",
    }
    assert "ingest add URL" in found["sources"]["hint"]
    assert found["servers"]["state"] == "warning"
    assert found["commands"]["state"] == "warning"


@pytest.mark.parametrize(
    ("wrong", "check", "words"),
    [
        ({"DISCORD_TOKEN": "wrong"}, "Discord", "DISCORD_TOKEN: Discord refused it"),
        ({"DISCORD_TOKEN": ""}, "Discord", "DISCORD_TOKEN: it is not set"),
        ({"DISCORD_API_URL": "http://127.0.0.1:9/api"}, "Discord", "cannot stay connected"),
        ({"DISCORD_MESSAGE_CONTENT": "true"}, "intents", "may not read message content"),
        ({"OPENAI_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}, "language model", "no connection"),
        ({"DATABASE_URL": "mysql://nowhere/x"}, "database", "DATABASE_URL"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(tmp_path: Path, wrong: dict[str, str], check: str, words: str) -> None:
    with DiscordServer() as server:
        settings = {"DATA_DIR": str(tmp_path), "DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.api_url}
        code, output = doctor("--json", **settings | {"OPENAI_TIMEOUT_S": "2"} | wrong)
    finding = checks(output)[check]
    assert (code, finding["state"]) == (1, "wrong")
    assert words in finding["what"]
    assert finding["hint"]
    assert server.token not in output


def test_as_text_each_finding_is_a_line_with_its_hint_below(tmp_path: Path) -> None:
    code, output = doctor(DATA_DIR=str(tmp_path))
    assert code == 1
    assert f"ok       data folder: {tmp_path}" in output
    assert "wrong    Discord: cannot log in to Discord: DISCORD_TOKEN: it is not set\n         Copy the token" in output
