"""Small inputs that failed once, each read and asked about through the command line.

    python bench/cases.py --data FOLDER [--only CLASS]

FOLDER holds cases/ (pages, feeds, a PDF, JSON lines, and questions.jsonl). The pages are served on loopback, every
source is added and read, then asked about as a user would; what is right is said here, case by case. Prints a table.
The last line is JSON: how many cases there are, and how many gave what is right.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
AS_OF = "2026-11-28"
TYPES = {".xml": "application/rss+xml", ".pdf": "application/pdf", ".html": "text/html; charset=utf-8"}
Json = dict[str, Any]
Check = Callable[["Corpus"], bool]


@dataclass(frozen=True)
class Case:
    """One input and what makes its result right; `kind` is the class of fault it stands for."""

    name: str
    kind: str
    sources: tuple[str, ...]
    is_right: Check


class Corpus:
    """A data folder that the sources of a case were read into, used through the command line alone."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host

    def run(self, *words: str, given: str | None = None) -> str:
        """What a command prints; what it tells on stderr is shown where it fails."""
        env = os.environ | {"DATA_DIR": str(self._folder), "INGEST_ALLOW_HOSTS": self._host, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, env=env, input=given, capture_output=True, text=True, check=False)
        return done.stdout

    def articles(self) -> dict[str, Json]:
        """Every article by its title."""
        found = {}
        for hit in self._hits():
            shown = json.loads(self.run("ingest", "show", hit["article_id"], "--json"))
            found[shown["title"]] = shown
        return found

    def _hits(self) -> list[Json]:
        asked = "\n".join(json.dumps({"id": word, "question": word}) for word in ("model", "a", "the company said"))
        lines = self.run("bot", "search", "--jsonl", "--top", "40", given=asked).splitlines()
        return list({hit["article_id"]: hit for line in lines for hit in json.loads(line)["hits"]}.values())

    def text(self) -> str:
        """All articles' titles and texts."""
        return "\n".join(f"{article['title']}\n{article['text']}" for article in self.articles().values())

    def ask(self, question: str, at: str = AS_OF, history: Sequence[Json] = ()) -> Json:
        """The answer object."""
        line = json.dumps({"id": "1", "question": question, "asked_at": at, "history": list(history)})
        answer: Json = json.loads(self.run("bot", "ask", "--jsonl", given=line))
        return answer

    def quotes(self, question: str, at: str = AS_OF, history: Sequence[Json] = ()) -> list[str]:
        return [quote["text"] for quote in self.ask(question, at, history)["quotes"]]

    def why(self, address: str) -> str:
        return self.run("ingest", "why", address)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", help="cases of this class alone, such as F09 or deed")
    words = parser.parse_args()
    folder = words.data / "cases"
    right = 0
    with served(folder) as base:
        every = [*inputs(), *questions(folder)]
        cases = [case for case in every if words.only in (None, case.kind, case.name)]
        for sources in dict.fromkeys(case.sources for case in cases):
            with tempfile.TemporaryDirectory() as data:
                corpus = Corpus(Path(data), base.removeprefix("http://"))
                addresses = [str(folder / s) if s.endswith((".jsonl", ".pdf")) else f"{base}/{s}" for s in sources]
                corpus.run("ingest", "add", *addresses)
                corpus.run("ingest", "run", "--once")
                for case in cases:
                    if case.sources == sources:
                        ok = case.is_right(corpus)
                        right += ok
                        print(f"{'right' if ok else 'WRONG':6} {case.kind:10} {case.name}", flush=True)
    print(json.dumps({"cases": len(cases), "right": right}))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback, at the address that its feeds name."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = folder / self.path.split("?")[0].lstrip("/")
            found = path.is_file()
            body = path.read_bytes() if found else b""
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", TYPES.get(path.suffix, "text/plain"))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8778), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "http://127.0.0.1:8778"
    finally:
        server.shutdown()
        server.server_close()


