"""An audit of hosts: every sin is seen by its probe, a faithful host stays green, and money is asked about first."""

from contextlib import ExitStack

import pytest
from fakes.server.hosts import SINS, host
from fakes.server.server import FakeServer

import workbench as wb
from workbench.errors import BudgetExceeded, InputError
from workbench.providers.facts import _added
from workbench.sweeps.auditing import QUESTIONS
from workbench.sweeps.plan import Plan
from workbench.sweeps.probing import PROBE

ANSWERS = dict(QUESTIONS.values())
ALSO = {
    "says stop when it cut": {"finish reasons"},
    "always hot": {"seed"},
}
"""What else a sin breaks by itself."""


def served(stack, name, sin="", **how):
    """A host as a provider of this process."""
    server = stack.enter_context(FakeServer(host(sin, answers=ANSWERS, **how)))
    wb.add_provider(name, base_url=server.base_url, effort_in="reasoning_effort", efforts=["low", "medium", "high"])
    return server


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """One audit of a faithful host, a second one like it, and one host for every sin."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_CACHE", str(tmp_path_factory.mktemp("kept")))
        patch.chdir(tmp_path_factory.mktemp("empty"))
        names = {"": "good", "as good": "good-too", **{sin: f"sin{number}" for number, sin in enumerate(SINS)}}
        for sin, name in names.items():
            served(stack, name, sin if sin in SINS else "")
        audit = wb.sweeps.audit([f"{name}/m" for name in names.values()], max_usd=0)
        again = wb.sweeps.audit(["good/m"], max_usd=0)
        _added.clear()
    return {sin: f"{name}/m" for sin, name in names.items()}, audit, again


@pytest.mark.parametrize("sin", SINS)
def test_every_sin_is_seen_by_its_probe_and_by_no_other(found, sin):
    names, audit, _ = found
    lines = audit[audit["host"] == names[sin]]
    broken = set(lines.loc[lines["standing"] == "broken", "probe"])
    assert broken - ALSO.get(sin, set()) == {SINS[sin]}
    assert SINS[sin] in audit.verdicts[names[sin]]


@pytest.mark.parametrize("sin", ["", "as good"])
def test_a_faithful_host_breaks_nothing(found, sin):
    names, audit, _ = found
    lines = audit[audit["host"] == names[sin]]
    assert set(lines["standing"]) == {"kept"}
    assert "none broken" in audit.verdicts[names[sin]]


def test_no_difference_is_told_with_what_is_excluded(found):
    names, audit, _ = found
    assert "no difference found; differences above 38 points are excluded" in audit.verdicts[names["as good"]]
    figures = audit.figures.set_index("host")
    assert 0.95 <= float(figures.loc[names["as good"], "times the tokens"].split()[0]) <= 1.05


def test_an_audit_again_costs_nothing_and_finds_the_same(found):
    names, audit, again = found
    assert again.rows["cached"].all()
    one = audit[audit["host"] == names[""]]
    assert again["standing"].tolist() == one["standing"].tolist()


def test_it_is_about_twenty_five_calls_a_host(found):
    _, _, again = found
    assert len(again.rows) == 27
    assert (again.rows["prompt"] == PROBE).sum() == 21


def test_the_card_and_the_plain_form_say_it(found, tmp_path):
    names, audit, _ = found
    few = audit[audit["host"].isin([names[""], names["never calls"]])]
    page, text = few._repr_html_(), repr(few)
    assert "✗ broken" in page
    assert "calls missing" in page
    assert "As Moonshot&#39;s verifiers count" in page
    assert text.startswith(f"{names['never calls']} breaks calls when asked. In accuracy, no difference found")
    few.to_csv(tmp_path / "audit.csv", index=False)
    assert "calls when asked,broken" in (tmp_path / "audit.csv").read_text()


def test_the_headline_is_the_result(found):
    names, audit, _ = found
    alone = audit[audit["host"] == names[""]]
    assert alone._headline() == "No broken promise was caught at the host."
    wanted = "No difference in accuracy found at 20 of 20 others; differences above 38 points are excluded."
    assert audit._headline().endswith(wanted)


def test_the_verifiers_metrics_stand_under_their_names(found):
    names, audit, _ = found
    metrics = audit.metrics.set_index("host")
    assert metrics.loc[names["as good"], ["tool_call_f1", "schema_accuracy", "prompt_tokens"]].tolist() == [1, 1, 1]
    assert metrics.loc[names["never calls"], "tool_call_f1"] == 0
    assert metrics.loc[names["breaks schemas"], "schema_validation_error_count"] == 4
    assert metrics.loc[names["says stop with calls"], "finish_tool_calls"] == 0
    assert metrics.loc[names["says stop with calls"], "tool_call_json_schema"] == 1


def test_without_a_sum_nothing_is_sent_and_a_plan_says_what_it_takes():
    with ExitStack() as stack:
        server = served(stack, "good")
        plan = wb.sweeps.audit(["good/m", "good/n"])
        assert isinstance(plan, Plan)
        assert (plan.calls, plan.usd_worst, server.hits) == (54, 0.0, 0)
        assert plan.tells_apart.startswith("6 tasks ")


def test_a_sum_that_is_too_small_buys_nothing_more(home, monkeypatch):
    (home / "workbench.toml").write_text('[models."good/m"]\nusd_per_million = { input = 900, output = 900 }\n')
    (home / "workbench.toml").chmod(0o600)
    with ExitStack() as stack:
        server = served(stack, "good")
        audit = wb.sweeps.audit("good/m", max_usd=0.5)
        assert audit.rows["error"].eq(BudgetExceeded.__name__).any()
        assert audit.rows["usd_spent"].sum() <= 0.5
        assert server.hits < 27
        assert set(audit["standing"]) <= {"kept", "unclear", "not asked"}


def test_requests_of_a_verifier_are_taken_as_they_are(tmp_path):
    tool = {"type": "function", "function": {"name": "current_weather", "parameters": {
        "type": "object", "properties": {"place": {"type": "string"}}, "required": ["place"]}}}  # fmt: skip
    lines = [
        '{"model": "kimi", "temperature": 0.6, "max_tokens": 64000, "stream": true, "finish_reason": "tool_calls", '
        '"messages": [{"role": "_input", "content": "Shop."}, {"role": "user", "content": "Weather in Bergen?"}], '
        f'"tools": [{__import__("json").dumps(tool)}]}}',
    ]
    (tmp_path / "sample.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with ExitStack() as stack:
        server = served(stack, "good")
        audit = wb.sweeps.audit("good/m", tmp_path / "sample.jsonl", max_usd=0)
        asked = [request.json for request in server.requests if request.json.get("tools")]
    assert {one["messages"][0]["role"] for one in asked} == {"system"}
    assert {one["max_tokens"] for one in asked} == {2_048}
    assert audit.metrics["tool_call_f1"].tolist() == [1.0]


def test_tasks_of_ones_own_are_scored_in_place_of_the_six():
    with ExitStack() as stack:
        served(stack, "good")
        served(stack, "weak", wrong_every=1)
        tasks = [{"question": question, "answer": answer} for question, answer in QUESTIONS.values()]
        audit = wb.sweeps.audit(["good/m", "weak/m"], tasks, max_usd=0)
    assert audit.figures["accuracy"].tolist() == [1.0, 0.0]
    assert "weak/m is worse than good/m: 100 points on the same 6 tasks" in audit.verdicts["weak/m"]


def test_a_host_that_answers_nothing_is_told_as_such(quick):
    with FakeServer(lambda _: pytest.fail("not asked")) as server:
        wb.add_provider("dead", base_url=server.base_url.replace("127.0.0.1", "127.0.0.9"))
    audit = wb.sweeps.audit("dead/m", max_usd=0, timeout=1)
    assert set(audit["standing"]) <= {"unclear", "not asked"}
    assert "no connection" in audit.loc[audit["probe"] == "cap", "found"].item()


def test_what_cannot_be_audited_is_refused_before_it_is_sent():
    with pytest.raises(InputError, match="no tasks"):
        wb.sweeps.audit("local/smollm2-135m-think", [], max_usd=0)
    with pytest.raises(InputError, match="named twice"):
        wb.sweeps.audit(["local/smollm2-135m-think"] * 2)
