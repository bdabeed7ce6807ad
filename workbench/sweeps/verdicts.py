"""What the judge of a sweep would take: its own requests, filled with answers as long as they may be."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.asking.ask import request_for
from workbench.providers.bounds import worst_of
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.providers.requests import CallRequest
from workbench.scorers.named import as_scorer
from workbench.scorers.score import AnyScorer, Scorer
from workbench.show import figures
from workbench.sweeps.estimates import known_sum
from workbench.tasks.tasks import Task

BYTES_OF_A_TOKEN: Final = 8
"""Of an answer, generously: English has 4 to 5 bytes a token, Chinese 3 to 6."""

LIKELY_VERDICT_TOKENS: Final = 120
"""Of a verdict with its reason, where the ledger knows nothing of the judge; one that thinks takes more."""


@dataclass(frozen=True)
class JudgeEstimate:
    """What a judge takes beside the calls of a plan; dollars are None where nobody knows its price.

    `handed` says that the judge was handed over as an object and asks by itself: it is outside of `max_usd`.
    """

    model: str
    verdicts: int
    usd_likely: float | None = None
    usd_worst: float | None = None
    handed: bool = False

    def words(self) -> str:
        """What a plan says of it."""
        if self.handed:
            return (
                f"judge {self.model}: up to {self.verdicts:,} verdicts, asked for by the function that was handed "
                f"over: what they cost is not in these figures, and max_usd does not hold them; "
                f"scorer='judge:{self.model}' does"
            )
        return (
            f"judge {self.model}: up to {self.verdicts:,} verdicts beside these calls, "
            f"{figures.budget(self.usd_likely)} likely, {figures.budget(self.usd_worst)} at worst; "
            "kept ones cost nothing"
        )


class _Seen(Exception):
    """The request that a judge would have sent."""

    def __init__(self, request: CallRequest) -> None:
        super().__init__()
        self.request = request


def judge_estimates(
    scorer: AnyScorer,
    answers: Iterable[tuple[Task, float, float]],
    past_tokens: Mapping[str, float],
) -> tuple[JudgeEstimate, ...]:
    """Estimate the judges among the scorers: for each answer to come its task, and its likely and most tokens.

    `past_tokens` are the tokens of a reply that the ledger knows of a model. Verdicts that are kept already cost
    nothing, and cannot be known before the answers are.
    """
    counts = collections.Counter((task.id, round(likely), round(most)) for task, likely, most in answers)
    tasks = {task.id: task for task, _, _ in answers}
    made: list[JudgeEstimate] = []
    for one in _leaves(scorer):
        if isinstance(one, Scorer) and one.again is None:
            made += [JudgeEstimate(name, sum(counts.values()), handed=True) for name in judges_of(one)]
            continue
        judge = as_scorer(one, ask=_show)
        if judge.judge is None:
            continue
        likely_usd: list[float | None] = []
        for (task_id, likely, _), number in counts.items():
            asked = _request(judge, tasks[task_id], "")
            output = min(past_tokens.get(asked.target.id, LIKELY_VERDICT_TOKENS), asked.output_tokens_at_most or 10**9)
            usd = priced(asked.target, Counts(asked.prompt_tokens_likely + likely, round(output))).usd
            likely_usd.append(None if usd is None else number * usd)
        worst_usd: list[float | None] = []
        for (_, most), group in _by_length(counts, tasks).items():  # of each length the longest task stands for all
            worst = worst_of(_request(judge, tasks[group[0]], "x" * (most * BYTES_OF_A_TOKEN))).usd
            worst_usd.append(None if worst is None else group[1] * worst)
        made.append(JudgeEstimate(judge.judge, sum(counts.values()), known_sum(likely_usd), known_sum(worst_usd)))
    return tuple(made)


def judges_of(scorer: Scorer) -> list[str]:
    """The models that judge in a scorer, or in its parts."""
    if scorer.parts:
        return [name for part in scorer.parts for name in judges_of(part)]
    return [scorer.judge] if scorer.judge else []


def _leaves(scorer: AnyScorer) -> Iterator[AnyScorer]:
    if isinstance(scorer, list | tuple):
        for one in scorer:
            yield from _leaves(one)
    elif isinstance(scorer, Scorer | str):
        yield scorer


def _show(prompt: str, *, model: Any, **options: Any) -> Any:
    raise _Seen(request_for(prompt, model, options))


def _by_length(counts: Mapping[tuple[str, int, int], int], tasks: Mapping[str, Task]) -> dict[tuple[int, int], Any]:
    """Of each length of answers the longest task, and how many answers there are."""
    found: dict[tuple[int, int], tuple[str, int]] = {}
    for (task_id, likely, most), number in counts.items():
        longest, before = found.get((likely, most), (task_id, 0))
        longer = max(longest, task_id, key=lambda each: len(tasks[each].question) + len(str(tasks[each].extra)))
        found[likely, most] = longer, before + number
    return found


def _request(judge: Scorer, task: Task, answer: str) -> CallRequest:
    """The request by which a judge asks about an answer."""
    try:
        judge.score(answer, task)
    except _Seen as seen:
        return seen.request
    raise AssertionError("a judge asks")
