"""Pairs of items: what speaks for one event and what against it."""

from __future__ import annotations

from datetime import timedelta

from bot.digest.clustering.features import features_of
from bot.digest.clustering.link_weights import WEIGHTS
from bot.digest.clustering.linkage import MOST, log_odds
from bot.digest.clustering.pairs import FEATURES, pairs_of
from bot.digest.segmenting.items import items_of
from ingest.embedding.encoders import Encoder
from tests.bot.digest.desk import DAY, HARBOR, POLARIS, POLARIS_AGAIN, RECAP, article, cut, weights


def odds(encoder: Encoder, *texts: str, apart: timedelta = timedelta()) -> float:
    """The log odds of the first two of these articles among those of a recap."""
    papers = [
        article(encoder, "", text, f"Paper {n}", age=DAY + (apart if n == 1 else timedelta()))
        for n, text in enumerate(texts)
    ]
    pairs = pairs_of(features_of(items_of([*papers, article(encoder, "today", RECAP, "Recap")]), weights))
    (found,) = [k for k in range(len(pairs.one)) if (pairs.one[k], pairs.other[k]) == (0, 1)]
    return float(log_odds(pairs)[found])


def test_two_reports_on_one_event_are_likelier_one_than_two_on_different_ones(encoder: Encoder) -> None:
    assert odds(encoder, POLARIS, POLARIS_AGAIN) > 1.0 > odds(encoder, POLARIS, HARBOR)


def test_the_longer_two_reports_are_apart_the_less_they_are_one_event(encoder: Encoder) -> None:
    together = odds(encoder, POLARIS, POLARIS_AGAIN)
    assert odds(encoder, POLARIS, POLARIS_AGAIN, apart=5 * DAY) < together or together == MOST


def test_another_version_speaks_against_one_event(encoder: Encoder) -> None:
    assert WEIGHTS["versions"] < 0.0
    heron = ("Heron AI launched Heron {}, a model of the weather.", "Heron {} by Heron AI forecasts ten days.")
    for version, contradicts in (("4.1", 0.0), ("4.2", 1.0)):
        told = [("A", "", heron[0].format("4.1")), ("B", "", heron[1].format(version))]
        pairs = pairs_of(features_of(cut(encoder, *told), weights))
        assert pairs.features[0, FEATURES.index("versions")] == contradicts


def test_every_feature_has_a_weight_and_is_finite(encoder: Encoder) -> None:
    pairs = pairs_of(features_of(cut(encoder, ("A", "", POLARIS), ("B", "", HARBOR)), weights))
    assert pairs.features.shape == (1, len(FEATURES))
    assert abs(float(log_odds(pairs)[0])) <= MOST


def test_a_single_item_has_no_pairs(encoder: Encoder) -> None:
    pairs = pairs_of(features_of(cut(encoder, ("A", "", POLARIS)), weights))
    assert len(pairs.one) == 0
