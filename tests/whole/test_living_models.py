"""README, notebooks, docs, and the examples in the package name only models that live on the day."""

import re
from pathlib import Path

import pytest

from workbench.providers.facts import known_models, known_providers, today

PROJECT = Path(__file__).parents[2]
SHOWN = (".ipynb", ".md", ".csv", ".toml", ".txt", ".py", ".json")
PAGES = sorted([
    PROJECT / "README.md",
    PROJECT / "Makefile",
    PROJECT / "cache" / "README.md",
    *(page for folder in ("notebooks", "docs") for page in (PROJECT / folder).rglob("*") if page.suffix in SHOWN),
])  # fmt: skip
CODE = sorted((PROJECT / "workbench").rglob("*.py"))
_ID = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, known_providers()))})/[\w.:-]+(?:/[\w.:-]+)*")


def ended(text, day):
    """The model ids in a text whose providers have stopped, or will have within the day."""
    found = {name.rstrip(".:") for name in _ID.findall(text)}
    known = known_models()
    ends = {name: known[name].retired or known[name].retires for name in found & known.keys()}
    return sorted(name for name, end in ends.items() if end is not None and end <= day)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_page_names_only_models_that_live_today(page):
    assert ended(page.read_text(encoding="utf-8"), today()) == []


def test_the_examples_in_the_package_name_only_models_that_live_today():
    found = {code.relative_to(PROJECT): ended(code.read_text(encoding="utf-8"), today()) for code in CODE}
    assert {code: names for code, names in found.items() if names} == {}


def test_the_scan_sees_the_dead_in_every_dress():
    text = 'use `moonshot/kimi-k2-thinking`, "xai/grok-4", models=openai/o3-mini,openai/gpt-6-sol or openai/o4-mini.'
    assert ended(text, today()) == ["moonshot/kimi-k2-thinking", "openai/o3-mini", "openai/o4-mini", "xai/grok-4"]
    assert ended("https://example.org/openai/o3-mini and openrouter/openai/gpt-5", today()) == []


def test_the_scan_finds_something_to_look_at():
    names = {name for page in PAGES for name in _ID.findall(page.read_text(encoding="utf-8"))}
    assert len(names & known_models().keys()) >= 3
