"""`open_run`: the rows of a run that is remembered, read from the store and scored again, without its notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.history.runs import find_run
from workbench.rows.shown import show_rows_narrow
from workbench.scorers.score import AnyScorer
from workbench.sweeps.bundles import open_bundle
from workbench.sweeps.rebuilding import rows_of

if TYPE_CHECKING:
    import pandas as pd


def open_run(name: str | Path, *, scorer: AnyScorer = None) -> pd.DataFrame:
    """Give the rows of a run back, by its name or id, or from the file of a bundle (`.wbrun`). Buys nothing.

    The replies come from the store, and are read and scored anew, by the scorer of the run unless another is given. A
    call that failed keeps its error, unless its reply was bought since. Calls that were never made are no rows. Raises
    InputError for a name that no run has, and StoreCorrupt that names a file that is damaged.
    """
    show_rows_narrow()
    if str(name).endswith(".wbrun"):
        return open_bundle(Path(name), scorer=scorer)
    return rows_of(find_run(str(name)), scorer=scorer)
