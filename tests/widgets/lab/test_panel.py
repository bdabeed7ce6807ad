"""The prompt lab without a browser: its state, its code, its runs."""

import asyncio
import json
import time

import pytest
from fakes.server import HANG, RESET, FakeServer, completion, sse_response

import workbench as wb
from workbench.errors import InputError, StreamCut
from workbench.providers.models import Model
from workbench.replies.thinking import Piece
from workbench.scorers.named import as_scorer
from workbench.tasks.tasks import load_tasks
from workbench.widgets.lab.run import cells_of, run_cells
from workbench.widgets.lab.state import Variant, state_for, takes_temperature

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
    from workbench.replies.reading import Reading
    from workbench.replies.reply import reply_from

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


# The panel, as its widgets tell the kernel what was clicked and typed.


@pytest.fixture
def provider():
    """A provider that answers, thinks before it does, and dies in mid-stream or hangs when asked to."""
    good = completion("It is **5**.", thinking="2 and 3 make 5.", dialect="moonshot")

    def script(request):
        if "hang" in request.prompt:
            return sse_response([HEARD, HANG])
        if "die" in request.prompt:
            return sse_response([HEARD, RESET])
        if "<img" in request.prompt:
            return completion(HOSTILE, thinking=HOSTILE)(request)
        return good(request)

    with FakeServer(script) as server:
        wb.add_provider("fake", base_url=server.base_url, dialect="moonshot")
        yield server


HEARD = b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "I heard"}}]}\n\n'
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def settled(lab):
    """Wait until the last run has ended and the panel says so."""
    deadline = time.monotonic() + 20
    while lab._runner._future is None or not lab._runner._future.done() or lab.run_button.disabled:
        assert time.monotonic() < deadline, lab._message.value
        time.sleep(0.02)
    return lab


def until(fact, lab=None):
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, lab and (lab._message.value, lab.plan.value, lab._runner._future)
        time.sleep(0.02)


def panel(**options):
    return wb.prompt_lab(TASKS, ["fake/kimi-x"], **options)


def test_a_run_shows_outcome_score_tokens_and_what_it_took(provider):
    lab = panel()
    lab.run_button.click()
    (cell,) = settled(lab).results.children
    for part in ("right", "<strong>5</strong>", "thinking", "unknown", "bought"):
        assert part in cell.value
    assert provider.hits == 1
    assert not lab._message.value


def test_typing_in_a_tab_changes_what_is_asked(provider):
    lab = panel()
    fields = lab.variant_form.tabs.children[0].children
    system, user = fields[2], fields[4]
    system.set_state({"value": "Be terse."})
    user.set_state({"value": "{{ question }} Please."})
    lab.run_button.click()
    settled(lab)
    assert json.loads(provider.requests[-1].body)["messages"] == [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": "What is 2 + 3? Please."},
    ]


def test_variants_are_copied_renamed_and_removed_by_their_buttons(provider):
    lab = panel()
    add, copy, remove, *_ = lab.variant_form.box.children[1].children
    copy.click()
    name = lab.variant_form.tabs.children[1].children[0].children[1]
    name.value = "second"
    assert lab.variant_form.tabs.titles == ("plain", "second")
    name.value = "plain"
    assert "already" in lab._message.value
    assert name.value == "second"
    remove.click()
    remove.click()
    assert lab.variant_form.tabs.titles == ("plain",)
    assert "last variant" in lab._message.value
    add.click()
    assert len(lab.state.variants) == 2


