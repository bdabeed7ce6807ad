"""Kept thoughts cut, closed and answered from there: over a real wire, with the embedded model, and refused."""

import io

import pandas as pd
import pytest
from fakes.server import FakeServer, completion, error_response
from swept import output_usage

import workbench as wb
from workbench.errors import BudgetExceeded, InputError
from workbench.providers.local import server as local
from workbench.sweeps.exits import exit_curve, exit_plan, exit_rows

TASKS = pd.DataFrame([{"id": f"t{n}", "question": f"What is {n} + 5?", "target": str(n + 5)} for n in range(4)])
THOUGHT = "I have to add five. The first number is {n}. {n} + 5 = {sum}. That is easy to see, and it is all."


def thinker(request):
    """A server that goes on from a thought: right where the sum stands in it, else wrong; the code word where asked."""
    messages = request.json["messages"]
    number = int(messages[0]["content"].split()[2])
    last = messages[-1]
    if last["role"] == "user":
        thought = THOUGHT.format(n=number, sum=number + 5)
        usage = output_usage(44, thinking=40)
        return completion(str(number + 5), thinking=thought, usage=usage)(request)
    handed = last.get("reasoning_content") or last["content"]
    assert handed.endswith("</think>")
    assert request.json["add_generation_prompt"] is False
    assert request.json["continue_final_message"]
    answer = "quokka-417" if "quokka" in handed else str(number + 5) if "=" in handed else "999"
    return completion(f"\n\n{answer}", usage=output_usage(4))(request)


def thinks_and_then(answer):
    """A server that thinks as `thinker` does, and gives one answer to whoever hands a thought over."""

    def answering(request):
        if request.json["messages"][-1]["role"] == "user":
            return thinker(request)
        return answer(request) if callable(answer) else answer

    return answering


def swept(server, dialect):
    wb.add_provider("box", base_url=server.base_url, dialect=dialect, free=True)
    return wb.sweep(TASKS, models="box/m", max_tokens=100, temperature=0.5)


@pytest.mark.parametrize("dialect", ["vllm", "sglang", "llamacpp"])
def test_a_thought_goes_back_in_the_servers_own_form_and_is_bought_once(dialect):
    with FakeServer(thinker) as server:
        rows = swept(server, dialect)
        before = server.hits
        table = exit_curve(rows, at=[0, 0.5, 1.0])
        assert server.hits == before + 1 + 3 * len(TASKS)
        exits = exit_rows(rows, at=[0, 0.5, 1.0])
        assert server.hits == before + 1 + 3 * len(TASKS)
        sent = [request.json for request in server.requests[before:]]
    assert {body["temperature"] for body in sent} == {0.5}
    assert exits.groupby("task_exit_at")["correct"].mean().tolist() == [0.0, 0.0, 1.0]
    assert set(exits["task_exit_of"]) == set(rows["key"])
    assert set(exits["task_id"]) == set(rows["task_id"])
    assert table.set_index("stop").loc["100%", "right"] == 1.0


def test_two_labels_of_one_model_have_a_curve_each_and_their_answers_are_bought_once():
    with FakeServer(thinker) as server:
        wb.add_provider("box", base_url=server.base_url, dialect="vllm", free=True)
        labels = [wb.Model("box/m", label="first"), wb.Model("box/m", label="second")]
        rows = wb.sweep(TASKS, models=labels, max_tokens=100)
        assert rows["key"].nunique() == len(TASKS)
        before = server.hits
        table = exit_curve(rows, at=[1.0])
        assert server.hits == before + 1 + len(TASKS)
    whole = table[table["stop"] == "100%"].set_index("model")
    assert whole["replies"].to_dict() == {"first": len(TASKS), "second": len(TASKS)}
    assert whole["right"].tolist() == [1.0, 1.0]


def test_a_server_that_drops_the_thought_is_found_out_by_the_probe():
    with FakeServer(thinks_and_then(completion("What do you mean?", usage=output_usage(4)))) as server:
        rows = swept(server, "vllm")
        before = server.hits
        with pytest.raises(InputError, match="did not take the thought"):
            exit_curve(rows)
        assert server.hits == before + 1


