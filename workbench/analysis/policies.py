"""Ways to choose a model for each task: by rule, words, length, kind, or by what a cheap model made of it first."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from workbench.errors import InputError
from workbench.providers.routes import Classifier
from workbench.rows.table import checked

if TYPE_CHECKING:
    import pandas as pd

Choose = Callable[[str], str]

KEYWORDS: Mapping[str, float] = {
    **dict.fromkeys(("prove", "proof", "derive", "design", "optimise", "optimize", "algorithm", "theorem"), 2.0),
    **dict.fromkeys(("explain", "compare", "analyse", "analyze", "debug", "plan", "why", "complexity", "step"), 1.0),
}
"""The words that guides to routing usually count, and what they count for."""

CHARACTERS_A_POINT = 200
"""Of length, which such guides take for difficulty: one point for so many."""


@dataclass(frozen=True)
class Case:
    """One task as a policy sees it: its question and kind, and what each model made of it, draw by draw.

    `right` are shares from 0 to 1, `usd` dollars a draw; `answers`, `marks` and `sure` are those of the draws.
    """

    task: str
    question: str
    kind: str
    right: Mapping[str, float]
    usd: Mapping[str, float]
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    marks: Mapping[str, Sequence[float]] = field(default_factory=dict)
    sure: Mapping[str, Sequence[bool]] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What a policy makes of a case: the model whose answer counts, and what it cost in all."""

    model: str
    right: float
    usd: float
    escalated: bool


@dataclass(frozen=True)
class Policy:
    """A way to choose, with its settings: which are tried is in `settings`, and one of them is chosen on tasks at hand.

    `take` says what is made of a case under a setting. `choose` says the model from a question alone; None where a
    cheap model must be asked first: then `cascade` says the cheap model, the dear one, how many draws of the first, and
    which share of them has to agree. With `kinds` the setting is a table of kinds and models, "" for those of no other;
    with a `classifier` one of its labels.
    """

    name: str
    settings: tuple[Any, ...]
    take: Callable[[Case, Any], Taken]
    choose: Callable[[Any], Choose] | None = None
    fit: Callable[[Sequence[Case], float], Any] | None = None
    cascade: Callable[[Any], tuple[str, str, int, float]] | None = None
    kinds: bool = False
    classifier: Classifier | None = None

    def best(self, cases: Sequence[Case], usd_per_right: float) -> Any:
        """The setting that is worth most on some cases, a right answer being worth `usd_per_right`; cheap wins ties."""
        if self.fit is not None:
            return self.fit(cases, usd_per_right)

        def worth(setting: Any) -> float:
            taken = [self.take(case, setting) for case in cases]
            return sum(one.right * usd_per_right - one.usd for one in taken)

        return max(self.settings, key=worth)


@functools.lru_cache(maxsize=4096)
def keyword_score(question: str) -> float:
    """Difficulty as the usual guides reckon it: points for words, and one for every 200 characters.

    >>> keyword_score("Prove that the algorithm halts.")
    4.155
    """
    words = re.findall(r"[a-z]+", question.casefold())
    return sum(KEYWORDS.get(word, 0.0) for word in words) + len(question) / CHARACTERS_A_POINT


def always(model: str) -> Policy:
    """One model for all."""
    return Policy(model, (None,), lambda case, _: _plain(case, model, model), lambda _: lambda question: model)


def by_rule(name: str, rule: Callable[[str], bool], *, cheap: str, dear: str) -> Policy:
    """The dear model where a rule says so: `by_rule("proofs", lambda q: "prove" in q.lower(), …)`."""
    return _by_question(name, (None,), lambda _: lambda question: dear if rule(question) else cheap, cheap)


