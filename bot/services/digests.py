"""Digests after they were written: their pages, and which are due to be posted. Knows no Discord.

A stored digest has headlines, labels and the places of its quotes; the quotes are copied from their articles again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from bot.answering.links import quote_link
from bot.answering.models import Quote
from bot.digest.models import Digest, Label, Order, Story
from bot.digest.timetable import LATE, Rhythm, Timetable
from bot.services.digest_rows import Json, State, StoredDigest, content_of, coverage_of, stored_digest
from bot.services.guilds import GuildSettings
from bot.services.records import DueDigest, Prospect, Undelivered
from bot.services.schema import digests
from ingest.catalogue import Catalogue
from ingest.catalogue.dialect import upsert
from ingest.catalogue.visibility import visible_ids
from ingest.clock import Clock, utc_now
from ingest.models import ArticleCard, View

if TYPE_CHECKING:
    from bot.services import Digesting

KEPT = timedelta(days=90)
"""How long the buttons under a digest work, and how long a guild's readers are assumed to remember it."""

_PROSPECTS = {
    State.BEGUN: Prospect.WAITS, State.FAILED: Prospect.GIVEN_UP, State.DOUBTFUL: Prospect.DOUBTFUL
}  # fmt: skip


LEASE = timedelta(minutes=5)
"""How long a process may hold a digest; writing one takes seconds, with a language model a minute."""


