"""`runs`: every sweep as a line of a table; and one of them, found by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from workbench.base import regular_expressions as re
from workbench.base.words import close_to
from workbench.errors import InputError
from workbench.history.records import Run, remembered
from workbench.show import figures, tables
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    import pandas as pd

_MOST_LETTERS: Final = 40
_BETWEEN_MODELS: Final = re.compile(r", (?![^()]*\))")
"""Not between two parameters that are pinned to one: `m (temperature=0, top_p=1)`."""


def runs() -> pd.DataFrame:
    """Every sweep that was run, the newest first: when, name, tasks, models, prompts, calls, dollars, what was found.

    `tasks_sha256` is the hash of the tasks' file, `added` what had not been asked before on the same tasks, `usd` what
    the run spent. `wb.open_run(name)` gives the rows of one. Raises `StoreCorrupt` that names a damaged file.
    """
    return table_of(remembered())


def table_of(found: list[Run]) -> pd.DataFrame:
    """Runs as a table that shows itself, the newest first."""
    lines = [_line(run) for run in reversed(found)]
    columns = list(_line(_NOTHING)) if not lines else list(lines[0])
    return Runs({name: [line[name] for line in lines] for name in columns})


def find_run(name: str, found: list[Run] | None = None) -> Run:
    """The newest run of a name, or the run of an id; raises `InputError` that says which there are."""
    known = remembered() if found is None else found
    named = [run for run in known if name in (run.name, run.run)]
    if named:
        return named[-1]
    if not known:
        raise InputError(f"no run is remembered yet, so there is none called {name!r}; wb.sweep remembers each")
    near = close_to(name, [run.name for run in known])
    hint = f"did you mean {near!r}? " if near else ""
    raise InputError(f"no run is called {name!r}; {hint}`workbench runs` lists them, the last is {known[-1].name!r}")


def fresh_name(wanted: str | None, source: str, began: str, taken: set[str]) -> str:
    """The name of a new run: as it was given, else the day and the tasks' file, with a number where that is taken.

    >>> fresh_name(None, "data/quiz.csv", "2026-11-28T09:30:00+00:00", {"2026-11-28-quiz"})
    '2026-11-28-quiz-2'
    """
    if wanted is not None:
        if not isinstance(wanted, str) or not wanted.strip() or len(wanted) > 80 or not wanted.isprintable():
            raise InputError(f"name is {wanted!r}; give a run a name of at most 80 characters, such as 'first-look'")
        return wanted.strip()
    stem = source.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or source or "tasks"
    base = f"{began[:10]}-{''.join(c if c.isalnum() or c in '-_' else '-' for c in stem)[:40]}"
    number = next(n for n in range(1, len(taken) + 2) if (base if n == 1 else f"{base}-{n}") not in taken)
    return base if number == 1 else f"{base}-{number}"


def _line(run: Run) -> dict[str, Any]:
    return {
        "began": run.began,
        "name": run.name,
        "state": run.stands,
        "tasks": run.tasks,
        "tasks_sha256": run.tasks_sha256,
        "task_count": run.task_count,
        "models": ", ".join(run.models),
        "prompts": ", ".join(run.prompts),
        "calls": run.calls,
        "kept": run.kept,
        "bought": run.bought,
        "failed": run.failed,
        "usd": run.usd,
        "headline": run.headline,
        "added": run.added,
        "project": run.project,
        "run": run.run,
    }


_NOTHING = Run("0", "", "", "done", "", None, "0" * 64, 0, (), (), 0)


class Runs(ShownFrame):
    """A table of `runs`, which shows what tells them apart."""

    def _shown(self) -> list[tables.Column]:
        if not {"began", "name", "state", "headline", "usd"} <= {*self.columns}:
            return []
        lines = self._lines()
        return [
            tables.Column("began (UTC)", [str(line["began"])[:16].replace("T", " ") for line in lines]),
            tables.Column("name", [str(line["name"]) for line in lines]),
            tables.Column("tasks", [f"{line['task_count']:,} {_file_name(str(line['tasks']))}" for line in lines]),
            tables.Column("models", [_models(str(line["models"])) for line in lines]),
            tables.Column("calls", [figures.count(line["calls"]) for line in lines]),
            tables.Column("spent", [figures.money(line["usd"]) for line in lines]),
            tables.Column(
                "found",
                [_found(line) for line in lines],
                notes=[f"new: {line['added']}" if line["added"] else "" for line in lines],
                words=True,
            ),
        ]


def _found(line: dict[Any, Any]) -> str:
    state = "" if line["state"] == "done" else str(line["state"])
    return "; ".join(filter(None, (state, str(line["headline"]))))


def _file_name(source: str) -> str:
    several = ", " in source
    return figures.beginning(source if several else source.rpartition("/")[2], _MOST_LETTERS)


def _models(listed: str) -> str:
    short = figures.short_models(_BETWEEN_MODELS.split(listed))
    return figures.beginning(", ".join(short.values()), _MOST_LETTERS)