def by_keywords(models: Sequence[str]) -> Policy:
    """The usual router: a score from words and length, and the models, cheapest first, by equal parts of the scores."""

    def fit(cases: Sequence[Case], _: float) -> tuple[float, ...]:
        scores = sorted(keyword_score(case.question) for case in cases)
        return tuple(scores[len(scores) * part // len(models)] for part in range(1, len(models)))

    def choose(bounds: tuple[float, ...]) -> Choose:
        return lambda question: models[sum(keyword_score(question) >= bound for bound in bounds)]

    policy = _by_question("keywords by thirds" if len(models) == 3 else "keywords", (), choose, models[0])
    return Policy(policy.name, (), policy.take, policy.choose, fit=fit)


def by_length(cases: Sequence[Case], *, cheap: str, dear: str) -> Policy:
    """The dear model for questions of so many characters and more; how many is chosen on tasks at hand."""
    lengths = sorted({len(case.question) for case in cases})
    bounds = (0, *lengths[:: max(len(lengths) // 12, 1)], 10**9)
    return _by_question(
        "length", bounds, lambda bound: lambda question: dear if len(question) >= bound else cheap, cheap
    )


def by_class(models: Sequence[str], rows: pd.DataFrame, classifier: Classifier) -> Policy:
    """For each class that a cheap model gave a task the model that is worth most on tasks of it at hand.

    `rows` are its replies to the prompt of the `classifier`, one a task (the first of several counts):
    `wb.sweep(tasks, models=classifier.model, prompts=classifier.prompt)`. A task whose reply names no label, or failed,
    goes to what is best on those like it. What a class cost is part of what each task costs; tasks without a row have
    no class, and cost the mean. Raises `InputError` for rows without a known cost, or of several models.
    """
    table = checked(rows, "task_id", "model", "outcome", "answer", "usd", minimum=1)
    if (named := [str(name) for name in table["model"].unique()])[1:]:
        raise InputError(f"classes come of one model; the rows hold {', '.join(map(repr, named))}")
    first = table.drop_duplicates("task_id")
    if first["usd"].isna().all():
        raise InputError(
            "no class has a known cost, so that no route by class can be priced; see wb.analysis.assume_price"
        )
    came = [
        str(text) if outcome == "answered" else ""
        for text, outcome in zip(first["answer"], first["outcome"], strict=True)
    ]
    tasks = [str(task) for task in first["task_id"]]
    classes = dict(zip(tasks, map(classifier.reads, came), strict=True))
    usds = dict(zip(tasks, first["usd"].fillna(first["usd"].mean()).astype(float), strict=True))
    return replace(by_kind(models, classes, usds), classifier=classifier)


def by_kind(
    models: Sequence[str], classes: Mapping[str, str] | None = None, usd: float | Mapping[str, float] = 0.0
) -> Policy:
    """For each kind of task the model that is worth most on tasks of it at hand; others get what is best on all.

    `classes` gives each task's class where a cheap model said it, at `usd` a task: one sum, or that of each.
    """
    usds, usual = (usd, sum(usd.values()) / len(usd)) if isinstance(usd, Mapping) else ({}, usd)

    def kind(case: Case) -> str:
        return classes.get(case.task, "") if classes is not None else case.kind

    def fit(cases: Sequence[Case], usd_per_right: float) -> dict[str, str]:
        def best(those: Sequence[Case]) -> str:
            return max(models, key=lambda m: sum(c.right[m] * usd_per_right - c.usd[m] for c in those))

        kinds = {kind(case) for case in cases}
        chosen = {name: best([case for case in cases if kind(case) == name]) for name in kinds}
        return {**chosen, "": chosen.get("", best(cases))}

    def take(case: Case, chosen: dict[str, str]) -> Taken:
        model = chosen.get(kind(case), chosen[""])
        plain = _plain(case, model, models[0])
        return Taken(model, plain.right, plain.usd + usds.get(case.task, usual), plain.escalated)

    name = "kind" if classes is None else "class by a cheap model"
    return Policy(name, (), take, fit=fit, kinds=classes is None)


def by_unsure(*, cheap: str, dear: str) -> Policy:
    """The cheap model first; the dear one too where the cheap one's answer was marked unsure, or did not come."""

    def take(case: Case, _: Any) -> Taken:
        sure = case.sure.get(cheap) or [True]
        share = sum(sure) / len(sure)
        # Each draw decides by its own mark: the share of unsure ones is what is escalated.
        right_if_sure = sum(r for r in _rights(case, cheap, sure)) / len(sure)
        right = right_if_sure + (1 - share) * case.right[dear]
        return Taken(cheap if share > 0.5 else dear, right, case.usd[cheap] + (1 - share) * case.usd[dear], share < 1)

    return Policy("unsure mark", (None,), take, cascade=lambda _: (cheap, dear, 1, 1.0))


def by_agreement(*, cheap: str, dear: str, draws: int = 3) -> Policy:
    """So many draws of the cheap model; where fewer than a share agree, the dear one too. The share is chosen."""

    def take(case: Case, least: float) -> Taken:
        answers = list(case.answers.get(cheap, ()))[:draws]
        count = max(Counter(filter(None, answers)).values(), default=0)
        agreed = len(answers) == draws and count / draws >= least
        cost = draws * case.usd[cheap]
        if agreed:
            return Taken(cheap, _right_of_majority(case, cheap, answers), cost, escalated=False)
        return Taken(dear, case.right[dear], cost + case.usd[dear], escalated=True)

    shares = tuple(sorted({count / draws for count in range(1, draws + 1)} | {2.0}))
    return Policy(f"agreement of {draws} draws", shares, take, cascade=lambda least: (cheap, dear, draws, least))


def checked_models(models: Iterable[str], known: Sequence[str]) -> list[str]:
    """Models by name, each one of those in the rows; raises `InputError` otherwise."""
    listed = list(models)
    for model in listed:
        if model not in known:
            raise InputError(f"the rows hold no model {model!r}; they hold {', '.join(map(repr, known))}")
    return listed


def _by_question(name: str, settings: tuple[Any, ...], choose: Callable[[Any], Choose], cheap: str) -> Policy:
    return Policy(name, settings, lambda case, setting: _plain(case, choose(setting)(case.question), cheap), choose)


def _plain(case: Case, model: str, cheap: str) -> Taken:
    return Taken(model, case.right[model], case.usd[model], model != cheap)


def _rights(case: Case, model: str, sure: Sequence[bool]) -> list[float]:
    """What the sure draws of a model are worth; how right each was is kept beside its answer."""
    marks = case.marks.get(model, ())
    rights = list(marks) if len(marks) == len(sure) else [case.right[model]] * len(sure)
    return [right for right, certain in zip(rights, sure, strict=True) if certain]


def _right_of_majority(case: Case, model: str, answers: Sequence[str]) -> float:
    """How right the answer is that most of the draws gave: the mean over the draws that gave it."""
    marks = list(case.marks.get(model, ()))[: len(answers)]
    if len(marks) != len(answers):
        return case.right[model]
    top = Counter(filter(None, answers)).most_common(1)[0][0]
    those = [mark for answer, mark in zip(answers, marks, strict=True) if answer == top]
    return sum(those) / len(those)
