"""The same question at several lengths, paired."""

import tracemalloc

import pytest
from fakes.server.server import FakeServer

import workbench as wb
from workbench.errors import InputError
from workbench.sweeps.grid import make_grid

PAGES = "The tide was out, and nobody spoke. The lamp stood by the door.\n\n" * 40
SUM = {"id": "sum", "question": "What is 6 * 7?", "answer": "42", "kind": "sum"}
NEEDLE = {
    "id": "key",
    "context": "The key lies under the blue stone.",
    "question": "Where is the key?",
    "answer": "stone",
}


def test_each_task_stands_at_each_length_and_place_and_says_which_it_was():
    tasks = wb.tasks.pad([SUM, NEEDLE], to=[400, 900], with_=PAGES, place=[0.1, 0.9])
    assert len(tasks) == 8
    assert tasks[0].id == "sum, 400 tokens, at 0.1"
    assert {task.extra["pairs"] for task in tasks} == {"sum", "key"}
    assert tasks[0].extra == {"kind": "sum", "length": 400, "place": 0.1, "pairs": "sum"}
    assert tasks[0].target == "42"
    for task in tasks:
        assert len(f"{task.context}\n\n{task.question}") == pytest.approx(4 * task.extra["length"], abs=8)


@pytest.mark.parametrize("place", [0, 0.25, 0.5, 1])
def test_a_passage_stands_whole_where_it_should(place):
    [task] = wb.tasks.pad([NEEDLE], to=900, with_=PAGES, place=place)
    at = task.context.index(NEEDLE["context"])
    assert at / (len(task.context) - len(NEEDLE["context"])) == pytest.approx(place, abs=0.05)
    assert task.question == NEEDLE["question"]
    around = task.context.replace(NEEDLE["context"], "")
    assert "nobody spo\n" not in around
    assert around.count("lamp") == len(around.split("lamp")) - 1


def test_a_question_without_a_passage_stays_at_the_end_or_is_pointed_to():
    [last] = wb.tasks.pad([SUM], to=300, with_=PAGES)
    assert (last.question, "6 * 7" in last.context, "place" in last.extra) == ("What is 6 * 7?", False, False)
    [inside] = wb.tasks.pad([SUM], to=300, with_=PAGES, place=0.5)
    assert "\n\nWhat is 6 * 7?\n\n" in inside.context
    assert "'What is 6 * 7?' Answer it." in inside.question


def test_prompts_of_one_length_begin_alike():
    first, second = wb.tasks.pad(
        [NEEDLE, {**NEEDLE, "id": "b", "context": "A rope."}], to=2_000, with_=PAGES, place=0.9
    )
    assert first.context[:5_000] == second.context[:5_000]


def test_what_was_done_is_said():
    notes = " ".join(wb.tasks.pad([SUM], to=[50, 9_000], with_=PAGES).understood.notes)
    assert "about 50, 9,000 tokens with the text: estimated at 4 characters a token" in notes
    assert "is repeated" in notes
    assert "repeated" not in " ".join(wb.tasks.pad([SUM], to=50, with_=PAGES).understood.notes)


def test_a_file_is_read_and_other_languages_count_otherwise(tmp_path):
    path = tmp_path / "pages.txt"
    path.write_text("潮水退去，灯还亮着。" * 300, encoding="utf-8")
    [task] = wb.tasks.pad([SUM], to=500, with_=path, characters_per_token=1.5)
    assert len(task.context) == pytest.approx(735, abs=3)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no text in UTF-8"):
        wb.tasks.pad([SUM], to=500, with_=str(path))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to": 3}, "by itself"),
        ({"to": []}, "at least one"),
        ({"to": [90, 90]}, "none twice"),
        ({"to": 10**9}, "from 1 to"),
        ({"to": 1.5}, "from 1 to"),
        ({"to": True}, "from 1 to"),
        ({"to": 90, "place": 1.5}, "from 0"),
        ({"to": 90, "with_": "  "}, "empty"),
        ({"to": 90, "with_": 7}, "give a text"),
        ({"to": 90, "with_": "nowhere.txt"}, "nowhere.txt"),
        ({"to": 90, "characters_per_token": 0}, "characters_per_token"),
    ],
)
def test_what_cannot_be_padded_is_refused(given, words):
    with pytest.raises((InputError, OSError), match=words):
        wb.tasks.pad([SUM], **{"with_": PAGES, **given})


def test_a_plan_says_what_lengths_cost_and_which_do_not_fit():
    tasks = wb.tasks.pad([SUM], to=[1_000, 600_000], with_=PAGES)
    plan = wb.plan(tasks, models="openai/gpt-5.4", max_tokens=100)
    assert plan.usd_likely > 600_000 * 1e-6
    small = wb.plan(tasks, models="moonshot/kimi-k2.6", max_tokens=100)
    assert any("about 600,000 are asked" in text for text in small.warnings)
    assert not any("asked" in text for text in plan.warnings)


def test_texts_are_there_once_however_many_models_are_asked():
    tasks = wb.tasks.pad([{**SUM, "id": str(n)} for n in range(4)], to=100_000, with_=PAGES)
    models = [wb.Model("openai/gpt-5.4", label=f"m{n}") for n in range(6)]
    make_grid(tasks[:1], models=models[:1], max_tokens=9)
    tracemalloc.start()
    grid = make_grid(tasks, models=models, max_tokens=[9, 10], repeats=2)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(grid.cells) == 96
    assert size < 2.5 * sum(len(task.context) for task in tasks)


def test_lengths_are_compared_question_by_question():
    def reply(request):
        return "42" if len(request.prompt) < 4_000 else "41"

    questions = [{**SUM, "id": f"sum{n}"} for n in range(8)]
    with FakeServer(reply) as server:
        wb.add_provider("box", base_url=server.base_url)
        tasks = wb.tasks.pad(questions, to=[500, 2_000], with_=PAGES)
        rows = wb.sweep(tasks, models="box/m", max_tokens=64)
    table = wb.analysis.at_lengths(rows)
    found = wb.compare(table, {"length": 500}, {"length": 2_000})
    assert (found.tasks, found.difference) == (8, 1.0)
    assert wb.summary(table)["length"].tolist() == [500, 2_000]
    with pytest.raises(InputError, match=r"wb\.tasks\.pad"):
        wb.analysis.at_lengths(rows.drop(columns="task_pairs"))
