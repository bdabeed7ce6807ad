"""What an audit of hosts found, as a table that shows itself: a verdict a host, the probes, the figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from workbench.analysis.hosts import MEASURES, HostDifference, means_of
from workbench.analysis.probe_replies import PROBES, Found
from workbench.analysis.stats import Interval
from workbench.show import figures, tables

_SIGNS: Final = {"kept": "✓ kept", "broken": "✗ broken", "unclear": "? unclear", "not asked": "– not asked"}
_NEEDED: Final = frozenset({"host", "probe", "standing", "found"})


class Audit(tables.ShownFrame):
    """One line a host and probe: `host`, `probe`, `standing` (kept, broken, unclear, not asked), `found`, `calls`.

    `verdicts` are sentences by host; `figures` has accuracy, lengths, seconds and dollars of each host, with the ratios
    to the first and their limits; `metrics` those of Moonshot's verifiers; `rows` are all calls, probes included.
    """

    _metadata = ("verdicts", "figures", "metrics", "rows")

    verdicts: dict[str, str]
    figures: pd.DataFrame
    metrics: pd.DataFrame
    rows: pd.DataFrame

    def broken(self) -> list[str]:
        """The probes that were broken, as "host: probe"."""
        lines = self[self["standing"] == "broken"]
        return [f"{host}: {probe}" for host, probe in zip(lines["host"], lines["probe"], strict=True)]

    def _headline(self) -> str:
        verdicts = getattr(self, "verdicts", None) or {}
        return " ".join(verdicts[host] for host in self["host"].drop_duplicates() if host in verdicts)

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        hosts = list(dict.fromkeys(self["host"]))
        told = {(line["host"], line["probe"]): line for line in self._lines()}
        probes = [probe for probe in PROBES if any((host, probe) in told for host in hosts)]
        columns = [tables.Column("probe", probes)]
        for host in hosts:
            lines = [told.get((host, probe)) for probe in probes]
            columns.append(
                tables.Column(
                    str(host),
                    [_SIGNS[line["standing"]] if line else "" for line in lines],
                    notes=[str(line["found"]) if line else "" for line in lines],
                    words=True,
                )
            )
        return columns

    def _more(self) -> list[tables.Section]:
        sections = []
        for title, table in (("In figures", "figures"), ("As Moonshot's verifiers count", "metrics")):
            found = getattr(self, table, None)
            if found is not None and len(found):
                sections.append(tables.Section(title, [*_columns(found)]))
        return sections


def _columns(table: pd.DataFrame) -> list[tables.Column]:
    return [
        tables.Column(str(name), [value if isinstance(value, str) else _number(value) for value in table[name]])
        for name in table.columns
    ]


def _number(value: Any) -> str:
    if figures.absent(value) or math.isnan(float(value)):
        return "NA"
    return f"{float(value):,.4g}"


def audit_of(
    found: Mapping[str, Sequence[Found]],
    rows: pd.DataFrame,
    differences: Sequence[HostDifference],
    metrics: Mapping[str, Mapping[str, float]],
    task_rows: pd.DataFrame,
) -> Audit:
    """Put together what was found of each host; the first is the one that the others are held against."""
    lines = [
        {"host": host, "probe": one.probe, "standing": one.standing, "found": one.words, "calls": one.calls}
        for host, all_found in found.items()
        for one in all_found
    ]
    audit = Audit(lines, columns=["host", "probe", "standing", "found", "calls"])
    by_host = {one.host: one for one in differences}
    audit.rows = rows
    audit.figures = pd.DataFrame([_figures(host, task_rows, by_host.get(host)) for host in found])
    audit.metrics = pd.DataFrame([{"host": host, **metrics[host]} for host in found if host in metrics])
    audit.verdicts = {host: _verdict(host, list(found[host]), by_host.get(host)) for host in found}
    first = next(iter(found))
    against = f" Others are held against {first}, task by task; limits are those of 95 %." if len(found) > 1 else ""
    audit.attrs["about"] = (
        f"{len(rows):,} calls.{against} A probe is broken where the replies cannot come of a host that keeps to it; "
        "one that is kept was not caught."
    )
    return audit


def _figures(host: str, rows: pd.DataFrame, difference: HostDifference | None) -> dict[str, Any]:
    line: dict[str, Any] = {"host": host, "tasks": rows.loc[rows["model"] == host, "task_id"].nunique()}
    line |= {{"completion_tokens": "tokens"}.get(name, name): value for name, value in means_of(rows, host).items()}
    if difference is not None:
        found = difference.comparison
        line |= {"difference": found.difference, "low": found.interval.low, "high": found.interval.high}
        for name, word in MEASURES.items():
            line[f"times the {word}"] = _times(*difference.ratios[name])
    return line


def _times(ratio: float, limits: Interval) -> str:
    return "NA" if math.isnan(ratio) else f"{ratio:.2f} ({limits.low:.2f} to {limits.high:.2f})"


def _verdict(host: str, found: list[Found], difference: HostDifference | None) -> str:
    broken = [one.probe for one in found if one.standing == "broken"]
    kept = sum(one.standing == "kept" for one in found)
    asked = sum(one.standing != "not asked" for one in found)
    told = f"{host}: {kept} of {asked} probes kept"
    told += f", broken: {', '.join(broken)}" if broken else ", none broken"
    if difference is None:
        return f"{told}."
    return f"{told}; accuracy: {difference.verdict}."
