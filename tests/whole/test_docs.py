"""What the docs show is made from the code: the picture of the house, where things are, names, notebooks."""

from __future__ import annotations

import doctest
import importlib.util
import re
import xml.etree.ElementTree
from itertools import pairwise
from pathlib import Path

import pytest
from house import WINGS

import workbench as wb

DOCS = Path(__file__).parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


def program(name):
    place = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    found = importlib.util.module_from_spec(place)
    place.loader.exec_module(found)
    return found


HOUSE, LISTS = program("make_house"), program("make_lists")


@pytest.mark.parametrize("made_by", [HOUSE, LISTS], ids=lambda module: module.__name__)
def test_a_page_is_as_the_code_is(made_by):
    for path, made in made_by.pages().items():
        text = path.read_text(encoding="utf-8")
        assert made == text, f"{path.name} tells of another state; `make house` writes it anew"


@pytest.mark.parametrize("made_by", [HOUSE, LISTS], ids=lambda module: module.__name__)
def test_the_examples_of_the_programs_are_true(made_by):
    assert doctest.testmod(made_by).failed == 0


def texts(svg):
    root = xml.etree.ElementTree.fromstring(svg)
    return root, [(element.get("class"), element.text) for element in root.iter(f"{SVG}text")]


def test_the_picture_shows_every_wing_with_its_whole_sentence_on_white_and_on_dark():
    svg = (DOCS / "house.svg").read_text(encoding="utf-8")
    root, shown = texts(svg)
    assert [text for kind, text in shown if kind == "name"] == sorted(WINGS, key=[text for _, text in shown].index)
    words = " ".join(text for kind, text in shown if kind == "words")
    for name in WINGS:
        assert HOUSE.sentence_of(name).replace("`", "") in words, name
    assert "prefers-color-scheme: dark" in svg
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_a_changed_table_or_sentence_changes_the_picture():
    sentences = {name: HOUSE.sentence_of(name) for name in WINGS}
    drawn = HOUSE.picture(WINGS, sentences)
    assert drawn == HOUSE.picture(dict(WINGS), dict(sentences))
    assert drawn != HOUSE.picture({**WINGS, "plots": "rows show"}, sentences)
    assert drawn != HOUSE.picture({**WINGS, "attic": "cli"}, {**sentences, "attic": "What is kept for later."})
    assert drawn != HOUSE.picture(WINGS, {**sentences, "rows": "Another sentence."})


def test_the_arrows_imply_the_whole_table_and_none_is_implied_by_others():
    arrows = HOUSE.arrows_of(WINGS)

    def reached(name, without=None):
        found = set()
        for above, below in arrows:
            if above == name and (above, below) != without:
                found |= {below} | reached(below, without)
        return found

    for name, below in WINGS.items():
        assert set(below.split()) <= reached(name)
    assert all(below not in reached(above, (above, below)) for above, below in arrows)
    floors = HOUSE.floor_of(WINGS)
    assert all(floors[above] > floors[below] for above, below in arrows)


def test_no_box_of_the_picture_lies_on_another_or_beyond_the_page():
    root, _ = texts((DOCS / "house.svg").read_text(encoding="utf-8"))
    _, _, width, height = (float(number) for number in root.get("viewBox").split())
    rects = [element for element in root.iter(f"{SVG}rect") if "box" in element.get("class").split()]
    boxes = [[float(each.get(name)) for name in ("y", "x", "width", "height")] for each in rects]
    assert len(boxes) == len(WINGS)
    assert all(x >= 0 and x + wide <= width and y + high <= height for y, x, wide, high in boxes)
    for (y, x, wide, high), (next_y, next_x, _, _) in pairwise(sorted(boxes)):
        assert next_x >= x + wide if next_y == y else next_y >= y + high


def test_a_circle_of_wings_is_named():
    with pytest.raises(SystemExit, match="one, other"):
        HOUSE.floor_of({"ground": "", "one": "other", "other": "one"})


def test_every_room_has_a_line_and_says_something_of_its_own():
    text = (DOCS / "house.md").read_text(encoding="utf-8")
    package = Path(wb.__file__).parent
    lines = dict(re.findall(r"^\| \**`([\w/.]+)`\** \| (.+) \|$", text, flags=re.MULTILINE))
    files = [*package.rglob("*.py"), *package.rglob("*.toml")]
    rooms = {str(path.relative_to(package)) for path in files if not path.name.startswith("__")}
    assert rooms - {"errors.py"} <= lines.keys()
    assert len(set(lines.values())) == len(lines)
    assert min(map(len, lines.values())) > 20


WHERE = {
    "Retry-After": "asking/wire/retry_after.py",
    "server-sent events": "asking/wire/streams.py",
    "what makes two calls the same call": "cache/request_key.py",
    "a new one goes here": "scorers/matching.py",
    "by the tags in one text": "replies/thinking.py",
    "Wilson": "analysis/stats.py",
    "`.env`": "base/secrets.py",
    "`max_usd`": "asking/money.py",
    "one event loop": "base/engine.py",
    "providers.toml": "providers/facts.py",
    "cannot run code": "tasks/templates.py",
    "JSON lines keep everything": "rows/files.py",
    "nearest kept request": "cache/misses.py",
    "price table": "providers/prices.py",
}


@pytest.mark.parametrize(("asked", "room"), WHERE.items(), ids=str)
def test_the_listing_answers_where(asked, room):
    """What a newcomer would look for stands in the line of one room."""
    lines = (DOCS / "house.md").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(f"| `{room}`") and asked.lower() in line.lower() for line in lines)


def test_the_names_of_the_face_are_those_of_the_readme_and_of_the_docs():
    face = set(dir(wb)) - {"__version__"}
    listed = re.findall(r"^\| `(\w+)` \| (.+?) \|", (DOCS / "names.md").read_text(encoding="utf-8"), re.MULTILINE)
    readme = LISTS.README.read_text(encoding="utf-8").partition("<!-- names -->")[2].partition("<!-- /names -->")[0]
    assert {name for name, _ in listed} == face
    assert set(re.findall(r"`(\w+)`", readme)) == face
    assert all(sentence.endswith((".", "?")) for _, sentence in listed)
    assert len(re.findall(r"`\w+`", readme)) == len(listed) == len(face)
