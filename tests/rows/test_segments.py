"""Rows in segments: the same numbers as of one table, only what is needed read, what is broken named before."""

import json
import random

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import workbench as wb
from workbench.errors import InputError, ServerBusy
from workbench.rows import segment_tasks, segments
from workbench.rows.files import read_rows, write_rows
from workbench.rows.segments import TEXTS, Segments
from workbench.rows.table import frame

OUTCOMES = ("answered", "answered", "answered", "answer_truncated", "thinking_exhausted", "empty", "refused", "error")


def records(seed, *, tasks=9, models=("b", "a", "c"), odd=False):
    """Calls as they come: repeats, gaps, failed calls, tasks without a target, unknown prices."""
    dice = random.Random(seed)
    for number in range(tasks):
        for model in models:
            for prompt in ("terse", "plain"):
                for cap in (256, 64):
                    for sample in range(2):
                        outcome = dice.choice(OUTCOMES)
                        target = None if number % 7 == 3 else str(number)
                        known = outcome == "answered" and (target is not None or (odd and dice.random() < 0.2))
                        thinking = dice.randrange(cap)
                        yield {
                            "task_id": f"t{number:02}",
                            "model": model,
                            "provider": "p",
                            "prompt": prompt,
                            "max_tokens": cap,
                            "temperature": dice.choice([0.0, 1.0]) if model == "c" else None,
                            "sample": sample,
                            "key": f"{number}/{model}/{prompt}/{cap}/{sample}",
                            "outcome": outcome,
                            "correct": dice.random() < 0.6 if known else False if outcome != "answered" else None,
                            "answer": "So it is 'nine'; \n" * dice.randrange(3) or None,
                            "thinking": "hm " * 5,
                            "thinking_visibility": dice.choice(["full", "none", "hidden"]),
                            "thinking_tokens_source": dice.choice(["reported", "estimated"]),
                            "prompt_tokens": 10 + number,
                            "completion_tokens": None if dice.random() < 0.05 else thinking + 7,
                            "thinking_tokens": None if dice.random() < 0.1 else thinking,
                            "usd": None if dice.random() < 0.03 else dice.random() / 100,
                            "usd_spent": dice.random() / 100,
                            "seconds": dice.random() * 20,
                            "seconds_to_first_token": dice.random(),
                            "seconds_to_answer": dice.random() * 10,
                            "sure": dice.random() < 0.9,
                            "finish_reason": "stop",
                            "task_kind": ("sum", "riddle", None)[number % 3],
                            "task_target": target,
                            "run": "20260101T000000Z-00000000",
                        }


def in_segments(rows, folder, each=47):
    folder.mkdir()
    for number, start in enumerate(range(0, len(rows), each)):
        write_rows(rows.iloc[start : start + each], folder / f"{number:04}.parquet")
    return Segments(folder)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    rows = frame(records(1), parameters=["temperature"])
    return rows, in_segments(rows, tmp_path_factory.mktemp("segments") / "rows")


def same(found, wanted):
    assert_frame_equal(pd.DataFrame(found), pd.DataFrame(wanted))


@pytest.mark.parametrize("by", [None, "kind", ["prompt", "model"]], ids=str)
def test_a_summary_has_the_same_numbers(both, by):
    rows, parts = both
    same(wb.summary(parts, by), wb.summary(rows, by))
    assert "in 5 segments" in wb.summary(parts, by).attrs["about"]


@pytest.mark.parametrize("odd", [False, True])
def test_a_task_counts_for_one_model_by_what_is_known_of_it_from_another(tmp_path, odd):
    rows = frame(records(2, tasks=5, odd=odd), parameters=["temperature"])
    same(wb.summary(in_segments(rows, tmp_path / "rows"), "model"), wb.summary(rows, "model"))


def test_marks_by_hand_correct_all_lines_together(tmp_path):
    rows = frame(records(5, tasks=5), parameters=["temperature"])
    rows.loc[rows.index[::5], "hand"] = True
    same(wb.summary(in_segments(rows, tmp_path / "rows"), "model"), wb.summary(rows, "model"))


@pytest.mark.parametrize(
    ("a", "b", "on"),
    [
        ("a", "b", "model"),
        ({"model": "a", "max_tokens": 64}, {"model": "c", "max_tokens": 256}, "model"),
        ("terse", "plain", "prompt"),
        ({"model": "c", "temperature": None}, {"model": "c", "temperature": 1.0}, "model"),
    ],
)
def test_a_comparison_has_the_same_numbers(both, a, b, on):
    rows, parts = both
    try:
        wanted = wb.compare(rows, a, b, on)
    except InputError:
        with pytest.raises(InputError, match="No row is"):
            wb.compare(parts, a, b, on)
        return
    found = wb.compare(parts, a, b, on)
    assert (found.verdict, found.p, found.interval, found.tasks) == (
        wanted.verdict,
        wanted.p,
        wanted.interval,
        wanted.tasks,
    )


