"""What a scorer is, and what it says of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from workbench.base.helper import TookTooLong
from workbench.errors import InputError
from workbench.scorers.limits import within_limit
from workbench.tasks.tasks import Task

_LONGEST_SHOWN: Final = 200

EVIDENCE: Final = {
    "boxed": r"in LaTeX's \boxed{}",
    "tag": "in an element such as <answer>",
    "marker": "after a marker such as `Answer:` or `The answer is`",
    "json": "in a JSON value",
    "whole": "the answer as a whole",
    "bold": "in bold",
    "first": "at the start of the answer",
    "last": "at the end of the answer",
    "sentence": "as what a sentence says",
    "option": "as an option that is named or repeated",
    "text": "anywhere in the answer",
    "pattern": "by a regular expression",
    "judge": "by the verdict of a judging model",
    "hand": "by a mark that a person set",
    "tests": "by unit tests that the program in the answer passes or not",
    "measured": "by a figure of the reply: its length, time or cost, how alike it is",
    "several": "by several scorers together",
    "function": "by a function of the user's own",
    "none": "nowhere: nothing that could be compared was found",
}
"""Where a scorer found what it compared: the closed list of what `Score.evidence` and the column `evidence` may say."""

NO_VOTES: Final = frozenset({"text", "judge", "hand", "function", "tests", "measured", "several"})
"""Evidence of scorers that compare, but extract no answer of the reply's own that votes could be cast with."""


@dataclass(frozen=True)
class Score:
    """How good an answer is: 1 right, 0 wrong, between them partly right; what was compared; and why.

    A `value` of None is no mark at all: a judge that gave no verdict, a figure that nobody knows. `passed` says whether
    it is right where that is not decided by a value of 1: by a threshold, or by several scorers, whose own scores are
    `parts`, by name.

    `extracted` is the piece of the answer that was compared, None where nothing comparable was found. `evidence` says
    where it stood, by one of `EVIDENCE`. `sure` is false where that is weak, such as the last number of several: a
    person should look before the mark is believed.
    """

    value: float | None
    extracted: str | None
    why: str
    evidence: str = "none"
    sure: bool = True
    passed: bool | None = None
    parts: Mapping[str, float | None] = field(default_factory=dict, hash=False)

    @property
    def correct(self) -> bool | None:
        """Whether the answer is right as a whole; None where there is no mark."""
        if self.passed is not None or self.value is None:
            return self.passed
        return self.value >= 1

    @property
    def standing(self) -> str:
        """How the answer stands, in words: right, wrong, how much of it is right, or that nobody knows."""
        if self.correct is None:
            return "not marked"
        if self.passed is None and self.value is not None and 0 < self.value < 1:
            return f"{self.value:.0%} right"
        return "right" if self.correct else "wrong"


@dataclass(frozen=True)
class Scorer:
    """A named way to score: called with an answer and its task, it returns a Score.

    It sees the answer only, never the thinking. `needs_target` is false where a task without a target can be scored.
    A call that takes more than `limits.LIMIT_SECONDS` of work is stopped, and raises InputError.
    `measures` are the columns of figures (`seconds`, `usd`) that it looks at besides; they come as a third argument, by
    name, None where unknown. `at_once` is how many answers may be scored at the same time, `judge` the model that
    scores, `parts` the scorers that a score is put together from.
    `chosen` gives the scorer that a task gets, where that differs from task to task. `asks` names what a user's own
    function calls to ask a model, outside of what a sweep plans and limits; `again` makes a judge anew that asks with
    another asker. `word` is the name by which another process can make the same scorer.
    """

    name: str
    score: Callable[..., Score]
    needs_target: bool = True
    measures: tuple[str, ...] = ()
    at_once: int = 1
    judge: str | None = None
    parts: tuple[Scorer, ...] = ()
    chosen: Callable[[Task], Scorer] | None = None
    asks: str | None = None
    again: Callable[[Callable[..., Any]], Scorer] | None = None
    word: str | None = None

    def __call__(self, answer: str, task: Task, measured: Mapping[str, float | None] | None = None) -> Score:
        given = (answer, task, measured or {}) if self.measures or self.parts else (answer, task)
        try:
            return within_limit(self.score, *given)
        except TookTooLong as problem:
            raise InputError(f"Scorer {self.name!r} on task {task.id!r}: {problem}.") from None

    def of(self, task: Task) -> Scorer:
        """The scorer that a task gets: this one, or the one that it chooses."""
        return self.chosen(task) if self.chosen else self

    def marks(self, task: Task) -> bool:
        """Whether an answer to this task can be marked: it has a target, or its scorer needs none."""
        return task.target is not None or not (self.chosen(task) if self.chosen else self).needs_target


AnyScorer: TypeAlias = "Scorer | str | Callable[..., Any] | list[Any] | tuple[Any, ...] | None"
"""What a user may hand over as a scorer: one, its name, a function, several of these in a list, or nothing."""


def shown(text: str) -> str:
    """Shorten a text for a table.

    >>> shown("a" * 300)[-3:]
    'aa…'
    """
    text = text.strip()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def wanted(task: Task) -> str:
    """Say what was expected, for the end of a `why`.

    >>> wanted(Task("1", "Big?", "large | huge"))
    "expected 'large' or 'huge'"
    """
    return "expected " + " or ".join(repr(shown(target)) for target in task.targets)
