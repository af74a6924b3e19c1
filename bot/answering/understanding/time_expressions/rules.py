"""Which words name which period: one rule a shape ("last week", "June 3", "early June", "Q2 2026").

The shapes are regular expressions over the fragments of `words`; a group `core` marks where the period's own words
begin, when words before them are needed to be sure ("in May").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from bot.answering.understanding.time_expressions import resolvers as to
from bot.answering.understanding.time_expressions.periods import Clock, Period
from bot.answering.understanding.time_expressions.words import pattern


class Rule(NamedTuple):
    pattern: re.Pattern[str]
    resolve: Callable[[re.Match[str], Clock], Period | None]


# Tried in this order; words that a rule has claimed are not read again, so the longer shapes come first.
_SHAPES: tuple[tuple[str, Callable[[re.Match[str], Clock], Period | None]], ...] = (
    (r"<B>(?P<y><YEAR>)([-/])(?P<m>\d\d)\2(?P<d>\d\d)(?![\w/-])", to.numeric_date),
    (r"<B>(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?(?P<y><YEAR>)<E>", to.numeric_date),
    (r"<B>(?P<y><YEAR>)-(?P<m>\d\d)(?![\w/-])", to.numeric_month),
    (r"<B>(?P<week>week (?:of|starting|beginning))\s+(?P<month><MONTH>)\s+(?P<day><DAY>)<TH><Y?><E>", to.named_date),
    (
        r"<B>(?P<n>first|last)\s+(?P<count><COUNT>)\s+(?P<unit>days|weeks)<OF>\s+(?P<month><MONTH>)<Y?><E>",
        to.edge_of_month,
    ),
    (r"<B>(?P<n><ORDINAL>)\s+<WEEK><OF>\s+(?P<month><MONTH>|this month|last month)<Y?><E>", to.week_of_month),
    (r"<B>(?P<n>erste[nr]?|zweite[nr]?|dritte[nr]?|letzte[nr]?)\s+(?P<month><MONTH>)woche<Y?><E>", to.week_of_month),
    (r"<B>(?P<n>first|second)\s+half<OF>\s+(?P<month><MONTH>|this month|last month)<Y?><E>", to.half_of_month),
    (r"<B>(?P<n>first|second)\s+half<OF>\s+(?P<year><YEAR>|(?:this|last) year)<E>", to.half_of_year),
    (r"<B>H(?P<n>[12])(?: of)?\s*(?P<year><YEAR>|['’]\d\d)<E>", to.half_of_year),
    (r"<BM><PART>(?P<month><MONTH>|this month|last month)<Y?><E>", to.part_of_month),
    (r"<B><PART>(?P<year><YEAR>|(?:this|last) year)<E><LONE>", to.part_of_year),
    (r"<BM>(?P<month><MONTH>)\s+(?P<day><DAY>)<TH><TO>(?P<to><DAY>)<TH><Y?><ED>", to.named_date),
    (r"<B>(?P<day><DAY>)<TH><TO>(?P<to><DAY>)<TH><OF>\s+(?P<month><MONTH>)<Y?><E>", to.named_date),
    (r"(?<!in )<BM>(?P<month><PLAIN_MONTH>)\s+(?P<day><DAY>)<TH><Y?><ED>", to.named_date),
    (r"<BM><IN>(?<!in)\s+(?:the\s+)?(?P<core>(?P<month><MONTH>)\s+(?P<day><DAY>)<TH><Y?>)<ED>", to.named_date),
    (r"<BM>(?P<month><MONTH>)\s+(?P<day><DAY>)(?:st|nd|rd|th)<Y?><ED>", to.named_date),
    (r"<BM>(?P<month><MONTH>)\s+(?P<day><DAY>),?\s+(?P<year><YEAR>)<ED>", to.named_date),
    (r"<BM>(?P<month><MONTH>)\s+(?P<day><DAY>)(?=\s*[?!]*$)", to.named_date),
    (r"<B>(?:<ON>\s+)(?P<core>(?P<day><DAY>)(?:<TH>|\.)<OF>\s+(?P<month><MONTH>)<Y?>)<E>", to.named_date),
    (r"<B>(?P<day><DAY>)(?:(?:st|nd|rd|th|er|\.)<OF>\s+(?P<month><MONTH>)<Y?>)<E>", to.named_date),
    (r"<B>(?P<day><DAY>)<OF>\s+(?P<month><MONTH>)(?:,|\s+(?:de|del))?\s+(?P<year><YEAR>)<E>", to.named_date),
    (
        r"<BM>(?P<month><MONTH>)(?:,|\s+(?:of|de|del))?\s+(?P<year><YEAR>|['’]\d\d|(?:of )?(?:last|this) year)<E>",
        to.whole_month,
    ),
    (r"<B>(?P<n>[1-4])(?:st|nd|rd|th)\s+quarter(?:\s+(?:of\s+)?(?P<year><YEAR>|(?:this|last) year))?<E>", to.quarter),
    (
        r"<B>(?P<n>first|second|third|fourth)\s+quarter(?:\s+(?:of\s+)?(?P<year><YEAR>|(?:this|last) year))?<E>",
        to.quarter,
    ),
    (r"<B>Q(?P<n>[1-4])(?:\s+of)?[\s-]*(?P<year><YEAR>|['’]\d\d|(?:this|last) year)<E>", to.quarter),
    (r"<B>(?P<year><YEAR>)[\s-]*Q(?P<n>[1-4])<E>", to.quarter),
    (r"<B><IN>\s+(?:the\s+)?(?P<core>Q(?P<n>[1-4]))<E>(?!\s*(?:quant|gguf|weight|version|model|kv|bit))", to.quarter),
    (r"<B>(?P<of_last_week>last week(?:['’]s)?)(?: on)?\s+(?P<weekday><WEEKDAY>)<E>", to.weekday),
    (r"<B>(?P<weekday><WEEKDAY>)(?P<of_last_week>(?: of)? last week)<E>", to.weekday),
    (r"<B>(?P<last><LAST>)\s+(?P<weekday><WEEKDAY>)<E>", to.weekday),
    (r"<B>(?P<weekday><WEEKDAY>)\s+(?P<last>pasad[oa]|dernier|derni[eè]re)<E>", to.weekday),
    (r"<B>(?:<ON>|<THIS>)\s+(?P<core>(?P<weekday><WEEKDAY>))<E>(?!\.com)", to.weekday),
    (r"<B>(?<!black )(?<!good )(?<!cyber )(?P<weekday><PLAIN_WEEKDAY>)<E>(?!\.com)", to.weekday),
    (r"<B>(?P<last>last |previous |letztes |letzten )(?:weekend|wochenende)<E>", to.weekend),
    (r"<B>(?P<core>(?:fin de semana|week-end)\s+(?P<last>pasado|dernier))<E>", to.weekend),
    (
        r"<B>(?:(?:this|the|over the|past)\s+)(?P<core>weekend)<E>|<B>wochenende<E>|<B>(?:este|el) fin de semana<E>",
        to.weekend,
    ),
    (r"<B><LAST>\s+(?P<count><COUNT>)[\s-]*(?P<unit><ANY_UNIT>)<E>", to.last_units),
    (r"<B>(?P<count><COUNT>)\s+<LAST>\s+(?P<unit><UNIT>)<E>", to.last_units),
    (
        r"<B>(?:the\s+last|(?:(?:the|this)\s+)?past|(?:la|el)\s+[uú]ltim[oa])\s+(?P<unit>(?!quarter|trimestre)<UNIT>)<E>",
        to.last_units,
    ),
    (r"<B>(?P<count><COUNT>)\s+(?P<unit><UNIT>)\s+(?:ago|back)<E>", to.units_ago),
    (r"<B>(?:vor|hace|il y a)\s+(?P<count><COUNT>)\s+(?P<unit><UNIT>)<E>", to.units_ago),
    (r"<B>(?:(?:early|earlier|late|later|so far|the)\s+)*<LAST>\s+(?P<unit><UNIT>)<E>", to.unit_before),
    (r"<B>(?P<unit><UNIT>)\s+<LAST_AFTER><E>", to.unit_before),
    (r"<B>(?:(?:early|earlier|late|later|so far|already)\s+)*<THIS>\s+(?P<unit><UNIT>)<E>", to.this_unit),
    (r"<B>(?:the day before yesterday|vorgestern|anteayer|avant-hier)<E>", to.days_back(2)),
    (r"<B>(?:last night|gestern abend|anoche|hier soir)<E>", to.last_night),
    (r"<B>(?:yesterday|gestern|ayer)<E>|(?<=d['’])hier<E>|<B>hier(?=\s*[?.!]*$)", to.days_back(1)),
    (r"<B>(?:earlier )?(?:today|tonight|this (?:morning|afternoon|evening)|heute|hoy|aujourd['’]hui)<E>", to.today),
    (r"<BM>(?P<core>(?P<month><MONTH>))(?=<TO>(?:<MONTH>)(?!\w))", to.whole_month),
    (r"<BM><MONTH><TO>(?P<core>(?P<month><MONTH>))<E>", to.whole_month),
    (r"<BM>(?P<last>last\s+)(?P<month><MONTH>)<E>", to.whole_month),
    (r"<BM>(?P<month><PLAIN_MONTH>)<E>", to.whole_month),
    (
        r"<BM><IN>(?:\s+|-)(?:the\s+)?(?P<core>(?P<month><MONTH>))<E>(?!\s+(?:i|we|you|it|they|he|she|be|not|have)\b)",
        to.whole_month,
    ),
    (
        r"<B><IN>\s+(?:(?:jahre?|el año|l['’]année)\s+)?(?P<core>(?P<y><YEAR>)(?:<TO>(?P<y2><YEAR>))?)<E><LONE>",
        to.whole_years,
    ),
    (r"(?:(?P<year><YEAR>)年)?(?P<m>1[0-2]|0?[1-9])月(?:(?P<d><DAY>)日)?", to.japanese_date),
    (r"(?<!\d)(?P<y><YEAR>)年", to.whole_years),
    (r"(?:この|過去|直近)\s*(?P<count>\d\d?)\s*(?P<unit>時間|日間?|週間?|[ヶか]月間?|年間?)", to.japanese_last_units),
    (r"(?P<which>今|先|昨|去)(?P<unit>週|月|年)", to.japanese_unit),
    (r"一昨日|おととい", to.days_back(2)),
    (r"昨日|きのう", to.days_back(1)),
    (r"今日|本日", to.today),
)

RULES: tuple[Rule, ...] = tuple(Rule(pattern(shape), resolve) for shape, resolve in _SHAPES)