class DigestService:
    """Used by /digest, by the buttons under digests, and by the scheduled delivery.

    A scheduled digest is one row for its guild and due time. The process that writes the row posts it; if it dies, its
    lease runs out and another takes over. A digest is marked before it is sent to Discord, so that it is never sent
    again unchecked.

    Args:
        model: the embedding model that made the stories' vectors.
    """

    def __init__(self, catalogue: Catalogue, digester: Digesting, model: str, clock: Clock = utc_now) -> None:
        self._catalogue, self.digester, self._model = catalogue, digester, model
        self._database, self._clock = catalogue.database, clock

    def keep(self, digest: Digest, scope: str, *, private: bool) -> int:
        """Store a digest that is about to be shown; its id goes into the buttons.

        Args:
            private: it is shown to one person only, so it does not count as reported to the guild.
        """
        state = State.SHOWN if private else State.SENT
        window = {"since": digest.since, "until": digest.until}
        values = {"scope": scope, "state": state.value, "at": self._clock()} | window
        with self._database.write(alone=False) as connection:
            new = insert(digests).values(**values, **content_of(digest, self._model)).returning(digests.c.id)
            return int(connection.execute(new).scalar_one())

    def find(self, digest_id: int, scopes: tuple[str, ...]) -> Digest | None:
        """A digest without articles that are no longer visible in `scopes`; None once it is deleted."""
        stored = self._get(digest_id)
        if stored is None or stored.stories is None:
            return None
        return self._restored(stored, scopes)

    def claim(self, guild_id: int, settings: GuildSettings, now: datetime) -> DueDigest | None:
        """Claim the digest that is due. None if none is, or it was posted, abandoned, or claimed by another process."""
        table = timetable(settings)
        due_at = table.last_due(now)
        if due_at is None:
            return None
        digest_id = self._claimed(str(guild_id), due_at, table.window(due_at), now)
        stored = None if digest_id is None else self._get(digest_id)
        if stored is None:
            return None
        return DueDigest(stored.id, guild_id, due_at, stored.sending_since, now - due_at > LATE, now + LEASE)

    def write(self, due: DueDigest, scopes: tuple[str, ...], topics: tuple[str, ...]) -> Digest:
        """The digest, stored before it is sent, so that every attempt sends the same one.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        stored = self._get(due.id)
        assert stored is not None
        if stored.stories is not None:  # another process wrote it and was stopped
            return self._restored(stored, scopes)
        digest = self.digester.digest(Order(stored.since, stored.until, scopes, interests=topics))
        self._change(due.id, **content_of(digest, self._model))
        return digest

    def sending(self, due: DueDigest, since: datetime) -> bool:
        """Record that sending begins, or began at `since`: from now on it may have arrived.

        Returns:
            Whether it may be sent: False if the lease ran out and another process has claimed it since.
        """
        return self._change_ours(due, sending_since=since)

    def sent(self, due: DueDigest, now: datetime) -> None:
        """Record that Discord accepted it."""
        self._change(due.id, state=State.SENT.value, at=now, leased_until=None, why="")

    def put_off(self, due: DueDigest, why: str, now: datetime) -> None:
        """Release it after a failure; it can be claimed again at once."""
        self._change_ours(due, leased_until=now, why=why)

    def give_up(self, due: DueDigest, why: str, now: datetime) -> bool:
        """Mark it as failed for good. Returns False if the previous digest failed for the same reason."""
        before = [stored for stored in self._scheduled(str(due.guild_id), 2) if stored.id != due.id]
        self._change_ours(due, state=State.FAILED.value, at=now, leased_until=None, why=why)
        return not (before and before[0].state is State.FAILED and before[0].why == why)

    def doubt(self, due: DueDigest, why: str, now: datetime) -> None:
        """Record that it cannot be known whether it was posted; it will not be posted again."""
        self._change_ours(due, state=State.DOUBTFUL.value, at=now, leased_until=None, why=why)

    def undelivered(self, guild_id: int) -> Undelivered | None:
        """The last scheduled digest, if something went wrong with it."""
        last = next(iter(self._scheduled(str(guild_id), 1)), None)
        if last is None or last.due_at is None or last.state is State.SENT or not last.why:
            return None
        return Undelivered(last.due_at, last.why, _PROSPECTS[last.state])

    def late(self) -> int:
        """How many digests are overdue and neither posted nor given up."""
        overdue = (digests.c.state == State.BEGUN.value) & (digests.c.due_at < self._clock() - LATE)
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(digests).where(overdue)).scalar_one())

    def forget_before(self, moment: datetime) -> int:
        """Delete older digests; returns how many."""
        with self._database.write(alone=False) as connection:
            return connection.execute(delete(digests).where(digests.c.at < moment)).rowcount

    def _claimed(self, scope: str, due_at: datetime, window: tuple[datetime, datetime], now: datetime) -> int | None:
        """The id of the row, inserted or taken over; None if it is finished or leased."""
        free = (digests.c.state == State.BEGUN.value) & (digests.c.leased_until <= now)
        statement = upsert(digests, ["scope", "due_at"], changed=["leased_until"], where=free).values(
            scope=scope, due_at=due_at, since=window[0], until=window[1], at=now,
            state=State.BEGUN.value, leased_until=now + LEASE,
        )  # fmt: skip
        with self._database.write(alone=False) as connection:
            return connection.execute(statement.returning(digests.c.id)).scalar_one_or_none()

    def _change(self, digest_id: int, **values: Any) -> None:
        with self._database.write(alone=False) as connection:
            connection.execute(update(digests).where(digests.c.id == digest_id).values(values))

    def _change_ours(self, due: DueDigest, **values: Any) -> bool:
        """Change it unless another process has claimed or ended it; returns whether it was changed."""
        ours = (digests.c.state == State.BEGUN.value) & (digests.c.leased_until == due.leased_until)
        with self._database.write(alone=False) as connection:
            changed = connection.execute(update(digests).where(digests.c.id == due.id, ours).values(values))
            return changed.rowcount == 1

    def _get(self, digest_id: int) -> StoredDigest | None:
        """The digest, or None once it is deleted."""
        with self._database.read() as connection:
            row = connection.execute(select(digests).where(digests.c.id == digest_id)).one_or_none()
        return None if row is None else stored_digest(row)

    def _scheduled(self, scope: str, limit: int) -> list[StoredDigest]:
        """The scheduled digests of a scope, latest first."""
        wanted = select(digests).where(digests.c.scope == scope, digests.c.due_at.is_not(None))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(digests.c.due_at.desc()).limit(limit)).all()
        return [stored_digest(row) for row in rows]

    def _restored(self, stored: StoredDigest, scopes: tuple[str, ...]) -> Digest:
        """The digest, without what may no longer be shown."""
        stories = stored.stories or []
        named = {article for story in stories for article in story["articles"]}
        seen = visible_ids(self._catalogue.database, named, View(self._clock(), scopes))
        cards = {article: found.card for article in seen if (found := self._catalogue.articles.show(article))}
        shown = (self._story(story, cards) for story in stories)
        return Digest(
            stored.since, stored.until, tuple(s for s in shown if s.quotes), coverage_of(stored.coverage or {})
        )

    def _story(self, told: Json, cards: dict[str, ArticleCard]) -> Story:
        quotes = (self._quote(*place) for place in told["quotes"] if place[1] in cards)
        articles = tuple(cards[article] for article in told["articles"] if article in cards)
        told_at = datetime.fromisoformat(told["told_at"]) if told["told_at"] else None
        found = tuple(quote for quote in quotes if quote is not None)
        return Story(told["title"], Label(told["label"]), told["summary"], found, articles, told["score"], told_at)

    def _quote(self, n: int, article_id: str, version: int, start: int, end: int) -> Quote | None:
        article = self._catalogue.articles.show(article_id, version)
        if article is None:
            return None
        text = article.text[start:end]
        return Quote(n, text, start, end, article.card, quote_link(article.card.url, text))


def timetable(settings: GuildSettings) -> Timetable:
    """When a guild wants its digests; off without a channel."""
    rhythm = Rhythm(settings.digest_rhythm) if settings.digest_channel else Rhythm.OFF
    start = datetime.fromtimestamp(settings.digest_from, UTC)
    return Timetable(rhythm, settings.digest_weekday, settings.digest_hour, settings.digest_zone, start)