def test_a_budget_curve_has_the_same_numbers(both):
    rows, parts = both
    same(wb.budget_curve(parts, [16, 64, 256]), wb.budget_curve(rows, [16, 64, 256]))
    same(wb.budget_curve(parts, [64], scorer="exact"), wb.budget_curve(rows, [64], scorer="exact"))


REPLY = {"prompt": "plain", "max_tokens": 100, "sample": 0, "outcome": "answered", "task_target": "1", "run": "r"}


def test_a_column_that_somebody_added_about_tasks_tells_no_configurations_apart(tmp_path):
    rows = frame(
        (
            {
                **REPLY,
                "task_id": f"t{number}",
                "model": model,
                "level": "hard" if number % 3 else "easy",
                "temperature": temperature,
                "correct": number % 2 == 0,
                "completion_tokens": 9 * number + 5,
            }
            for number in range(9)
            for model, temperatures in (("a", (None,)), ("b", (0.0, 1.0)))
            for temperature in temperatures
            if model == "b" or number % 3
        ),
        parameters=["level", "temperature"],
    )
    parts = in_segments(rows, tmp_path / "rows", each=4)
    assert parts.configurations() == ["model", "prompt", "max_tokens", "temperature"]
    same(wb.summary(parts), wb.summary(rows))
    same(wb.summary(parts, "level"), wb.summary(rows, "level"))
    same(wb.budget_curve(parts, [10, 40]), wb.budget_curve(rows, [10, 40]))


def test_an_effort_that_one_model_was_swept_over_stands_in_every_line_of_a_curve(tmp_path):
    efforts = {"a": ("medium",), "b": ("low", "high"), "c": (None,)}
    rows = frame(
        {
            **REPLY,
            "task_id": f"t{number}",
            "model": model,
            "effort": effort,
            "correct": number % 2 == 0,
            "completion_tokens": 9 * number + 5,
        }
        for number in range(9)
        for model in efforts
        for effort in efforts[model]
    )
    same(wb.budget_curve(in_segments(rows, tmp_path / "rows", each=4), [10, 40]), wb.budget_curve(rows, [10, 40]))


def test_every_model_of_which_no_curve_can_be_drawn_is_named(tmp_path):
    def of(models):
        replies = [
            {**REPLY, "task_id": str(n), "model": m, "correct": True, "completion_tokens": n + 5 if m == "a" else None}
            for m in models
            for n in range(3)
        ]
        rows = frame(reply | {"max_tokens": 100 if reply["model"] == "a" else None} for reply in replies)
        return rows, in_segments(rows, tmp_path / models)

    rows, parts = of("bd")
    for each in (rows, parts):
        with pytest.raises(InputError, match=r"^Nothing can be .* b: no reply has .* d: no reply has .* tokens\.$"):
            wb.budget_curve(each, [10])
    rows, parts = of("abd")
    same(wb.budget_curve(parts, [5]), wb.budget_curve(rows, [5]))
    said = "b: no reply has a known number of tokens. d: no reply has a known number of tokens."
    assert all(wb.budget_curve(each, [5]).attrs["about"].endswith(said) for each in (rows, parts))
    for each in (rows, parts):
        with pytest.raises(InputError, match="say nothing beyond 100 tokens"):
            wb.budget_curve(each, [200])


def test_a_curve_of_loops_has_the_steps_of_all_models(tmp_path):
    rows = frame(
        {
            **REPLY,
            "task_id": f"t{number}",
            "model": model,
            "correct": number % 2 == 0,
            "loop_steps": steps,
            "loop_trace": json.dumps([{"step": step + 1, "usd": 0.1} for step in range(steps)]),
        }
        for number in range(6)
        for model, steps in (("a", 2), ("b", 2 + number))
    )
    same(wb.budget_curve(in_segments(rows, tmp_path / "rows", each=5)), wb.budget_curve(rows))


def test_as_many_tasks_are_asked_again_as_of_a_table(tmp_path):
    asked = []

    def ask(messages, **options):
        asked.append(messages)
        raise ServerBusy("not today")

    told = {**REPLY, "model": "m", "correct": True, "task_question": "Why?"}
    rows = frame({**told, "task_id": str(n), "completion_tokens": n + 5} for n in range(12))
    parts = in_segments(rows, tmp_path / "rows")
    wb.budget_curve(parts, [8], verify_at=[8], asker=ask, verify_tasks=3)
    assert len(asked) == 3


