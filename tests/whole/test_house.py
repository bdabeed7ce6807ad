"""The picture of the house: wings that stand strictly one on another, no circle, no way from reading to spending."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from house import CELLARS, FACES, READING, SPENDING, WINGS
from programs import run
from sources import said_in

import workbench as wb

HOUSE = Path(wb.__file__).parent
PROJECT = HOUSE.parent
LONGEST_ROOM_LINES = 400
LONGEST_FACE_LINES = 40
MOST_NAMES = 40
MOST_FOLDERS = 18


def imports_of(path):
    """The rooms that a file imports, at its head or inside a function."""
    for node in said_in(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "workbench":
            base = node.module.removeprefix("workbench").removeprefix(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}".removeprefix(".")
                yield inner if inner in MODULES else base
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.removeprefix("workbench.") for alias in node.names if alias.name.startswith("workbench.")
            )


def name_of(path):
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {name_of(path): path for path in HOUSE.rglob("*.py")}
FRONT = {"__init__", "__main__"}


@functools.cache
def imports():
    """What each room imports. Read when a test asks, once: every worker would read all files to list the tests."""
    return {name: set(imports_of(path)) - {name, ""} for name, path in MODULES.items()}


def wing(module):
    return module.partition(".")[0]


def reached_from(wings):
    """The rooms that some wings import, directly or through others; a room's wing is loaded with it."""
    reached, waiting = set(), {module for module in MODULES if wing(module) in wings}
    while waiting:
        module = waiting.pop()
        reached.add(module)
        parents = {".".join(module.split(".")[:depth]) for depth in range(1, module.count(".") + 1)}
        waiting |= ((imports()[module] | parents) & MODULES.keys()) - reached
    return reached


def test_the_listing_is_wings_and_three_files():
    files = {path.stem for path in HOUSE.glob("*.py")}
    folders = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert files == FRONT | {"errors"}
    assert folders == WINGS.keys() - {"errors"}
    assert len(folders) <= MOST_FOLDERS


def test_the_wings_stand_on_what_the_table_says_and_on_nothing_else():
    found = {
        name: {wing(other) for module in MODULES if wing(module) == name for other in imports()[module]} - {name}
        for name in WINGS
    }
    assert found == {name: set(below.split()) for name, below in WINGS.items()}


def test_no_wing_stands_on_itself_by_a_detour():
    tuple(TopologicalSorter({name: below.split() for name, below in WINGS.items()}).static_order())


def test_no_imports_go_in_a_circle():
    # A face is looked through: it hands on names of its own wing's rooms, which never import it.
    graph = {name: {other for other in others if other in MODULES} for name, others in imports().items()}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


@pytest.mark.parametrize("cellar", CELLARS)
def test_a_cellar_is_used_by_its_own_wing_alone(cellar):
    def uses(others):
        return any(f"{other}.".startswith(f"{cellar}.") for other in others)

    users = {name for name, others in imports().items() if uses(others)}
    assert {wing(user) for user in users} - FRONT <= {wing(cellar)}


def test_every_folder_in_a_wing_is_a_cellar_or_holds_data():
    inner = {name_of(path) for path in HOUSE.rglob("__init__.py")} - WINGS.keys() - FRONT
    assert inner == set(CELLARS)


def test_the_reading_side_cannot_reach_a_model():
    reached = reached_from(READING)
    assert not {
        module for module in reached if any(module == place or module.startswith(f"{place}.") for place in SPENDING)
    }


def test_only_the_wire_imports_its_http_client():
    users = {name for name, path in MODULES.items() if "import aiohttp" in path.read_text(encoding="utf-8")}
    assert all(user.startswith(("asking.wire.", "asking.batch.")) for user in users)


@pytest.mark.parametrize("name", sorted({*WINGS, *CELLARS} - {"errors"}))
def test_a_wing_begins_with_one_sentence_and_only_a_face_says_more(name):
    path = HOUSE / name.replace(".", "/") / "__init__.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree).count("\n") == 0
    if name in FACES:
        assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_FACE_LINES
        face = __import__(f"workbench.{name}", fromlist=["__all__"])
        assert all(hasattr(face, handed_on) for handed_on in face.__all__)
    else:
        assert len(tree.body) == 1


