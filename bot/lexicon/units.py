"""The vocabulary of figures: scales, units and number words of English news, with the scales of its neighbours.

German "Billion" (10^12) is left out: in a text of unknown language it would be read wrongly.
"""

from __future__ import annotations

from decimal import Decimal

SCALES = {
    **dict.fromkeys(("k", "thousand", "tausend", "mil"), 3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "million", "millions", "millionen", "millones"), 6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "milliard", "milliards", "milliarde", "milliarden"), 9),
    **dict.fromkeys(("t", "tn", "trillion"), 12),
    **dict.fromkeys(("quadrillion",), 15),
    "hundred": 2,
}
UNITS = {
    **dict.fromkeys(("%", "percent", "per cent", "pct", "percentage point", "percentage points", "prozent"), "%"),
    **dict.fromkeys(("x", "×", "times", "fold"), "x"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars"), "usd"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "eur"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "gbp"),
    **dict.fromkeys(("¥", "yuan", "rmb", "yen"), "cny"),
    **dict.fromkeys(("token", "tokens", "tok"), "token"),
    **dict.fromkeys(("parameter", "parameters", "params", "param"), "parameter"),
    **dict.fromkeys(("gb", "gigabyte", "gigabytes"), "gb"),
    **dict.fromkeys(("tb", "terabyte", "terabytes"), "tb"),
    **dict.fromkeys(("mb", "megabyte", "megabytes"), "mb"),
    **dict.fromkeys(("gw", "gigawatt", "gigawatts"), "gw"),
    **dict.fromkeys(("mw", "megawatt", "megawatts"), "mw"),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("s", "sec", "seconds"), "second"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "minute"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hour"),
    **{name: unit for unit in ("day", "week", "month", "year") for name in (unit, f"{unit}s")},
}
# Units that make another claim of the same number.
TELLING_UNITS = frozenset({"usd", "eur", "gbp", "cny", "%", "x", "nth"})
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
CARDINALS: dict[str, int | Decimal] = {
    **{word: n for n, word in enumerate(_SMALL)},
    **{word: 20 + 10 * n for n, word in enumerate(_TENS)},
    **{"a": 1, "an": 1, "half a": Decimal("0.5")},
}
ORDINALS = {word: n for n, word in enumerate(_ORDINAL_WORDS, 1)}
FOLD: dict[str, int | Decimal] = {"twice": 2, "doubled": 2, "doubles": 2, "thrice": 3, "tripled": 3, "triples": 3}
# What a source may say; in a statement these words have too many other senses ("double down").
ALL_FOLDS: dict[str, int | Decimal] = FOLD | {
    "double": 2,
    "doubling": 2,
    "triple": 3,
    "half": Decimal("0.5"),
    "halved": Decimal("0.5"),
}
