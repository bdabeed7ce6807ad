"""Task files in the shapes of well-known data sets: each is known by itself, from a small file written for it."""

from __future__ import annotations

import json

import pytest

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import load_tasks


def saved(folder, name, records):
    path = folder / name
    if isinstance(records, str):
        path.write_text(records, encoding="utf-8")
    elif name.endswith(".json"):
        path.write_text(json.dumps(records), encoding="utf-8")
    else:
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


def asked(task, template="{{ question }}"):
    return Prompt("p", template).render(task)[-1]["content"]


def test_gsm8k(tmp_path):
    path = saved(
        tmp_path,
        "gsm.jsonl",
        [
            {"question": "Nine boxes of 8 pens?", "answer": "9 * 8 = <<9*8=72>>72 pens.\n#### 72"},
            {"question": "A car and a boat?", "answer": "In all 40,000 + 2,500.\n#### 42,500"},
        ],
    )
    tasks = load_tasks(path)
    assert [task.target for task in tasks] == ["72", "42,500"]
    assert "what stands after '####'" in str(tasks.understood.of("target"))
    with pytest.raises(InputError, match="unknown variable 'answer'"):
        asked(tasks[0], "{{ question }} {{ answer }}")


def test_some_cells_without_the_hashes_are_told(tmp_path):
    rows = [{"question": "a", "answer": "so #### 3"}, {"question": "b", "answer": "four"}]
    tasks = load_tasks(saved(tmp_path, "half.jsonl", rows))
    assert [task.target for task in tasks] == ["3", "four"]
    assert "1 of 2 cells of column 'answer' have no '####'" in tasks.understood.warnings[0]


def test_math_takes_the_last_box_of_the_solution(tmp_path):
    rows = [
        {"problem": "x?", "level": "Level 3", "solution": r"First \boxed{1}, then $\boxed{\frac{3}{\sqrt{2}}}$."},
        {"problem": "y?", "level": "Level ?", "solution": r"Thus \fbox 7."},
    ]
    tasks = load_tasks(saved(tmp_path, "math.jsonl", rows))
    assert [task.target for task in tasks] == [r"\frac{3}{\sqrt{2}}", "7"]


def test_aime_keeps_leading_zeros_and_prefers_the_answer(tmp_path):
    path = saved(tmp_path, "aime.csv", 'ID,Problem,Solution,Answer\n2024-I-1,"How many?","\\boxed{41}",041\n')
    task = load_tasks(path)[0]
    assert (task.id, task.question, task.target) == ("2024-I-1", "How many?", "041")


def test_mmlu_without_a_header(tmp_path):
    path = saved(
        tmp_path,
        "mmlu.csv",
        '\ufeffWhich planet is red?,Venus,Mars,"0,1",None,B\nWhich is a gas?,iron,salt,tin,neon,D\n',
    )
    tasks = load_tasks(path)
    assert [task.target for task in tasks] == ["B", "D"]
    assert asked(tasks[0]) == "Which planet is red?\n\nA) Venus\nB) Mars\nC) 0,1\nD) None"
    assert any("there is no header" in note for note in tasks.understood.notes)


def test_mmlu_of_the_hub_counts_from_0(tmp_path):
    rows = [
        {"question": "Two?", "subject": "sums", "choices": ["1 + 1", "1 + 2", "2 + 2", "3 + 3"], "answer": 0},
        {"question": "Six?", "subject": "sums", "choices": ["1 + 1", "1 + 2", "2 + 2", "3 + 3"], "answer": 3},
    ]
    tasks = load_tasks(saved(tmp_path, "mmlu.jsonl", rows))
    assert [task.target for task in tasks] == ["A", "D"]
    assert "index that counts from 0" in str(tasks.understood.of("target"))


