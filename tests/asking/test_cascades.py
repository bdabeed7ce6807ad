"""Cascades as a model: the cheap one first, the dear one where that is not enough, and the price of both."""

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb
from workbench.errors import InputError
from workbench.providers.routes import Classifier, add_cascade, add_classes, add_route, agreement

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


def test_a_cheap_reply_that_is_kept_is_not_taken_for_that_of_its_cascade(server, said):
    model = add_cascade("unsure", cheap="fake/cheap", dear="fake/dear", enough=lambda values: False)
    cheap = wb.sweep(["easy"], models="fake/cheap", max_tokens=30)
    plan = wb.plan(["easy"], models=[model], max_tokens=30)
    rows = wb.sweep(["easy"], models=[model, "fake/cheap"], max_tokens=30)
    assert (plan.estimates[0].calls, plan.estimates[0].kept) == (1, 0)
    assert rows["answer"].tolist() == ["dear says", "same"]
    assert rows["cached"].tolist() == [False, True]
    assert rows["usd_spent"][0] == pytest.approx(9 * 30 / 1e6)
    assert rows["usd"][0] == pytest.approx(rows["usd_spent"][0] + cheap["usd"][0])
    hits = server.hits
    again = wb.sweep(["easy"], models=[model], max_tokens=30)
    assert (again["answer"][0], again["served_by"][0], server.hits) == ("dear says", "fake/dear", hits)


EASY = Classifier(wb.Model("fake/cheap", "tiny", max_tokens=30), "Easy or hard? {{ question }}", ("easy", "hard"))


def test_a_class_said_by_a_cheap_model_chooses_the_model_and_is_paid(server, said):
    questions = ["one", "two", "three", "broken"]
    said |= {EASY.asks(text): [answer] for text, answer in zip(questions, ["Easy.", "**Hard**", "Hm"], strict=False)}
    model = add_classes("classes", EASY, {"easy": "fake/cheap", "hard": "fake/dear", "": "fake/dear"})
    classes = wb.sweep(questions[:2], models=EASY.model, prompts=EASY.prompt)
    plan = wb.plan(questions, models=[model], max_tokens=30)
    rows = wb.sweep(questions, models=[model], max_tokens=30, max_usd=1.0)
    assert classes["answer"].tolist() == ["Easy.", "**Hard**"]
    assert rows["answer"].tolist() == ["same", "dear says", "dear says", "dear says"]
    assert rows["served_by"].tolist() == ["fake/cheap", "fake/dear", "fake/dear", "fake/dear"]
    assert rows["usd"].tolist() == pytest.approx([60 / 1e6, 300 / 1e6, 300 / 1e6, 270 / 1e6])
    assert rows["usd_spent"].tolist() == pytest.approx([30 / 1e6, 270 / 1e6, 300 / 1e6, 270 / 1e6]), "two were kept"
    assert plan.usd_worst >= rows["usd"].sum()
    assert wb.ask("two", model=model, max_tokens=30).answer == "dear says"
    again = wb.sweep(questions[:3], models=[model], max_tokens=30)
    assert (again["cached"].all(), again["usd_spent"].sum()) == (True, 0)
    with pytest.raises(InputError, match="asks one model after the other"):
        wb.sweep(["new"], models=[model], max_tokens=30, batch=True)


def test_who_listens_hears_no_class_and_where_another_model_begins_anew(server, said):
    def heard(model, question):
        with wb.stream(question, model=model, max_tokens=30) as stream:
            pieces = []
            for piece in stream:
                pieces = [piece.text] if stream.restarts > restarts[-1] else [*pieces, piece.text]
                restarts.append(stream.restarts)
        return "".join(pieces), stream.restarts

    restarts = [0]
    said |= {"two": ["a", "b"], EASY.asks("three"): ["hard"]}
    classes = add_classes("classes", EASY, {"easy": "fake/cheap", "": "fake/dear"})
    assert heard(classes, "three") == ("dear says", 0)
    assert heard(add_cascade("split", cheap="fake/cheap", dear="fake/dear", draws=2), "two") == ("dear says", 2)
    restarts = [0]
    assert heard(add_cascade("kept", cheap="fake/cheap", dear="fake/dear", draws=3), "two")[0] == "dear says"


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("Easy?", ("a", "b")),
        ("{{ question }} {{ kind }}", ("a", "b")),
        ("{{ question }}", ("a", "A")),
        ("{{question}}", "ab"),
    ],
)
def test_a_classifier_that_cannot_be_is_refused(prompt, labels):
    with pytest.raises(InputError):
        Classifier("a/b", prompt, labels)


def test_a_route_by_class_says_who_is_asked_where_no_class_is_said():
    with pytest.raises(InputError, match='give one for ""'):
        add_classes("none", EASY, {"easy": "fake/cheap"})


