"""Which scorer marks an answer: found in the list of names, made of a user's function, or chosen to fit the task."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from workbench.errors import InputError, WorkbenchError
from workbench.scorers.judging import judge
from workbench.scorers.score import AnyScorer, Score, Scorer
from workbench.scorers.several import combined as combined
from workbench.scorers.spending import asks_a_model
from workbench.scorers.waiting import Waiting
from workbench.tasks.tasks import Task


def automatic() -> Scorer:
    """Score each task as its target, its options and its column `scorer` ask for; used where a user names no scorer.

    A task's own column `scorer` decides, if it holds one of NAMES, also with its setting (`length:20`), or several, as
    a list or with commas between them, all of which must be satisfied. Otherwise the first of these that fits:

    - options in the question or in columns, and targets that are their letters or texts → `choice`;
    - a JSON object, or a list of texts or objects → `json_schema`;
    - yes, no, true or false, in any of the languages → `yes_no`;
    - numbers → `numeric`, and where leading zeros (`033`) are the only difference, a claimed number counts;
    - numbers in a base (`101_2`) → by digits and base;
    - formulas, pairs, intervals, sets, equations → compared as mathematics, by `math` where math-verify is installed;
    - anything else → `exact` with `sentences`: a date, a code, a quantity or a text that the answer claims or says, so
      that "The capital of Italy is **Rome**." counts for "Rome", but "Rome or Milan" and "not Rome" do not.

    >>> automatic()("That makes $1,234.50", Task("1", "How much?", "1234.5")).value
    1.0
    """
    scorers = {"text": Scorer("exact", _said)}
    known: dict[int, tuple[Task, Scorer]] = {}

    def score(answer: str, task: Task, measured: Mapping[str, float | None]) -> Score:
        return chosen(task)(answer, task, measured)

    def chosen(task: Task) -> Scorer:
        if task.target is None and not task.extra:  # as of a million bare questions
            return scorers["text"]
        before = known.get(id(task))
        if before is not None and before[0] is task:
            return before[1]
        if len(known) >= _MOST_KNOWN:
            known.clear()
        found = found_for(task)
        known[id(task)] = (task, found)
        return found

    def found_for(task: Task) -> Scorer:
        names = _own_names(task) if task.extra else []
        if not names and task.target is None:
            return scorers["text"]
        return own(names, task) if names else scorer_for(task)

    def own(names: list[str], task: Task) -> Scorer:
        key = f"own: {', '.join(names)}"
        if key not in scorers:
            unknown = next((name for name in names if name.partition(":")[0] not in _OWN_NAMES), None)
            if unknown is not None:
                raise InputError(f"Task {task.id!r}: unknown scorer {unknown!r}. Scorers are {', '.join(_OWN_NAMES)}.")
            made = [by_name(name) for name in names]
            scorers[key] = combined(made) if len(made) > 1 else made[0]
        return scorers[key]

    def scorer_for(task: Task) -> Scorer:
        from workbench.scorers.fitting import UNNAMED, fitting  # 0.15 s to load, which rows without targets do not need

        name = fitting(task)
        kind = {"numeric": "numbers"}.get(name, name)
        if kind not in scorers:
            scorers[kind] = UNNAMED[kind] if kind in UNNAMED else by_name(kind)
        return scorers[kind]

    return Scorer("automatic", score, measures=("seconds", "usd"), chosen=chosen, word="automatic")


def _said(answer: str, task: Task) -> Score:
    from workbench.scorers.texts import short_answer  # as above

    return short_answer(answer, task)


_MOST_KNOWN: Final = 4_096
"""Tasks whose scorer is remembered: each is asked for several times for one answer."""


def _own_names(task: Task) -> list[str]:
    """The scorers that a task's own column names; a pattern may hold commas, so `regex:…` ends with its cell."""
    cell = task.extra.get("scorer")
    if not cell:
        return []
    if isinstance(cell, list | tuple):
        return [str(name).strip() for name in cell]
    before, pattern, after = str(cell).partition("regex:")
    return [name.strip() for name in [*before.split(","), pattern + after] if name.strip()]


NAMES: Final = (
    *("automatic", "exact", "numeric", "choice", "yes_no", "contains", "contains_all", "regex", "json_schema", "math"),
    *("length", "latency", "cost", "similarity"),
)
"""The scorers that can be named by a word: in a call, on the command line, in a task's column `scorer`."""

_OWN_NAMES: Final = tuple(name for name in NAMES if name != "automatic")
"""What a task's own column may name."""

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("test", "tests", "test_list", "test_setup_code", "test_imports", "entry_point"),
    "length": ("min_words", "max_words", "min_characters", "max_characters"),
    "latency": ("max_seconds",),
    "cost": ("max_usd",),
    "similarity": ("at_least",),
}

JUDGE: Final = "judge:"
"""How the name of a scorer begins that is a judging model: `judge:openai/gpt-6-luna`."""


def by_name(name: str) -> Scorer:
    """Make the scorer of that name, with its usual settings, or with the one that stands after a colon.

    `code` can be named in a call and on the command line, never in a file of tasks: what a model wrote is run when you
    ask for it.

    >>> by_name("numeric").name, by_name("length:3")("Nine sheep are left.", Task("1", "How many?")).correct
    ('numeric', False)
    """
    kind, colon, value = name.partition(":")
    if name == "automatic":
        return automatic()
    from workbench.scorers.registry import FACTORIES, SETTINGS  # 0.15 s to load

    if kind not in FACTORIES or (colon and kind not in SETTINGS):
        raise InputError(f"Unknown scorer {name!r}. Scorers are {', '.join((*NAMES, 'code', 'judge:MODEL'))}.")
    if not colon:
        return replace(FACTORIES[kind](), word=name)
    setting, read = SETTINGS[kind]
    try:
        return replace(FACTORIES[kind](**{setting: read(value)}), word=name)
    except ValueError:
        raise InputError(f"Scorer {name!r}: {setting} is {value!r}, which is no number.") from None


