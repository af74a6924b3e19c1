"""`python -m bot webhooks` as operators run it, killed between sending a message and writing down that it was sent."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import update

from bot.services.schema import webhook_posts, webhooks
from bot.services.webhook_rows import HookKind, HookOptions, HookOrder
from bot.services.webhooks import WebhookService
from ingest.clock import utc_now
from ingest.wiring import open_catalogue
from tests.newsroom import Newsroom
from tests.program import WrittenCorpus, written_corpus
from tests.servers.web import Reply, Request, Response, WebServer

PATIENCE_S = 100
PATH = "/hooks/secret-token"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> WrittenCorpus:
    return written_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def command(corpus: WrittenCorpus, web: WebServer, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "webhooks", *words],
        env=corpus.environment | {"INGEST_ALLOW_HOSTS": web.host},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def done(corpus: WrittenCorpus, web: WebServer, *words: str, said: str = "", code: int = 0) -> str:
    """What a command says, which is never an address."""
    process = command(corpus, web, *words)
    out, err = process.communicate(said, timeout=PATIENCE_S)
    assert process.returncode == code, err
    assert "secret-token" not in out + err
    return out + err


def test_who_is_killed_after_sending_is_followed_by_the_same_message_and_not_by_a_second(
    corpus: WrittenCorpus, web: WebServer
) -> None:
    added = done(corpus, web, "add", "-", "--digest", "daily", said=web.url(PATH) + "\n")
    assert "secret: whsec_" in added
    long_ago(corpus)
    got, hold = Event(), Event()

    def receive_and_wait(_: Request) -> Response:
        got.set()
        hold.wait(PATIENCE_S)
        return Reply(204)

    web.on(PATH, receive_and_wait)
    killed = command(corpus, web, "send")
    assert got.wait(PATIENCE_S)
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=PATIENCE_S)
    hold.set()
    web.on(PATH, Reply(204))
    assert "sent: 0" in done(corpus, web, "send"), "its lease has not run out"
    leases_run_out(corpus)
    assert "sent: 1" in done(corpus, web, "send")
    assert "sent: 0" in done(corpus, web, "send")
    first, again = web.requests
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body
    listed = json.loads(done(corpus, web, "list", "--json"))["webhooks"]
    assert [(hook["host"], hook["kind"], hook["state"]) for hook in listed] == [("127.0.0.1", "json", "active")]
    assert "answered HTTP 204" in done(corpus, web, "test", str(listed[0]["id"]))
    done(corpus, web, "remove", str(listed[0]["id"]))
    assert "there is none" in done(corpus, web, "test", "1", code=1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("http://example.org/x",), "it is not https"),
        (("https://example.org/x", "--digest", "off"), "nothing would be sent"),
        (("https://example.org/x", "--zone", "Mars"), "no time zone"),
        (("https://example.org/x", "--secret", "abc"), "--secret"),
        (("https://example.org/x", "--watches"), "people's own"),
    ],
)
def test_what_cannot_work_is_refused_at_once(
    corpus: WrittenCorpus, web: WebServer, words: tuple[str, ...], why: str
) -> None:
    assert why in done(corpus, web, "add", *words, code=2)


def test_a_private_address_gets_nothing(corpus: WrittenCorpus, web: WebServer) -> None:
    added = done(corpus, web, "add", "https://169.254.169.254/secret-token")
    number = added.partition("webhook ")[2].partition(" ")[0]
    assert "not on the public web" in done(corpus, web, "test", number, code=1)
    done(corpus, web, "remove", number)


def long_ago(corpus: WrittenCorpus) -> None:
    """As if the webhooks had been added some days ago."""
    with open_catalogue(corpus.settings) as catalogue, catalogue.database.write() as db:
        db.execute(update(webhooks).values(created_at=utc_now() - timedelta(days=3)))


def leases_run_out(corpus: WrittenCorpus) -> None:
    with open_catalogue(corpus.settings) as catalogue, catalogue.database.write() as db:
        db.execute(update(webhook_posts).values(leased_until=utc_now() - timedelta(minutes=1)))


def test_a_running_bot_posts_a_servers_digest_by_itself_and_once(tmp_path: Path) -> None:
    with Newsroom.open(tmp_path) as room:
        room.add(room.feed)
        room.wait_until_read()
        room.web.on(PATH, Reply(200))
        with room.catalogue() as catalogue:
            hooks = WebhookService(catalogue.database, lambda: utc_now() - timedelta(days=3))
            now = utc_now()
            weekly = HookOptions("weekly", weekday=now.weekday(), hour=now.hour)
            hooks.add(HookOrder(str(room.guild.id), HookKind.DISCORD, room.web.url(PATH), options=weekly))
        room.process.wait_for(lambda: posted(room), room.server)
        (request,) = posted(room)
        message = json.loads(request.body)
        assert "Nordlicht Labs" in json.dumps(message)
        assert (message["allowed_mentions"], request.query) == ({"parse": []}, "wait=true")
        room.restart()
        room.process.stop()
        assert len(posted(room)) == 1
        assert "secret-token" not in room.process.log


def posted(room: Newsroom) -> list[Request]:
    return [request for request in room.web.requests if request.path == PATH]
