"""Sweeps in batches, against faked providers: one file up, rows back, at the price of a batch, and never twice."""

import asyncio
import dataclasses
import json
import time

import pytest
from fakes.batches import (
    EXPIRED,
    GARBLED,
    LOST,
    Batches,
    GeminiBatches,
    InlineBatches,
    JobBatches,
    MessageBatches,
    answered,
)
from fakes.server import error_response
from fakes.wordings.output_items import body, thought
from fakes.wordings.output_items import said as spoken

import workbench as wb
from workbench.asking.batch import buying, door
from workbench.cache.batch_journal import Journal, Sent
from workbench.cache.kept import current
from workbench.errors import BadRequest, ConfigError, InputError
from workbench.providers.facts import _added, known_providers
from workbench.providers.routes import add_cascade
from workbench.sweeps.grid import make_grid

QUESTIONS = ["What is 4 + 5?", "What is 2 + 2?", "What is 1 + 1?"]
MODEL = "openai/gpt-6-sol"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(buying, "FIRST_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(door, "SECONDS_BEFORE_ANOTHER_TRY", 0.01)
    for name in ("OPENAI", "MOONSHOT", "OPENROUTER", "ANTHROPIC", "GEMINI", "MISTRAL"):
        monkeypatch.setenv(f"{name}_API_KEY", "sk-1234567890abcdef")


def stand_in(name, server):
    _added[name] = dataclasses.replace(known_providers()[name], base_url=server.base_url)


BEDROCK = "bedrock/global.moonshotai.kimi-k3.1"


def swept(model=MODEL, questions=QUESTIONS, **options):
    options = {"max_tokens": 20, "batch": True, **options}
    return wb.sweep(questions, models=[model], **options)


def prompt_of(body):
    return body["messages"][-1]["content"]


def ledger():
    return list(current().entries())


def test_a_sweep_in_a_batch_is_one_batch_at_the_price_of_one_and_is_kept():
    with Batches(lambda body: answered(prompt_of(body)[-2:])) as server:
        stand_in("openai", server)
        rows = swept()
        again = swept()
        live = wb.ask(QUESTIONS[0], model=MODEL, max_tokens=20)
    assert len(server.batches) == 1
    assert rows["answer"].tolist() == ["5?", "2?", "1?"]
    # 10 and 5 tokens at half of 2 and 10 dollars a million
    assert rows["usd"].tolist() == [pytest.approx((10 * 1 + 5 * 5) / 1e6)] * 3
    assert rows["usd_source"].str.startswith("price table").all()
    assert rows["seconds"].isna().all()
    assert rows["cached"].tolist() == [False] * 3
    assert again["cached"].tolist() == [True] * 3
    assert live.cached
    assert "in a batch" in repr(live) or "in a batch" in live._repr_html_()
    assert not Journal(current().folder).open()


def test_ids_stand_in_the_ledger_before_any_result():
    seen = []
    with Batches(on_create=lambda batch: seen.extend(ledger())) as server:
        stand_in("openai", server)
        swept()
    assert [entry["requests"] for entry in seen] == [3]  # before the batch had an answer it was written down
    entries = ledger()
    assert [entry.get("batch_id") for entry in entries[:2]] == ["", "batch_0"]
    assert entries[1]["file_id"] == "file-0"
    assert len({entry["batch"] for entry in entries}) == 1
    assert [entry["billed"] for entry in entries] == ["no", "no", "yes", "yes", "yes"]


def test_what_failed_is_a_row_and_is_asked_again_by_the_next_run():
    fates = {
        QUESTIONS[0]: answered("9"),
        QUESTIONS[1]: (400, "max_tokens is too large"),
        QUESTIONS[2]: EXPIRED,
        "lost": LOST,
        "garbled": GARBLED,
    }
    with Batches(lambda body: fates[prompt_of(body)]) as server:
        stand_in("openai", server)
        rows = swept(questions=[*fates])
        assert rows["error"].fillna("").tolist() == ["", "BadRequest", "NotSent", "OutcomeUnknown", "OutcomeUnknown"]
        assert rows["usd_spent"].fillna(0).sum() == pytest.approx(rows["usd"].sum())
        fates.update(dict.fromkeys(fates, answered("8")))
        rows = swept(questions=[*fates])
    assert rows["answer"].tolist() == ["9", "8", "8", "8", "8"]
    assert [len(batch["lines"]) for batch in server.batches.values()] == [5, 4]


def test_a_create_whose_answer_is_lost_is_found_and_not_made_twice():
    with Batches(drop=1) as server:
        stand_in("openai", server)
        rows = swept()
    assert (len(server.batches), server.bought) == (1, 3)
    assert rows["answer"].tolist() == ["Nine."] * 3


def test_a_lost_create_without_a_mark_is_found_by_its_time_and_its_results():
    with InlineBatches(drop=1) as server:
        server.batches["batch_other"] = {
            "id": "batch_other",
            "lines": [{"custom_id": f"other-{n}", "body": {"model": "m"}} for n in range(3)],
            "looked": 0,
            "created_at": 4_000_000_000,
        }
        stand_in("openrouter", server)
        rows = swept("openrouter/openai/gpt-6.1-sol")
    assert rows["answer"].tolist() == ["Nine."] * 3
    assert len(server.batches) == 2  # the other one, of as many requests, and ours, once
    assert rows["usd"].tolist() == [0.25] * 3
    assert rows["usd_source"].tolist() == ["provider"] * 3


def test_results_inline_and_a_failure_as_a_whole():
    fates = {QUESTIONS[0]: answered("9"), QUESTIONS[1]: (429, "upstream is busy"), QUESTIONS[2]: GARBLED}
    with InlineBatches(lambda body: fates[prompt_of(body)]) as server:
        stand_in("openrouter", server)
        rows = swept("openrouter/openai/gpt-6.1-sol")
        assert rows["error"].fillna("").tolist() == ["", "RateLimited", "BadResponse"]
        server.ends = "failed"
        rows = swept("openrouter/openai/gpt-6.1-sol", questions=["another"])
    assert rows["error"].tolist() == ["BadRequest"]
    assert "this model takes no batches" in rows["error_message"][0]


def test_messages_are_put_into_anthropics_own_form_and_back():
    message = {
        "id": "msg_1",
        "model": "claude-opus-5-5",
        "content": [{"type": "thinking", "thinking": "4 and 5", "signature": "s"}, {"type": "text", "text": "9"}],
        "stop_reason": "max_tokens",
        "usage": {"input_tokens": 8, "cache_read_input_tokens": 2, "output_tokens": 6, "service_tier": "batch"},
    }
    with MessageBatches(lambda body: message) as server:
        stand_in("anthropic", server)
        rows = swept("anthropic/claude-opus-5-5", questions=QUESTIONS[:1], system="Be brief.")
    (line,) = server.batches["batch_0"]["lines"]
    assert line["body"]["system"] == "Be brief."
    assert line["body"]["messages"] == [{"role": "user", "content": QUESTIONS[0]}]
    row = rows.iloc[0]
    assert (row["answer"], row["thinking"], row["outcome"]) == ("9", "4 and 5", "answer_truncated")
    assert (row["prompt_tokens"], row["cached_prompt_tokens"], row["completion_tokens"]) == (10, 2, 6)
    assert row["usd"] == pytest.approx((8 * 2 + 2 * 0.1 + 6 * 10) / 1e6)


def test_google_takes_files_through_its_own_interface():
    with GeminiBatches() as server:
        stand_in("gemini", server)
        rows = swept("gemini/gemini-3.8-flash")
    assert rows["answer"].tolist() == ["Nine."] * 3
    assert server.files["file-0"].count(b"custom_id") == 3


def test_a_sum_is_kept_and_the_rest_waits_for_what_was_not_spent():
    worst = 0.0
    with Batches() as server:
        stand_in("openai", server)
        worst = buying.worst_in_batch(make_grid(QUESTIONS[:1], models=[MODEL], max_tokens=20).cells[0].request)
        rows = swept(questions=[f"What is {n} + {n}?" for n in range(6)], max_usd=3.5 * worst)
    assert len(server.batches["batch_0"]["lines"]) == 3
    assert server.bought > 3  # what was not needed of the worst case bought more
    assert rows["usd_spent"].sum() <= 3.5 * worst
    assert set(rows["error"].dropna()) <= {"BudgetExceeded"}


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"model": "deepseek/deepseek-flash"}, ConfigError, "takes no batches"),
        ({"model": BEDROCK, "max_tokens": 16_000}, ConfigError, "takes batches, but none from here: it wants"),
        ({"model": "moonshot/kimi-k2.6", "temperature": 1.0, "max_tokens": 16_000}, BadRequest, "refused in a batch"),
        ({"until": "decided"}, InputError, "comes as a whole"),
        ({"fallback": "openai/gpt-6-luna"}, InputError, "asks for the rest"),
        ({"model": "groq/openai/gpt-oss-120b", "dialect": "responses"}, ConfigError, "those of openai, openrouter are"),
        ({"extra_headers": {"X-A": "b"}}, InputError, "extra_headers"),
    ],
    ids=["no batches", "not built", "parameter", "until", "fallback", "responses", "headers"],
)
def test_what_cannot_be_is_refused_before_anything_is_handed_over(options, error, said, monkeypatch):
    monkeypatch.setenv("DEEPSEEK_API_KEY", "sk-1234567890abcdef")
    monkeypatch.setenv("GROQ_API_KEY", "sk-1234567890abcdef")
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "sk-1234567890abcdef")
    with Batches() as server:
        for name in ("bedrock", "openai", "moonshot", "deepseek", "groq"):
            stand_in(name, server)
        with pytest.raises(error, match=said):
            swept(**options)
    assert not server.requests


