"""The buttons under an answer. Each carries the answer's id, so it works after a restart, for 90 days."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.answering.models import Answer, Quote
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.lasting_button import Interaction, LastingButton
from bot.discord.interactions.cards import said
from bot.discord.interactions.errors import fail_privately
from bot.discord.interactions.forms import TextForm
from bot.discord.interactions.history import conversation, messages_of
from bot.discord.interactions.homes import home_of
from bot.discord.interactions.sending import plain, respond, shows_card
from bot.discord.messages import discord_text
from bot.render import RenderedMessage, render_quotes, render_sources
from bot.render.markdown import restored
from bot.services.records import Delivery, Verdict
from bot.translation import N_, _

if TYPE_CHECKING:
    from bot.discord.bridge import ServiceBridge

_COMMENT_CHARS = 1_000


class Action(StrEnum):
    """What a button does; part of its custom id, so the values must never change."""

    MORE = "more"
    SOURCES = "sources"
    RIGHT = "right"
    REPORT = "report"
    DELETE = "delete"


_LABELS = {
    Action.MORE: N_("More quotes"),
    Action.SOURCES: N_("Sources"),
    Action.RIGHT: N_("Right"),
    Action.REPORT: N_("Wrong or missing"),
    Action.DELETE: N_("Delete"),
}
_IN_CONTEXT = N_("In context")


class AnswerButton(LastingButton, template=r"verbatim:(?P<action>[a-z]+):(?P<id>[0-9]{1,18})"):
    """One button of one answer."""

    def __init__(self, action: Action, delivery_id: int) -> None:
        super().__init__(ui.Button(label=_(_LABELS[action]), custom_id=f"verbatim:{action}:{delivery_id}"))
        self.name, self.action, self.delivery_id = action.value, action, delivery_id

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> AnswerButton:
        return cls(Action(match["action"]), int(match["id"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        delivery = await bridge.call_fast(bridge.services.answers.find, self.delivery_id)
        if self.action is Action.REPORT and delivery is not None:
            await interaction.response.send_modal(ReportForm(bridge, delivery))
            return
        await interaction.response.defer(thinking=True, ephemeral=True)
        if delivery is None:
            await _say(interaction, _(discord_text.TOO_OLD))
            return
        await _ACTIONS[self.action](interaction, bridge, delivery)


class ContextButton(LastingButton, template=r"verbatim:context:(?P<id>[0-9]{1,18}):(?P<n>[0-9]{1,2})"):
    """Stands beside a quote of a card, and shows the sentences around it."""

    name = "of a quote"

    def __init__(self, delivery_id: int, n: int) -> None:
        super().__init__(ui.Button(label=_(_IN_CONTEXT), custom_id=f"verbatim:context:{delivery_id}:{n}"))
        self.delivery_id, self.n = delivery_id, n

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: ui.Item[Any], match: re.Match[str], /) -> ContextButton:
        return cls(int(match["id"]), int(match["n"]))

    async def press(self, interaction: Interaction, bridge: ServiceBridge) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        answers, scopes = bridge.services.answers, _scopes(interaction, bridge)
        delivery = await bridge.call_fast(answers.find, self.delivery_id)
        if delivery is None:
            await _say(interaction, _(discord_text.TOO_OLD))
            return
        quote = await bridge.call_fast(answers.in_context, delivery, self.n, scopes)
        await _show(interaction, [quote] if quote else [], render_quotes)


def buttons_under(answer: Answer, delivery_id: int, *, private: bool, by_command: bool = False) -> ui.View:
    """What can be done with an answer. A private one is dismissed in Discord itself, not deleted.

    Args:
        by_command: it answers an interaction, to which nobody can reply with a follow-up.
    """
    actions = [
        *([Action.MORE] if answer.more else []),
        *([Action.SOURCES, Action.RIGHT] if answer.quotes else []),
        *([Action.REPORT] if answer.quotes or answer.nearest else []),
        *([] if private else [Action.DELETE]),
    ]
    view = ui.View(timeout=None)
    if by_command:  # handled by `follow_up.FollowUpButton`, which asks a question and therefore imports these buttons
        view.add_item(
            ui.Button(
                label=_(discord_text.FOLLOW_UP),
                custom_id=f"verbatim:follow-up:{delivery_id}",
            )
        )
    for action in actions:
        view.add_item(AnswerButton(action, delivery_id))
    return view


async def _quotes(interaction: Interaction, bridge: ServiceBridge, delivery: Delivery) -> Sequence[Quote]:
    """The answer's quotes that may still be shown here."""
    return await bridge.call_fast(bridge.services.answers.quotes, delivery, _scopes(interaction, bridge))


