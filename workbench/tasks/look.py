"""What stands in the columns of a file: how full they are, how much differs, whether it is texts, codes or turns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.tasks.chat import is_conversation
from workbench.tasks.names import WEAK_ID_NAMES, matching
from workbench.tasks.values import native, text_of

_CODE: Final = re.compile(r"[A-Za-z]{0,8}[-_#/.]?\d{1,12}")


class Look:
    """What stands in the columns of a file."""

    def __init__(self, values: Sequence[Mapping[str, Any]]) -> None:
        self.values = values

    def cells(self, name: str, most: int = 200) -> list[Any]:
        """The first cells that are not empty."""
        found = []
        for value in self.values:
            cell = native(value.get(name))
            if cell is not None and (not isinstance(cell, str) or cell.strip()) and cell != []:
                found.append(cell)
                if len(found) == most:
                    break
        return found

    def filled(self, name: str) -> bool:
        """Whether some record has a cell there."""
        return bool(self.cells(name, 1))

    def share(self, name: str) -> float:
        """The share of records that have a cell there."""
        return len(self.cells(name, len(self.values) or 1)) / (len(self.values) or 1)

    def distinct(self, name: str) -> int:
        """How many different cells there are, among the first two thousand."""
        return len({text_of(cell) for cell in self.cells(name, 2_000)})

    def all_conversations(self, name: str) -> bool:
        """Whether every cell holds the turns of a conversation."""
        cells = self.cells(name)
        return bool(cells) and all(map(is_conversation, cells))

    def flat(self, name: str) -> bool:
        """Whether no cell is a list or an object."""
        return not any(isinstance(cell, list | Mapping) for cell in self.cells(name))

    def codes(self, name: str) -> bool:
        """Whether a column holds only short codes, each once: the number of a ticket, say."""
        cells = [text_of(cell) for cell in self.cells(name)]
        return len(cells) > 2 and all(map(_CODE.fullmatch, cells)) and len(set(cells)) == len(cells)

    def worded(self, name: str) -> bool:
        """Whether a column holds texts of several words, of which most differ."""
        cells = [text_of(cell) for cell in self.cells(name)] if self.flat(name) else []
        several = sum(len(cell.split()) > 2 for cell in cells)
        return bool(cells) and 2 * several > len(cells) and 2 * len(set(cells)) > len(cells)

    def telling(self, columns: list[str]) -> str | None:
        """The first of WEAK_ID_NAMES in which every task has a text of its own."""
        for name in matching(WEAK_ID_NAMES, columns):
            texts = {
                text_of(cell).strip()
                for cell in self.cells(name, len(self.values))
                if not isinstance(cell, list | Mapping)
            }
            if len(texts) == len(self.values):
                return name
        return None
