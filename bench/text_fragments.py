"""Whether links to a sentence find it in a real browser: headless Chromium opens each and tells how far it scrolled.

    python bench/text_fragments.py [--chromium chromium]

Pages with raised text, struck-out text, tables, code and formulas are read as articles; every sentence that can be
quoted is opened by its link. Around the article stands a screen of nothing, so that only a fragment that is found moves
the page. Prints the sentences that were not found; the last line is JSON: {"links", "found"}.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import bench  # noqa: F401 - finds the packages of the repository
from bot.answering.links import quote_link
from ingest.parse.page import parse_page
from ingest.text.clean import clean
from ingest.text.segment import sections

FILLER = "<p>This paragraph stands here so that the page is long enough to be taken for an article by its reader.</p>"
BODIES = {
    "powers": "<p>A license is needed for training runs above 10<sup>26</sup> floating point operations a year.</p>"
    "<p>The plant sets free less CO<sub>2</sub> than the old one did, says Kestrel in a new report.</p>"
    "<p>Kestrel raised $310 million<sup><a href='#n2'>2</a></sup> from nine investors in the autumn of 2026.</p>",
    "struck": "<p>Lumen has raised <s>$70 million</s> $17 million, its founder said on Tuesday morning.</p>",
    "table": "<table><thead><tr><th>Model</th><th>Input</th><th>Output</th></tr></thead><tbody><tr><td>Osprey 2</td>"
    "<td>$3.00</td><td>$12.00</td></tr><tr><td>Osprey 3</td><td>$2.00</td><td>$8.00</td></tr></tbody></table>",
    "code": "<p>To install it:</p><pre><code>python -m venv .venv\n. .venv/bin/activate\npip install quill\n"
    "</code></pre>",
    "formula": "<p>It reaches an accuracy of <math><mn>92.3</mn><mo>%</mo></math> on the map test of the year.</p>"
    "<p>A run of <math><msup><mn>10</mn><mn>25</mn></msup></math> operations takes nine months on one chip.</p>",
}
TELL = "document.title='scrolled '+Math.round(scrollY)"
SCRIPT = f"<script>addEventListener('load',()=>setTimeout(()=>{{{TELL}}},700))</script>"
SCREEN = "<div style='height:4000px'></div>"
SCROLLED = re.compile(r"<title>scrolled (\d+)</title>")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default="chromium")
    chromium = parser.parse_args().chromium
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    links = [(name, text, link) for name in BODIES for text, link in sentences(name, f"{base}/{name}")]
    missed = [(name, text, link) for name, text, link in links if ":~:" not in link or scrolled(chromium, link) < 1000]
    for name, text, link in missed:
        print(f"{name}: {text!r}\n    {link}")
    server.shutdown()
    print(json.dumps({"links": len(links), "found": len(links) - len(missed)}))


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        found = name in BODIES
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(page(name, SCREEN).encode() if found else b"")

    def log_message(self, *_: object) -> None:
        pass


def page(name: str, around: str = "") -> str:
    head = f"<head><meta charset=utf-8><title>A page of {name}</title>{SCRIPT if around else ''}</head>"
    article = f"<article>{FILLER}{BODIES[name]}{FILLER.replace('here', 'there')}</article>"
    return f"<!DOCTYPE html><html lang=en>{head}<body>{around}<main>{article}</main>{around}</body></html>"


def sentences(name: str, url: str) -> list[tuple[str, str]]:
    text = clean(parse_page(page(name).encode(), url=url).text)
    told = [text[slice(*span)] for section in sections(text) for span in section.sentences]
    return [(sentence, quote_link(url, sentence) or "") for sentence in told]


def scrolled(chromium: str, link: str) -> int:
    """How far down the browser stands after it opened a link, in pixels."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]
    done = subprocess.run([chromium, *options, link], capture_output=True, text=True, timeout=60)
    match = SCROLLED.search(done.stdout)
    return int(match.group(1)) if match else 0


if __name__ == "__main__":
    main()
