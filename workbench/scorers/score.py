"""What a scorer is, and what it says of an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

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
    "function": "by a function of the user's own",
    "none": "nowhere: nothing that could be compared was found",
}
"""Where a scorer found what it compared: the closed list of what `Score.evidence` and the column `evidence` may say."""


@dataclass(frozen=True)
class Score:
    """How good an answer is: 1 right, 0 wrong, between them partly right; what was compared; and why.

    `extracted` is the piece of the answer that was compared, None where nothing comparable was found. `evidence` says
    where it stood, by one of `EVIDENCE`. `sure` is false where that is weak, such as the last number of several: a
    person should look before the mark is believed.
    """

    value: float
    extracted: str | None
    why: str
    evidence: str = "none"
    sure: bool = True

    @property
    def correct(self) -> bool:
        """Whether the answer is right as a whole."""
        return self.value >= 1

    @property
    def standing(self) -> str:
        """How the answer stands, in words: right, wrong, or how much of it is right."""
        if 0 < self.value < 1:
            return f"{self.value:.0%} right"
        return "right" if self.correct else "wrong"


@dataclass(frozen=True)
class Scorer:
    """A named way to score: called with an answer and its task, it returns a Score.

    It sees the answer only, never the thinking. `needs_target` is false where a task without a target can be scored.
    A call that takes more than `limits.LIMIT_SECONDS` of work is stopped, and raises InputError.
    """

    name: str
    score: Callable[[str, Task], Score]
    needs_target: bool = True

    def __call__(self, answer: str, task: Task) -> Score:
        try:
            return within_limit(self.score, answer, task)
        except TookTooLong as problem:
            raise InputError(f"Scorer {self.name!r} on task {task.id!r}: {problem}.") from None


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