def test_a_sweep_that_stops_early_and_a_cascade_take_no_batches_however_they_are_begun():
    both = {"models": [MODEL, "openai/gpt-6-luna"], "max_tokens": 20, "batch": True}
    cascade = add_cascade("c", cheap="openai/gpt-6-luna", dear=MODEL)
    with Batches() as server:
        stand_in("openai", server)
        with pytest.raises(InputError, match="comes as a whole"):
            asyncio.run(wb.asweep(QUESTIONS, until="decided", **both))
        with pytest.raises(InputError, match="comes as a whole"):
            wb.sweeps.decide(QUESTIONS, *both["models"], max_usd=1, max_tokens=20, batch=True)
        with pytest.raises(InputError, match="asks one model after the other"):
            swept(cascade)
    assert not server.requests
    assert wb.plan(QUESTIONS, models=cascade, max_tokens=20, batch=True).batches == ""


def test_a_refused_batch_is_rows_and_nothing_is_left_behind():
    with Batches(refuse=error_response(400, "model gpt-6-sol takes no batches")) as server:
        stand_in("openai", server)
        rows = swept()
    assert rows["error"].tolist() == ["BadRequest"] * 3
    assert not Journal(current().folder).open()
    assert rows["usd_spent"].fillna(0).sum() == 0


