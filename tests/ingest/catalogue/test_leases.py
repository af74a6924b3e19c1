"""Leases: a name is held by one worker at a time, and by nobody who is dead or has gone silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ingest.catalogue import Catalogue
from ingest.catalogue.leases import LASTS
from ingest.processes.identity import this_process
from tests.ingest.examples import NOW

ME = this_process("test")
DEAD = replace(ME, started="1")
ELSEWHERE = replace(ME, place="another machine", pid=1, started="1")
SECOND = timedelta(seconds=1)


def test_what_one_worker_holds_no_other_one_gets(catalogue: Catalogue) -> None:
    take = catalogue.leases.take
    assert take(["a", "b"], "one", ME, NOW) == {"a", "b"}
    assert take(["b", "c"], "two", ME, NOW) == {"c"}
    assert catalogue.leases.holders(NOW) == {"a": ME, "b": ME, "c": ME}
    catalogue.leases.give_back("one")
    assert take(["a", "b", "c"], "three", ME, NOW) == {"a", "b"}


def test_a_lease_that_nobody_prolongs_is_over_after_a_minute(catalogue: Catalogue) -> None:
    assert timedelta(seconds=60) >= LASTS
    catalogue.leases.take(["a", "b"], "one", ELSEWHERE, NOW)
    catalogue.leases.prolong("one", NOW + LASTS - SECOND)
    assert catalogue.leases.take(["a"], "two", ME, NOW + LASTS) == set()
    assert catalogue.leases.take(["a"], "two", ME, NOW + 2 * LASTS) == {"a"}
    assert catalogue.leases.holders(NOW + 2 * LASTS) == {"a": ME}


def test_a_lease_that_was_written_by_a_wrong_clock_holds_nobody_up(catalogue: Catalogue) -> None:
    catalogue.leases.take(["a"], "one", ELSEWHERE, NOW + timedelta(days=2000))
    assert catalogue.leases.take(["a"], "two", ME, NOW) == {"a"}


def test_what_a_dead_process_of_this_machine_held_is_free_at_once(catalogue: Catalogue) -> None:
    catalogue.leases.take(["a"], "dead", DEAD, NOW)
    catalogue.leases.take(["b"], "elsewhere", ELSEWHERE, NOW)
    assert catalogue.leases.holders(NOW) == {"b": ELSEWHERE}
    assert catalogue.leases.take(["a", "b"], "one", ME, NOW) == {"a"}
