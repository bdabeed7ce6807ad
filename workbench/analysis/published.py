"""What others publish of models, with source, date and contradictions, beside what was measured on one's own tasks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from workbench.analysis.summaries import summary
from workbench.base import regular_expressions as re
from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_MAKERS = re.compile(r"^(openai|anthropic|google|moonshotai|deepseek(?=/)|x-?ai)[ /:-]*")
_VARIANT = re.compile(r"(:[a-z]+|-20\d{6}|-20\d\d-\d\d-\d\d)$")
_PINNED = re.compile(r" \(.*\)$")


def claims(model: str | None = None, benchmark: str | None = None) -> pd.DataFrame:
    """Published results: benchmark, model, percent, measured_by, source, source_date, contradicted_by.

    `model` is an id or a name; `contradicted_by` names what other sources say of the same model and benchmark. None of
    them was checked here, and settings (tools, budgets, samples) differ between sources.

    >>> found = claims("openrouter/moonshotai/kimi-k2-thinking", "MATH-500")
    >>> found["percent"].tolist(), found["contradicted_by"].iloc[0]
    ([94.2, 92.3], '92.3 (2026-02-15, Crazyrouter blog: K2 Thinking complete guide)')
    """
    table = _table()
    if model is not None:
        table = table[table["name"] == plain_name(model)]
    if benchmark is not None:
        known = sorted(_table()["benchmark"].unique())
        if benchmark not in known:
            raise InputError(f"no claim is known of a benchmark {benchmark!r}; there are {', '.join(known)}")
        table = table[table["benchmark"] == benchmark]
    return table.drop(columns="name").reset_index(drop=True)


def claimed_and_measured(rows: pd.DataFrame) -> pd.DataFrame:
    """Each configuration's own accuracy beside each benchmark's claims of its model; percents, with the 95 % interval.

    Columns: model, measured, measured_low, measured_high, benchmark, claimed_low, claimed_high (the least and the most
    that sources claim), sources. Own tasks are another test than any benchmark: what can be compared is the order of
    models. Raises `InputError` where nothing is claimed of any of the models.
    """
    import pandas as pd

    own = pd.DataFrame(summary(rows))
    table = _table()
    records = []
    for line in own.to_dict("records"):
        name = plain_name(str(line.get("model", "")))
        for benchmark, part in table[table["name"] == name].groupby("benchmark", sort=False):
            records.append(
                {
                    "model": line["model"],
                    "measured": _percent(line, "accuracy"),
                    "measured_low": _percent(line, "accuracy_low"),
                    "measured_high": _percent(line, "accuracy_high"),
                    "benchmark": benchmark,
                    "claimed_low": float(part["percent"].min()),
                    "claimed_high": float(part["percent"].max()),
                    "sources": len(part),
                }
            )
    if not records:
        known = ", ".join(sorted(table["model"].unique()))
        raise InputError(f"nothing published is known here of these models; there are claims of {known}")
    return pd.DataFrame(records)


def plain_name(model: str) -> str:
    """A model's name without provider, maker, date, route and marks between words.

    >>> plain_name("anthropic/claude-opus-4-5-20251101"), plain_name("Claude Opus 4.5"), plain_name("OpenAI o3")
    ('claudeopus45', 'claudeopus45', 'o3')
    """
    name = _VARIANT.sub("", _PINNED.sub("", model).casefold().rsplit("/", 1)[-1])
    return re.sub(r"[^a-z0-9]", "", _MAKERS.sub("", name))


def _percent(line: Mapping[Any, Any], name: str) -> float:
    value = line.get(name)
    return float("nan") if value is None or value != value else 100 * float(value)


@functools.cache
def _table() -> pd.DataFrame:
    import pandas as pd

    with (resources.files("workbench.analysis") / "published.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype={"percent": float, "source_date": str})
    table["name"] = table["model"].map(plain_name)
    lines = table.to_dict("records")
    others: list[object] = []
    for line in lines:
        same = [one for one in lines if (one["name"], one["benchmark"]) == (line["name"], line["benchmark"])]
        other = [one for one in same if one["percent"] != line["percent"]]
        words = [f"{one['percent']:g} ({one['source_date']}, {one['source']})" for one in other]
        others.append("; ".join(words) or pd.NA)
    return table.assign(contradicted_by=pd.Series(others, dtype=object))
