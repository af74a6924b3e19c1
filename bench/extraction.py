"""How much of an article's text is found on its page, and how little else: F1 on the article extraction benchmark.

    python bench/extraction.py --data FOLDER      FOLDER holds extraction/: ground-truth.json and html/*.html.gz

The measure is that of scrapinghub/article-extraction-benchmark: shingles of four words, counted with repetitions; true
and false ones of a page are shares of that page, so that long pages weigh no more; precision and recall are means over
pages. Pages are parsed as in the product, in the sandbox; one that is refused counts as an empty text. `trafilatura`
is the library with its defaults, `parsed` what our parser returns, `stored` what is stored after cleaning.
The last line is JSON: the F1 of `stored`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import trafilatura

import bench  # noqa: F401 - finds the packages of the repository
from ingest.errors import ParseError
from ingest.sandbox import Sandbox
from ingest.text.clean import clean

SHINGLE = 4  # words
_WORD = re.compile(r"\w+")


class Match(NamedTuple):
    """Shares of all shingles of a page: in both texts, only in what was found, only in what is true."""

    both: float
    only_found: float
    only_true: float


class Score(NamedTuple):
    f1: float
    precision: float
    recall: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data / "extraction"
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    matches: dict[str, list[Match]] = {"trafilatura": [], "parsed": [], "stored": []}
    sandbox = Sandbox()
    for key, page in truth.items():
        body = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        parsed = text_of(sandbox, body, page["url"])
        texts = {"trafilatura": trafilatura.extract(body) or "", "parsed": parsed, "stored": clean(parsed)}
        for name, text in texts.items():
            matches[name].append(match(text, page["articleBody"]))
    sandbox.close()
    scores = {name: score(found) for name, found in matches.items()}
    print(f"{len(truth)} pages\n{'':12} {'F1':>6} {'precision':>9} {'recall':>6}")
    for name, it in scores.items():
        print(f"{name:12} {it.f1:>6.3f} {it.precision:>9.3f} {it.recall:>6.3f}")
    print(json.dumps({"f1": round(scores["stored"].f1, 4)}))


def text_of(sandbox: Sandbox, body: bytes, url: str) -> str:
    try:
        return sandbox.article(body, url=url).text
    except ParseError as error:
        print(error)
        return ""


def match(found: str, true: str) -> Match:
    one, other = shingles(found), shingles(true)
    counts = ((one & other).total(), (one - other).total(), (other - one).total())
    return Match(*(count / (sum(counts) or 1) for count in counts))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words; a text of fewer words is one run."""
    words = _WORD.findall(text)
    runs = (tuple(words[n : n + SHINGLE]) for n in range(max(1, len(words) - SHINGLE + 1)))
    return Counter(run for run in runs if run)


def score(matches: list[Match]) -> Score:
    """Means over the pages for which each is defined."""
    precision = statistics.mean(m.both / (m.both + m.only_found) for m in matches if m.both + m.only_found)
    recall = statistics.mean(m.both / (m.both + m.only_true) for m in matches if m.both + m.only_true)
    return Score(2 * precision * recall / (precision + recall), precision, recall)


if __name__ == "__main__":
    main()
