"""A sweep that stops when it knows: waves over tasks in random order, a look after each, and a test for all of them."""

from __future__ import annotations

import asyncio
import itertools
import random
import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.asking.money import Purse, paid_from
from workbench.errors import InputError, StoreError
from workbench.providers.models import Model
from workbench.rows import about
from workbench.rows.configurations import parameter_column
from workbench.rows.failures import failed, first_reason
from workbench.scorers.named import as_scorer
from workbench.show import figures
from workbench.sweeps.batching import check_until
from workbench.sweeps.decision import Decision as Decision
from workbench.sweeps.decision import finding
from workbench.sweeps.grid import never_asked
from workbench.sweeps.remembering import Waves, as_one
from workbench.tasks.prompts import load_prompts
from workbench.tasks.tasks import Task, Tasks, load_tasks

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.betting import Known
    from workbench.analysis.pairing import Pair

ALPHA: Final = 0.05
_OUT_OF_MONEY: Final = "BudgetExceeded"


def watched(
    buy: Callable[..., pd.DataFrame],
    tasks: Any,
    layout: Mapping[str, Any],
    *,
    until: str = "decided",
    within: float = 0.03,
    seed: int = 0,
    max_usd: float | None = None,
    tell: Callable[[str], None] | None = None,
) -> Decision:
    """Buy waves of tasks through `buy`, which is a sweep, until the candidates are told apart or nothing is left.

    `tell` hears after each wave what is known by then; without it, that is printed. Raises InputError before anything
    is bought where there are no two candidates, where no task can be marked, or for an `until` nobody knows.
    """
    from workbench.analysis.comparison import checked_margin

    if until != "decided":
        raise InputError(f"until is {until!r}; give 'decided', or leave it out")
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise InputError(f"seed is {seed!r}; give a whole number")
    within = checked_margin(within)
    loaded = load_tasks(tasks)
    check_until(layout.get("batch", False))
    marks = as_scorer(layout.get("scorer"), ask=never_asked)
    if not any(marks.marks(task) for task in loaded):
        raise InputError("no task can be marked, so nothing can be decided: name the column of targets with target=…")
    axis = Axis.of(layout)
    order = in_random_order(loaded, seed)
    with as_one(loaded) as waves, paid_from(Purse(max_usd)):  # what judges take in one wave is not there for the next
        return _Watched(buy, loaded, order, axis, within, seed, max_usd, waves, tell or _print).run()


async def awatched(buy: Callable[..., Awaitable[pd.DataFrame]], tasks: Any, layout: Any, **options: Any) -> Decision:
    """The awaitable twin of `watched`, with the same options; `buy` is an awaitable sweep."""
    loop, under_way = asyncio.get_running_loop(), []

    def wave(of: Any, **layout: Any) -> pd.DataFrame:
        future = asyncio.run_coroutine_threadsafe(_awaited(buy(of, **layout)), loop)
        under_way.append(future)
        return future.result()

    try:
        return await asyncio.to_thread(watched, wave, tasks, layout, **options)
    except asyncio.CancelledError:
        for future in under_way:
            future.cancel()
        raise


async def _awaited(rows: Awaitable[pd.DataFrame]) -> pd.DataFrame:
    return await rows


