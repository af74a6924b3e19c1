"""Transcripts of episodes and videos to text: WebVTT, SRT, JSON and HTML as Podcasting 2.0 has them, and plain text.

The speakers stay, as `Name: ` at the beginning of what each says; cues are joined into sentences, and time codes go.
Everything is linear in the length of the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import groupby
from typing import Any, NamedTuple

from ingest.errors import FailureKind, ParseError
from ingest.parse.charset import decode_document
from ingest.parse.html import html_tree
from ingest.parse.models import ParsedArticle
from ingest.parse.plain import plain_line, plain_text

_TIMES = re.compile(r"\s*(?:\d{1,4}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s+-->\s")
_NUMBER = re.compile(r"\s*\d{1,7}\s*")
_VOICE = re.compile(r"<v(?:\.[\w.-]{1,80})?\s+([^<>\n]{1,200})>")
_MARKUP = re.compile(r"<[^<>\n]{0,200}>|\{\\[^{}\n]{0,40}\}")
_SPEAKER = re.compile(r"((?:[^\W\d_][\w.'’-]{0,30}|\d{1,3})(?: (?:[^\W\d_][\w.'’-]{0,30}|\d{1,3})){0,3}):\s+")
_SOUND = re.compile(r"\[[^\[\]]{0,60}\]|\([^()]{0,60}\)|[♪♫\s]{1,20}")
_ENDS = re.compile(r"[.!?…。！？][\"'”’)\]]{0,3}$")
_PARAGRAPH = 600
"""Characters after which a paragraph ends with the next sentence, where nobody's name begins a new one."""
_WORDS_PER_END = 80
"""A transcript with fewer ends of sentences than one for so many words has none, and cannot be quoted."""
_WHAT = "cannot read the transcript"


class Cue(NamedTuple):
    """What is said at one time, and by whom; "" if nobody is named."""

    speaker: str
    text: str


def parse_transcript(body: bytes, *, url: str, content_type: str = "") -> ParsedArticle:
    """The transcript at `url` as an article without title, date and publisher.

    Args:
        content_type: its media type as its feed names it, else as its server does.

    Raises:
        ParseError: BAD_CHARSET, or NO_TEXT if nothing is said in it, or not in sentences.
    """
    text, note = decode_document(body, content_type, what=_WHAT, which=url)
    told = "\n\n".join(paragraphs(_cues(text.lstrip("\ufeff"), content_type.partition(";")[0].strip().lower())))
    if not told:
        raise ParseError(FailureKind.NO_TEXT, _WHAT, url, "nothing is said in it")
    if _lacks_sentences(told):
        raise ParseError(FailureKind.NO_TEXT, _WHAT, url, "it has no sentences, as captions made by a machine")
    return ParsedArticle(url, "", "", None, None, told, note=note)


def paragraphs(cues: Iterable[Cue]) -> Iterator[str]:
    """What is said, a paragraph for each speaker in turn, long ones cut at ends of sentences."""
    for speaker, said in groupby(cues, lambda cue: cue.speaker):
        name = f"{speaker}: " if speaker else ""
        for paragraph in _cut(" ".join(cue.text for cue in said)):
            yield name + paragraph
            name = ""


def _cut(text: str) -> Iterator[str]:
    words: list[str] = []
    length = 0
    for word in text.split():
        words.append(word)
        length += len(word) + 1
        if length >= _PARAGRAPH and _ENDS.search(word):
            yield " ".join(words)
            words, length = [], 0
    if words:
        yield " ".join(words)


def _cues(text: str, media_type: str) -> Iterator[Cue]:
    head = text.lstrip()[:200]
    if media_type == "application/json" or (head.startswith("{") and media_type != "text/vtt"):
        return _of_json(text)
    if head.startswith("WEBVTT") or _has_times(head):
        return _of_lines(text)
    if "html" in media_type or head.startswith("<"):
        return _of_html(text)
    return (Cue("", line) for line in map(plain_line, text.split("\n")) if line)


def _has_times(head: str) -> bool:
    return any(_TIMES.match(line) for line in head.split("\n")[:4])


def _of_lines(text: str) -> Iterator[Cue]:
    """The cues of WebVTT and SRT: a line of times, then text up to an empty line.

    A line that repeats the one before is left out: rolling captions show each line twice. A speaker stays until another
    is named.
    """
    speaker, last, inside = "", "", False
    lines = plain_text(text).split("\n")
    for line in lines:
        if _TIMES.match(line):
            inside = True
        elif not line.strip():
            inside = False
        elif inside:
            for cue in _said(line, speaker):
                speaker = cue.speaker
                if cue.text and cue.text != last:
                    yield cue
                    last = cue.text


def _said(line: str, speaker: str) -> Iterator[Cue]:
    """The parts of a line by speaker; a voice of WebVTT, or a name in front."""
    parts = _VOICE.split(line)
    for n in range(0, len(parts), 2):
        if n:
            speaker = plain_line(unescape(parts[n - 1]))
        text = plain_line(unescape(_MARKUP.sub("", parts[n])))
        if (named := _SPEAKER.match(text)) and _is_name(named[1]):
            speaker, text = named[1], text[named.end() :]
        if _SOUND.fullmatch(text):
            text = ""
        if text or n:
            yield Cue(speaker, text)


def _is_name(words: str) -> bool:
    """Whether each word begins like a name's: a sentence may have a colon too."""
    return all(word[0].isupper() or word[0].isdigit() or not word[0].isascii() for word in words.split(" "))


def _of_json(text: str) -> Iterator[Cue]:
    try:
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return
    segments = document.get("segments") if isinstance(document, dict) else None
    for segment in segments if isinstance(segments, list) else []:
        if isinstance(segment, dict) and (said := plain_line(_value(segment, "body") or _value(segment, "text"))):
            yield Cue(plain_line(_value(segment, "speaker")).rstrip(" :"), said)


def _value(segment: dict[str, Any], name: str) -> str:
    value = segment.get(name)
    return value if isinstance(value, str) else ""


def _of_html(text: str) -> Iterator[Cue]:
    """`<cite>` names who says the paragraphs after it; `<time>` is left out."""
    tree = html_tree(text)
    speaker = ""
    for element in tree.iter("cite", "p", "blockquote") if tree is not None else ():
        if element.tag == "cite":
            speaker = plain_line("".join(element.itertext())).rstrip(" :")
        elif element.tag == "p" or not element.xpath(".//p"):
            said = element.xpath(".//text()[not(ancestor::time or ancestor::cite or ancestor::script)]")
            if line := plain_line("".join(said)):
                yield Cue(speaker, line)


def _lacks_sentences(text: str) -> bool:
    words = text.split()
    ends = sum(_ENDS.search(word) is not None for word in words)
    return len(words) > _WORDS_PER_END and ends * _WORDS_PER_END < len(words)
