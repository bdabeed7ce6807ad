"""One reply to a probe of a host, and what a probe found: the words in which an audit is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from workbench.replies.reply import Reply

Standing = Literal["kept", "broken", "unclear", "not asked"]

PROBES: Final = (
    *("cap", "temperature", "seed", "effort", "prompt tokens", "thinking counted", "served model", "calls valid"),
    *("calls when asked", "tool_choice none", "finish reasons"),
)
"""In the order in which they are told."""


@dataclass(frozen=True)
class Seen:
    """One reply to a probe, or the error in its place: what was asked, in which setting, and what came."""

    probe: str
    setting: str
    sent_characters: int
    cap: int | None = None
    reply: Reply | None = None
    error: str = ""
    tools: Sequence[Mapping[str, Any]] = ()
    should_call: bool | None = None
    model: str = ""

    @property
    def text(self) -> str:
        """What it thought and answered."""
        return f"{self.reply.thinking}\n{self.reply.answer}".strip() if self.reply is not None else ""

    @property
    def called(self) -> bool:
        return self.reply is not None and bool(self.reply.tool_calls)


@dataclass(frozen=True)
class Found:
    """What one probe found at one host."""

    probe: str
    standing: Standing
    words: str
    calls: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)


def answered_of(seen: Iterable[Seen]) -> list[tuple[Seen, Reply]]:
    """Those that were answered, each with its reply."""
    return [(one, one.reply) for one in seen if one.reply is not None]
