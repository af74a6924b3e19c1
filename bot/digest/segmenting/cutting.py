"""Cuts one article into runs of sentences that report one thing each. Pure.

A roundup (such as a daily recap of forty things) has a run for each list entry, with what is nested in it, and for each
stretch of an entry or a paragraph that is about something else. Any other article is one run: its beginning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import islice

from bot.digest.segmenting.boilerplate import Furniture
from bot.digest.segmenting.names import names_of
from bot.digest.segmenting.newsworthy import points_back
from ingest.catalogue.whole_articles import WholeArticle
from ingest.text.layout import BlockKind, TextBlock, blocks, is_code

LEAD_SENTENCES = 3
"""How many sentences say what an article or an entry is about (the inverted pyramid of news writing)."""
ARTICLE_SENTENCES = 12
"""Sentences of an article with one subject that may be quoted for its story."""
_ROUNDUP_ENTRIES = 8
_ROUNDUP_PARAGRAPHS = 5
_COMMON_SUBJECT, _TITLE_SUBJECT = 0.3, 0.1
"""A name in a larger share of the paragraphs is their common subject; for a name in the title less is enough."""
_ENTRY = re.compile(r"^[ \t]*(?:[-*+•‣◦▪●]|\d{1,3}[.)])[ \t]", re.MULTILINE)
_ENTRY_CHARS = 80
_BEGINNING_CHARS = 4_000
"""How much of an article with one subject is read."""
_MIN_WORDS = 6
_TOPIC_WORDS = 15
"""A shorter part only announces ("Arctic RL is one of the stronger releases.") and takes the next sentence."""
_SUBJECT_CHARS = 40
"""The beginning of a sentence, where its subject is named."""
_APART = 0.30
"""Below this cosine, a sentence about something named that shares no name with those before it opens another run."""

Run = tuple[str, list[int], int]
"""Heading, numbers of the sentences, how many of them are the lead."""


class Cutter:
    """Cuts one article. `repeated`: its lines that its publisher prints in many issues."""

    def __init__(self, article: WholeArticle, repeated: Set[str] = frozenset()) -> None:
        self._article = article
        self._text = article.text
        lines = article.text.count("\n") + 1
        listed = lines >= _ROUNDUP_ENTRIES and len(_ENTRY.findall(article.text)) >= _ROUNDUP_ENTRIES
        self._blocks = blocks(article.text if listed else article.text[:_BEGINNING_CHARS])
        self._furniture = Furniture(self._text if listed else self._text[:_BEGINNING_CHARS], repeated)
        self._sentences = self._by_block()
        self.is_roundup = self._is_list() or self._tells_many_things()

    def runs(self) -> Iterator[Run]:
        """The runs of a roundup, or the single run of another article; none if there is no news."""
        return self._entries() if self.is_roundup else self._whole()

    def _is_list(self) -> bool:
        """Whether it is mostly made of list entries."""
        entries = [b for b in self._blocks if b.kind is BlockKind.ITEM and b.span.end - b.span.start >= _ENTRY_CHARS]
        prose = [b for b in self._blocks if b.kind is BlockKind.PARAGRAPH]
        return len(entries) >= _ROUNDUP_ENTRIES and _chars(entries) > _chars(prose)

    def _tells_many_things(self) -> bool:
        """Whether its paragraphs differ in names and in meaning."""
        paragraphs = [
            (block, own[0])
            for block, own in zip(self._blocks, self._sentences, strict=True)
            if block.kind is BlockKind.PARAGRAPH and own and block.span.end - block.span.start >= _ENTRY_CHARS
        ]
        if len(paragraphs) < _ROUNDUP_PARAGRAPHS or self._likeness([first for _, first in paragraphs]) >= _APART:
            return False
        told = [names_of(self._text[slice(*block.span)]) for block, _ in paragraphs]
        named = [names for names in told if names]
        if len(named) < _ROUNDUP_PARAGRAPHS:
            return False
        said = Counter(name for names in named for name in names)
        in_title = max((said[name] for name in names_of(self._article.card.title)), default=0)
        has_subject = max(said.values()) > _COMMON_SUBJECT * len(named) or in_title > _TITLE_SUBJECT * len(named)
        return not has_subject

    def _likeness(self, sentences: list[int]) -> float:
        """The mean cosine of each two of these sentences."""
        vectors = self._article.vectors[sentences]
        pairs = len(sentences) * (len(sentences) - 1)
        return (float((vectors @ vectors.T).sum()) - len(sentences)) / pairs

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
        """An entry, cut where its own sentences turn to something else; too short a text is dropped.

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
        """Whether a sentence is about something else than those before it."""
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
        """The sentences that are not boilerplate."""
        spans = self._article.sentences
        return [i for i in sentences if not self._furniture.holds(spans[i]) and not is_code(self._sentence(i))]

    def _is_label(self, block: TextBlock) -> bool:
        """Whether an entry only introduces those nested in it ("Top tweets:"), which are then entries of their own."""
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
