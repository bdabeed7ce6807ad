"""Which column is what: by name, by template, by workbench.toml; which tasks are taken; what is said of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import load_tasks

ROWS = [
    {"input": "2 + 3", "Product Name": "Plus", "label-coarse": "sum", "wanted": 5},
    {"input": "2 * 3", "Product Name": "Times", "label-coarse": "product", "wanted": 6},
]


def asked(task, template):
    return Prompt("p", template).render(task)[-1]["content"]


def test_templates_make_question_target_and_id():
    tasks = load_tasks(
        ROWS,
        question="{{ task['Product Name'] }}: {{ input }}?",
        target="{{ wanted * 10 }}",
        id="{{ input | replace(' ', '') }}",
        system="A {{ task['label-coarse'] }}.",
    )
    assert [(task.id, task.question, task.target) for task in tasks] == [
        ("2+3", "Plus: 2 + 3?", "50"),
        ("2*3", "Times: 2 * 3?", "60"),
    ]
    assert Prompt("p").render(tasks[0])[0] == {"role": "system", "content": "A sum."}


def test_a_column_keeps_its_own_name_in_prompts():
    task = load_tasks(ROWS, target="wanted")[0]
    assert (
        asked(task, "{{ input }} {{ question }} {{ task['Product Name'] }} {{ task['input'] }}")
        == "2 + 3 2 + 3 Plus 2 + 3"
    )
    assert task["Product Name"] == "Plus"
    with pytest.raises(
        InputError, match=r"no column 'wanted'. Its columns are 'input', 'Product Name', 'label-coarse'"
    ):
        task["wanted"]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ Product Name }}", r"A column with a blank in its name is written \{\{ task\[\"Product Name\"\] \}\}"),
        ("{{ label-coarse }}", r"unknown variable 'label'.*task\[\"label-coarse\"\]"),
        ("{{ inptu }}", "Did you mean 'input'"),
    ],
)
def test_errors_of_prompts_can_be_followed(template, message):
    with pytest.raises(InputError, match=message):
        asked(load_tasks(ROWS, target="wanted")[0], template)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"question": "{{ inptu }}"},
            "item 1: question='{{ inptu }}' cannot be filled in: 'inptu' is undefined. Columns are input,",
        ),
        ({"question": "{{ input"}, "cannot be filled in: line 1"),
        ({"choices": ["input", "nothing"]}, "no column 'nothing' for the choices"),
        ({"choices": "Product Name"}, "column 'Product Name' holds no options"),
        ({"limit": 0}, "limit is 0; give a whole number of at least 1"),
        ({"shuffle": "x"}, "shuffle is 'x'"),
        ({"filter": "kind=sum"}, "the filter 'kind=sum' names no column of 'input', 'Product Name'"),
        ({"filter": "wanted >"}, "the filter 'wanted >' cannot be used: .*Write name=value, or an expression"),
        ({"filter": "wanted > 100"}, "no task of 2 fits the filter 'wanted > 100'"),
    ],
)
def test_words_that_cannot_be_followed_are_errors(words, message):
    with pytest.raises(InputError, match=message):
        load_tasks(ROWS, **words)


@pytest.mark.parametrize(
    ("condition", "questions"),
    [
        ("label-coarse=sum", ["2 + 3"]),
        ("Product Name != Plus", ["2 * 3"]),
        ("Product Name~TIM", ["2 * 3"]),
        ("wanted > 5", ["2 * 3"]),
        ("wanted == 5 or task['label-coarse'] == 'product'", ["2 + 3", "2 * 3"]),
        (["wanted=5", "input~+"], ["2 + 3"]),
        (lambda cells: cells["wanted"] == 6, ["2 * 3"]),
    ],
)
def test_a_filter_takes_the_tasks_that_fit(condition, questions):
    tasks = load_tasks(ROWS, target="wanted", filter=condition)
    assert [task.question for task in tasks] == questions


def test_ids_by_position_stay_those_of_the_file():
    assert [task.id for task in load_tasks(ROWS, filter="wanted=6")] == ["2"]


def test_a_limit_on_a_sorted_file_is_told():
    rows = [{"text": f"t{n}", "label": "calm" if n < 10 else "loud"} for n in range(20)]
    said = load_tasks(rows, limit=6).understood.warnings
    assert any("the first 6 tasks all have the target 'calm'" in text for text in said)
    assert not load_tasks(rows).understood.warnings


def test_an_id_that_is_none_can_be_put_aside():
    rows = [{"id": 7, "question": "a"}, {"id": 7, "question": "b"}]
    with pytest.raises(InputError, match='Ids must differ; id="" numbers the tasks by position'):
        load_tasks(rows)
    assert [task.id for task in load_tasks(rows, id="")] == ["1", "2"]


def test_workbench_toml_says_how_a_file_is_read(home):
    (home / "data").mkdir()
    (home / "data" / "mine.csv").write_text("a,b\nWhat?,that\nWho?,she\n", encoding="utf-8")
    settings_file = home / "workbench.toml"
    settings_file.write_text('[tasks."data/*.csv"]\nquestion = "{{ a }}!"\ntarget = "b"\nlimit = 1\n')
    tasks = load_tasks(home / "data" / "mine.csv")
    assert [(task.question, task.target) for task in tasks] == [("What?!", "that")]
    assert 'as workbench.toml, [tasks."data/*.csv"] says' in tasks.understood.notes
    assert len(load_tasks(home / "data" / "mine.csv", limit=2)) == 2
    settings_file.write_text('[tasks."mine.csv"]\nquestoin = "a"\n')
    with pytest.raises(InputError, match=r"unknown field 'questoin'; known are question, target, choices"):
        load_tasks(home / "data" / "mine.csv")


def test_a_name_that_only_groups_is_no_question():
    rows = [{"task": ("sum", "riddle")[n % 2], "text": f"What is {n}?"} for n in range(6)]
    assert load_tasks(rows)[0].question == "What is 0?"


def test_an_instruction_that_is_the_same_for_all_is_sent_with_each():
    rows = [{"prompt": "Is this polite?", "text": f"Give me {n}.", "label": ("yes", "no")[n % 2]} for n in range(6)]
    assert load_tasks(rows)[1].question == "Is this polite?\n\nGive me 1."


def test_a_sure_name_that_is_mostly_empty_is_told():
    rows = [{"question": f"{n}?", "correct_answer": None if n else "x", "answer": n} for n in range(4)]
    tasks = load_tasks(rows)
    assert [task.target for task in tasks] == ["0", "1", "2", "3"]
    assert any("column 'correct_answer' would be the target" in text for text in tasks.understood.warnings)


def test_decimal_commas_of_a_semicolon_file_become_points(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Frage;Antwort\na;1.234,5\nb;-0,25\nc;7\n", encoding="utf-8")
    assert [task.target for task in load_tasks(path)] == ["1234.5", "-0.25", "7"]
    path.write_text("Frage;Antwort\na;1,234\nb;2,500\n", encoding="utf-8")
    tasks = load_tasks(path)
    assert [task.target for task in tasks] == ["1,234", "2,500"]
    assert any("it is not clear whether '1,234' has a decimal comma" in text for text in tasks.understood.warnings)


def test_an_index_of_a_data_frame_is_passed_over(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(",question,target\n0,a?,1\n1,b?,2\n", encoding="utf-8")
    tasks = load_tasks(path)
    assert [(task.id, task.question, dict(task.extra)) for task in tasks] == [("1", "a?", {}), ("2", "b?", {})]
    path.write_text(",question,target\nx,a?,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"without a name.*to_csv\(index=False\)"):
        load_tasks(path)


def test_titles_above_the_header_are_passed_over(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("Exam of May,,\nMs Roe,,\nNo.,Question,Answer\n4,Why?,Because\n", encoding="utf-8")
    tasks = load_tasks(path)
    assert [(task.id, task.question) for task in tasks] == [("4", "Why?")]
    assert "the header is in line 3; what stands above it is passed over" in tasks.understood.notes


CELLS = (
    st.text(max_size=12) | st.integers(-3, 12) | st.none() | st.lists(st.text(max_size=5), max_size=4) | st.booleans()
)


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "question",
                    "prompt",
                    "choices",
                    "A",
                    "B",
                    "option1",
                    "option2",
                    "answer",
                    "label",
                    "context",
                    "messages",
                    "image",
                    "Correct Answer",
                    "Incorrect Answer 1",
                    "solution",
                    "id",
                    "system",
                ]
            ),
            CELLS,
            max_size=7,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_random_cells_are_read_or_refused_and_right_options_are_among_those_sent(records):
    try:
        tasks = load_tasks(records)
    except InputError:
        return
    for task in tasks:
        assert task.question.strip()
        assert str(tasks.understood)
        if task.options and task.target:
            assert set(task.target.split(", ")) <= task.options.keys()


def test_a_word_in_the_data_is_no_header(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("frase,etiqueta\ntext,x\ntitle,y\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column for the question among 'frase', 'etiqueta'"):
        load_tasks(path)


def test_shuffled_options_are_the_same_under_every_name():
    rows = [{"question": f"Which {n}?", "candidates": "A) ant B) owl C) cow", "answer": "B"} for n in range(6)]
    tasks = load_tasks(rows, shuffle=3)
    assert len({task.target for task in tasks}) > 1
    for task in tasks:
        shown = asked(task, "{{ candidates }}")
        assert shown == asked(task, "{{ options }}")
        assert f"{task.target}) owl" in shown
        assert asked(task, "{{ question }} {{ candidates }}").count("owl") == 1


def test_tasks_that_are_loaded_can_be_chosen_from():
    tasks = load_tasks(ROWS, target="wanted")
    assert [task.question for task in load_tasks(tasks, filter="target=6")] == ["2 * 3"]
    assert load_tasks(tasks, limit=1).understood is tasks.understood


def test_a_key_of_letters_beside_options_is_the_target_and_no_id():
    rows = [
        {"stem": "Which swims?", "options": "A) crow B) trout C) fox", "key": "B"},
        {"stem": "Which flies?", "options": "A) crow B) trout C) fox", "key": "A"},
    ]
    tasks = load_tasks(rows)
    assert [(task.id, task.target) for task in tasks] == [("1", "B"), ("2", "A")]
    assert load_tasks([{"stem": "Which swims?", "key": "B"}])[0].target is None  # no options, so no letters


@pytest.mark.parametrize(
    "names", [("Q", "A"), ("ques", "ans"), ("input_text", "target_text"), ("user query", "golden answers")]
)
def test_odd_names_of_question_and_target_are_known(names):
    (task,) = load_tasks([dict(zip(names, ("How many legs has a spider?", "8"), strict=True))])
    assert (task.question, task.target) == ("How many legs has a spider?", "8")


def test_a_sheet_of_tickets_is_read_by_what_stands_in_its_columns():
    rows = [
        {"Ticket": f"AB-{n:03}", "What was written": f"Parcel {n} is late", "Reason [gold]": "post"} for n in range(4)
    ]
    (first, *_) = load_tasks(rows)
    assert (first.question, first.target) == ("Parcel 0 is late", "post")
    told = [{"ticket": f"My parcel {n} is late", "note": "sent by mail to us"} for n in range(4)]
    assert load_tasks(told)[0].question == "My parcel 0 is late"


def test_numbers_stay_the_question_where_no_other_column_holds_texts():
    assert load_tasks([{"question": f"{n}", "kind": "prime"} for n in range(4)])[0].question == "0"
