"""Fits how answers are found: `python bench/fit_answering.py --data FOLDER [--work DIR] [--write]`.

FOLDER holds news_qa/, news_qa2/ and cases/; `answering_sets` says which questions are made of them. Two models:

- the order of sentences (`rank_sentences.WEIGHTS`): a conditional logit over the sentences of a question's passages, of
  which those with gold evidence are right (listwise softmax: Cao et al., "Learning to Rank", 2007), with a ridge;
- the confidence (`confidence.WEIGHTS`): a logistic regression on the standardised features, both classes weighing the
  same.

With --reader MODEL (a name or folder, as RERANK_MODEL takes) the weight of what that cross-encoder reads is fitted
beside them, for the order and the confidence (`rank_sentences.READ`, `confidence.READ`), and reported on the sets left
out; the other weights stay.

Reported is what both do to each set when they were fitted on the others: evidence shown and first, answerable ones
refused, unanswerable ones answered, at several thresholds, with one standard error of the evidence; the deeds used for
the report are templates left out too. The weights that are printed, and with --write put into the bot, are fitted on
all of them. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

from bench.answering_sets import SETS, Asked, everything
from bot.answering.findings import Finding, Findings
from bot.answering.retrieval import confidence, rank_sentences

THRESHOLDS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
UNSEEN = ("deed 2", "pair 2")
"""Untold deeds of templates that the models for the report have not seen."""
RIDGE = 3.0
PASSAGE = 0.6
"""What the passage's score weighs in the order as it is written: the other weights are given beside it."""
Numbers = npt.NDArray[np.float64]
Weights = Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the order of sentences and the confidence of answers.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/, news_qa2/ and cases/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles")
    parser.add_argument("--reader", default="", help="also fit what this cross-encoder reads")
    parser.add_argument("--write", action="store_true", help="put the weights into bot/answering/retrieval/")
    arguments = parser.parse_args()
    with TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        asked = list(everything(arguments.data, arguments.work or Path(temporary), arguments.reader))
    if arguments.reader:
        with_reader(asked, write_it=arguments.write)
        return
    result = {base: left_out(asked, base) for base in SETS}
    order, (weights, bias) = fit_order(asked), fit_confidence(asked)
    names = confidence.Features.__dataclass_fields__
    sure = dict(zip(names, map(float, weights), strict=True))
    print(f"order {_listed(order)}\nconfidence BIAS = {bias:.3f} {_listed(sure)}")
    if arguments.write:
        write(rank_sentences, order)
        write(confidence, sure, bias)
    print(json.dumps(result))


def fit_order(asked: Sequence[Asked]) -> dict[str, float]:
    """The weights of the sentences' features, that of the passage being `PASSAGE`."""
    lists = [(_matrix(one.found.whole), gold) for one in asked if (gold := _gold(one)).any()]
    every = np.concatenate([rows for rows, _ in lists])
    scale = every.std(axis=0) + 1e-9
    lists = [(rows / scale, gold) for rows, gold in lists]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = RIDGE / 2 * float(weights @ weights), RIDGE * weights
        for rows, gold in lists:
            scores = np.exp(rows @ weights - (rows @ weights).max())
            share, right = scores / scores.sum(), float(scores[gold].sum() / scores.sum())
            total -= float(np.log(right))
            slope = slope - rows.T @ (np.where(gold, share / right, 0.0) - share)
        return total, slope

    names = list(rank_sentences.WEIGHTS)
    weights = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / scale
    return {name: float(w * PASSAGE / weights[names.index("passage")]) for name, w in zip(names, weights, strict=True)}