def test_numbers_agree_by_their_value_where_that_is_given():
    last = agreement(1.0, lambda text: text.split()[-1])
    assert last(["It is 9", "9"])
    assert not agreement(1.0)(["It is 9", "9"])
    assert not agreement(0.5)(["", ""])


@pytest.mark.parametrize("draws", [0, 33, True, 2.0])
def test_draws_that_cannot_be_are_refused(draws):
    with pytest.raises(InputError, match="draws is"):
        add_cascade("x", cheap="a/b", dear="c/d", draws=draws)


def test_answers_are_compared_by_value_and_one_that_is_unsure_is_not_enough(server, said):
    def value(answer, task):
        return "" if "?" in answer else answer.split()[-1]

    several = add_cascade("by-value", cheap="fake/cheap", dear="fake/dear", draws=2, value=value)
    said["alike"], said["apart"] = ["It is 9", "I get 9"], ["It is 9", "It is 8"]
    assert wb.ask("alike", model=several).served_by == "fake/cheap"
    assert wb.ask("apart", model=several).served_by == "fake/dear"
    one = add_cascade("by-mark", cheap="fake/cheap", dear="fake/dear", value=value)
    said["sure"], said["unsure"] = ["Nine"], ["Nine?"]
    assert wb.ask("sure", model=one).served_by == "fake/cheap"
    assert wb.ask("unsure", model=one).served_by == "fake/dear"


def test_a_sweep_reads_each_answer_by_its_task(server, said):
    seen = []

    def value(answer, task):
        seen.append(task.target)
        return answer

    tasks = [{"id": "a", "question": "one", "target": "1"}, {"id": "b", "question": "two", "target": "2"}]
    wb.sweep(tasks, models=[add_cascade("tasks", cheap="fake/cheap", dear="fake/dear", value=value)], max_tokens=30)
    assert sorted(seen) == ["1", "2"]


def test_a_plan_of_a_cascade_spans_from_none_to_all_of_the_tasks_going_on(server, said):
    questions = ["easy", "split"]
    told, unknown = (
        add_cascade(name, cheap="fake/cheap", dear="fake/dear", draws=2, escalated=share)
        for name, share in (("told", 0.25), ("unknown", None))
    )
    plain = {name: wb.plan(questions, models=[f"fake/{name}"], max_tokens=30) for name in ("cheap", "dear")}
    plan = wb.plan(questions, models=[told], max_tokens=30)
    cheap, dear = plain["cheap"].usd_likely, plain["dear"].usd_likely
    assert plan.usd_likely == pytest.approx(2 * cheap + 0.25 * dear)
    assert plan.usd_worst == pytest.approx(2 * plain["cheap"].usd_worst + plain["dear"].usd_worst)
    (estimate,) = plan.estimates
    assert estimate.usd_low <= 2 * cheap
    assert estimate.usd_high >= 2 * cheap + dear
    assert "likely 25% of them do (as was measured)" in str(plan)
    assert "likely 50% of them do (assumed: nobody has measured it)" in str(
        wb.plan(questions, models=[unknown], max_tokens=30)
    )


def test_a_cascade_that_is_kept_costs_nothing_in_a_plan(server, said):
    model = add_cascade("kept", cheap="fake/cheap", dear="fake/dear", draws=2)
    said["split"] = ["a", "b"]
    wb.sweep(["easy", "split"], models=[model], max_tokens=30)
    plan = wb.plan(["easy", "split", "new"], models=[model], max_tokens=30)
    assert [(one.calls, one.kept) for one in plan.estimates] == [(3, 2)]


def test_a_plan_of_a_fallback_spans_over_all_that_may_answer(server, said):
    alone = wb.plan(["easy"], models=["fake/cheap"], max_tokens=30).estimates[0]
    dear = wb.plan(["easy"], models=["fake/dear"], max_tokens=30).estimates[0]
    (both,) = wb.plan(["easy"], models=["fake/cheap"], max_tokens=30, fallback=["fake/dear"]).estimates
    assert (both.usd_likely, both.usd_low, both.usd_high) == (alone.usd_likely, alone.usd_low, dear.usd_high)


def test_a_route_by_kind_takes_it_from_the_task(server, said):
    model = add_route(
        "kinds", {"proof": "fake/dear", "": "fake/cheap"}.__getitem__, ["fake/cheap", "fake/dear"], by_kind=True
    )
    tasks = [{"id": name, "question": name, "target": "dear says", "kind": "proof"} for name in ("one", "two")]
    rows = wb.sweep(tasks, models=[model], max_tokens=30)
    assert rows["served_by"].tolist() == ["fake/dear"] * 2
    for call in (lambda: wb.ask("one", model=model), lambda: wb.sweep(["one"], models=[model], max_tokens=30)):
        with pytest.raises(InputError, match="column 'kind'"):
            call()
