"""Images that tasks give by address, fetched once, so that their bytes are sent and are in the key of each reply."""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from workbench.base.machine import is_private
from workbench.errors import InputError
from workbench.tasks.images import MOST_BYTES, data_url
from workbench.tasks.tasks import Task, Tasks

_MOST_HOPS: Final = 5
_PIECE_BYTES: Final = 1 << 16


def with_images(tasks: Iterable[Task], *, private: bool = False, seconds: float = 30.0) -> Tasks:
    """Fetch the images that tasks give by address; the new tasks hold their bytes, as data URLs.

    An address stands for whatever lies there: without this it is sent, and kept, as it is, and a picture that changes
    is not asked about anew. Each address is fetched once, within `seconds`, and only when you call this. Addresses of
    this machine or of a private network are fetched with `private=True` alone, since a file of tasks may come from
    anybody. Raises InputError with the task and the address where it is not to be had, or is no PNG, JPEG, WebP or GIF.

    >>> with_images([Task("1", "What is 6 * 7?", "42")])[0].images
    ()
    """
    known = tasks if isinstance(tasks, Tasks) else Tasks(tasks)
    fetched: dict[str, str] = {}
    made = []
    for task in known:
        images = []
        for image in task.images:
            if image.startswith(("http://", "https://")):
                if image not in fetched:
                    fetched[image] = _fetched(image, f"Task {task.id!r}: the image {image!r}", private, seconds)
                image = fetched[image]
            images.append(image)
        made.append(replace(task, images=tuple(images)) if images else task)
    return known.like(made)


class _Hops(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, none of which may lead to where the first address may not."""

    max_redirections = _MOST_HOPS

    def __init__(self, what: str, private: bool) -> None:
        self.what, self.private = what, private

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Check the next address, then go there."""
        _check(newurl, self.what, self.private)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetched(address: str, what: str, private: bool, seconds: float) -> str:
    _check(address, what, private)
    until = time.monotonic() + seconds
    opener = urllib.request.build_opener(_Hops(what, private))
    # Some hosts of pictures turn away the library's own name.
    request = urllib.request.Request(address, headers={"User-Agent": "workbench", "Accept": "image/*"})
    body = bytearray()
    try:
        with opener.open(request, timeout=seconds) as reply:
            while piece := reply.read1(_PIECE_BYTES):
                body += piece
                if len(body) > MOST_BYTES:
                    raise InputError(f"{what} has more than {MOST_BYTES:,} bytes, and no more are sent.")
                if time.monotonic() > until:
                    raise InputError(f"{what} was not there within {seconds:g} s.")
    except urllib.error.HTTPError as problem:
        raise InputError(f"{what} cannot be fetched: HTTP {problem.code}.") from None
    except (OSError, ValueError) as problem:  # URLError, timeouts and broken connections are OSErrors
        raise InputError(f"{what} cannot be fetched: {getattr(problem, 'reason', problem)}.") from None
    return data_url(bytes(body), what)


def _check(address: str, what: str, private: bool) -> None:
    """Refuse an address that is no web address, or that only this machine or a private network knows."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{what} leads to {address!r}, which is no web address.")
    if private:
        return
    places = {parts.hostname}
    with suppress(OSError, UnicodeError):  # an unknown name fails when it is fetched
        places |= {str(found[4][0]) for found in socket.getaddrinfo(parts.hostname, None)}
    if any(map(is_private, places)):
        raise InputError(
            f"{what} leads to {parts.hostname!r}, in a private network. If that is meant: with_images(…, private=True)."
        )
