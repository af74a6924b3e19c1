"""The whole program on PostgreSQL, as processes: the command line, and the Discord bot with its children."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.newsroom import Newsroom
from tests.servers.postgres import PostgresServer
from tests.terminal import Terminal

SAMPLES = Path(__file__).parents[1] / "ingest" / "data" / "samples"


@pytest.fixture
def url(postgresql: PostgresServer) -> Iterator[str]:
    made = postgresql.empty()
    yield made
    postgresql.drop(made)


def test_articles_are_read_asked_and_summed_up_in_a_terminal(url: str, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, tmp_path / "data")
    terminal.run("ingest", "add", SAMPLES, DATABASE_URL=url)
    terminal.run("ingest", "run", "--once", DATABASE_URL=url)
    status = terminal.run("ingest", "status", "--json", DATABASE_URL=url).json
    assert (status["sources"], status["backlog"]) == (1, 0)
    assert status["articles"] == len(list(SAMPLES.glob("*.md")))
    answer = terminal.run("bot", "ask", "--json", "What is Trainium3?", DATABASE_URL=url).json
    assert any("Trainium3" in quote["text"] for quote in answer["quotes"])
    digest = terminal.run("bot", "digest", "--json", "--days", "366", "--at", "2026-03-01", DATABASE_URL=url).json
    assert digest["stories"]
    assert not (tmp_path / "data" / "catalogue.db").exists()


def test_the_bot_reads_answers_and_tells_the_news(url: str, tmp_path: Path) -> None:
    with Newsroom.open(tmp_path, DATABASE_URL=url) as room:
        added = room.server.slash(room.guild, room.channel, room.admin, "source add", {"address": room.feed})
        room.process.wait_for(lambda: added.done, room.server)
        room.wait_until_read()
        assert "Meridian Capital" in room.ask("Who led the round of Harbor AI?").content
        told = room.server.slash(room.guild, room.channel, room.ann, "digest")
        room.process.wait_for(lambda: told.done, room.server)
        assert "Polaris 2" in told.content
        room.restart()
        assert "Meridian Capital" in room.ask("Who led the round of Harbor AI?").content
        assert room.process.stop() == 0, room.process.log
        assert "Traceback" not in room.process.log
        assert room.server.violations() == []
