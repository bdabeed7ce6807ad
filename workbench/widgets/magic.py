"""`%%ask` in a notebook: the text of the cell goes to one or several models, and their replies stream side by side."""

from __future__ import annotations

import functools
import keyword
import shlex
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments

from workbench.asking.ask import request_for
from workbench.asking.call import start
from workbench.errors import WorkbenchError
from workbench.providers.addresses import waiting_for
from workbench.providers.requests import CallRequest
from workbench.replies.live import LiveReplies
from workbench.replies.reply import Reply


@magics_class
class AskMagics(Magics):
    """The magics of the workbench."""

    @magic_arguments()
    @argument(
        "-m",
        "--model",
        action="append",
        required=True,
        help="provider/model; give it several times, and the models answer side by side",
    )
    @argument("-n", "--max-tokens", type=int, default=None, help="for thinking and answer together")
    @argument("-t", "--temperature", type=float, default=None, help="where the model takes one")
    @argument("-s", "--system", default=None, help="the system part of the prompt, in quotes")
    @argument("--sample", type=int, default=0, help="another number is another draw")
    @argument(
        "name",
        nargs="?",
        default="reply",
        help="the variable for the reply, or with several models for a dict of replies by model",
    )
    @cell_magic
    def ask(self, line: str, cell: str) -> None:
        """Ask models the text of this cell; the reply lands in a variable, `reply` unless it is named.

            %%ask -m local/smollm2-135m-think --max-tokens 96 sheep
            All but 9 of 17 sheep die. How many are left?

        With several models the variable is a dict by model. One that fails is shown beside the others and is not in it.
        """
        arguments = self._read(line)
        requests = _requests(arguments, cell.strip())
        calls = _ask_all(requests)
        errors = [error for one in calls if (error := one.exception())]
        if len(errors) == len(calls):
            why = f"{type(errors[0]).__name__}: {errors[0]}".rstrip(".") if len(errors) == 1 else "No model replied"
            raise UsageError(f"{why}. The variable {arguments.name} stays as it was.")
        replies = {name: one.result() for name, one in zip(requests, calls, strict=True) if not one.exception()}
        namespace: dict[str, Any] = self.shell.user_ns  # type: ignore[union-attr]  # magics run in a shell
        namespace[arguments.name] = replies if len(requests) > 1 else next(iter(replies.values()))

    def _read(self, line: str) -> Any:
        try:
            words = shlex.split(line)  # IPython's own splitting leaves the quotes in, and the model would be sent them
        except ValueError as error:
            raise UsageError(f"%%ask {line}: {str(error).lower()}") from None
        arguments = self.ask.parser.parse_args(words)
        if not arguments.name.isidentifier() or keyword.iskeyword(arguments.name):
            raise UsageError(f"{arguments.name!r} cannot be the name of a variable; write %%ask -m MODEL name")
        return arguments


def _requests(arguments: Any, prompt: str) -> dict[str, CallRequest]:
    """The request to each model, by its name."""
    given = {"max_tokens": arguments.max_tokens, "temperature": arguments.temperature, "system": arguments.system}
    options = {name: value for name, value in given.items() if value is not None}
    try:
        return {name: request_for(prompt, name, {**options, "sample": arguments.sample}) for name in arguments.model}
    except WorkbenchError as error:
        raise UsageError(str(error)) from None


def _ask_all(requests: Mapping[str, CallRequest]) -> list[Future[Reply]]:
    """Ask every model at once, showing what comes, and give back the calls when all have ended."""
    live = LiveReplies(list(requests), [functools.partial(waiting_for, each.target) for each in requests.values()])
    calls = [start(request, listen=live.hearer(place)) for place, request in enumerate(requests.values())]
    live.watch(calls)
    return calls


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext workbench` calls."""
    shell.register_magics(AskMagics)
