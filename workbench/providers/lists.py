"""The lists of models that providers gave, kept with their date: what no table knows is looked up here, and offline."""

from __future__ import annotations

import json
import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from workbench.base.files import draft_of, not_ones_own, opened
from workbench.base.places import LISTS_NAME, VARIABLE, home
from workbench.errors import InputError
from workbench.providers.offers import Offer, Prices

_MOST_BYTES = 2**24
_VERSION = 1


@dataclass(frozen=True)
class KeptList:
    """A list as it was read from `base_url` at some time (UTC)."""

    base_url: str
    read_at: datetime
    offers: Mapping[str, Offer]


_read: dict[Path, tuple[tuple[int, int, int], KeptList | None]] = {}
_folders: dict[tuple[str | None, str], Path] = {}


def keep_list(provider: str, kept: KeptList) -> Path | None:
    """Keep a list in place of the one before; None where nothing can be written, which costs the list and no more."""
    place = _place(provider)
    document = {
        "version": _VERSION,
        "base_url": kept.base_url,
        "read_at": kept.read_at.isoformat(timespec="seconds"),
        "offers": [_plain(offer) for offer in kept.offers.values()],
    }
    try:
        place.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        with draft_of(place) as draft:
            draft.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    except OSError:
        return None
    _read.pop(place, None)
    return place


def kept_list(provider: str, base_url: str) -> KeptList | None:
    """The list that a provider gave last, from this address; None where there is none, or none to be believed.

    >>> kept_list("no-such-provider", "http://127.0.0.1:9/v1") is None
    True
    """
    place = _place(provider)
    try:
        status = place.stat()
    except OSError:
        return None
    stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
    if place not in _read or _read[place][0] != stamp:
        _read[place] = stamp, _from_file(place)
    found = _read[place][1]
    return found if found is not None and found.base_url == base_url else None


def _place(provider: str) -> Path:
    try:
        where = (os.environ.get(VARIABLE), os.getcwd())
    except FileNotFoundError:
        where = (os.environ.get(VARIABLE), "")
    if where not in _folders:
        _folders[where] = home() / LISTS_NAME
    return _folders[where] / f"{urllib.parse.quote(provider, safe='')}.json"


def _plain(offer: Offer) -> dict[str, Any]:
    given = {name: value for name, value in asdict(offer).items() if value not in (None, "", False, 0)}
    return {**given, **({"ends": offer.ends.isoformat()} if offer.ends else {})}


def _from_file(place: Path) -> KeptList | None:
    """A kept list; None for a file that another may have written, or that is no such list."""
    if not_ones_own(place, group_of_one=True) is not None:
        return None
    try:
        with opened(place, most_bytes=_MOST_BYTES) as file:
            document = json.loads(file.read())
        offers = [_offer(entry) for entry in document["offers"]] if document["version"] == _VERSION else []
        read_at = datetime.fromisoformat(document["read_at"]).astimezone(UTC)
        return KeptList(str(document["base_url"]), read_at, {offer.id: offer for offer in offers})
    except (InputError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _offer(entry: dict[str, Any]) -> Offer:
    given = dict(entry)
    for name in ("prices", "dearest"):
        if given.get(name) is not None:
            given[name] = Prices(**given[name])
    if "ends" in given:
        given["ends"] = date.fromisoformat(given["ends"])
    if given.get("efforts") is not None:
        given["efforts"] = tuple(given["efforts"])
    return Offer(**given)
