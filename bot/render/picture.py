"""The week at a glance, as a PNG with alternative text: how many sources reported each story on
each day. Pure.

With its own background, so that it looks the same in Discord's dark and light themes, and in type that is legible
when a phone shows it at a third of its size.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from bot.digest.models import Digest, Label, Story
from bot.lexicon.dates import days, short_month, short_weekday
from bot.render.citation import shortened
from bot.render.messages import PictureFile
from bot.translation import N_, _, speaking, spoken
from ingest.models import ArticleCard

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

STORIES = 5
"""Few enough to keep the picture nearly square: Discord shrinks tall ones."""
COLUMNS = 8
ALT_CHARS = 1_024
"""Longest description of an attachment (Discord developer reference, "Attachment Object")."""
_WIDTH, _EDGE = 1_080, 48
_TITLE, _HEAD, _SMALL = 50, 40, 34
"""Sizes of type in pixels; at 380 pixels width the smallest is shown at 12."""
_LINE, _CELL, _GAP, _BETWEEN = 46, 56, 8, 26
_LINES = 2
_UNDRAWABLE = frozenset({"ja"})
"""Languages whose letters the typeface lacks: their pictures have English words."""
_PAPER, _INK, _QUIET, _EMPTY = "#faf6ee", "#1d2429", "#5b666e", "#ebe4d6"
_SHADES = ("#7fb8b0", "#3f8f88", "#17655f", "#0b4642")
"""For one source, two, three, more."""
_LABELS = {Label.NEW: "", Label.UPDATE: N_("Update: "), Label.ONGOING: N_("Ongoing: ")}


class Row(NamedTuple):
    """A story with the number of its sources in each column."""

    text: str
    counts: tuple[int, ...]


class Chart(NamedTuple):
    """The content of the picture."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def digest_picture(digest: Digest, zone: tzinfo = UTC) -> PictureFile | None:
    """The picture of a digest; None if it would show nothing: see `chart_of`."""
    chart = chart_of(digest, zone)
    if chart is None:
        return None
    if spoken() not in _UNDRAWABLE:
        return PictureFile("week.png", _png(chart), described(chart))
    with speaking("en"):
        drawn = chart_of(digest, zone)
        return PictureFile("week.png", _png(drawn or chart), described(chart))


