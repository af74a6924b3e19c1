"""Patterns that run over what strangers write take time in proportion to its length.

Eight times as much text may take some eight times as long; a pattern that takes the square would take 64 times.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot.desk.comparing import _tokens, printed
from bot.digest.segmenting.names import names_of
from bot.digest.writing.headline import _without_credit
from bot.lexicon.names import find_names
from bot.render.markdown import harmless
from ingest.text.clean import clean
from ingest.text.words import terms

SHORT, TIMES, ALLOWED = 5_000, 8, 30
REPEATED = ("1.2.", "@a, ", "a", "A", "a-", "*", "`", "<", "http://a.", "[a](", "(Activity: 1", "'s", "a.com/")


def seconds(run: Callable[[str], object], text: str) -> float:
    """Processor time, the least of three runs."""
    taken = []
    for _ in range(3):
        began = time.thread_time()
        run(text)
        taken.append(time.thread_time() - began)
    return min(taken)


@pytest.mark.parametrize(
    "run",
    [names_of, find_names, harmless, _without_credit, terms, clean, _tokens, printed],
    ids=lambda run: run.__name__,
)
@pytest.mark.parametrize("repeated", REPEATED)
def test_a_longer_text_takes_longer_in_proportion(run: Callable[[str], object], repeated: str) -> None:
    short = (repeated * SHORT)[:SHORT]
    took = seconds(run, short)
    assert seconds(run, (short * TIMES)) <= ALLOWED * max(took, 0.001)
