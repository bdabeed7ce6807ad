"""Two configurations on the same tasks, paired: which is better, by how much, how sure, and what a correct answer costs.

Replies are paired in cells: one task with one prompt, one max_tokens and one value of every swept parameter, except for
what the two sides are chosen by. Only cells that both sides have count. Samples are averaged within a cell, cells
within a task, and the task is the unit of every test and interval: repeats and prompts of one task are not new evidence
about other tasks. Strict accuracy is compared, so a reply that never answered is not right; failed calls and calls
without a target are left out, and said.

One call a side and task: McNemar's exact test with Bonett and Price's interval. Otherwise: the same test carried over
to repeats (the signs of the tasks' differences flipped at random) with a paired bootstrap over tasks.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench import rows as rows_room
from workbench import stats
from workbench.errors import InputError
from workbench.stats import Interval
from workbench.summaries import output_tokens
from workbench.verdicts import ALPHA, Comparison, Comparisons, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats = stats.Floats
Choice = Any
