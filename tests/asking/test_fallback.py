"""A model that does not answer, and those in its place: on which errors, what was tried, what it cost, told apart."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from clocks import forward
from fakes.server import HANG, FakeServer, Response, completion, error_response

import workbench as wb
from workbench.errors import BadRequest, BudgetExceeded, InputError, NotFound, NotSent, QuotaExhausted, ServerBusy
from workbench.sweeps.plan import plan

USAGE = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
GONE = error_response(404, "no such model", type="resource_not_found_error")
QUOTA = error_response(429, "You exceeded your current quota", code="insufficient_quota")


@pytest.fixture
def server(tmp_path, quick):
    with FakeServer({"first": completion("25", usage=USAGE), "second": completion("26", usage=USAGE)}) as server:
        wb.add_provider("fake", base_url=server.base_url, free=False)
        prices = {"first": 1, "second": 3, "third": 5}
        (tmp_path / "workbench.toml").write_text(
            "".join(f'[models."fake/{name}"]\nusd_per_million = {{ input = {usd}, output = {usd} }}\n'
                    for name, usd in prices.items())
        )  # fmt: skip
        yield server


def ask(**options):
    return wb.ask("5 × 5?", **{"model": "fake/first", "fallback": ["fake/second"], "max_tokens": 50, **options})


def test_where_the_first_answers_nothing_is_said(server):
    reply = ask()
    assert (reply.answer, reply.model, reply.served_by, reply.tried) == ("25", "fake/first", None, ())
    assert server.hits == 1


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (GONE, "NotFound"),
        (QUOTA, "QuotaExhausted"),
        (error_response(503, "busy"), "ServerBusy"),
        (error_response(500, "oh no"), "ServerBusy"),
    ],
    ids=["gone", "quota", "busy", "broken"],
)
def test_the_next_one_answers_and_says_in_whose_place(server, script, kind):
    server.script = {**server.script, "first": script}
    reply = ask()
    assert (reply.answer, reply.model, reply.served_by) == ("26", "fake/second", "fake/second")
    assert reply.tried[0].startswith(f"fake/first: {kind}: ")
    assert reply.usd == pytest.approx(30 * 3 / 1e6)
    assert any("'fake/first' did not answer, and 'fake/second' did in its place" in text for text in reply.warnings)


@pytest.mark.parametrize(
    ("script", "error"),
    [(error_response(400, "temperature is wrong"), BadRequest), (error_response(401, "no"), wb.errors.AuthError)],
    ids=["mistake", "key"],
)
def test_a_mistake_or_a_key_is_yours_to_mend(server, script, error):
    server.script = {**server.script, "first": script}
    with pytest.raises(error):
        ask()
    asked = [request for request in server.requests if request.path.endswith("/chat/completions")]
    assert [request.model for request in asked] == ["first"]


@pytest.mark.parametrize(
    "script",
    [
        error_response(429, "Rate limit reached", type="rate_limit_reached_error", headers={"Retry-After": "200"}),
        Response((HANG,), framing="raw"),
    ],
    ids=["refused all the time", "silent"],
)
def test_one_that_uses_up_its_timeout_leaves_the_next_one_its_own(server, script, monkeypatch):
    """Each is at a server of its own: the line of a server that refuses everybody stands still for all."""
    put_forward = forward(monkeypatch)
    with FakeServer(script) as other, ThreadPoolExecutor(1) as pool:
        wb.add_provider("slow", base_url=other.base_url)
        asked = pool.submit(ask, model="slow/m", timeout=240)
        other.wait_until(lambda: other.hits == 1)
        put_forward(240)
        reply = asked.result()
    assert (reply.answer, reply.served_by) == ("26", "fake/second")


def test_a_retired_model_costs_nothing_and_its_heir_answers(server, tmp_path):
    with open("workbench.toml", "a") as file:
        file.write('[models."fake/old"]\nretired = 2020-01-01\n')
    reply = ask(model="fake/old")
    assert (reply.served_by, server.hits) == ("fake/second", 1)


def test_where_nobody_answers_all_that_was_tried_is_named(server):
    server.script = {"first": GONE, "second": QUOTA}
    with pytest.raises(QuotaExhausted, match="tried before: fake/first: NotFound"):
        ask()


def test_the_reply_is_kept_as_that_of_who_gave_it(server):
    server.script = {**server.script, "first": GONE}
    first, again = ask(), wb.ask("5 × 5?", model="fake/second", max_tokens=50)
    assert (again.cached, again.key, again.served_by) == (True, first.key, None)
    assert ask().usd_spent == 0


def test_a_model_may_bring_its_own_and_they_are_part_of_what_it_is(server):
    server.script = {**server.script, "first": GONE}
    model = wb.Model("fake/first", fallback="fake/second")
    assert wb.ask("5 × 5?", model=model).served_by == "fake/second"
    assert model != wb.Model("fake/first")
    assert eval(repr(model), {"Model": wb.Model}) == model


@pytest.mark.parametrize(
    ("model", "fallback"),
    [
        ("fake/first", ["fake/first"]),
        ("fake/first", [3]),
        ("fake/first", [wb.Model("fake/second", fallback="fake/third")]),
        (wb.Model("fake/first", fallback="fake/second"), ["fake/third"]),
    ],
    ids=["itself", "no model", "nested", "two lists"],
)
def test_fallbacks_that_make_no_sense_are_refused(server, model, fallback):
    with pytest.raises(InputError):
        ask(model=model, fallback=fallback)
    assert server.hits == 0


def test_a_stream_begins_anew(server):
    server.script = {**server.script, "first": GONE}
    with wb.stream("5 × 5?", model="fake/first", fallback=["fake/second"]) as stream:
        assert "".join(piece.text for piece in stream) == "26"
    assert stream.restarts == 1


def test_the_sum_holds_for_all_of_them_together(server):
    server.script = {**server.script, "first": GONE}
    with pytest.raises(BudgetExceeded):
        ask(max_usd=0.0001)
    asked = [request for request in server.requests if request.path.endswith("/chat/completions")]
    assert [request.model for request in asked] == ["first"]


def sweep(**options):
    wanted = {"models": ["fake/first", "fake/third"], "fallback": ["fake/second"], "max_tokens": 50, **options}
    return wb.sweep([{"id": str(n), "question": f"{n}?", "target": "26"} for n in range(4)], **wanted)


@pytest.fixture
def mixed(server):
    """The first answers three of four; the third always."""
    server.script = {
        "first": lambda request: GONE if "2?" in request.prompt else completion("25", usage=USAGE),
        "second": completion("26", usage=USAGE),
        "third": completion("26", usage=USAGE),
    }
    return sweep()


def test_rows_of_a_fallback_are_told_apart_in_every_verdict(mixed):
    assert mixed["served_by"].dropna().tolist() == ["fake/second"]
    names = {"fake/first", "fake/first -> fake/second", "fake/third"}
    assert set(mixed["model"]) == names
    assert all(name in str(wb.summary(mixed)) for name in names)
    found = wb.compare(mixed, "fake/first", "fake/third")
    assert "3 tasks" in str(found)


def test_a_row_of_a_fallback_has_its_own_price_key_and_provider(mixed):
    row = mixed[mixed["served_by"].notna()].iloc[0]
    assert row["usd"] == pytest.approx(30 * 3 / 1e6)
    assert row["key"] == wb.ask("2?", model="fake/second", max_tokens=50).key
    assert "did not answer" in row["warnings"]


def test_a_plan_counts_the_worst_of_all(server):
    tasks = ["?"]
    alone = plan(tasks, models="fake/first", max_tokens=50).usd_worst
    both = plan(tasks, models="fake/first", max_tokens=50, fallback=["fake/second"]).usd_worst
    assert both == pytest.approx(4 * alone)


def test_a_sweep_stops_before_spending_only_where_nobody_lives(server):
    with open("workbench.toml", "a") as file:
        file.write('[models."fake/old"]\nretired = 2020-01-01\n')
    rows = sweep(models="fake/old")
    assert set(rows["model"]) == {"fake/old -> fake/second"}
    with pytest.raises(NotFound):
        sweep(models="fake/old", fallback=[])


def test_a_row_without_any_answer_names_all_that_was_tried(server):
    server.script = {"first": GONE, "second": error_response(503, "busy")}
    rows = sweep(models="fake/first")
    assert set(rows["outcome"]) == {"error"}
    assert rows["error_message"].str.contains("tried before: fake/first: NotFound").all()
    # After some tries a host that fails is left alone, which on a slow machine comes before the last of the calls.
    assert ServerBusy.__name__ in set(rows["error"]) <= {ServerBusy.__name__, NotSent.__name__}
