"""A loop as it stands: its steps, the calls in them, how it ended, and what that took."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.cache.request_key import same_numbers
from workbench.loops.calling import INVALID
from workbench.replies.cards import with_style
from workbench.replies.outcomes import OUTCOME_WORDS
from workbench.replies.reply import Reply
from workbench.replies.traces import trace_html
from workbench.show.figures import counted, spent
from workbench.show.markdown import visible


@dataclass(frozen=True)
class Call:
    """One call of a tool: its arguments as the model wrote them, what it was told, and what was wrong if anything.

    `again` counts earlier calls of the same loop that were the same and came to the same. `kept` says that the result
    was not had anew.
    """

    name: str
    arguments: str
    result: str = ""
    problem: str = ""
    seconds: float = 0.0
    kept: bool = False
    again: int = 0


@dataclass(frozen=True)
class Step:
    """One reply of the model, and the calls that it asked for with what came of them."""

    number: int
    reply: Reply
    calls: tuple[Call, ...] = ()
    note: str = ""

    @property
    def tool_seconds(self) -> float:
        """How long the calls took: the longest of them, for they run side by side."""
        return max((call.seconds for call in self.calls), default=0.0)


@dataclass(frozen=True, repr=False)
class Loop:
    """What came of a loop: the answer, how it ended, each step, and what that took.

    `usd` is what the replies cost when they were bought, `usd_spent` what they cost this time; None where it is unknown
    for one of them. `messages` is the conversation as it was sent. `state` is what the tools' own state function said.
    """

    answer: str
    outcome: str
    model: str
    steps: tuple[Step, ...]
    messages: tuple[Mapping[str, Any], ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    state: Any = None
    seconds_in_tools: float = 0.0

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call, in order."""
        return tuple(call for step in self.steps for call in step.calls)

    @property
    def thinking(self) -> str:
        """The thinking of every step, in order."""
        return "\n\n".join(step.reply.thinking for step in self.steps if step.reply.thinking)

    @property
    def cached(self) -> bool:
        """Whether every reply was kept already."""
        return all(step.reply.cached for step in self.steps)

    @property
    def usd(self) -> float | None:
        """What the replies cost when they were bought, in US dollars."""
        return total(step.reply.usd for step in self.steps)

    @property
    def usd_spent(self) -> float | None:
        """What the replies cost this time, in US dollars."""
        return total(step.reply.usd_spent for step in self.steps)

    @property
    def seconds_in_model(self) -> float:
        """How long the replies took when they were bought."""
        return sum(step.reply.seconds or 0.0 for step in self.steps)

    @property
    def invalid_calls(self) -> int:
        """Calls of tools that do not exist, or whose arguments are no JSON or do not fit the schema."""
        return sum(call.problem in INVALID for call in self.calls)

    @property
    def repeated_calls(self) -> int:
        """Calls that had been made before in this loop, and came to the same then."""
        return sum(call.again > 0 for call in self.calls)

    def __repr__(self) -> str:
        lines = [] if self.outcome == "answered" else [f"[{OUTCOME_WORDS[self.outcome]}]"]
        lines += [visible(self.answer)] if self.answer else []
        return "\n".join([*lines, f"— {visible(self.foot())}"])

    def _repr_html_(self) -> str:
        last = frozenset({len(self.steps)})
        return str(with_style(trace_html("", self.trace(), foot=self.foot(), opened=last)))

    def foot(self) -> str:
        """Model, steps, calls by tool, dollars, seconds, and whether all was kept."""
        by_tool = Counter(call.name for call in self.calls)
        told = ", ".join(f"{name} {number}" for name, number in by_tool.most_common())
        parts = [self.model, counted(len(self.steps), "step"), *([told] if told else []), spent(self.usd)]
        parts += [f"{self.seconds_in_model + self.seconds_in_tools:.1f} s", "kept" if self.cached else "bought"]
        return " · ".join(parts)

    def __str__(self) -> str:
        return self.answer

    def trace(self) -> list[dict[str, Any]]:
        """The steps as plain JSON: what a row holds, and what `trace` shows."""
        return [traced(step) for step in self.steps]


def total(values: Any) -> float | None:
    """The sum, None where one of the values is unknown."""
    found = list(values)
    return None if any(value is None for value in found) else float(sum(found))


def traced(step: Step) -> dict[str, Any]:
    """One step as plain JSON; what is absent is left out."""
    reply, usage = step.reply, step.reply.usage
    told = {
        "step": step.number,
        "thinking": reply.thinking,
        "answer": reply.answer,
        "calls": [traced_call(call) for call in step.calls],
        "note": step.note,
        "finish_reason": reply.finish_reason,
        "prompt_tokens": usage.prompt_tokens,
        "cached_prompt_tokens": usage.cached_prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "thinking_tokens": usage.thinking_tokens,
        "usd": reply.usd,
        "seconds": reply.seconds,
        "kept": reply.cached,
        "key": reply.key,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def traced_call(call: Call) -> dict[str, Any]:
    """One call as plain JSON; what is absent is left out, but for the result."""
    told = {
        "name": call.name,
        "arguments": call.arguments,
        "result": call.result,
        "problem": call.problem,
        "seconds": call.seconds,
        "kept": call.kept,
        "again": call.again,
    }
    return {name: value for name, value in told.items() if value not in ("", 0, False) or name == "result"}


class Repeats:
    """Counts the calls of a loop that are the same and come to the same, whatever comes between them.

    >>> repeats = Repeats()
    >>> [repeats.again("look", '{"at": 1}', "dark"), repeats.again("look", '{ "at":1}', "dark")]
    [0, 1]
    """

    def __init__(self) -> None:
        # By tool and result: the arguments of the one call that came to it, or how often each were given.
        self._alike: dict[tuple[str, int], str | Counter[str]] = {}

    def again(self, name: str, arguments: str, result: str) -> int:
        """How often this was seen before; notes that it is seen now."""
        came_to = (name, hash(result))
        alike = self._alike.get(came_to)
        if alike is None:  # most calls: their arguments need not be brought into one form
            self._alike[came_to] = arguments
            return 0
        if isinstance(alike, str):
            alike = self._alike[came_to] = Counter([canonical(alike)])
        told = canonical(arguments)
        alike[told] += 1
        return alike[told] - 1

    def worst(self) -> tuple[str, int]:
        """The tool of the call that was repeated most, and how often it was made."""
        found = ("", 0)
        for (name, _), alike in self._alike.items():
            number = 1 if isinstance(alike, str) else max(alike.values())
            found = max(found, (name, number), key=lambda one: one[1])
        return found


def canonical(arguments: str) -> str:
    """Arguments in the one form that all ways to write them share.

    >>> canonical('{"b": 1, "a": 2.0}') == canonical('{"a":2,"b":1}')
    True
    """
    try:
        return json.dumps(same_numbers(json.loads(arguments or "{}")), sort_keys=True)
    except (ValueError, RecursionError):
        return arguments


def first_words(steps: Sequence[Step]) -> str:
    """The last answer that any of the steps gave."""
    return next((step.reply.answer for step in reversed(steps) if step.reply.answer.strip()), "")
