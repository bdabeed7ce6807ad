"""The versions that a clone installs: written down without an address, the same for pip and uv, and what runs here."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2]
PINS = [Requirement(line) for line in (PROJECT / "constraints.txt").read_text().splitlines() if line[0] != "#"]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.11.0", "3.11.14", "3.12.3", "3.13.1")
SYSTEMS = ("linux", "darwin", "win32")


def program():
    place = importlib.util.spec_from_file_location("pins", PROJECT / ".ci" / "pins.py")
    found = importlib.util.module_from_spec(place)
    place.loader.exec_module(found)
    return found


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def declared():
    project, groups = PYPROJECT["project"], PYPROJECT["dependency-groups"]
    lists = [project["dependencies"], *project["optional-dependencies"].values(), *groups.values()]
    return {plain(Requirement(line).name): Requirement(line) for each in lists for line in each}


def place(python, system):
    return {"python_version": python.rpartition(".")[0], "python_full_version": python, "sys_platform": system}


def pinned(python, system):
    """The pins in force on one Python and system, by name."""
    environment = {**place(python, system), "platform_system": system, "platform_machine": "x86_64"}
    return [pin for pin in PINS if pin.marker is None or pin.marker.evaluate(environment)]


def test_a_pin_is_a_name_and_a_version_and_nothing_that_leads_anywhere():
    assert len(PINS) > 100
    for pin in PINS:
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier)), pin
        assert pin.url is None
        assert not pin.extras


def test_uv_reads_the_same_pins_as_pip():
    assert [Requirement(line) for line in PYPROJECT["tool"]["uv"]["constraint-dependencies"]] == PINS


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_and_system_has_one_version_of_each_thing_that_is_declared(python, system):
    names = [plain(pin.name) for pin in pinned(python, system)]
    assert len(names) == len(set(names))
    versions = {plain(pin.name): str(pin.specifier)[2:] for pin in pinned(python, system)}
    for name, wanted in declared().items():
        assert name in versions, f"{name} has no pin: `make pins` renews them"
        assert wanted.specifier.contains(versions[name], prereleases=True), f"{name}: {wanted} is not {versions[name]}"


@pytest.mark.skipif(os.environ.get("WORKBENCH_TESTS") == "newest", reason="the newest versions are tried, not the pins")
def test_what_runs_here_is_what_is_pinned():
    python = "{}.{}.{}".format(*sys.version_info)
    found = {plain(each.name): each.version for each in metadata.distributions() if each.name}
    wrong = {
        pin.name: found[plain(pin.name)]
        for pin in pinned(python, sys.platform)
        if plain(pin.name) in found and not pin.specifier.contains(found[plain(pin.name)], prereleases=True)
    }
    assert not wrong, "these are installed in other versions than those pinned"


def test_pins_are_taken_out_and_put_in_again_without_a_trace():
    pins = program()
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    bare = pins.unpinned(text)
    assert "constraint-dependencies" not in bare
    build = PYPROJECT["tool"]["uv"]["build-constraint-dependencies"]
    lines = PYPROJECT["tool"]["uv"]["constraint-dependencies"]
    assert bare.replace(pins.BEFORE, pins.section(lines, build) + pins.BEFORE, 1) == text
    assert doctest.testmod(pins).failed == 0


def test_the_readme_and_ci_install_by_the_pins():
    for path in (PROJECT / "README.md", PROJECT / ".ci" / "run"):
        installs = re.findall(r"pip install (.+?)(?: &&|\n)", path.read_text(encoding="utf-8"))
        by_pins = [words for words in installs if "--no-deps" not in words and not words.startswith("--group`")]
        assert by_pins
        assert all("-c constraints.txt" in words for words in by_pins), by_pins