def test_a_second_click_does_not_start_a_second_run(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.run_button.click()
    until(lambda: provider.hits)
    first = lab._runner._future
    lab.run_button.click()
    lab.sweep_button.click()
    assert lab._runner._future is first
    assert "under way" in lab._message.value
    assert lab.run_button.disabled
    lab.cancel_button.click()
    settled(lab)
    assert provider.hits == 1


def test_cancel_ends_the_connections_and_leaves_what_was_heard(provider):
    lab = panel(prompts={"slow": "{{ question }} hang"})
    lab.samples.value = 3
    lab.run_button.click()
    until(lambda: "".join(cell.value for cell in lab.results.children).count("I heard") == 3)
    lab.cancel_button.click()
    settled(lab)
    provider.wait_until(lambda: provider.cancelled == 3)
    assert all("stopped" in cell.value and "I heard" in cell.value for cell in lab.results.children)
    assert "run again to go on" in lab._message.value
    assert lab.cancel_button.disabled


def test_a_provider_that_dies_in_mid_stream_is_told_in_its_cell_and_the_panel_goes_on(provider):
    lab = panel(prompts={"good": "{{ question }}", "dead": "{{ question }} die"})
    lab.run_button.click()
    good, dead = settled(lab).results.children
    assert "right" in good.value
    assert "failed" in dead.value
    lab.run_button.click()
    assert "kept" in settled(lab).results.children[0].value


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda lab: lab.variant_form.tabs.children[0].children[4].set_state({"value": "{{ questoin }}"}), "questoin"),
        (lambda lab: lab.variant_form.tabs.children[0].children[4].set_state({"value": "{{ question"}), "line 1"),
        (lambda lab: lab.model_form.lines.children[0].children[0].set_state({"value": False}), "No model is chosen"),
        (lambda lab: lab.max_usd.set_state({"value": "much"}), "At most $ is &#39;much&#39;"),
        (lambda lab: lab.max_usd.set_state({"value": "0.5"}), "At worst this costs an unknown sum"),
        (lambda lab: setattr(lab.state, "samples", 49), "too many to read"),
    ],
    ids=["unknown variable", "broken template", "no model", "no number", "unpriced under a cap", "too many cells"],
)
def test_what_cannot_be_run_is_said_in_one_sentence_and_nothing_is_sent(provider, spoil, says):
    lab = panel()
    spoil(lab)
    lab.run_button.click()
    until(lambda: says in lab._message.value, lab)
    assert not lab.run_button.disabled or settled(lab)
    assert provider.hits == 0


def test_a_model_without_a_key_says_which_variable_to_set():
    lab = wb.prompt_lab(TASKS, ["moonshot/kimi-k2.6"])
    assert "MOONSHOT_API_KEY" in lab.model_form.lines.children[0].children[-1].value
    lab.run_button.click()
    assert "MOONSHOT_API_KEY" in lab._message.value


@pytest.mark.parametrize("tasks", [[], "nowhere.csv"], ids=["none", "no file"])
def test_an_empty_task_set_is_told_and_a_question_can_be_written(provider, tasks):
    lab = wb.prompt_lab(tasks, ["fake/kimi-x"])
    assert "wb-problem" in lab._message.value
    lab.run_button.click()
    assert "no question yet" in lab._message.value
    lab.task_form.question.value, lab.task_form.target.value = "What is 2 + 3?", "5"
    lab.run_button.click()
    assert "right" in settled(lab).results.children[0].value


def test_a_cap_that_is_no_number_is_refused_where_it_is_written(provider):
    lab = panel()
    lab.model_form.lines.children[0].children[2].set_state({"value": "lots"})
    assert "max_tokens of fake/kimi-x is &#39;lots&#39;" in lab._message.value


def test_a_task_is_picked_with_its_fields(provider):
    lab = panel()
    lab.task_form.picker.value = "town"
    for part in ("capital of France", "Paris", "kind"):
        assert part in lab.task_form.shown.value
    lab.run_button.click()
    assert "wrong" in settled(lab).results.children[0].value


def test_what_a_run_would_take_is_said_before_it_runs(provider):
    lab = panel()
    lab.samples.value = 2
    until(lambda: "This task: 2 calls, 0 kept already" in lab.plan.value)
    assert "All 2 tasks: 4 calls" in lab.plan.value
    lab.run_button.click()
    settled(lab)
    until(lambda: "This task: 2 calls, 2 kept already" in lab.plan.value)


def test_all_tasks_become_a_sweep_with_progress_and_a_summary(provider):
    lab = panel()
    lab.sweep_button.click()
    settled(lab)
    assert len(lab.rows) == 2
    assert list(lab.rows.correct) == [True, False]
    assert "2 of 2 calls" in lab.progress.value
    assert "<table" in lab.summary.value
    assert "if task.id ==" not in lab.code


def test_two_answers_are_compared_word_by_word(provider):
    lab = panel(prompts={"one": "{{ question }}", "two": "{{ question }} <img>"})
    lab.run_button.click()
    settled(lab)
    lab.diff_form.button.click()
    assert "<ins>" in lab.diff_form.words.value
    assert "<del>" in lab.diff_form.words.value