def test_a_batch_that_its_provider_forgets_is_given_up():
    with Batches(looks=50) as server:
        stand_in("openai", server)
        server.on_create = lambda batch: server.forgotten.add(batch["id"])
        rows = swept()
    assert rows["error"].tolist() == ["OutcomeUnknown"] * 3


def test_calls_in_a_batch_are_not_bought_one_by_one_without_a_word():
    with Batches() as server:
        stand_in("openai", server)
        cell = make_grid(QUESTIONS, models=[MODEL], max_tokens=20).cells[0]
        about = {"provider": "openai", "base_url": cell.request.base_url, "model_id": MODEL, "shape": "files"}
        Journal(current().folder).begin([Sent(cell.key, cell.request.identity(), MODEL)], **about)
        with pytest.warns(UserWarning, match="1 of these calls are in a batch"):
            wb.sweep(QUESTIONS, models=[MODEL], max_tokens=20)


def test_a_plan_tells_both_prices_and_where_a_batch_is_dearer():
    plan = wb.plan(QUESTIONS, models=[MODEL], max_tokens=20, batch=True)
    assert "in batches (batch=True)" in str(plan)
    live, batched = plan.batches.split(" likely call by call, ")
    assert plan.usd_likely > 0
    assert live
    assert batched
    assert "in batches" not in str(wb.plan(QUESTIONS, models=["deepseek/deepseek-flash"], max_tokens=20))


def test_progress_says_how_far_the_batches_are():
    lines, said = [], "1 batch at the provider: 2 of 3 done"

    class Waiting(Batches):
        """One that goes no further until that was told."""

        def shown(self, batch, **of):
            if not any(said in line for line in lines):
                batch["looked"] = min(batch["looked"], self.looks - 1)
            return super().shown(batch, **of)

    async def run():
        await wb.asweep(
            QUESTIONS,
            models=[MODEL],
            max_tokens=20,
            batch=True,
            on_progress=lambda progress, final: lines.append(progress.line(final=final)),
        )

    with Waiting(looks=4) as server:
        stand_in("openai", server)
        asyncio.run(run())
    assert any(said in line for line in lines)
    assert lines[-1].startswith("3 of 3 calls: 0 kept already, 3 bought; $0.0001 in")


