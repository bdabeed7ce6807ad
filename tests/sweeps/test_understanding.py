"""Before a cent is spent, it is said what was understood: columns, targets, scorers, bars, the first prompt."""

from __future__ import annotations

import json
import warnings

import pytest
from fakes.server import FakeServer

import workbench as wb
from workbench.scorers.named import as_scorer
from workbench.sweeps.understanding import understand
from workbench.tasks.prompts import load_prompts, render_all
from workbench.tasks.tasks import load_tasks


def understood(tasks, prompts=None, scorer=None, **words):
    loaded, templates = load_tasks(tasks, **words), load_prompts(prompts)
    return understand(loaded, templates, render_all(templates, loaded), as_scorer(scorer))


CHOICES = [
    {"question": f"Which is {n}?", "A": f"one {n}", "B": f"two {n}", "answer": "AB"[n % 2], "topic": "x"}
    for n in range(4)
]


def test_columns_targets_scorers_and_what_is_not_used_are_told():
    rows = [*CHOICES, {"question": "2 + 3?", "answer": "", "topic": "y"}]
    found = understood(rows)
    assert (found.tasks, found.with_target) == (5, 4)
    assert dict(found.scorers) == {"choice": 4, "none (no target)": 1}
    assert found.unused == ("topic",)
    assert found.sentence() == (
        "5 tasks from list: question from 'question', options from columns 'A', 'B', target from 'answer'; "
        "4 with a target; scored by choice 4, none (no target) 1; not used: topic"
    )
    assert found.remarks == ("1 task has no target and is not scored",)


def test_what_a_bar_was_taken_for_is_told():
    found = understood([{"question": "a", "target": "Oslo | Christiania"}, {"question": "b", "target": "P(A|B)"}])
    assert found.bars == (
        "1 targets hold several accepted answers, cut at ' | ' ('Oslo | Christiania'); in 1 targets the bar is part of "
        "the answer ('P(A|B)'); ' | ' with blanks would cut"
    )


@pytest.mark.parametrize(
    ("rows", "prompts", "warning"),
    [
        pytest.param(
            CHOICES,
            "Answer {{ task.id }}!",
            "never sends the options ('A', 'B'): put {{ options }} in it",
            id="options",
        ),
        pytest.param(
            [{"question": "q", "passage": "p", "answer": "yes"}],
            "Say {{ task.id }}",
            "never sends the context ('passage')",
            id="context",
        ),
        pytest.param(
            [{"question": "q", "product": "fan"}],
            None,
            "no task has a target, so no answer will be scored. If 'product' holds it, say so: target='product' (on "
            "the command line --target 'product')",
            id="no target",
        ),
        pytest.param(
            [{"question": "q", "answer": "4", "table": "1|2"}],
            None,
            "column 'table' may belong to the question, and no prompt sends it",
            id="a table",
        ),
        pytest.param(
            [{"text": f"t{n}", "label": ("fan", "lamp")[n % 2]} for n in range(4)],
            None,
            "does not tell the 2 labels (fan, lamp)",
            id="labels",
        ),
        pytest.param(
            [{"question": "q", "answer": "4", "rationale": "so"}],
            "{{ question }} {{ rationale }}",
            "sends 'rationale', which may tell the model the answer",
            id="a reason",
        ),
        pytest.param(
            [{"instruction": "Tell.", "output": "word " * 40}], None, "the targets are long texts", id="free text"
        ),
        pytest.param(
            [{"question": f"Which {n}?", "answer": "ABC"[n % 3]} for n in range(4)],
            None,
            "the targets are letters (A, B, C) of options that stand neither",
            id="lost options",
        ),
        pytest.param(
            [{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}], "target": "x"}],
            {"p": {"system": "T"}},
            "the system part of prompt 'p' takes the place of the tasks' own",
            id="system",
        ),
    ],
)
def test_warnings_name_the_column_and_the_cure(rows, prompts, warning):
    assert any(warning in text for text in understood(rows, prompts).warnings)


@pytest.mark.parametrize(
    ("rows", "prompts"),
    [
        pytest.param(CHOICES, "Choose. {{ options }} {{ question }}", id="options by name"),
        pytest.param(CHOICES, "{{ question }} {{ A }} or {{ B }}", id="options by their columns"),
        pytest.param(
            [{"text": f"t{n}", "label": ("fan", "lamp")[n % 2]} for n in range(4)],
            "{{ labels }}: {{ text }}",
            id="labels",
        ),
        pytest.param(
            [{"question": "Is it? A) yes B) no", "answer": "A"}, {"question": "A) 1 B) 2", "answer": "B"}],
            None,
            id="inside",
        ),
        pytest.param(["2 + 3?"], None, id="a bare question"),
    ],
)
def test_nothing_is_wrong_where_all_is_sent(rows, prompts):
    assert understood(rows, prompts).warnings == ()


