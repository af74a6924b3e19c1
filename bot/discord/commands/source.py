"""/source: what the bot reads for a server. For administrators (`permissions.py`), who alone see the replies."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.source_buttons import Listing, confirmation, page_of
from bot.discord.interactions.homes import home_of, scope_of
from bot.discord.interactions.permissions import Interaction, managers_only
from bot.discord.interactions.places import Anywhere, forum_of
from bot.discord.interactions.sending import plain, respond
from bot.discord.messages import discord_text, source_messages, watch_text
from bot.discord.posting.forums import obstacle_in, tags_of
from bot.errors import AskersError
from bot.render import RenderedMessage, TextFile
from bot.services.uploads import MOST_BYTES, too_large
from bot.services.watch_rows import WatchOptions, WatchOrder
from bot.translation import _
from bot.watch.models import WATCH_CHARS, Kind

_ADDRESS_CHARS = 1_000
_POSTS = 50
"""Articles of a source that are posted in 24 hours at most."""
_CHOICE_CHARS = 100
_CHOICES = 25
"""Discord's limits on suggestions (developer reference, "Application Command Option Choice")."""
_LIST_BYTES = 1_000_000
"""The longest OPML file that is read; a thousand feeds take a fifth of it."""

Address = app_commands.Range[str, 1, _ADDRESS_CHARS]


