"""Options of the command line that lay out a sweep, and how their texts are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

param_option = click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    help="for the model; a JSON list is swept: temperature=[0,1]",
)

_Command = TypeVar("_Command", bound=Callable[..., Any])


def grid_options(command: _Command) -> _Command:
    """The options that lay out a sweep."""
    for decorate in reversed(
        (
            click.argument("tasks"),
            click.option("--models", "-m", required=True, help="provider/model, several separated by commas"),
            click.option("--prompts", help="A prompt file, or a folder of them."),
            click.option("--max-tokens", help="One or several, separated by commas."),
            click.option("--repeats", type=int, default=1, show_default=True, help="Replies to each call."),
            param_option,
            click.option("--concurrency", type=int, help="Most calls at once to one provider."),
        )
    ):
        command = decorate(command)
    return command


def layout_of(
    models: str, prompts: str | None, max_tokens: str | None, repeats: int, params: Sequence[str]
) -> dict[str, Any]:
    """What `plan` and `sweep` take, from the texts of those options."""
    return {
        "models": [name.strip() for name in models.split(",") if name.strip()],
        "prompts": None if prompts is None else Path(prompts),
        "max_tokens": None if max_tokens is None else _whole_numbers(max_tokens),
        "repeats": repeats,
        "params": params_of(params),
    }


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