def _print(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def in_random_order(tasks: Sequence[Task], seed: int) -> list[Task]:
    """The tasks in a random order in which every beginning holds the kinds in about their shares.

    >>> tasks = load_tasks([{"question": str(n), "kind": "ab"[n % 2]} for n in range(8)])
    >>> sorted(task.extra["kind"] for task in in_random_order(tasks, 1)[:4])
    ['a', 'a', 'b', 'b']
    """
    lot = random.Random(seed)
    kinds: dict[str, list[Task]] = {}
    for task in tasks:
        kinds.setdefault(str(_kind(task)), []).append(task)
    placed = []
    for group in kinds.values():
        lot.shuffle(group)
        begin = lot.random()
        placed += [((place + begin) / len(group), lot.random(), task) for place, task in enumerate(group)]
    return [task for _, _, task in sorted(placed, key=lambda entry: entry[:2])]


def _kind(task: Task) -> Any:
    return task.extra.get("kind", "")


@dataclass(frozen=True)
class Axis:
    """What the candidates differ in: the models, else the prompts, the caps, or the values of one parameter."""

    option: str
    column: str
    values: tuple[Any, ...]
    layout: Mapping[str, Any]

    @classmethod
    def of(cls, layout: Mapping[str, Any]) -> Axis:
        """The first of models, prompts, caps and parameters that takes several values; raises InputError for none."""
        models = layout["models"]
        listed = [models] if isinstance(models, str | Model) else list(models)
        layout = {**layout, "models": listed}
        if len(listed) > 1:
            return cls("models", "model", tuple(listed), layout)
        prompts = load_prompts(layout.get("prompts"))
        if len(prompts) > 1:
            return cls("prompts", "prompt", tuple(prompts), {**layout, "prompts": prompts})
        params = dict(layout.get("params") or {})
        own = {name: value for name, value in layout.items() if name not in _LAYOUT}
        for name, value in {"max_tokens": layout.get("max_tokens"), **params, **own}.items():
            if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
                values = tuple(value)
                if len(values) > 1:
                    column = name if name in ("max_tokens", "effort") else parameter_column(name)
                    return cls(name, column, values, layout)
        raise InputError(
            "There is nothing to decide: give two models, or two prompts, caps or values of a parameter, such as "
            "effort=['low', 'high']."
        )

    def name(self, value: Any) -> str:
        """What stands in the rows for a value."""
        if isinstance(value, Model):
            return str(value.label or value.id)
        return str(value)

    def only(self, values: Sequence[Any]) -> dict[str, Any]:
        """The layout for some of the values alone."""
        layout = dict(self.layout)
        if self.option == "prompts":
            return {**layout, "prompts": {name: layout["prompts"][name] for name in values}}
        if self.option in (layout.get("params") or {}):
            return {**layout, "params": {**layout["params"], self.option: list(values)}}
        return {**layout, self.option: list(values)}


_LAYOUT: Final = frozenset(
    {
        *("models", "prompts", "max_tokens", "repeats", "params", "scorer", "caps", "concurrency", "timeout"),
        *("on_error", "refresh", "name", "tools", "system", "extra_body", "extra_headers", "extra_query"),
    }
)


class _Watched:
    """One watched sweep under way."""

    def __init__(
        self,
        buy: Callable[..., pd.DataFrame],
        tasks: Tasks,
        order: list[Task],
        axis: Axis,
        within: float,
        seed: int,
        max_usd: float | None,
        waves: Waves,
        say: Callable[[str], None],
    ) -> None:
        self._waves, self._say = waves, say
        self._buy, self._tasks, self._order, self._axis = buy, tasks, order, axis
        self._within, self._seed, self._max_usd = within, seed, max_usd
        self._alive = list(axis.values)
        self._pairs = list(itertools.combinations(axis.values, 2))
        self._alpha = ALPHA / len(self._pairs)
        self._known: dict[tuple[str, str], Known] = {}
        self._frames: list[pd.DataFrame] = []
        self._looks: list[int] = []
        self._usd = 0.0

    def run(self) -> Decision:
        import pandas as pd

        from workbench.analysis.spending import looks

        asked, why, nothing, rows = 0, "tasks", "", pd.DataFrame()
        try:
            for end in looks(len(self._order)):
                wave = self._order[asked:end]
                left = None if self._max_usd is None else max(0.0, self._max_usd - self._usd)
                part = self._buy(self._tasks.like(wave), max_usd=left, **self._axis.only(self._alive))
                self._frames.append(part)
                asked += len(wave)
                rows = pd.concat(self._frames, ignore_index=True)
                self._usd = float(rows["usd_spent"].fillna(0).sum())
                if (part["error"].fillna("") == _OUT_OF_MONEY).any():
                    why = "money"
                self._looks.append(asked)
                self._look(rows)
                if self._is_decided():
                    why = "decided"
                elif why == "tasks" and (nothing := self._nothing_of(rows)):
                    why = "nothing"
                self._tell(rows, asked)
                if why != "tasks":
                    break
            return self._end(rows, asked, why, nothing)
        except (KeyboardInterrupt, StoreError) as stop:
            so_far = getattr(stop, "rows", None)
            frames = [*self._frames, *([] if so_far is None else [so_far])]
            if frames:
                vars(stop)["rows"] = pd.concat(frames, ignore_index=True)  # as those of a sweep
            raise

    def _paired(self, rows: pd.DataFrame, pairs: Iterable[tuple[Any, Any]]) -> Iterator[tuple[tuple[str, str], Pair]]:
        """Those of some pairs of candidates that have rows, by their names, paired by task."""
        from workbench.analysis.chosen import name_choices
        from workbench.analysis.pairing import ComparedRows

        replies = ComparedRows(rows, [self._axis.column])
        there = {str(value): value for value in rows[self._axis.column].dropna().unique()}
        for a, b in pairs:
            names = self._axis.name(a), self._axis.name(b)
            if set(names) <= set(there):
                chosen = [replies.choose(there[name], self._axis.column) for name in names]
                yield names, replies.pair(*name_choices(chosen))

    def _look(self, rows: pd.DataFrame) -> None:
        """What is known of each pair by now; candidates that are known to be worse are asked no further."""
        from workbench.analysis.spending import known_at

        open_pairs = [
            (a, b)
            for a, b in self._pairs
            if {a, b} <= set(self._alive) or (self._axis.name(a), self._axis.name(b)) not in self._known
        ]
        for names, pair in self._paired(rows.drop(columns="run", errors="ignore"), open_pairs):
            # Tasks come in the order in which they were asked: rows stand by wave, and a task is numbered by its row.
            ends = [int((pair.task < look).sum()) for look in self._looks]
            shares = [look / len(self._order) for look in self._looks]
            self._known[names] = known_at(pair.difference, ends, shares, within=self._within, alpha=self._alpha)
        for a, b in self._pairs:
            known = self._known.get((self._axis.name(a), self._axis.name(b)))
            if known is not None and known.p < self._alpha:
                worse = b if known.difference > 0 else a
                self._alive = [value for value in self._alive if value != worse]

    def _is_decided(self) -> bool:
        for a, b in itertools.combinations(self._alive, 2):
            known = self._known.get((self._axis.name(a), self._axis.name(b)))
            if known is None or not (known.p < self._alpha or known.equal):
                return False
        return True

    def _tell(self, rows: pd.DataFrame, asked: int) -> None:
        left = len(self._order) - asked
        price = self._price(rows)
        dear = f", about {figures.money(price * left)}" if price else ""
        said = " ".join(self._findings()) or "No two replies to compare yet."
        more = f" The other {figures.counted(left, 'task')} would be {self._calls(rows, left):,} calls{dear}."
        told = more if left and not self._is_decided() else ""
        self._say(f"after {figures.counted(asked, 'task')}: {said}{told}")

    def _calls(self, rows: pd.DataFrame, tasks: int) -> int:
        each = len(self._frames[0]) / max(1, self._frames[0]["task_id"].nunique()) / len(self._axis.values)
        return round(each * tasks * len(self._alive))

    def _price(self, rows: pd.DataFrame) -> float | None:
        """What one more task costs with all that are still asked."""
        names = {self._axis.name(value) for value in self._alive}
        mine = rows[rows[self._axis.column].astype(str).isin(names)]
        known = mine.dropna(subset=["usd"])
        return float(known["usd"].sum() / max(1, known["task_id"].nunique())) if len(known) else None

    def _findings(self) -> list[str]:
        return [finding(names, known, self._within, self._alpha) for names, known in self._known.items()]

    def _nothing_of(self, rows: pd.DataFrame) -> str:
        """That a candidate gave nothing that could be marked, and why; more tasks would only cost the others'."""
        for name in map(self._axis.name, self._alive):
            mine = rows[rows[self._axis.column].astype(str) == name]
            if not mine["correct"].notna().any():
                told = first_reason(mine) if len(mine) == failed(mine) else "no reply could be marked"
                return f"{name} gave nothing to compare ({told})"
        return ""

    def _end(self, rows: pd.DataFrame, asked: int, why: str, nothing: str) -> Decision:
        from workbench.analysis.looking import looks_at

        run = str(rows["run"].iloc[0])
        first = self._frames[0]
        known = dict(about.about_of_run(run)[0]) if about.about_of_run(run) else {}
        stopped = {
            "order": [task.id for task in self._order[:asked]],
            "looks": self._looks,
            "planned": len(self._order),
            "seed": self._seed,
            "why": why,
        }
        about.remember(run, {**known, "stopped": stopped})
        self._waves.told(stopped=stopped)
        rows = rows.assign(run=run)
        for _, pair in self._paired(rows, self._pairs):
            looks_at(pair)  # so that whoever looks at more tasks later knows of it
        each = len(first) / max(1, first["task_id"].nunique())
        planned = round(each * len(self._order))
        mean = rows["usd"].mean()
        return Decision(
            rows=rows,
            on=self._axis.column,
            why=why,
            best=tuple(self._axis.name(value) for value in self._alive),
            findings=tuple(self._findings()),
            known=dict(self._known),
            tasks=asked,
            calls=len(rows),
            planned_calls=planned,
            usd=self._usd,
            saved_usd=None if figures.absent(mean) else float(mean) * (planned - len(rows)),
            seed=self._seed,
            within=self._within,
            nothing=nothing,
        )