class SourceCommands(app_commands.Group):
    """The group /source."""

    def __init__(self, bridge: ServiceBridge) -> None:
        super().__init__(
            name="source",
            description="Choose what I read for this server, in direct messages for you",
            default_permissions=discord.Permissions(manage_guild=True),
        )
        self._bridge = bridge
        self._sources = bridge.services.sources

    async def interaction_check(self, interaction: Interaction) -> bool:
        return home_of(interaction) is None or await managers_only(interaction)

    @app_commands.command(description="Add a feed, a site or an article as a source")
    @app_commands.describe(
        address="Address of a feed or a site, or the word starter for a list of AI news feeds",
        post_in="Where each new article is posted; left out: nowhere",
    )
    @app_commands.rename(post_in="post-in")
    async def add(
        self,
        interaction: Interaction,
        address: Address,
        post_in: Anywhere | None = None,
    ) -> None:
        await _defer(interaction)
        wanted = source_messages.web_address(address)
        if wanted is None:
            await _say(interaction, _(discord_text.NO_WEB_ADDRESS))
            return
        if post_in is not None and home_of(interaction) is None:
            raise AskersError(
                _("cannot post"), _("articles"), _("that works on a server"), hint=_(watch_text.WATCH_INSTEAD)
            )
        title = await self._fitting(interaction, wanted, post_in.id) if post_in is not None else ""
        registered = await self._bridge.call(self._sources.add, wanted, scope_of(interaction))
        told = source_messages.added(registered)
        if post_in is not None:
            for one in registered:
                await self._post(interaction, one.address, post_in.id, title)
            forum = forum_of(interaction.guild, post_in.id) is not None
            told = [*told, watch_text.posted_in(post_in.id, forum=forum)]
        await _say(interaction, *told)

    async def _fitting(self, interaction: Interaction, address: str, channel_id: int) -> str:
        """The source's title, where a forum must have a tag for it, else "".

        Raises:
            AskersError: nothing can be posted there; nothing was added.
        """
        forum = forum_of(interaction.guild, channel_id)
        if forum is None:
            return ""
        title = ""
        if forum.flags.require_tag and address != discord_text.STARTER:
            title = (await self._bridge.call(self._sources.test, address)).title
        if why := obstacle_in(forum, tags_of(forum, [title] if title else [])):
            hint = source_messages.tags_there([tag.name for tag in forum.available_tags], title)
            raise AskersError(_("cannot post in"), f"#{forum.name}", why, hint=hint)
        return title

    async def _post(self, interaction: Interaction, address: str, channel_id: int, title: str) -> None:
        """Post each new article of a source in a channel."""
        source = await self._bridge.call_fast(self._sources.find, address, scope_of(interaction))
        options, watches = WatchOptions(most=_POSTS, source_id=source.id), self._bridge.services.watches
        text = (source.title or title or source.address)[:WATCH_CHARS]
        order = WatchOrder(scope_of(interaction), str(interaction.user.id), channel_id, Kind.SOURCE, text, options)
        watch = await self._bridge.call_fast(watches.propose, order)
        await self._bridge.call_fast(watches.confirm, watch.id)

    @app_commands.command(description="Stop reading a source")
    @app_commands.describe(address="Address of the source, as /source list shows it")
    async def remove(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        source = await self._bridge.call_fast(self._sources.find, _typed(address), scope_of(interaction))
        asked = plain([source_messages.confirm_removal(source)])
        await respond(interaction, asked, private=True, view=confirmation(source.id))

    @app_commands.command(description="Read a source again now, as if it were new")
    @app_commands.describe(address="Address of the source, as /source list shows it")
    async def refresh(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        found = await self._bridge.call_fast(self._sources.refresh, _typed(address), scope_of(interaction))
        await _say(interaction, source_messages.refreshed(found))

    @remove.autocomplete("address")
    @refresh.autocomplete("address")
    async def _own_addresses(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        sources = await self._bridge.call_fast(self._sources.list, (scope_of(interaction),))
        own = [source.address for source in sources if source.address]
        fitting = [address for address in own if typed.lower() in address.lower() and len(address) <= _CHOICE_CHARS]
        return [app_commands.Choice(name=address, value=address) for address in fitting[:_CHOICES]]

    @app_commands.command(name="list", description="What I read for this server")
    async def list_(self, interaction: Interaction) -> None:
        await self._show(interaction, Listing.LIST)

    @app_commands.command(description="How the sources are doing: what failed, what fell silent")
    async def health(self, interaction: Interaction) -> None:
        await self._show(interaction, Listing.HEALTH)

    async def _show(self, interaction: Interaction, listing: Listing) -> None:
        await _defer(interaction)
        text, view = await page_of(self._bridge, listing, interaction, 0)
        cards = self._bridge.services.guilds.settings(home_of(interaction)).cards
        await respond(interaction, plain([text], cards=cards), private=True, view=view)

    @app_commands.command(description="Preview what an address would give, without adding it")
    @app_commands.describe(address="Address of a feed or a site")
    async def test(self, interaction: Interaction, address: Address) -> None:
        await _defer(interaction)
        wanted = source_messages.web_address(address)
        if wanted is None or wanted == discord_text.STARTER:
            await _say(interaction, _(discord_text.NO_WEB_ADDRESS))
            return
        await _say(interaction, *source_messages.previewed(await self._bridge.call(self._sources.test, wanted)))

    @app_commands.command(name="import", description="Add all feeds of an OPML file, as feed readers export it")
    @app_commands.describe(file="The OPML file")
    async def import_(self, interaction: Interaction, file: discord.Attachment) -> None:
        await _defer(interaction)
        if file.size > _LIST_BYTES:
            await _say(interaction, _(discord_text.LIST_TOO_LONG))
            return
        body = await file.read()
        registered = await self._bridge.call_fast(self._sources.import_list, body, scope_of(interaction))
        await _say(interaction, *source_messages.imported(registered))

    @app_commands.command(description="Give me a file to read: PDF, text, Markdown, HTML, or a list of feeds (OPML)")
    @app_commands.describe(file="The file, up to 20 MB")
    async def upload(self, interaction: Interaction, file: discord.Attachment) -> None:
        await _defer(interaction)
        if file.size > MOST_BYTES:
            await _say(interaction, discord_text.failure(too_large(file.filename)))
            return
        body = await file.read()
        registered = await self._bridge.call(self._sources.upload, file.filename, body, scope_of(interaction))
        await _say(interaction, *source_messages.uploaded(registered))

    @app_commands.command(description="The feeds of this server as an OPML file")
    async def export(self, interaction: Interaction) -> None:
        await _defer(interaction)
        opml = await self._bridge.call_fast(self._sources.export_list, scope_of(interaction))
        await respond(
            interaction, [RenderedMessage(_(discord_text.EXPORTED), (TextFile("sources.opml", opml),))], private=True
        )


async def _defer(interaction: Interaction) -> None:
    await interaction.response.defer(thinking=True, ephemeral=True)


async def _say(interaction: Interaction, *contents: str) -> None:
    await respond(interaction, plain(contents), private=True)


def _typed(address: str) -> str:
    return source_messages.web_address(address) or address
