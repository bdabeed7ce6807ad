"""Actions in a thread of their own, where no signal reaches them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from workbench.errors import InputError


def in_a_thread(action: Callable[[], Any]) -> Any:
    """What an action gives, or the InputError that it raises."""
    found = []

    def run() -> None:
        try:
            found.append(action())
        except InputError as error:
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(60)
    return found[0]
