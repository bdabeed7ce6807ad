"""`scripted`: an asker and a provider that say what a script says, below a wire, a cache and a ledger that are real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from workbench.asking.ask import ask
from workbench.providers.facts import add_provider, remove_provider
from workbench.providers.models import Model
from workbench.replies.reply import Reply
from workbench.testing.script import Asked, Item, Script
from workbench.testing.server import Server


def scripted(
    replies: Item | Iterable[Item] | Callable[[Asked], Item], *, provider: str = "scripted", **facts: Any
) -> Asker:
    """A model that answers what it is told to: no network, no key, no money, and everything else as ever.

    `replies` is a list, one item for each request in the order of arrival; or one item for all of them; or a function
    of what is `Asked`. An item is an answer; a mapping with any of `answer`, `thinking`, `finish_reason`, `usage`,
    `usd`, `seconds` (to wait before the answer) and `tool_calls` (each with `name` and `arguments`); or an error of
    `wb.errors`. A word counts as a token, and a reply is cut where `max_tokens` ends.

    The result is called like `wb.ask`, so that it can be handed to whatever takes an asker. While it is open, any model
    `scripted/…` is answered by it: in a sweep, a panel, another thread. Replies are cached like any: the same prompt
    again is taken from the cache. Let `WORKBENCH_CACHE` name a folder of the test's own. `facts` are those of
    `wb.add_provider`, such as `dialect`.

    `RateLimited` and `ServerBusy` end a call at once; with `retry_after_seconds` they are waited for and tried again,
    and the next item answers. What may have been billed (`OutcomeUnknown`, `StreamCut`, `StreamError`, `BadResponse`)
    is asked for once more, as ever. Raises `InputError` for what can be no item.

    >>> import workbench as wb
    >>> with wb.testing.scripted(["42", wb.errors.AuthError("no such key")]) as asker:
    ...     reply = asker("What is 6 * 7?")
    ...     rows = wb.sweep(["What is 7 * 7?"], models="scripted/careful", max_tokens=64)
    >>> reply.answer, reply.usd, reply.cached
    ('42', 0.0, False)
    >>> rows[["model", "outcome", "error"]].to_dict("records")
    [{'model': 'scripted/careful', 'outcome': 'error', 'error': 'AuthError'}]
    >>> [asked.prompt for asked in asker.asked]
    ['What is 6 * 7?', 'What is 7 * 7?']
    """
    return Asker(Script(replies), provider, facts)


class Asker:
    """What `scripted` gives: called like `wb.ask`, a provider while it is open, and a note of what was asked.

    Used in a `with` block, or closed by hand with `close`.
    """

    def __init__(self, script: Script, provider: str, facts: Mapping[str, Any]) -> None:
        self._script = script
        self._server = Server(script.answer)
        self.provider = provider
        try:
            self._added = add_provider(provider, base_url=self._server.base_url, **{"free": True, **facts})
        except BaseException:
            self._server.close()
            raise

    @property
    def base_url(self) -> str:
        """The address that it is served under, for a provider of another name."""
        return self._server.base_url

    @property
    def asked(self) -> list[Asked]:
        """Every request that came, in the order of arrival; what the cache answered is not among them."""
        return list(self._script.asked)

    @property
    def left(self) -> int:
        """How many items of a list nobody has asked for yet."""
        return self._script.left

    def plays(self, model: str | Model) -> Model:
        """A model that is answered by the script and stands in rows under the name of another.

        >>> with scripted("42") as asker:
        ...     asker("6 * 7?", model=asker.plays("openrouter/moonshotai/kimi-k2-thinking")).model
        'openrouter/moonshotai/kimi-k2-thinking'
        """
        played = model if isinstance(model, Model) else Model(model)
        if played.id.startswith(f"{self.provider}/"):
            return played
        return Model(f"{self.provider}/{played.id}", label=played.label, **played.params)

    def __call__(
        self, prompt: str | Sequence[Mapping[str, Any]], *, model: str | Model | None = None, **options: Any
    ) -> Reply:
        """Ask as `wb.ask` does; whatever model is named, the script plays it."""
        return ask(prompt, model=self.plays(model or f"{self.provider}/model"), **options)

    def close(self) -> None:
        """Stop the server and forget the provider; what was asked can still be read."""
        self._server.close()
        remove_provider(self._added)

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
