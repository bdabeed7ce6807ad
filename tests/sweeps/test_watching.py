"""Whether a model behind a name is still the one: planned first, asked on consent, found soon, and what hangs on it."""

import random

import pytest
from click.testing import CliRunner
from commanded import workbench
from fakes.server import FakeServer, completion, json_response

import workbench as wb
from workbench.cli.commands import app
from workbench.errors import InputError, NotFound
from workbench.sweeps.watching import Plan, Watch

QUESTIONS = [f"Question {number}?" for number in range(8)]


def replying(tokens, *, served="m-2026-01-05", fingerprint=None, words="an ordinary answer"):
    """A model whose replies have so many tokens, more or less."""
    lots = random.Random(7)

    def answer(request):
        usage = {"prompt_tokens": 10, "completion_tokens": int(tokens * lots.uniform(0.8, 1.25))}
        usage["total_tokens"] = 10 + usage["completion_tokens"]
        text = f"{words} {lots.random()}"
        if fingerprint is None:
            return completion(text, usage=usage, model=served)
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return json_response({"model": served, "choices": [choice], "usage": usage, "system_fingerprint": fingerprint})

    return answer


@pytest.fixture
def server():
    with FakeServer(replying(100)) as server:
        wb.add_provider("fake", base_url=server.base_url)
        with open("workbench.toml", "w") as file:
            file.write("".join(
                f'[models."fake/{name}"]\nusd_per_million = {{ input = 1, output = 2 }}\n' for name in ("m", "other")
            ))  # fmt: skip
        yield server


@pytest.fixture
def rows(server):
    return wb.sweep(QUESTIONS, models=["fake/m", "fake/other"], repeats=3, max_tokens=1_000)


def watch(rows, **options):
    return wb.sweeps.watch(rows, models="fake/m", **options)


def test_without_a_sum_it_says_what_it_would_take_and_sends_nothing(rows, server):
    before = server.hits
    plan = watch(rows)
    assert isinstance(plan, Plan)
    assert server.hits == before
    assert plan.likely_usd == pytest.approx(24 * (10 + 2 * 100) / 1e6, rel=0.3)
    assert plan.worst_usd > plan.likely_usd
    assert "at most 24 calls" in str(plan)
    assert "fake/m: 8 questions with 24 kept replies" in str(plan)


def test_a_run_is_watched_by_its_name(server):
    wb.sweep(QUESTIONS, models=["fake/m"], repeats=3, max_tokens=1_000, name="last-week")
    assert "fake/m: 8 questions with 24 kept replies" in str(watch("last-week"))
    told = workbench("watch", "last-week", "--model", "fake/m")
    assert (told.returncode, "at most 24 calls" in told.stdout) == (0, True)


def test_the_same_model_is_not_called_another(rows, server):
    before = server.hits
    found = watch(rows, max_usd=1.0)
    assert isinstance(found, Watch)
    assert (found.changed, found.models[0].old_keys) == (False, ())
    assert server.hits - before == found.models[0].draws == 24
    assert "no change seen in 24 new replies, which proves none" in str(found)
    assert 0 < found.usd < 1.0


def test_a_second_watch_of_the_day_costs_nothing(rows, server):
    watch(rows, max_usd=1.0)
    before = server.hits
    assert watch(rows, max_usd=1.0).usd == 0.0
    assert server.hits == before


def test_a_swapped_model_is_found_in_few_calls_and_what_hangs_on_it_is_named(rows, server):
    server.script = replying(600)
    found = watch(rows, max_usd=1.0).models[0]
    assert (found.changed, found.by) == (True, "tokens")
    assert found.draws <= 12
    assert found.chance <= 0.05
    assert set(found.old_keys) == set(rows.loc[rows["model"] == "fake/m", "key"])
    assert found.verdicts == ("the summary line of fake/m", "compare(rows, 'fake/m', 'fake/other')")


def test_another_name_is_a_change_at_the_first_reply(rows, server):
    server.script = replying(100, served="m-2026-09-30")
    found = watch(rows, max_usd=1.0).models[0]
    assert (found.changed, found.by, found.draws) == (True, "served name", 1)
    assert found.served_now == ("m-2026-09-30",)
    assert "it calls itself m-2026-09-30" in str(found)


def test_a_name_written_otherwise_is_a_sign_and_no_proof(rows, server):
    server.script = replying(100, served="m")
    found = watch(rows, max_usd=1.0, draws=4).models[0]
    assert not found.changed
    assert found.signs == ("the name is written otherwise: m-2026-01-05 -> m",)


def test_another_build_is_a_sign(server):
    server.script = replying(100, fingerprint="fp_june")
    rows = wb.sweep(QUESTIONS, models="fake/m", max_tokens=1_000)
    server.script = replying(100, fingerprint="fp_august")
    found = watch(rows, max_usd=1.0, draws=3).models[0]
    assert (found.changed, found.signs) == (False, ("another build (system_fingerprint): fp_june -> fp_august",))


def test_kept_replies_of_two_models_are_told_apart(server):
    first = wb.sweep(QUESTIONS, models="fake/m", max_tokens=1_000)
    server.script = replying(100, served="m-2026-09-30")
    rows = wb.sweep(QUESTIONS, models="fake/m", max_tokens=1_000, repeats=2)
    found = watch(rows, max_usd=1.0, draws=2).models[0]
    assert found.signs[0].startswith("the kept replies name 2 models themselves: ")
    server.script = replying(100, served="m-2026-11-11")
    assert set(watch(rows, max_usd=1.0, draws=5).models[0].old_keys) >= set(first["key"])


def test_the_sum_is_never_exceeded(rows, server):
    server.script = replying(999)
    found = watch(rows, max_usd=0.0043)
    assert found.usd <= 0.0043
    assert found.models[0].stopped


def test_a_model_that_is_gone_by_now_costs_no_other_its_watch(rows, server):
    with open("workbench.toml", "a") as file:
        file.write('retired = 2026-11-20\nreplaced_by = ["fake/heir"]\n')  # of the last one, fake/other
    found = wb.sweeps.watch(rows, max_usd=1.0, draws=2)
    gone = next(one for one in found.models if one.model == "fake/other")
    assert (gone.draws, gone.changed) == (0, False)
    assert "was retired on 2026-11-20. Use fake/heir instead" in gone.stopped
    assert "fake/other: not asked again" in str(found)
    assert [one.draws for one in found.models if one is not gone] == [2]
    with pytest.raises(NotFound):
        wb.sweeps.watch(rows, max_usd=1.0, models="fake/other")


def test_rows_whose_replies_are_elsewhere_are_said(rows, monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "another"))
    with pytest.raises(InputError, match="no reply of these rows is kept here"):
        watch(rows)


@pytest.mark.parametrize("options", [{"draws": 0}, {"canaries": True}, {"false_alarms": 1}, {"max_usd": -1}], ids=str)
def test_what_cannot_be_is_refused(rows, options):
    with pytest.raises(InputError):
        watch(rows, **options)


def test_on_the_command_line_a_change_is_status_1(rows, server):
    wb.write_rows(rows, "rows.jsonl")
    assert CliRunner().invoke(app, ["watch", "rows.jsonl"]).exit_code == 0
    server.script = replying(100, served="m-2026-09-30")
    done = CliRunner().invoke(app, ["watch", "rows.jsonl", "-m", "fake/m", "--max-usd", "1"])
    assert done.exit_code == 1
    assert "changed since" in done.output
