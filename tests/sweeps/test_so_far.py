"""A sweep tells while it runs how many replies are right, without a second look by anything slow."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from capped import TASKS, tokenwise
from fakes.server import FakeServer

import workbench as wb
from workbench.cache.rereading import reply_to
from workbench.scorers.named import as_scorer
from workbench.sweeps.caps import laid_out
from workbench.sweeps.progress import Progress
from workbench.sweeps.so_far import SoFar


@pytest.fixture(scope="module")
def bought(tmp_path_factory):
    """The cells of a small sweep, each with its reply as if just bought."""
    patch = pytest.MonkeyPatch()
    patch.setenv("WORKBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
    with FakeServer(tokenwise()) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep(pd.DataFrame(TASKS), models="fake/m", max_tokens=[4, 40])
        grid = laid_out(pd.DataFrame(TASKS), models="fake/m", max_tokens=[4, 40])
        kept = wb.cache.current().lookup_many(cell.key for cell in grid.cells)
        yield [(cell, reply_to(kept[cell.key], cell.request, bought=True)) for cell in grid.cells]
    patch.undo()


@pytest.fixture(autouse=True)
def time_enough(monkeypatch):
    monkeypatch.setattr("workbench.sweeps.so_far.SECONDS_A_LOOK", 60)


def heard(bought, given=None):
    so_far = SoFar([cell for cell, _ in bought], given, as_scorer(given, ask=wb.ask))
    for cell, reply in bought:
        so_far.heard(cell, reply)
    return so_far


def test_it_counts_the_largest_cap_alone(bought):
    assert heard(bought).words() == "right so far: 12 of 12 m"
    assert heard(bought[:12]).words() == "right so far: 0 of 12 m"  # at 4 tokens it still thinks


def test_before_the_first_reply_there_is_nothing_to_tell(bought):
    assert heard([]).words() == ""


def test_what_is_kept_already_is_no_news(bought):
    kept = [(cell, replace(reply, cached=True)) for cell, reply in bought]
    assert heard(kept).words() == ""


def test_a_function_of_the_users_is_called_for_the_rows_alone(bought):
    def counts(answer, task):
        raise AssertionError("called while the sweep runs")

    assert heard(bought, counts).words() == ""
    assert heard(bought, "judge:fake/m").words() == ""


def test_a_scorer_that_cannot_mark_an_answer_ends_the_telling(bought, monkeypatch):
    def broken(*given):
        raise wb.errors.InputError("no such thing")

    monkeypatch.setattr("workbench.sweeps.so_far.score_answer", broken)
    so_far = heard(bought)
    assert (so_far.words(), so_far.words()) == ("", "")


def test_the_line_of_a_run_holds_it_until_the_end():
    progress = Progress(total=9, bought=3, so_far="right so far: 2 of 3 m")
    assert progress.line().endswith("; right so far: 2 of 3 m")
    assert "so far" not in progress.line(final=True)
