"""What a notebook's outputs hold as evidence: the verdict, the rows, and what must be said about both."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.analysis import shelf_life
from workbench.base import regular_expressions as re
from workbench.replies.outcomes import NEVER_ANSWERED, OUTCOME_WORDS
from workbench.replies.served import redirected
from workbench.reports.cases import named, prompts_of, shortened, software, unpacked
from workbench.reports.fitting import fitting
from workbench.reports.lessons import is_demonstration
from workbench.rows.about import about_of, rows_without
from workbench.rows.configurations import configuration_columns, parameter_columns
from workbench.rows.derived import derived
from workbench.rows.table import as_json, frame
from workbench.show import figures
from workbench.show.media import ROWS, VERDICT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from nbformat import NotebookNode
    from numpy.typing import NDArray

_TINY: Final = "Local models are tiny and often wrong"
_STATISTICS: Final = re.compile(r" \(([^()]*(?:\b(?:interval|limits)\b|\bp [=<≤])[^()]*)\)")
_CELL: Final = "task_id", "sample"


@dataclass(frozen=True)
class Evidence:
    """Rows, each call once, and what their sweeps told about themselves.

    `shown` are the places of those that the page carries with their texts; `left_out` counts rows of which not even
    the numbers are here.
    """

    rows: pd.DataFrame
    shown: NDArray[np.intp]
    left_out: int
    cut: Mapping[str, int]
    tasks: tuple[Mapping[str, Any], ...]
    prompts: Mapping[str, list[tuple[str, str]]]
    rows_without: int
    software: Mapping[str, str]

    @functools.cached_property
    def shelf_life(self) -> Any:
        """Until when the rows hold, read once: of 50,000 that takes a while."""
        return shelf_life(self.rows)


def verdict_of(notebook: NotebookNode) -> tuple[str, str]:
    """The last verdict that the outputs carry: its first sentence, and the rest; both blank when there is none."""
    found = [data[VERDICT] for data in _outputs(notebook) if VERDICT in data]
    return (str(found[-1]["sentence"]), str(found[-1]["rest"])) if found else ("", "")


def without_statistics(sentence: str) -> tuple[str, str]:
    """A sentence without its brackets of statistics, and what stood in them: how sure it is.

    >>> without_statistics("a is better than b, 9 points more (95 % interval 2 to 16 points, p = 0.01).")
    ('a is better than b, 9 points more.', '95 % interval 2 to 16 points, p = 0.01')
    >>> without_statistics("a with a cap (64 tokens) is better.")
    ('a with a cap (64 tokens) is better.', '')
    """
    return _STATISTICS.sub("", sentence), "; ".join(_STATISTICS.findall(sentence))


def gather(notebook: NotebookNode) -> Evidence | None:
    """The rows that the outputs carry; None when they carry none. Raises InputError where they cannot be read."""
    import numpy as np

    payloads = [data[ROWS] for data in _outputs(notebook) if ROWS in data]
    if not payloads:
        return None
    tables_of_rows = [unpacked(payload) for payload in payloads]
    parameters = list(dict.fromkeys(name for table in tables_of_rows for name in parameter_columns(table)))
    records = _each_call_once(tables_of_rows, payloads)
    prompts = prompts_of(payload["prompts"] for payload in payloads)
    sources = {as_json(tasks): tasks for payload in payloads for tasks in _sources(payload)}
    return Evidence(
        rows=frame([row for _, row in records], parameters=parameters),
        shown=np.flatnonzero([whole for whole, _ in records]),
        left_out=sum(payload.get("left_out", 0) for payload in payloads),
        cut=_cut_in_all(payloads),
        tasks=tuple(sources.values()),
        prompts={name: [(part, text) for part, text in parts] for name, parts in prompts.items()},
        rows_without=sum(payload.get("rows_without", 0) for payload in payloads),
        software=dict(payloads[-1].get("software", {})),
    )


def _each_call_once(
    tables: Sequence[pd.DataFrame], payloads: Sequence[Mapping[str, Any]]
) -> list[tuple[bool, dict[str, Any]]]:
    """The rows of several outputs, each call once, with its texts if one of them has these; and whether it has."""
    records: dict[str, tuple[bool, dict[str, Any]]] = {}
    for table, payload in zip(tables, payloads, strict=True):
        identity = [name for name in (*_CELL, *configuration_columns(table)) if name in table]
        for record, whole in zip(table.to_dict("records"), _shown(payload, len(table)), strict=True):
            row = {str(name): value for name, value in record.items()}
            call = as_json([str(row[name]) for name in identity])
            if call not in records or (whole and not records[call][0]):
                records[call] = whole, row
    return [*records.values()]


def _cut_in_all(payloads: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many texts are shortened in all, and to how few characters."""
    cut: dict[str, int] = {}
    for payload in payloads:
        for name, number in payload.get("cut", {}).items():
            cut[name] = min(cut.get(name, number), number) if name == "characters" else cut.get(name, 0) + number
    return cut


