"""Numbers in words and on the screen: dollars, shares, points, durations, limits, and what stands for an absent one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.show.markdown import visible


def seconds_text(seconds: float) -> str:
    """A duration in words as short as they can be.

    >>> seconds_text(4.2), seconds_text(75), seconds_text(3700)
    ('4 s', '1 min 15 s', '1 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


ABSENT: Final = "NA"
_BEFORE_UNIT: Final = re.compile(r"(?<=\d) (?=%|(?:s|min|h|points?)\b)")


def beginning(text: str, most: int) -> str:
    """The beginning of a text on one line, at most so many characters, in which nothing plays tricks.

    >>> beginning("one\\n two  three", 9), beginning("four", 9)
    ('one two …', 'four')
    """
    line = visible(" ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"


def absent(value: Any) -> bool:
    """Is there no value: None, NA or NaN?

    >>> absent(None), absent(float("nan")), absent(0)
    (True, True, False)
    """
    if value is None or type(value) is str:
        return value is None
    if isinstance(value, int | float):
        return bool(value != value)
    import pandas as pd  # neither a single call to a model nor a plan needs it

    return bool(pd.isna(value))


def name(value: Any) -> str:
    """A value that names something: a model, a prompt, a cap.

    >>> name("plain"), name(4096), name(None)
    ('plain', '4096', 'NA')
    """
    return ABSENT if absent(value) else str(value)


def percent(value: Any, *, signed: bool = False) -> str:
    """A share in per cent.

    >>> percent(0.724), percent(0.004), percent(-0.05, signed=True), percent(None)
    ('72 %', '0.4 %', '-5 %', 'NA')
    """
    if absent(value):
        return ABSENT
    number = 100 * float(value)
    digits = 1 if 0 < abs(number) < 1 or 99 < abs(number) < 100 else 0
    return f"{number:{'+' if signed and round(number, digits) else ''}.{digits}f} %".replace("-0 %", "0 %")


def money(value: Any) -> str:
    """Dollars, to the cent from one dollar up and to two significant digits below.

    >>> money(12.345), money(0.01234), money(0.0999), money(0.9999), money(0.00000078), money(0), money(float("nan"))
    ('$12.35', '$0.012', '$0.10', '$1.00', '$0.00000078', '$0', 'NA')
    """
    if absent(value):
        return ABSENT
    number = float(value)
    return "$0" if number == 0 else f"${number:,.{2 if abs(number) >= 0.995 else _digits(number)}f}"


def count(value: Any) -> str:
    """A number of things, whole, with separators.

    >>> count(12345.4), count(None)
    ('12,345', 'NA')
    """
    return ABSENT if absent(value) else f"{round(float(value)):,}"


def short_model(label: str) -> str:
    """A model without who serves it; of a fallback both, and what is pinned to it, or a name of one's own, as it is.

    >>> short_model("openrouter/openai/gpt-6-sol"), short_model("box/a -> box/b"), short_model("x/m (stop=/)")
    ('gpt-6-sol', 'a -> b', 'm (stop=/)')
    >>> short_model("with/without tools"), short_model("local:/my models/m.gguf")
    ('with/without tools', 'm.gguf')
    """

    def one(part: str) -> str:
        name, space, pinned = part.partition(" (")
        return (name if " " in name and not name.startswith("local:") else name.rsplit("/", 1)[-1]) + space + pinned

    return " -> ".join(map(one, label.split(" -> ")))


def short_models(labels: Iterable[str]) -> dict[str, str]:
    """Each of some models by its short name, or all as they are where two would then be called the same.

    >>> short_models(["a/small", "b/large"]), short_models(["a/small", "b/small"])
    ({'a/small': 'small', 'b/large': 'large'}, {'a/small': 'a/small', 'b/small': 'b/small'})
    """
    short = {label: short_model(label) for label in labels}
    return short if len(set(short.values())) == len(short) else {label: label for label in short}


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "task"), counted(1200, "task"), counted(0, "kept reply"), counted(2, "batch"), counted(2, "day")
    ('1 task', '1,200 tasks', '0 kept replies', '2 batches', '2 days')
    """
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{number:,} {noun[:-1]}ies"
    return f"{number:,} {noun}{'es' if noun.endswith(('ch', 'sh', 's', 'x', 'z')) else 's'}"


def spent(usd: float | None) -> str:
    """What one reply cost.

    >>> spent(None), spent(0), spent(0.0123)
    ('cost unknown', 'free', '$0.012')
    """
    return "cost unknown" if usd is None else money(usd) if usd else "free"


def budget(usd: float | None, unknown: str = "unknown dollars") -> str:
    """A sum to be spent, to the cent where it has cents.

    >>> budget(1.5), budget(0.0031), budget(0.00002), budget(0), budget(None)
    ('$1.50', '$0.0031', '$0.00002', '$0.00', 'unknown dollars')
    """
    if usd is None:
        return unknown
    return f"${usd:,.2f}" if usd >= 0.01 or usd == 0 else _small(usd)


def booked(usd: float) -> str:
    """A sum that is spent or set aside, to a hundredth of a cent, and finer where it is smaller.

    >>> booked(0.0312), booked(0), booked(0.000021), booked(12.5)
    ('$0.0312', '$0.0000', '$0.000021', '$12.5000')
    """
    return f"${usd:,.4f}" if abs(usd) >= 0.001 or usd == 0 else _small(usd)


def limit(usd: float) -> str:
    """A sum that may not be exceeded, as it was set.

    >>> limit(1), limit(0.0001), limit(0.015), limit(1234.5), limit(0)
    ('$1.00', '$0.0001', '$0.015', '$1,234.50', '$0.00')
    """
    whole, _, part = f"{usd:,.12f}".rstrip("0").partition(".")
    return f"${whole}.{part:0<2}"


def _small(usd: float) -> str:
    places = max(4, _digits(usd))
    text = f"{usd:.{places}f}"
    return "$" + (text if places == 4 else text.rstrip("0"))


def duration(value: Any) -> str:
    """Seconds, to two significant digits below ten.

    >>> duration(0.0123), duration(4.26), duration(75.2), duration(None)
    ('0.012 s', '4.3 s', '75 s', 'NA')
    """
    if absent(value):
        return ABSENT
    number = float(value)
    return f"{number:,.{_digits(number) if number else 0}f} s"


def factor(value: Any) -> str:
    """How many times as much, to two significant digits.

    >>> factor(1.0), factor(33.4), factor(None)
    ('1.0', '33', 'NA')
    """
    return ABSENT if absent(value) else f"{float(value):,.{_digits(float(value)) if value else 0}f}"


def between(low: Any, high: Any, show: Any = percent) -> str:
    """Both ends of an interval, the unit once.

    >>> between(0.5, 0.75), between(0.01, None, money), between(None, None)
    ('50–75 %', '$0.010 or more', 'NA')
    """
    if absent(low) and absent(high):
        return ABSENT
    if absent(high):
        return f"{show(low)} or more"
    if absent(low):
        return f"{show(high)} or less"
    first, last = show(low), show(high)
    unit = next((unit for unit in (" %", " s") if first.endswith(unit) and last.endswith(unit)), "")
    return f"{first.removesuffix(unit)}–{last}"


def bracketed(line: Mapping[Any, Any], column: str, show: Any) -> str:
    """A figure with its interval, from the columns `column`, `column_low` and `column_high`.

    >>> bracketed({"right": 0.5, "right_low": 0.4, "right_high": 0.6}, "right", percent)
    '50 % [40–60 %]'
    """
    if absent(line[column]):
        return ABSENT
    return f"{show(line[column])} [{between(line[f'{column}_low'], line[f'{column}_high'], show)}]"


def limits(line: Mapping[Any, Any], column: str, show: Any) -> str:
    """The interval alone, for the small print below a figure; nothing where it is not known.

    >>> limits({"right_low": 0.5, "right_high": 0.75}, "right", percent)
    '[50–75 %]'
    >>> limits({"right_low": None, "right_high": None}, "right", percent)
    ''
    """
    ends = between(line[f"{column}_low"], line[f"{column}_high"], show)
    return "" if ends == ABSENT else f"[{ends}]"


def plain(text: object) -> str:
    """A text on one line, in which nothing can move the cursor of a terminal.

    >>> plain("a\\x1b[31m")
    'a\\\\x1b[31m'
    """
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter
        for letter in str(text)
    )


def unbroken(text: str) -> str:
    """A sentence of ours in which no line ends between a number and its unit.

    >>> unbroken("82 % right in 14 s, 4 points more").split(" ")
    ['82\\xa0%', 'right', 'in', '14\\xa0s,', '4\\xa0points', 'more']
    """
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", text)


def in_two(text: str) -> tuple[str, str]:
    """The first sentence, and the rest with the space before it.

    >>> in_two("a is better than b. It costs $1.")
    ('a is better than b.', ' It costs $1.')
    """
    first, stop, rest = text.partition(". ")
    return first + stop.rstrip(), " " * bool(rest) + rest


def _digits(number: float) -> int:
    rounded = float(f"{abs(number):.1e}")  # 0.0999 is shown as 0.10, not as 0.100
    return max(0, 1 - math.floor(math.log10(rounded)))


def points(share: Any, *, signed: bool = False, unit: bool = True) -> str:
    """A difference of shares in percentage points.

    >>> points(0.124), points(-0.124, signed=True), points(0.004, unit=False), points(-0.0001, signed=True)
    ('12 points', '-12 points', '0.4', '0 points')
    >>> points(-0.01, signed=True)
    '-1 point'
    """
    if absent(share):
        return ABSENT
    number = percent(share, signed=signed).removesuffix(" %").removesuffix(".0")
    number = number.lstrip("+-") if not float(number) else number  # no difference has no sign
    return number + (" point" if number.lstrip("+-") == "1" else " points") * unit


_MISTOLD_POINTS: Final = 0.75


def contrast(first: Any, second: Any) -> tuple[str, str, str]:
    """Two shares and the points between them, rounded so that who subtracts the shares gets the points.

    A digit more where the points would be another number than they are.

    >>> contrast(0.8421, 0.7968), contrast(0.804, 0.8), contrast(0.5, 0.5)
    (('84 %', '80 %', '4 points'), ('80.4 %', '80.0 %', '0.4 points'), ('50 %', '50 %', '0 points'))
    >>> contrast(27 / 40, 23 / 40)
    ('67.5 %', '57.5 %', '10 points')
    """
    if absent(first) or absent(second):
        return percent(first), percent(second), ABSENT
    shares = (100 * float(first), 100 * float(second))
    for digits in (0, 1, 2):
        shown = [f"{share:.{digits}f}" for share in shares]
        apart = f"{abs(float(shown[0]) - float(shown[1])):.{digits}f}"
        between_them = abs(shares[0] - shares[1])
        if between_them < 0.005 or (float(apart) and abs(float(apart) - between_them) < _MISTOLD_POINTS):
            break
    apart = f"{float(apart):g}"
    return f"{shown[0]} %", f"{shown[1]} %", f"{apart} {'point' if apart == '1' else 'points'}"


def points_limits(low: Any, high: Any) -> str:
    """Both ends of a difference in points, for the small print; nothing where they are not known.

    >>> points_limits(-0.05, 0.124)
    '[-5 to +12]'
    """
    if absent(low) and absent(high):
        return ""
    return f"[{points(low, signed=True, unit=False)} to {points(high, signed=True, unit=False)}]"
