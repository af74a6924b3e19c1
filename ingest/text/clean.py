"""Cleans an article's text of remains of markup and page furniture, only by deleting characters.

    source chips | images | link targets | what is struck out | emphasis | inline code | escapes |
    footnote numbers | furniture | spare space

The result is a subsequence of the input and is clean itself: `clean(clean(text)) == clean(text)`. Lines, paragraphs,
headings, lists, tables and fences keep their marks, for `ingest.text.layout` to read; fenced code stays as it is.
Underscores stay too: identifiers and handles hold more of them than emphasis does.
"""

from __future__ import annotations

import re
from itertools import groupby, islice, zip_longest
from operator import itemgetter
from typing import Final

from ingest.text.citation_markers import without_chips
from ingest.text.layout import fenced, has_fence

MAX_ROUNDS: Final = 20
MIN_FOOTNOTES: Final = 2

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{1,2000}(?: \"[^\"\n]{0,300}\")?\)")
_LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\]"
    r"\((?:#|/|\.{1,2}/|https?://|www\.|mailto:)(?:[^()\s]|\([^()\s]{0,300}\)){0,2000}(?: \"[^\"\n]{0,300}\")?\)"
)
_EMPHASIS = re.compile(
    r"(?<![A-Za-z0-9*\\])(\*{1,3})(?=[^\s*])((?:[^*\n]|\n(?![^\S\n]*\n)){1,500})(?<=[^\s*\\])\1(?![A-Za-z0-9*])"
)
_INLINE_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)([^`\n]{1,500})(?<!`)\1(?!`)")
_STRUCK = re.compile(r" ?(?<!~)~~(?=[^\s~])([^~\n]{1,500})(?<=\S)~~(?!~)")
_ESCAPE = re.compile(r"\\(?=[$+\-*_#~%&>.|])")
# Look-behinds come second, so that Python's `re` can search for a first character instead of trying each position.
_ENDS_HERE: Final = r"\d{0,2}(?=[ \t]*$|[ \t]+[A-Z])"
_SURE_FOOTNOTE = re.compile(rf"\d(?<=[a-z]{{3}}[.!?]\d){_ENDS_HERE}", re.M)
_FOOTNOTE = re.compile(
    r"\d(?:(?<=[^\W\d_]{3}[.!?]\d)|(?<=[)%”’\"][.!?]\d)|(?<=[.!?][”’\"]\d)|(?<=\b(?:19|20)\d\d\.\d))" + _ENDS_HERE,
    re.M,
)
_LINE_ENDS_IN_SPACE = re.compile(r"\n(?<=[^\S\n]\n)")
_TRAILING_SPACE = re.compile(r"[^\S\n](?<![^\S\n]{2})[^\S\n]*+$", re.M)
_BLANK_START = re.compile(r"\s*\n")
_BLANK_LINES = re.compile(r"\n{3,}")
_ASIDE: Final = "\0"


def clean(text: str) -> str:
    """The text without noise.

    A text that still changes after `MAX_ROUNDS` was built to waste time; it is returned unchanged.
    """
    cleaned = text
    for _ in range(MAX_ROUNDS):
        before, cleaned = cleaned, _round(cleaned)
        if cleaned == before:
            return cleaned
    return text


def _round(text: str) -> str:
    """One round of deletions; one may expose another, so `clean` repeats them until nothing changes."""
    prose, code = _set_aside(_INVISIBLE.sub("", text.replace("\r\n", "\n")))
    for delete in (without_chips, _without_marks, _without_footnotes, without_furniture, _without_spare_space):
        prose = delete(prose)
    if not code:
        return prose
    parts = prose.split(_ASIDE)
    return "".join(part for pair in zip_longest(parts, code, fillvalue="") for part in pair)


def _set_aside(text: str) -> tuple[str, list[str]]:
    """The text with a NUL for each fenced block, and the blocks, because code is not cleaned."""
    if not has_fence(text):
        return text, []
    lines = text.split("\n")
    prose: list[str] = []
    code: list[str] = []
    for is_code, group in groupby(zip(lines, fenced(lines), strict=True), key=itemgetter(1)):
        stretch = [line for line, _ in group]
        if is_code:
            code.append("\n".join(stretch))
        prose += [_ASIDE] if is_code else stretch
    return "\n".join(prose), code


def _without_marks(text: str) -> str:
    """Without Markdown that a reader of the page does not see: images, link targets, asterisks, backticks, escapes."""
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    if "~~" in text:
        text = _STRUCK.sub("", text)
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "`" in text:
        text = _INLINE_CODE.sub(r"\2", text)
    return _ESCAPE.sub("", text) if "\\" in text else text


def _without_footnotes(text: str) -> str:
    """Without footnote numbers glued to the ends of sentences, if the article clearly has them."""
    numbered = sum(1 for _ in islice(_SURE_FOOTNOTE.finditer(text), MIN_FOOTNOTES)) == MIN_FOOTNOTES
    return _FOOTNOTE.sub("", text) if numbered else text


def _without_spare_space(text: str) -> str:
    """At most one blank line in a row, none at the ends, no white space at the ends of lines."""
    if _LINE_ENDS_IN_SPACE.search(text):
        text = _TRAILING_SPACE.sub("", text)
    if blank := _BLANK_START.match(text):
        text = text[blank.end() :]
    return (_BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text).rstrip()


_LABELS: Final = (
    r"post a comment|leave a (?:comment|reply)|join the (?:conversation|discussion)|no comments(?: yet)?|"
    r"related (?:posts|articles|stories)|you (?:may|might) also like|read (?:more|next)|more from this author|"
    r"skip to (?:main )?content|back to top|print this (?:page|article)|copy link|link copied!?|advertisement|"
    r"sponsored content|"
    r"(?:scroll|continue reading) (?:down |below )?(?:to continue|after (?:the )?ad(?:vertisement)?)"
)
_NETWORK: Final = (
    r"(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|bluesky|threads|mastodon|pinterest|e-?mail|pocket|"
    r"flipboard|hacker news|copy link|print)"
)
_SHARE: Final = (
    rf"share(?: (?:this|on|via|to)(?: (?:article|post|page|story))?(?: (?:on|via))?)?(?:[ :|,/·•]+{_NETWORK})*:?|"
    rf"(?:share on |tweet |{_NETWORK}[ |,/·•]+){{1,12}}{_NETWORK}"
)
_OFFERS: Final = (
    r"(?:please )?(?:subscribe|sign up)\b[^\n]{0,120}\b(?:newsletters?|inbox|mailing list|updates|email)\b[^\n]{0,60}|"
    r"subscribe(?: (?:now|today|here|for free))?[.!]?|"
    r"(?:get|have) [^\n]{0,80}\b(?:delivered|sent) (?:straight |directly )?(?:to|in) your inbox[^\n]{0,40}|"
    r"(?:we|this (?:site|website|page)) uses? cookies\b[^\n]{0,200}|"
    r"by (?:clicking|continuing|using)\b[^\n]{0,120}\byou (?:agree|accept|consent)\b[^\n]{0,120}\bcookies\b[^\n]{0,80}|"
    r"(?:accept|reject|manage)(?: all)? cookies(?: settings)?|cookie (?:settings|preferences|policy)|"
    r"(?:create|make|get|try|build|generate|design) your(?: own)? [^\n]{1,60}\bfor free\b"
    r"[^\n]{0,120}\bour free\b[^\n]{0,200}"
)
_OTHER_STORIES: Final = (
    r"(?:(?:read|see) (?:also|more|next)|related(?: (?:story|article|post|reading))?|more (?:from|on) [^\n:]{1,40}|"
    r"(?:à )?lire aussi|siehe auch|lesen sie auch|lea también|leggi anche|lees ook|läs också)[ \t]?[:：][ \t]"
    r"[^\n]{9,160}[^\s.!?;:]"
)
"""A label and a headline: in text without links, only the words show that it belongs to another story."""
_LINE = re.compile(rf"[ \t]*(?:(?:{_LABELS})+|{_SHARE}|{_OFFERS}|{_OTHER_STORIES})[ \t]*", re.I)
_MAILING = re.compile(
    r"(?<![ \t])[ \t]*\bYou can (?:opt in/out of|opt out of|unsubscribe from) "
    r"[^.!?\n]{0,60}\b(?:e-?mails?|newsletters?)\b[^.!?\n]{0,40}[.!?]",
    re.I,
)
_MAILING_BEGINS: Final = "you can "


def without_furniture(text: str) -> str:
    """The text without furniture lines and without sentences about the mailing itself."""
    if _MAILING_BEGINS in text.lower():
        text = _MAILING.sub("", text)
    return "\n".join([line for line in text.split("\n") if not _LINE.fullmatch(line)])