def test_mmlu_pro_has_letters_up_to_j(tmp_path):
    options = [f"option {n}" for n in range(10)]
    rows = [
        {
            "question_id": 70,
            "question": "Which?",
            "options": options,
            "answer": "J",
            "answer_index": 9,
            "cot_content": "…",
        }
    ]
    task = load_tasks(saved(tmp_path, "pro.jsonl", rows))[0]
    assert (task.id, task.target, task.options["J"]) == ("70", "J", "option 9")


@pytest.mark.parametrize(
    ("answers", "targets", "how"),
    [
        pytest.param([1, 4], ["A", "D"], "counts from 1", id="from 1: one is the number of options"),
        pytest.param(["0", "2"], ["A", "C"], "counts from 0", id="from 0, as text"),
        pytest.param(["owl", "Eel."], ["B", "D"], "text of an option", id="text"),
        pytest.param(["b", "(d)"], ["B", "D"], "as a letter", id="letters of other forms"),
        pytest.param(["A, C", "BD"], ["A, C", "B, D"], "as a letter", id="several letters"),
        pytest.param([["A", "C"], ["B"]], ["A, C", "B"], "as a letter", id="a list of letters is a set"),
        pytest.param([-1, 0], [None, "A"], "counts from 0", id="-1 is hidden"),
    ],
)
def test_the_right_option_is_said_in_many_ways(answers, targets, how):
    rows = [
        {"question": f"Which {n}?", "choices": ["ant", "owl", "cow", "eel"], "answer": a} for n, a in enumerate(answers)
    ]
    tasks = load_tasks(rows)
    assert [task.target for task in tasks] == targets
    assert how in str(tasks.understood.of("target"))


def test_numbers_that_may_count_from_0_or_1_are_asked_for():
    rows = [{"question": f"{n}?", "choices": ["a1", "b2", "c3", "d4"], "answer": n} for n in (1, 2, 3)]
    with pytest.raises(InputError, match=r"from 1 to 3 beside 4 options: they may count from 0 or from 1.*target="):
        load_tasks(rows)
    from_1 = load_tasks(rows, target="{{ 'ABCDEFGHIJ'[answer | int - 1] }}")
    assert [task.target for task in from_1] == ["A", "B", "C"]


def test_an_answer_that_is_none_of_the_options_is_an_error():
    with pytest.raises(InputError, match="item 1: the answer 'fig' is none of the 2 options 'ant', 'owl'"):
        load_tasks([{"question": "?", "choices": ["ant", "owl"], "answer": "fig"}])


def test_gpqa_is_shuffled_with_a_seed_that_is_told(tmp_path):
    head = "Record ID,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,Explanation\n"
    lines = "".join(f"r{n},Which {n}?,right {n},wrong a{n},wrong b{n},wrong c{n},because\n" for n in range(12))
    path = saved(tmp_path, "gpqa.csv", head + lines)
    tasks = load_tasks(path)
    assert [task.options[task.target] for task in tasks] == [f"right {n}" for n in range(12)]
    assert len({task.target for task in tasks}) > 2
    assert "shuffled with the seed 0" in str(tasks.understood)
    assert load_tasks(path) == tasks
    assert [task.target for task in load_tasks(path, shuffle=5)] != [task.target for task in tasks]
    assert [task.target for task in load_tasks(path, limit=3)] == [task.target for task in tasks[:3]]


def test_arc_has_labels_of_its_own(tmp_path):
    rows = [
        {
            "id": "M1",
            "question": "Up?",
            "choices": {"text": ["sky", "sea", "mud"], "label": ["1", "2", "3"]},
            "answerKey": "1",
        },
        {
            "id": "M2",
            "question": "Down?",
            "choices": {"text": ["sky", "sea", "mud"], "label": ["A", "B", "C"]},
            "answerKey": "C",
        },
    ]
    assert [task.target for task in load_tasks(saved(tmp_path, "arc.jsonl", rows))] == ["A", "C"]
    makers = [
        {
            "id": "1",
            "question": {"stem": "Up?", "choices": [{"text": "sky", "label": "A"}, {"text": "sea", "label": "B"}]},
            "answerKey": "B",
        }
    ]
    task = load_tasks(saved(tmp_path, "makers.jsonl", makers))[0]
    assert (task.question, dict(task.options), task.target) == ("Up?", {"A": "sky", "B": "sea"}, "B")


