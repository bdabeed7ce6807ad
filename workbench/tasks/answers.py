"""Which option is right: a letter, an index from 0 or from 1, a label of the file's own, or the text of the option."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.names import plain
from workbench.tasks.options import LETTERS, Options, same
from workbench.tasks.values import native, parsed, text_of

_LETTER: Final = re.compile(r"[(\[（]?\s*([A-Za-z])\s*[)\]）.:]?")
_SEVERAL: Final = re.compile(r"[A-Za-z](?:\s*(?:,|;|/|&|and|、|，)\s*[A-Za-z])+|[A-Z]{2,}")
_WHOLE: Final = re.compile(r"[-−]?\d+(?:\.0+)?")
_INDEX_NAMES: Final = frozenset(
    map(plain, ("label", "index", "idx", "answer idx", "answer index", "gold index", "gold", "correct index", "cop"))
)

Answer = tuple[int, ...] | None


class Answers:
    """How a file says which option is right, found out over all its tasks at once; `how` says it in words.

    Raises InputError where numbers may count from 0 or from 1: a guess would mark every answer wrong.
    """

    def __init__(
        self, column: str, cells: Sequence[Any], options: Sequence[Options], *, classes: bool, ask: str
    ) -> None:
        self._first: int | None = None
        self._by_label = False
        self._by_text = False
        given = [(_cell(cell), each) for cell, each in zip(cells, options, strict=True)]
        known = [(text, each) for text, each in given if isinstance(text, str) and text not in ("", "-1")]
        self.how = "as a letter"
        if known and not self._labels(column, known, classes=classes):
            self._letters_numbers_or_texts(column, known, classes=classes, ask=ask)

    def _labels(self, column: str, known: list[tuple[str, Options]], *, classes: bool) -> bool:
        """Take the answers for labels of the options, where all are; a number may be a place instead of a label."""
        if not all(each.labels for _, each in known):
            return False
        numbered = all(label.isdigit() for _, each in known for label in each.labels)
        if numbered and (classes or plain(column) in _INDEX_NAMES):
            return False
        if not all(_bare(text) in map(_bare, each.labels) for text, each in known):
            return False
        self._by_label = True
        self.how = "by the file's own labels" if numbered else "as a letter"
        return True

    def _letters_numbers_or_texts(
        self, column: str, known: list[tuple[str, Options]], *, classes: bool, ask: str
    ) -> None:
        read = [(_by_letter(text, each), _by_text(text, each)) for text, each in known]
        if all(letter is not None and texts for letter, texts in read) and any(n not in texts for n, texts in read):
            raise InputError(
                f"the answers in column {column!r} ({_some(known)}) are both letters of options and texts of options. "
                f"{ask}"
            )
        if all(_WHOLE.fullmatch(text) for text, _ in known):
            self._numbers(column, known, classes=classes, ask=ask)
        elif all(texts for _, texts in read):
            self._by_text = True
            self.how = "as the text of an option"

    def _numbers(self, column: str, known: list[tuple[str, Options]], *, classes: bool, ask: str) -> None:
        numbers = [(int(float(text.replace("−", "-"))), each) for text, each in known]
        most = max(len(each.texts) for _, each in numbers)
        low, high = min(n for n, _ in numbers), max(n for n, _ in numbers)
        fits = low >= 0 and all(n <= len(each.texts) for n, each in numbers)
        if all(_by_text(text, each) for text, each in known):
            if fits and not classes:
                raise InputError(
                    f"the answers in column {column!r} ({_some(known)}) are both numbers of options and texts of "
                    f"options. {ask}"
                )
            self._by_text = True
            self.how = "as the text of an option"
            return
        if classes or (fits and low == 0):
            self._first, self.how = 0, "as an index that counts from 0"
        elif fits and any(n == len(each.texts) for n, each in numbers):
            self._first, self.how = 1, "as a number that counts from 1"
        elif fits:
            raise InputError(
                f"the answers in column {column!r} go from {low} to {high} beside {most} options: they may count from "
                f"0 "
                f"or from 1. {ask}"
            )

    def of(self, cell: Any, options: Options, place: str) -> Answer:
        """The places of the right options among them; None where the task does not say. Raises InputError."""
        value = _cell(cell)
        if isinstance(value, list):
            places = [self._one(item, options, place) for item in value]
            return tuple(sorted(n for n in places if n is not None)) or None
        if value in ("", "-1"):
            return None
        if not self._by_text and not _by_text(value, options) and _SEVERAL.fullmatch(value.strip()):
            letters = [c for c in re.sub(r"and|[^A-Za-z]", " ", value) if c != " "]
            places = [self._one(letter, options, place) for letter in letters]
            return tuple(sorted(n for n in places if n is not None)) or None
        found = self._one(value, options, place)
        return None if found is None else (found,)

    def _one(self, text: str, options: Options, place: str) -> int | None:
        count = len(options.texts)
        if self._first is not None and _WHOLE.fullmatch(text):
            number = int(float(text.replace("−", "-"))) - self._first
            if 0 <= number < count:
                return number
        elif not self._by_text:
            labels = [_bare(label) for label in options.labels] or [letter.casefold() for letter in LETTERS[:count]]
            if _bare(text) in labels:
                return labels.index(_bare(text))
            letter = _by_letter(text, options)
            if letter is not None:
                return letter
        by_text = _by_text(text, options)
        if len(by_text) == 1 or (by_text and len({options.texts[n] for n in by_text}) == 1):
            return by_text[0]
        begins = re.match(r"[(（]?([A-Za-z])[).:）．]\s*(.*)", text.strip(), re.DOTALL)
        if begins and begins[1].upper() in LETTERS[:count]:
            number = LETTERS.index(begins[1].upper())
            if same(begins[2]) == same(options.texts[number]):
                return number
        shown = ", ".join(repr(option) for option in options.texts[:10])
        raise InputError(
            f"{place}: the answer {text!r} is none of the {count} options {shown}. Correct it, or name another target."
        )


def _cell(cell: Any) -> str | list[str]:
    value = parsed(native(cell))
    if isinstance(value, list):
        return [text_of(native(item)).strip() for item in value if native(item) is not None]
    return "" if value is None else text_of(value).strip()


def _bare(text: str) -> str:
    return text.strip().strip("()[]（）.: ").casefold()


def _by_letter(text: str, options: Options) -> int | None:
    match = _LETTER.fullmatch(text.strip())
    place = LETTERS.find(match[1].upper()) if match else -1
    return place if 0 <= place < len(options.texts) else None


def _by_text(text: str, options: Options) -> list[int]:
    return [n for n, option in enumerate(options.texts) if same(option) == same(text)]


def _some(known: list[tuple[str, Options]]) -> str:
    return ", ".join(dict.fromkeys(text for text, _ in known[:5]))
