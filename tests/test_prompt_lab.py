"""The prompt lab without a browser: its state, its code, its runs."""

import asyncio

import pytest

import workbench as wb
from workbench.errors import InputError, StreamCut
from workbench.models import Model
from workbench.scorers import as_scorer
from workbench.tasks import load_tasks
from workbench.thinking import Piece
from workbench.widgets.lab_run import cells_of, run_cells
from workbench.widgets.lab_state import Variant, state_for, takes_temperature

LOCAL = "local/smollm2-135m-instruct"
TASKS = [
    {"id": "sum", "question": "What is 2 + 3?", "target": "5", "kind": "sum"},
    {"id": "town", "question": "What is the capital of France?", "target": "Paris", "kind": "capital"},
]


def state(*models, prompts=None):
    return state_for(load_tasks(TASKS), models or (LOCAL,), prompts=prompts)


def test_a_copy_gets_a_free_name_and_the_last_variant_stays():
    lab = state()
    lab.add(lab.variants[0])
    assert [variant.name for variant in lab.variants] == ["plain", "plain 2"]
    lab.remove(0)
    with pytest.raises(InputError, match="last variant"):
        lab.remove(0)


@pytest.mark.parametrize(("name", "says"), [("", "needs a name"), ("plain", "already")])
def test_a_variant_cannot_take_a_blank_or_taken_name(name, says):
    lab = state()
    place = lab.add()
    with pytest.raises(InputError, match=says):
        lab.rename(place, name)


def test_an_unknown_variable_is_told_in_one_sentence_with_the_near_one():
    problem = state().problem_of(Variant("v", "{{ questoin }}"))
    assert "unknown variable 'questoin'" in problem
    assert "question" in problem


def test_a_model_that_fixes_the_temperature_does_not_offer_it():
    assert takes_temperature(LOCAL)
    assert not takes_temperature(Model(LOCAL, temperature=0.5))


def test_a_state_survives_being_written_and_read():
    lab = state(LOCAL, Model(LOCAL, "warm", temperature=0.9))
    lab.add(Variant("terse", "{{ question }}!", "Be terse."))
    lab.choices[1].chosen, lab.choices[1].max_tokens, lab.samples = True, 33, 2
    other = state(LOCAL, Model(LOCAL, "warm", temperature=0.9))
    other.restore(lab.to_dict())
    assert other == lab


def test_the_code_repeats_the_grid_exactly():
    lab = state()
    lab.add(Variant("terse", "{{ question }}\nBe 'brief' and \"short\".", "You \\ are terse."))
    lab.choices[0].max_tokens, lab.samples = 7, 2
    asked = {}
    code = lab.as_code(every_task=True).replace("wb.sweep(", "take(").replace("wb.summary(rows)", "")
    exec(code, {"take": lambda tasks, **options: asked.update(tasks=tasks, **options)})
    mine, theirs = wb.plan(**lab.grid(every_task=True)), wb.plan(**asked)
    assert mine == theirs
    assert mine.calls == 8


def reply_to(text, task):
    """A reply as the store gives it."""
    from workbench.reading import Reading
    from workbench.replies import reply_from

    body = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": {}}
    request = {"model_id": LOCAL, "body": {"max_tokens": 16}, "sample": 0}
    numbers = dict.fromkeys(("seconds_to_first_token", "seconds_to_answer", "request_id", "usd"))
    record = {"key": "k", "request": request, "response": body, "seconds": 0.1, "attempts": 1, "status": 200}
    return reply_from({**record, **numbers, "usd_source": "unknown", "created_at": "2026-01-01"}, Reading())


def test_one_failing_cell_costs_no_other_and_says_why():
    lab = state()
    lab.add(Variant("dies", "{{ question }} dies"))

    async def ask(messages, *, model, sample, listen):
        listen(Piece("answer", "4"))
        if "dies" in messages[-1]["content"]:
            raise StreamCut("the stream was cut")
        return reply_to("5", lab.task)

    cells = cells_of(lab)
    asyncio.run(run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None))
    assert [cell.state for cell in cells] == ["done", "failed"]
    assert cells[0].score.correct
    assert "cut" in cells[1].problem
    assert cells[1].answer_text == "4"


def test_cancelling_stops_every_cell_and_keeps_what_arrived():
    lab = state()
    lab.samples = 3
    cells = cells_of(lab)

    async def ask(messages, *, model, sample, listen):
        listen(Piece("thinking", "hm"))
        await asyncio.sleep(3600)

    async def main():
        run = asyncio.ensure_future(
            run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None)
        )
        await asyncio.sleep(0.05)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert {cell.state for cell in cells} == {"stopped"}
    assert {cell.thinking_text for cell in cells} == {"hm"}
