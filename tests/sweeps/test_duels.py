"""`decide` over a real wire: waves are bought, kept, and end when it is known."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from fakes.server import FakeServer, completion
from swept import output_usage, priced

import workbench as wb
from workbench.errors import InputError

TASKS = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1)} for n in range(60)]


def answers(request):
    number = int(request.prompt.split()[0])
    right = json.loads(request.body)["max_tokens"] > 50
    return completion(str(number + 1 if right else 0), usage=output_usage(10))(request)


def test_a_cap_that_is_too_small_is_found_out_and_the_rest_is_never_bought(tmp_path) -> None:
    with FakeServer(answers) as server:
        priced(tmp_path, server)
        found = wb.sweeps.decide(pd.DataFrame(TASKS), "fake/m", max_tokens=[20, 100], scorer="numeric", max_usd=50)
        assert server.hits == found.calls < 120
        rows = wb.sweep(
            pd.DataFrame(TASKS), models="fake/m", max_tokens=[20, 100], scorer="numeric", until="decided", max_usd=50
        )
        assert server.hits == found.calls, "what is kept is not bought again"
    assert (found.why, found.best) == ("decided", ("100",))
    assert len(rows) == len(found.rows)


def test_without_models_there_is_nothing_to_decide() -> None:
    with pytest.raises(InputError, match="decide needs models"):
        wb.sweeps.decide(pd.DataFrame(TASKS))
