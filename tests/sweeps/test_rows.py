"""What a row of a sweep says of its call."""

import pandas as pd
import pytest
from fakes.server import FakeServer, error_response
from swept import correct, sweep

import workbench as wb
from workbench.errors import (
    BadRequest,
)

pytestmark = pytest.mark.usefixtures("quick")


def test_a_row_says_all_that_is_known_and_nothing_that_is_not(asker):
    row = sweep(max_tokens=50).iloc[1]
    known = {
        "task_id": "t1", "model": "fake/m", "provider": "fake", "served_model": "m", "prompt": "plain",
        "max_tokens": 50, "sample": 0, "outcome": "answered", "score": 1.0, "correct": True, "extracted": "2",
        "answer": "2", "thinking": "one more", "thinking_visibility": "full", "finish_reason": "stop",
        "prompt_tokens": 10, "completion_tokens": 100, "thinking_tokens": 20, "thinking_tokens_source": "reported",
        "usd": 0.0, "usd_spent": 0.0, "cached": False, "attempts": 1, "http_status": 200,
        "task_question": "1 + 1?", "task_target": "2", "task_kind": "sum",
    }  # fmt: skip
    assert {name: row[name] for name in known} == known
    assert all(row[name] is pd.NA for name in ("cached_prompt_tokens", "error", "error_message"))
    assert 0 < row["seconds_to_first_token"] <= row["seconds_to_answer"] <= row["seconds"]


def test_what_is_kept_is_not_bought_again_and_its_times_are_those_of_the_purchase(asker):
    first, second = sweep(), sweep()
    assert len(asker.asked) == 4
    assert second["cached"].all()
    assert second["seconds"].tolist() == pytest.approx(first["seconds"].tolist(), abs=1e-3)
    same = first.columns.drop(["run", "cached", "seconds", "seconds_to_first_token", "seconds_to_answer"])
    pd.testing.assert_frame_equal(first[same], second[same])


def test_a_failed_call_is_a_row_in_its_place():
    def some(request):
        return error_response(400, "bad sheep") if request.prompt.startswith("2") else correct(request)

    with FakeServer(some) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = sweep()
        assert rows["outcome"].tolist() == ["answered", "answered", "error", "answered"]
        row = rows.iloc[2]
        assert (row["error"], row["http_status"], row["attempts"]) == ("BadRequest", 400, 1)
        assert "bad sheep" in row["error_message"]
        assert row["correct"] is pd.NA
        assert row["usd_spent"] == 0
        with pytest.raises(BadRequest, match="bad sheep"):
            sweep(on_error="raise")
