"""What the thread of the calls' loop does to files: it is to do nothing, for a disk may be slow."""

from __future__ import annotations

import contextlib
import sys
import threading
import traceback
from collections.abc import Iterator

from workbench.base import engine

_EVENTS = ("open", "os.", "sqlite3.connect", "fcntl.", "shutil.")
_watched: dict[int, list[str]] = {}


def _note(event: str, arguments: tuple) -> None:
    found = _watched.get(threading.get_ident())
    if found is not None and event.startswith(_EVENTS):
        names = [frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._getframe(1))]
        found.append(f"{event} {arguments[:1]!r} in {' < '.join(names)}"[:400])


sys.addaudithook(_note)  # for the life of the process; it looks at watched threads alone


@contextlib.contextmanager
def files_touched() -> Iterator[list[str]]:
    """What is done to files on the thread of the loop, from now on."""

    async def thread() -> int:
        return threading.get_ident()

    ident = engine.run(thread())
    _watched[ident] = []
    try:
        yield _watched[ident]
    finally:
        del _watched[ident]
