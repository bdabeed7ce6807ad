"""A configuration as it was chosen: its rows, and a name as short as the others allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.base.words import close_to
from workbench.show import figures

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Chosen:
    """One configuration: the columns it is chosen by with their values, and the rows that are it."""

    name: str
    values: Mapping[str, Any]
    chosen: NDArray[np.bool_]


def name_choices(choices: Sequence[Chosen]) -> list[Chosen]:
    """Give each configuration a name as short as the others allow."""
    columns = list(dict.fromkeys(name for choice in choices for name in choice.values))
    telling = [
        name for name in columns if len({str(choice.values.get(name, figures.ABSENT)) for choice in choices}) > 1
    ] or columns
    for short in (True, False):
        names = [_name(choice, telling if short else columns, short=short) for choice in choices]
        if all(names) and len(set(names)) == len(names):
            break
    return [replace(choice, name=name) for choice, name in zip(choices, names, strict=True)]


def _name(choice: Chosen, columns: Sequence[str], *, short: bool) -> str:
    parts: list[str] = []
    for column in columns:
        if column not in choice.values:
            continue
        value = choice.values[column]
        text = figures.ABSENT if figures.absent(value) else figures.plain(value)
        if column == "model":
            parts.insert(0, figures.short_model(text) if short else text)
        else:
            parts.append(f"{column} {text}")
    return ", ".join(parts)


def some_of(values: Sequence[Any], limit: int = 3) -> str:
    """The first of some values in words, and how many more there are."""
    shown = [figures.ABSENT if figures.absent(value) else figures.plain(value) for value in values[:limit]]
    return ", ".join(shown) + (f" and {len(values) - limit} more" if len(values) > limit else "")


def not_there(column: pd.Series[Any], value: Any) -> str:
    """What is said where no row has a value: what was probably meant, and what the rows hold."""
    there = [str(name) for name in column.dropna().unique()]
    near = close_to(str(value), there) or next((name for name in there if name.endswith(f"/{value}")), None)
    hint = f" Did you mean {near!r}?" if near else ""
    return f"No row has {column.name} {value!r}.{hint} The rows hold: {some_of(there, 8) or 'none'}."
