"""The contents of a store, put there and changed behind its back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from workbench.cache.store.store import Store, get_many

KEYS = [f"{number:064x}" for number in range(40)]


def edit(folder: Path, statement: str, *values: object) -> None:
    """Change the database of a store behind its back."""
    with sqlite3.connect(folder / "cache.db") as connection:
        connection.execute(statement, values)
    connection.close()


def all_there(store: Store) -> bool:
    return get_many(store, KEYS) == {key: f"value of {key}".encode() * 20 for key in KEYS}
