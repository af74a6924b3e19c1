"""Articles, quotes and answers whose rendering can be worked out by hand, and strategies for hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.answering.links import quote_link
from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status
from bot.digest.models import Coverage, Digest, Label, Story
from ingest.models import ArticleCard

ASKED_AT = datetime(2026, 6, 28, 12, 0, tzinfo=UTC)

CARD = ArticleCard(
    id="a1",
    url="https://example.org/dsa",
    title="DeepSeek ships V3.2",
    source="Example News",
    author=None,
    published_at=datetime(2026, 6, 20, 8, 30, tzinfo=UTC),
    version=1,
)

MARKUP = ("`", "``", "```", "\\", "*", "**", "_", "__", "~~", "|", "||", "[", "]", "(", ")", "<", ">", "://")
LINE_STARTS = ("#", "# ", "-# ", "- ", "1. ", "> ", ">>> ", "\n", "\n\n", "\t", "\u2028", "\x00", "\x1b[31m")
ADDRESSES = (
    "[click](https://evil.example/x)",
    "<https://evil.example>",
    "https://evil.example/a_b*c",
    "HTTP://EVIL.example)",
    "www.evil.example",
    "discord.gg/abc",
    "steam://run/1",
    "mailto:a@b.example",
)
MENTIONS = (
    "@everyone",
    "@here",
    "<@123>",
    "<@!123>",
    "<@&5>",
    "<#77>",
    "</ask:12>",
    "</source add:12>",
    "<id:customize>",
)
EMOJI_AND_TIMES = ("<:smile:99>", "<a:smile:99>", ":smile:", ":+1:", "<t:1618953630:R>")
LETTERS = (" ", "a", "x", "word ", "é", "模型", "😀", "1", ".", ",", "!", "/")
NASTY = MARKUP + LINE_STARTS + ADDRESSES + MENTIONS + EMOJI_AND_TIMES + LETTERS
hostile_text = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=6)), max_size=30).map("".join)


def quote(n: int = 1, text: str = "The model halves the cost.", card: ArticleCard = CARD) -> Quote:
    return Quote(n=n, text=text, start=10, end=10 + len(text), article=card, link=quote_link(card.url, text))


def answer(*quotes: Quote, mode: Mode = Mode.QUOTES, statements: tuple[Statement, ...] | None = None) -> Answer:
    """An answer in which each quote is a statement, unless told otherwise."""
    if statements is None:
        statements = tuple(Statement(q.text, (q.n,)) for q in quotes)
    text = " ".join(f"{s.text} {''.join(f'[{n}]' for n in s.quotes)}" for s in statements)
    question = Question("What is new?", ASKED_AT, id="q1")
    return Answer(question, Status.ANSWERED, mode, text, statements, quotes)


def abstention(text: str = "I found nothing about that.", *nearest: ArticleCard) -> Answer:
    base = answer(mode=Mode.QUOTES)
    return replace(base, status=Status.NO_EVIDENCE, text=text, nearest=nearest, newest_article_at=CARD.published_at)


def digest(*titles: str) -> Digest:
    """A digest of the week before `ASKED_AT` with a story of one quote for each title."""
    stories = tuple(
        Story(title, Label.NEW, "", (quote(n, f"{title} happened."),), (CARD,), 1.0)
        for n, title in enumerate(titles, 1)
    )
    return Digest(ASKED_AT - timedelta(days=7), ASKED_AT, stories, Coverage(5, 4, 1, 0, 12))


def told_by_two(told: Digest) -> Digest:
    """The digest with a second source for its first story, so that it has a picture and a menu."""
    other = replace(CARD, id="a2", source="Other News", url="https://other.example/x")
    first = replace(told.stories[0], articles=(CARD, other))
    return replace(told, stories=(first, *told.stories[1:]))
