"""The notebooks for real: each runs from top to bottom without a key and becomes a report that needs nothing else."""

import importlib.util
import itertools
import os
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nightly import NIGHTLY

import workbench as wb
from workbench.cache.kept import current
from workbench.errors import InputError
from workbench.providers.local import server as local

NOTEBOOKS = Path(wb.__file__).parent.parent / "notebooks"
RECORDINGS = NOTEBOOKS.parent / "cache" / "recordings"
RECORDED = sorted(path.stem for path in RECORDINGS.glob("*.jsonl"))
COLLECTION = sorted(NOTEBOOKS.glob("*.ipynb"))
MOST_BYTES_OF_A_RECORDING = 300_000
TWO_TASKS = "id,question,target\na,What is 2 + 3 + 4?,9\nb,What is the capital of France?,Paris\n"
FEW = {
    "01-one-question": {},
    "02-compare-models": {"max_tokens": [16, 48], "prompts": ["short-answer"]},
}


@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
@pytest.mark.parametrize("name", list(FEW) if NIGHTLY else ["02-compare-models"])
def test_a_notebook_runs_without_a_key_and_asks_nothing_twice(name, tmp_path):
    (tmp_path / "two.csv").write_text(TWO_TASKS)
    parameters = {**FEW[name], **({"tasks": str(tmp_path / "two.csv")} if name.startswith("02") else {})}
    first = wb.export_report(NOTEBOOKS / f"{name}.ipynb", parameters=parameters, output=tmp_path / "first.html")
    assert first.failed_cells == ()
    bought = wb.cache.stats().requests
    assert bought > 0
    wb.export_report(NOTEBOOKS / f"{name}.ipynb", parameters=parameters, output=tmp_path / "second.html")
    assert wb.cache.stats().requests == bought
    needs_nothing_else(first.path.read_text(), tmp_path)


def test_the_notebook_of_tools_needs_no_model_at_all(tmp_path):
    report = wb.export_report(NOTEBOOKS / "10-tools.ipynb", parameters={"every": 5}, output=tmp_path / "report.html")
    assert report.failed_cells == ()
    needs_nothing_else(report.path.read_text(), tmp_path)


def needs_nothing_else(page, folder):
    """A report makes no request and tells nobody where it was made."""
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=(?![\"']?data:)", page)
    assert str(folder) not in page


@pytest.fixture
def recorded(home):
    """Copy one recording into the empty cache of the test."""

    def copy(name):
        folder = Path(os.environ["WORKBENCH_CACHE"]) / "recordings"
        folder.mkdir(parents=True)
        return shutil.copy(RECORDINGS / f"{name}.jsonl", folder)

    return copy


@pytest.mark.parametrize("name", RECORDED)
def test_a_notebook_runs_from_its_recording_and_buys_nothing(name, recorded, tmp_path):
    recorded(name)
    report = wb.export_report(NOTEBOOKS / f"{name}.ipynb", output=tmp_path / "report.html")
    assert report.failed_cells == ()
    assert not [entry for entry in current().entries() if entry["sent"]]  # one asks a server that nobody started
    needs_nothing_else(report.path.read_text(), tmp_path)


@pytest.mark.parametrize("name", RECORDED)
def test_a_recording_is_small_whole_and_tells_nothing_of_who_made_it(name, recorded):
    text = Path(recorded(name)).read_text()
    assert len(text) <= MOST_BYTES_OF_A_RECORDING
    assert not re.search(r"/(?:home|root|tmp|work|Users)/|127\.0\.0\.1|api_key|Bearer", text)
    assert len(keys_of(text)) == len(text.splitlines())
    assert {wb.cache.get(key).model.partition("/")[0] for key in keys_of(text)} == {"local"}


def keys_of(recording):
    return re.findall(r'^\{"key": ?"(\w+)"', recording, flags=re.MULTILINE)


@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
def test_recording_a_notebook_anew_asks_for_the_same_replies(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "elsewhere"))
    place = importlib.util.spec_from_file_location("record", NOTEBOOKS / "record.py")
    program = importlib.util.module_from_spec(place)
    place.loader.exec_module(program)
    made = program.record("00-start-here", tmp_path).read_text()
    kept = (RECORDINGS / "00-start-here.jsonl").read_text()
    assert keys_of(made) == keys_of(kept)


@pytest.mark.parametrize("path", COLLECTION, ids=lambda path: path.stem)
def test_a_notebook_opens_with_a_question_and_keeps_its_ids(path):
    notebook = nbformat.read(path, as_version=4)
    assert re.match(r"# .+\?\n\n.*cost", notebook.cells[0].source, flags=re.DOTALL)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert sum("parameters" in cell.metadata.get("tags", ()) for cell in notebook.cells) == 1
    # None is stored: a reader makes them in seconds from the recordings, while stored ones carry times and folders of
    # whoever ran them, are several times the notebook, and are out of date with the next change of a card's look.
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)


LONGEST_CELL_LINES = 10