def as_scorer(scorer: AnyScorer, *, ask: Callable[..., Any] | None = None) -> Scorer:
    """Make a Scorer of what a user hands over: nothing (`automatic`), a name, a Scorer, a function, or a list of these.

    A function takes the answer, and perhaps `target` (text) or `task` (a Task) as its second parameter; it returns True
    or False, a number from 0 to 1, or a Score. All scorers of a list must be satisfied. The name `judge:MODEL` needs an
    asker, `ask`.

    >>> as_scorer(lambda answer, target: target in answer)("It is 42.", Task("1", "6 * 7?", "42")).value
    1.0
    >>> as_scorer(["numeric", "length:3"])("It is 42.", Task("1", "6 * 7?", "42")).parts
    {'numeric': 1.0, 'length': 1.0}
    """
    if scorer is None:
        return automatic()
    if isinstance(scorer, Scorer):
        return scorer.again(ask) if ask is not None and scorer.again is not None else scorer
    if isinstance(scorer, list | tuple):
        return combined([as_scorer(one, ask=ask) for one in scorer])
    if isinstance(scorer, str) and scorer.startswith(JUDGE):
        model = scorer.removeprefix(JUDGE).strip()
        if not model:
            raise InputError(f"Scorer {scorer!r} names no model; write judge:PROVIDER/MODEL.")
        if ask is None:
            raise InputError(
                f"Scorer {scorer!r} asks a model, and nothing was handed over to ask it with: write "
                f"wb.scorers.judge(wb.ask, model={model!r})."
            )
        return judge(ask, model=model)
    if isinstance(scorer, str):
        return by_name(scorer)
    name = getattr(scorer, "__name__", type(scorer).__name__)
    second = _second_parameter(scorer, name)
    asks = asks_a_model(scorer)
    call = scorer if asks else Waiting(scorer)  # a model may take minutes

    def score(answer: str, task: Task) -> Score:
        given = {"target": (task.target,), "task": (task,), "": ()}[second]
        try:
            return _score_of(call(answer, *given), name)
        except (SystemExit, GeneratorExit, asyncio.CancelledError) as problem:  # which would end more than a mark
            raise InputError(f"Scorer {name!r} fails on task {task.id!r}: {problem!r}") from problem

    return Scorer(name, score, needs_target=second == "target", asks=asks)


def score_answer(
    scorer: Scorer, answer: str, task: Task, measured: Mapping[str, float | None] | None = None
) -> Score | None:
    """Score one answer; None where the task has no target and the scorer needs one.

    `measured` are figures of the reply, `seconds` and `usd`, for scorers that look at them.

    Whatever a scorer raises becomes an InputError that names the scorer and the task; errors of this package pass as
    they are.
    """
    if not scorer.marks(task):
        return None
    try:
        return scorer(answer, task, measured)
    except WorkbenchError:
        raise
    except Exception as problem:
        raise InputError(
            f"Scorer {scorer.name!r} fails on task {task.id!r}: {type(problem).__name__}: {problem}"
        ) from problem


def columns_read(scorer: Scorer) -> frozenset[str]:
    """The columns of a task that a scorer reads besides its target, if they are there.

    >>> sorted(columns_read(as_scorer("length")))
    ['max_characters', 'max_words', 'min_characters', 'min_words', 'rubric', 'schema', 'scorer']
    """
    names = [part.name for part in scorer.parts] or [scorer.name]
    if "automatic" in names:
        names += [name for name in _COLUMNS if name != "code"]
    return frozenset({"scorer", "schema", "rubric"}.union(*(_COLUMNS.get(name, ()) for name in names)))


def _second_parameter(function: Callable[..., Any], name: str) -> str:
    shape = "A scorer takes (answer), (answer, target) or (answer, task)"
    if not callable(function):
        raise InputError(f"{shape}, or is one of {', '.join(NAMES)}; this is {function!r}.")
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise InputError(f"{shape}; the parameters of {name!r} cannot be seen. Wrap it in a function.") from None
    if inspect.iscoroutinefunction(function):
        raise InputError(f"The scorer {name!r} is a coroutine; a scorer is a plain function.")
    taken = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    second = taken[1].name if len(taken) > 1 else ""
    if (
        not taken
        or any(p not in taken[:2] for p in required)
        or (second not in ("target", "task", "") and taken[1] in required)
    ):
        raise InputError(f"{shape}; {name!r} takes ({', '.join(p.name for p in parameters)}).")
    return second if second in ("target", "task") else ""


def _score_of(value: Any, name: str) -> Score:
    if isinstance(value, Score) and (value.value is None or 0 <= value.value <= 1):
        return value
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return Score(float(value), None, f"{name} says {bool(value)}", "function")
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, str) or not 0 <= number <= 1:
        raise InputError(
            f"The scorer {name!r} returned {value!r}; it must return True, False, a number from 0 to 1 or a Score."
        )
    return Score(number, None, f"{name} says {number:g}", "function")
