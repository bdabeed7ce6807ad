"""The language of a question, and what is a translation of what: by columns, else found, else by ids."""

import pytest

from workbench.analysis.translations import code_of, language_of, pair_of
from workbench.errors import InputError
from workbench.rows.table import frame


def test_pairs_come_from_their_column_or_from_the_ids():
    held = frame([{"task_id": "x", "task_pair": 7}, {"task_id": "y", "task_pair": 7}])
    assert pair_of(held).nunique() == 1
    named = frame([{"task_id": name} for name in ("zh/12", "en/12", "sum-1-de", "sum-1-fr", "endless-1")])
    assert pair_of(named).tolist() == ["12", "12", "sum-1", "sum-1", "endless-1"]


def test_ids_with_regions_and_with_any_language_of_the_questions_are_pairs():
    regions = frame([{"task_id": name} for name in ("sum-1-zh-CN", "sum-1-pt_BR", "zh-Hans/sum-1", "sum-1-en")])
    assert pair_of(regions).tolist() == ["sum-1"] * 4
    questions = {"sum-2-ka": "რამდენი ცხვარია?", "sum-2-en": "How many sheep are left on the field?"}
    named = frame([{"task_id": name, "task_question": text} for name, text in questions.items()])
    assert pair_of(named, language_of(named)).tolist() == ["sum-2", "sum-2"]
    assert pair_of(frame([{"task_id": "sum-2-ka"}])).tolist() == ["sum-2-ka"]


def test_a_column_of_languages_that_is_not_there_is_named():
    with pytest.raises(InputError, match="'tongue'"):
        language_of(frame([{"task_id": "a", "task_question": "How many?"}]), "tongue")


@pytest.mark.parametrize("wrong", [None, 7, "", "  ", float("nan")])
def test_what_names_no_language_is_none(wrong):
    assert code_of(wrong) is None


def test_a_column_of_numbers_is_none_of_languages_and_the_question_tells():
    held = frame([{"task_id": "a", "task_question": "How many sheep are left on the field?", "task_language": 3}])
    assert language_of(held).tolist() == ["en"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("რამდენი ცხვარია?", "ka"),
        ("ስንት በጎች ቀሩ?", "am"),
        ("Քանի՞ ոչխար կա", "hy"),
        ("តើមានចៀមប៉ុន្មាន", "km"),
        ("𒀀𒀁𒀂", None),
    ],
)
def test_a_question_in_a_script_of_one_language_is_in_that(text, code):
    found = language_of(frame([{"task_id": "a", "task_question": text}]))[0]
    assert (None if code is None else found) == code
