"""The example dashboard and alert rules ask for metrics that the bot has, with labels that they have."""

from __future__ import annotations

import json
import re

import pytest

from bot.monitoring.metrics import Levels, Metrics
from tests.newsroom import ROOT

METRIC = re.compile(r"verbatim_\w+")
LABELS = re.compile(r"(verbatim_\w+)\{(\w+)=")
LEVELS = Levels({"ok": 1, "failing": 0}, 1, 0, 0.0, 1.0, {"prompt": 1}, 0, 1)


def shown() -> str:
    """What /metrics says of a bot that has answered and refused."""
    metrics = Metrics(lambda: LEVELS)
    metrics.questions.labels("answered", "quotes").inc()
    metrics.stages.labels("total").observe(0.1)
    return metrics.text().decode()


def dashboard() -> list[str]:
    panels = json.loads((ROOT / "deploy" / "grafana.json").read_text("utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def rules() -> list[str]:
    """The expressions of the alert rules, each on a line of its own."""
    text = (ROOT / "deploy" / "alerts.yml").read_text("utf-8")
    found = re.findall(r"^ +expr: (.+)$", text, re.MULTILINE)
    assert len(found) == text.count("- alert: ") == text.count('summary: "')
    return found


def queries() -> list[str]:
    return dashboard() + rules()


@pytest.mark.parametrize("query", queries())
def test_every_query_asks_for_what_the_bot_shows(query: str) -> None:
    text = shown()
    for name in METRIC.findall(query):
        assert re.search(rf"^{name}(\{{| )", text, re.MULTILINE), name
    for name, label in LABELS.findall(query):
        assert re.search(rf"^{name}\{{[^}}]*{label}=", text, re.MULTILINE), (name, label)


def test_every_metric_is_on_the_dashboard_and_in_the_documentation() -> None:
    families = {line.split()[2] for line in shown().splitlines() if line.startswith("# TYPE")}
    told = " ".join(dashboard()), (ROOT / "docs" / "operations.md").read_text("utf-8")
    made = {name for name in families if not name.endswith("_created")}
    assert [name for name in made for text in told if name not in text] == []
