"""The bot's own tables, in the catalogue's database: what Discord needs to go on after a restart. Knows no Discord.

Questions are never kept here, but in reports, by the consent of who presses the button. What belongs to a guild can be
taken out whole.
"""

from __future__ import annotations

from bot.store.deliveries import Deliveries
from bot.store.digests import Digests
from bot.store.guilds import Guilds
from bot.store.reports import Reports
from bot.store.usage import UsageBook
from ingest.catalogue.database import Database


class Store:
    """Five views of one open database. Safe in threads; each write is whole."""

    def __init__(self, database: Database) -> None:
        self.deliveries = Deliveries(database)
        self.digests = Digests(database)
        self.guilds = Guilds(database)
        self.reports = Reports(database)
        self.usage = UsageBook(database)
