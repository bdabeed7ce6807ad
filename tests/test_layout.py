"""The picture of the house: rooms on floors, imports that go down, no circle, no way from reading to spending."""

from __future__ import annotations

import ast
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import workbench as wb

HOUSE = Path(wb.__file__).parent
PROJECT = HOUSE.parent

FLOORS = {
    1: "errors engine files keys notebook numerals patterns stats thinking word_diff markdown task_files tasks sandbox "
    "tables bars tracebacks",
    2: "configuration facts models parameters ids merging streams reading rows growing_rows row_tokens usage replies "
    "prompt_files prompts scores extraction matching structured judging scorers prices progress cards live money pace "
    "patience failures store store_batches store_folder store_table store_thread ledger row_files duplicates",
    3: "weights local local_server requests catalogue single_flight recordings cache transport sending booking",
    4: "client",
    5: "grid estimates sweep summary_table summaries pairing verdicts comparison repeats gain cuts recommendation "
    "budget_checks budget analysis",
    6: "cases plots plot_style widgets report",
    7: "__init__ __main__ cli cli_options testing",
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
READING = ("analysis", "cases", "plots", "report", "widgets.side_by_side", "cards")
SPENDING = {"client", "sweep", "transport", "engine"}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "workbench":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("workbench."):
            yield node.module.removeprefix("workbench.")
        elif isinstance(node, ast.Import):
            yield from (alias.name.removeprefix("workbench.") for alias in node.names if "workbench." in alias.name)


def name_of(path):
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULES = {name_of(path): path for path in HOUSE.rglob("*.py")}
IMPORTS = {name: set(imports_of(path)) - {name} for name, path in MODULES.items()}


def room(module):
    return module.partition(".")[0]


def test_every_room_stands_on_a_floor():
    assert {room(module) for module in MODULES} <= FLOOR.keys()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_down_or_stay_on_their_floor(module):
    above = {other for other in IMPORTS[module] if FLOOR.get(room(other), 0) > FLOOR[room(module)]}
    assert not above


def test_no_imports_go_in_a_circle():
    graph = {name: {other for other in others if other in MODULES} for name, others in IMPORTS.items()}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


@pytest.mark.parametrize("module", [name for name in READING if name in MODULES])
def test_the_reading_side_cannot_reach_a_model(module):
    reached, waiting = set(), {module}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= {other for other in IMPORTS.get(name, ()) if other not in reached}
        waiting |= {
            other for other in MODULES if other.startswith(f"{name}.") and other not in reached and "." not in module
        }
    assert not reached & SPENDING


def test_only_the_door_and_its_callers_reach_the_wire():
    assert {name for name, others in IMPORTS.items() if "transport" in others} <= {"client"}
    openai_users = {name for name, path in MODULES.items() if "import openai" in path.read_text(encoding="utf-8")}
    assert openai_users <= {"transport", "sending", "failures"}


def test_the_names_on_the_face_are_sorted_real_and_few():
    assert wb.__all__ == sorted(wb.__all__)
    assert all(getattr(wb, name) is not None for name in wb.__all__)
    assert set(dir(wb)) >= set(wb.__all__)
    assert len(wb.__all__) <= 36
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        wb.frobnicate  # noqa: B018


def test_a_function_stays_a_function_when_the_room_of_its_name_is_imported():
    import workbench.models
    import workbench.sweep  # noqa: F401

    assert callable(wb.models)
    assert callable(wb.sweep)


def test_every_dependency_is_used_and_every_import_is_declared():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {item.split(">")[0].split("[")[0] for item in declared}
    imported_as = {"python-dotenv": "dotenv", "genai-prices": "genai_prices", "markdown-it-py": "markdown_it"}
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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    for name in roots & {"ipywidgets", "matplotlib", "scipy", "pandas", "openai", "diskcache", "nh3", "rich", "click"}:
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
