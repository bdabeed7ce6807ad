"""Which scorer fits a task, by its options and targets; loaded by the first task that has something to be marked by."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.bases import base_score, in_base
from workbench.scorers.choosing.options import options_in, target_places
from workbench.scorers.clocks import time_of
from workbench.scorers.languages import as_written
from workbench.scorers.mathematics import formula_score
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.numerals import pure_number
from workbench.scorers.score import Score, Scorer
from workbench.scorers.sentences.aimed import aimed
from workbench.scorers.truths import truth_word
from workbench.scorers.units import asked_unit, is_known, measures_the_other, other_money, same_unit, unit_of_number
from workbench.scorers.values import kind_of, plain_target
from workbench.tasks.tasks import Task


def fitting(task: Task) -> str:
    """Name what fits a task's targets and options: one of NAMES, `formula`, `base`, or `text`.

    >>> fitting(Task("1", "How many?", "12")), fitting(Task("1", "Solve.", "x > 2")), fitting(Task("1", "Who?", "Ada"))
    ('numeric', 'formula', 'text')
    """
    targets = task.targets if task.target is not None else ()
    if not targets:
        return "text"
    options = options_in(task)
    named = options is not None and all(target_places(target, options) is not None for target in targets)
    numbered = options is not None and options.labels[0].isdigit() and all(kind_of(t) == "number" for t in targets)
    if named and (not numbered or _asks_to_choose(task)):
        return "choice"
    if (task.target or "").strip()[:1] in ("{", "[") and _is_json(task.target or ""):
        return "json_schema"
    if len(targets) == 1 and truth_word(targets[0]) is not None:
        return "yes_no"
    if all(time_of(target) is not None for target in targets):
        return "text"
    if all(in_base(plain_target(target)) for target in targets):
        return "base"
    kinds = {kind_of(target) for target in targets}
    if kinds == {"number"}:
        return "numeric"
    if "mathematics" in kinds and kinds <= {"mathematics", "number", "quantity"}:
        return "formula"
    return "text"


def _asks_to_choose(task: Task) -> bool:
    return bool(re.search(as_written("asks_to_choose"), task.question.lower())) or "choices" in task.extra


def _is_json(text: str) -> bool:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, str | dict | list) for each in value)
    )


_NUMERIC: Final = numeric()


def _numbers(answer: str, task: Task) -> Score:
    score = aimed(
        _in_asked_unit(_with_zeros(_NUMERIC(answer, task), answer, task), answer, task), answer, task, number=True
    )
    said = score.extracted or ""
    beside = re.match(r"\s?[^\W\d_]{0,8}", answer[answer.rfind(said) + len(said) :])
    money = said + (beside[0] if beside and said in answer else "")
    if score.correct and all(other_money(target, money) for target in task.targets):
        return Score(0.0, score.extracted, f"{score.why}, in another currency", score.evidence)
    return score


def _in_asked_unit(score: Score, answer: str, task: Task) -> Score:
    """A mark as it is, or what it is in the unit that the question asks for: 1.05 kg are 1,050 asked in grams."""
    said, asked = score.extracted or "", asked_unit(task.question)
    if not said or not asked or any(re.search(r"[^\W\d_]", target) for target in task.targets):
        return score
    unit = unit_of_number(answer, said)
    factor = same_unit(unit, asked) if is_known(unit) else None
    number = pure_number(said)
    if factor == 1 or number is None or (factor is None and not measures_the_other(unit, asked)):
        return score
    if score.correct:
        return replace(score, why=f"{score.why}, in {unit}", sure=score.sure and score.evidence == "boxed")
    aims = [aim.value for target in task.targets if (aim := pure_number(target)) is not None]
    if factor is not None and number.value * factor in aims:
        return replace(score, value=1.0, why=f"found {said} {unit}", sure=True)
    return score


_ASKS_NUMBER: Final = re.compile(rf"\b(?:{as_written('asks_number')}|m\s?\+\s?n|p\s?\+\s?q)")
"""A question that asks for a number, whose leading zeros are the form of an answer sheet."""


def _with_zeros(score: Score, answer: str, task: Task) -> Score:
    """A number for a target with leading zeros: claimed it counts, bare it does not, since `007` may be a code."""
    bare = score.correct and score.evidence not in ("boxed", "marker", "tag")
    asked = bool(_ASKS_NUMBER.search(task.question[:4_000].lower()))
    if bare and not asked and all(re.match(r"0\d", target.strip()) for target in task.targets):
        same = any(target.strip() in answer for target in task.targets)
        return (
            score if same else Score(0.0, score.extracted, f"{score.why}, without leading zeros", score.evidence, False)
        )
    return score


UNNAMED: Final = {
    "formula": Scorer("math", formula_score),
    "numbers": Scorer("numeric", _numbers),
    "base": Scorer("exact", base_score),
}
"""Scorers that are chosen for what a target is, and cannot be named."""