def test_a_server_that_refuses_the_form_is_told_of_in_words():
    with FakeServer(thinks_and_then(error_response(400, "continue_final_message is not known"))) as server:
        rows = swept(server, "vllm")
        with pytest.raises(InputError, match=r"did not take a thought.*is not known"):
            exit_rows(rows)


def test_a_server_that_cannot_be_asked_is_not_said_to_refuse_the_thought():
    with FakeServer(thinks_and_then(error_response(401, "this key has been revoked"))) as server:
        rows = swept(server, "vllm")
        with pytest.raises(InputError, match=r"could not be asked.*revoked"):
            exit_rows(rows)


def test_what_costs_is_planned_and_waits_for_a_sum(tmp_path):
    with FakeServer(thinker) as server:
        (tmp_path / "workbench.toml").write_text(
            f'[providers.box]\nbase_url = "{server.base_url}"\ndialect = "vllm"\n'
            '[models."box/m"]\nusd_per_million = { input = 1, output = 1000 }\n'
        )
        rows = wb.sweep(TASKS, models="box/m", max_tokens=100, max_usd=10)
        before = server.hits
        with pytest.raises(InputError, match=r"have to be bought: 20 calls.*max_usd"):
            exit_rows(rows)
        assert server.hits == before
        (planned,) = exit_plan(rows)
        assert planned.calls == 20
        assert "likely figures from 4 calls, their answers alone" in repr(planned)
        with pytest.raises(BudgetExceeded, match="the next call could cost"):
            exit_rows(rows, max_usd=1e-6)
        assert server.hits == before
        with pytest.warns(UserWarning, match=r"\d+ of 20 answers failed \(BudgetExceeded"):
            table = exit_curve(rows, max_usd=0.1)
        assert "each stop is told on the tasks that it has" in table.attrs["about"]
        exits = exit_rows(rows, max_usd=10)
        assert "failed" not in exit_curve(rows).attrs["about"]
    # Answers of four tokens each, and not replies of 44; how long a prompt is, is guessed.
    assert planned.usd_likely == pytest.approx(exits["usd"].sum(), rel=0.1)


def test_a_provider_that_cannot_is_refused_before_anything_is_sent():
    with FakeServer(thinker) as server:
        rows = swept(server, "dashscope")
        before = server.hits
        with pytest.raises(InputError, match="do not think"):
            exit_curve(rows)
        assert server.hits == before


def host(takes_thoughts, thinks_anew=False):
    """A host with assistant prefill: the last message is continued, or (as nobody documents) left out of the prompt."""

    def answer(request):
        last = request.json["messages"][-1]
        if last["role"] == "user":
            return thinker(request)
        number = int(request.json["messages"][0]["content"].split()[2])
        handed = last.get("reasoning_content") or last["content"]
        assert last.get("prefix") or last.get("partial") or handed.endswith("</think>")
        if "quokka" in handed and takes_thoughts:
            return completion("quokka-417", usage=output_usage(4))(request)
        new = "Let me add them." if thinks_anew else ""
        said = str(number + 5) if "=" in handed and takes_thoughts else "999"
        # A host may count what it was sent although no model saw it: a longer prompt proves nothing.
        return completion(said, thinking=new, usage={**output_usage(4), "prompt_tokens": 500})(request)

    return answer


def hosted(server, dialect):
    base = server.base_url + ("/beta" if dialect == "deepseek" else "")
    wb.add_provider("box", base_url=base, dialect=dialect, free=True)
    return wb.sweep(TASKS, models="box/m", max_tokens=100)


@pytest.mark.parametrize("dialect", ["deepseek", "moonshot", "openrouter"])
def test_a_host_with_assistant_prefill_goes_on_from_a_thought_that_it_takes(dialect):
    with FakeServer(host(takes_thoughts=True)) as server:
        table = exit_curve(hosted(server, dialect), at=[0.5, 1.0]).set_index("stop")
    assert table.loc["50%", "right"] == 0
    assert table.loc["100%", "right"] == 1