def evidence_of(rows: pd.DataFrame) -> Evidence:
    """What a page says of rows that are at hand, and which of them it carries with their texts."""
    known = about_of(rows)
    places = fitting(rows)
    kept, cut = shortened(rows, places)
    sources = {as_json(tasks): tasks for tasks in (named(about["tasks"]) for about in known if about.get("tasks"))}
    prompts = prompts_of([about.get("prompts", {}) for about in known])
    return Evidence(
        rows=kept,
        shown=places,
        left_out=0,
        cut=cut,
        tasks=tuple(sources.values()),
        prompts={str(name): [(str(part), str(text)) for part, text in parts] for name, parts in prompts.items()},
        rows_without=rows_without(rows),
        software=software(),
    )


def _shown(payload: Mapping[str, Any], number: int) -> list[bool]:
    """Which rows of a payload carry their texts; all of them before version 3 of the form."""
    shown = payload.get("shown")
    if shown is None:
        return [True] * number
    places = {place for place in shown if isinstance(place, int)} if isinstance(shown, list) else set()
    return [place in places for place in range(number)]


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """What stands below the title: whom and what was asked, when, how often, and for how much."""
    rows = evidence.rows
    asked = rows[~derived(rows)]
    answered = asked[asked["outcome"] != "error"]
    failed = len(asked) - len(answered)
    kept = int(answered["cached"].fillna(False).sum())
    bought, cut = len(answered) - kept, len(rows) - len(asked)
    shorter = f"; {cut:,} more rows are cut from them at smaller caps" if cut else ""
    found = [
        ("Models", _models(rows)),
        ("Tasks", _tasks(evidence)),
        ("Replies", f"{len(answered):,}{_from_before(bought, kept)}{shorter}"),
        ("Failed calls", f"{failed:,} of {len(asked):,}" if failed else ""),
        ("Asked", _when(rows)),
        ("Cost", _cost(rows)),
        ("Shelf life", str(evidence.shelf_life)),
        ("Note", _demonstration(evidence)),
    ]
    return [(term, text) for term, text in found if text]


def _from_before(asked: int, kept: int) -> str:
    """How many replies were asked for by this run, and how many were at hand."""
    if not kept or not asked:
        return ", all at hand from an earlier run" if kept else ", all asked for by this run"
    return f": {asked:,} asked for by this run, {kept:,} at hand from an earlier one"


def caveats(evidence: Evidence) -> list[str]:
    """What a reader must know before believing the numbers, computed from the rows."""
    rows = evidence.rows
    found = [*_of_providers(rows), *_of_replies(rows)]
    if evidence.left_out:
        found.append(
            f"{evidence.left_out:,} further rows are not in this file, which would be too large to mail; the figures "
            "in the text count them."
        )
    found += filter(None, [left_out(evidence)])
    if evidence.rows_without:
        found.append(
            f"{evidence.rows_without:,} rows come from runs of which neither the prompts nor the tasks' file "
            "are known here."
        )
    if evidence.cut:
        cut = " and ".join(
            f"{number:,} texts of {name}" for name, number in evidence.cut.items() if name != "characters"
        )
        found.append(
            f"To keep this file small, {cut} were cut at {evidence.cut['characters']:,} characters each; the figures "
            "are of the whole texts."
        )
    return found


def left_out(evidence: Evidence) -> str:
    """What of the rows a page does not carry, in words; blank where it carries all."""
    without = len(evidence.rows) - len(evidence.shown)
    if not without:
        return ""
    return (
        f"This page counts all {len(evidence.rows):,} rows and carries the texts of {len(evidence.shown):,}: first, by "
        "turns, tasks on which configurations differ or calls failed and tasks that nobody got right, each with all "
        "configurations, spread evenly."
    )


def how_it_was_run(evidence: Evidence, notebook: NotebookNode | None = None) -> list[tuple[str, str]]:
    """Parameters, what was swept, seeds, where prices come from, and the software."""
    rows = evidence.rows
    given: Mapping[str, Any] = {}
    if notebook is not None:
        from workbench.reports.parameters import used

        given = used(notebook)
    parameters = [(f"parameter {name}", repr(value)) for name, value in given.items()]
    swept = {name: rows[name].unique() for name in (*configuration_columns(rows), "sample") if name in rows}
    several = [(name, ", ".join(map(figures.name, values))) for name, values in swept.items() if len(values) > 1]
    seeds = [] if "seed" in swept else [("seed", "none was set")]
    software = ", ".join(f"{name} {version}" for name, version in evidence.software.items())
    return [*parameters, *several, *seeds, *_prices(rows), ("software", software)]


