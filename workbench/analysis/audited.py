"""What an audit of hosts found, as a table that shows itself: a verdict a host, the probes, the figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from workbench.analysis.hosts import MEASURES, NO_DIFFERENCE, HostDifference, means_of
from workbench.analysis.probe_replies import PROBES, Found
from workbench.analysis.stats import Interval
from workbench.show import figures, tables
from workbench.show.frames import ShownFrame

_SIGNS: Final = {"kept": "✓ kept", "broken": "✗ broken", "unclear": "? unclear", "not asked": "– not asked"}
_NEEDED: Final = frozenset({"host", "probe", "standing", "found"})


class Audit(ShownFrame):
    """One line a host and probe: `host`, `probe`, `standing` (kept, broken, unclear, not asked), `found`, `calls`.

    `verdicts` are sentences by host, `differences` their half on accuracy; `figures` has accuracy, lengths, seconds and
    dollars of each host, with the ratios to the first and their limits; `metrics` are those of Moonshot's verifiers;
    `rows` are all calls, probes included.
    """

    _metadata = ("verdicts", "differences", "figures", "metrics", "rows")

    verdicts: dict[str, str]
    differences: dict[str, str]
    figures: pd.DataFrame
    metrics: pd.DataFrame
    rows: pd.DataFrame

    def broken(self) -> list[str]:
        """The probes that were broken, as "host: probe"."""
        lines = self[self["standing"] == "broken"]
        return [f"{host}: {probe}" for host, probe in zip(lines["host"], lines["probe"], strict=True)]

    def _headline(self) -> str:
        """What decides, in two sentences: who broke what, and what is known of accuracy."""
        hosts = list(dict.fromkeys(self["host"]))
        broken = {
            host: [one.partition(": ")[2] for one in self.broken() if one.startswith(f"{host}: ")] for host in hosts
        }
        told = [f"{host} breaks {_listed(probes)}" for host, probes in broken.items() if probes]
        number = "the host" if len(hosts) == 1 else f"any of the {len(hosts)} hosts"
        first = "; ".join(told) if told else f"No broken promise was caught at {number}"
        differences = getattr(self, "differences", None) or {}
        accuracy = {host: text for host in hosts if (text := differences.get(host))}
        alike = [host for host, text in accuracy.items() if text.startswith(NO_DIFFERENCE)]
        second = [text for host, text in accuracy.items() if host not in alike]
        if len(alike) == len(accuracy) == 1:
            second = [f"In accuracy, {accuracy[alike[0]]}"]
        elif alike:
            where = f"at {len(alike)} of {len(accuracy)} others"
            excluded = f"differences above {self._excluded(alike)} points are excluded"
            second.append(f"No difference in accuracy found {where}; {excluded}")
        return " ".join(f"{text}." for text in [first, *second])

    def _excluded(self, hosts: Sequence[str]) -> int:
        """The points beyond which no difference can be at any of some hosts."""
        limits = self.figures.set_index("host").loc[list(hosts), ["low", "high"]].abs()
        return math.ceil(100 * float(limits.to_numpy(float).max()))

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        hosts = list(dict.fromkeys(self["host"]))
        told = {(line["host"], line["probe"]): line for line in self._lines()}
        probes = [probe for probe in PROBES if any((host, probe) in told for host in hosts)]
        measured = self._measured(hosts)
        columns = [tables.Column("probe", [*measured, *probes])]
        for place, host in enumerate(hosts):
            lines = [told.get((host, probe)) for probe in probes]
            above = [cells[place] for cells in measured.values()]
            columns.append(
                tables.Column(
                    str(host),
                    [*(text for text, _ in above), *(_SIGNS[line["standing"]] if line else "" for line in lines)],
                    notes=[*(note for _, note in above), *(str(line["found"]) if line else "" for line in lines)],
                    words=True,
                )
            )
        return columns

    def _measured(self, hosts: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        """Accuracy, lengths, seconds and dollars of each host, with what is known of the difference in small print."""
        table = getattr(self, "figures", None)
        if table is None or not {*hosts} <= {*table["host"]}:
            return {}
        by_host = table.set_index("host")
        differences = getattr(self, "differences", None) or {}
        found = {
            "accuracy": [(figures.percent(by_host.loc[host, "accuracy"]), differences.get(host, "")) for host in hosts]
        }
        shown = {"tokens": figures.count, "seconds": figures.duration, "usd": figures.money}
        for name, word in {"tokens": "tokens", "seconds": "seconds", "usd": "dollars"}.items():
            times = f"times the {word}"
            notes = [str(by_host.loc[host, times]) if times in by_host.columns else "NA" for host in hosts]
            cells = [shown[name](by_host.loc[host, name]) for host in hosts]
            if any(by_host.loc[host, name] > 0 for host in hosts):
                told = [f"{note} times the first" if note[0].isdigit() else "" for note in notes]
                found[f"{word} a reply"] = list(zip(cells, told, strict=True))
        return found

    def _more(self) -> list[tables.Section]:
        sections = []
        for title, table in (("In figures", "figures"), ("As Moonshot's verifiers count", "metrics")):
            found = getattr(self, table, None)
            if found is not None and len(found):
                sections.append(tables.Section(title, [*_columns(found)]))
        return sections


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


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
    audit.differences = {host: one.verdict for host, one in by_host.items()}
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
