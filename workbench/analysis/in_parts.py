"""Summaries, comparisons and budget curves of rows that do not fit into memory: model by model, and put together.

Each part is reckoned by the same code as a table of rows, so the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from workbench.analysis.cuts import Uncuttable
from workbench.analysis.summary_table import Summary
from workbench.errors import InputError
from workbench.rows.configurations import column_meant, configuration_columns, grouped
from workbench.rows.loop_traces import TRACE
from workbench.rows.segments import TEXTS, Segments
from workbench.show.figures import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

_IN_NONE: Final = frozenset(
    {"score", "finish_reason", "usd_source", "cached", "attempts", "http_status", "error", "evidence"}
)
_IN_NO_SUMMARY: Final = _IN_NONE | {"provider", "served_model", "served_by", "created_at"}
_IN_NO_CURVE: Final = _IN_NONE | {
    *("served_model", "served_by", "created_at", "usd_spent", "seconds_to_answer", "sure", "hand"),
}
_IN_NO_COMPARISON: Final = _IN_NONE | {
    *("provider", "served_by", "cached_prompt_tokens", "thinking_tokens_source", "thinking_visibility", "usd_spent"),
    *("seconds_to_first_token", "seconds_to_answer", "sure", "hand"),
}


def summed_up(parts: Segments, by: str | Sequence[str] | None, summary: Callable[..., Summary]) -> Summary:
    """The summary of segments: one line a configuration, in the order in which a table would have them."""
    sketch = parts.sketch()
    if by is None:
        names = parts.configurations()
    else:
        asked = [by] if isinstance(by, str) else list(by)
        columns = pd.DataFrame(columns=[*parts.columns])
        names = [column_meant(columns, name) for name in asked]
        for name in names:
            if name not in parts.columns:
                raise InputError(f"The rows lack the column {name!r}; these hold {', '.join(parts.columns)[:300]}.")
        sketch = parts.sketch(*names)
    apart = "model" in names and not parts.hang_together()
    unread = _IN_NO_SUMMARY - {*names}
    found = [
        summary(parts.numbers([one], named=names, leave_out=unread), by=names)
        for one in parts.each("model" if apart else "")
    ]
    lines = pd.concat([pd.DataFrame(one) for one in found], ignore_index=True)
    wanted = {_key(line): place for place, line in enumerate(_records(grouped(sketch, names)[1], names))}
    places = sorted(range(len(lines)), key=[wanted[_key(line)] for line in _records(lines, names)].__getitem__)
    result = Summary(lines.iloc[places].reset_index(drop=True))
    result.attrs["by"] = names
    result.attrs["about"] = _about(parts, lines)
    return result


def of_both(parts: Segments, a: Any, b: Any, on: str) -> pd.DataFrame:
    """The rows of two configurations, without their texts."""
    sides = []
    for choice in (a, b):
        values = dict(choice) if isinstance(choice, Mapping) else {on: _name_of(choice)}
        sides.append({name: None if _absent(value) else value for name, value in values.items()})
    named = {name for side in sides for name in side}
    rows = parts.numbers(sides, leave_out=_IN_NO_COMPARISON - named)
    for side in sides:
        if not len(rows) or not _any_are(rows, side):
            raise InputError(f"No row is {side!r}; see the lines of wb.summary.")
    return rows


def curves(parts: Segments, texts: frozenset[str], curve: Callable[[pd.DataFrame], Any]) -> Any:
    """Budget curves of segments, put together; a model whose cap steers it is left out, and said.

    Of texts only their lengths are read, but for those that are named: where nobody counted tokens, letters tell.
    """
    found, refused = [], list[str]()
    lengths = frozenset({"thinking", "answer"}) - texts
    unread = parts.of_tasks if texts else _IN_NO_CURVE | parts.idle_keys | parts.of_tasks
    whole = TRACE in parts.columns  # the budgets of loops are those of all models together
    for one in parts.each("" if whole else "model"):
        try:
            found.append(curve(parts.frame([one], leave_out=TEXTS - texts - lengths | unread, lengths=lengths)))
        except Uncuttable as error:
            refused += error.reasons
    if not found:
        raise Uncuttable(refused)
    told = {name for one in found for name in one.attrs["by"]}
    sketch = parts.sketch()
    by = [name for name in configuration_columns(sketch) if name in told]
    lines = [line for one in found for line in _with_all(pd.DataFrame(one), by, sketch).to_dict("records")]
    kinds = {name: kind for name, kind in found[0].dtypes.items() if name not in by}
    joined = type(found[0])(lines, columns=[*by, *kinds]).astype(kinds)
    joined.attrs |= {
        "by": by,
        "agreement": [check for one in found for check in one.attrs.get("agreement", [])],
        "about": " ".join([*dict.fromkeys(str(one.attrs["about"]) for one in found), *refused]),
    }
    return joined


def _with_all(curve: pd.DataFrame, by: Sequence[str], sketch: pd.DataFrame) -> pd.DataFrame:
    """A model's curve with what tells configurations apart in other models alone, such as an effort."""
    here = [name for name in by if name in curve.columns]
    if len(here) == len(by):
        return curve
    return curve.merge(sketch[list(by)].drop_duplicates(here), how="left", on=here)


def _about(parts: Segments, lines: pd.DataFrame) -> str:
    said = [f"{len(parts):,} calls of {counted(parts.count_tasks(), 'task')}, in {len(parts.files):,} segments."]
    for name, words in (
        ("errors", "{} failed: in no accuracy."),
        ("unscored", "{} without a target or a mark: in no accuracy either."),
    ):
        number = int(lines[name].sum())
        if number:
            said.append(words.format(f"{number:,}"))
    said.append("Accuracy counts a reply that never answered as not right.")
    said.append(
        "Brackets are 95 % intervals (Wilson, clustered by task where tasks were repeated; over tasks for money)."
    )
    return " ".join(said)


def _records(lines: pd.DataFrame, names: Sequence[str]) -> list[tuple[Any, ...]]:
    return list(lines[list(names)].itertuples(index=False, name=None))


def _key(line: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(None if _absent(value) else value for value in line)


def _name_of(choice: Any) -> Any:
    return getattr(choice, "label", None) or getattr(choice, "id", choice)


def _any_are(rows: pd.DataFrame, side: Mapping[str, Any]) -> bool:
    mine = pd.Series(True, index=rows.index)
    for name, value in side.items():
        mine &= rows[name].isna() if value is None else (rows[name] == value).fillna(False)
    return bool(mine.any())


def _absent(value: Any) -> bool:
    return bool(value is None or (pd.api.types.is_scalar(value) and pd.isna(value)))
