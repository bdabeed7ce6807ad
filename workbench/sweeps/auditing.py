"""`audit`: the same model on several hosts, on the same prompts: what each promises and keeps, and what differs."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from workbench.analysis.audited import Audit, audit_of
from workbench.analysis.host_probes import findings
from workbench.analysis.hosts import host_differences
from workbench.analysis.probe_replies import Seen
from workbench.analysis.vendor_metrics import vendor_metrics
from workbench.asking.money import check_max_usd
from workbench.cache.kept import current
from workbench.cache.rereading import read_reply, reply_to
from workbench.providers.models import Model
from workbench.rows.table import as_texts
from workbench.scorers.score import AnyScorer
from workbench.sweeps.estimates import tells_apart
from workbench.sweeps.grid import Grid, make_grid
from workbench.sweeps.plan import Plan, make_plan
from workbench.sweeps.probing import PROBE, Probed, characters_of, probed, tool_requests
from workbench.sweeps.run import run_grid
from workbench.tasks.requests import request_of
from workbench.tasks.task import Task, Tasks
from workbench.tasks.tasks import load_tasks

if TYPE_CHECKING:
    import pandas as pd

MAX_TOKENS: Final = 2_048
"""Of each reply of an audit, unless told otherwise; what must be cut has a cap of its own."""

QUESTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "fence": ("A fence of 84 m has a post every 6 m, both ends included. How many posts is that?", "15"),
    "trains": ("A train leaves at 9:40 and arrives at 13:05. How many minutes does it take?", "205"),
    "remainder": ("What is the remainder of 7 to the power of 5, divided by 11?", "10"),
    "letters": ("How many times does the letter e stand in 'the eleventh street'?", "6"),
    "coins": ("In how many ways can 20 cents be paid with coins of 1, 5 and 10 cents?", "9"),
    "grid": ("How many squares of any size are there in a grid of 4 by 4?", "30"),
}
"""Asked where nobody gives tasks: too few to tell hosts apart, and enough to see one that is broken."""


def audit(
    model_hosts: str | Model | Iterable[str | Model],
    tasks: Any = None,
    *,
    max_usd: float | None = None,
    max_tokens: int = MAX_TOKENS,
    scorer: AnyScorer = None,
    timeout: float | None = None,
    name: str | None = None,
) -> Plan | Audit:
    """Hold several hosts of one model, or several quantisations of it, against each other and against their promises.

    The first of `model_hosts` is the one that the others are held against: its maker's own, if that can be asked.
    Without `max_usd` nothing is sent, and a `Plan` says what it would take: about 25 short calls a host, and the tasks.
    With it, every host is asked the same: probes of its contract (is the cap obeyed, the temperature, the seed, the
    effort heeded; are tokens counted plausibly; who answers; do tool calls fit their schemas and come when they should;
    are finish reasons true), and the tasks, for accuracy, lengths, seconds and dollars with limits.

    `tasks` are anything that `load_tasks` takes; those with `tools` (the requests of Moonshot's verifiers, as they are)
    take the place of the requests with tools, the others that of six short questions. Replies are kept, so an audit
    that was interrupted goes on where it was. Raises what a sweep raises before it spends.
    """
    check_max_usd(max_usd)
    hosts = [model_hosts] if isinstance(model_hosts, str | Model) else list(model_hosts)
    questions, requests = _asked(tasks)
    base = make_grid(questions, models=hosts, max_tokens=max_tokens, scorer=scorer)
    probes = {target.label: probed(target, requests, max_tokens=max_tokens) for target in base.targets}
    grid = _with_probes(base, probes)
    if max_usd is None:
        plan = make_plan(replace(grid, warnings=(*grid.warnings, *_not_asked(probes))), current())
        return replace(plan, tells_apart=tells_apart(base))  # by the tasks alone: probes are not scored
    rows = run_grid(grid, scorer=scorer, max_usd=max_usd, timeout=timeout, name=name or "audit")
    return audited(rows, probes)


def audited(rows: pd.DataFrame, probes: Mapping[str, Probed]) -> Audit:
    """What the rows of an audit say, with the kept replies of its probes."""
    on_tasks = rows[rows["prompt"] != PROBE]
    seen = {
        label: [*_seen(rows[rows["model"] == label], one), *_on_tasks(on_tasks[on_tasks["model"] == label], label)]
        for label, one in probes.items()
    }
    labels = list(seen)
    reference = seen[labels[0]]
    against = {label: () if label == labels[0] else reference for label in labels}
    found = {label: findings(seen[label], against[label], probes[label].refused) for label in labels}
    metrics = {label: vendor_metrics(seen[label], against[label]) for label in labels}
    return audit_of(found, rows, host_differences(on_tasks, labels), metrics, on_tasks)


def _asked(tasks: Any) -> tuple[Tasks, Sequence[Mapping[str, Any]]]:
    """The tasks that are scored, and the requests with tools."""
    loaded = Tasks() if tasks is None else load_tasks(tasks)
    requests = {task.id: request for task in loaded if (request := request_of(task)) is not None}
    plain = [task for task in loaded if task.id not in requests]
    own = Tasks([Task(name, *both) for name, both in QUESTIONS.items()], source="the workbench's own")
    with_tools = [{"id": name, **request} for name, request in requests.items() if request.get("tools")]
    return loaded.like(plain) if plain else own, with_tools or tool_requests()


def _with_probes(base: Grid, probes: Mapping[str, Probed]) -> Grid:
    cells = [cell for one in probes.values() for cell, _ in one.cells]
    asked = {cell.task.id: cell.task for cell in cells}
    return replace(base, cells=[*base.cells, *cells], tasks=base.tasks.like([*base.tasks, *asked.values()]))


def _not_asked(probes: Mapping[str, Probed]) -> list[str]:
    return [f"{label}, {name}: not asked: {why}" for label, one in probes.items() for name, why in one.refused.items()]


def _on_tasks(rows: pd.DataFrame, label: str) -> list[Seen]:
    """The replies to the tasks, which tell of tokens, names and finish reasons as the probes do."""
    records = current().lookup_many(rows["key"].dropna())
    caps = dict(zip(rows["key"], rows["max_tokens"], strict=True))
    return [
        Seen("task", key, 0, int(caps[key]), read_reply(record), model=record["request"]["model_id"])
        for key, record in records.items()
    ]


def _seen(rows: pd.DataFrame, one: Probed) -> list[Seen]:
    """The replies to one host's probes, read anew from what is kept, and the errors of those that failed."""
    errors = dict(zip(rows["key"], as_texts(rows["error_message"]), strict=True))
    records = current().lookup_many(cell.key for cell, _ in one.cells)
    places: collections.Counter[str] = collections.Counter()
    seen = []
    for cell, probe in one.cells:
        places[probe.name] += 1
        record = records.get(cell.key)
        seen.append(
            Seen(
                probe=probe.name,
                setting=probe.setting,
                sent_characters=characters_of(probe.messages),
                cap=cell.request.max_tokens,
                reply=reply_to(record, cell.request) if record is not None else None,
                error=errors.get(cell.key, "") or "no reply is kept",
                tools=probe.options.get("tools") or (),
                should_call=probe.should_call,
                model=cell.request.target.id,
            )
        )
    return seen
