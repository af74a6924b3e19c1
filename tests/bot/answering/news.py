"""A small real corpus: three articles ingested, embedded and open; and what must hold for every answer over it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.answering.models import Answer
from bot.render import render_answer
from bot.render.markdown import harmless
from ingest.__main__ import main
from ingest.catalogue import Catalogue
from ingest.settings import IngestSettings
from ingest.wiring import Corpus, open_corpus
from tests.bot.discord_markdown import live

ASKED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUESTION = "How much did Anthropic raise in its Series H?"
ARTICLES = {
    "anthropic": (
        "Anthropic raises again",
        "Anthropic said it raised $65B in Series H at a $965B valuation, led by Altimeter and Sequoia. "
        "The company reportedly plans to spend 40% of it on chips. It will not sell adverts.",
    ),
    "gemma": (
        "Gemma 4 is out",
        "Google released Gemma 4 12B on May 26 under Apache 2.0. It needs roughly 16GB of memory.",
    ),
    "vllm": ("vLLM is faster", "vLLM 0.20 serves twice as many requests. Its scheduler was rewritten in Rust."),
}


@contextmanager
def ingested(
    folder: Path, articles: Mapping[str, tuple[str, str]], days: Mapping[str, str] | None = None
) -> Iterator[Corpus]:
    """An open corpus of articles given as name -> (title, text), of 28 May 2026 or of the day that `days` names."""
    published = dict.fromkeys(articles, "2026-05-28") | dict(days or {})
    lines = [
        {"url": address(name), "title": title, "source": "The Daily Model", "text": text}
        | {"published_at": published[name]}
        for name, (title, text) in articles.items()
    ]
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    for words in (["add", str(source)], ["run", "--once"]):
        assert main(["--data-dir", str(folder / "data"), *words]) == 0
    with open_corpus(IngestSettings.load(data_dir=folder / "data"), "tests") as corpus:
        yield corpus


def address(name: str) -> str:
    """Where the article of that name stands on the web."""
    return f"https://news.example/{name}"


def holds(answer: Answer, catalogue: Catalogue) -> bool:
    """Promises 1, 2 and 4 in what is shown: quotes are copied, every statement has one, only our links are live."""
    for quote in answer.quotes:
        article = catalogue.articles.show(quote.article.id, quote.article.version)
        assert article is not None
        assert article.text[quote.start : quote.end] == quote.text
    assert all(statement.quotes for statement in answer.statements)
    known = {quote.n for quote in answer.quotes}
    assert all(known.issuperset(statement.quotes) for statement in answer.statements)
    ours = {f"link:{quote.link}" for quote in answer.quotes} | {f"link:{card.url}" for card in answer.nearest}
    ours |= {f"link:{quote.article.url}" for quote in answer.quotes}
    ours |= {"line:-#", "line:-"}  # the renderer's own small print and list
    for message in render_answer(answer):
        assert [thing for thing in live(_without_bold(message.content, answer)) if thing not in ours] == []
    return True


def _without_bold(content: str, answer: Answer) -> str:
    """The message without the marks around the words that answer; any other bold stays and is found."""
    for quote in answer.quotes:
        if quote.highlight is not None:
            start, end = (at - quote.start for at in quote.highlight)
            words = harmless(quote.text[start:end])
            content = content.replace(f"**{words}**", words)
    return content
