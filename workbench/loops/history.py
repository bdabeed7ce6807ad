"""The messages of a loop: they only grow, so that a provider's cache of their beginning, and our key of it, hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.loops.replaying import Replay, WireCall, turn_back
from workbench.providers.models import Target
from workbench.replies.reply import Reply


class History:
    """What has been said so far, as it is sent; `replay` says in which turns the thinking goes back."""

    def __init__(self, first: Sequence[Mapping[str, Any]], target: Target, replay: Replay) -> None:
        self.messages: list[Mapping[str, Any]] = list(first)
        self.calls = 0
        self._target, self._replay = target, replay
        self._last: tuple[int, Mapping[str, Any]] | None = None

    def add_turn(self, reply: Reply, calls: Sequence[WireCall], body: Mapping[str, Any]) -> None:
        """Add a turn of the model; with `replay="last"` the turn before it loses its thinking."""
        if self._replay == "last":
            if self._last is not None:
                place, without = self._last
                self.messages[place] = without
            self._last = (len(self.messages), turn_back(reply, calls, self._target, body, thinking=False))
        self.messages.append(turn_back(reply, calls, self._target, body, thinking=self._replay != "none"))
        self.calls += len(calls)

    def add_result(self, call: WireCall, text: str) -> None:
        """Add what a tool returned."""
        self.messages.append({"role": "tool", "tool_call_id": call.id, "content": text})

    def add_words(self, text: str) -> None:
        """Add words of ours, as the user's."""
        self.messages.append({"role": "user", "content": text})
