"""`%%ask` in a notebook: the text of the cell goes to one or several models, and their replies stream side by side."""

from __future__ import annotations

import sys
from typing import Any

from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from workbench import engine
from workbench.cache import current
from workbench.client import call
from workbench.errors import InputError, WorkbenchError
from workbench.live import LiveReplies
from workbench.models import resolve
from workbench.replies import Reply
from workbench.requests import build_request


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
    @argument("-s", "--system", default=None, help="the system part of the prompt")
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
        """
        try:
            arguments = parse_argstring(self.ask, line)
            replies = self._replies(arguments, cell.strip())
        except WorkbenchError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            return
        value: Any = replies if len(replies) > 1 else next(iter(replies.values()), None)
        if value is not None and self.shell is not None:
            self.shell.user_ns[arguments.name] = value

    def _replies(self, arguments: Any, prompt: str) -> dict[str, Reply]:
        """The replies by model. One that fails is shown beside the others and is not among them."""
        if not arguments.name.isidentifier():
            raise InputError(f"{arguments.name!r} cannot be the name of a variable; write %%ask -m MODEL name")
        given = {"max_tokens": arguments.max_tokens, "temperature": arguments.temperature, "system": arguments.system}
        options = {name: value for name, value in given.items() if value is not None}
        requests = []
        for name in dict.fromkeys(arguments.model):
            requests.append(build_request(prompt, target=resolve(name), sample=arguments.sample, **options))
        names = [request.target.label for request in requests]
        live = LiveReplies(names)
        futures = [
            engine.submit(call(request, cache=current(), listen=live.hearer(place)))
            for place, request in enumerate(requests)
        ]
        live.watch(futures)
        return {
            name: future.result()
            for name, future in zip(names, futures, strict=True)
            if not future.cancelled() and future.exception() is None
        }


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext workbench` calls."""
    shell.register_magics(AskMagics)
