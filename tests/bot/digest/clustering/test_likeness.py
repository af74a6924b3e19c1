"""How alike groups are: what weighs how much."""

from __future__ import annotations

from bot.digest.clustering.features import features_of
from bot.digest.clustering.likeness import likeness_of_groups
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import cut, weights

SPAWNED = "Opal spawned 451 workers in one session{}."
PRICED = "Opal costs five dollars, and twenty for the answers{}."


def test_one_name_in_common_is_weaker_evidence_where_it_is_all_that_a_group_says(encoder: Encoder) -> None:
    def alike(told: str) -> float:
        lines = [("Wire", "", sentence.format(told)) for sentence in (SPAWNED, SPAWNED, PRICED, PRICED)]
        return float(likeness_of_groups(features_of(cut(encoder, *lines), weights), [[0, 1], [2, 3]])[0, 1])

    assert alike("") < alike(" of Strigi") - 0.05