def inputs() -> Iterator[Case]:
    """Pages, feeds and files: what is stored of them, and what is quoted."""

    def case(name: str, kind: str, is_right: Check, *sources: str) -> Case:
        return Case(name, kind, sources or (name,), is_right)

    yield case("superscript.html", "F01", _powers)
    yield case("struck-out.html", "F03", lambda c: "$70 million" not in c.text() and "$900" not in c.text())
    yield case("changelog.xml", "F04", _changelog)
    yield case("metered.xml", "F08", lambda c: _feeds_own_text(c, "380 people", "last free article"))
    yield case("login.xml", "F08", lambda c: _feeds_own_text(c, "364 people", "Welcome back"))
    yield case("bot-check.html", "F08", _refused)
    yield case("dates.xml", "F09", _dates)
    yield case("titles.xml", "F15", _titles)
    yield case("math.xml", "F16", _math)
    yield case("page-break.pdf", "F17", _page_break)
    yield case("related.html", "F18", lambda c: "Acme" not in c.text() and "Blix starts" in c.text())
    yield case("table.html", "F19", _table)
    yield case("code.html", "F23", _code)
    yield case("old-event.html", "F05", _old_event)
    both = ("news.jsonl", "retractions.jsonl")
    for name, question, first, claim in RETRACTIONS:
        yield case(name, "F02", partial(_newest_word_first, question=question, first=first, claim=claim), *both)


def questions(folder: Path) -> Iterator[Case]:
    """The questions about the JSON lines, by class."""
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        sources = ("news.jsonl", "retractions.jsonl") if asked["corpus"] == "news.jsonl" else (asked["corpus"],)
        yield Case(asked["id"], asked["id"].partition("-")[0], sources, partial(_answered, asked))


def _powers(corpus: Corpus) -> bool:
    quotes = " ".join(corpus.quotes("Above how many floating point operations is a license required?", "2026-11-30"))
    return ("10^26" in quotes or "10²⁶" in quotes) and "1026" not in corpus.text() and "108 kronor" not in corpus.text()


def _changelog(corpus: Corpus) -> bool:
    dates = {title: article["published_at"][:10] for title, article in corpus.articles().items()}
    answer = corpus.ask("What is the rate limit of the Pro plan?")
    found = [quote for quote in answer["quotes"] if "4,000 requests" in quote["text"]]
    return sorted(dates.values()) == ["2026-11-10", "2026-11-17", "2026-11-24"] and bool(
        found and found[0]["article"]["published_at"].startswith("2026-11-17")
    )


def _feeds_own_text(corpus: Corpus, said: str, wall: str) -> bool:
    """The feed's text is stored, the wall is not, and `why` says so."""
    (article,) = corpus.articles().values()
    return said in article["text"] and wall not in article["text"] and "feed's own text" in corpus.why(article["url"])


def _refused(corpus: Corpus) -> bool:
    """It is no article, and the list of sources says why."""
    (source,) = json.loads(corpus.run("ingest", "sources", "--json"))
    return not corpus.articles() and "bot check" in source["failure_why"]


def _dates(corpus: Corpus) -> bool:
    dates = {title: article["published_at"] for title, article in corpus.articles().items()}
    wanted = {
        "Tarn opens an office in Osaka": "2026-11-24",
        "Deepwell raises its prices": "2026-03-05",
        "Lode sells its sensor business": "2024-02-14",
        "Harbor founded in Porto": "2019-03-05",
        "Kestrel shows its first robot": "2020-05-04",
        "Gannet gets an update": "2026-11-27T07:30",
        "Osprey is announced": "2023-11-14",
    }
    return all(str(dates.get(title)).startswith(date) for title, date in wanted.items())


def _titles(corpus: Corpus) -> bool:
    wanted = {
        "Why the <think> tag matters in Qwen",
        "The <script> tag & why AT&T drops it",
        "List<T> and vector<int> in generated code",
    }
    return set(corpus.articles()) == wanted


def _math(corpus: Corpus) -> bool:
    quotes = " ".join(corpus.quotes("Which accuracy does FernNet reach on the map test?", "2026-11-30"))
    return not quotes or ("92.3" in quotes and "88.1" in quotes)


