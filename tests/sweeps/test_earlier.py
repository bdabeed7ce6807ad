"""A table gains a default cap, or changes it: what was bought before is found, counted as kept, never bought again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from swept import TASKS

import workbench as wb
from workbench.cache.kept import current
from workbench.providers.facts import facts_for, known_providers
from workbench.providers.routes import add_cascade
from workbench.sweeps.grid import make_grid


def table(cap: int | None, *more: str) -> None:
    """The user's own table of the model, with this default cap."""
    lines = ['[models."fake/m"]', *([] if cap is None else [f"default_max_tokens = {cap}"]), *more]
    Path("workbench.toml").write_text("\n".join(lines), encoding="ascii")
    Path("workbench.toml").chmod(0o600)


def test_a_sweep_of_before_the_cap_is_read_row_by_row_and_new_cells_are_sent_with_it(asker) -> None:
    before = wb.sweep(TASKS[:3:2], models="fake/m", repeats=2, params={"temperature": [0, 1]})
    table(500)
    kept_before = len(asker.asked)
    plan = wb.plan(TASKS, models="fake/m", repeats=2, params={"temperature": [0, 1]})
    assert [(one.calls, one.kept) for one in plan.estimates] == [(16, 8)]
    rows = wb.sweep(TASKS, models="fake/m", repeats=2, params={"temperature": [0, 1]})
    assert len(asker.asked) == kept_before + 8
    assert {*rows["key"][rows["cached"]]} == {*before["key"]}
    assert rows["max_tokens"][rows["cached"]].isna().all(), "they were asked for without a cap, and the rows say so"
    assert {*rows["max_tokens"][~rows["cached"]]} == {500}
    assert list(rows["task_id"]) == [task["id"] for _ in range(2) for _ in range(2) for task in TASKS]
    assert rows["correct"].all()


def test_todays_own_reply_goes_before_that_of_an_earlier_table_and_a_cap_that_is_given_is_another_call(asker) -> None:
    first = wb.ask("1 + 1?", model="fake/m")
    table(500)
    assert wb.ask("1 + 1?", model="fake/m").key == first.key
    assert wb.cache.explain_miss("1 + 1?", model="fake/m").kept
    assert not wb.cache.explain_miss("1 + 1?", model="fake/m", max_tokens=500).kept
    for given in ({"max_tokens": 500}, {"extra_body": {"max_completion_tokens": 500}}):
        assert not wb.ask("1 + 1?", model="fake/m", **given).cached
        assert not wb.ask("1 + 1?", model=wb.Model("fake/m", "pinned", **given), temperature=0.5).cached
    today = wb.ask("1 + 1?", model="fake/m")
    assert today.cached
    assert today.key != first.key
    assert list(wb.sweep(["1 + 1?"], models="fake/m")["key"]) == [today.key]


def test_what_is_bought_anew_on_purpose_is_sent_as_today(asker) -> None:
    wb.ask("1 + 1?", model="fake/m")
    table(500)
    wb.ask("1 + 1?", model="fake/m", refresh=True)
    assert [asked.parameters.get("max_tokens") for asked in asker.asked] == [None, 500]


@pytest.mark.parametrize("today", [None, 900], ids=["taken out", "changed"])
def test_a_cap_that_a_table_had_before_is_looked_under_where_it_is_said(asker, today) -> None:
    table(500)
    kept = wb.ask("1 + 1?", model="fake/m")
    table(today, "earlier_default_max_tokens = [400, 500]")
    assert asyncio.run(wb.aask("1 + 1?", model="fake/m")).key == kept.key
    assert [*wb.sweep(["1 + 1?", "2 + 1?"], models="fake/m")["cached"]] == [True, False]


def test_a_table_of_ones_own_leaves_the_replies_of_the_known_cap_where_they_are(tmp_path) -> None:
    name = "moonshot/kimi-k2.6"
    known = facts_for(name, known_providers()["moonshot"]).default_max_tokens
    (tmp_path / "workbench.toml").write_text(f'[models."{name}"]\ndefault_max_tokens = 7000\n', encoding="ascii")
    facts = facts_for(name, known_providers()["moonshot"])
    assert (facts.default_max_tokens, facts.earlier_default_max_tokens) == (7000, (known,))


def test_a_cascade_and_a_fallback_find_what_was_bought_before(asker) -> None:
    for sample in range(2):
        wb.ask("3 + 1?", model="fake/m", sample=sample)
    table(500)
    asked = len(asker.asked)
    cascade = add_cascade("cheap-first", cheap="fake/m", dear="fake/dear", draws=2)
    assert [one.kept for one in wb.plan(["3 + 1?"], models=cascade).estimates] == [1]
    assert wb.sweep(["3 + 1?"], models=cascade)["cached"].all()
    assert wb.ask("3 + 1?", model="fake/m", fallback=["fake/other"]).cached
    assert wb.sweep(["3 + 1?"], models="fake/m", fallback=["fake/other"])["cached"].all()
    assert len(asker.asked) == asked


def test_new_cells_cost_one_look_into_an_index_and_a_model_without_a_cap_none(asker, monkeypatch) -> None:
    table(500)
    cache, looks = current(), []
    present = type(cache).present
    monkeypatch.setattr(type(cache), "present", lambda self, keys: present(self, looks.append(1) or keys))
    make_grid(TASKS, models="fake/m")
    assert len(looks) == 1
    make_grid(TASKS, models="fake/m", max_tokens=[9, 99])
    make_grid(TASKS, models="fake/other")
    assert len(looks) == 1
