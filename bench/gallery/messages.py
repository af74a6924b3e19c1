"""Every kind of message that the bot sends, made by the bot's own code and drawn as Discord shows it.

    python bench/gallery/messages.py [docs/gallery]

The sample articles are read into a temporary folder and asked about; `draw.mjs` draws what the renderer makes of the
answers, in a headless Chromium ($CHROMIUM, else the one on the PATH). A scripted language model stands in for a real
one: its statements pass the same checks. Made by hand are the list of sources and how the digest's stories are cut.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import discord_text
from bot.answering.answerer import Answerer
from bot.answering.language_model import Completion, JsonSchema, LanguageModel, Message, Usage
from bot.answering.models import Question
from bot.digest.models import Coverage, Digest, Label, Story
from bot.render import RenderedMessage, render_answer, render_digest
from bot.services import ListedSource
from bot.settings import BotSettings
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.models import SAMPLE_SCOPE
from ingest.errors import LanguageModelError, SourceError
from ingest.registry import SAMPLES, Registry
from ingest.wiring import open_corpus, open_fetcher

HERE = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, DESKTOP = 420, 800
"""Widths in CSS pixels."""
NOW = datetime(2025, 12, 6, 9, tzinfo=UTC)
MONTHS_LATER = datetime(2026, 11, 20, 9, tzinfo=UTC)

GIGAWATTS = "How many gigawatts will NVIDIA and OpenAI build?"
FDA = "What may FDA staff use agentic AI for?"
FDA_SAID = (
    ("The FDA is deploying agentic AI for all of its employees.", "deploying agentic AI"),
    ("They may use it for pre-market reviews, inspections and administrative work.", "pre-market reviews"),
    ("A two-month Agentic AI Challenge invites them to develop ideas of their own.", "two-month"),
)
STORIES = (
    ("How many gigawatts will NVIDIA and OpenAI build?", Label.UPDATE, 2),
    ("What is DeepSeek-V3.2-Speciale?", Label.NEW, 1),
    ("What did the FDA announce about agentic AI?", Label.NEW, 1),
    ("What is AWS Trainium3?", Label.NEW, 1),
    ("Where will Waymo drive next?", Label.ONGOING, 1),
)
SOURCES = (
    ListedSource("https://simonwillison.net/atom/everything/", "Simon Willison's Weblog", "feed", 212, "well", True),
    ListedSource("https://huggingface.co/blog/feed.xml", "Hugging Face - Blog", "feed", 64, "well", True),
    ListedSource("https://example.org/labs/rss", "Lab Notes", "feed", 18, "well", False),
    ListedSource(
        "https://example.com/ai/feed", "Compute Weekly", "feed", 7, "http_status, 3 times in a row: HTTP 503", False
    ),
    ListedSource("https://example.net/evals/2025-report", "", "page", 0, "not read yet", False),
)


class Scripted:
    """A language model that says what it was told to, and points at the sentences that hold the words beside it."""

    def __init__(self, statements: Sequence[tuple[str, str]]) -> None:
        self.statements = statements

    def complete(
        self, messages: Sequence[Message], *, schema: JsonSchema | None, max_tokens: int, timeout_s: float
    ) -> Completion:
        lines = re.findall(r"^\[(\d+)\] (.*)$", messages[1].content, re.MULTILINE)
        said = [
            {"text": text, "evidence": [int(n) for n, line in lines if words in line][:1]}
            for text, words in self.statements
        ]
        return Completion(json.dumps({"found": True, "statements": said}), "stop", Usage(), "scripted")


class Down:
    """A language model that cannot be reached."""

    def complete(
        self, messages: Sequence[Message], *, schema: JsonSchema | None, max_tokens: int, timeout_s: float
    ) -> Completion:
        raise LanguageModelError("the language model", "scripted", "the language model could not be reached")


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a scene; `reply_to` and `command` are what stands in small print above it."""

    author: str
    content: str
    reply_to: str = ""
    command: str = ""
    ephemeral: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """The open sample corpus, and what is asked of it."""

    answerer: Answerer
    registry: Registry

    def asked(self, text: str, at: datetime = NOW, model: LanguageModel | None = None) -> list[Line]:
        """A person mentions the bot, and it replies."""
        mention = f"<@1> {text}"
        return [Line("Ada", mention), *_bot(self._answer(text, at, model), reply_to=mention)]

    def commanded(self, text: str, model: LanguageModel | None = None) -> list[Line]:
        """The same by /ask."""
        return _bot(self._answer(text, NOW, model, above=discord_text.asked(text)), command="/ask")

    def _answer(
        self, text: str, at: datetime, model: LanguageModel | None, above: str = ""
    ) -> Sequence[RenderedMessage]:
        question = Question(text, at, scopes=(SAMPLE_SCOPE,))
        return render_answer(replace(self.answerer, model=model).answer(question), above)

    def digest(self) -> list[Line]:
        stories = tuple(self._story(*story) for story in STORIES)
        week = Digest(NOW - timedelta(days=7), NOW, stories, Coverage(9, 8, 1, 2, 15))
        return _bot(render_digest(week), command="/digest")

    def _story(self, question: str, label: Label, quotes: int) -> Story:
        """A story around the quotes that answer a question; its articles are theirs and those found beside them."""
        answer = self.answerer.answer(Question(question, NOW, scopes=(SAMPLE_SCOPE,)))
        shown = tuple({quote.article.id: quote for quote in answer.quotes}.values())
        cards = tuple({quote.article.id: quote.article for quote in answer.quotes}.values())
        return Story(cards[0].title, label, "", shown[:quotes], cards, 1.0)

    def refused(self, address: str) -> str:
        """What /source add says to an address that cannot be read; these need no network."""
        try:
            self.registry.add(address, NOW)
        except SourceError as error:
            return discord_text.failure(error)
        raise SystemExit(f"error: {address} was added")


