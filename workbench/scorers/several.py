"""Several scorers at once: all must be satisfied, or any one; each keeps a column of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from workbench.errors import InputError
from workbench.scorers.score import Score, Scorer
from workbench.tasks.tasks import Task


def combined(scorers: Sequence[Scorer], *, passes: Literal["all", "any"] = "all") -> Scorer:
    """Score by several scorers: right where all of them say so, or any of them.

    The score is the least (with `any` the greatest) of theirs; each one's own stands in `Score.parts`, and in the rows
    in a column `score_<name>`. What was extracted is what the first of them extracted. A scorer that gives no mark
    leaves the whole without one, unless the others decide it.

    >>> from workbench.scorers.matching import contains
    >>> from workbench.scorers.numbers_compared import numeric
    >>> scorer = combined([numeric(), contains()])
    >>> scorer.name, scorer("The answer is 4.0", Task("1", "2 + 2?", "4")).parts
    ('numeric and contains', {'numeric': 1.0, 'contains': 0.0})
    """
    if not scorers:
        raise InputError("The list of scorers is empty; name at least one.")
    if passes not in ("all", "any"):
        raise InputError(f"passes is {passes!r}; give 'all' or 'any'.")
    names = _names(scorers)

    def score(answer: str, task: Task, measured: Mapping[str, float | None]) -> Score:
        found = {
            name: scorer(answer, task, measured)
            for name, scorer in zip(names, scorers, strict=True)
            if scorer.marks(task)
        }
        marks = [each.correct for each in found.values()]
        decides = passes == "any"
        passed = decides if decides in marks else None if None in marks else not decides
        values = [each.value for each in found.values() if each.value is not None]
        value = None if passed is None or not values else (max if decides else min)(values)
        telling = next((each for each in found.values() if each.extracted is not None), None)
        return Score(
            value,
            telling.extracted if telling else None,
            "; ".join(f"{name}: {each.why}" for name, each in found.items()),
            telling.evidence if telling else "several",
            all(each.sure for each in found.values() if passed is None or each.correct in (passed, None)),
            passed,
            {name: each.value for name, each in found.items()},
        )

    return Scorer(
        (" and " if passes == "all" else " or ").join(names),
        score,
        needs_target=all(scorer.needs_target for scorer in scorers),
        measures=tuple(dict.fromkeys(name for scorer in scorers for name in scorer.measures)),
        at_once=max(scorer.at_once for scorer in scorers),
        asks=next((scorer.asks for scorer in scorers if scorer.asks), None),
        judge=next((scorer.judge for scorer in scorers if scorer.judge), None),
        parts=tuple(scorers),
    )


def _names(scorers: Sequence[Scorer]) -> list[str]:
    """The scorers' names, numbered where two have the same."""
    names: list[str] = []
    for scorer in scorers:
        number = sum(name == scorer.name or name.startswith(f"{scorer.name}_") for name in names)
        names.append(scorer.name if not number else f"{scorer.name}_{number + 1}")
    return names
