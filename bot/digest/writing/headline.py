"""A story's headline, in an article's own words: a title, or a clause of a line about it. Pure.

Taken whole from the text, never rewritten: the title of an article with one subject, a line's first sentence, what
comes before or after its colon, or a beginning that ends at a clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.answering.models import Window
from bot.digest.clustering.events import Event
from bot.digest.clustering.features import Weights, distinct_terms
from bot.digest.segmenting.items import Item
from bot.digest.segmenting.names import names_of
from bot.digest.segmenting.news_score import UNTOLD
from bot.digest.segmenting.newsworthy import defines, points_back
from bot.digest.writing.corrections import is_old
from bot.digest.writing.standing import acts, stands_alone
from bot.lexicon.names import find_names

HEADLINE_CHARS = 120
_FEW_WORDS = 3
"""Fewer words than this, figures aside, make no headline: "Claude Opus 4.8: $5 / $25"."""
_SPOKEN = re.compile(r"[^\W\d_]{2,}")
_FIGURE = re.compile(r"[$€£~]?\d")
"""A text that begins with a figure and has no verb is a price list: "16 GB at 1499 RMB, 32 GB at 3999 RMB"."""
_GOOD_CHARS = range(30, 101)
_ITEMS = 12
_TELLING = 8
"""How many of an event's most characteristic terms count for a headline."""
_POST = re.compile(r"^\W*\(Activity: \d+\):\s*")
_ACTIVITY = re.compile(r"\s?\(Activity: \d+\).*", re.DOTALL)
_CREDIT = re.compile(r"\s*,?\s*(?:via\s+)?@\w+(?:,\s*@\w+)*\W*$")
_CREDIT_CHARS = 200
"""Credits take up at most this many characters at the end; a pattern that looks further would be quadratic."""
_CLAUSE = re.compile(
    r";\s|\s[—–|]\s|\s(?=via\s)|(?<=\w)—(?=\w)|,\s(?=(?:an?|with|which|but|while|and|as|aiming|where|including|via|after|built|\w+ing)\b)"
    r"|(?<=\w\w\w)[.!?]\s|(?<=[%)”\"])[.!?]\s"
)
_POINTING = re.compile(
    r"(?:the|this|that|these|those|it|he|she|they|we|i|you|his|her|their|my|its|others?|some|another|several|multiple|"
    r"many|most|one|also|meanwhile|relatedly|here|there|as|in|on|for|from|at|because|what|why|how|seems|against|given|technically|according|comments|today|reported|claims?|works|e\.g)\b|@",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"\b(?:I|I['’]m|[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Uu]s|[Yy]ou|[Yy]our)\b"
    r"|\b[Cc]oming this\b|\b(?:[Tt]he (?:post|image|thread|poster)|[Cc]ommenters|[Cc]omments)\b",
    re.ASCII,
)
"""Words by which a forum post addresses its readers."""
_UNFIT = re.compile(
    r"://|(?:[:;,(\[–—-]|\b(?:a|an|and|as|at|by|for|from|in|is|of|on|or|said|says|than|that|the|to|told|via|with))$"
)
"""An address, or an end at which the sentence goes on."""
_TITLE, _NEWS, _ALONE = 0.5, 0.8, 0.8
"""Bonuses: for the title of an article with one subject, for reading as news, and for what can stand alone."""
_TOO_SHORT, _POINTS, _SMALL, _FIGURES, _SPEAKS, _DEFINES, _ASKS, _TWO_PARTS, _LATER, _FURTHER = (
    0.5, 0.4, 0.4, 0.8, 2.0, 0.4, 0.15, 0.1, 0.05, 0.03,
)  # fmt: skip
"""Penalties; the last two per sentence before it and per item that is more typical."""


class Headline(NamedTuple):
    """Words of an item: of its sentence number `n` or, if that is None, of its article's title.

    `fitness` rates them as a headline: about 0.5 for a good one, below 0.0 for an unusable one.
    """

    text: str
    item: Item
    n: int | None
    fitness: float = 0.0


def headline(event: Event, weights: Weights, window: Window | None = None) -> Headline:
    """The words that name the event best; at most `HEADLINE_CHARS` long.

    Args:
        window: what a sentence itself dates before it is no news.
    """
    found = list(_rated(event, weights, window))
    best = max(found, key=_by_fitness, default=None)
    if best is not None and (best.n is None or _is_alone(best)):
        return best
    item = event.items[0]
    titles = [head for head in found if head.n is None]
    if best is None and item.whole and 0 < len(item.article.title) <= HEADLINE_CHARS:
        titles = [Headline(item.article.title, item, None)]
    if titles:
        return max(titles, key=_by_fitness)
    return _named(best or Headline(_at_a_word(item.sentence(0)), item, 0), event)


