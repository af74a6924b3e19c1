"""How long the first answer takes: process start to answer in quotes mode, with onnxruntime and with torch in turn.

    python bench/start.py [--rounds 3]

The sample articles are ingested into a temporary folder; then `python -m bot ask --jsonl` is run from outside, with
EMBEDDING_RUNTIME onnx and torch alternating, so that both meet the same load of the machine. The last line is JSON:
medians in seconds, and the largest resident set of an onnx process in MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import bench  # noqa: F401 - finds the packages of the repository
from bot.settings import BotSettings

QUESTION = "What is DeepSeek Sparse Attention?"
RUNTIMES = ("onnx", "torch")
MIB_PER_MAXRSS = 2**20 if sys.platform == "darwin" else 2**10  # getrusage(2): bytes there, KiB on Linux


class Start(NamedTuple):
    """One process: seconds from its start to its answer, and its largest resident set in MiB."""

    seconds: float
    rss_mib: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="starts of each runtime (default: %(default)s)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder:
        ingest_samples(Path(folder))
        starts: dict[str, list[Start]] = {runtime: [] for runtime in RUNTIMES}
        print(f"{'round':>5} {'runtime':>8} {'seconds':>8} {'MiB':>6}")
        for n in range(rounds):
            for runtime in RUNTIMES:
                start = ask(Path(folder), runtime)
                starts[runtime].append(start)
                print(f"{n + 1:>5} {runtime:>8} {start.seconds:>8.2f} {start.rss_mib:>6.0f}", flush=True)
    onnx_s, torch_s = (statistics.median(start.seconds for start in starts[runtime]) for runtime in RUNTIMES)
    print(f"onnx takes {onnx_s / torch_s:.2f} of the reference")
    rss_mib = max(start.rss_mib for start in starts["onnx"])
    print(
        json.dumps({"start_to_answer_s": round(onnx_s, 3), "reference_s": round(torch_s, 3), "rss_mib": round(rss_mib)})
    )


def ingest_samples(folder: Path) -> None:
    """The sample articles into a corpus in `folder`."""
    with as_file(files("ingest") / "data" / "samples") as samples:
        for arguments in (["add", str(samples)], ["run", "--once"]):
            command = [sys.executable, "-m", "ingest", "--data-dir", str(folder / "data"), *arguments]
            subprocess.run(command, cwd=folder, env=environment("onnx"), stdout=subprocess.DEVNULL, check=True)


def ask(folder: Path, runtime: str) -> Start:
    """Start the bot's command line, ask one question and wait for its answer.

    Raises:
        SystemExit: the answer is none or has no quote, so its time would mean nothing.
    """
    command = [sys.executable, "-m", "bot", "--data-dir", str(folder / "data"), "ask", "--jsonl"]
    line = json.dumps({"id": "start", "question": QUESTION}) + "\n"
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment(runtime), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process.stdin, process.stdout:
        process.stdin.write(line)
        process.stdin.close()
        answer = process.stdout.readline()
        seconds = time.perf_counter() - begin
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not json.loads(answer or "{}").get("quotes"):
        raise SystemExit(f"error: no answer with a quote: {runtime}: exit code {process.returncode}, {answer!r}")
    return Start(seconds, usage.ru_maxrss * MIB_PER_MAXRSS / 2**20)


def environment(runtime: str) -> dict[str, str]:
    """This process's environment without settings of the project, so that defaults are measured: no model, no token."""
    settings = {name.upper() for name in BotSettings.model_fields} - {"MODEL_CACHE"}
    inherited = {name: value for name, value in os.environ.items() if name.upper() not in settings}
    return inherited | {"EMBEDDING_RUNTIME": runtime}


if __name__ == "__main__":
    main()