@pytest.mark.parametrize("path", COLLECTION, ids=lambda path: path.stem)
def test_a_notebook_is_no_program_explains_its_parameters_and_imports_nothing_private(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        assert not re.search(r"workbench\.\w+\.\w|from workbench|\bexec\(", cell.source), cell.id
        if "parameters" in cell.metadata.get("tags", ()):
            assigned = [line for line in cell.source.splitlines() if re.match(r"\w+ = ", line)]
            told = {line.partition(" = ")[0] for line in assigned if "  # " in line}
            clear = {"question"} if path.stem in ("00-start-here", "01-one-question") else set()
            assert {line.partition(" = ")[0] for line in assigned} == told | clear
        else:
            assert len(cell.source.splitlines()) <= LONGEST_CELL_LINES, cell.id
            assert max(map(len, cell.source.splitlines())) <= 120, cell.id


@pytest.mark.parametrize("path", COLLECTION, ids=lambda path: path.stem)
def test_every_notebook_opens_with_a_way_to_the_glossary(path):
    link = "](#Glossary)" if path == COLLECTION[0] else f"]({COLLECTION[0].name}#Glossary)"
    assert link in nbformat.read(path, as_version=4).cells[0].source


def test_the_glossary_has_twelve_words_and_each_is_used():
    text = "\n".join(cell.source for cell in nbformat.read(COLLECTION[0], as_version=4).cells)
    glossary = text.partition("## Glossary\n")[2].partition("\n## ")[0]
    words = [word.strip("*").lower() for word in re.findall(r"^- \*\*(.+?)\*\*+[: ]", glossary, flags=re.MULTILINE)]
    assert len(words) == 12
    others = "\n".join(path.read_text(encoding="utf-8").lower() for path in COLLECTION[1:])
    for word in ("task", "cap", "never answered", "template", "sample", "interval", "paired", "holm", "decisive"):
        assert any(word in each for each in words), word
        assert word in others, word


def test_the_readme_says_which_notebooks_need_no_model():
    readme = (NOTEBOOKS.parent / "README.md").read_text(encoding="utf-8")
    said = re.search(r"^(.+) run in seconds from recorded replies", readme, flags=re.MULTILINE)[1]
    spans = re.findall(r"(\d\d)(?: to (\d\d))?", said)
    numbers = [f"{n:02}" for first, last in spans for n in range(int(first), int(last or first) + 1)]
    assert [name[:2] for name in RECORDED] == numbers


@pytest.mark.parametrize(
    ("path", "following"), list(itertools.pairwise([*COLLECTION, COLLECTION[0]])), ids=lambda p: p.stem
)
def test_a_notebook_ends_with_what_was_learned_and_the_next_one(path, following):
    *_, last = nbformat.read(path, as_version=4).cells
    learned = last.source.partition("## What we learned\n")[2]
    assert len(re.findall(r"^- ", learned, flags=re.MULTILINE)) == 3
    assert learned.rindex("](") == learned.index(f"]({following.name})")


def test_the_first_notebook_lists_the_others_by_their_question():
    text = "\n".join(cell.source for cell in nbformat.read(COLLECTION[0], as_version=4).cells)
    listed = re.findall(r"^\| \[(.+)\]\(\1\.ipynb\) \| (.+) \|$", text, flags=re.MULTILINE)
    titles = [
        nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ") for path in COLLECTION
    ]
    assert listed == list(zip([path.stem for path in COLLECTION], titles, strict=True))[1:]


def notebook_of(tmp_path, *sources):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.cells[0].metadata.tags = ["parameters"]
    path = tmp_path / "mine.ipynb"
    nbformat.write(notebook, path)
    return path


def test_a_failing_cell_is_named_and_still_leaves_a_report(tmp_path):
    report = wb.export_report(notebook_of(tmp_path, "n = 1", "print('before')", "1 / 0", "print('after')"))
    assert report.failed_cells == ("cell 3 (1 / 0) failed: ZeroDivisionError: division by zero",)
    page = report.path.read_text()
    assert "cell 3 (1 / 0) failed" in page
    body = page[page.index("<body") :]
    assert body.index("cell 3") < body.index("before")


def test_an_unknown_parameter_is_refused_with_the_known_ones_and_nothing_is_run(tmp_path):
    with pytest.raises(InputError, match=r"unknown parameter 'm'.*n, models"):
        wb.export_report(notebook_of(tmp_path, "n = 1\nmodels = []", "1 / 0"), parameters=["m=2"])
    assert not (tmp_path / "reports").exists()


def test_a_file_of_ones_own_is_asked_as_it_is_and_not_in_the_words_of_the_example(tmp_path, monkeypatch):
    monkeypatch.chdir(NOTEBOOKS)
    (tmp_path / "mine.csv").write_text("Frage;Antwort\nWie viel ist 2 + 3?;5\nHauptstadt von Italien?;Rom\n")
    cells = [cell.source for cell in nbformat.read(NOTEBOOKS / "07-your-own-tasks.ipynb", 4).cells]
    begin = ("tasks =", "import", "questions =", "is_example", "products =")
    for tasks, sent in (
        ("tasks/messages.csv", "Message: The kettle"),
        (str(tmp_path / "mine.csv"), "Wie viel ist 2 + 3?"),
    ):
        names = {}
        for source in (cell for cell in cells if cell.startswith(begin)):
            exec(source.replace("tasks/messages.csv", tasks, source.startswith("tasks =")), names)
        plan = wb.plan(names["questions"], models=names["models"], prompts=names["ways"], scorer=names["marks"])
        assert f"\n  | [user] {sent}" in plan.understanding.prompt_text()
        assert callable(names["marks"]) is names["is_example"]
