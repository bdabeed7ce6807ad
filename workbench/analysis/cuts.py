"""The replies of one run as they would be at a smaller cap: where each would be cut, and what it would have cost.

Where max_tokens is a plain cut-off that the model cannot see, a reply is written token by token without knowing the
cap. Cutting a reply of the largest cap after c tokens therefore gives a draw from the very distribution that a call
with max_tokens c draws from. Where the cap steers the model, through a thinking budget or an effort that is a share of
max_tokens, this is false, and `steering` names the parameter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.stats import Floats
from workbench.analysis.tokens import price_per_output_token, tokens_of
from workbench.errors import InputError
from workbench.replies.outcomes import CUT_OUTCOMES
from workbench.rows import standing as standing_room
from workbench.rows.configurations import (
    EFFORT,
    configuration_columns,
    grouped,
    numbers,
    parameter_columns,
    parameter_of,
)
from workbench.rows.derived import derived
from workbench.rows.standing import ERROR, NEVER, RIGHT
from workbench.rows.table import as_texts
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import Scorer
from workbench.show import figures

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_CHARACTERS_PER_TOKEN: Final = 4.0
_VALUES_AT_ONCE: Final = 2**15
_SAYS_EFFORT: Final = frozenset(["reasoning_effort", "reasoning", "output_config", "extra_body"])


@dataclass(frozen=True)
class UncutRun:
    """One configuration at its largest cap, as arrays over its scored replies.

    `task` numbers the tasks from 0. `output` and `thinking` are tokens (thinking NaN where unknown), `largest` is the
    cap of the run (None: no cap was given), `cut` says which replies ran into their cap, `guessed` whose length is an
    estimate, `split_known` whose thinking was counted. `unplaced` replies have no known length and are left out; failed
    calls too. `standing_at` says of a cap how the replies stand that the rows hold cut there already, else -1.
    """

    values: Mapping[str, Any]
    rows: pd.DataFrame
    largest: int | None
    task: NDArray[np.intp]
    standing: NDArray[np.int8]
    output: Floats
    thinking: Floats
    cut: NDArray[np.bool_]
    guessed: NDArray[np.bool_]
    split_known: NDArray[np.bool_]
    usd: Floats
    usd_per_token: float
    seconds: Floats
    seconds_per_token: Floats
    failed: int
    unplaced: int
    standing_at: Mapping[int, NDArray[np.int8]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return figures.name(self.values.get("model", "One run"))

    @property
    def parameters(self) -> dict[str, Any]:
        """The swept parameters it was asked with."""
        columns = [name for name in parameter_columns(self.rows) if not figures.absent(self.values.get(name))]
        swept = dict(parameter_of(name, self.values[name]) for name in columns)
        efforts = list(self.rows[EFFORT].dropna().unique()) if EFFORT in self.rows.columns else []
        return swept if len(efforts) != 1 or _SAYS_EFFORT & swept.keys() else {**swept, EFFORT: str(efforts[0])}

    @cached_property
    def tasks(self) -> int:
        """How many tasks have a scored reply."""
        return int(self.task.max()) + 1 if len(self.task) else 0

    @cached_property
    def calls_per_task(self) -> Floats:
        """How many calls each task has."""
        return np.bincount(self.task, minlength=self.tasks).astype(float)

    def per_task(self, values: ArrayLike) -> Floats:
        """The mean of something over the calls of each task: a task is the unit, however often it was repeated."""
        return np.asarray(np.bincount(self.task, np.asarray(values, float), self.tasks) / self.calls_per_task, float)

    def mean(self, values: ArrayLike) -> float:
        """The mean over tasks of something that each call has; NaN without any."""
        return float(self.per_task(values).mean()) if self.tasks else float("nan")

    @property
    def longest(self) -> int:
        """The largest number of tokens that the run can tell anything of."""
        return self.largest if self.largest is not None else int(self.output.max())

    def at(self, cap: int, scorer: Scorer | None = None) -> Capped:
        """The replies as they would be at a cap no larger than the run's own.

        A reply that would be cut never answers, unless what stands of it is right already: a scorer tells, or only the
        token is missing with which the model ends its turn. A reply that ran into a limit of its own before the cap is
        censored: nobody knows how it would have gone on.
        """
        shortened = self.output > cap
        all_there = ~self.cut & (self.output == cap + 1) & (self.standing == RIGHT)
        standing = np.where(shortened & ~all_there, np.int8(NEVER), self.standing)
        estimated = self.guessed
        if scorer is not None and "answer" in self.rows.columns:
            begun = shortened & (np.nan_to_num(self.thinking) < cap) & self.rows["answer"].notna().to_numpy(bool)
            standing[begun] = self._rescored(cap, np.flatnonzero(begun), scorer)
            estimated = estimated | (begun & ~self.split_known)
        elif (known := self.standing_at.get(cap)) is not None:
            standing = np.where(known >= 0, known, standing)
        saved = np.where(shortened, self.output - cap, 0.0)
        price = np.where(saved > 0, self.usd_per_token, 0.0)
        return Capped(
            standing=standing,
            censored=self.cut & ~shortened if self.largest is None else np.zeros(len(standing), bool),
            estimated=estimated,
            tokens=self.output - saved,
            usd=self.usd - saved * price,
            seconds=self.seconds - saved * self.seconds_per_token,
        )

    def _rescored(self, cap: int, begun: NDArray[np.intp], scorer: Scorer) -> NDArray[np.int8]:
        """How replies stand of whose answer only the beginning is left."""
        if not len(begun):
            return self.standing[begun]
        thinking = np.nan_to_num(self.thinking[begun])
        ending = np.where(self.cut[begun], 0, 1)  # the token that ends the turn is counted and is no text
        left = np.clip((cap - thinking) / np.maximum(self.output[begun] - ending - thinking, 1), 0, 1)
        short = self.rows.iloc[begun].copy()
        whole = as_texts(short["answer"])
        whole[:] = [text[: int(len(text) * share)] for text, share in zip(whole, left, strict=True)]
        short["answer"] = whole
        short["outcome"] = "answer_truncated"
        return standing_room.standing(rescore(short, scorer))


@dataclass(frozen=True)
class Capped:
    """A run's replies at a smaller cap, one entry a reply."""

    standing: NDArray[np.int8]
    censored: NDArray[np.bool_]
    estimated: NDArray[np.bool_]
    tokens: Floats
    usd: Floats
    seconds: Floats


