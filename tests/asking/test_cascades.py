"""Cascades as a model: the cheap one first, the dear one where that is not enough, and the price of both."""

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb
from workbench.errors import InputError
from workbench.providers.routes import add_cascade, agreement

USAGE = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}


@pytest.fixture
def said():
    return {}


@pytest.fixture
def server(tmp_path, said):
    def cheap(request):
        if "broken" in request.prompt:
            return error_response(404, "gone")
        answers = said.setdefault(request.prompt, ["same"])
        return completion(answers.pop(0) if len(answers) > 1 else answers[0], usage=USAGE)(request)

    with FakeServer({"cheap": cheap, "dear": completion("dear says", usage=USAGE)}) as server:
        wb.add_provider("fake", base_url=server.base_url)
        (tmp_path / "workbench.toml").write_text(
            "".join(f'[models."fake/{name}"]\nusd_per_million = {{ input = {usd}, output = {usd} }}\n'
                    for name, usd in {"cheap": 1, "dear": 9}.items())
        )  # fmt: skip
        yield server


def test_draws_that_agree_are_enough_and_cost_what_they_cost(server, said):
    model = add_cascade("agree", cheap="fake/cheap", dear="fake/dear", draws=3, enough=agreement(2 / 3))
    said["one"], said["two"] = ["Nine", "ten", "nine "], ["a", "b", "c"]
    agreed, split = wb.ask("one", model=model), wb.ask("two", model=model)
    assert (agreed.answer, agreed.served_by, agreed.model) == ("Nine", "fake/cheap", "route:agree")
    assert agreed.usd == pytest.approx(3 * 30 / 1e6)
    assert (split.answer, split.served_by) == ("dear says", "fake/dear")
    assert split.usd == pytest.approx((3 * 30 + 9 * 30) / 1e6)
    hits = server.hits
    again = wb.ask("two", model=model)
    assert (again.answer, again.cached, again.usd_spent, server.hits) == ("dear says", True, 0.0, hits)


def test_a_cheap_model_that_does_not_answer_is_not_enough(server, said):
    model = add_cascade("first", cheap="fake/cheap", dear="fake/dear")
    said["silent"] = [""]
    assert wb.ask("fine", model=model).served_by == "fake/cheap"
    assert wb.ask("broken", model=model).served_by == "fake/dear"


def test_a_sweep_takes_a_cascade_and_its_rows_say_who_answered(server, said):
    model = add_cascade("rows", cheap="fake/cheap", dear="fake/dear", draws=2)
    said["split"] = ["a", "b"]
    rows = wb.sweep(["easy", "split"], models=[model], max_tokens=30, max_usd=1.0)
    assert rows["served_by"].tolist() == ["fake/cheap", "fake/dear"]
    assert rows["model"].tolist() == ["route:rows"] * 2
    assert rows["usd"].tolist() == pytest.approx([2 * 30 / 1e6, (2 * 30 + 9 * 30) / 1e6])
    again = wb.sweep(["easy", "split"], models=[model], max_tokens=30, max_usd=1.0)
    assert again["cached"].tolist() == [True, True]
    assert again["usd_spent"].tolist() == [0.0, 0.0]


def test_numbers_agree_by_their_value_where_that_is_given():
    last = agreement(1.0, lambda text: text.split()[-1])
    assert last(["It is 9", "9"])
    assert not agreement(1.0)(["It is 9", "9"])
    assert not agreement(0.5)(["", ""])


@pytest.mark.parametrize("draws", [0, 33, True, 2.0])
def test_draws_that_cannot_be_are_refused(draws):
    with pytest.raises(InputError, match="draws is"):
        add_cascade("x", cheap="a/b", dear="c/d", draws=draws)
