"""Which tests go to the same worker, and which begin: what is slow to start is started once."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

TOGETHER = {
    "JupyterLab": (
        "tests/browser/test_report_page.py::test_jupyterlab_",
        *(
            f"tests/browser/test_{name}_in_jupyter.py"
            for name in ("check_marks", "hostile_text", "notebooks", "prompt_lab", "rate", "replies")
        ),
    ),
    "browser": ("tests/browser/",),
    "texts of the house": ("tests/whole/test_advice.py", "tests/whole/test_house.py"),
    "local model": (
        "tests/providers/local/",
        "tests/analysis/test_cuts.py::test_cut_replies_of_the_local_model",
        "tests/whole/test_notebooks.py::test_a_notebook_runs_without_a_key",
        "tests/whole/test_notebooks.py::test_recording_a_notebook_anew",
        "tests/whole/test_readme.py::test_the_code_runs",
    ),
}
"""By what they share, the beginnings of the names of tests; any other file of tests goes wherever there is room."""

LONGEST_FIRST = (
    *("browser", "providers/local", "whole", "cli", "sweeps", "replies", "widgets", "cache", "analysis", "scorers"),
)
"""Folders of tests, so that no worker is left alone with a long one at the end."""


class Together(LoadScopeScheduling):
    """pytest-xdist's own scheduler of groups, told which they are.

    Its `--dist loadgroup` would ask marks; 3.8.0 writes them where pytest 9.2 no longer reads them.
    """

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self.config.option.loadscopereorder = False  # by how many they are, which is not how long they take

    def _split_scope(self, nodeid: str) -> str:
        fitting = (name for name, beginnings in TOGETHER.items() if nodeid.startswith(beginnings))
        file = nodeid.partition("::")[0]  # what the tests of a file share is made once, and not by each worker
        return next(fitting, file)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Forget what is done: pytest-xdist counts all that a worker was ever given, after each test."""
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work[node]
        scope = self._split_scope(self.registered_collections[node][item_index])
        if all(given[scope].values()):
            del given[scope]
