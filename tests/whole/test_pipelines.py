"""The recipes for pipelines: their very commands are run, against a model of this machine."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fakes.server import FakeServer, completion, error_response

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
RECIPES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]


def commands(recipe):
    """The commands of a recipe that are ours."""
    steps = (
        recipe["jobs"]["compare"]["steps"]
        if "jobs" in recipe
        else [{"run": text} for text in recipe["compare"]["script"]]
    )
    return [step["run"] for step in steps if step.get("run", "").startswith("workbench ")]


def run(command):
    """A command as the shell of a pipeline runs it: with `workbench` on the path, and -e."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "MODEL": "fake/m"}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tasks.csv").write_text("question,target\n" + "".join(f"{n} + 1?,{n + 1}\n" for n in range(30)))
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "plain.txt").write_text("{{ question }}")
    return tmp_path


def answers(right):
    def script(request):
        number = int(request.prompt.split()[0])
        return completion(str(number + 1 if number < right else 0))(request)

    return script


def settings(server):
    Path("workbench.toml").write_text(f'[providers.fake]\nbase_url = "{server.base_url}"\n')


@pytest.fixture(scope="module")
def swept():
    """What the sweep of a recipe wrote, by the command and how many answers were right: both recipes have the same."""
    return {}


def sweep_into(kept, command, right):
    """Run the sweep of a recipe, or put its file where an equal one has written it."""
    new = Path("new.jsonl")
    if (command, right) not in kept:
        with FakeServer(answers(right)) as server:
            settings(server)
            assert run(command).returncode == 0
        kept[command, right] = new.read_bytes()
    new.write_bytes(kept[command, right])
    return new


@pytest.mark.parametrize("recipe", RECIPES, ids=["GitHub", "GitLab"])
def test_a_recipe_passes_and_fails_as_its_page_says(project, swept, recipe):
    sweep, compare = commands(recipe)
    sweep_into(swept, sweep, 28).rename("old.jsonl")
    shutil.copy("old.jsonl", "new.jsonl")
    assert run(compare).returncode == 0
    Path("compare.xml").unlink()
    Path("new.jsonl").unlink()
    sweep_into(swept, sweep, 16)
    worse = run(compare)
    assert worse.returncode == 1
    assert "Worse (margin 3 points): 53 % right, 93 % before" in worse.stderr
    assert "<failure" in Path("compare.xml").read_text()


def test_an_outage_is_no_pass(project):
    with FakeServer(error_response(401, "no")) as server:
        settings(server)
        done = run(commands(RECIPES[1])[0])
    assert done.returncode == 1
    assert "all 30 calls failed" in done.stderr


def test_both_recipes_run_the_same_commands_but_for_how_they_let_a_doubt_pass():
    assert len(RECIPES) == 2
    first, second = map(commands, RECIPES)
    assert [command.removesuffix(" || [ $? -eq 3 ]") for command in first] == second
    assert RECIPES[1]["compare"]["allow_failure"] == {"exit_codes": 3}
