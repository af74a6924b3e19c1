"""Each message reaches its webhook once, whoever is killed when, and whatever the receiver answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.services.schema import guilds
from bot.services.webhook_posts import LEASE
from bot.services.webhook_rows import HookKind, HookOptions, HookState
from bot.services.webhooks import KEPT
from bot.webhooks.verdicts import PAUSES
from ingest.catalogue import Catalogue
from ingest.errors import SettingsError
from ingest.fetch import Poster
from tests.bot.webhooks.desk import ADDED, DUE, GUILD, WEEKLY, HookDesk, hook_desk
from tests.servers.web import Raw, Reply, Request, redirect

OK = Reply(204)
WEEK = timedelta(days=7)
UNTIL_DUE = DUE - ADDED
NO_REPEATS = (HookKind.DISCORD, HookKind.SLACK)


@pytest.fixture
def desk(on_both_engines: Catalogue) -> Iterator[HookDesk]:
    with hook_desk(on_both_engines) as opened:
        yield opened


def ids(requests: list[Request]) -> list[str]:
    return [request.headers["webhook-id"] for request in requests]


def test_a_digest_is_posted_when_it_is_due_and_not_again(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    desk.add()
    assert desk.round() == []
    assert desk.round(UNTIL_DUE - timedelta(minutes=1)) == []
    (request,) = desk.round(timedelta(minutes=1))
    payload = json.loads(request.body)
    assert (payload["type"], payload["timestamp"]) == ("digest.published", "2026-06-22T09:00:00Z")
    digest = payload["data"]
    assert (digest["since"], digest["until"]) == ("2026-06-15T09:00:00Z", "2026-06-22T09:00:00Z")
    assert [story["title"] for story in digest["stories"]] == ["Polaris 2 is out"]
    assert desk.round(WEEK - timedelta(minutes=1)) == []
    assert len(desk.round(timedelta(minutes=1))) == 1


def test_json_is_signed_with_its_id_and_time_as_standard_webhooks_has_it(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    hook = desk.add()
    (request,) = desk.round(UNTIL_DUE)
    sent = request.headers
    assert int(sent["webhook-timestamp"]) == int(DUE.timestamp())
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signed = b".".join((sent["webhook-id"].encode(), sent["webhook-timestamp"].encode(), request.body))
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert sent["webhook-signature"] == f"v1,{signature}"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_a_passing_refusal_is_tried_again_later_with_the_same_id(desk: HookDesk, status: int) -> None:
    desk.web.on("/hook", Reply(status))
    desk.add()
    first = desk.round(UNTIL_DUE)
    assert desk.round(PAUSES[0] - timedelta(seconds=1)) == []
    desk.web.on("/hook", OK)
    again = desk.round(timedelta(seconds=1))
    assert ids(first) == ids(again)
    assert first[0].body == again[0].body
    assert len(desk.digests.orders) == 1
    assert desk.round(PAUSES[1]) == []


def test_the_receivers_wish_to_wait_is_kept(desk: HookDesk) -> None:
    desk.web.on("/hook", Reply(429, headers={"Retry-After": "90"}))
    desk.add()
    desk.round(UNTIL_DUE)
    assert desk.round(timedelta(seconds=89)) == []
    assert len(desk.round(timedelta(seconds=1))) == 1


def test_after_the_last_pause_a_message_is_given_up_and_it_is_said(desk: HookDesk) -> None:
    desk.web.on("/hook", Reply(503, "busy", "text/plain"))
    hook = desk.add()
    tries = len(desk.round(UNTIL_DUE)) + sum(len(desk.round(pause)) for pause in PAUSES)
    assert tries == 1 + len(PAUSES)
    assert desk.round(timedelta(days=2)) == []
    assert desk.hooks.trouble(hook.id) == "not sent: HTTP 503: busy"
    assert len(desk.round(WEEK)) == 1, "the next digest is tried"


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_lasting_refusal_is_not_tried_again(desk: HookDesk, status: int) -> None:
    desk.web.on("/hook", Reply(status))
    hook = desk.add()
    assert len(desk.round(UNTIL_DUE)) == 1
    assert desk.round(timedelta(days=2)) == []
    assert f"HTTP {status}" in desk.hooks.trouble(hook.id)
    assert desk.hooks.all()[0].state is HookState.ACTIVE


@pytest.mark.parametrize("status", [404, 410])
def test_a_webhook_whose_address_is_gone_is_switched_off_and_says_so(
    desk: HookDesk, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    desk.web.on("/hook", Reply(status))
    desk.add()
    with caplog.at_level(logging.WARNING):
        assert len(desk.round(UNTIL_DUE)) == 1
    (hook,) = desk.hooks.all()
    assert (hook.state, hook.why) == (HookState.STOPPED, f"HTTP {status}")
    assert "is switched off: its address is gone" in caplog.text
    assert desk.round(WEEK) == []


def test_a_redirect_is_not_followed_and_not_tried_again(desk: HookDesk) -> None:
    desk.web.on("/hook", redirect(desk.web.url("/inside"), 308))
    hook = desk.add()
    assert [request.path for request in desk.round(UNTIL_DUE)] == ["/hook"]
    assert "redirects are not followed" in desk.hooks.trouble(hook.id)


def test_nothing_is_posted_to_a_private_address(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    hook = desk.add()
    desk.now = DUE
    with Poster(allow_hosts=[f"localhost:{desk.web.port}"]) as strict:  # another name of the same address
        desk.courier(strict).round()
    assert desk.web.requests == []
    assert "not https" in desk.hooks.trouble(hook.id) or "not on the public web" in desk.hooks.trouble(hook.id)


def test_who_is_killed_between_sending_and_marking_is_followed_by_the_same_id(desk: HookDesk) -> None:
    hook = desk.add()
    desk.now = DUE
    desk.posts.begin(hook, desk.now)
    killed = desk.posts.claim(hook, desk.now)
    assert killed is not None
    assert desk.posts.sending(killed, desk.now)
    desk.web.on("/hook", OK)
    assert desk.round(LEASE - timedelta(seconds=1)) == [], "somebody may be at it"
    assert ids(desk.round(timedelta(seconds=1))) == [killed.message_id]
    assert not desk.posts.sending(killed, desk.now), "who was only held up does not send it too"


@pytest.mark.parametrize("kind", NO_REPEATS)
def test_what_may_have_arrived_is_not_posted_twice_where_a_repeat_cannot_be_told(
    desk: HookDesk, kind: HookKind
) -> None:
    hook = desk.add(kind=kind)
    desk.now = DUE
    desk.posts.begin(hook, desk.now)
    killed = desk.posts.claim(hook, desk.now)
    assert killed is not None
    assert desk.posts.sending(killed, desk.now)
    assert desk.round(LEASE) == []
    assert "may have arrived" in desk.hooks.trouble(hook.id)
    desk.web.on("/hook", Raw(reset=True))
    assert len(desk.round(WEEK)) == 1
    assert desk.round(timedelta(days=1)) == []
    assert desk.hooks.trouble(hook.id).startswith("not sent")


def test_a_cut_connection_is_tried_again_where_the_receiver_can_tell_a_repeat(desk: HookDesk) -> None:
    desk.web.on("/hook", Raw(reset=True))
    desk.add()
    first = desk.round(UNTIL_DUE)
    assert ids(first) == ids(desk.round(PAUSES[0]))


def test_several_processes_post_a_message_once(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    desk.add()
    desk.now = DUE
    with ThreadPoolExecutor(4) as pool:
        arrived = list(pool.map(lambda _: desk.courier().round(), range(4)))
    assert sum(arrived) == len(desk.web.requests) == 1


def test_what_a_watch_tells_comes_once_to_the_webhooks_of_its_guild_that_want_it(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    desk.watch_tells()
    desk.now += timedelta(minutes=1)
    desk.add(options=HookOptions(watches=True))
    assert desk.round() == [], "it was told before"
    desk.watch_tells()
    desk.watch_tells(scope="88")
    (request,) = desk.round()
    payload = json.loads(request.body)
    assert payload["type"] == "watch.found"
    assert payload["data"]["watch"]["text"] == "Polaris"
    assert payload["data"]["stories"][0]["quotes"][0]["text"] == desk.story.quotes[0].text
    assert desk.round() == []


def test_peoples_own_watches_come_to_no_webhook(desk: HookDesk) -> None:
    with pytest.raises(SettingsError, match="people's own"):
        desk.add(scope="shared", options=HookOptions(watches=True))


def test_a_hidden_article_is_not_told(desk: HookDesk) -> None:
    desk.web.on("/hook", Reply(503))
    desk.add()
    desk.round(UNTIL_DUE)
    desk.catalogue.sources.unsubscribe(desk.catalogue.sources.all()[0], None)
    (request,) = desk.round(PAUSES[0])
    assert json.loads(request.body)["data"]["stories"] == []


def test_neither_logs_nor_errors_have_the_address_or_the_secret(
    desk: HookDesk, caplog: pytest.LogCaptureFixture
) -> None:
    hook = desk.add("/services/T00/B00/secret-token")
    with caplog.at_level(logging.DEBUG):
        for reply in (Raw(reset=True), Reply(503, "no"), Reply(410)):
            desk.web.on("/services/T00/B00/secret-token", reply)
            desk.round(WEEK)
    said = caplog.text + repr(hook) + repr(desk.hooks.all()) + desk.hooks.trouble(hook.id) + hook.name
    assert "127.0.0.1" in said
    assert "secret-token" not in said
    assert hook.secret not in said


def test_an_address_is_added_once_for_a_scope_and_a_removed_one_gets_nothing(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    hook = desk.add()
    with pytest.raises(SettingsError, match="there already"):
        desk.add()
    desk.add(scope="shared")
    assert desk.hooks.remove(hook.id)
    assert not desk.hooks.remove(hook.id)
    assert len(desk.round(UNTIL_DUE)) == 1


def test_nothing_is_posted_for_a_guild_that_the_bot_has_left(desk: HookDesk) -> None:
    desk.web.on("/hook", OK)
    desk.add()
    with desk.catalogue.database.write() as connection:
        connection.execute(insert(guilds).values(id=GUILD, settings={}, left_at=DUE))
    assert desk.round(UNTIL_DUE) == []


def test_what_was_sent_is_forgotten_after_a_time(desk: HookDesk) -> None:
    desk.web.on("/hook", Reply(400))
    hook = desk.add()
    desk.round(UNTIL_DUE)
    desk.hooks.tidy(DUE + KEPT)
    assert desk.hooks.trouble(hook.id)
    desk.hooks.tidy(DUE + KEPT + timedelta(seconds=1))
    assert desk.hooks.trouble(hook.id) == ""


@pytest.mark.parametrize("kind", [HookKind.DISCORD, HookKind.SLACK])
def test_discords_and_slacks_forms_go_out_as_json_without_a_signature(desk: HookDesk, kind: HookKind) -> None:
    desk.web.on("/hook", OK)
    desk.add(kind=kind, options=WEEKLY, scope=GUILD)
    (request,) = desk.round(UNTIL_DUE)
    assert request.headers["content-type"] == "application/json"
    assert "webhook-signature" not in request.headers
    assert "Polaris 2 is out" in request.body.decode()
    assert request.query == ("wait=true" if kind is HookKind.DISCORD else "")
