"""The probes of a host: about two dozen short requests, each of which shows whether one promise is kept."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from workbench.cache.request_key import request_key
from workbench.errors import BadRequest, ConfigError, InputError
from workbench.providers.models import Target
from workbench.providers.requests import request_form
from workbench.sweeps.cells import Cell
from workbench.tasks.task import Task

CAP_TOKENS: Final = 24
"""Of the probes that must be cut: nobody counts to three hundred in so few."""

PROBE: Final = "probe"
"""The name that stands for the prompt in the rows of probes."""

_COUNT: Final = "Count from 1 to 300 in words, one number after another, and say nothing else."
_PAGES: Final = (
    "The ferry leaves the harbour at seven, passes the old lighthouse, and reaches the island an hour later. On board "
    "there is coffee, and in winter a stove; the captain knows most passengers by name and asks after their sheep. "
)
_INVENT: Final = "Invent a village that does not exist, and describe it in about five sentences."
_PUZZLE: Final = (
    "Five friends sit in a row. Ann is not at an end. Bo sits directly left of Cy. Di is at an end. Ed is not next to "
    "Ann. List every possible order from left to right, and say how many there are."
)


@dataclass(frozen=True)
class Probe:
    """One request of the probes: its setting, what it says beside the messages, and what it is meant to show."""

    name: str
    setting: str
    messages: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = field(default_factory=dict)
    samples: int = 1
    should_call: bool | None = None


@dataclass(frozen=True)
class Probed:
    """The cells of one host's probes, each with its probe; and what was not asked, with the reason."""

    cells: tuple[tuple[Cell, Probe], ...]
    refused: Mapping[str, str]


def _user(text: str) -> list[Mapping[str, Any]]:
    return [{"role": "user", "content": text}]


@functools.cache
def tool_requests() -> tuple[Mapping[str, Any], ...]:
    """The requests with tools that are asked where nobody gives others: four that need a call, and two that do not."""
    text = (resources.files("workbench.sweeps") / "tool_requests.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in text.splitlines())


def probes_of(target: Target, requests: Sequence[Mapping[str, Any]], *, max_tokens: int) -> Iterator[Probe]:
    """The probes of one host; `requests` are those with tools, as the verifiers of Moonshot write them."""
    capped = {"max_tokens": CAP_TOKENS}
    room = {"max_tokens": max_tokens}
    yield Probe("cap", "short", _user(_COUNT), capped)
    yield Probe("cap", "long", _user(_PAGES * 12 + "\n\n" + _COUNT), capped)
    yield Probe("temperature", "hot", _user(_INVENT), {**room, "temperature": 1.0}, samples=3)
    yield Probe("temperature", "cold", _user(_INVENT), {**room, "temperature": 0.0}, samples=3)
    yield Probe("seed", "seeded", _user(_INVENT), {**room, "temperature": 1.0, "seed": 20_261}, samples=2)
    for setting, options in _depths(target):
        yield Probe("effort", setting, _user(_PUZZLE), {**room, **options}, samples=2)
    for number, request in enumerate(requests):
        name = str(request.get("id") or number)
        label = request.get("finish_reason")
        should = None if not isinstance(label, str) else label == "tool_calls"
        yield Probe("tools", name, request["messages"], {**room, "tools": request["tools"]}, should_call=should)
    if requests:
        first = requests[0]
        options = {**room, "tools": first["tools"], "tool_choice": "none"}
        yield Probe("tool_choice none", "none", first["messages"], options)


def _depths(target: Target) -> list[tuple[str, Mapping[str, Any]]]:
    """The least and the most that a model can be told to think; none where no way is known to tell it."""
    known = target.provider.efforts if target.facts.efforts is None else target.facts.efforts
    efforts = [effort for effort in known or () if effort != "none"]
    if len(efforts) > 1:
        return [("low", {"effort": efforts[0]}), ("high", {"effort": efforts[-1]})]
    return [("low", {"thinking": False}), ("high", {"thinking": True})]


def probed(target: Target, requests: Sequence[Mapping[str, Any]], *, max_tokens: int) -> Probed:
    """Lay out one host's probes; what is known to be refused or ignored there is left out, and said."""
    cells: list[tuple[Cell, Probe]] = []
    refused: dict[str, str] = {}
    for probe in probes_of(target, requests, max_tokens=max_tokens):
        if probe.name in refused:
            continue
        try:
            form = request_form(target, **probe.options)
        except (BadRequest, ConfigError, InputError) as error:
            refused[probe.name] = str(error)
            cells = [one for one in cells if one[1].name != probe.name]
            continue
        ignored = next((text for text in form.warnings if f"ignores {probe.name}" in text), None)
        if ignored is not None:
            refused[probe.name] = ignored
            continue
        task = Task(f"{PROBE}:{probe.name}:{probe.setting}", str(probe.messages[-1].get("content") or ""))
        for sample in range(probe.samples):
            request = form.fill(probe.messages, sample=sample)
            cells.append((Cell(task, PROBE, {}, request, request_key(request.identity())), probe))
    for calls in ("calls valid", "calls when asked"):
        if "tools" in refused:
            refused[calls] = refused["tools"]
    return Probed(tuple(cells), refused)


def characters_of(messages: Sequence[Mapping[str, Any]]) -> int:
    """How many characters the messages of a probe have."""
    return sum(len(str(message.get("content") or "")) for message in messages)
