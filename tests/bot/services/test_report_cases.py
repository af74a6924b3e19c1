"""What people report can be measured against: question, answer, quotes and versions come out as a question set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.answering.answerer import Answerer
from bot.answering.models import Question
from bot.services.answers import AnswerService
from bot.services.records import QuoteRef, Report, Verdict
from ingest.clock import utc_now
from tests.bot.answering.news import ARTICLES, ASKED_AT, QUESTION, ingested


def test_wrong_answers_become_cases_with_what_was_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ingested(tmp_path, ARTICLES) as corpus:
        answer = Answerer(corpus.catalogue, corpus.search).answer(Question(QUESTION, ASKED_AT))
        quotes = tuple(QuoteRef(q.article.id, q.article.version, q.start, q.end) for q in answer.quotes)
        reports = AnswerService(corpus.catalogue)
        reports.add_report(Report(Verdict.WRONG, "42", ASKED_AT, QUESTION, "It is so.", quotes, "not what I asked"))
        reports.add_report(Report(Verdict.RIGHT, "42", utc_now(), "", "", quotes, ""))
        reports.add_report(Report(Verdict.WRONG, "42", ASKED_AT, "Why?", "", (QuoteRef("gone", 1, 0, 5),), ""))
    capsys.readouterr()
    assert main(["--data-dir", str(tmp_path / "data"), "reports", "--jsonl"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["question"], first["note"]) == ("report-1", QUESTION, "not what I asked")
    assert (first["asked_at"], first["gold"], first["answerable"]) == ("2026-06-01T12:00:00Z", [], True)
    assert [q["text"] for q in first["reported"]["quotes"]] == [q.text for q in answer.quotes]
    assert second["reported"]["quotes"] == []
