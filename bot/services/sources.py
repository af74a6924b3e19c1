"""A guild's sources and their health: what /source and /status need. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from bot.answering.links import is_web_address
from bot.errors import AskersError
from bot.services import source_phrases
from ingest.catalogue.facts import COLLECTION_ID
from ingest.catalogue.quotas import NO_LIMITS, Limits, Usage
from ingest.catalogue.visibility import visible_ids
from ingest.clock import Clock, utc_now
from ingest.errors import ParseError
from ingest.models import SHARED_SCOPE, View
from ingest.parse.opml import Outline, parse_opml, write_opml
from ingest.parse.urls import absolute_url, canonical_url
from ingest.reading.registry import Preview, Registered, Registry
from ingest.sources.models import NO_OVERRIDES, SourceKind


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source as a scope sees it.

    Attributes:
        address: "" for files of the operator.
        kind: `feed` or `page` (shared ones may be files too).
        health: one phrase, "well" or what is wrong.
        shared: it comes with the bot: a guild cannot remove it.
        failing: the last read failed.
        advice: what the people of a server can do about it; "" if all is well or the source is not theirs.
        checked_at: the last read; None before the first.
        new_item_at: the last read that found something new.
    """

    id: int
    address: str
    title: str
    kind: str
    articles: int
    health: str
    shared: bool
    failing: bool = False
    advice: str = ""
    checked_at: datetime | None = None
    new_item_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a server's own sources use, and their limits."""

    usage: Usage
    limits: Limits


@dataclass(frozen=True, slots=True)
class CorpusStatus:
    """How the corpus is doing, for some scopes or for all.

    Attributes:
        failing: how many of the sources could not be read the last time.
        backlog: chunks that wait to be indexed, of all scopes: found by their words only so far.
        waiting_since: when the article that waits longest was fetched; None if none waits.
    """

    sources: int
    failing: int
    articles: int
    newest_article_at: datetime | None
    backlog: int
    waiting_since: datetime | None = None


class SourceService:
    """Used by /source. Callers have checked that addresses are http(s); `starter` means the shipped list."""

    def __init__(self, registry: Registry, limits: Limits = NO_LIMITS, clock: Clock = utc_now) -> None:
        self.registry, self.limits, self._clock = registry, limits, clock

    def add(self, address: str, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to an address.

        Raises:
            SourceError: it cannot be read or cannot be a source; nothing was registered.
        """
        own = {source.address for source in self.registry.catalogue.sources.all((scope,))}
        self._refuse_more(scope, int((absolute_url(address) or address) not in own))
        return self.registry.add(address, self._clock(), scope=scope)

    def find(self, address: str, scope: str) -> ListedSource:
        """The scope's own source at this address.

        Raises:
            AskersError: `scope` has no such source.
        """
        known = self.registry.catalogue.sources.find(absolute_url(address) or address)
        own = [source for source in self.list((scope,)) if known is not None and source.id == known.id]
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
        self.registry.catalogue.sources.unsubscribe(own[0], scope)
        return own[0].address

    def refresh(self, address: str, scope: str) -> str:
        """Have a source of `scope` read again completely as soon as possible. Returns its address.

        Raises:
            AskersError: `scope` has no such source.
        """
        source = self.registry.find(self.find(address, scope).address)
        self.registry.catalogue.sources.refresh(source, self._clock())
        return source.address

    def import_list(self, opml: bytes, scope: str) -> Sequence[Registered]:
        """Subscribe `scope` to the feeds of an OPML document that have web addresses.

        Raises:
            AskersError: it is not OPML or has no such feed.
        """
        addresses = [outline.feed_url for outline in _outlines(opml) if is_web_address(outline.feed_url)]
        if not addresses:
            raise _no_list("it names no web address")
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
            hint = "Is its source in /source list, and was it read?"
            raise AskersError("nothing is known of", address, "no source of this server ever yielded it", hint=hint)
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
        return Allowance(self.registry.catalogue.quotas.usage(scope, self._clock()), self.limits)

    def test(self, address: str) -> Preview:
        """Read an address and change nothing.

        Raises:
            SourceError: it cannot be read.
        """
        return self.registry.test(address)

    def _refuse_more(self, scope: str, more: int) -> None:
        """Refuse sources beyond a server's limit."""
        most = self.limits.sources
        if most and more and self.allowance(scope).usage.sources + more > most:
            hint = "Remove one with /source remove, or ask my operator for more (GUILD_MAX_SOURCES)."
            raise AskersError("cannot add", "another source", f"a server may have {most} of its own", hint=hint)


def _outlines(opml: bytes) -> Sequence[Outline]:
    try:
        return parse_opml(opml)
    except ParseError as error:
        raise _no_list(error.why) from error


def _no_list(why: str) -> AskersError:
    return AskersError("cannot import", "the file", why, hint="Export the list of feeds (OPML) from your feed reader.")


def _not_read(address: str) -> AskersError:
    hint = "See /source list for what this server reads."
    return AskersError("no such source", address, "this server does not read it", hint=hint)
