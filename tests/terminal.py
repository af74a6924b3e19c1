"""Somebody at a terminal: runs the command line in a folder and with settings of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ingest.catalogue import Catalogue
from ingest.cli.terminal import run

GENEROUS_S = 100  # only ends a process that would hang


@dataclass(frozen=True)
class Done:
    """A process that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON value and nothing else."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output, which must be a JSON value a line and nothing else."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Terminal:
    """Somebody at work in a folder of their own, with a data folder."""

    folder: Path
    data: Path

    def run(self, *words: object, stdin: str | bytes = "", code: int = 0, **settings: str) -> Done:
        """Run `python -m ...` and check its exit code, and that no traceback was shown."""
        ended = subprocess.run(
            self.command(words),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment(settings),
            timeout=GENEROUS_S,
            check=False,
        )
        done = Done(ended.returncode, ended.stdout.decode(), ended.stderr.decode())
        assert "Traceback" not in done.err
        assert done.code == code, done.err
        return done

    def here(self, *words: object, stdin: str = "", code: int = 0, **settings: str) -> Done:
        """The same without a process of its own."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            for name, value in self.environment(settings).items():
                patch.setenv(name, value)
            try:
                ended = run(import_module(f"{words[0]}.__main__").main, [str(word) for word in words[1:]])
            except SystemExit as exit:  # argparse's way
                ended = int(exit.code or 0)
        done = Done(ended, out.getvalue(), err.getvalue())
        assert done.code == code, done.err
        return done

    def command(self, words: Sequence[object]) -> list[str]:
        return [sys.executable, "-m", *map(str, words)]

    def environment(self, settings: dict[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "MODEL_CACHE")}
        return kept | {"DATA_DIR": str(self.data), "HF_HUB_OFFLINE": "1"} | settings

    def catalogue(self) -> Catalogue:
        return Catalogue.open(f"sqlite:///{self.data / 'catalogue.db'}")
