"""Options of the command line that lay out a sweep, and how their texts are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from workbench.base.typed import with_breaks

param_option = click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="for the model; a JSON list is swept: temperature=[0,1]",
)

fallback_option = click.option(
    "--fallback",
    "fallback",
    multiple=True,
    metavar="MODEL",
    help="Asked where a model does not answer, in order; its rows are told apart.",
)

_Command = TypeVar("_Command", bound=Callable[..., Any])


TASK_WORDS = (
    "question",
    "target",
    "choices",
    "id",
    "system",
    "messages",
    "images",
    "sheet",
    "filter",
    "limit",
    "shuffle",
)
"""The options that say how a file of tasks is read; `load_tasks` has keywords of the same names."""


def task_options(command: _Command) -> _Command:
    """The options that say which column of a file is what, and which of its tasks are taken."""
    either = "a column, or a template: '{{ instruction }}\\n{{ input }}'"
    for decorate in reversed(
        (
            click.option("--question", help=f"What is asked: {either}"),
            click.option("--target", help="What it should be answered with: a column, or a template."),
            click.option("--choices", help="The options: a column, or several with commas between them."),
            click.option("--id", "id", help='The names of the tasks: a column, or "" to number them.'),
            click.option("--system", help="The system part of each task: a column, or a template."),
            click.option("--messages", help="Conversations: a column."),
            click.option("--images", help="Pictures that are sent along: columns with paths or addresses."),
            click.option("--sheet", help="The sheet of a workbook, list of a JSON file, split of a data set."),
            click.option(
                "--filter", "filter", multiple=True, metavar="NAME=VALUE", help="Only tasks that fit; or !=, ~."
            ),
            click.option("--limit", type=int, help="At most so many tasks, from the beginning."),
            click.option("--shuffle", type=int, metavar="SEED", help="Send options in an order drawn by this seed."),
        )
    ):
        command = decorate(command)
    return command


def read_tasks(source: str, words: dict[str, Any]) -> Any:
    """The tasks of a file as the options say; takes their words out of `words`.

    `\\n` and `\\t` in a template are a line break and a tab, but for the commands of LaTeX that begin so.
    """
    from workbench.tasks.tasks import load_tasks

    given = {name: words.pop(name) for name in TASK_WORDS if name in words}
    said = {name: value for name, value in given.items() if value is not None and value != ()}
    for name, value in said.items():
        if isinstance(value, str) and "{" in value:
            said[name] = with_breaks(value)
        elif name == "filter":
            said[name] = list(value)
    return load_tasks(source, **said)


def grid_options(command: _Command) -> _Command:
    """The options that lay out a sweep."""
    command = task_options(command)
    for decorate in reversed(
        (
            click.argument("tasks"),
            click.option(
                "--models",
                "--model",
                "-m",
                "models",
                required=True,
                multiple=True,
                help="provider/model; several with commas, or each with its own -m",
            ),
            click.option("--prompts", help="A prompt file, or a folder of them; of promptfoo, its YAML."),
            click.option("--max-tokens", help="One or several, separated by commas."),
            click.option(
                "--caps",
                type=click.Choice(["buy", "cut"]),
                default="buy",
                show_default=True,
                help="cut: buy the largest of several max-tokens, and cut the smaller from its replies.",
            ),
            click.option("--repeats", type=int, default=1, show_default=True, help="Replies to each call."),
            param_option,
            fallback_option,
            click.option("--concurrency", type=int, help="Most calls at once to one provider."),
        )
    ):
        command = decorate(command)
    return command


def layout_of(
    models: Sequence[str],
    prompts: str | None,
    max_tokens: str | None,
    repeats: int,
    params: Sequence[str],
    caps: str = "buy",
    fallback: Sequence[str] = (),
) -> dict[str, Any]:
    """What `plan` and `sweep` take, from the texts of those options."""
    return {
        "models": named(models),
        "prompts": None if prompts is None else Path(prompts),
        "max_tokens": None if max_tokens is None else _whole_numbers(max_tokens),
        "repeats": repeats,
        "params": params_of(params),
        "caps": caps,
        **({"fallback": named(fallback)} if fallback else {}),
    }


def named(models: Sequence[str]) -> list[str]:
    """The models of an option that may be given several times, each perhaps with commas in it; each model once.

    >>> named(["a/x,b/y", "a/x"])
    ['a/x', 'b/y']
    """
    return list(dict.fromkeys(name.strip() for text in models for name in text.split(",") if name.strip()))


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(part.replace("_", "")) for part in text.split(",")]
    except ValueError:
        raise click.BadParameter(f"{text!r} is no list of whole numbers, such as 1024,4096") from None


def params_of(pairs: Sequence[str]) -> dict[str, Any]:
    """name=value pairs; a value that reads as JSON is taken as such, anything else as text."""
    params = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{pair!r} is not of the form name=value")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params
