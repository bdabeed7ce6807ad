"""What a sweep would take, said before it runs."""

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from fakes.server import FakeServer, completion
from swept import TASKS, output_usage, priced, sweep

import workbench as wb


def test_a_plan_counts_calls_kept_ones_dollars_and_minutes_and_sends_nothing(tmp_path):
    with FakeServer(completion("1", usage=output_usage(100))) as server:
        priced(tmp_path, server)
        before = wb.plan(pd.DataFrame(TASKS), models="fake/m", max_tokens=[100, 200])
        assert (before.calls, before.kept, server.hits) == (8, 0, 0)
        assert before.usd_worst == pytest.approx(4 * 0.1 + 4 * 0.2)
        assert 0.8 < before.usd_likely / before.usd_worst < 1.01  # caps far below what replies usually take
        sweep(max_tokens=100)
        after = wb.plan(pd.DataFrame(TASKS), models="fake/m", max_tokens=[100, 200])
    assert (after.calls, after.kept) == (8, 4)
    assert after.usd_worst == pytest.approx(4 * 0.2)
    assert after.usd_likely == pytest.approx(4 * 0.1)  # what the ledger has seen: 100 tokens a reply
    assert repr(after).startswith("8 calls, 4 kept already, $0.40 likely (")
    assert " $0.80 at worst, about " in repr(after)
    assert "fake/m: likely figures from 4 calls" in repr(after)
    assert "the record: 1 of 1 earlier plans were within 25 % of what came" in repr(after)
    low, high = after.usd_range
    assert low <= after.usd_likely <= high <= after.usd_worst + 1e-9


def test_a_trial_of_some_tasks_tells_what_the_rest_of_them_costs(tmp_path):
    """The tasks that are missing were never asked, but those of the same plan that are kept were."""
    tasks = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1)} for n in range(12)]
    with FakeServer(completion("1", usage=output_usage(300))) as server:
        priced(tmp_path, server)
        whole = {"models": "fake/m", "max_tokens": 30_000}
        wb.sweep(pd.DataFrame(tasks[:6]), **whole)
        after = wb.plan(pd.DataFrame(tasks), **whole)
        assert (after.calls, after.kept) == (12, 6)
        assert after.usd_likely == pytest.approx(6 * 0.3, rel=0.25)
        assert "likely figures from 6 calls\n" in repr(after)
        other = wb.plan(["Who wrote it?"], **whole)
        assert "from 6 calls on other prompts" in repr(other)
        wb.sweep(pd.DataFrame(tasks), **whole)
    assert "the record: 1 of 2 earlier plans were within 25 %" in repr(wb.plan(pd.DataFrame(tasks), **whole))


def test_a_plan_does_not_guess_a_price(tmp_path):
    (tmp_path / "workbench.toml").write_text('[providers.fake]\nbase_url = "http://127.0.0.1:9/v1"\nfree = false\n')
    plan = wb.plan(["a?"], models="fake/m", max_tokens=10)
    assert plan.usd_likely is None
    assert "unknown dollars" in repr(plan)
    assert "<td" in plan._repr_html_()
    assert "nothing is known yet of fake/m" in plan._repr_html_()


def test_a_plan_reads_no_reply_to_know_that_it_is_kept(tmp_path):
    with FakeServer(completion("1", usage=output_usage(100))) as server:
        priced(tmp_path, server)
        sweep(max_tokens=100)
    store = wb.cache.current().store
    with closing(sqlite3.connect(store.path / "cache.db", isolation_level=None)) as connection:
        connection.execute("UPDATE Cache SET value = x'00'")  # whoever read one would say that it is damaged
    plan = wb.plan(pd.DataFrame(TASKS), models="fake/m", max_tokens=[100, 200])
    assert (plan.calls, plan.kept) == (8, 4)