def _bot(messages: Sequence[RenderedMessage] | Sequence[str], **small_print: Any) -> list[Line]:
    contents = [m if isinstance(m, str) else m.content for m in messages]
    first = Line("Verbatim", contents[0], **small_print)
    ephemeral = first.ephemeral
    return [first, *(Line("Verbatim", c, ephemeral=ephemeral, continued=True) for c in contents[1:])]


def scenes(stage: Stage) -> Iterator[dict[str, Any]]:
    """All pictures: name, width, theme and messages."""

    def scene(name: str, width: int, messages: list[Line], theme: str = "dark") -> dict[str, Any]:
        lines = [{key: getattr(line, key) for key in Line.__slots__} for line in messages]
        return {"name": name, "width": width, "theme": theme, "messages": lines}

    def private(command: str, *contents: str) -> list[Line]:
        return _bot(contents, command=command, ephemeral=True)

    written = Scripted(FDA_SAID)
    yield scene("answer-quotes-phone", PHONE, stage.asked(GIGAWATTS))
    yield scene("answer-model", DESKTOP, stage.commanded(FDA, written))
    yield scene("answer-model-phone-light", PHONE, stage.asked(FDA, model=written), "light")
    yield scene("answer-old-model-down", PHONE, stage.asked("What is SCONE-bench?", MONTHS_LATER, Down()))
    yield scene("no-evidence-phone", PHONE, stage.asked("When will GPT-7 be released?"))
    yield scene("nothing-in-window", DESKTOP, stage.asked("What did Waymo do last week?", MONTHS_LATER))
    digest = stage.digest()
    yield scene("digest", DESKTOP, digest)
    yield scene("digest-phone", PHONE, digest)
    yield scene("sources", DESKTOP, private("/source list", *discord_text.listed(SOURCES)))
    yield scene("sources-phone-light", PHONE, private("/source list", *discord_text.listed(SOURCES)), "light")
    added = stage.registry.add(discord_text.STARTER, NOW, scope="1")[:1]
    yield scene(
        "source-commands",
        DESKTOP,
        [
            *private("/source add", *discord_text.added(added)),
            *private("/source add", stage.refused("https://verbatim.invalid/feed.xml")),
            *private("/source add", stage.refused("http://127.0.0.1/feed")),
            *private("/source add", discord_text.NO_WEB_ADDRESS),
            *private("/source remove", discord_text.removed(added[0].address)),
        ],
    )
    yield scene("greeting-and-help", DESKTOP, [*_bot([discord_text.GREETING]), *private("/help", discord_text.HELP)])
    failed = discord_text.failure(LanguageModelError("asking", "x", "y", retryable=True))
    yield scene("errors", DESKTOP, [*private("/digest", failed), *private("/ask", discord_text.BROKEN)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/gallery"))
    folder: Path = parser.parse_args().folder
    browser = _program("CHROMIUM", *BROWSERS)
    node = _program("NODE", "node")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="verbatim-gallery-") as data:
        settings = BotSettings.load(data_dir=Path(data), database_url="", chroma_url="", discord_token="")
        _ingest_samples(settings.data_dir)
        with open_corpus(settings, "gallery") as corpus, open_fetcher(settings) as fetcher:
            stage = Stage(Answerer(corpus.catalogue, corpus.search), Registry(corpus.catalogue, fetcher))
            drawn = json.dumps(list(scenes(stage)))
    subprocess.run([node, str(HERE / "draw.mjs"), browser, str(folder)], input=drawn, text=True, check=True)
    _shrink(folder)


def _ingest_samples(data_dir: Path) -> None:
    for arguments in (["add", str(SAMPLES)], ["run", "--once"]):
        command = [sys.executable, "-m", "ingest", "--data-dir", str(data_dir), *arguments]
        subprocess.run(command, env=os.environ | {"DATABASE_URL": "", "CHROMA_URL": ""}, check=True, stdout=sys.stderr)


def _program(variable: str, *names: str) -> str:
    """The program a variable names, else the first of `names` on the PATH."""
    for name in (os.environ.get(variable, ""), *names):
        if name and (path := shutil.which(name)):
            return path
    raise SystemExit(
        f"error: no {names[0]} was found\n"
        f"hint: install it (Debian, Ubuntu: apt install {names[0]}), or name it: {variable}=/path/to/{names[0]}"
    )


def _shrink(folder: Path) -> None:
    """Fewer colours, where pngquant is at hand: the pictures are in the repository."""
    if pngquant := shutil.which("pngquant"):
        files = [str(path) for path in sorted(folder.glob("*.png"))]
        subprocess.run([pngquant, "--force", "--ext", ".png", "--strip", "--skip-if-larger", "64", *files], check=False)


if __name__ == "__main__":
    main()
