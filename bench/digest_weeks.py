"""How many stories of a week a digest tells first, and how often one twice: python bench/digest_weeks.py --data FOLDER.

FOLDER holds news_qa/ and news_qa2/. The labelled weeks of bench/data (three of June 2026, one of February) are digested
out of all their articles, without a language model. A story of the digest counts for the labelled one that most of its
items belong to; what nobody has labelled counts for none. The last line is JSON: by week the labelled stories among the
first twelve, and how many of the twelve tell one again.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.news import ingest
from bench.story_sets import FEBRUARY, LABELS, Passage, lines, recap_passages, weeks
from bot.digest.digester import Digester
from bot.digest.models import Order, Story
from bot.settings import BotSettings
from ingest.models import SHARED_SCOPE
from ingest.wiring import open_corpus

FIRST = 12
SETS = {"news_qa": LABELS, "news_qa2": FEBRUARY}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/ and news_qa2/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles in this folder")
    arguments = parser.parse_args()
    found: dict[str, dict[str, int]] = {}
    print(f"{'week of':12}{'labelled':>9}{'told first':>11}{'again':>7}")
    with ExitStack() as stack:
        work = arguments.work or Path(stack.enter_context(TemporaryDirectory(prefix="verbatim-bench-")))
        for name, labels in SETS.items():
            corpus = {line["url"]: line for line in lines(arguments.data / name / "corpus.jsonl")}
            if not (work / name / "catalogue.db").exists():
                ingest(arguments.data / name / "corpus.jsonl", work / name)
            with open_corpus(BotSettings.load(data_dir=work / name), "bench") as opened:
                digester = Digester(opened.catalogue, opened.search)
                for week in weeks(recap_passages(labels, corpus)):
                    since = monday(week)
                    until = since + timedelta(days=7) - timedelta(seconds=1)
                    stories = digester.digest(Order(since, until, (SHARED_SCOPE,))).stories[:FIRST]
                    told = Counter(filter(None, (label_of(story, by_article(week)) for story in stories)))
                    again = sum(told.values()) - len(told)
                    labelled = len({passage.story for passage in week})
                    print(f"{since:%Y-%m-%d}{labelled:11}{len(told):11}{again:7}")
                    found[f"{since:%Y-%m-%d}"] = {"told": len(told), "again": again}
    print(json.dumps(found))


def monday(week: Sequence[Passage]) -> datetime:
    """The Monday of a week, at midnight UTC."""
    day = min(passage.published_at for passage in week).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)


def by_article(week: Sequence[Passage]) -> Mapping[str, Sequence[Passage]]:
    found = defaultdict(list)
    for passage in week:
        found[passage.article].append(passage)
    return found


def label_of(story: Story, labelled: Mapping[str, Sequence[Passage]]) -> str | None:
    """The labelled story that its quotes stand in; None if they stand in none."""
    counts: Counter[str] = Counter()
    for quote in story.quotes:
        for passage in labelled.get(quote.article.url or "", ()):
            if passage.whole or (passage.span.start < quote.end and quote.start < passage.span.end):
                counts[passage.story] += 1
    return counts.most_common(1)[0][0] if counts else None


if __name__ == "__main__":
    main()