def _rated(event: Event, weights: Weights, window: Window | None) -> Iterator[Headline]:
    """What may be its headline, with its fitness."""
    telling = _telling_terms(event, weights)
    said = set[str]()
    for rank, item in enumerate(event.items[:_ITEMS]):
        for head in _candidates(item, window):
            if head.text not in said:
                said.add(head.text)
                place = _TITLE if head.n is None else -_LATER * head.n
                alone = 0.0 if _is_alone(head) else -_ALONE
                news = _NEWS * (float(item.news[head.n or 0]) - UNTOLD)
                fitness = _fitness(head.text, telling) + place + alone + news - _FURTHER * rank
                yield head._replace(fitness=fitness)


def _is_alone(head: Headline) -> bool:
    whole = "" if head.n is None else head.item.sentence(head.n)
    return stands_alone(head.text, whole, is_title=head.n is None)


def _by_fitness(head: Headline) -> tuple[float, int, str]:
    return round(head.fitness, 4), -len(head.text), head.text


def _named(head: Headline, event: Event) -> Headline:
    """The words with a main name of the event in front, if they have none: "Polaris 2: It is on sale".

    The name stands in a sentence beside them or in the article's title, so that one quote can show both.
    """
    if head.n is None or not event.names.keys().isdisjoint(names_of(f"- {head.text}")):
        return head
    item, n = head.item, head.n
    beside = [item.sentence(k) for k in (n - 1, n + 1) if 0 <= k < len(item.sentences)]
    spelt = [found.text for text in (*beside, item.article.title) for found in find_names(text)]
    for name in event.names:
        for written in spelt:
            if name in names_of(f"- {written}") and len(written) + len(head.text) + 2 <= HEADLINE_CHARS:
                return head._replace(text=f"{written}: {head.text}")
    return head


def _telling_terms(event: Event, weights: Weights) -> Mapping[str, float]:
    """The event's terms with their share of its weight: frequent in its items and rare in the corpus."""
    said = Counter(term for item in event.items for term in distinct_terms(item.lead_text))
    idf = weights(sorted(said))
    scored = {term: idf[term] * count / len(event.items) for term, count in said.items()}
    best = sorted(scored.items(), key=lambda pair: (-pair[1], pair[0]))[:_TELLING]
    total = sum(weight for _, weight in best) or 1.0
    return {term: weight / total for term, weight in best}


def _candidates(item: Item, window: Window | None) -> Iterator[Headline]:
    for text, n in _phrases(item):
        if n is not None and is_old(item, n, window):
            continue
        folded = _without_credit(text).strip(" .:;,")
        if folded and len(folded) <= HEADLINE_CHARS and not _UNFIT.search(folded):
            yield Headline(folded, item, n)


def _phrases(item: Item) -> Iterator[tuple[str, int | None]]:
    """Titles, first sentences and their clauses."""
    if item.whole:
        yield item.article.title, None
    for n in range(item.lead):
        sentence = _without_credit(_POST.sub("", item.sentence(n)))
        before, colon, after = sentence.partition(": ")
        for part in (sentence, before, after)[: _parts(sentence, colon)]:
            yield part, n
            for match in _CLAUSE.finditer(part):
                yield part[: match.start()], n


def _without_credit(text: str) -> str:
    """The text on one line, without credits and counts of replies."""
    folded = _ACTIVITY.sub("", " ".join(text.split()))
    return folded[:-_CREDIT_CHARS] + _CREDIT.sub("", folded[-_CREDIT_CHARS:])


def _parts(sentence: str, colon: str) -> int:
    """How many of these can be read alone: a sentence, the part before its colon, the part after it.

    "The result shows more: it invented a beard" refers to a result that was mentioned before.
    """
    if not colon:
        return 1
    return 2 if points_back(sentence) else 3


def _fitness(text: str, telling: Mapping[str, float]) -> float:
    """Rates a candidate: it has the event's terms, can be read alone, and is short."""
    said = distinct_terms(text)
    score = sum(weight for term, weight in telling.items() if term in said)
    first = text.split()[0]
    return (
        score
        - _TOO_SHORT * (len(_SPOKEN.findall(text)) < _FEW_WORDS)
        - _POINTS * (_POINTING.match(text) is not None)
        - _SMALL * first.islower() * first.isalpha()
        - _FIGURES * (_FIGURE.match(first) is not None and not acts(text))
        - _DEFINES * defines(text)
        - _SPEAKS * (_PERSONAL.search(text) is not None)
        - _TWO_PARTS * (": " in text)
        - _ASKS * text.endswith(("?", "!"))
        - 0.004 * max(len(text) - _GOOD_CHARS.stop, 0)
        - 0.01 * max(_GOOD_CHARS.start - len(text), 0)
    )


def _at_a_word(sentence: str) -> str:
    """The longest beginning that ends at a word and fits."""
    plain = _without_credit(sentence).rstrip(" .")
    return plain if len(plain) <= HEADLINE_CHARS else plain[:HEADLINE_CHARS].rsplit(" ", 1)[0].rstrip(" .,;:")
