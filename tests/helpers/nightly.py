"""What the nightly run does more of: `WORKBENCH_TESTS=nightly` in the environment."""

from __future__ import annotations

import os

from hypothesis import settings

NIGHTLY = os.environ.get("WORKBENCH_TESTS") == "nightly"


def examples(by_night: int, *, by_day: int) -> settings:
    """So many random examples for one test."""
    return settings(max_examples=by_night if NIGHTLY else by_day, deadline=None)
