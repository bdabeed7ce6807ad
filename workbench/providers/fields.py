"""What can be known of a provider and of a model: the fields of the tables, each with its usual value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from workbench.providers.offers import Prices

DEFAULT_CONCURRENCY = 8

WEAK = ("third party", "unchecked")
"""How sure a fact is that may warn, and refuses nothing."""


@dataclass(frozen=True, repr=False)
class Provider:
    """One table of `providers.toml` or `workbench.toml`; the head of that file says what each field means.

    `dialect` is the known provider that it behaves like: its own id, unless the user said otherwise.
    """

    id: str
    base_url: str
    key_env: str | None = None
    key_page: str | None = None
    max_tokens_field: str = "max_tokens"
    streams: bool = True
    stream_usage: bool = True
    token_ends: bool = False
    thinking_in: str = ""
    thinking: str = "full"
    thought_flag: bool = False
    preopened: tuple[str, ...] = ()
    steers: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict, hash=False)
    most: Mapping[str, float] = field(default_factory=dict, hash=False)
    sent: Mapping[str, Any] = field(default_factory=dict, hash=False)
    fills_context: int | None = None
    protocol: str = "chat"
    exclusive: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    ignored_while_thinking: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    effort_in: str = ""
    efforts: tuple[str, ...] | None = None
    other_efforts: str = ""
    folded: Mapping[str, str] = field(default_factory=dict, hash=False)
    switches: Mapping[str, str] = field(default_factory=dict, hash=False)
    budget_in: str = ""
    responses: str = ""
    list_at: str = "models"
    list_key_in: str = ""
    list_is_open: bool = False
    own_address: bool = False
    free: bool = False
    concurrency: int = DEFAULT_CONCURRENCY
    sweep_concurrency: int | None = None
    notes: str = ""
    verified: date | None = None
    source: str = ""
    sure: str = ""
    dialect: str = ""

    def __repr__(self) -> str:
        return f"Provider({self.id!r}, base_url={self.base_url!r})"

    @property
    def at_once_in_a_sweep(self) -> int:
        return self.sweep_concurrency or self.concurrency


@dataclass(frozen=True)
class ModelFacts:
    """One table of `models.toml` or `workbench.toml`; the head of that file says what each field means.

    `retired` is the day on which its provider stopped serving it, `retires` the announced one that is still ahead.
    `listed` are prices of the provider's own list, read on the day `listed_on`. `efforts` None: not known; empty: it
    has none. What one other party alone says (`doubtful`) refuses nothing.
    """

    id: str
    context_tokens: int | None = None
    default_max_tokens: int | None = None
    earlier_default_max_tokens: tuple[int, ...] = ()
    least_max_tokens: int | None = None
    most_max_tokens: int | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict, hash=False)
    fixed_without_thinking: Mapping[str, Any] = field(default_factory=dict, hash=False)
    fixed_while_thinking: Mapping[str, Any] = field(default_factory=dict, hash=False)
    refused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    ignored_while_thinking: tuple[str, ...] = ()
    efforts: tuple[str, ...] | None = None
    default_effort: str = ""
    other_efforts: str = ""
    folded: Mapping[str, str] = field(default_factory=dict, hash=False)
    effort_in: str | None = None
    switch: str | None = None
    off_efforts: tuple[str, ...] | None = None
    always_thinks: bool = False
    replay: str = ""
    responses_for: str = ""
    responses_efforts: tuple[str, ...] = ()
    thinking: str = "full"
    preopened: bool | None = None
    images: bool | None = None
    file: str = ""
    threads: int | None = None
    chat_template: str = ""
    retired: date | None = None
    retires: date | None = None
    retired_note: str = ""
    replaced_by: tuple[str, ...] = ()
    answered_by: str = ""
    repointed: date | None = None
    prices: Prices | None = None
    listed: Prices | None = None
    listed_dearest: Prices | None = None
    listed_on: date | None = None
    notes: str = ""
    verified: date | None = None
    source: str = ""
    sure: str = ""
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    unsure: tuple[str, ...] = ()

    @property
    def doubtful(self) -> frozenset[str]:
        """The fields that one other party alone says; "all" of them where the whole table is of that kind."""
        unsure = {"context_tokens" if name == "context" else name for name in self.unsure}
        if self.sure in WEAK:
            told = {"context_tokens" if name == "context" else name for name in self.sources}
            return frozenset(item.name for item in fields(self)) - told | unsure
        return frozenset(unsure)

    def source_of(self, name: str) -> str:
        """Where a fact was read: its own source, else that of its table."""
        return self.sources.get("context" if name == "context_tokens" else name, self.source)
