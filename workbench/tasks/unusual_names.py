"""Columns whose names are none of the usual ones: told by a word of the name, or asked for with what to type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from workbench.base import regular_expressions as re
from workbench.tasks.names import ANSWER_WORDS, QUESTION_NAMES, RIGHT_WORDS, TARGET_NAMES, plain
from workbench.tasks.values import text_of

_WORDS: Final = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")
_NO_LAST: Final = frozenset({"q", "user", "source", "input", "content", "title", "headline", "task", "stem", "goal"})
_LAST: Final = frozenset(map(plain, QUESTION_NAMES)) - _NO_LAST
_COMPOUND: Final = (
    "nachricht",
    "anfrage",
    "frage",
    "aufgabe",
    "anliegen",
    "beschwerde",
    "kommentar",
    "bewertung",
    "bericht",
)
"""With what a German noun ends that is a question or what is to be read: *Kundennachricht*, *Prüfungsfrage*."""
_RIGHT: Final = frozenset(word.casefold() for word in RIGHT_WORDS)
_ANSWERS: Final = frozenset(word.casefold() for word in (*ANSWER_WORDS, *TARGET_NAMES) if " " not in word)
_FIRST: Final = frozenset({"expected", "correct", "gold", "golden", "target", "reference", "erwartete", "richtige"})


class Look(Protocol):
    """What stands in the columns of a file, as far as it is looked at here."""

    def cells(self, name: str, most: int = 200) -> list[Any]:
        """The first cells that are not empty."""

    def flat(self, name: str) -> bool:
        """Whether no cell is a list or an object."""

    def worded(self, name: str) -> bool:
        """Whether the cells are texts of several words, of which most differ."""

    def share(self, name: str) -> float:
        """The share of records that have a cell there."""


def words_of(name: str) -> list[str]:
    """The words of a column's name, in lower case.

    >>> words_of("Customer message"), words_of("expectedCategory"), words_of("user_question_2")
    (['customer', 'message'], ['expected', 'category'], ['user', 'question'])
    """
    return [word.casefold() for word in _WORDS.findall(name)]


def question_among(columns: list[str], look: Look) -> str | None:
    """The one column of texts whose name ends as a question's does, `Customer message`; None where several do."""
    found = [
        name
        for name in columns
        if (words := words_of(name)) and (words[-1] in _LAST or words[-1].endswith(_COMPOUND)) and look.worded(name)
    ]
    return found[0] if len(found) == 1 else None


def target_among(columns: list[str], look: Look) -> str | None:
    """The one column that says by its name that it holds what is right; None where several do.

    Its name begins as that of a target, `Expected category`, or is made of words for *right* and *answer* alone, as
    `Resposta certa` and `Juiste optie` are.
    """
    found = [
        name
        for name in columns
        if (words := words_of(name)) and (words[0] in _FIRST or _is_right_answer(words))
        if look.flat(name) and look.share(name) > 0.5
    ]
    said = [name for name in found if not all(isinstance(cell, bool) for cell in look.cells(name))]
    return said[0] if len(said) == 1 else None


def _is_right_answer(words: list[str]) -> bool:
    return any(word in _RIGHT for word in words) and all(word in _RIGHT or word in _ANSWERS for word in words)


def made_of(column: str, cell: Any) -> str:
    """The template that makes a text of a cell that is none: of an object its longest text, of a list all of them.

    >>> made_of("ticket", {"channel": "mail", "subject": "Where is my parcel?"}), made_of("lines", ["one", "two"])
    ('{{ ticket.subject }}', "{{ lines | join(' ') }}")
    """
    texts = {key: text for key, text in cell.items() if isinstance(text, str)} if isinstance(cell, Mapping) else {}
    if not texts:
        return f"{{{{ {column} | join(' ') }}}}"
    key = str(max(texts, key=lambda key: len(texts[key])))
    return f"{{{{ {column}.{key} }}}}" if key.isidentifier() else f"{{{{ {column}['{key}'] }}}}"


def no_question(free: list[str], look: Look, source: str) -> str:
    """What to type where no name tells the question: the column of the longest texts, and the other one as target."""
    told = f"{source}: no column for the question among {', '.join(map(repr, free))}. "
    texts = {name: [text_of(cell) for cell in look.cells(name)] for name in free if look.flat(name)}
    lengths = {name: sum(map(len, cells)) / len(cells) for name, cells in texts.items() if cells}
    if not lengths:
        return f"{told}Name it with question=… (on the command line --question)."
    right = target_among(list(lengths), look) if len(lengths) > 1 else None
    question = max((name for name in lengths if name != right), key=lambda name: lengths[name])
    others = [name for name in lengths if name != question]
    target = right or (others[0] if len(others) == 1 else "")
    said = f"question={question!r}" + (f", target={target!r}" if target else "")
    typed = f"--question {_typed(question)}" + (f" --target {_typed(target)}" if target else "")
    return (
        f"{told}If {question!r} is it, say so: {said} (on the command line {typed}). A file without a header line "
        "needs one, such as question,target."
    )


def _typed(column: str) -> str:
    return column if column.isidentifier() else f"'{column}'"
