"""The sentences of a verdict: who is better, or equal, or what it would take to know; and how sure each of it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from workbench.analysis.forecast import MOST, POWER, tasks_to_equal
from workbench.analysis.stats import Interval
from workbench.show import figures
from workbench.show.figures import counted, points

if TYPE_CHECKING:
    from workbench.analysis.compared import Compared, Side

_MANY: Final = 1000
_TOO_SMALL_TO_READ_USD: Final = 0.001
_FEWEST_TASKS: Final = 10
_MUCH_UNANSWERED: Final = 0.1
_MOST_DIGITS: Final = 4
FEW_TASKS: Final = 20
"""Fewer tasks than this carry a caution in words, whatever their statistics say: they may be of one kind."""


def few(tasks: int) -> str:
    """A caution where a finding rests on few tasks, to stand behind its sentence; nothing where it does not.

    >>> few(5), few(20)
    (' 5 tasks are few: the next ones may turn out otherwise; ask at least 30.', '')
    """
    if not 0 < tasks < FEW_TASKS:
        return ""
    verb = "is" if tasks == 1 else "are"
    return f" {counted(tasks, 'task')} {verb} few: the next ones may turn out otherwise; ask at least 30."


def finding(comparison: Compared) -> str:
    """The verdict itself, with the numbers that carry it, and what it would take where it is none."""
    first, second = comparison.in_order
    tasks = "task" if comparison.tasks == 1 else counted(comparison.tasks, "task")
    where = f"on the same {tasks}{comparison.averaged}"
    chance = _chance(comparison)
    shares, difference = agreeing(first.accuracy, second.accuracy)
    if comparison.decisive:
        ends = sorted((abs(comparison.interval.low), abs(comparison.interval.high)))
        small = ""
        if comparison.equal:
            small = f" That is shown to be less than the {points(comparison.within)} that would matter."
        return (
            f"{first.name} is better than {second.name}: {shares} right {where}, {difference} more"
            f"{_nearer(comparison)} ({_before_limits(comparison)} {span(*ends)}, "
            f"{chance}).{small}{few(comparison.tasks)}"
        )
    both = f"{figures.percent(first.accuracy)} right for both"
    shares = both if comparison.difference == 0 else f"{shares} right"
    if comparison.equal:
        return (
            f"{first.name} and {second.name} are equal within {points(comparison.within)}: {shares} {where} "
            f"({_within_margin(comparison, first)}, {chance})."
        )
    return (
        f"Not decisive between {first.name} and {second.name}: {shares} {where} ({chance}). "
        f"{_range(comparison, first)} {outlook(comparison)}"
    )


def agreeing(more: float, less: float) -> tuple[str, str]:
    """Two shares and their difference, in so many digits that a reader who subtracts finds the same.

    >>> agreeing(0.844, 0.796), agreeing(0.9, 0.4)
    (('84.4 % against 79.6 %', '4.8 points'), ('90 % against 40 %', '50 points'))
    """
    here, there, apart = figures.contrast(more, less)
    return f"{here} against {there}", apart


def span(low: float, high: float, *, signed: bool = False) -> str:
    """Both ends of a difference in points, in so many digits that it is seen to have a width.

    >>> span(0.01, 0.03), span(0.0182, 0.0218), span(-0.02, 0.02, signed=True), span(0.0001, 0.3)
    ('1 to 3 points', '1.8 to 2.2 points', '-2 to +2 points', 'just above 0 to 30 points')
    """
    first, last = points(low, signed=signed, unit=False), points(high, signed=signed)
    if low > 0 and first == "0":  # 0 is not among what is likely
        first = "just above 0"
    elif high < 0 and last == "0 points":
        last = "just below 0 points"
    if first != last.partition(" ")[0]:
        return f"{first} to {last}"
    sign = "+" if signed else ""
    return f"{100 * low:{sign}.1f} to {100 * high:{sign}.1f} points"


def interval_name(comparison: Compared) -> str:
    """What the interval of a comparison is called."""
    if comparison.chosen_of > 1:
        return "interval corrected for the choice"
    if comparison.any_time:
        return "95 % interval over all looks"
    if comparison.looks:
        return f"interval corrected for {comparison.looks + 1} looks"
    return "95 % interval"


def _before_limits(comparison: Compared) -> str:
    name = interval_name(comparison)
    return name if name.endswith("interval") else f"{name}:"


def outlook(comparison: Compared) -> str:
    """How many more tasks would settle it, as a range, with how sure that is and what it costs."""
    if comparison.tasks < _FEWEST_TASKS:
        return f"So few tasks cannot tell how many more would settle it; begin with {_FEWEST_TASKS * 3}."
    more = comparison.more
    equal = more_to_equal(comparison)
    about_equal = ""
    if equal > 0:
        about_equal = (
            f" Were they equal, about {rounded(equal):,} more would show it, within {points(comparison.within)}."
        )
    if comparison.difference == 0 or more is None:
        if comparison.a.accuracy == comparison.b.accuracy == 0:
            return "Neither was right on any: look at some replies, for the tasks, the cap or the scorer may not fit."
        if comparison.a.accuracy == comparison.b.accuracy == 1:
            return f"Both were right on all, so harder tasks would tell more.{about_equal}"
        return f"They look alike, and more tasks can show no more than that they are equal.{about_equal}"
    if math.isinf(more.low):
        return f"Not even {MOST:,} more tasks are likely to settle a difference as small as it looks.{about_equal}"
    sure = f"{POWER:.0%}".replace("%", " %")
    dear = _money(comparison, more.low, more.high)
    if math.isinf(more.high):
        return (
            f"How many more tasks like these would settle it cannot be told: {rounded(more.low):,} at best, more than "
            f"{MOST:,} at worst ({sure} sure{dear}).{about_equal}"
        )
    return (
        f"{rounded(more.low):,} to {rounded(more.high):,} more tasks like these would settle it "
        f"({sure} sure, likeliest {rounded(more.likeliest):,}{dear})."
    )


def more_to_equal(comparison: Compared) -> float:
    """How many more tasks would show two that are equal to be so, by the same test that calls them equal."""
    alpha = comparison.level / comparison.pairs
    return tasks_to_equal(comparison.within, comparison.mean_square, alpha=alpha) - comparison.tasks


def cost(comparison: Compared) -> str:
    """What a correct answer costs with either side, and how far that is known."""
    a, b = comparison.a.usd_per_correct, comparison.b.usd_per_correct
    if math.isnan(a) or math.isnan(b):
        missing = [side for side in (comparison.a, comparison.b) if math.isnan(side.usd_per_correct)]
        without = [side.name for side in missing if side.accuracy == 0]
        unpriced = [side.name for side in missing if side.accuracy > 0]
        nothing = f"No answer of {' and '.join(without)} was right, so none has a price." if without else ""
        unknown = f"What a correct answer costs is not known for {' and '.join(unpriced)}." if unpriced else ""
        return f"{nothing} {unknown}".strip()
    if a == b == 0:
        return "Both are free."
    cheap, dear = (comparison.a, comparison.b) if a <= b else (comparison.b, comparison.a)
    many = _MANY if 0 < cheap.usd_per_correct < _TOO_SMALL_TO_READ_USD else 1
    said = f"{many:,} correct answers cost" if many > 1 else "A correct answer costs"
    shown = [figures.money(many * side.usd_per_correct) for side in (cheap, dear)]
    prices = " and ".join(f"{price} with {side.name}" for price, side in zip(shown, (cheap, dear), strict=True))
    if shown[0] == shown[1]:
        prices = f"about {shown[0]} with either"
    ratio, limits = comparison.cost_ratio, comparison.cost_ratio_interval
    if math.isnan(ratio + limits.low + limits.high) or ratio == 0:
        return f"{said} {prices}."
    if cheap is comparison.a:
        ratio, limits = 1 / ratio, Interval(1 / limits.high, 1 / limits.low)
    low, times, high = _told_apart(limits.low, ratio, limits.high)
    spread = f"95 % interval {low} to {high}"
    if limits.low <= 1:
        return f"{said} {prices}, no clear difference ({times} times, {spread})."
    return f"{said} {prices}, {times} times as much ({spread})."


def _told_apart(*factors: float) -> list[str]:
    """Factors in order of size, in so many digits that the first and the last are seen to differ.

    >>> _told_apart(1.8, 2.4, 3.1), _told_apart(0.9983, 1.0004, 1.0021)
    (['1.8', '2.4', '3.1'], ['0.998', '1.000', '1.002'])
    """
    shown = [figures.factor(factor) for factor in factors]
    digits = 1
    while shown[0] == shown[-1] and factors[0] < factors[-1] and digits < _MOST_DIGITS:
        digits += 1
        shown = [f"{factor:,.{digits}f}" for factor in factors]
    return shown


def unanswered(comparison: Compared) -> str:
    """On how many tasks a side gave no answer at all, where that is much of what stands against it; else nothing."""
    silent = [side for side in (comparison.a, comparison.b) if side.never_answered >= _MUCH_UNANSWERED]
    told = " and ".join(f"{side.name} on {figures.percent(side.never_answered)} of the tasks" for side in silent)
    return f"No answer came from {told}, which counts as not right." if silent else ""


def noise(comparison: Compared) -> str:
    """How often the same configuration differs from itself, beside how often the two differ; empty if nobody knows."""
    known = [side for side in (comparison.a, comparison.b) if not math.isnan(side.noise)]
    if not known or not comparison.tasks:
        return ""
    apart = (comparison.only_a + comparison.only_b) / comparison.tasks
    own = " and ".join(f"{side.name} differs from itself on {figures.percent(side.noise)} of tasks" for side in known)
    return f"Noise floor: asked twice, {own}; the two differ from each other on {figures.percent(apart)}."


def probability(p: Any) -> str:
    """A p value in words."""
    if figures.absent(p):
        return figures.ABSENT
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def rounded(number: float) -> int:
    """To two significant digits, upwards: a forecast is no better than that.

    >>> rounded(1234), rounded(7.2)
    (1300, 8)
    """
    step = int(10 ** max(0, math.floor(math.log10(max(number, 1))) - 1))
    return math.ceil(number / step) * step


def _chance(comparison: Compared) -> str:
    chance = probability(comparison.p if comparison.p_holm is None else comparison.p_holm)
    if comparison.pairs > 1:
        chance += f" after Holm's correction for {comparison.pairs} pairs"
    if comparison.looks and not comparison.any_time:
        p = comparison.p if comparison.p_holm is None else comparison.p_holm
        if comparison.level / 10 < p < comparison.level * 10:  # so near that rounding hides on which side it is
            chance = chance.replace(probability(p), f"p = {p:.3g}")
        chance += f", to be below {comparison.level:.2g} at look {comparison.looks + 1}"
    return chance


def _nearer(comparison: Compared) -> str:
    """What is left of a difference that was chosen as the surest of many."""
    if comparison.chosen_of <= 1 or math.isnan(comparison.shrunken):
        return ""
    left = abs(comparison.shrunken)
    return f", likely nearer {points(left)} because it was chosen as the surest of {comparison.chosen_of}"


def _range(comparison: Compared, first: Side) -> str:
    if math.isnan(comparison.interval.low):
        return "One task gives no interval."
    behind, ahead = -comparison.interval.low, comparison.interval.high
    if first is comparison.b:
        behind, ahead = ahead, behind
    name = interval_name(comparison)
    if behind <= 0:
        likely = f"{span(max(-behind, 0.0), ahead)} better ({name})"
        return f"{first.name} looks {likely}, but the test does not rule out chance.{_exaggerated(comparison)}"
    either = f"{first.name} may be anything from {points(behind)} worse to {points(ahead)} better ({name})."
    return either + _exaggerated(comparison)


def _exaggerated(comparison: Compared) -> str:
    if comparison.chosen_of <= 1 or math.isnan(comparison.shrunken):
        return ""
    return (
        f" Its {points(abs(comparison.difference))} were chosen as the largest of {comparison.chosen_of}; expect about "
        f"{points(abs(comparison.shrunken))}."
    )


def _within_margin(comparison: Compared, first: Side) -> str:
    """The interval that shows two to be equal: of 90 %, for two one-sided tests, where one looked once at one pair."""
    if comparison.any_time or comparison.looks or comparison.pairs > 1:
        return f"{_before_limits(comparison)} {_either_way(comparison, first)}"
    low, high = comparison.interval_of_equality
    low, high = (low, high) if first is comparison.a else (-high, -low)
    return (
        f"90 % interval {100 * low:+.1f} to {100 * high:+.1f} points for {first.name}, as two one-sided tests need it"
    )


def _either_way(comparison: Compared, first: Side) -> str:
    low, high = comparison.interval
    if first is comparison.b:
        low, high = -high, -low
    return f"{span(low, high, signed=True)} for {first.name}"


def _money(comparison: Compared, low: float, high: float) -> str:
    usd = comparison.usd_per_task
    if math.isnan(usd) or usd <= 0:
        return ""
    least, most = (_two_digits(rounded(tasks) * usd) if math.isfinite(tasks) else "more" for tasks in (low, high))
    return f", {least} or more" if math.isinf(high) else f", {least} to {most}"


def _two_digits(usd: float) -> str:
    """Dollars of a forecast, which is no better than two digits.

    >>> _two_digits(46.54), _two_digits(0.0712), _two_digits(2.7)
    ('$47', '$0.071', '$2.70')
    """
    return f"${float(f'{usd:.2g}'):,.0f}" if usd >= 10 else figures.money(float(f"{usd:.2g}"))