@pytest.mark.parametrize("by", [None, "model"], ids=str)
def test_rows_that_are_cut_from_one_reply_count_once(tmp_path, by):
    reply = {"prompt": "p", "outcome": "answered", "correct": True, "completion_tokens": 5}
    rows = frame(
        {
            **reply,
            "task_id": f"t{task}",
            "model": model,
            "max_tokens": cap,
            "key": f"{task}{model}",
            "derived": cap < 64,
        }
        for task in range(4)
        for model in "ab"
        for cap in (8, 64)
    )
    parts = in_segments(rows, tmp_path / "rows", each=3)
    same(wb.summary(parts, by), wb.summary(rows, by))
    assert wb.compare(parts, "a", "b").a.calls == wb.compare(rows, "a", "b").a.calls == 4
    same(wb.budget_curve(parts), wb.budget_curve(rows))


@pytest.mark.parametrize("by", [None, "task_id", ["model", "target"], ["provider", "attempts"]], ids=str)
def test_names_that_share_their_short_form_are_told_apart(both, tmp_path, monkeypatch, by):
    rows, _ = both
    monkeypatch.setattr(segment_tasks, "SHORT", "length(task_id)")
    parts = in_segments(rows, tmp_path / "rows")
    same(wb.summary(parts, by), wb.summary(rows, by))
    assert parts.frame()["task_id"].tolist() == rows["task_id"].tolist()


@pytest.mark.parametrize("by", ["task_id", ["model", "target"], ["provider", "attempts", "score"]], ids=str)
def test_columns_that_no_summary_needs_are_read_where_they_are_named(both, by):
    rows, parts = both
    same(wb.summary(parts, by), wb.summary(rows, by))


def test_a_panel_reads_the_texts_of_a_few_tasks(both, monkeypatch):
    _, parts = both
    monkeypatch.setattr("workbench.widgets.side_by_side.TASKS_OF_SEGMENTS", 3)
    found = wb.side_by_side(parts, [{"model": "a"}, {"model": "b"}])
    assert "3 tasks" in repr(found) or "of 3 tasks" in repr(found)


def test_a_table_of_segments_is_the_table_that_was_written(both, tmp_path):
    rows, parts = both
    whole = read_rows(write_rows(rows, tmp_path / "rows.parquet"))
    read = parts.frame()
    for name in rows.columns:
        if name in read:
            assert read[name].equals(whole[name]), name
    assert not TEXTS & {*parts.frame(leave_out=TEXTS).columns}
    assert len(parts) == len(rows)


def test_segments_of_other_columns_are_one_table(tmp_path):
    common = {"model": "m", "prompt": "p", "outcome": "answered", "correct": True}
    first = frame([{**common, "task_id": "a", "run": "first"}])
    second = frame([{**common, "task_id": "b", "run": "second", "effort": "high", "seed": 7}], parameters=["seed"])
    (tmp_path / "rows").mkdir()
    for number, rows in enumerate((first, second)):
        write_rows(rows, tmp_path / "rows" / f"{number}.parquet")
    parts = Segments(tmp_path / "rows")
    same(wb.summary(parts)[["seed", "calls"]], pd.DataFrame({"seed": [7, None], "calls": [1, 1]}).astype("Int64"))
    same(wb.summary(parts), wb.summary(pd.concat([first, second], ignore_index=True)))


@pytest.mark.parametrize(
    "damage", [b"", b"PAR1", lambda whole: whole[: len(whole) // 2], lambda whole: whole[:-1] + b"?"]
)
def test_a_broken_segment_is_named_before_anything_is_reckoned(both, tmp_path, damage):
    rows, _ = both
    in_segments(rows.head(200), tmp_path / "rows")
    path = tmp_path / "rows" / "0001.parquet"
    path.write_bytes(damage(path.read_bytes()) if callable(damage) else damage)
    with pytest.raises(InputError, match=r"the segment 0001\.parquet is broken"):
        Segments(tmp_path / "rows")


def test_a_segment_that_is_damaged_inside_is_named_when_it_is_read(both, tmp_path):
    rows, _ = both
    in_segments(rows.head(200), tmp_path / "rows")
    path = tmp_path / "rows" / "0002.parquet"
    whole = bytearray(path.read_bytes())
    whole[4 : len(whole) // 3] = bytes(len(whole) // 3 - 4)
    path.write_bytes(whole)
    with pytest.raises(InputError, match=r"the segment 0002\.parquet is broken"):
        wb.summary(Segments(tmp_path / "rows"))


def test_what_is_no_folder_of_segments_is_refused(tmp_path):
    with pytest.raises(InputError, match="is no folder of segments"):
        segments.Segments(tmp_path / "missing")
    with pytest.raises(InputError, match="holds no segments"):
        Segments(tmp_path)
    rows = frame([{"task_id": "a", "model": "m", "outcome": "answered", "correct": True}])
    parts = in_segments(rows, tmp_path / "rows")
    with pytest.raises(InputError, match="The rows lack the column 'colour'"):
        wb.summary(parts, by="colour")
