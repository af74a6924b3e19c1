"""Transcripts: who says what stays, cues become sentences, and no time code is in the text."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.transcript import parse_transcript

URL = "https://pod.example/1.vtt"
VTT = """WEBVTT - made by hand
Kind: captions

NOTE this is not said

STYLE
::cue { color: red }

1
00:00:00.000 --> 00:00:05.000 align:start
<v Ada Bergstr\u00f6m>The <i>Lark</i> engine
runs at 3.2 watts.

00:05.000 --> 00:10.000
<v.loud Tom>Really? &amp; how

00:00:10.000 --> 00:00:15.000
was that <00:00:11.000>measured?

00:00:15.000 --> 00:00:20.000
[Music]

00:00:20.000 --> 00:00:25.000
<v Ada Bergstr\u00f6m>In our lab.
"""
SAID = (
    "Ada Bergstr\u00f6m: The Lark engine runs at 3.2 watts.\n\nTom: Really? & how was that "
    "measured?\n\nAda Bergstr\u00f6m: In our lab."
)
SRT = """1
00:00:00,000 --> 00:00:02,760
Ada Bergstr\u00f6m: The Lark engine
runs at 3.2 watts.

2
00:00:02,760 --> 00:00:06,090
Tom: Really? & how

3
00:00:06,090 --> 00:00:11,610
was that measured?

4
00:00:11,610 --> 00:00:12,000
Ada Bergstr\u00f6m: In our lab.
"""
JSON = json.dumps(
    {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ada Bergstr\u00f6m", "startTime": 0.5, "body": "The Lark engine runs"},
            {"speaker": "Ada Bergstr\u00f6m", "startTime": 1, "body": "at 3.2 watts.\n"},
            {"speaker": "Tom", "startTime": 2, "body": "Really? & how was that measured?"},
            {"speaker": "Ada Bergstr\u00f6m", "startTime": 3, "body": "In our lab."},
            {"speaker": 7, "body": None},
            "nonsense",
        ],
    }
)
HTML = """<html><body><cite>Ada Bergstr\u00f6m:</cite><time>0:00</time><p>The Lark engine
  runs at <b>3.2 watts</b>.</p><cite>Tom :</cite> <time>0:09</time><p><time>0:09</time> Really? &amp; how was that
measured?</p>
<cite>Ada Bergstr\u00f6m</cite><p>In our lab.</p><script>var x = "said";</script></body></html>"""


def text(document: str, content_type: str = "") -> str:
    return parse_transcript(document.encode(), url=URL, content_type=content_type).text


@pytest.mark.parametrize(
    ("document", "content_type"),
    [
        (VTT, "text/vtt"), (VTT.replace("\n", "\r\n"), "text/plain; charset=utf-8"), ("\ufeff" + VTT, ""),
        (SRT, "application/x-subrip"), (SRT, "text/plain"), (JSON, "application/json"), (JSON, ""), (HTML, "text/html"),
    ],
)  # fmt: skip
def test_every_form_gives_the_same_words_by_the_same_speakers(document: str, content_type: str) -> None:
    assert text(document, content_type) == SAID


def test_a_speaker_stays_until_another_is_named_and_is_named_once() -> None:
    srt = "1\n00:00:00,000 --> 00:00:01,000\nSarah: One thing.\n\n2\n00:00:01,000 --> 00:00:02,000\nSarah: And\n\n3\n"
    assert text(srt + "00:00:02,000 --> 00:00:03,000\nanother: more.\n") == "Sarah: One thing. And another: more."


def test_rolling_captions_are_said_once() -> None:
    cues = "\n\n".join(
        f"00:00:0{n}.000 --> 00:00:0{n + 1}.000\n{shown}"
        for n, shown in enumerate(["we trained it", "we trained it\nfor a week.", "for a week."])
    )
    assert text(f"WEBVTT\n\n{cues}\n") == "we trained it for a week."


def test_a_long_speech_is_cut_into_paragraphs_at_ends_of_sentences() -> None:
    said = " ".join(f"Sentence number {n} tells of the engine and its makers." for n in range(60))
    paragraphs = text(json.dumps({"segments": [{"speaker": "Ada", "body": said}]})).split("\n\n")
    assert len(paragraphs) > 3
    assert all(p.endswith(".") for p in paragraphs)
    assert " ".join(paragraphs) == f"Ada: {said}"


@pytest.mark.parametrize(
    "document", ["", "WEBVTT\n\n", "{}", '{"segments": 3}', "WEBVTT\n\n00:00.000 --> 00:01.000\n[Music]"]
)
def test_where_nothing_is_said_there_is_no_article(document: str) -> None:
    with pytest.raises(ParseError) as caught:
        text(document)
    assert caught.value.kind is FailureKind.NO_TEXT


def test_captions_without_sentences_cannot_be_quoted() -> None:
    cues = "\n\n".join(
        f"00:{n:02}.000 --> 00:{n + 1:02}.000\nand so we went on to try it {n} times more" for n in range(40)
    )
    with pytest.raises(ParseError, match="no sentences"):
        text(f"WEBVTT\n\n{cues}")


@given(
    st.text(st.sampled_from('<v>a:-. \n{}[]0&;\u00e9"1'), max_size=200),
    st.sampled_from(["", "text/vtt", "application/json", "text/html"]),
)
def test_whatever_a_server_sends_is_read_or_refused(document: str, content_type: str) -> None:
    with suppress(ParseError):
        assert text(document, content_type)


@pytest.mark.parametrize(
    "piece", ["<v a", "<", "{\\\\", "[(", "A ", "A: ", "00:00.000 --> ", "\n", "&", "a" * 50 + " "]
)
def test_a_transcript_made_to_be_slow_takes_time_in_proportion_to_its_length(piece: str) -> None:
    document = f"WEBVTT\n\n00:00.000 --> 00:01.000\n{piece * 60_000}"
    began = time.perf_counter()
    with suppress(ParseError):
        text(document, "text/vtt")
    assert time.perf_counter() - began < 3