def with_reader(asked: Sequence[Asked], *, write_it: bool) -> None:
    """Fit what a cross-encoder's scores are worth; report it with each set left out."""
    result = {}
    for base in SETS:
        others = [one for one in asked if one.base != base and one.group not in UNSEEN]
        weight, logit = fit_read_order(others), fit_read_confidence(others)
        own = [one for one in asked if one.group == base]
        result[base] = read_report(own, 0.0, (1.0, 0.0, 0.0)) | {"read": read_report(own, weight, logit)}
        print(base, json.dumps(result[base]))
    weight, logit = fit_read_order(asked), fit_read_confidence(asked)
    print(f"READ of the order = {weight:.3f}, READ of the confidence = {tuple(round(each, 3) for each in logit)}")
    if write_it:
        _replace(rank_sentences, r"READ = .*", f"READ = {weight:.3f}")
        _replace(confidence, r"READ = .*", f"READ = ({', '.join(f'{each:.3f}' for each in logit)})")
    print(json.dumps(result))


def fit_read_order(asked: Sequence[Asked]) -> float:
    """What a score adds to the order, beside the weights that are there."""
    lists = []
    for one in asked:
        if (gold := _gold(one)).any():
            features = [sentence.features for sentence in one.found.whole.ranked]
            lists.append((np.array([[replace(f, read=0.0).score(), f.read] for f in features]), gold))

    def loss(weights: Numbers) -> float:
        total = 0.0
        for rows, gold in lists:
            scores = np.exp(rows @ weights - (rows @ weights).max())
            total -= float(np.log(scores[gold].sum() / scores.sum()))
        return total

    scale, read = minimize(loss, np.array([10.0, 0.0])).x
    return float(read / scale)


def fit_read_confidence(asked: Sequence[Asked]) -> tuple[float, float, float]:
    """What the logit and the best score are worth together: weights of both, and a bias."""
    rows = np.array([[_logit(one.found.whole), confidence.best_read(one.found.whole.ranked)] for one in asked])
    model = LogisticRegression(class_weight="balanced", max_iter=1000, C=100.0)
    model.fit(rows, [one.answerable for one in asked], sample_weight=[one.weight for one in asked])
    return float(model.coef_[0][0]), float(model.coef_[0][1]), float(model.intercept_[0])


def _logit(finding: Finding) -> float:
    """Of the confidence without the cross-encoder."""
    values = asdict(confidence.features(finding.found, finding.ranked))
    return float(confidence.BIAS + sum(confidence.WEIGHTS[name] * value for name, value in values.items()))


def read_report(own: Sequence[Asked], weight: float, logit: tuple[float, float, float]) -> dict[str, float]:
    """Evidence shown and first, refused and answered wrongly, with a cross-encoder worth this much."""
    sure = {id(one): max(map(partial(_read_sure, logit=logit), (one.found.whole, *one.found.parts))) for one in own}
    at = float(np.log(confidence.THRESHOLD / (1.0 - confidence.THRESHOLD)))
    answerable = [one for one in own if one.answerable]
    with patch.object(rank_sentences, "READ", weight):
        places = [shown_at(one, rank_sentences.WEIGHTS) if sure[id(one)] >= at else None for one in answerable]
    return {
        "evidence": share([place is not None for place in places]),
        "first": share([place == 0 for place in places]),
        "refused": share([sure[id(one)] < at for one in answerable]),
        "false": share([sure[id(one)] >= at for one in own if not one.answerable]),
    }


def _read_sure(finding: Finding, logit: tuple[float, float, float]) -> float:
    if not finding.ranked:
        return -30.0
    return (
        30.0
        if finding.certain
        else float(logit[0] * _logit(finding) + logit[1] * confidence.best_read(finding.ranked) + logit[2])
    )


def _replace(module: ModuleType, pattern: str, line: str) -> None:
    path = Path(str(module.__file__))
    path.write_text(re.sub(rf"(?m)^{pattern}$", line, path.read_text("utf-8"), count=1), "utf-8")


def _matrix(finding: Finding) -> Numbers:
    """The features of a finding's sentences, a row each."""
    rows = (asdict(sentence.features) for sentence in finding.ranked)
    return np.array([[row[name] for name in rank_sentences.WEIGHTS] for row in rows])


def _gold(one: Asked) -> npt.NDArray[np.bool_]:
    """Which sentences of the whole finding hold gold evidence."""
    case = one.case
    if case is None or not one.answerable:
        return np.zeros(1, dtype=bool)
    return np.array([case.shown_by([sentence.evidence.text]) for sentence in one.found.whole.ranked])


