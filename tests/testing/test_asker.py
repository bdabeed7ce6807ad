"""A scripted model in the place of a real one: asked, swept, judging, in a panel; cache, ledger and rows as ever."""

from __future__ import annotations

import time

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import (
    AuthError,
    BadRequest,
    BadResponse,
    InputError,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    Redirected,
    ServerBusy,
    StreamCut,
    StreamError,
)
from workbench.providers.facts import providers
from workbench.testing import scripted

REFUSALS = [AuthError, BadRequest, NotFound, Redirected, RateLimited, QuotaExhausted, ServerBusy]
BREAKS = [OutcomeUnknown, StreamCut, StreamError, BadResponse]


def test_it_is_called_like_ask_and_notes_what_it_was_asked():
    with scripted(["42", {"thinking": "7 times 7.", "answer": "49"}]) as asker:
        first = asker("What is 6 * 7?", system="Be terse.", temperature=0.5)
        second = asker("What is 7 * 7?", model="openrouter/moonshotai/kimi-k2-thinking", max_tokens=90)
    assert (first.answer, first.model, first.usd) == ("42", "scripted/model", 0.0)
    assert (second.answer, second.thinking, second.outcome) == ("49", "7 times 7.", "answered")
    assert second.model == "openrouter/moonshotai/kimi-k2-thinking"
    assert [asked.prompt for asked in asker.asked] == ["What is 6 * 7?", "What is 7 * 7?"]
    assert asker.asked[0].messages[0] == {"role": "system", "content": "Be terse."}
    assert asker.asked[0].parameters == {"temperature": 0.5}
    assert asker.asked[1].model == "openrouter/moonshotai/kimi-k2-thinking"


def test_cache_and_ledger_work_as_ever():
    with scripted(["42", "43"]) as asker:
        assert not asker("6 * 7?").cached
        assert asker("6 * 7?").cached
        assert asker("6 * 7?", sample=1).answer == "43"
        assert asker.left == 0
    assert len(asker.asked) == 2
    assert wb.cache.stats().stored == 2
    assert wb.cache.ledger()["model"].tolist() == ["scripted/model"] * 2


def test_a_sweep_runs_on_it_and_its_errors_are_rows():
    def script(asked):
        if asked.prompt.startswith("3"):
            return wb.errors.ServerBusy("too much to do")
        number = int(asked.prompt.split()[0])
        return {"answer": str(number + 1), "thinking": "one more than that", "usd": 0.25}

    tasks = [{"question": f"{n} + 1?", "target": str(n + 1)} for n in range(4)]
    with scripted(script, free=False) as asker:
        models = [asker.plays(wb.Model("openai/gpt-5", reasoning_effort="low", label="gpt")), "scripted/small"]
        rows = wb.sweep(tasks, models=models, max_tokens=[3, 64])
        again = wb.sweep(tasks[:3], models=models, max_tokens=[3, 64])
    assert rows["model"].unique().tolist() == ["gpt", "scripted/small"]
    assert rows["error"].dropna().unique().tolist() == ["ServerBusy"]
    assert rows[rows["max_tokens"] == 3]["outcome"].unique().tolist() == ["thinking_exhausted", "error"]
    assert rows[rows["max_tokens"] == 64]["correct"].tolist() == [True, True, True, pd.NA] * 2
    assert rows["usd"].dropna().unique().tolist() == [0.25]
    assert again["cached"].all()
    assert {asked.parameters.get("reasoning_effort") for asked in asker.asked} == {"low", None}


@pytest.mark.parametrize(
    "kind",
    [AuthError, BadRequest, NotFound, Redirected, RateLimited, QuotaExhausted, ServerBusy],
    ids=lambda k: k.__name__,
)
def test_an_error_that_cost_nothing_ends_the_call_at_once(kind):
    with scripted([kind("no such luck"), "never asked for"]) as asker:
        with pytest.raises(kind) as caught:
            asker("6 * 7?")
        assert asker.left == 1
    assert type(caught.value) is kind
    assert kind is Redirected or "no such luck" in str(caught.value)
    assert wb.cache.stats().stored == 0


@pytest.mark.parametrize("kind", BREAKS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("streams", [True, False])
def test_a_reply_of_unknown_fate_is_asked_for_once_more(quick, kind, streams):
    with scripted([kind, "42", kind("a"), kind("b"), "never asked for"], streams=streams) as asker:
        assert asker("6 * 7?").answer == "42"
        with pytest.raises((OutcomeUnknown, StreamError, BadResponse)) as caught:
            asker("7 * 7?")
        assert asker.left == 1
    assert not streams or type(caught.value) is kind
    assert wb.cache.ledger()["billed"].tolist() == ["unknown", "yes", "unknown", "unknown"]


def test_a_pause_that_is_asked_for_is_kept_and_the_next_item_answers(quick):
    with scripted([RateLimited("slow down", retry_after_seconds=0.2), "42"]) as asker:
        started = time.monotonic()
        reply = asker("6 * 7?")
    assert (reply.answer, reply.attempts) == ("42", 2)
    assert time.monotonic() - started >= 0.2


def test_seconds_pass_before_the_answer():
    with scripted({"answer": "42", "seconds": 0.15}) as asker:
        assert asker("6 * 7?").seconds >= 0.15


def test_a_judge_asks_it():
    task = wb.load_tasks([{"question": "Capital of Italy?", "target": "Rome"}])[0]
    with scripted(
        lambda asked: "So it is.\nVERDICT: " + ("CORRECT" if "Roma" in asked.prompt else "INCORRECT")
    ) as asker:
        judge = wb.scorers.judge(asker, model="openai/gpt-5")
        assert [judge(answer, task).value for answer in ("Roma", "Milan")] == [1.0, 0.0]


def test_it_streams():
    with scripted({"thinking": "six sevens", "answer": "It is 42."}):
        pieces = list(wb.stream("6 * 7?", model="scripted/m"))
    assert [piece.text for piece in pieces if piece.kind == "thinking"] == ["six ", "sevens"]
    assert "".join(piece.text for piece in pieces if piece.kind == "answer") == "It is 42."


def test_two_scripts_stand_beside_each_other():
    with scripted("yes", provider="one") as one, scripted("no", provider="two") as two:
        assert (wb.ask("Is it?", model="one/m").answer, wb.ask("Is it?", model="two/m").answer) == ("yes", "no")
    assert len(one.asked) == len(two.asked) == 1


def test_what_is_closed_is_gone_and_takes_no_other_with_it():
    first = scripted("a")
    second = scripted("b")
    first.close()
    assert wb.ask("Which?", model="scripted/m").answer == "b"
    second.close()
    assert "scripted" not in providers()
    with pytest.raises(NotFound, match="scripted"):
        wb.ask("Which?", model="scripted/m", sample=1)


def test_what_no_provider_may_have_leaves_nothing_open():
    with pytest.raises(InputError, match="dialct"):
        scripted("a", dialct="moonshot")
    assert "scripted" not in providers()