def test_hostile_text_is_shown_and_never_becomes_a_tag(provider):
    lab = wb.prompt_lab(
        [{"id": HOSTILE, "question": HOSTILE, "target": HOSTILE, "note": HOSTILE}],
        ["fake/kimi-x"],
        prompts={HOSTILE: "{{ question }}"},
    )
    lab.run_button.click()
    settled(lab)
    pages = [lab.results.children[0].value, lab.task_form.shown.value, lab._saved_form()["text/html"]]
    assert not [page for page in pages if "<img" in page or "<script" in page]
    assert all("&lt;img" in page for page in pages)


def test_a_variant_is_saved_and_read_again(provider, tmp_path):
    lab = panel(prompts={"terse": {"user": "{{ question }}", "system": "Be terse."}}, folder="mine")
    lab.save_button.click()
    assert "Saved" in lab._message.value
    assert wb.load_prompts("mine")["terse"].system == "Be terse."
    lab.save_button.click()
    assert "exists already" in lab._message.value
    lab.replace.value = True
    lab.save_button.click()
    assert "Saved" in lab._message.value


def test_what_was_set_is_back_when_the_cell_is_run_again_and_start_anew_forgets_it(provider):
    lab = panel()
    lab.variant_form.box.children[1].children[0].click()
    lab.samples.value = 4
    until(lambda: lab.memory.file.exists() and '"samples": 4' in lab.memory.file.read_text())
    again = panel()
    assert (len(again.state.variants), again.samples.value) == (2, 4)
    assert "last time" in again._message.value
    again.fresh_button.click()
    assert (len(again.state.variants), again.samples.value) == (1, 1)
    assert panel().samples.value == 1


def test_a_damaged_memory_of_the_panel_starts_it_anew(provider):
    lab = panel()
    lab.memory.file.parent.mkdir(parents=True)
    for text in ("{", '{"version": 1, "variants": [{}]}', '{"version": 99}'):
        lab.memory.file.write_text(text)
        assert "starts anew" in panel()._message.value


def test_the_code_of_a_run_runs_and_costs_nothing_more(provider):
    lab = panel(prompts={"terse": {"user": "{{ question }}", "system": "Be terse."}})
    lab.samples.value = 2
    lab.run_button.click()
    settled(lab)
    names = {}
    exec(lab.code, names)
    assert names["rows"].cached.all()
    assert len(names["rows"]) == 2
    assert provider.hits == 2


def test_the_saved_form_holds_results_prompts_and_code_and_no_request(provider):
    lab = panel()
    lab.run_button.click()
    settled(lab)
    page = lab._saved_form()["text/html"]
    for part in ("What is 2 + 3?", "<strong>5</strong>", "{{ question }}", "wb.sweep("):
        assert part in page
    assert "src=" not in page
    assert "http" not in page.replace(HOSTILE, "")


def test_a_fault_in_a_callback_is_shown_in_the_panel(provider):
    lab = panel()
    lab._guarded(lambda: 1 / 0)()
    assert "ZeroDivisionError" in lab._message.value


def test_a_cap_and_a_temperature_are_sent_and_the_name_in_the_rows_stays(provider):
    lab = panel()
    _, _, cap, _, temperature = lab.model_form.lines.children[0].children
    cap.set_state({"value": "1,024"})
    temperature.set_state({"value": "0.3"})
    lab.run_button.click()
    assert "fake/kimi-x<" in settled(lab).results.children[0].value
    body = json.loads(provider.requests[-1].body)
    assert (body["max_completion_tokens"], body["temperature"]) == (1024, 0.3)


def test_the_code_for_tasks_of_a_file_reads_the_file_and_asks_the_chosen_task(provider, tmp_path):
    (tmp_path / "my tasks.csv").write_text("id,question,target\na,What is 2 + 3?,5\nb,What is 1 + 4?,5\n")
    lab = wb.prompt_lab("my tasks.csv", "fake/kimi-x")
    lab.task_form.picker.value = "b"
    names = {}
    exec(lab.code, names)
    assert list(names["rows"].task_id) == ["b"]
    assert "load_tasks('my tasks.csv')" in lab.code
    lab.sweep_button.click()
    settled(lab)
    exec(lab.code, names)
    assert list(names["rows"].task_id) == ["a", "b"]


def test_an_asker_that_breaks_in_its_own_way_is_told_in_its_cell():
    lab = state()

    async def ask(messages, **options):
        raise LookupError("lost")

    cells = cells_of(lab)
    asyncio.run(run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None))
    assert (cells[0].state, cells[0].problem[:18]) == ("failed", "LookupError: lost.")
