"""The loops of a run, line by line: what was torn is left out, and all before it is there."""

from __future__ import annotations

import json

from workbench.sweeps.kept_loops import folded


def test_thoughts_stay_with_the_replies():
    trace = json.dumps([{"step": 1, "thinking": "secret", "answer": "yes", "key": "k", "kept": True}])
    told = folded("m", {"outcome": "answered", "thinking": "secret", "usd_spent": 1.0, "loop_trace": trace})
    assert told == {
        "mark": "m",
        "found": {"outcome": "answered"},
        "trace": [{"step": 1, "answer": "yes", "key": "k"}],
    }
