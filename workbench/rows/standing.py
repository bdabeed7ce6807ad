"""Where each row stands: right, wrong, never answered, unscored or in error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.errors import InputError
from workbench.replies.outcomes import OUTCOMES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

STANDINGS: Final = ("right", "wrong", "never answered", "error", "unscored")
RIGHT, WRONG, NEVER, ERROR, UNSCORED = range(len(STANDINGS))


def standing(rows: pd.DataFrame) -> NDArray[np.int8]:
    """Say how every row stands: RIGHT, WRONG, NEVER, ERROR or UNSCORED, positions in STANDINGS.

    Needs the columns `outcome` and `correct`. An unknown outcome raises InputError, because counting it anywhere
    would be a guess.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"outcome": "answered", "correct": False}, {"outcome": "thinking_exhausted", "correct": False},
    ...               {"outcome": "answer_truncated", "correct": True}, {"outcome": "error"}, {"outcome": "answered"}])
    >>> [STANDINGS[code] for code in standing(rows)]
    ['wrong', 'never answered', 'right', 'error', 'unscored']
    """
    import numpy as np
    import pandas as pd

    outcome = rows["outcome"]
    codes, present = pd.factorize(outcome)
    unknown = [name for name in present if name not in OUTCOMES]
    if unknown or (codes < 0).any():
        value = unknown[0] if unknown else pd.NA
        raise InputError(f"Unknown outcome {value!r} in the rows. Outcomes are: {', '.join(OUTCOMES)}.")
    correct = rows["correct"]
    right = correct.fillna(False).to_numpy(dtype=bool)
    scored = correct.notna().to_numpy(dtype=bool)
    groups = {"answered": 0, "answer_truncated": 1, "error": 3}
    group = np.array([groups.get(name, 2) for name in present] or [0], dtype=np.int8)[codes]
    answered = np.where(right, RIGHT, np.where(scored, WRONG, UNSCORED))
    truncated = np.where(right, RIGHT, NEVER)
    return np.choose(group, [answered, truncated, NEVER, ERROR]).astype(np.int8)


def scored(rows: pd.DataFrame, standings: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Say which rows count in an accuracy: right, wrong, and never answered where a right answer was possible.

    On a task without a target no answer could have been right, so that a reply that never answered says nothing there:
    such a task has no target in `task_target`, or an unscored answer, and no scored one.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "a", "outcome": "empty", "correct": False, "task_target": "4"},
    ...               {"task_id": "b", "outcome": "empty", "correct": False}, {"task_id": "b", "outcome": "answered"}])
    >>> scored(rows, standing(rows)).tolist()
    [True, False, False]
    """
    import numpy as np
    import pandas as pd

    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    marked = np.bincount(task, standings <= WRONG) > 0
    doubtful = np.bincount(task, standings == UNSCORED) > 0
    if "task_target" in rows.columns:
        doubtful |= np.bincount(task, rows["task_target"].isna().to_numpy(bool)) > 0
    return np.asarray((standings <= WRONG) | ((standings == NEVER) & (marked | ~doubtful)[task]))
