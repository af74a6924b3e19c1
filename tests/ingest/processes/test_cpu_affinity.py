from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.processes.cpu_affinity import on_any_processor, on_one_processor
from ingest.sandbox.parsing_child import ParsingChild

if sys.platform != "linux":
    pytest.skip("no thread can choose its processor here", allow_module_level=True)


def processors_of(pid: int = 0) -> set[int]:
    return os.sched_getaffinity(pid)


def test_threads_that_are_started_meanwhile_stay_on_the_same_processor() -> None:
    with on_one_processor(), ThreadPoolExecutor(3) as pool:
        used = [*pool.map(processors_of, [0] * 9), processors_of()]
    assert len(set.union(*used)) == 1


def test_afterwards_the_thread_may_use_what_it_might_use_before() -> None:
    before = processors_of()
    with on_one_processor():
        with on_any_processor():
            assert processors_of() == before
        assert len(processors_of()) == 1
    assert processors_of() == before


def test_a_parser_that_a_reader_starts_has_all_processors() -> None:
    before = processors_of()
    with on_one_processor():
        child = ParsingChild(timeout_s=5.0, memory_bytes=1_000_000_000)
    try:
        assert processors_of(child.pid) == before
    finally:
        child.end()
