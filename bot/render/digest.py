"""A digest as Discord messages, one per page, and as one document. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta, tzinfo

from bot.digest.models import Coverage, Digest, Label, Story
from bot.lexicon.dates import days
from bot.render.card import Card, CardText
from bot.render.markdown import harmless
from bot.render.messages import SMALL, RenderedMessage, oversize_files
from bot.render.splitting import LIMIT, paragraph, size, whole
from bot.render.stories import card, in_document, shown_quotes
from bot.translation import LANGUAGES, _, ngettext, speaking

NOTE_CHARS = 160
STORIES = 12
"""Stories shown in Discord; a document has all of them."""
FIRST_STORIES = 7
"""Stories of the first page, which everybody sees: about one screen of a phone."""
_QUIET = 3
"""With fewer new stories than this, a digest says that the week was quiet."""
_GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class DigestPage(RenderedMessage):
    """A page.

    Attributes:
        texts: what it is made of: the heading, each story, the coverage.
        stories: the numbers of those that begin on it, from 0.
    """

    texts: tuple[str, ...] = ()
    stories: tuple[int, ...] = ()

    def takes(self, text: str, room: int) -> bool:
        """Whether there is room for this below, in a page of so many characters."""
        return not self.content or size(self.content + _GAP + text) <= room

    def with_(self, text: str, story: Story | None, number: int) -> DigestPage:
        """The page with a text below; `story`: the one that begins there, None for the rest of a long one."""
        page = self.of((*self.texts, text))
        if story is None:
            return page
        files = (*self.files, *oversize_files(shown_quotes(story)))
        return replace(page, files=files, stories=(*self.stories, number))

    def of(self, texts: tuple[str, ...]) -> DigestPage:
        """The page with other texts."""
        return replace(self, content=_GAP.join(texts), texts=texts)

    def as_card(self) -> DigestPage:
        card = Card(tuple(CardText(text, apart=n > 0) for n, text in enumerate(self.texts)))
        return replace(self, content=card.content, card=card)


def render_digest(digest: Digest, note: str = "", zone: tzinfo = UTC, *, cards: bool = False) -> list[DigestPage]:
    """The pages of a digest, one message each; at least one. The first has the coverage.

    Args:
        note: Markdown under the heading, at most `NOTE_CHARS` long. Room is kept for one in any case: pages are
            split the same way with and without it, because the buttons lead to pages without the note.
        zone: time zone of the days.
        cards: as cards, which are split the same way too.
    """
    pages = _pages(digest, note, zone)
    return [page.as_card() for page in pages] if cards else pages


def _pages(digest: Digest, note: str, zone: tzinfo) -> list[DigestPage]:
    shown = digest.stories[:STORIES]
    foot = SMALL + _footer(digest, len(shown))
    head = _headline(digest, zone)
    pages = [DigestPage("").of((head,))]
    for number, story in enumerate(shown):
        for n, text in enumerate(card(story, zone)):
            room = LIMIT - size(_GAP + foot) - NOTE_CHARS if len(pages) == 1 else LIMIT
            is_full = len(pages) == 1 and n == 0 and len(pages[0].stories) == FIRST_STORIES
            if is_full or not pages[-1].takes(text, room):
                pages.append(DigestPage(""))
            pages[-1] = pages[-1].with_(text, story if n == 0 else None, number)
    first, *others = pages
    noted = "\n".join(filter(None, (head, note)))
    return [first.of((noted, *first.texts[1:], foot)), *others]


def headings(digest: Digest, zone: tzinfo = UTC) -> frozenset[str]:
    """The first line of its first page in every language: the server's may have changed since it was sent."""
    found = set()
    for language in LANGUAGES:
        with speaking(language):
            found.add(_headline(digest, zone).partition("\n")[0])
    return frozenset(found)


def digest_markdown(digest: Digest) -> str:
    """The whole digest as one Markdown document (CommonMark), with the same links and no other live mark-up."""
    blocks = [whole(_headline(digest, UTC)), *(block for story in digest.stories for block in in_document(story))]
    blocks.append(paragraph(_footer(digest, len(digest.stories))))
    return "".join(block.gap + block.text for block in blocks).strip()


def late(due: str) -> str:
    """The line that marks a digest as late; `due` is its due time in words."""
    return SMALL + _("Late: this was due {due}.").format(due=harmless(due))


def _headline(digest: Digest, zone: tzinfo) -> str:
    period = days(*digest.first_and_last, zone)
    is_week = digest.until - digest.since >= timedelta(days=6)
    quiet = _("A quiet week") if is_week else _("A quiet time")
    if not digest.stories:
        nothing = _("I found no story from {period}.").format(period=period)
        return f"## {quiet}\n{nothing}"
    head = "## " + _("AI news, {days}").format(days=period)
    new = sum(story.label is not Label.ONGOING for story in digest.stories)
    if new >= _QUIET:
        return head
    told = ngettext("{n} story is new.", "{n} stories are new.", new) if new else _("nothing is new.")
    return f"{head}\n{quiet}: {told.format(n=new)}"


def _footer(digest: Digest, shown: int) -> str:
    """The coverage, and what is missing and why."""
    made_from, told = _checked(digest.coverage), _left_out(digest, shown)
    return f"{made_from} {told}".strip()


def _checked(coverage: Coverage) -> str:
    checked = ngettext("{checked} of {n} source checked", "{checked} of {n} sources checked", coverage.sources)
    parts = [checked.format(checked=coverage.checked, n=coverage.sources)]
    if coverage.failed:
        parts.append(_("{n} failed").format(n=coverage.failed))
    if coverage.silent:
        parts.append(_("{n} silent").format(n=coverage.silent))
    read = ngettext("{n} article read", "{n} articles read", coverage.articles).format(n=coverage.articles)
    return _("Coverage: {sources}; {articles}.").format(sources=", ".join(parts), articles=read)


def _left_out(digest: Digest, shown: int) -> str:
    why = digest.coverage.left_out
    reasons = (
        (why.advertisement, _("advertisement")),
        (why.housekeeping, _("no news in it")),
        (why.off_topic, _("off topic")),
        (why.beyond, _("smaller stories")),
    )
    articles = ", ".join(f"{count} ({reason})" for count, reason in reasons if count)
    told = [_("Articles left out: {articles}.").format(articles=articles)] if articles else []
    if hidden := len(digest.stories) - shown:
        told.append(ngettext("{n} more story not shown.", "{n} more stories not shown.", hidden).format(n=hidden))
    return " ".join(told)