def _sources(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Where the tasks came from; version 1 of the form knew one file."""
    tasks = payload.get("tasks") or []
    return [tasks] if isinstance(tasks, Mapping) else tasks


def _prices(rows: pd.DataFrame) -> list[tuple[str, str]]:
    found = []
    for model, part in rows.groupby("model", sort=False, dropna=False):
        counts = part.loc[part["outcome"] != "error", "usd_source"].fillna("unknown").value_counts()
        sources = ", ".join(f"{source} ({number:,} replies)" for source, number in counts.items())
        free = " · free" if len(part) and (part["usd"].fillna(1) == 0).all() else ""
        found.append((f"costs of {figures.name(model)}", (sources or "no reply") + free))
    return found


def _of_providers(rows: pd.DataFrame) -> Iterator[str]:
    if (rows["provider"] == "local").any():
        yield f"{_TINY}."
    for visibility, words in (
        ("hidden", "does not show its thinking: only a count of tokens is known"),
        ("summary", "shows a summary of its thinking in place of the thinking itself"),
    ):
        for model in rows.loc[rows["thinking_visibility"] == visibility, "model"].dropna().unique():
            yield f"{model} {words}."
    answered = rows[rows["outcome"] != "error"]
    for model, part in answered.groupby("model", sort=False):
        others = _redirections(model, part)
        if others and "/" in str(model):
            yield f"{model!s} was answered by a model that calls itself {', '.join(others)}."


def _of_replies(rows: pd.DataFrame) -> Iterator[str]:
    failed = rows[rows["outcome"] == "error"]
    if len(failed):
        kinds = ", ".join(
            f"{kind} {number:,}" for kind, number in failed["error"].fillna("error").value_counts().items()
        )
        yield f"{len(failed):,} calls failed ({kinds}) and count in no accuracy."
    never = int(rows["outcome"].isin(NEVER_ANSWERED).sum())
    if never:
        how = rows.loc[rows["outcome"].isin(NEVER_ANSWERED), "outcome"].value_counts()
        parts = ", ".join(f"{number:,} × {OUTCOME_WORDS.get(str(name), str(name))}" for name, number in how.items())
        ended = "1 reply" if never == 1 else f"{never:,} replies"
        yield f"{ended} ended without a whole answer ({parts}). They count beside right and wrong, never left out."
    estimated = int((rows["thinking_tokens_source"] == "estimated").sum())
    if estimated:
        yield f"The thinking tokens of {estimated:,} replies are estimated: their provider does not count them."
    unpriced = int(rows.loc[rows["outcome"] != "error", "usd"].isna().sum())
    if unpriced:
        yield f"What {unpriced:,} replies cost is unknown; sums of money leave them out and are too low."
    if rows["cached"].fillna(False).any():
        yield "Times of replies from an earlier run are those of the day on which they came."


def _models(rows: pd.DataFrame) -> str:
    """The models as they were named, and who served them where the name does not say it."""
    found = []
    for model, part in rows.groupby("model", sort=False):
        others = _redirections(model, part)
        found.append(f"{model} ({', '.join(others)})" if others else str(model))
    return ", ".join(found)


def _redirections(model: Any, rows: pd.DataFrame) -> list[str]:
    """The models that answered in the place of the one asked for."""
    return [str(served) for served in rows["served_model"].dropna().unique() if redirected(str(model), str(served))]


def _demonstration(evidence: Evidence) -> str:
    """What must be said where the tasks are bundled ones, or a local model was asked."""
    if is_demonstration(evidence.tasks):
        return "The tasks are bundled with the workbench: a demonstration, not a benchmark"
    return _TINY if (evidence.rows["provider"] == "local").any() else ""


def _tasks(evidence: Evidence) -> str:
    parts = []
    for source in evidence.tasks:
        digest = f", SHA-256 {source['sha256'][:12]}…" if source.get("sha256") else ""
        parts.append(f"{source.get('source', '')}{digest}")
    count = evidence.rows["task_id"].nunique()
    return f"{count:,}" + (f" from {'; '.join(parts)}" if parts else "")


def _when(rows: pd.DataFrame) -> str:
    import pandas as pd

    times = pd.to_datetime(rows["created_at"], utc=True, errors="coerce", format="ISO8601").dropna()
    if times.empty:
        return ""
    first, last = times.min(), times.max()
    if first.date() == last.date():
        return f"{first:%Y-%m-%d}, {first:%H:%M}" + (
            f" to {last:%H:%M} UTC" if f"{first:%H%M}" != f"{last:%H%M}" else " UTC"
        )
    return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _cost(rows: pd.DataFrame) -> str:
    answered = rows[(rows["outcome"] != "error") & ~derived(rows)]  # what was cut was paid for with the whole
    unknown = int(answered["usd"].isna().sum())
    if len(answered) and unknown == len(answered):
        return "unknown"
    note = f"; unknown for {unknown:,} replies" if unknown else ""
    if not unknown and not answered["usd"].sum() and not rows["usd_spent"].sum():
        return ""
    recorded, spent = figures.money(answered["usd"].sum()), figures.money(rows["usd_spent"].sum())
    return f"{recorded} recorded, {spent} spent by this run{note}"


def _outputs(notebook: NotebookNode) -> Iterator[Mapping[str, Any]]:
    return (output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
