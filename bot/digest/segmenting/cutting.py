"""Cuts one article into runs of sentences that tell one thing each. Pure.

A roundup (a daily recap of forty things) gives a run for each list entry, with what is nested in it, and for each
stretch of an entry or a paragraph that is about something else. Any other article is one run: its beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from bot.digest.segmenting.boilerplate import is_boilerplate, skeleton
from bot.digest.segmenting.names import names_of
from bot.digest.segmenting.newsworthy import points_back
from ingest.catalogue.whole_articles import WholeArticle
from ingest.text.layout import BlockKind, TextBlock, blocks, is_code

LEAD_SENTENCES = 3
"""As many sentences as tell what an article or an entry is about (the inverted pyramid of news writing)."""
ARTICLE_SENTENCES = 12
"""Sentences of an article with one subject that may be quoted for its story."""
_ROUNDUP_ENTRIES = 8
_ROUNDUP_PARAGRAPHS = 5
_COMMON_SUBJECT, _TITLE_SUBJECT = 0.3, 0.1
"""A name that a larger share of the paragraphs says is the subject of them all; less is enough for one of the title."""
_ENTRY = re.compile(r"^[ \t]*(?:[-*+•‣◦▪●]|\d{1,3}[.)])[ \t]", re.MULTILINE)
_ENTRY_CHARS = 80
_BEGINNING_CHARS = 4_000
"""As much of an article with one subject as is looked at."""
_MIN_WORDS = 6
_TOPIC_WORDS = 15
"""What is shorter only says what comes ("Arctic RL is one of the stronger releases.") and takes the next sentence."""
_SUBJECT_CHARS = 40
"""Where a sentence names what it is about."""
_APART = 0.30
"""Below this cosine, a sentence about something named that shares no name with those before it opens another run."""

Run = tuple[str, list[int], int]
"""Heading, numbers of the sentences, how many of them are the lead."""


class Cutter:
    """One article on its way to runs. `repeated`: boilerplate, as (publisher, skeleton)."""

    def __init__(self, article: WholeArticle, repeated: set[tuple[str, str]]) -> None:
        self._article = article
        self._text = article.text
        listed = len(_ENTRY.findall(article.text)) >= _ROUNDUP_ENTRIES
        self._blocks = blocks(article.text if listed else article.text[:_BEGINNING_CHARS])
        self._repeated = repeated
        self._sentences = self._by_block()
        self.is_roundup = self._is_list() or self._tells_many_things()

    def runs(self) -> Iterator[Run]:
        """Those of a roundup, or the one of any other article; none where nothing is told."""
        return self._entries() if self.is_roundup else self._whole()

    def _is_list(self) -> bool:
        """Whether it is mostly made of list entries."""
        entries = [b for b in self._blocks if b.kind is BlockKind.ITEM and b.span.end - b.span.start >= _ENTRY_CHARS]
        prose = [b for b in self._blocks if b.kind is BlockKind.PARAGRAPH]
        return len(entries) >= _ROUNDUP_ENTRIES and _chars(entries) > _chars(prose)

    def _tells_many_things(self) -> bool:
        """Whether its paragraphs name other things each, and mean other things."""
        told = [
            (names_of(self._text[slice(*block.span)]), own[0])
            for block, own in zip(self._blocks, self._sentences, strict=True)
            if block.kind is BlockKind.PARAGRAPH and own and block.span.end - block.span.start >= _ENTRY_CHARS
        ]
        named = [(names, first) for names, first in told if names]
        if len(named) < _ROUNDUP_PARAGRAPHS:
            return False
        said = Counter(name for names, _ in named for name in names)
        in_title = max((said[name] for name in names_of(self._article.card.title)), default=0)
        vectors = self._article.vectors[[first for _, first in named]]
        others = len(named) * (len(named) - 1)
        likeness = (float((vectors @ vectors.T).sum()) - len(named)) / others
        has_subject = max(said.values()) > _COMMON_SUBJECT * len(named) or in_title > _TITLE_SUBJECT * len(named)
        return not has_subject and likeness < _APART

    def _whole(self) -> Iterator[Run]:
        """The article as one item: its first sentences of prose."""
        blocks = zip(self._blocks, self._sentences, strict=True)
        news = (i for block, own in blocks if _is_prose(block) for i in self._news(own))
        if body := list(islice(news, ARTICLE_SENTENCES)):
            yield "", body, min(LEAD_SENTENCES, len(body))

    def _entries(self) -> Iterator[Run]:
        """The entries of a roundup."""
        heading = ""
        entry: list[int] = []
        own = indent = 0
        for block, all_sentences in zip(self._blocks, self._sentences, strict=True):
            sentences = self._news(all_sentences)
            column = self._column(block)
            if block.kind is BlockKind.ITEM and entry and column > indent:
                entry += sentences
                continue
            yield from self._parted(heading, entry, own)
            entry, own = [], 0
            if block.kind is BlockKind.HEADING:
                heading = self._text[slice(*block.span)]
            elif block.kind is BlockKind.ITEM and not self._is_label(block):
                entry, own, indent = sentences, len(sentences), column
            elif block.kind is BlockKind.PARAGRAPH:
                yield from self._parted(heading, sentences, len(sentences))
        yield from self._parted(heading, entry, own)

    def _parted(self, heading: str, entry: list[int], own: int) -> Iterator[Run]:
        """An entry, or several where its own sentences tell of several things; too little text is none.

        An entry with others nested in it is about one thing.
        """
        parts: list[list[int]] = []
        for i in entry[:own]:
            if not parts or (own == len(entry) and self._is_elsewhere(parts[-1], i)):
                parts.append([])
            parts[-1].append(i)
        if parts and own < len(entry):
            parts[0] += entry[own:]
        for n, part in enumerate(parts):
            lead = sum(i in entry[:own] for i in part) if n == 0 else len(part)
            if sum(len(self._sentence(i).split()) for i in part) >= _MIN_WORDS:
                yield heading, part, min(lead, LEAD_SENTENCES)

    def _is_elsewhere(self, part: list[int], i: int) -> bool:
        """Whether a sentence tells of something else than those before it."""
        sentence, before = self._sentence(i), " \n".join(map(self._sentence, part))
        known = names_of(before)
        return bool(
            len(before.split()) >= _TOPIC_WORDS
            and known
            and known.isdisjoint(names_of(sentence))
            and names_of(sentence[:_SUBJECT_CHARS])
            and not points_back(sentence)
            and float((self._article.vectors[part] @ self._article.vectors[i]).max()) < _APART
        )

    def _by_block(self) -> list[list[int]]:
        """For each block the numbers of its sentences."""
        found: list[list[int]] = [[] for _ in self._blocks]
        n = 0
        for i, span in enumerate(self._article.sentences):
            while n < len(self._blocks) and self._blocks[n].span.end <= span.start:
                n += 1
            if n == len(self._blocks):
                break
            if span.end <= self._blocks[n].span.end:
                found[n].append(i)
        return found

    def _news(self, sentences: list[int]) -> list[int]:
        """Those that are no boilerplate."""
        return [i for i in sentences if not (self._is_boilerplate(self._sentence(i)) or is_code(self._sentence(i)))]

    def _is_boilerplate(self, sentence: str) -> bool:
        return is_boilerplate(sentence) or (self._article.card.source, skeleton(sentence)) in self._repeated

    def _is_label(self, block: TextBlock) -> bool:
        """Whether an entry only announces those nested in it ("Top tweets:"), which then stand for themselves."""
        label = self._text[slice(*block.span)]
        return label.rstrip().endswith(":") and not names_of(label)

    def _column(self, block: TextBlock) -> int:
        """How far the block's line is indented, its marker included."""
        return block.span.start - (self._text.rfind("\n", 0, block.span.start) + 1)

    def _sentence(self, i: int) -> str:
        return self._text[slice(*self._article.sentences[i])]


def _is_prose(block: TextBlock) -> bool:
    return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)


def _chars(found: Sequence[TextBlock]) -> int:
    return sum(block.span.end - block.span.start for block in found)
