"""Numbers compared: the one that an answer gives with the target's, exactly or within a tolerance."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.scorers.amounts.directions import is_said_of_a_fall
from workbench.scorers.amounts.offered import is_nearly
from workbench.scorers.amounts.percent import (
    counts_things,
    is_percent,
    leaves_out_scale,
    names_percent_alone,
    percent_means,
)
from workbench.scorers.amounts.sentence_numbers import Pick
from workbench.scorers.languages import languages_of, table
from workbench.scorers.numbers import final_number, of_what_is_asked
from workbench.scorers.numerals import Numeral
from workbench.scorers.reading import Reading, reading
from workbench.scorers.score import Score, Scorer, shown, wanted
from workbench.scorers.sentences.denials import undenied
from workbench.scorers.sentences.doubts import WEAK, is_about_another, says_number
from workbench.scorers.values import one_number
from workbench.tasks.tasks import Task

_YEAR: Final = re.compile(r"1\d{3}|20\d{2}")
_DOTTED: Final = re.compile(r"[^\d]*\d{1,3}(?:\.\d{3})+[^\d]*")


def numeric(tolerance: float = 0.0, *, relative_tolerance: float = 0.0) -> Scorer:
    """Score 1 where the number that the answer gives equals the target, exactly or within a tolerance.

    The relative tolerance is a share of the target; the larger allowance counts. Numbers are read as
    `workbench.scorers.numerals` says; which number of an answer counts says `workbench.scorers.numbers`. Units are not
    compared. Raises InputError for a target that does not hold exactly one number.

    >>> numeric(0.01)("The answer is 22/7, or about 3.14", Task("1", "Pi?", "3.14")).why
    "found 22/7 after 'The answer is'"
    """
    if not (0 <= tolerance < float("inf") and 0 <= relative_tolerance < float("inf")):
        raise InputError(f"A tolerance is a number from 0, not {tolerance!r} and {relative_tolerance!r}.")
    allowed, share = Fraction(str(tolerance)), Fraction(str(relative_tolerance))

    def score(answer: str, task: Task) -> Score:
        aim = _aim_of(task, allowed, share)
        read = reading(answer)
        pick = final_number(read, years=aim.is_year, percent=aim.is_percent)
        if pick is None:
            return Score(0.0, None, f"no number in the answer; {wanted(task)}")
        pick = of_what_is_asked(read, pick, task.question, years=aim.is_year)
        if pick.number is None:
            return Score(0.0, None, f"no single number {pick.where}; {wanted(task)}", pick.evidence)
        for number in (pick.number, *pick.also):
            met, sure = aim.met_by(number, read)
            if met:
                return undenied(_right(number, pick, read, task, sure=sure), answer, task)
        return _wrong(pick.number, pick, read, aim)

    return Scorer("numeric", score)


@dataclass(frozen=True)
class _Aim:
    """The numbers that a task wants, how far from one an answer's may lie, and whether a year or a percentage is it."""

    task: Task
    targets: list[Numeral]
    allowed: Fraction
    share: Fraction
    is_year: bool
    is_percent: bool

    def met_by(self, number: Numeral, read: Reading) -> tuple[bool, bool]:
        """Whether a number meets a target, and whether its being a percentage or not leaves that sure."""
        if self.is_percent and counts_things(number, read.text, self.task.question):
            return False, True
        return max(self._met(target, number, read) for target in self.targets)

    def _met(self, target: Numeral, number: Numeral, read: Reading) -> tuple[bool, bool]:
        question = self.task.question
        if target.value < 0 and target.value == -number.value:
            return _is_negative_in_words(number, read.lower), True
        if is_percent(number) != is_percent(target):
            nearness = max(self.allowed, self.share * abs(target.value))
            if meant := percent_means(number, target, question, nearness):
                return meant
        means = number.means(target, tolerance=self.allowed, relative_tolerance=self.share)
        return _with_thousands(number, target, question) or means, not leaves_out_scale(number, target, question)


def _aim_of(task: Task, allowed: Fraction, share: Fraction) -> _Aim:
    targets = [_target_number(target, task) for target in task.targets]
    is_year = all(_YEAR.fullmatch(target.text) for target in targets)
    return _Aim(
        task, targets, allowed, share, is_year, all(map(is_percent, targets)) or names_percent_alone(task.question)
    )


def _right(number: Numeral, pick: Pick, read: Reading, task: Task, *, sure: bool) -> Score:
    """The mark of a number that meets a target; unsure where another one may be what is said of the thing asked for."""
    sure = pick.sure and sure
    if sure and pick.evidence in WEAK and is_about_another(read, number, task.question):
        sure = False  # "Jones kicked 2", where it is asked how many Smith kicked
    return Score(1.0, number.text, f"found {shown(number.text)} {pick.where}", pick.evidence, sure)


def _wrong(number: Numeral, pick: Pick, read: Reading, aim: _Aim) -> Score:
    """The mark of a number that meets no target; unsure where another number of the answer does, or it nearly does."""

    def meets(other: Numeral) -> bool:
        return aim.met_by(other, read)[0]

    rival = any(map(meets, pick.rivals)) or any(is_nearly(number, target) for target in aim.targets)
    sure = aim.met_by(number, read)[1] and not rival
    if sure and pick.evidence in WEAK and says_number(read, meets, aim.task.question):
        sure = False
    why = f"found {shown(number.text)} {pick.where}; {wanted(aim.task)}"
    return Score(0.0, number.text, why, pick.evidence, sure)


def _target_number(target: str, task: Task) -> Numeral:
    found = one_number(target)
    if found is None:
        raise InputError(f"Scorer 'numeric': the target {target!r} of task {task.id!r} does not hold one number.")
    return found


def _is_negative_in_words(number: Numeral, lower: str) -> bool:
    """Whether the sign of a number is said in words: `a loss of 12` is -12."""
    place = lower.rfind(number.text.lower())
    return place >= 0 and is_said_of_a_fall(lower, place, place + len(number.text))


def _with_thousands(number: Numeral, target: Numeral, question: str) -> bool:
    """Whether a number is the target with dots between its thousands, where the question's language writes them so."""
    dotted = _DOTTED.fullmatch(number.text)
    if not dotted or number.value * 1_000 ** number.text.count(".") != target.value:
        return False
    return any(table()[code].get("decimal_comma") for code in languages_of(question[:2_000].lower()))
