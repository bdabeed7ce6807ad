"""A frame that shows itself as a readable table. It has a room of its own because pandas takes long to load."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from workbench.show import media, tables
from workbench.show.figures import plain

_MOST_LINES: Final = 200
"""Lines that are shown; a longer table stays whole underneath and says how many it keeps back."""


class ShownFrame(pd.DataFrame):
    """A plain DataFrame that shows itself as a readable table, as long as it has the columns for it.

    What it says below the table is kept in `attrs["about"]`. Only what is shown is shortened, never the frame.
    """

    @property
    def _constructor(self) -> type[ShownFrame]:
        return type(self)

    def __repr__(self) -> str:
        columns = self._shown() if len(self) else []
        return (
            tables.as_text(columns, self._caption(), above=plain(self._headline())) if columns else super().__repr__()
        )

    def _repr_html_(self) -> str:
        columns = self._shown() if len(self) else []
        if not columns:
            return pd.DataFrame(self).to_html()
        above = self._headline()
        return tables.as_html(
            columns, self._caption(), above=tables.headline(above) if above else "", more=self._more()
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What an output carries beside text and HTML: the verdict, where the table has one."""
        return media.verdict(self._headline() if len(self) and self._shown() else "")

    def _display_(self) -> tables.Page:
        """What marimo shows: the same as a notebook, in place of its own table of all columns."""
        return tables.Page(self._repr_html_())

    def _shown(self) -> list[tables.Column]:
        """The columns to show; none when the frame has lost what they need."""
        raise NotImplementedError

    def _headline(self) -> str:
        """What the table comes to, in words above it; nothing where its lines speak for themselves."""
        return ""

    def _more(self) -> list[tables.Section]:
        """Further tables, folded away below."""
        return []

    def _caption(self) -> str:
        left_out = len(self) - _MOST_LINES
        parts = [f"{left_out:,} more lines are in the table and not shown."] if left_out > 0 else []
        constant = tables.constants(self._by(), self._lines())
        parts += [f"{constant} throughout."] if constant else []
        return " ".join([*parts, str(self.attrs.get("about", ""))]).strip()

    def _by(self) -> list[str]:
        """The columns that tell the lines apart."""
        return [name for name in self.attrs.get("by", ()) if name in self.columns]

    def _lines(self) -> list[dict[Any, Any]]:
        names = list(self.columns)
        first = self.iloc[:_MOST_LINES]
        return [dict(zip(names, values, strict=True)) for values in first.itertuples(index=False, name=None)]
