"""A route as a model: each question goes to the model that the route chooses, and the rows say which."""

import pytest
from fakes.server import FakeServer, completion

import workbench as wb
from workbench.errors import InputError, NotFound
from workbench.providers.routes import add_route

USAGE = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}


@pytest.fixture
def server(tmp_path):
    script = {"cheap": completion("cheap says", usage=USAGE), "dear": completion("dear says", usage=USAGE)}
    with FakeServer(script) as server:
        wb.add_provider("fake", base_url=server.base_url)
        (tmp_path / "workbench.toml").write_text(
            "".join(f'[models."fake/{name}"]\nusd_per_million = {{ input = {usd}, output = {usd} }}\n'
                    for name, usd in {"cheap": 1, "dear": 9}.items())
        )  # fmt: skip
        yield server


@pytest.fixture
def proofs():
    def choose(question):
        return "fake/dear" if "prove" in question.lower() else "fake/cheap"

    return add_route("proofs", choose, ["fake/cheap", "fake/dear"])


def test_a_question_goes_where_the_route_sends_it(server, proofs):
    easy, hard = (wb.ask(question, model=proofs) for question in ("What is 7?", "Prove it."))
    assert (easy.answer, easy.model, easy.served_by) == ("cheap says", "route:proofs", "fake/cheap")
    assert (hard.answer, hard.served_by) == ("dear says", "fake/dear")
    assert hard.usd == pytest.approx(30 * 9 / 1e6)


def test_a_reply_is_that_of_the_model_itself_and_bought_once(server, proofs):
    wb.ask("Prove it.", model="fake/dear")
    assert wb.ask("Prove it.", model=proofs).usd_spent == 0
    assert server.hits == 1


def test_a_conversation_goes_by_the_last_words_of_the_user(server, proofs):
    said = [("user", "prove"), ("assistant", "no"), ("user", "ok")]
    turns = [{"role": role, "content": text} for role, text in said]
    assert wb.ask(turns, model=proofs).served_by == "fake/cheap"


def test_a_sweep_takes_it_beside_its_models(server, proofs):
    rows = wb.sweep(["What is 7?", "Prove it."], models=[proofs, "fake/dear"], max_tokens=50, max_usd=1.0)
    routed = rows[rows["model"] == "route:proofs"]
    assert routed["served_by"].tolist() == ["fake/cheap", "fake/dear"]
    assert routed["usd"].tolist() == pytest.approx([30 / 1e6, 270 / 1e6])
    assert rows[rows["model"] == "fake/dear"]["served_by"].isna().all()
    assert server.hits == 3


def test_parameters_pinned_to_it_go_to_whichever_is_chosen(server, proofs):
    wb.ask("What is 7?", model=wb.Model(proofs, top_p=0.5, label="mine"), max_tokens=9)
    assert (server.requests[-1].json["top_p"], server.requests[-1].json["max_tokens"]) == (0.5, 9)


def test_a_plan_prices_each_question_at_its_model(server, proofs):
    plan = wb.plan(["What is 7?", "Prove 7."], models=proofs, max_tokens=100)
    alone = wb.plan(["What is 7?", "Prove 7."], models="fake/dear", max_tokens=100)
    assert 0.5 * alone.usd_worst < plan.usd_worst < 0.6 * alone.usd_worst


def test_what_is_no_route_is_refused(server, proofs):
    with pytest.raises(NotFound, match="unknown route 'proof'"):
        wb.ask("?", model="route:proof")
    for name, models in (("two words", ["a/b", "c/d"]), ("one", ["a/b"]), ("nested", ["a/b", "route:proofs"])):
        with pytest.raises(InputError):
            add_route(name, lambda question: "a/b", models)
    wrong = add_route("wrong", lambda question: "fake/none", ["fake/cheap", "fake/dear"])
    with pytest.raises(InputError, match="which is none of"):
        wb.ask("?", model=wrong)


def test_labels_stand_for_models_with_parameters_of_their_own(server):
    calm = wb.Model("fake/cheap", "calm", temperature=0)
    name = add_route("labels", lambda question: "calm", {"calm": calm, "dear": "fake/dear"})
    assert wb.ask("What is 7?", model=name).served_by == "calm"
    assert server.requests[-1].json["temperature"] == 0
