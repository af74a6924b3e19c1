"""A guild's sources: what /source does, over the catalogue and the network. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services import ListedSource
from ingest.corpus.models import SHARED_SCOPE
from ingest.errors import NotFoundError
from ingest.registry import Preview, Registered, Registry
from ingest.reports import health
from ingest.wiring import utc_now


@dataclass(frozen=True, slots=True)
class SourceKeeper:
    """Implements `bot.services.SourceKeeping`."""

    registry: Registry

    def add(self, address: str, scope: str) -> Sequence[Registered]:
        return self.registry.add(address, utc_now(), scope=scope)

    def remove(self, address: str, scope: str) -> str:
        source = self.registry.find(address)
        if scope not in self.registry.catalogue.sources.subscribed_scopes(source):
            hint = "See /source list for what this server reads."
            raise NotFoundError("no such source", address, "this server does not read it", hint=hint)
        return self.registry.remove(source.address, scope).address

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        sources = self.registry.catalogue.sources
        counts = sources.article_counts()
        own = set(scopes) - {SHARED_SCOPE}
        return [
            ListedSource(
                address=source.address,
                title=source.title,
                kind=source.kind.value,
                articles=counts.get(source.id, 0),
                health=health(source),
                shared=own.isdisjoint(sources.subscribed_scopes(source)),
            )
            for source in sources.all(scopes)
        ]

    def test(self, address: str) -> Preview:
        return self.registry.test(address)