class Uncuttable(InputError):
    """No configuration can be cut at smaller caps; `reasons` says of each why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(f"Nothing can be said of smaller caps. {' '.join(reasons)}")
        self.reasons = tuple(reasons)


def usable_runs(rows: pd.DataFrame, params: Mapping[str, Any] | None = None) -> tuple[list[UncutRun], list[str]]:
    """Take each configuration's rows at its largest cap, and say in words which of them cannot be cut, and why.

    Raises `Uncuttable` when none can.
    """
    usable, refused = [], []
    for run in _runs(rows):
        reason = _refusal(run, params)
        if reason:
            refused.append(f"{run.name}: {reason}.")
        else:
            usable.append(run)
    if not usable:
        raise Uncuttable(refused)
    return usable, refused


def in_lots(caps: Sequence[int], tasks: int) -> Iterator[Sequence[int]]:
    """Caps in lots: for as many of them the limits over so many tasks are reckoned in one go, and fit into a cache.

    >>> list(in_lots([100, 200, 300], 2**14))
    [[100, 200], [300]]
    """
    many = max(1, _VALUES_AT_ONCE // max(1, tasks))
    return (caps[place : place + many] for place in range(0, len(caps), many))


def _refusal(run: UncutRun, params: Mapping[str, Any] | None) -> str | None:
    """Why a run cannot be cut at smaller caps; None where it can."""
    parameter = steering(run, params)
    if parameter:
        return (
            f"max_tokens steers the model through {parameter!r}, so that a cut-off reply is not what a smaller cap "
            "would have given: sweep the caps instead"
        )
    if not len(run.output):
        return "no reply has a known number of tokens" if run.unplaced else "no reply was scored"
    return None


def _runs(rows: pd.DataFrame) -> Iterator[UncutRun]:
    """Each configuration's rows at its largest cap."""
    by = [name for name in configuration_columns(rows) if name != "max_tokens"]
    group, values = grouped(rows, by)
    caps, cut_rows = numbers(rows, "max_tokens"), derived(rows)
    for number, line in enumerate(values.to_dict("records")):
        mine = group == number
        known = caps[mine & ~np.isnan(caps)]
        largest = int(known.max()) if len(known) else None
        chosen = mine & (caps == largest) if largest is not None else mine
        run = _run({str(name): value for name, value in line.items()}, rows[chosen].reset_index(drop=True), largest)
        cut = mine & cut_rows
        yield replace(run, standing_at=_standing_at(run, rows[cut])) if cut.any() else run


