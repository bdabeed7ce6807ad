"""Exports of Prodigy, HELM and lm-eval: what people decided, which reference is correct, each document once."""

import json
from pathlib import Path
from typing import Any

import pytest

from workbench.scorers.matching import options_of
from workbench.tasks.tasks import load_tasks


def loaded(tmp_path: Path, rows: list[dict[str, Any]]) -> Any:
    path = tmp_path / "export.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load_tasks(path)


def test_what_was_accepted_is_the_target_and_what_was_rejected_has_none(tmp_path: Path) -> None:
    rows = [
        {"text": text, "label": "SPAM", "answer": answer, "_input_hash": n, "_task_hash": n}
        for n, (text, answer) in enumerate([("Win a car", "accept"), ("Lunch at one?", "reject")])
    ]
    assert [task.target for task in loaded(tmp_path, rows)] == ["SPAM", None]


def test_a_choice_of_prodigy_is_named_as_it_was_shown(tmp_path: Path) -> None:
    shown = [{"id": "b", "text": "Bill"}, {"id": "d", "text": "Damage"}]
    rows = [
        {"text": text, "options": shown, "accept": accept, "answer": answer, "_input_hash": n}
        for n, (text, accept, answer) in enumerate([("Paid twice", ["b"], "accept"), ("Hm", [], "ignore")])
    ]
    assert [task.target for task in loaded(tmp_path, rows)] == ["Bill", None]


def test_the_reference_that_is_tagged_correct_is_the_target(tmp_path: Path) -> None:
    said = [{"output": {"text": "Bern"}, "tags": ["correct"]}, {"output": {"text": "Basel"}, "tags": []}]
    rows = [{"id": f"id{n}", "input": {"text": "Seat of it?"}, "references": said[:: 1 - 2 * n]} for n in (0, 1)]
    tasks = loaded(tmp_path, rows)
    assert [options_of(task)[task.target] for task in tasks] == ["Bern", "Bern"]


def test_a_document_of_lm_eval_counts_once_for_all_filters(tmp_path: Path) -> None:
    rows = [
        {"doc_id": n, "doc": {"question": f"{n} + 1?", "answer": str(n + 1)}, "filter": name, "resps": [["x"]]}
        for name in ("strict", "loose")
        for n in (3, 4)
    ]
    assert [task.target for task in loaded(tmp_path, rows)] == ["4", "5"]


@pytest.mark.parametrize(("stem", "letters"), [("Вариант ", "АБВ"), ("الخيار ", "أبج")])
def test_options_numbered_by_letters_of_another_script_are_sent(tmp_path: Path, stem: str, letters: str) -> None:
    path = tmp_path / "quiz.csv"
    names = [f"{stem}{letter}" for letter in letters]
    path.write_text(f"question,{','.join(names)},answer\nQ?,one,two,three,{letters[2]}\n", encoding="utf-8")
    (task,) = load_tasks(path)
    assert options_of(task) == {"A": "one", "B": "two", "C": "three"}
    assert task.target == "C"
