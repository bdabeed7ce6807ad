"""Columns whose names end in a language: one language is taken, of several it is asked which, with what to type."""

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.tasks.languages import language_of


def written(tmp_path, text):
    path = tmp_path / "tasks.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("question_fr", ("question", "fr")),
        ("Question (English)", ("question", "en")),
        ("promptDE", ("prompt", "de")),
        ("answer-zh", ("answer", "zh")),
        ("question id", None),
        ("question_no", None),
        ("garden", None),
        ("question", None),
    ],
)
def test_a_language_is_read_from_the_end_of_a_name(column, found):
    assert language_of(column) == found


def test_one_language_is_taken_with_its_target(tmp_path):
    tasks = wb.load_tasks(written(tmp_path, "source,question_es,respuesta_es\nlibro,¿Color del cielo?,azul\n"))
    assert (tasks[0].question, tasks[0].target) == ("¿Color del cielo?", "azul")
    assert "in the language 'es'" in str(tasks.understood)


def test_of_several_languages_it_is_asked_which(tmp_path):
    path = written(tmp_path, "question_en,question_it,answer_en,answer_it\nDay?,Giorno?,Monday,lunedì\n")
    with pytest.raises(InputError, match=r"question='question_en', target='answer_en' \(on the command line"):
        wb.load_tasks(path)
    task = wb.load_tasks(path, question="question_it")[0]
    assert (task.question, task.target) == ("Giorno?", "lunedì")


def test_a_plain_column_is_taken_before_one_of_a_language(tmp_path):
    task = wb.load_tasks(written(tmp_path, "question,question_de,answer\nDay?,Tag?,Monday\n"))[0]
    assert (task.question, task.target) == ("Day?", "Monday")


def test_a_target_without_a_language_serves_the_one_that_is_named(tmp_path):
    path = written(tmp_path, "question_en,question_fr,answer\nTwo?,Deux?,2\n")
    assert wb.load_tasks(path, question="question_fr")[0].target == "2"


def test_unknown_names_are_refused_with_what_to_type(tmp_path):
    path = written(tmp_path, "x,y\nHow many legs has an ant?,6\nHow many has a crab?,10\n")
    with pytest.raises(InputError, match=r"question='x', target='y' \(on the command line --question x --target y\)"):
        wb.load_tasks(path)
    assert wb.load_tasks(path, question="x", target="y")[1].target == "10"