def test_boolq_sends_its_passage_before_the_question(tmp_path):
    rows = [{"question": "is the sun a star", "answer": True, "passage": "The Sun is a star."}]
    task = load_tasks(saved(tmp_path, "boolq.jsonl", rows))[0]
    assert task.target == "true"
    assert asked(task) == "The Sun is a star.\n\nis the sun a star"
    assert asked(task, "{{ question }} (see: {{ passage }})") == "is the sun a star (see: The Sun is a star.)"


def test_squad_accepts_any_of_its_answers(tmp_path):
    rows = [
        {
            "id": "1",
            "context": "Rome (Roma).",
            "question": "Where?",
            "answers": {"text": ["Rome", "Roma", "Rome"], "answer_start": [0, 6, 0]},
        },
        {"id": "2", "context": "Nothing.", "question": "Who?", "answers": {"text": [], "answer_start": []}},
    ]
    tasks = load_tasks(saved(tmp_path, "squad.jsonl", rows))
    assert [task.targets for task in tasks] == [("Rome", "Roma"), ()]
    raw = {
        "version": "1.1",
        "data": [
            {
                "title": "T",
                "paragraphs": [
                    {
                        "context": "Ann is 9.",
                        "qas": [{"id": "q1", "question": "How old?", "answers": [{"text": "9", "answer_start": 7}]}],
                    }
                ],
            }
        ],
    }
    task = load_tasks(saved(tmp_path, "raw.json", raw))[0]
    assert (task.id, task.target, task.context) == ("q1", "9", "Ann is 9.")


def test_triviaqa_and_drop_hold_answers_in_objects():
    trivia = load_tasks([{"question": "Who?", "answer": {"value": "Ann", "aliases": ["Anna", "Ann"], "type": "x"}}])
    assert trivia[0].targets == ("Ann", "Anna")
    drop = [
        {"passage": "p", "question": "n?", "answer": {"number": "7", "date": {"day": ""}, "spans": []}},
        {"passage": "p", "question": "s?", "answer": {"number": "", "date": {}, "spans": ["red", "blue"]}},
    ]
    assert [task.target for task in load_tasks(drop)] == ["7", "red, blue"]


def test_alpaca_joins_instruction_and_input(tmp_path):
    rows = [
        {"instruction": "Translate.", "input": "Hund", "output": "dog", "text": "all in one: dog"},
        {"instruction": "Say hello.", "input": "", "output": "hello", "text": "all in one: hello"},
    ]
    tasks = load_tasks(saved(tmp_path, "alpaca.json", rows))
    assert [task.question for task in tasks] == ["Translate.\n\nHund", "Say hello."]
    assert [task.target for task in tasks] == ["dog", "hello"]
    assert asked(tasks[0], "{{ input }}!") == "Hund!"


def test_an_empty_instruction_is_told(tmp_path):
    rows = [
        {"instruction": "", "input": "Hund", "output": "dog"},
        {"instruction": "Add.", "input": "1, 2", "output": "3"},
    ]
    said = load_tasks(saved(tmp_path, "alpaca.json", rows)).understood.warnings
    assert any("the instruction (column 'instruction') is empty in 1 of 2 tasks" in text for text in said)


def test_dolly_sends_its_context(tmp_path):
    rows = [{"instruction": "Who?", "context": "Ann ran.", "response": "Ann", "category": "closed_qa"}]
    task = load_tasks(saved(tmp_path, "dolly.jsonl", rows))[0]
    assert (asked(task), task.target) == ("Ann ran.\n\nWho?", "Ann")


