"""Images of tasks: addresses, data URLs and files, sent as parts of a message, their bytes and never their names."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.values import native, parsed

MOST_BYTES: Final = 20_000_000
"""Of one image file; hosts take no larger ones."""

_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_ADDRESS: Final = re.compile(r"https?://\S+")
_DATA: Final = re.compile(r"data:image/(?:png|jpe?g|webp|gif);base64,[A-Za-z0-9+/=\s]+")
_KINDS: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def is_image(cell: Any) -> bool:
    """Whether a cell refers to images: an address, a data URL, bytes, or a path with the ending of an image.

    >>> is_image("figures/1.png"), is_image("nginx:latest")
    (True, False)
    """
    items = _items(cell)
    return bool(items) and all(
        isinstance(item, bytes) or _ADDRESS.fullmatch(item) or _DATA.fullmatch(item) or item.lower().endswith(_ENDINGS)
        for item in items
    )


def references(cell: Any, place: str, folder: Path | None, *, trusted: bool) -> tuple[str, ...]:
    """The images of a cell: addresses as they are, files as whole paths, bytes as data URLs.

    A file is looked for beside the task file, and read from elsewhere only where the user named the column (`trusted`):
    a file that somebody sent decides on no upload of another. Raises InputError for what is no image.
    """
    return tuple(_reference(item, place, folder, trusted=trusted) for item in _items(cell))


def _items(cell: Any) -> list[Any]:
    value = parsed(native(cell))
    found: list[Any] = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):  # an image of a Hugging Face data set
            item = item.get("bytes") or item.get("path") or item.get("url")
        if isinstance(item, bytes) and item:
            found.append(item)
        elif isinstance(item, str) and item.strip():
            found.append(item.strip())
    return found


def _reference(item: Any, place: str, folder: Path | None, *, trusted: bool) -> str:
    if isinstance(item, bytes):
        return data_url(item, f"{place}: the image")
    if _ADDRESS.fullmatch(item) or _DATA.fullmatch(item):
        return str(item)
    path = (folder or Path()) / Path(item).expanduser()
    if not trusted and not path.resolve().is_relative_to((folder or Path()).resolve()):
        raise InputError(
            f"{place}: the image {item!r} is not in the folder of the tasks, and is sent only if you say so: name the "
            "column with images=…"
        )
    try:
        whole = path.resolve(strict=True)
        if not whole.is_file():
            raise InputError(f"{place}: the image {item!r} is no file.")
        read_file(str(whole), _stamp(whole))
    except OSError as problem:
        raise InputError(f"{place}: the image {item!r} cannot be read: {problem.strerror}.") from None
    except InputError as problem:
        raise InputError(f"{place}: {problem}") from None
    return str(whole)


def part_of(reference: str) -> dict[str, Any]:
    """One image as part of a message: an address as it is, a file as its bytes. Raises InputError.

    >>> part_of("https://example.com/a.png")
    {'type': 'image_url', 'image_url': {'url': 'https://example.com/a.png'}}
    """
    url = reference
    if not (_ADDRESS.fullmatch(reference) or reference.startswith("data:image/")):
        path = Path(reference)
        try:
            url = read_file(reference, _stamp(path))
        except OSError as problem:
            raise InputError(f"the image {reference!r} cannot be read: {problem.strerror}.") from None
    return {"type": "image_url", "image_url": {"url": url}}


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=64)
def read_file(path: str, stamp: tuple[int, int]) -> str:
    """The data URL of an image file; `stamp` is its time and size, so that a changed file is read again."""
    if stamp[1] > MOST_BYTES:
        raise InputError(f"the image {path!r} has {stamp[1]:,} bytes, and at most {MOST_BYTES:,} are sent.")
    return data_url(Path(path).read_bytes(), f"the image {path!r}")


def data_url(data: bytes, what: str) -> str:
    if len(data) > MOST_BYTES:
        raise InputError(f"{what} has {len(data):,} bytes, and at most {MOST_BYTES:,} are sent.")
    kind = next((kind for beginning, kind in _KINDS if data.startswith(beginning)), None)
    if kind is None and data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "image/webp"
    if kind is None:
        raise InputError(f"{what} is no PNG, JPEG, WebP or GIF by its first bytes; it is not sent.")
    import base64

    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
