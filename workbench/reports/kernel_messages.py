"""How the kernel of a report packs its messages: a half of a character costs an output a mark, and not all of it."""

from __future__ import annotations

import json
from typing import Any, Final

from jupyter_client.jsonutil import json_default
from jupyter_client.session import json_packer

PACKS_SO: Final = f"""
def __workbench(path):
    import importlib.util

    spec = importlib.util.spec_from_file_location("workbench_kernel_messages", path)
    room = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(room)
    get_ipython().kernel.session.pack = room.pack


__workbench({__file__!r})
del __workbench
"""
"""What a kernel runs first; this room is read by its path, for a kernel need not find the package."""


def pack(message: Any) -> bytes:
    """A message as bytes of JSON; a lone surrogate, which UTF-8 cannot hold, becomes a replacement character.

    >>> pack({"text": "half " + chr(0xD83D) + ", whole " + chr(0xD83D) + chr(0xDC11)}).decode()
    '{"text": "half �, whole 🐑"}'
    """
    try:
        return json_packer(message)
    except UnicodeEncodeError:
        text = json.dumps(message, default=json_default, ensure_ascii=False)
        return whole(text).encode("utf-8")


def whole(text: str) -> str:
    """The text with a replacement character for each half of a character that stands alone."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