def _standing_at(run: UncutRun, cut: pd.DataFrame) -> dict[int, NDArray[np.int8]]:
    """How the replies of a run stand at the caps at which the rows hold them cut, by cap; -1 where they do not."""
    found = {}
    for cap in cut["max_tokens"].dropna().unique():
        rows = cut[(cut["max_tokens"] == cap).to_numpy(bool)]
        by_key = pd.Series(standing_room.standing(rows), index=rows["key"])
        by_key = by_key[~by_key.index.duplicated() & by_key.index.notna()]
        found[int(cap)] = by_key.reindex(run.rows["key"]).fillna(-1).to_numpy(np.int8)
    return found


def steering(run: UncutRun, params: Mapping[str, Any] | None = None) -> str | None:
    """Name the parameter through which the cap steers this model, None where it is a plain cut-off.

    What steers is a fact of each provider; it is looked for in the swept parameters, in `params`, and in the label of a
    model with pinned parameters.
    """
    from workbench.providers.facts import providers

    label = str(run.values.get("model", ""))
    named = list(run.rows["provider"].dropna()) if "provider" in run.rows.columns else []
    provider = providers().get(str(named[0]) if named else label.split("/", 1)[0])
    given = set(_names({**(params or {}), **run.parameters}))
    names = provider.steers if provider else ()
    return next((name for name in names if name in given or f"{name}=" in label), None)


def _run(values: Mapping[str, Any], rows: pd.DataFrame, largest: int | None) -> UncutRun:
    standing = standing_room.standing(rows)
    scored = standing_room.scored(rows, standing)
    tokens = tokens_of(rows)
    output, guessed = _with_estimates(rows, tokens.output)
    placed = scored & ~np.isnan(output)
    usd, seconds = numbers(rows, "usd"), numbers(rows, "seconds")
    first = np.nan_to_num(numbers(rows, "seconds_to_first_token"))
    cached = np.nan_to_num(numbers(rows, "cached_prompt_tokens"))
    priced = placed & ~np.isnan(usd)
    price = price_per_output_token(np.nan_to_num(tokens.prompt[priced]), cached[priced], output[priced], usd[priced])
    source = rows.get("thinking_tokens_source", pd.Series(pd.NA, index=rows.index, dtype=object))
    reported = (source == "reported").fillna(False).to_numpy(bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = np.where(output > 0, np.maximum(seconds - first, 0.0) / output, 0.0)
    return UncutRun(
        values=values,
        rows=rows if placed.all() else rows[placed].reset_index(drop=True),
        largest=largest,
        task=pd.factorize(rows["task_id"][placed], use_na_sentinel=False)[0],
        standing=standing[placed],
        output=output[placed],
        thinking=tokens.thinking[placed],
        cut=rows["outcome"].isin(CUT_OUTCOMES).to_numpy(bool)[placed],
        guessed=guessed[placed],
        split_known=(reported | (tokens.thinking == 0))[placed],
        usd=usd[placed],
        usd_per_token=price,
        seconds=seconds[placed],
        seconds_per_token=pace[placed],
        failed=int((standing == ERROR).sum()),
        unplaced=int((scored & ~placed).sum()),
    )


def _with_estimates(rows: pd.DataFrame, output: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Lengths in tokens, taken from the length of the texts where nobody counted and all of the text is there."""
    texts = [name for name in ("thinking", "answer") if name in rows.columns]
    if not texts:
        return output, np.zeros(len(rows), bool)
    letters = np.zeros(len(rows))
    for name in texts:
        letters += rows[name].astype(object).map(lambda text: len(text) if isinstance(text, str) else 0).to_numpy()
    visibility = rows.get("thinking_visibility", pd.Series(pd.NA, index=rows.index, dtype=object))
    whole = visibility.isin(["full", "none"]).to_numpy(bool) & (letters > 0)
    counted = whole & (output > 0)
    per_token = float(np.median(letters[counted] / output[counted])) if counted.any() else _CHARACTERS_PER_TOKEN
    guessed = whole & np.isnan(output)
    return np.where(guessed, np.ceil(letters / per_token), output), guessed


def _names(value: Any) -> Iterator[str]:
    """All keys of a parameter's value, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _names(inner)