def _scopes(interaction: Interaction, bridge: ServiceBridge) -> tuple[str, ...]:
    return bridge.services.guilds.scopes(home_of(interaction), interaction.user.id)


async def _show(
    interaction: Interaction, quotes: Sequence[Quote], render: Callable[..., list[RenderedMessage]]
) -> None:
    """Show quotes to who pressed, as a card if the answer is one."""
    cards = shows_card(interaction)
    messages = render(quotes, cards=cards) if quotes else plain([_(discord_text.HIDDEN_BY_NOW)])
    await respond(interaction, messages, private=True)


async def _more(interaction: Interaction, bridge: ServiceBridge, delivery: Delivery) -> None:
    quotes = await _quotes(interaction, bridge, delivery)
    await _show(interaction, [quote for quote in quotes if quote.n > delivery.shown], render_quotes)


async def _sources(interaction: Interaction, bridge: ServiceBridge, delivery: Delivery) -> None:
    quotes = await _quotes(interaction, bridge, delivery)
    await _show(interaction, [quote for quote in quotes if quote.n <= delivery.shown], render_sources)


async def _right(interaction: Interaction, bridge: ServiceBridge, delivery: Delivery) -> None:
    await bridge.call_fast(bridge.services.answers.report, delivery, Verdict.RIGHT)
    await _say(interaction, _(discord_text.PRAISED))


async def _delete(interaction: Interaction, bridge: ServiceBridge, delivery: Delivery) -> None:
    moderates = home_of(interaction) is not None and interaction.permissions.manage_messages
    if not moderates and str(interaction.user.id) != delivery.asker_id:
        await _say(interaction, _(discord_text.NOT_YOURS))
        return
    channel, pressed = interaction.channel, interaction.message
    assert channel is not None
    assert pressed is not None
    for message_id in {*delivery.message_ids, pressed.id}:
        try:
            await channel.get_partial_message(message_id).delete()  # type: ignore[union-attr]
        except discord.NotFound:
            continue  # already deleted
    await bridge.call_fast(bridge.services.answers.forget, delivery.id)
    await _say(interaction, _(discord_text.DELETED))


async def _say(interaction: Interaction, text: str) -> None:
    await respond(interaction, plain([text]), private=True)


class ReportForm(TextForm):
    """The form that asks what is wrong with an answer."""

    def __init__(self, bridge: ServiceBridge, delivery: Delivery) -> None:
        super().__init__(
            _(discord_text.REPORT_TITLE),
            _(discord_text.REPORT_LABEL),
            "comment",
            _COMMENT_CHARS,
            placeholder=_(discord_text.REPORT_CONSENT),
        )
        self._bridge, self._delivery = bridge, delivery

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        question, answer = await _asked_and_answered(interaction, self._delivery)
        keep = self._bridge.services.answers.report
        await self._bridge.call_fast(keep, self._delivery, Verdict.WRONG, question, answer, self.field.value)
        await respond(interaction, plain([_(discord_text.REPORTED)]), private=True)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:  # type: ignore[override]
        await fail_privately(interaction, error, "a report")


async def _asked_and_answered(interaction: discord.Interaction[Any], delivery: Delivery) -> tuple[str, str]:
    """The question and the answer, read back from Discord; "" for what is no longer there."""
    pressed = interaction.message
    assert pressed is not None
    parts = await messages_of(pressed.channel, delivery.message_ids, pressed)
    answer = "\n\n".join(map(said, parts))
    question, rest = discord_text.question_above(answer)
    if question:
        return restored(question), rest.strip()
    before = await conversation(parts[0], interaction.client.user)
    return (before[-1].content if before and before[-1].role == "user" else ""), answer


_ACTIONS: dict[Action, Callable[[Interaction, ServiceBridge, Delivery], Awaitable[None]]] = {
    Action.MORE: _more,
    Action.SOURCES: _sources,
    Action.RIGHT: _right,
    Action.DELETE: _delete,
}
