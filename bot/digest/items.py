"""Cuts articles into items: what an article says in one place about one thing. Pure.

A roundup (a daily recap of forty things) gives an item for each list entry, with what is nested in it, and for each
stretch of a paragraph that names something else. Any other article is one item: its beginning tells what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.answering.gate.names import find_names
from bot.digest.housekeeping import furniture, is_housekeeping, skeleton
from ingest.corpus.catalogue.whole_articles import WholeArticle
from ingest.corpus.models import ArticleCard, Passage, Span
from ingest.layout import Block, Kind, blocks

Matrix = npt.NDArray[np.float32]

LEAD_SENTENCES = 3
"""As many sentences as tell what an article or an item is about (the inverted pyramid of news writing)."""
ARTICLE_SENTENCES = 12
"""Sentences of an article with one subject that may be quoted for its story."""
_CREDIT = re.compile(r"(?:\bvia )?@\w+(?:, @\w+)*|\(Activity: \d+\):?")
_ROUNDUP_ENTRIES = 8
_ENTRY = re.compile(r"^[ \t]*(?:[-*+•‣◦▪●]|\d{1,3}[.)])[ \t]", re.MULTILINE)
_ENTRY_CHARS = 80
_BEGINNING_CHARS = 6_000
"""As much of an article with one subject as is looked at."""
_MIN_WORDS = 6
_SUBJECT_CHARS = 40
"""Where a sentence names what it is about."""
_APART = 0.30
"""Below this cosine, a sentence about something named that shares no name with those before it opens another item."""


@dataclass(frozen=True, eq=False)
class Item:
    """Neighbouring sentences of an article that tell one thing.

    Attributes:
        id: `article:n`, in the order of the text.
        heading: the nearest heading above, "" where there is none.
        text: the whole article's text; spans count in it.
        sentences: what may be quoted.
        vectors: (len(sentences), d) unit rows, zeros where a sentence waits to be indexed.
        opening: (d,) unit vector of the article's title and beginning, for an article with one subject.
        lead: how many of the first sentences tell what it is; comments and details follow.
        place: where it stands in its article, 0.0 (top) to 1.0.
        whole: whether the article is about nothing else.
    """

    id: str
    article: ArticleCard
    effective_at: datetime
    heading: str
    text: str
    sentences: tuple[Span, ...]
    vectors: Matrix
    opening: Matrix | None
    lead: int
    place: float
    whole: bool

    def sentence(self, n: int) -> str:
        """The n-th sentence, as it stands in the article."""
        return self.text[slice(*self.sentences[n])]

    @cached_property
    def lead_text(self) -> str:
        """What tells what it is about, without who posted it; for a whole article with its title in front."""
        own = " ".join(self.sentence(n) for n in range(self.lead))
        return _CREDIT.sub(" ", f"{self.article.title}. {own}" if self.whole else own)

    @cached_property
    def names(self) -> frozenset[str]:
        """The proper names of the lead, in a form that can be compared."""
        return frozenset(name.key for name in find_names(self.lead_text))

    @cached_property
    def vector(self) -> Matrix:
        """(d,) unit vector of what it is about; zeros where it waits to be indexed."""
        if self.opening is not None:
            return self.opening
        mean = self.vectors[: self.lead].mean(axis=0)
        length = float(np.linalg.norm(mean))
        return mean / length if length else mean

    def passage(self) -> Passage:
        """The item as the composers of answers take it."""
        span = Span(self.sentences[0].start, self.sentences[-1].end)
        return Passage(
            self.id, self.article, self.heading, span, self.text[slice(*span)], self.sentences, self.vectors,
            self.effective_at, score=0.0, cosine=None, bm25=0.0,
        )  # fmt: skip


def items_of(articles: Sequence[WholeArticle]) -> list[Item]:
    """The items of all articles, those of an article in the order of its text; housekeeping left out."""
    repeated = furniture((a.card.source, [a.text[slice(*s)] for s in a.sentences]) for a in articles)
    return [item for article in articles for item in _items(article, repeated)]


def _items(article: WholeArticle, repeated: set[tuple[str, str]]) -> Iterator[Item]:
    cut = _Cutter(article, repeated)
    runs = list(cut.entries()) if cut.is_roundup else list(cut.whole())
    for n, (heading, sentences, lead) in enumerate(runs):
        yield Item(
            f"{article.card.id}:{n}",
            article.card,
            article.effective_at,
            heading,
            article.text,
            tuple(article.sentences[i] for i in sentences),
            article.vectors[sentences],
            None if cut.is_roundup else article.opening,
            lead,
            article.sentences[sentences[0]].start / max(len(article.text), 1),
            whole=not cut.is_roundup,
        )


_Run = tuple[str, list[int], int]
"""Heading, numbers of the sentences, how many of them are the lead."""


class _Cutter:
    """One article on its way to items."""

    def __init__(self, article: WholeArticle, repeated: set[tuple[str, str]]) -> None:
        self._article = article
        self._text = article.text
        listed = len(_ENTRY.findall(article.text)) >= _ROUNDUP_ENTRIES
        self._blocks = blocks(article.text if listed else article.text[:_BEGINNING_CHARS])
        self._sentences = self._news_by_block(repeated)
        entries = [b for b in self._blocks if b.kind is Kind.ITEM and b.span.end - b.span.start >= _ENTRY_CHARS]
        prose = [b for b in self._blocks if b.kind is Kind.PARAGRAPH]
        self.is_roundup = len(entries) >= _ROUNDUP_ENTRIES and _chars(entries) > _chars(prose)

    def whole(self) -> Iterator[_Run]:
        """The article as one item: its first sentences of prose."""
        body = [i for block, own in zip(self._blocks, self._sentences, strict=True) if _is_prose(block) for i in own]
        if body:
            yield "", body[:ARTICLE_SENTENCES], min(LEAD_SENTENCES, len(body))

    def entries(self) -> Iterator[_Run]:
        """The entries of a roundup."""
        heading = ""
        entry: list[int] = []
        own = indent = 0
        for block, sentences in zip(self._blocks, self._sentences, strict=True):
            column = self._column(block)
            if block.kind is Kind.ITEM and entry and column > indent:
                entry += sentences
                continue
            yield from self._parted(heading, entry, own)
            entry, own = [], 0
            if block.kind is Kind.HEADING:
                heading = self._text[slice(*block.span)]
            elif block.kind is Kind.ITEM and not self._is_label(block):
                entry, own, indent = list(sentences), len(sentences), column
            elif block.kind is Kind.PARAGRAPH:
                yield from self._parted(heading, list(sentences), len(sentences))
        yield from self._parted(heading, entry, own)

    def _parted(self, heading: str, entry: list[int], own: int) -> Iterator[_Run]:
        """An entry, or several where its own sentences tell of several things; too little text is none.

        An entry with others nested in it is about one thing.
        """
        parts: list[list[int]] = []
        known: set[str] = set()
        for i in entry[:own]:
            names = {name.key for name in find_names(self._sentence(i))}
            subject = find_names(self._sentence(i)[:_SUBJECT_CHARS])
            elsewhere = own == len(entry) and subject and known and not names & known
            if not parts or (elsewhere and self._is_apart(parts[-1], i)):
                parts.append([])
                known = set()
            parts[-1].append(i)
            known |= names
        if parts and own < len(entry):
            parts[0] += entry[own:]
        for n, part in enumerate(parts):
            lead = sum(i in entry[:own] for i in part) if n == 0 else len(part)
            if sum(len(self._sentence(i).split()) for i in part) >= _MIN_WORDS:
                yield heading, part, min(lead, LEAD_SENTENCES)

    def _is_apart(self, part: list[int], i: int) -> bool:
        return float((self._article.vectors[part] @ self._article.vectors[i]).max()) < _APART

    def _news_by_block(self, repeated: set[tuple[str, str]]) -> list[list[int]]:
        """For each block the numbers of its sentences, without housekeeping."""
        found: list[list[int]] = [[] for _ in self._blocks]
        n = 0
        for i, span in enumerate(self._article.sentences):
            while n < len(self._blocks) and self._blocks[n].span.end <= span.start:
                n += 1
            if n == len(self._blocks):
                break
            if span.end <= self._blocks[n].span.end and not self._is_furniture(i, repeated):
                found[n].append(i)
        return found

    def _is_furniture(self, i: int, repeated: set[tuple[str, str]]) -> bool:
        sentence = self._sentence(i)
        return is_housekeeping(sentence) or (self._article.card.source, skeleton(sentence)) in repeated

    def _is_label(self, block: Block) -> bool:
        """Whether an entry only announces those nested in it ("Top tweets:"), which then stand for themselves."""
        label = self._text[slice(*block.span)]
        return label.rstrip().endswith(":") and not find_names(label)

    def _column(self, block: Block) -> int:
        """How far the block's line is indented, its marker included."""
        return block.span.start - (self._text.rfind("\n", 0, block.span.start) + 1)

    def _sentence(self, i: int) -> str:
        return self._text[slice(*self._article.sentences[i])]


def _is_prose(block: Block) -> bool:
    return block.kind in (Kind.PARAGRAPH, Kind.ITEM)


def _chars(found: Sequence[Block]) -> int:
    return sum(block.span.end - block.span.start for block in found)
