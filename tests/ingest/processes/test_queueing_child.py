"""A child that is asked several things at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.processes.child import ChildExited
from ingest.processes.queueing_child import QueueingChild
from tests.ingest.processes.alive import is_alive, wait_for

GENEROUS_S = 30.0
ROOT = Path(__file__).parents[3]


@pytest.fixture
def child() -> Iterator[QueueingChild]:
    started = QueueingChild(
        "tests.ingest.processes.reversing_child", environment=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    yield started
    started.kill()
    started.wait()
    assert not is_alive(started.pid)


def test_each_gets_the_answer_to_what_it_asked_in_whatever_order_they_come(child: QueueingChild) -> None:
    with ThreadPoolExecutor(2) as pool:
        for n in range(20):
            words = [f"a{n}", f"b{n}"]
            asked = [pool.submit(child.ask, {"say": word}, word.encode(), GENEROUS_S) for word in words]
            assert [(each.result()[0]["say"], each.result()[1].decode()) for each in asked] == [(w, w) for w in words]


def test_one_that_does_not_answer_in_time_is_killed_and_everybody_who_waits_is_told(child: QueueingChild) -> None:
    with ThreadPoolExecutor(2) as pool:
        patient = pool.submit(child.ask, {"say": "hang"}, b"", GENEROUS_S)
        with pytest.raises(ChildExited):
            child.ask({"say": "hang"}, b"", 0.5)
        with pytest.raises(ChildExited):
            patient.result(GENEROUS_S)
    wait_for(lambda: not is_alive(child.pid))
    with pytest.raises(ChildExited):
        child.ask({"say": "more"}, b"", GENEROUS_S)