def test_options_are_sent_once_wherever_the_prompt_has_them():
    (found,) = understood(CHOICES[:1], "{{ options }}\n{{ question }}").messages
    assert found["content"] == "A) one 0\nB) two 0\nWhich is 0?"
    (found,) = understood(CHOICES[:1], "{{ question }} {{ A }}/{{ B }}").messages
    assert found["content"] == "Which is 0? one 0/two 0"


def test_a_plan_says_it_all_in_one_screen_and_escapes_it():
    rows = [{"question": "<script>alert(1)</script> \x1b[31m", "target": "5", "<b>note</b>": "x"}]
    wb.add_provider("own", base_url="http://127.0.0.1:9/v1", free=True)
    plan = wb.plan(rows, models="own/m", max_tokens=9)
    text, html = repr(plan), plan._repr_html_()
    assert "first prompt, 'plain', as it is sent:\n  | [user] <script>alert(1)</script> \\x1b[31m" in text
    assert len(text.splitlines()) < 30
    assert "<script>" not in html
    assert "<b>note" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_long_first_prompt_is_whole_in_the_card_and_counted_in_the_text():
    wb.add_provider("own", base_url="http://127.0.0.1:9/v1", free=True)
    plan = wb.plan([{"question": "word " * 4_000 + "end?", "target": "5"}], models="own/m", max_tokens=9)
    assert "characters more" in repr(plan)
    assert plan._repr_html_().count("word ") >= 4_000
    assert plan.understanding.messages[0]["content"].endswith("end?")


def test_a_sweep_says_it_first_and_before_anything_is_bought(capsys):
    with FakeServer("Rome") as server:
        wb.add_provider("own", base_url=server.base_url, free=True)
        with pytest.warns(wb.errors.WorkbenchWarning, match="no task has a target.*'wanted'"):
            wb.sweep([{"question": "Capital?", "wanted": "Rome"}], models="own/m", max_tokens=9)
    first, second, *_ = capsys.readouterr().err.splitlines()
    assert first.startswith("1 task from list: question from 'question'; 0 with a target; scored by none (no target) 1")
    assert second == "first prompt, 'plain', as it is sent:"


def test_the_scorer_of_a_sweep_is_handed_the_very_task():
    seen = []

    def scorer(answer, task):
        seen.append(task)
        return True

    rows = [{"question": "q", "target": "t", "numbers": [1, 2], "level": 3, "choices": ["x", "y"], "answer": "x"}]
    with FakeServer("Rome") as server:
        wb.add_provider("own", base_url=server.base_url, free=True)
        tasks = load_tasks(rows, target="answer")
        table = wb.sweep(tasks, models="own/m", scorer=scorer, max_tokens=9)
        assert seen == [tasks[0]]
        assert seen[0].extra["numbers"] == [1, 2]
        assert type(seen[0].extra["level"]) is int
        wb.rescore(table, scorer)
    assert seen[1].options == tasks[0].options == {"A": "x", "B": "y"}
    assert json.loads(table["task_options"][0]) == {"A": "x", "B": "y"}
    assert server.requests[0].prompt == "q\n\nA) x\nB) y"


def test_no_python_warning_for_a_bare_question():
    wb.add_provider("own", base_url="http://127.0.0.1:9/v1", free=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "no task has a target: answers are kept" in repr(wb.plan(["2 + 3?"], models="own/m", max_tokens=9))


def test_of_very_many_tasks_some_are_looked_at_for_their_scorers():
    rows = [{"question": f"How many are {n}?", "target": str(n)} for n in range(20_001)]
    found = understood(rows)
    assert (found.tasks, found.with_target, dict(found.scorers)) == (20_001, 20_001, {"numeric": 2_001})
    assert "scored by numeric 2,001 (of 2,001 tasks looked at)" in found.sentence()
    assert dict(understood(rows, scorer="exact").scorers) == {"exact": 20_001}
    assert dict(understood(rows[1:]).scorers) == {"numeric": 20_000}
    rows[-2]["scorer"] = "exakt"  # of a task that is not among those
    with pytest.raises(wb.errors.InputError, match="unknown scorer 'exakt'"):
        understood(rows)