def test_humaneval_comes_with_its_tests_and_no_target(tmp_path):
    rows = [
        {
            "task_id": "HumanEval/0",
            "prompt": "def one():\n",
            "canonical_solution": "    return 1\n",
            "test": "def check(candidate):\n    assert candidate() == 1\n",
            "entry_point": "one",
        }
    ]
    tasks = load_tasks(saved(tmp_path, "he.jsonl", rows))
    task = tasks[0]
    assert (task.id, task.target, task.extra["entry_point"]) == ("HumanEval/0", None, "one")
    assert "check(candidate)" in task.extra["test"]
    assert any("scorer=wb.scorers.code" in note for note in tasks.understood.notes)


def test_labels_of_a_classification_become_the_label_set():
    rows = [{"text": f"text {n}", "label": ("fan", "lamp", "kettle")[n % 3]} for n in range(9)]
    tasks = load_tasks(rows)
    assert {task.labels for task in tasks} == {("fan", "lamp", "kettle")}
    assert asked(tasks[0], "{{ text }} ({{ labels }})") == "text 0 (fan, lamp, kettle)"
    assert asked(tasks[0], "{{ text }}{% for label in labels %}/{{ label }}{% endfor %}") == "text 0/fan/lamp/kettle"


def test_integers_in_place_of_names_are_told():
    tasks = load_tasks([{"text": f"text {n}", "label": n % 3} for n in range(6)])
    assert any(
        "column 'label' holds the numbers 0, 1, 2, which stand for names" in text for text in tasks.understood.warnings
    )
    named = load_tasks(
        [{"text": f"text {n}", "label": n % 2} for n in range(4)], target="{{ ['calm', 'loud'][label] }}"
    )
    assert [task.target for task in named] == ["calm", "loud", "calm", "loud"]


def test_two_texts_that_belong_together_are_both_asked():
    task = load_tasks([{"premise": "It rains.", "hypothesis": "It is wet.", "label": "entailment"}])[0]
    assert task.question == "Premise: It rains.\nHypothesis: It is wet."


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([{"translation": {"de": "Hund", "en": "dog"}}], "no column for the question", id="a nested pair"),
        pytest.param([{"tokens": ["It", "rains"], "question": ["a"]}], r"must be text.*join", id="a list of tokens"),
        pytest.param(
            [{"problem": "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "answer": "x", "canary": "c"}], "are encrypted", id="encrypted"
        ),
    ],
)
def test_what_cannot_be_asked_is_an_error_with_a_cure(rows, message):
    with pytest.raises(InputError, match=message):
        load_tasks(rows)


def test_a_former_answer_is_no_target():
    tasks = load_tasks([{"user_input": "Where?", "response": "Here", "reference": "There"}])
    assert tasks[0].target == "There"
    assert any("'response' is taken for what a model said before" in note for note in tasks.understood.notes)


@pytest.mark.parametrize(
    "name",
    [
        "expected_output",
        "groundTruth",
        "Correct Answer",
        "gold-answer",
        "answerKey",
        "completion",
        "Antwort",
        "答案",
        "respuesta",
    ],
)
def test_targets_are_known_by_many_names(name):
    assert load_tasks([{"question": "Where?", name: "There"}])[0].target == "There"


def test_numbers_with_their_unit_in_brackets_are_numbers():
    tasks = load_tasks([{"body": "Ann has 3.", "question": "How many?", "answer": "3 (pens)"}])
    assert (tasks[0].target, asked(tasks[0])) == ("3", "Ann has 3.\n\nHow many?")


def test_whole_days_in_milliseconds_are_dates():
    asked = [
        {"question": f"When was {name}?", "answer": at} for name, at in (("A", 1710460800000), ("B", 951782400000))
    ]
    tasks = load_tasks(asked)
    assert [task.target for task in tasks] == ["2024-03-15", "2000-02-29"]
    assert "1710460800000 is read as 2024-03-15" in str(tasks.understood)
    odd = [{"question": "How many?", "answer": at} for at in (1710460800000, 951782400001)]
    assert [task.target for task in load_tasks(odd)] == ["1710460800000", "951782400001"]