@pytest.mark.parametrize("dialect", ["moonshot", "openrouter"])
def test_a_host_that_leaves_the_thought_out_is_found_out_for_the_price_of_one_call(dialect):
    with FakeServer(host(takes_thoughts=False)) as server:
        rows = hosted(server, dialect)
        before = server.hits
        with pytest.raises(InputError, match="not the code word"):
            exit_curve(rows)
        assert server.hits == before + 1


def test_answers_that_were_thought_about_anew_are_told_of():
    with FakeServer(host(takes_thoughts=True, thinks_anew=True)) as server:
        rows = hosted(server, "openrouter")
        with pytest.warns(UserWarning, match="4 of 4 answers .* were thought about anew"):
            exit_rows(rows, at=[0.5])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"thinking": None}, "no row holds thinking"),
        ({"key": "0" * 64}, "not kept here"),
        ({"key": None}, "not kept here"),
    ],
)
def test_rows_without_thinking_or_without_their_replies_are_refused(change, why):
    with FakeServer(thinker) as server:
        rows = swept(server, "vllm").assign(**change)
    with pytest.raises(InputError, match=why):
        exit_curve(rows)


@pytest.mark.parametrize("at", [[], [0.5, 0.5], [-1], [1.5], ["half"]])
def test_places_that_are_none_are_refused(at):
    with FakeServer(thinker) as server:
        rows = swept(server, "vllm")
    with pytest.raises(InputError, match="at "):
        exit_rows(rows, at=at)


@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
def test_the_embedded_model_goes_on_from_its_own_thought_as_it_did():
    asked = [
        {"id": "s", "question": "What is 2 + 6 + 6?", "target": "14"},
        {"id": "o", "question": "What is 6 + 1 + 1?"},
    ]
    rows = wb.sweep(
        pd.DataFrame(asked), models="local/smollm2-135m-think", max_tokens=64, params={"temperature": 0}, seed=7
    )
    exits = exit_rows(rows, at=[0, 1.0])
    whole = exits[exits["task_exit_at"] == 1.0]
    assert whole["answer"].str.strip().tolist() == rows["answer"].str.strip().tolist()
    nothing = exits[exits["task_exit_at"] == 0]
    assert (nothing["task_exit_thought"] == 0).all()
    assert (whole["prompt_tokens"].to_numpy() > nothing["prompt_tokens"].to_numpy()).all()


def test_what_makes_no_exits_is_refused_before_anything_is_asked():
    refused = {
        "within is 2": {"within": 2},
        "answer_tokens is 0": {"answer_tokens": 0},
        "answer_tokens is 'x'": {"answer_tokens": "x"},
        "models cannot be given here": {"models": "box/m"},
        "the cap of an answer is answer_tokens": {"max_tokens": 9},
        "sweep those with repeats": {"repeats": 3},
    }
    with FakeServer(thinker) as server:
        rows = swept(server, "vllm")
        before = server.hits
        for told, options in refused.items():
            with pytest.raises(InputError, match=told):
                exit_curve(rows, **options)
        with pytest.raises(InputError, match="the rows have no targets"):
            exit_curve(rows.drop(columns="task_target"))
        assert server.hits == before


def test_rows_that_repeat_others_or_came_through_a_file_are_asked_on_once(recwarn):
    with FakeServer(thinker) as server:
        rows = swept(server, "vllm")
        expected = exit_curve(rows, at=[0, 1.0])
        before = server.hits
        file = io.StringIO(rows.drop(columns="task_question").to_csv(index=False))
        for held in (pd.concat([rows, rows]), pd.concat([rows, rows.assign(derived=True)]), pd.read_csv(file)):
            pd.testing.assert_frame_equal(pd.DataFrame(exit_curve(held, at=[0, 1.0])), pd.DataFrame(expected))
        assert server.hits == before
    assert not [str(one.message) for one in recwarn if "left out" in str(one.message)]