def fit_confidence(asked: Sequence[Asked]) -> tuple[Numbers, float]:
    """Weights and bias for the raw features."""
    matrix, counts = np.array([_features(one.found.whole) for one in asked]), [one.weight for one in asked]
    scaler = StandardScaler().fit(matrix, sample_weight=counts)
    model = LogisticRegression(class_weight="balanced", max_iter=1000)
    model.fit(scaler.transform(matrix), [one.answerable for one in asked], sample_weight=counts)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _features(finding: Finding) -> list[float]:
    return list(asdict(confidence.features(finding.found, finding.ranked)).values())


def left_out(asked: Sequence[Asked], base: str) -> dict[str, Any]:
    """What models do to a set that were fitted without it, and to deeds of templates that they have not seen."""
    others = [one for one in asked if one.base != base and one.group not in UNSEEN]
    order, model = fit_order(others), fit_confidence(others)
    seen = [(one, sure(one, model)) for one in asked if one.base == base]
    own = [(one, p) for one, p in seen if one.group == base]
    shown = {id(one): shown_at(one, order) for one, _ in own if one.answerable}
    result: dict[str, Any] = {
        "auc": round(float(roc_auc_score([o.answerable for o, _ in own], [p for _, p in own])), 3)
    }
    print(f"{base}: AUC {result['auc']}\n  at  evidence first refused answered: unanswerable deeds")
    for threshold in THRESHOLDS:
        places = [shown[id(one)] if p >= threshold else None for one, p in own if one.answerable]
        line = {
            "evidence": share([place is not None for place in places]),
            "first": share([place == 0 for place in places]),
            "refused": share([p < threshold for one, p in own if one.answerable]),
            "false": share([p >= threshold for one, p in own if not one.answerable]),
            "deeds": share([p >= threshold for one, p in seen if one.group in UNSEEN]),
        }
        line["error"] = round((line["evidence"] * (1.0 - line["evidence"]) / len(places)) ** 0.5, 3)
        print(f"  {threshold:.2f} {_listed(line)}")
        result[f"{threshold:.2f}"] = line
    return result


def shown_at(one: Asked, order: Weights) -> int | None:
    """The place of the first quote that shows the evidence, with sentences in this order; None where none does."""
    found = Findings(_reordered(one.found.whole, order), tuple(_reordered(part, order) for part in one.found.parts))
    case = one.case
    places = (n for n, quote in enumerate(found.quotes()) if case is not None and case.shown_by([quote.text]))
    return next(places, None)


def _reordered(finding: Finding, order: Weights) -> Finding:
    return finding if finding.certain else replace(finding, ranked=rank_sentences.reordered(finding.ranked, order))


def sure(one: Asked, model: tuple[Numbers, float]) -> float:
    """The confidence of a question: that of its best part."""
    weights, bias = model
    if one.found.whole.certain:
        return 1.0
    rows = [_features(finding) for finding in (one.found.whole, *one.found.parts) if finding.ranked]
    return max(1.0 / (1.0 + float(np.exp(-(np.array(row) @ weights + bias)))) for row in rows)


def share(verdicts: Sequence[bool]) -> float:
    return round(sum(verdicts) / len(verdicts), 3) if verdicts else 0.0


def _listed(values: Weights) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in values.items())


def write(module: ModuleType, weights: Weights, bias: float | None = None) -> None:
    """Put weights where the bot reads them."""
    path = Path(str(module.__file__))
    written = "".join(f'    "{name}": {weight:.3f},\n' for name, weight in weights.items())
    code = re.sub(
        r"(?ms)(^WEIGHTS: .*? = \{\n).*?(^\})", lambda match: match[1] + written + match[2], path.read_text("utf-8")
    )
    if bias is not None:
        code = re.sub(r"(?m)^BIAS = .*$", f"BIAS = {bias:.3f}", code)
    path.write_text(code, "utf-8")


if __name__ == "__main__":
    main()