def test_journal_files_hold_no_key():
    with Batches(looks=1) as server:
        stand_in("openai", server)
        found = []
        server.on_create = lambda batch: found.extend(
            path.read_text() for path in (current().folder / "batches").iterdir()
        )
        swept()
    assert found
    assert not any("sk-1234567890abcdef" in text for text in found)
    assert json.loads(next(text for text in found if text.startswith("{")))["requests"] == 3


def test_the_responses_api_goes_into_batches_of_its_own_endpoint():
    def outcome(said):
        if "input" not in said:
            return answered("9")
        return body([thought("4 and 5"), spoken("9")], usage={"input_tokens": 10, "output_tokens": 5})

    models = [wb.Model(MODEL, effort="max"), wb.Model(MODEL, effort="low")]  # the first has its effort in one of them
    with Batches(outcome) as server:
        stand_in("openai", server)
        rows = wb.sweep(QUESTIONS[:2], models=models, max_tokens=20, batch=True)
        again = wb.sweep(QUESTIONS[:2], models=models, max_tokens=20)
    assert {line["url"] for batch in server.batches.values() for line in batch["lines"]} == {*server.endpoints}
    assert len(server.batches) == 2
    assert rows["answer"].tolist() == ["9"] * 4
    assert rows["usd"].tolist() == [pytest.approx((10 * 1 + 5 * 5) / 1e6)] * 4
    assert again["cached"].all()
    (sent,) = {line["body"]["reasoning"]["effort"] for line in lines_to(server, "/v1/responses")}
    assert sent == "max"
    assert all("dialect" not in line["body"] for line in lines_to(server, "/v1/responses"))


def lines_to(server, endpoint):
    return [line for batch in server.batches.values() for line in batch["lines"] if line["url"] == endpoint]


def test_refresh_buys_a_batch_anew_and_its_replies_take_the_place_of_the_old():
    with Batches(lambda body: answered("9")) as server:
        stand_in("openai", server)
        swept()
        server.outcome = lambda body: answered("10")
        rows = swept(refresh=True)
        later = swept()
    assert (len(server.batches), server.bought) == (2, 6)
    assert rows["answer"].tolist() == later["answer"].tolist() == ["10"] * 3
    assert rows["cached"].tolist() == [False] * 3
    assert [entry["billed"] for entry in ledger()].count("yes") == 6


def test_azure_names_its_endpoint_otherwise(home, monkeypatch):
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "sk-1234567890abcdef")
    with Batches() as server:
        server.endpoints = ("/chat/completions",)
        own = {"base_url": server.base_url, "own_address": False}
        _added["azure"] = dataclasses.replace(known_providers()["azure"], **own)
        rows = swept("azure/my-deployment", questions=QUESTIONS[:1])
    assert rows["answer"].tolist() == ["Nine."]


@pytest.mark.parametrize("in_files", [False, True], ids=["results in the job", "results in files"])
def test_a_job_of_mistrals_is_found_by_its_mark_and_its_results_are_rows(in_files):
    fates = {QUESTIONS[0]: answered("9"), QUESTIONS[1]: (422, "no such parameter"), QUESTIONS[2]: LOST}
    with JobBatches(lambda body: fates[prompt_of(body)], drop=1) as server:
        server.in_files = in_files
        now = int(time.time())
        for number in range(150):  # before ours in its list
            name = f"batch_other{number}"
            server.batches[name] = {"id": name, "lines": [], "looked": 0, "created_at": now, "metadata": None}
        stand_in("mistral", server)
        rows = swept("mistral/mistral-large-4")
    assert len(server.batches) == 151
    assert rows["error"].fillna("").tolist() == ["", "BadRequest", "OutcomeUnknown"]
    assert rows["answer"][0] == "9"
    # 10 and 5 tokens at half of 0.70 and 2.10 dollars a million
    assert rows["usd"][0] == pytest.approx((10 * 0.35 + 5 * 1.05) / 1e6)


@pytest.mark.parametrize(("ends", "error"), [("failed", "BadRequest"), ("TIMEOUT_EXCEEDED", "OutcomeUnknown")])
def test_a_job_that_ends_otherwise_is_rows_too(ends, error):
    with JobBatches(lambda body: LOST, ends=ends) as server:
        stand_in("mistral", server)
        rows = swept("mistral/mistral-large-4", questions=QUESTIONS[:1])
    assert rows["error"].tolist() == [error]
    assert ledger()[-1]["billed"] != "yes"
