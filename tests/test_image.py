"""What the image leaves out is not needed: the bot ingests and answers without it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.newsroom import ROOT

MODULES = {"scikit-learn": "sklearn", "websocket-client": "websocket"}
"""Names to import, where they are not the package's with underscores."""
RUN = """
import runpy, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
sys.argv = {arguments}
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def left_out() -> set[str]:
    """The modules of the packages that the Dockerfile removes."""
    (packages,) = re.findall(r'^ARG LEFT_OUT="(.+)"$', (ROOT / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    return {MODULES.get(name, name.replace("-", "_")) for name in packages.split()}


@pytest.mark.usefixtures("encoder")  # the model is exported, as it is in the image
def test_articles_are_read_answered_about_and_published_without_what_the_image_leaves_out(tmp_path: Path) -> None:
    article = tmp_path / "article.md"
    article.write_text("# Polaris 2 is out\n\nNordlicht Labs released Polaris 2 with 34 billion parameters.\n", "utf-8")
    data = str(tmp_path / "data")

    def run(*arguments: str) -> str:
        code = RUN.format(absent=left_out(), arguments=list(arguments))
        line = [sys.executable, "-c", code]
        done = subprocess.run(
            line, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "torch" in left_out()
    run("ingest", "--data-dir", data, "add", str(article))
    run("ingest", "--data-dir", data, "run", "--once")
    answer = json.loads(run("bot", "--data-dir", data, "ask", "How many parameters does Polaris 2 have?", "--json"))
    assert "34 billion" in answer["quotes"][0]["text"]
    assert run("bot", "--data-dir", data, "mcp") == "", "nobody asks over stdio, so it ends"
    run("bot", "--data-dir", data, "publish", str(tmp_path / "site"))
    assert (tmp_path / "site" / "index.html").exists()
