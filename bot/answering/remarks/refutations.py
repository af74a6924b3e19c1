"""Claims that were withdrawn, denied or corrected: the refutation is placed before the claim. Pure.

A text that refutes a claim repeats it, so the claim is what a question finds. A refutation is recognised by its verb (a
closed set). It belongs to a claim next to it in the same article, or to one with the same names and words in an article
that is not newer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answering.quotes import Evidence
from ingest.models import Passage
from ingest.text.words import STOP_WORDS, content_terms

NEAR = 2
"""Largest distance, in sentences of one article, between a claim and its retraction."""
SHARED = 3
"""So many words two articles must share, a sentence to each side included, to speak of the same claim."""

_TAKES_BACK = re.compile(
    r"\b(?:withdr[ae]w(?:s|n|ing)?|retract(?:s|ed|ion|ing)?|revok(?:es?|ed|ing)|rescind(?:s|ed)?|refut(?:es?|ed)"
    r"|debunk(?:s|ed)?|disown(?:s|ed)?|disavow(?:s|ed)?|(?:takes?|took|taken|taking|walks?|walked|walking) back"
    r"|den(?:y|ies|ied)|recall(?:s|ed)|hoax|never happened|misreported|earlier version of this"
    r"|(?:call(?:s|ed)|is|was|are|were|as)(?: \w+){0,3} (?:an? )?"
    r"(?:fakes?|false|untrue|fabricated|forged|doctored|not true|wrong)"
    r"|apologi[sz]e[sd]? for|failed to (?:reproduce|replicate)"
    r"|(?:could|can)(?:not|n['’]t) be (?:reproduced|replicated|confirmed)|article is satire)\b"
    r"|^\W*(?:correction|retraction|clarification|erratum|editor['’]s note)\b(?=\s*[:,(\d])",
    re.IGNORECASE,
)
# "false positives", "access denied": the trade's own words for other things.
_NOT_TAKEN_BACK = re.compile(
    r"\bfalse[- ](?:positive|negative|alarm|start|refus|discover)|\bden(?:y|ied)[- ](?:list|access|of)"
    r"|\b(?:access|permission) denied|\b(?:could|can)(?:not|n['’]t) deny"
    r"|\b(?:true|not) (?:or|and) false\b|[=:(`]\s*false\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"^\W*(?:correction|retraction|clarification|erratum|update|editor['’]s note)\b(?=\s*[:,(\d])", re.IGNORECASE
)
_NAME = re.compile(r"\b[A-Z][A-Za-z]*[a-z0-9]+")
_CLAIMED = re.compile(
    r"\b(?:had (?!been\b)\w+ed|claim(?:s|ed)|alleged(?:ly)?|stated|(?:had )?said that|reported(?:ly)?)\b", re.IGNORECASE
)
OPENING = 3
"""The number of sentences at the start of an article that say what it is about."""


def takes_back(sentence: str) -> bool:
    """Whether a sentence says that a claim is no longer stood by, or never was true."""
    return _TAKES_BACK.search(sentence) is not None and _NOT_TAKEN_BACK.search(sentence) is None


def with_what_takes_back(pieces: Sequence[Evidence], passages: Sequence[Passage], limit: int) -> list[Evidence]:
    """The pieces, in front of them what takes any of them back, at most `limit` in all.

    Args:
        pieces: what is to be quoted, best first.
        passages: where to look.
    """
    refutations = [
        Evidence(p, n, n)
        for p in passages
        for n in range(p.headings, len(p.sentences))
        if takes_back(p.sentence_text(n))
    ]
    if not refutations:
        return list(pieces)
    first: list[Evidence] = []
    rest: list[Evidence] = []
    for piece in pieces:
        words = [r for r in refutations if _is_about(r, piece)]
        if not words:
            rest.append(piece)
            continue
        newest = max(words, key=lambda r: (r.passage.effective_at, r.passage.article.id == piece.passage.article.id))
        union = piece.joined(newest)
        if union is not None:
            first.append(union)
        else:
            first += [newest, piece]
    in_order = sorted(_once(first), key=lambda piece: not _holds_any(piece, refutations))
    return _once([*in_order, *rest])[:limit]


def _holds_any(piece: Evidence, refutations: Sequence[Evidence]) -> bool:
    return any(piece.covers(refutation) for refutation in refutations)


def _once(pieces: Sequence[Evidence]) -> list[Evidence]:
    """Without those that another one covers."""
    kept: list[Evidence] = []
    for piece in pieces:
        if not any(other.covers(piece) for other in kept):
            kept = [other for other in kept if not piece.covers(other)] + [piece]
    return kept


def _is_about(refutation: Evidence, claim: Evidence) -> bool:
    """Whether what takes back speaks of the claim."""
    one, other = refutation.passage, claim.passage
    same = one.article.id == other.article.id
    if not _is_the_story(refutation):
        return same and _answers_back(refutation, claim)
    named = bool(_names(refutation) & _names(claim))
    if same:
        gap = (
            max(claim.first - refutation.first, refutation.first - claim.last) if one.chunk_id == other.chunk_id else 9
        )
        return (
            named
            or (gap <= NEAR and _CLAIMED.search(claim.text) is not None)
            or _NOTE.match(refutation.text) is not None
        )
    return named and one.effective_at >= other.effective_at and len(_words(refutation) & _words(claim)) >= SHARED


def _is_the_story(refutation: Evidence) -> bool:
    """Whether its article is about what is taken back, or it is a correction; a remark in passing is neither."""
    passage = refutation.passage
    opens = passage.chunk_id.endswith(":0") and refutation.first - passage.headings < OPENING
    return opens or takes_back(passage.article.title) or _NOTE.match(refutation.text) is not None


def _answers_back(refutation: Evidence, claim: Evidence) -> bool:
    """Whether a remark in passing follows the claim in its own paragraph and says one of its names."""
    if refutation.passage.chunk_id != claim.passage.chunk_id or not 0 < refutation.first - claim.last <= 1:
        return False
    text = Evidence(claim.passage, claim.last, refutation.last).text
    return "\n" not in text and bool(_names(refutation, 0) & _names(claim, 0))


def _words(piece: Evidence, around: int = 1) -> set[str]:
    """The terms of a piece and of the sentences beside it."""
    said = piece.passage.sentence_terms[max(0, piece.first - around) : piece.last + around + 1]
    return {term for terms in said for term in terms if term not in STOP_WORDS and len(term) > 2}


def _names(piece: Evidence, around: int = 1) -> set[str]:
    """The names in and beside a piece, as terms."""
    passage = piece.passage
    sentences = range(max(passage.headings, piece.first - around), min(len(passage.sentences), piece.last + around + 1))
    names = (name for n in sentences for name in _NAME.findall(passage.sentence_text(n)))
    return {term for name in names for term in content_terms(name)}
