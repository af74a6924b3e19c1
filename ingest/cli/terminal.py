"""Shared by both command lines: errors as two lines, exit codes, `--data-dir` anywhere, JSON on stdout."""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ingest.errors import VerbatimError
from ingest.sources.advice import hint_for

EXIT_WRONG_USAGE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141


class Parser(argparse.ArgumentParser):
    """argparse with this project's error form."""

    def error(self, message: str) -> NoReturn:
        print(f"error: wrong usage: {self.prog}: {message}", file=sys.stderr)
        print(f"hint: {self.prog} --help shows what it takes", file=sys.stderr)
        raise SystemExit(EXIT_WRONG_USAGE)


def data_dir_option() -> Parser:
    """A parent parser for `--data-dir`, which is accepted before and after the subcommand."""
    parent = Parser(add_help=False)
    parent.add_argument(
        "--data-dir", default=argparse.SUPPRESS, metavar="FOLDER", help="folder of the catalogue and the index"
    )
    return parent


def run(main: Callable[[Sequence[str] | None], int], argv: Sequence[str] | None = None) -> int:
    """Run a command line; errors that a user can fix become two lines on stderr and an exit code."""
    _speak_utf8()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return main([_storable(word) for word in (sys.argv[1:] if argv is None else argv)])
    except VerbatimError as error:
        print_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone; Python would complain again at exit
        return BROKEN_PIPE


def _speak_utf8() -> None:
    """JSON is UTF-8 in any locale (RFC 8259, 8.1); invalid bytes become escapes instead of errors."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _storable(word: str) -> str:
    """An argument as text that a database accepts: arguments are bytes, and not always UTF-8 (PEP 383)."""
    return word.encode(errors="backslashreplace").decode()


def print_error(error: VerbatimError) -> None:
    print(f"error: {error}", file=sys.stderr)
    if hint := hint_for(error):
        print(f"hint: {hint}", file=sys.stderr)


def print_json(value: Any, *, indent: int | None = 2) -> None:
    """One JSON value on stdout, flushed; `indent=None` puts it on one line."""
    print(json.dumps(value, ensure_ascii=False, indent=indent), flush=True)
