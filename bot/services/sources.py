"""A guild's sources and their health: what /source and /status need. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from bot.answering.links import is_web_address
from bot.errors import AskersError
from bot.services import source_phrases
from bot.services.guilds import PERSONS
from bot.services.source_records import Allowance, CorpusStatus, ListedSource
from bot.services.uploads import UploadStore
from bot.translation import _
from ingest.catalogue.facts import COLLECTION_ID
from ingest.catalogue.quotas import NO_LIMITS, Limits
from ingest.catalogue.visibility import visible_ids
from ingest.clock import Clock, utc_now
from ingest.errors import ParseError
from ingest.models import SHARED_SCOPE, View
from ingest.parse.opml import Outline, parse_opml, write_opml
from ingest.parse.urls import absolute_url, canonical_url
from ingest.reading.registry import Preview, Registered, Registry
from ingest.sources.models import NO_OVERRIDES, FileOverrides, Source, SourceKind

OPML = (".opml", ".xml")
"""Endings of lists of feeds."""
_UPLOADED = FileOverrides(source="Uploaded file")


class SourceService:
    """Used by /source. Callers have checked that addresses are http(s); `starter` means the shipped list."""

    def __init__(
        self,
        registry: Registry,
        limits: Limits = NO_LIMITS,
        clock: Clock = utc_now,
        of_a_person: int = 10,
        uploads: UploadStore | None = None,
    ) -> None:
        """`of_a_person`: how many sources a person may add for themselves; 0: none. `uploads`: where files are kept."""
        self._uploads = uploads
        self.registry, self.limits, self._clock, self._of_a_person = registry, limits, clock, of_a_person

    def add(self, address: str, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to an address.

        Raises:
            SourceError: it cannot be read or cannot be a source; nothing was registered.
        """
        own = {source.address for source in self.registry.catalogue.sources.all((scope,))}
        self._refuse_more(scope, int((absolute_url(address) or address) not in own))
        return self.registry.add(address, self._clock(), scope=scope)

    def upload(self, name: str, body: bytes, scope: str) -> Sequence[Registered]:
        """Keep a file as a source of `scope`, or subscribe it to the feeds that an OPML file names.

        Raises:
            AskersError: it is of another kind, or too large, or there would be too many.
            SourceError: it holds no article; nothing was kept.
        """
        if name.lower().endswith(OPML):
            return self.import_list(body, scope)
        assert self._uploads is not None
        self._refuse_more(scope, 1)
        path = self._uploads.put(name, body, scope)
        try:
            return self.registry.add(str(path), self._clock(), scope=scope, kind=SourceKind.FILE, given=_UPLOADED)
        except BaseException:
            self._uploads.drop(str(path))
            raise

    def find(self, address: str, scope: str) -> ListedSource:
        """The scope's own source at this address.

        Raises:
            AskersError: `scope` has no such source.
        """
        known = self.registry.catalogue.sources.find(absolute_url(address) or address)
        listed = self.list((scope,))
        own = [s for s in listed if s.address == address or (known is not None and s.id == known.id)]
        if not own:
            raise _not_read(address)
        return own[0]

    def remove(self, source_id: int, scope: str) -> str:
        """Remove a source from `scope` and return its address; its articles are hidden there at once.

        Raises:
            AskersError: `scope` has no such source any more.
        """
        own = [source for source in self.registry.catalogue.sources.all((scope,)) if source.id == source_id]
        if not own:
            raise _not_read("it")
        self._drop(own[0], scope)
        return source_phrases.shown_address(own[0].address) or own[0].address

    def refresh(self, address: str, scope: str) -> str:
        """Have a source of `scope` read again completely as soon as possible. Returns its address.

        Raises:
            AskersError: `scope` has no such source.
        """
        found, sources = self.find(address, scope), self.registry.catalogue.sources
        source = next(source for source in sources.all((scope,)) if source.id == found.id)
        sources.refresh(source, self._clock())
        return found.address

    def import_list(self, opml: bytes, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to the feeds of an OPML document that have web addresses.

        Raises:
            AskersError: it is not OPML or has no such feed.
        """
        addresses = [outline.feed_url for outline in _outlines(opml) if is_web_address(outline.feed_url)]
        if not addresses:
            raise _no_list(_("it names no web address"))
        return self.add_feeds(addresses, scope)

    def add_feeds(self, addresses: Sequence[str], scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to feeds that are known to be feeds, without reading them.

        Raises:
            AskersError: there would be too many.
        """
        known = {source.address for source in self.registry.catalogue.sources.all((scope,))}
        self._refuse_more(scope, len(set(addresses) - known))
        add, kind, now = self.registry.catalogue.sources.add, SourceKind.FEED, self._clock()
        return [Registered(url, kind, add(url, kind, NO_OVERRIDES, scope, now)) for url in addresses]

    def export_list(self, scope: str) -> str:
        """The scope's own feeds, as an OPML document."""
        feeds = (s for s in self.registry.catalogue.sources.all((scope,)) if s.kind.is_feed)
        return write_opml((Outline(s.address, s.title or s.address) for s in feeds), "Verbatim")

    def why(self, address: str, scopes: tuple[str, ...]) -> Sequence[str]:
        """An article's history, one line per stage, limited to sources visible in `scopes`.

        Raises:
            AskersError: none of them ever had it.
        """
        catalogue, names = self.registry.catalogue, (address, canonical_url(address) or address)
        sources = {source.address for source in catalogue.sources.all(scopes)}
        events = [event for event in catalogue.sources.history(names) if event.address in sources]
        stored = catalogue.articles.named(names)
        seen = visible_ids(catalogue.database, stored, View(self._clock(), scopes))
        visible = [article_id for article_id in stored if article_id in seen]
        if not events and not visible:
            hint = _("Is its source in /source list, and was it read?")
            raise AskersError(
                _("nothing is known of"), address, _("no source of this server ever yielded it"), hint=hint
            )
        stages = [catalogue.backlog.stage(key, catalogue.facts.get(COLLECTION_ID)) for key in visible]
        return [*map(source_phrases.event, events), *map(source_phrases.stage, stages)]

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        """The sources visible in `scopes`, with their health."""
        sources = self.registry.catalogue.sources
        counts, subscribed = sources.article_counts(), sources.subscribed_scopes()
        own, now = set(scopes) - {SHARED_SCOPE}, self._clock()
        return [
            ListedSource(
                id=source.id,
                address=source_phrases.shown_address(source.address),
                title=source_phrases.name(source.title, source.address) if source.kind.is_local else source.title,
                kind=source.kind.value,
                articles=counts.get(source.id, 0),
                health=source_phrases.health(source, now),
                shared=(shared := own.isdisjoint(subscribed.get(source.id, ()))),
                advice="" if shared else source_phrases.advice(source, now),
                failing=source.failures > 0,
                checked_at=source.checked_at,
                new_item_at=source.new_item_at,
            )
            for source in sources.all(scopes)
        ]

    def standing(self, scopes: tuple[str, ...] | None = None) -> CorpusStatus:
        """The state of the corpus in `scopes` (None: in all)."""
        catalogue = self.registry.catalogue
        sources, counts = catalogue.sources.all(scopes), catalogue.sources.article_counts()
        collection = catalogue.facts.get(COLLECTION_ID)
        everyone = set(chain.from_iterable(catalogue.sources.subscribed_scopes().values()))
        return CorpusStatus(
            sources=len(sources),
            failing=sum(source.failures > 0 for source in sources),
            articles=sum(counts.get(source.id, 0) for source in sources),
            newest_article_at=catalogue.articles.newest_at(View(self._clock(), scopes or tuple(everyone))),
            backlog=catalogue.backlog.count(collection),
            waiting_since=catalogue.backlog.waiting_since(collection),
        )

    def allowance(self, scope: str) -> Allowance:
        """How much the scope's own sources use, and their limits."""
        limits = replace(self.limits, sources=self._of_a_person) if scope.startswith(PERSONS) else self.limits
        return Allowance(self.registry.catalogue.quotas.usage(scope, self._clock()), limits)

    def test(self, address: str) -> Preview:
        """Read an address and change nothing.

        Raises:
            SourceError: it cannot be read.
        """
        return self.registry.test(address)

    def _refuse_more(self, scope: str, more: int) -> None:
        """Refuse sources beyond a server's limit."""
        if scope.startswith(PERSONS):
            self._refuse_more_of_a_person(scope, more)
            return
        most = self.limits.sources
        if most and more and self.allowance(scope).usage.sources + more > most:
            hint = _("Remove one with /source remove, or ask my operator for more (GUILD_MAX_SOURCES).")
            raise AskersError(
                _("cannot add"),
                _("another source"),
                _("a server may have {n} of its own").format(n=most),
                hint=hint,
            )

    def _refuse_more_of_a_person(self, scope: str, more: int) -> None:
        if more and self.allowance(scope).usage.sources + more > self._of_a_person:
            why = _("a person may have {n}").format(n=self._of_a_person)
            hint = _("Remove one with /source remove, or add it on a server.")
            raise AskersError(_("cannot add"), _("another source"), why, hint=hint)

    def forget_person(self, scope: str) -> int:
        """Remove all sources of a person; returns how many."""
        own = self.registry.catalogue.sources.all((scope,))
        for source in own:
            self._drop(source, scope)
        return len(own)

    def _drop(self, source: Source, scope: str) -> None:
        """Unsubscribe a scope; a file that was uploaded for it goes too."""
        self.registry.catalogue.sources.unsubscribe(source, scope)
        if self._uploads is not None and self.registry.catalogue.sources.find(source.address) is None:
            self._uploads.drop(source.address)


def _outlines(opml: bytes) -> Sequence[Outline]:
    try:
        return parse_opml(opml)
    except ParseError as error:
        raise _no_list(error.why) from error


def _no_list(why: str) -> AskersError:
    return AskersError(
        _("cannot import"), _("the file"), why, hint=_("Export the list of feeds (OPML) from your feed reader.")
    )


def _not_read(address: str) -> AskersError:
    hint = _("See /source list for what this server reads.")
    return AskersError(_("no such source"), address, _("this server does not read it"), hint=hint)
