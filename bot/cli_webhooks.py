"""`python -m bot webhooks`: where digests are posted beside Discord. Each command returns an exit code."""

from __future__ import annotations

import sys
import uuid
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.contract import Json, scopes_of
from bot.digest.timetable import Rhythm
from bot.services.webhook_rows import HookKind, HookOptions, HookOrder, HookState, Webhook
from bot.services.webhooks import WebhookService
from bot.settings import BotSettings
from bot.webhooks.courier import send
from bot.webhooks.news import TestNews
from bot.webhooks.signed_json import key_of, new_secret
from bot.webhooks.verdicts import why
from bot.wiring.courier import make_courier
from ingest.cli.terminal import print_json
from ingest.clock import format_utc, utc_now
from ingest.errors import NotFoundError, SettingsError, VerbatimError
from ingest.wiring import open_catalogue, open_corpus, open_poster

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DISCORD_HOSTS = ("discord.com", "discordapp.com")


def add(settings: BotSettings, words: Namespace) -> int:
    """Store a webhook; the secret of a JSON one is shown this once."""
    address = _from_stdin(words.url)
    kind = HookKind(words.kind) if words.kind else kind_of(address)
    with open_poster(settings) as poster:
        if problem := poster.why_not(address):
            raise SettingsError(
                "cannot post to", urlsplit(address).hostname or "this", problem, hint="Give the https address whole."
            )
    scopes_of(words.scope)
    order = HookOrder(words.scope, kind, address, _secret(words, kind), _options(words))
    with _hooks(settings) as hooks:
        hook = hooks.add(order)
    print(f"added: {hook.name}, {kind.value}; try it with `python -m bot webhooks test {hook.id}`")
    if kind is HookKind.JSON and not words.secret:
        print(f"secret: {hook.secret}")
    return 0


def shown(settings: BotSettings, words: Namespace) -> int:
    """All webhooks, without their addresses and secrets."""
    with _hooks(settings) as hooks:
        found = [_as_json(hook, hooks.trouble(hook.id)) for hook in hooks.all()]
    if words.json:
        print_json({"webhooks": found})
        return 0
    for hook in found:
        state = hook["state"] + (f" ({hook['why']})" if hook["why"] else "")
        print(f"{hook['id']:>3}  {hook['host']}  {hook['kind']}  {hook['scope']}  {_wants(hook)}  {state}")
    return 0


def remove(settings: BotSettings, words: Namespace) -> int:
    with _hooks(settings) as hooks:
        if not hooks.remove(words.number):
            raise _unknown(words.number)
    print(f"removed: webhook {words.number}")
    return 0


def test(settings: BotSettings, words: Namespace) -> int:
    """Send a test message now."""
    with _hooks(settings) as hooks:
        hook = hooks.find(words.number)
    if hook is None:
        raise _unknown(words.number)
    with open_poster(settings) as poster:
        posted = send(poster, hook, TestNews(utc_now()), f"msg_{uuid.uuid4().hex}", utc_now())
    if not 200 <= posted.status < 300:
        raise VerbatimError("cannot post to", hook.name, why(posted), hint="Check the address with its owner.")
    print(f"sent: {hook.name} answered HTTP {posted.status}")
    return 0


def deliver(settings: BotSettings, _: Namespace) -> int:
    """Send what is due, once: for a scheduler, where no bot runs."""
    with open_corpus(settings, "bot webhooks send") as corpus, make_courier(settings, corpus) as courier:
        print(f"sent: {courier.round()}")
    return 0


def kind_of(address: str) -> HookKind:
    """Whose webhook an address is."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if any(host == known or host.endswith(f".{known}") for known in _DISCORD_HOSTS) and "/webhooks/" in parts.path:
        return HookKind.DISCORD
    return HookKind.SLACK if host in ("hooks.slack.com", "hooks.slack-gov.com") else HookKind.JSON


@contextmanager
def _hooks(settings: BotSettings) -> Iterator[WebhookService]:
    with open_catalogue(settings) as catalogue:
        yield WebhookService(catalogue.database)


def _from_stdin(word: str) -> str:
    """An address, or with `-` a line of standard input, which no other user of this machine sees."""
    return sys.stdin.readline().strip() if word == "-" else word


def _secret(words: Namespace, kind: HookKind) -> str:
    if kind is not HookKind.JSON:
        return ""
    given = _from_stdin(words.secret) if words.secret else new_secret()
    try:
        key_of(given)
    except ValueError as error:
        hint = "Leave it out, and one is made."
        raise SettingsError("wrong usage", "--secret", str(error), hint=hint) from None
    return given


def _options(words: Namespace) -> HookOptions:
    rhythm = Rhythm(words.digest)
    if rhythm is Rhythm.OFF and not words.watches:
        raise SettingsError("wrong usage", "--digest off", "nothing would be sent", hint="Add --watches, or a rhythm.")
    if not 0 <= words.hour <= 23:
        raise SettingsError("wrong usage", f"--hour {words.hour}", "give 0 to 23", hint="See --help.")
    try:
        ZoneInfo(words.zone)
    except (ValueError, OSError, KeyError):
        why_not = "is no time zone"
        raise SettingsError("wrong usage", f"--zone {words.zone}", why_not, hint="Like Europe/Berlin.") from None
    return HookOptions(rhythm.value, WEEKDAYS.index(words.weekday), words.hour, words.zone, words.watches)


def _as_json(hook: Webhook, trouble: str) -> Json:
    wants = hook.options
    return {
        "id": hook.id, "host": urlsplit(hook.address).hostname, "kind": hook.kind.value, "scope": hook.scope,
        "digest": wants.rhythm, "weekday": WEEKDAYS[wants.weekday], "hour": wants.hour, "zone": wants.zone,
        "watches": wants.watches, "state": hook.state.value,
        "why": hook.why if hook.state is HookState.STOPPED else trouble, "created_at": format_utc(hook.created_at),
    }  # fmt: skip


def _wants(hook: Json) -> str:
    at = f"{hook['weekday']} " if hook["digest"] == Rhythm.WEEKLY.value else ""
    digest = "" if hook["digest"] == Rhythm.OFF.value else f"{hook['digest']} {at}{hook['hour']}:00 {hook['zone']}"
    return ", ".join(filter(None, (digest, "watches" if hook["watches"] else "")))


def _unknown(number: int) -> NotFoundError:
    hint = "See `python -m bot webhooks list`."
    return NotFoundError("cannot find", f"webhook {number}", "there is none", hint=hint)
