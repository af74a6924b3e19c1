"""Which articles a message tells: known for its thread, for 90 days, to the guild that it was sent in."""

from __future__ import annotations

from datetime import timedelta

from bot.services.postings import KEPT, PostingService
from ingest.catalogue import Catalogue
from tests.ingest.examples import NOW


def test_a_thread_is_about_the_articles_of_its_first_message(catalogue: Catalogue) -> None:
    service = PostingService(catalogue.database, lambda: NOW)
    service.note(7, "5", ["a", "b"])
    service.note(7, "5", ["c"])
    service.note(8, "5", ["b", "d"])
    assert service.about([7], ("5", "shared")) == ("a", "b")
    assert service.about([8, 7, 9], ("5", "shared")) in [("a", "b", "d"), ("b", "d", "a")]
    assert service.about([7], ("6", "shared")) == (), "another guild's"
    assert service.about([], ("5",)) == ()
    service.tidy(NOW + KEPT)
    assert service.about([7], ("5",)) == ("a", "b")
    service.tidy(NOW + KEPT + timedelta(seconds=1))
    assert service.about([7], ("5",)) == ()
