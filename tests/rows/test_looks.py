"""Looks at a comparison are remembered: in the run, in files of rows, in the folder of the replies."""

from __future__ import annotations

import json

from workbench.rows import about, looks
from workbench.rows.looks import Look, earlier
from workbench.rows.table import frame


def test_a_look_at_more_of_the_same_knows_those_before_it() -> None:
    run = about.new_run()
    assert earlier([run], Look("x", 10, 20, 0.01), range(100, 110)) == []
    assert [look.tasks for look in earlier([run], Look("x", 20, 40, 0.0), range(100, 120))] == [10]
    assert [look.tasks for look in earlier([run], Look("x", 30, 60, 0.0), range(100, 130))] == [10, 20]
    assert earlier([run], Look("y", 30, 60, 0.0), range(100, 130)) == []


def test_looks_travel_with_the_rows_of_their_run() -> None:
    run = about.new_run()
    about.remember(run, {"prompts": {}})
    earlier([run], Look("travels", 5, 10, 0.01), range(5))
    text = about.carried(frame([{"task_id": "a", "run": run}]))[0]
    assert json.loads(text)["looks"][0]["what"] == "travels"


def test_looks_are_kept_in_a_folder_and_read_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(looks, "_files", [])
    monkeypatch.setattr(looks, "_filed", [])
    (tmp_path / looks.FILE_NAME).write_text(
        '{"what": "old", "tasks": 3, "calls": 6, "unspent": 0.01, "marks": [1, 2, 3]}\nno JSON\n[]\n{}\n'
    )
    looks.keep_in(tmp_path)
    run = about.new_run()
    assert [look.tasks for look in earlier([run], Look("old", 4, 8, 0.0), [1, 2, 3, 4])] == [3]
    assert len((tmp_path / looks.FILE_NAME).read_text().splitlines()) == 5
