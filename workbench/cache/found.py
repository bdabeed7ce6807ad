"""What a search among kept replies found, as a table to be read: the passage first."""

from __future__ import annotations

from typing import Final

from workbench.show import figures, tables
from workbench.show.frames import ShownFrame

_NEEDED = {"model", "where", "passage", "created_at", "key"}
_NOTHING: Final = "No kept reply holds that."


class Found(ShownFrame):
    """A table of `wb.cache.search`, one line a reply."""

    def __repr__(self) -> str:
        return super().__repr__() if len(self) else _NOTHING

    def _repr_html_(self) -> str:
        return super()._repr_html_() if len(self) else f"<p>{_NOTHING}</p>"

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        lines = self._lines()
        return [
            tables.Column("passage", [str(line["passage"]) for line in lines], words=True),
            tables.Column("in", [str(line["where"]) for line in lines]),
            tables.Column(
                "model",
                [figures.name(line["model"]) for line in lines],
                notes=[str(line["created_at"] or "")[:16].replace("T", " ") for line in lines],
            ),
            tables.Column("key", [f"{line['key'][:12]}…" for line in lines]),
        ]

    def _headline(self) -> str:
        return f"{len(self):,} kept {'reply' if len(self) == 1 else 'replies'}, the newest first."

    def _caption(self) -> str:
        more = super()._caption()
        return f"{more} One in full: wb.cache.get(found.key[0]).".strip()
