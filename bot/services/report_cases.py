"""Reports as cases: what people found wrong, as a question set, for `bench/reported.py`. Knows no Discord."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.services.records import QuoteRef, Report, Verdict
from ingest.catalogue import Catalogue
from ingest.clock import format_utc


def cases(reports: Iterable[Report], catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Every report of a wrong or missing quote, oldest first.

    `gold` is empty until somebody fills it in: a report tells what is wrong, not what would be right. What was shown
    stands in `reported`, with the version of each article; a quote whose article was forgotten is left out.
    """
    wrong = (report for report in reports if report.kind is Verdict.WRONG)
    for n, report in enumerate(wrong, 1):
        yield {
            "id": f"report-{n}",
            "question": report.question,
            "type": "report",
            "asked_at": format_utc(report.at),
            "answerable": True,
            "gold": [],
            "answer_strings": [],
            "note": report.comment,
            "scope": report.scope,
            "reported": {
                "answer": report.answer,
                "quotes": [shown for ref in report.quotes if (shown := _quote(ref, catalogue))],
            },
        }


def _quote(ref: QuoteRef, catalogue: Catalogue) -> dict[str, Any] | None:
    article = catalogue.articles.show(ref.article_id, ref.version)
    if article is None:
        return None
    card = article.card
    return {
        "text": article.text[ref.start : ref.end],
        "start": ref.start,
        "end": ref.end,
        "article": {"id": card.id, "url": card.url, "title": card.title, "version": card.version},
    }
