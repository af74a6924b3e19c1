"""Are copies of an article found, and nothing else? Made-up syndications, revised reports and unrelated articles.

    python bench/copies.py --data FOLDER      FOLDER holds news_qa/ and stories/

Each article of news_qa is copied as other publishers do it, and rewritten as its next edition would be, with other
figures. Every pair of different articles of news_qa, and of different items of stories/, is compared too. The table
shows for each threshold of resemblance how many copies are found through the sketches, and how many others would be
taken for copies if all were compared and none were too short. The last line is JSON, for the threshold in use.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import bench  # noqa: F401 - finds the packages of the repository
from ingest.text.clean import clean
from ingest.text.duplicates import LEAST_SHARED, RESEMBLANCE, is_same_text, sketch

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
LONGEST = 6_000  # characters: the newsletters among the articles are ten times longer than what is syndicated
LINES = (
    "LONDON, June 3 (Agency) - ",
    "\n\nThis story was originally published by the Agency. Subscribe to our newsletter.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    articles = [text for text in map(clean, news(data)) if sketch(text[:LONGEST])]
    articles = [text[:LONGEST].rpartition("\n")[0] or text[:LONGEST] for text in articles]
    items = list({text.partition("\n")[0]: text for text in stories(data)}.values())  # some were fetched twice
    others = list(itertools.combinations(articles, 2)) + list(itertools.combinations(items, 2))
    print(f"{len(articles)} articles, {len(items)} items of stories, {len(others):,} pairs of different ones")
    print(f"{'resemblance':26}" + "".join(f"{at:>7}" for at in THRESHOLDS))
    found = {name: shares([(text, make(text)) for text in articles]) for name, make in COPIES.items()}
    for name, row in found.items():
        print(f"{'copies: ' + name:26}" + "".join(f"{share:>7.2f}" for share in row))
    revised = shares([(text, next_edition(text)) for text in articles])
    print(f"{'next edition':26}" + "".join(f"{share:>7.2f}" for share in revised))
    false = [sum(is_same_text(*pair, resemblance=at) for pair in others) for at in THRESHOLDS]
    print(f"{'different, pairs':26}" + "".join(f"{count:>7}" for count in false))
    at = THRESHOLDS.index(RESEMBLANCE)
    recall = sum(row[at] for row in found.values()) / len(found)
    print(
        json.dumps(
            {"copies_found": round(recall, 3), "editions_merged": round(revised[at], 3), "false_merges": false[at]}
        )
    )


def shares(pairs: list[tuple[str, str]]) -> list[float]:
    """The share of pairs that are taken for copies, for each threshold."""
    sketches = {text: set(sketch(text)) for pair in pairs for text in pair}
    likely = [pair for pair in pairs if len(sketches[pair[0]] & sketches[pair[1]]) >= LEAST_SHARED]
    return [sum(is_same_text(*pair, resemblance=at) for pair in likely) / len(pairs) for at in THRESHOLDS]


def news(data: Path) -> Iterator[str]:
    for line in (data / "news_qa" / "corpus.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)["text"]


def stories(data: Path) -> Iterator[str]:
    for file in sorted((data / "stories").rglob("scraped_news/**/*.json")):
        item = json.loads(file.read_text("utf-8"))
        yield f"{item['title']}\n\n{item.get('body_text', '')}"


def with_lines(text: str) -> str:
    return LINES[0] + text + LINES[1]


def shortened(text: str) -> str:
    return text[: len(text) * 9 // 10]


def without_paragraph(text: str) -> str:
    parts = text.split("\n\n")
    return "\n\n".join(parts[: len(parts) // 2] + parts[len(parts) // 2 + 1 :])


def house_style(text: str) -> str:
    """Other quotes and dashes, and one word of a hundred spelt differently."""
    chance = random.Random(len(text))
    plain = text.translate(str.maketrans("“”‘’—–", "\"\"''--"))
    return re.sub(r"\b[a-z]{6,}\b", lambda m: m[0] + "e" if chance.random() < 0.02 else m[0], plain)


COPIES: dict[str, Callable[[str], str]] = {
    "as they are": str,
    "with an agency's lines": with_lines,
    "a tenth cut off": shortened,
    "without a paragraph": without_paragraph,
    "another house's style": house_style,
}


def next_edition(text: str) -> str:
    """The same report a week later: every fifth figure is another."""
    count = itertools.count()
    return re.sub(r"\d+", lambda m: str(int(m[0]) + 1) if next(count) % 5 == 0 else m[0], text)


if __name__ == "__main__":
    main()
