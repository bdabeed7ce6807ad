"""Colours of models: chosen by the name alone, so that a model has the same one in every picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

PALETTE: Final = (
    "#3a8bc9",
    "#d9642f",
    "#2b9a66",
    "#a662c4",
    "#b58a13",
    "#d2528e",
    "#1899a3",
    "#7a80d8",
    "#8f8f2e",
    "#c7584f",
)


def colours(models: Iterable[object]) -> dict[str, str]:
    """Give every model its colour: chosen by its name alone, and moved on only where two in one plot would share it.

    >>> colours(["a", "b"])["b"] == colours(["b"])["b"]
    True
    """
    return {name: PALETTE[place] for name, place in places(models).items()}


def places(models: Iterable[object]) -> dict[str, int]:
    """The place of each model's colour in the palette."""
    found: dict[str, int] = {}
    for name in sorted({str(model) for model in models}):
        place = int(hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest(), 16) % len(PALETTE)
        while place in found.values() and len(found) < len(PALETTE):
            place = (place + 1) % len(PALETTE)
        found[name] = place
    return found
