"""Tasks of segments, of which there may be millions: told apart by eight bytes each, named only where names are wanted.

What is said of a task among all rows is asked once: how many there are, and which of them count.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

RIGHT: Final = "(outcome IN ('answered', 'answer_truncated') AND correct IS TRUE)"
_MARKED: Final = f"({RIGHT} OR (outcome = 'answered' AND correct IS NOT NULL))"
_UNSCORED: Final = "(outcome = 'answered' AND correct IS NULL)"
_NAME: Final = "task_id::VARCHAR"
SHORT: Final = f"CASE WHEN task_id IS NOT NULL THEN hash({_NAME}) END"


class Tasks:
    """The tasks of segments, asked of by statements of SQL: `run` takes one, with its values."""

    def __init__(self, run: Callable[..., Any], *, targets: bool) -> None:
        self._run = run
        self._targets = targets

    @cached_property
    def count(self) -> int:
        """How many tasks there are in all."""
        return int(self._run("SELECT count(DISTINCT task_id) FROM segments").fetchone()[0])

    @cached_property
    def expression(self) -> str:
        """What tells tasks apart: eight bytes of each name, or the names should two of them share those."""
        different = self._run(f"SELECT count(DISTINCT {SHORT}) FROM segments").fetchone()[0]
        return SHORT if different == self.count else _NAME

    def have_one_each(self, column: str, *, runs: bool) -> bool:
        """Whether a column has one value for each task, and several within a run: then nobody swept it."""
        run = "run" if runs else "0"
        values, of_runs = self._run(
            f"SELECT count(DISTINCT row({run}, {column})), count(DISTINCT row({run})) FROM segments"
        ).fetchone()
        if values == of_runs:
            return False
        several = f"min({column}) <> max({column}) OR count({column}) NOT IN (0, count(*))"
        return (
            self._run(f"SELECT 1 FROM segments GROUP BY {self.expression} HAVING {several} LIMIT 1").fetchone() is None
        )

    @cached_property
    def some_are_marked(self) -> bool:
        """Whether a task is marked in one row and not in another."""
        odd = f"GROUP BY {self.expression} HAVING bool_or({_MARKED}) AND bool_or({_UNSCORED})"
        return self._run(f"SELECT 1 FROM segments {odd} LIMIT 1").fetchone() is not None

    @cached_property
    def that_count_otherwise(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Tasks that count though some row has no target, and those that do not though some row may seem to."""
        import numpy as np

        missing = "bool_or(task_target IS NULL)" if self._targets else "false"
        found = self._run(
            f"SELECT task, marked FROM (SELECT {self.expression} AS task, "
            f"coalesce(bool_or({_MARKED}), false) AS marked, coalesce(bool_or({_UNSCORED}), false) AS unscored, "
            f"{missing} AS missing FROM segments WHERE task_id IS NOT NULL GROUP BY 1) "
            "WHERE (marked AND missing) OR (NOT marked AND (unscored OR missing))"
        ).fetchnumpy()
        task, marked = (np.ma.getdata(found[name]) for name in ("task", "marked"))
        return task[marked], task[~marked]

    def numbered(self, fetched: Any) -> Numbered:
        """The values of `expression`, one a row, as numbers of tasks in order of appearance; -1 where there is none."""
        import numpy as np
        import pandas as pd

        codes, known = pd.factorize(np.ma.getdata(fetched))
        codes[np.ma.getmaskarray(fetched)] = -1
        return Numbered(codes, known)

    def named(self, tasks: Numbered, where: str, values: Sequence[Any]) -> pd.Series[Any]:
        """The names of the tasks of some rows, each text once however many rows it names."""
        import numpy as np
        import pandas as pd

        texts = np.full(len(tasks.known) + 1, pd.NA, dtype=object)  # the last is that of no task
        if self.expression == _NAME:
            texts[:-1] = tasks.known
        else:
            found = self._run(
                f"SELECT {SHORT} AS task, any_value({_NAME}) AS name FROM segments{where} AND task_id IS NOT NULL "
                "GROUP BY 1",
                values,
            ).fetchnumpy()
            places = pd.Index(tasks.known).get_indexer(np.ma.getdata(found["task"]))
            texts[places] = np.ma.getdata(found["name"])
        return pd.Series(texts[tasks.codes], dtype=object)


class Numbered(NamedTuple):
    """The task of each row by its number, and what tells the tasks apart, by number."""

    codes: NDArray[Any]
    known: NDArray[Any]

    def are(self, tasks: NDArray[Any]) -> NDArray[Any]:
        """Whether the task of each row is among some."""
        import numpy as np
        import pandas as pd

        among: NDArray[Any] = np.append(pd.Index(self.known).isin(tasks), False)[self.codes]
        return among

    def nameless(self) -> pd.Series[Any]:
        """A column that tells tasks apart and holds no name."""
        import pandas as pd

        kinds = pd.CategoricalDtype(pd.RangeIndex(len(self.known)))
        return pd.Series(pd.Categorical.from_codes(self.codes, dtype=kinds, validate=False))


def is_nameless(column: pd.Series[Any]) -> bool:
    """Whether a column tells tasks apart by numbers alone, as `Numbered.nameless` makes it.

    >>> import pandas as pd
    >>> is_nameless(Numbered(pd.array([0, 1, 0]).to_numpy(), pd.array([7, 9]).to_numpy()).nameless())
    True
    >>> is_nameless(pd.Series(["a", "b"], dtype="category"))
    False
    """
    import pandas as pd

    return isinstance(column.dtype, pd.CategoricalDtype) and isinstance(column.cat.categories, pd.RangeIndex)