def _page_break(corpus: Corpus) -> bool:
    closed = " ".join(corpus.quotes("Why is the factory in Oslo closed?", "2026-12-31"))
    folded = " ".join(corpus.text().split())
    return "it expects that this will save 37 million" in " ".join(closed.split()) and "this will 13" not in folded


def _table(corpus: Corpus) -> bool:
    quotes = corpus.quotes("What is the output price of Osprey 3?")
    return any("Osprey 3" in quote and "$8.00" in quote and "Output price" in quote for quote in quotes)


def _code(corpus: Corpus) -> bool:
    return "python -m venv .venv\n. .venv/bin/activate\npip install quill==1.3" in corpus.text()


def _old_event(corpus: Corpus) -> bool:
    answer = corpus.ask("What did Halcyon release this week?")
    return not any("March 2024" in quote["text"] for quote in answer["quotes"][:1])


RETRACTIONS = (
    ("fake screenshot", "How many parameters does Pelican 4 have?", "a fake", "Pelican 4 with 8 billion"),
    (
        "certificate taken back",
        "May the Tern arm work beside people without a fence?",
        "taken back a certificate",
        "beside people without a fence",
    ),
    ("withdrawn paper", "Is SolidNet faster than a transformer?", "withdrawn", "three times faster"),
    ("corrected lead", "Who led the round of Brightwater?", "led by Meridian Capital", "Northgate could lead"),
)


def _newest_word_first(corpus: Corpus, *, question: str, first: str, claim: str) -> bool:
    """The claim, where it is shown, stands behind (or in one quote with) the word that takes it back."""
    quotes = corpus.quotes(question)
    taken_back = next((n for n, quote in enumerate(quotes) if first in quote), None)
    told = [n for n, quote in enumerate(quotes) if claim in quote]
    return taken_back == 0 and all(n >= taken_back for n in told)


def _answered(asked: Json, corpus: Corpus) -> bool:
    answer = corpus.ask(asked["question"], asked["asked_at"], asked.get("history", ()))
    quotes = [quote["text"] for quote in answer["quotes"]]
    shown, kind = "\n".join(quotes), asked["id"].partition("-")[0]
    if kind == "deed":
        return bool(answer["status"] == "no_evidence")
    if answer["status"] != "answered":
        return False
    if kind == "whatsnew":
        return _are_newest(answer)
    if kind == "publisher":
        wanted = next(name for name in ("Silicon Daily", "Rumor Mill") if name in asked["question"])
        return bool(answer["quotes"][0]["article"]["source"] == wanted)
    return all(words in shown for words in WANTED[asked["id"]]) and not (kind == "chat" and answer["note"])


def _are_newest(answer: Json) -> bool:
    """Three stories, none older than a week."""
    dates = [quote["article"]["published_at"] for quote in answer["quotes"]]
    return len(dates) >= 3 and min(dates) >= "2026-11-21"


_PRICE = ("X1 Pro", "$27,500")
_FOUR = ("Pelican 3", "Marlin Code", "Orchid 2.5 Nano", "Gannet Vision")
WANTED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("list-1", "list-2"), _FOUR),
    "list-3": ("at night", "10,000 requests", "an id of its own", "within five minutes", "Delete old results"),
    **dict.fromkeys(("followup-1", "followup-4", "followup-5"), ("1 December 2026",)),
    "followup-2": ("Rieker led the cloud division of Northgate",),
    "followup-3": ("Mara Venn",),
    **dict.fromkeys(("chat-1", "chat-2", "chat-4", "chat-5", "chat-7", "chat-8"), _PRICE),
    **dict.fromkeys(("words-1", "words-2"), ("40 dollars",)),
    "words-3": ("initial public offering",),
    "words-4": ("Tomas Rieker",),
    "words-5": ("1.2 kilograms",),
    "words-6": ("8.5 watts",),
    "window-1": ("ships in February 2027",),
    "window-2": ("2027 on smaller models",),
    "window-4": ("1 December 2026",),
    "window-5": ("founded the company in 2021",),
}


if __name__ == "__main__":
    main()
