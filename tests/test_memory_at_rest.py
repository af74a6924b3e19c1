"""What the bot does not have in memory as long as nothing needs it (docs/benchmarks.md, "Memory at rest")."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.terminal import GENEROUS_S, Terminal

NOT_AT_REST = {
    "babel", "chromadb", "feedparser", "jinja2", "lxml", "mcp", "onnx", "openai", "PIL", "psycopg", "pypdfium2",
    "scipy", "starlette", "torch", "trafilatura", "uvicorn",
}  # fmt: skip
"""Libraries for pictures, pages, digests, PostgreSQL, other programs, language models, and the index, which is open in
a process of its own."""
BOT = """
import sys
from pathlib import Path
import bot.__main__, bot.wiring.running
from bot.answering.models import Question
from bot.settings import BotSettings
from bot.wiring.services import open_services
from ingest.clock import utc_now
with open_services(BotSettings.load(data_dir=Path(sys.argv[1]))) as services:
    for text in ("What is SparseFlow?", "Who won the chess olympiad?", "Thanks!"):
        print(services.answerer.answer(Question(text, utc_now())).status.value)
    print(*sys.modules)
"""


def test_a_bot_that_answers_in_quotes_has_not_imported_what_only_other_work_needs(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, tmp_path / "data")
    note = tmp_path / "note.md"
    note.write_text("SparseFlow is a language model with 34 billion parameters. Lab Bench released it in June.")
    terminal.run("ingest", "add", note)
    terminal.run("ingest", "run", "--once")
    ended = subprocess.run(
        [sys.executable, "-c", BOT, str(terminal.data)],
        capture_output=True,
        cwd=tmp_path,
        env=terminal.environment({}),
        check=True,
        text=True,
        timeout=GENEROUS_S,
    )
    *answers, modules = ended.stdout.splitlines()
    assert answers == ["answered", "no_evidence", "no_evidence"]
    assert NOT_AT_REST & set(modules.split()) == set()
