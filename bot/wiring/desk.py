"""What serves other programs of this user: the desk of the process that owns the index, and the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bot.desk.desk import Desk
from bot.desk.way import Way
from bot.settings import BotSettings
from bot.wiring.answering import make_answerer, make_digester, make_usage
from ingest.wiring import open_corpus, open_with_server_index


@contextmanager
def open_counter(settings: BotSettings, desk: Desk) -> Iterator[None]:
    """Serves other processes while this one owns the embedded index; with a Chroma server they open it themselves."""
    if settings.chroma_url:
        yield
        return
    from bot.desk.counter import Counter

    with closing(Counter(desk, settings.data_dir)):
        yield


def make_way(settings: BotSettings, command: str) -> Way:
    """The way of another program's requests: to the process that owns the index, or to a corpus opened here."""
    from bot.services.guilds import GuildService

    @contextmanager
    def open_desk() -> Iterator[Desk]:
        opened = open_with_server_index(settings) if settings.chroma_url else open_corpus(settings, command)
        with opened as corpus:
            usage = make_usage(settings, corpus.catalogue.database)
            answerer, digester = make_answerer(settings, corpus, usage), make_digester(settings, corpus, usage)
            seen = GuildService(corpus.catalogue.database).seen_now
            desk = Desk(corpus.catalogue, corpus.search, answerer, digester, seen=seen)
            with open_counter(settings, desk):
                yield desk
            usage.write_what_is_left()

    return Way(settings.data_dir, open_desk, alone=bool(settings.chroma_url))