@pytest.mark.parametrize("name", sorted(name.partition(".")[0] for name in MODULES if name.endswith(".handed_on")))
def test_a_face_that_loads_when_asked_lists_what_its_room_hands_on(name):
    """Python lays a loaded room over a name of the face that is called the same, so none may be."""
    face, room = __import__(f"workbench.{name}", fromlist=["__all__"]), MODULES[f"{name}.handed_on"]
    lines = ast.walk(ast.parse(room.read_text(encoding="utf-8")))
    ours = [node for node in lines if isinstance(node, ast.ImportFrom) and node.module.startswith("workbench.")]
    homes = __import__(f"workbench.{name}.handed_on", fromlist=["_HOMES"])._HOMES
    assert {each: f"workbench.{home}" for each, home in homes.items()} == {
        alias.asname: node.module for node in ours for alias in node.names
    }
    assert face.__all__ == sorted(homes)
    assert not {f"{name}.{handed_on}" for handed_on in face.__all__} & MODULES.keys()
    assert dir(face) == sorted(face.__all__)
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        face.frobnicate  # noqa: B018


def test_no_room_compiles_patterns_while_it_is_loaded():
    """There are hundreds, and a run needs few: a room that does not stand on `base` alone has patterns of `re`."""
    eager = set()
    for name, path in MODULES.items():
        if {"errors", "base"} & {wing(name), *WINGS.get(wing(name), "").split()} and name != "base.regular_expressions":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imports = any(isinstance(node, ast.Import) and node.names[0].name == "re" for node in tree.body)
            at_its_head = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
            if imports and any("re.compile(" in ast.unparse(node) for node in at_its_head):
                eager.add(name)
    assert not eager


def test_a_room_is_one_screenful_of_one_subject():
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert not {name: count for name, count in lines.items() if count > LONGEST_ROOM_LINES}


def test_nothing_reaches_another_room_behind_the_table():
    """No room is fetched by name, no caller's names are taken over."""
    for name, path in MODULES.items():
        text = path.read_text(encoding="utf-8")
        assert "locals()" not in text, name
        assert 'sys.modules["workbench' not in text, name


def test_style_sheets_are_files_of_their_own():
    assert [name for name, path in MODULES.items() if "<style" in path.read_text(encoding="utf-8")] == ["show.styles"]


def test_the_names_on_the_face_are_sorted_real_and_few():
    assert wb.__all__ == sorted(wb.__all__)
    assert all(getattr(wb, name) is not None for name in wb.__all__)
    assert set(dir(wb)) == {*wb.__all__, "__version__"}
    assert len(wb.__all__) <= MOST_NAMES


def test_a_wing_is_reached_by_its_name_in_a_fresh_python():
    script = "import workbench as wb; print(wb.analysis.classes.__name__, wb.tasks.Task.__name__, wb.decide.__name__)"
    assert run(script).stdout.strip() == "classes Task decide"
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        wb.frobnicate  # noqa: B018


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("watch", "workbench.sweeps.watch"),
        ("json_schema", "workbench.scorers.json_schema"),
        ("sumary", "did you mean 'summary'?"),
        ("analysys", "did you mean 'analysis'?"),
    ],
)
def test_a_name_that_is_not_on_the_face_is_shown_the_way(name, said):
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(wb, name)
    assert not hasattr(wb, "_repr_latex_")


def test_no_folder_bears_the_name_of_a_function():
    functions = {name for name in wb.__all__ if callable(getattr(wb, name))}
    assert not functions & WINGS.keys()


def test_every_dependency_is_used_and_every_import_is_declared():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {item.split(">")[0].split("[")[0] for item in declared}
    imported_as = {
        "python-dotenv": "dotenv",
        "genai-prices": "genai_prices",
        "typing-extensions": "typing_extensions",
        "markdown-it-py": "markdown_it",
        "pyyaml": "yaml",
    }
    text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES.values())
    only_run = {"jupyterlab"}  # `workbench lab` starts it as a program
    for name in names - only_run:
        module = imported_as.get(name, name)
        assert f"import {module}" in text or f"from {module}" in text, f"{name} is declared and not used"


def test_every_widget_and_plot_library_that_is_imported_is_declared():
    declared = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    roots = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name).partition(".")[0]
        for path in MODULES.values()
        for node in said_in(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for name in roots & {"ipywidgets", "matplotlib", "scipy", "pandas", "aiohttp", "diskcache", "nh3", "rich", "click"}:
        assert f'"{name}' in declared.partition("[project.scripts]")[0], f"{name} is imported and not declared"


def test_no_file_names_a_registry_or_is_a_lock_file():
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org")
    for path in PROJECT.rglob("*"):
        kept = path.is_file() and not any(
            part.startswith(".") and part != ".ci" for part in path.relative_to(PROJECT).parts
        )
        if kept and path.suffix in {".py", ".toml", ".md", ".ipynb", ".jsonl", ".yml", ".txt", ".json", ""}:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert path.name == "uv.lock" or not any(host in text for host in hosts), path