def chart_of(digest: Digest, zone: tzinfo = UTC) -> Chart | None:
    """The first stories by day, or by several days if the period is long.

    None if there is nothing to compare: one day, fewer than two stories, or none that two sources tell.
    """
    told = digest.stories[:STORIES]
    first, last = (moment.astimezone(zone) for moment in digest.first_and_last)
    length = (last.date() - first.date()).days + 1
    if length < 2 or len(told) < 2 or all(len(_sources(story.articles)) < 2 for story in told):
        return None
    stretch = -(-length // COLUMNS)
    starts = [first.date() + timedelta(days=n) for n in range(0, length, stretch)]
    names = tuple(_column_name(day, alone=stretch == 1) for day in starts)

    def column(moment: datetime) -> int:
        return (moment.astimezone(zone).date() - first.date()).days // stretch

    rows = tuple(_row(story, column, len(starts)) for story in told)
    return Chart(_("AI news, {days}").format(days=days(*digest.first_and_last, zone)), names, rows)


def _column_name(day: date, *, alone: bool) -> str:
    """`Mon 22`, or for several days `22 Jun`."""
    if alone:
        return _("{weekday} {day}").format(weekday=short_weekday(day.weekday()), day=day.day)
    return _("{day} {month}").format(day=day.day, month=short_month(day.month))


def described(chart: Chart) -> str:
    """The chart in words, at most `ALT_CHARS`."""
    lines = [_("{title}: how many sources reported the first stories.").format(title=chart.title)]
    for n, row in enumerate(chart.rows, 1):
        told = ", ".join(f"{name} {count}" for name, count in zip(chart.columns, row.counts, strict=True) if count)
        lines.append(f"{n}. {shortened(row.text, 100)}: {told or _('no date')}.")
    return shortened(" ".join(lines), ALT_CHARS)


def _row(story: Story, column: Any, columns: int) -> Row:
    told: list[list[ArticleCard]] = [[] for _ in range(columns)]
    for card in story.articles:
        if card.published_at is not None and 0 <= (n := column(card.published_at)) < columns:
            told[n].append(card)
    return Row(_(_LABELS[story.label]) + shortened(story.title, 120), tuple(len(_sources(cards)) for cards in told))


def _sources(cards: Iterable[ArticleCard]) -> set[str]:
    return {card.source.casefold() or card.id for card in cards}


def _png(chart: Chart) -> bytes:
    from PIL import Image, ImageDraw

    fonts = _Fonts()
    texts = (fonts.drawable(row.text) for row in chart.rows)
    wrapped = [_wrapped(f"{n}. {text}", fonts.head) for n, text in enumerate(texts, 1)]
    top = _EDGE + _TITLE + 18 + _SMALL + 26
    height = top + sum(_row_height(len(lines)) for lines in wrapped) + _SMALL + 28
    image = Image.new("RGB", (_WIDTH, height), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((_EDGE, _EDGE - 8), chart.title, _INK, fonts.title)
    draw.text((_EDGE, _EDGE + _TITLE + 12), _("How many sources reported each story, by day"), _QUIET, fonts.small)
    for lines, row in zip(wrapped, chart.rows, strict=True):
        _draw_row(draw, fonts, top, lines, row)
        top += _row_height(len(lines))
    for left, width, name in _cells(chart.columns):
        draw.text((left + width / 2, top - _BETWEEN + 10), name, _QUIET, fonts.small, anchor="ma")
    out = io.BytesIO()
    image.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Fonts:
    """Lato from a Python package, so that every machine has it."""

    def __init__(self) -> None:
        self.title, self.head, self.number, self.small = (
            _font(weight, size)
            for weight, size in (("Black", _TITLE), ("Bold", _HEAD), ("Black", _HEAD), ("Regular", _SMALL))
        )

    def drawable(self, text: str) -> str:
        """The text without characters that the typeface lacks; accents may be dropped, letters stay."""
        blank = bytes(self.head.getmask("\U0010ffff"))
        known = {char: bytes(self.head.getmask(char)) != blank for char in set(text + normalize("NFKD", text))}
        kept = (char if known[char] else "".join(c for c in normalize("NFKD", char) if known[c]) for char in text)
        return " ".join("".join(kept).split())


def _font(weight: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    data = files("font_lato").joinpath("files", f"Lato-{weight}.ttf").read_bytes()
    return ImageFont.truetype(io.BytesIO(data), size)


def _draw_row(draw: ImageDraw, fonts: _Fonts, top: int, lines: Sequence[str], row: Row) -> None:
    for n, line in enumerate(lines):
        draw.text((_EDGE, top + n * _LINE), line, _INK, fonts.head)
    cells_top = top + len(lines) * _LINE + 10
    for left, width, count in _cells(row.counts):
        shade = _SHADES[min(count, len(_SHADES)) - 1] if count else _EMPTY
        draw.rounded_rectangle((left, cells_top, left + width, cells_top + _CELL), 12, fill=shade)
        if count:
            at = (left + width / 2, cells_top + _CELL / 2)
            draw.text(at, str(count), _INK if count == 1 else "#ffffff", fonts.number, anchor="mm")


def _row_height(lines: int) -> int:
    return lines * _LINE + 10 + _CELL + _BETWEEN


def _cells(of: Sequence[Any]) -> Iterator[tuple[float, float, Any]]:
    """Left edge, width and content of each column."""
    width = (_WIDTH - 2 * _EDGE + _GAP) / len(of) - _GAP
    for n, content in enumerate(of):
        yield _EDGE + n * (width + _GAP), width, content


def _wrapped(text: str, font: Any) -> list[str]:
    """The text on at most `_LINES` lines; longer text ends with an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= _WIDTH - 2 * _EDGE:
            lines[-1] = longer
        elif len(lines) < _LINES:
            lines.append(word)
        else:
            while font.getlength(f"{lines[-1]}…") > _WIDTH - 2 * _EDGE:
                lines[-1] = lines[-1][:-1].rstrip()
            return [*lines[:-1], f"{lines[-1]}…"]
    return lines
