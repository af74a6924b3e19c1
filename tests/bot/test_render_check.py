"""A check shows each claim with its verdict, and no verdict but "nothing" without a quote."""

from __future__ import annotations

from bot.answering.claims.checker import Check, Checked, ClaimVerdict
from bot.render.check import NO_CLAIMS, UNREAD, render_check
from bot.render.splitting import LIMIT, size
from tests.bot.discord_markdown import live
from tests.bot.examples import CARD, quote

AT = CARD.published_at


def shown(check: Check, *, has_pictures: bool = False) -> str:
    return "\n".join(message.content for message in render_check(check, has_pictures=has_pictures))


def test_each_claim_has_its_verdict_and_its_quote_with_date_and_link() -> None:
    checked = (
        Checked("A is 5.", ClaimVerdict.SUPPORTED, quote(1, "A is 5."), quote(2, "A is 6.")),
        Checked("B is 5.", ClaimVerdict.CONTRADICTED, quote(3, "B is 6.")),
        Checked("C is 5.", ClaimVerdict.NOTHING_FOUND),
    )
    lines = shown(Check(checked, 2, False, AT)).splitlines()
    assert [line for line in lines if line.startswith("**")] == [
        "**Supported:** A is 5.",
        "**Contradicted:** B is 5.",
        "**I found nothing on this:** C is 5.",
    ]
    assert [line for line in lines if line.startswith("> ")] == ["> A is 5.", "> A is 6.", "> B is 6."]
    assert sum("20 June 2026 · [read it there](<" in line for line in lines) == 3
    assert "-# The message has 2 more claims; I checked the first 3." in lines
    assert UNREAD not in "\n".join(lines)


def test_no_claims_and_unread_images_and_links_are_said() -> None:
    assert shown(Check((), 0, False, AT)) == NO_CLAIMS
    assert UNREAD in shown(Check((), 0, True, AT))
    assert UNREAD in shown(Check((), 0, False, AT), has_pictures=True)


def test_nothing_in_a_claim_is_live_and_long_checks_are_split() -> None:
    claim = "@everyone **A** is [5](https://evil.example) " * 20
    checked = tuple(Checked(claim, ClaimVerdict.SUPPORTED, quote(n, "A is 5. " * 60)) for n in range(1, 6))
    messages = render_check(Check(checked, 0, False, AT))
    assert len(messages) > 1
    assert all(size(message.content) <= LIMIT for message in messages)
    assert not [thing for message in messages for thing in live(message.content) if "evil" in thing or "@" in thing]
