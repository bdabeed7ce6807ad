"""Targets as files write them: after `####`, in a box, several of them, names behind integers, none at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.replies.notations import CLOSINGS, FIRST_LETTERS, any_of
from workbench.tasks.names import NO_VALUES, SPREADSHEET_ERRORS, plain
from workbench.tasks.records import Reading
from workbench.tasks.slots import called_in_quotes
from workbench.tasks.values import native, parsed, text_of

_AFTER_HASHES: Final = re.compile(r"####\s*([^\n]+)\s*\Z")
_BOX: Final = re.compile(r"\\(?:boxed|fbox)\s*(\{|[^\s{])")
_DECIMAL: Final = re.compile(r"[-−+]?(?:\d{1,3}(?:[. \u202f\u00a0]\d{3})+|\d+)(?:,\d+)?\s?%?")
_WITH_UNIT: Final = re.compile(r"([-−+]?\d[\d.,/]*)\s*\([^()\d]+\)")
_SPAN: Final = frozenset({"text", "start", "end", "answer_start", "answer_end", "span", "offset", "id"})
"""What one answer of a passage has: its text, and where it stands."""
_LETTER: Final = re.compile(r"[A-H]")
_MAY_BEGIN: Final = re.compile("[" + re.escape("".join(FIRST_LETTERS)) + "]")
_MILLISECONDS: Final = re.compile(r"\d{12,13}")
_WHOLE: Final = re.compile(r"-?\d+(?:\.0)?")
_FORMULA: Final = re.compile(r"=[A-Z]+\(")
_LABEL_NAMES: Final = frozenset(
    map(plain, ("label", "labels", "class", "category", "intent", "sentiment", "topic", "coarse label", "label coarse"))
)
_WHOLE_NAMES: Final = frozenset(
    map(plain, ("target", "output", "expected", "expected output", "solution", "completion", "response"))
)
"""Columns in which a list in a text may be the very text that is wanted, as where code is to be foreseen."""

Read = Callable[[Any], "str | list[str] | None"]


class Targets:
    """How the cells of one column become targets, decided over all of them at once; `how` says it in words."""

    def __init__(self, column: str, cells: Sequence[Any], reading: Reading) -> None:
        self.how = ""
        self.notes: list[str] = []
        self.warnings: list[str] = []
        self._classes = reading.classes.get(column)
        whole = [value for cell in cells if (value := native(cell)) is not None and _is_there(value)]
        self._tell_absent(column, cells, whole)
        present = list(map(spoken, whole))
        if thought := sum(one is not other for one, other in zip(present, whole, strict=True)):
            self.notes.append(f"the thinking before the answer is left out of {thought:,} cells of column {column!r}")
        texts = [value for value in present if isinstance(value, str)]
        self._read: Read = _plain
        self._written_out = False
        if self._classes:
            self._read, self.how = self._class, f"the names of its classes ({len(self._classes)})"
        elif texts and len(texts) == len(present):
            self._of_texts(column, texts, reading)
        elif any(isinstance(value, list | Mapping) for value in present):
            self._of_lists(present)
        elif present and all(isinstance(value, int | float) for value in present) and not isinstance(present[0], bool):
            self._of_numbers(column, [text_of(value) for value in present])

    def of(self, cell: Any, place: str) -> str | None:
        """The target of a cell, None where it holds none. Raises InputError that names the place."""
        value = spoken(native(cell))
        if value is None or not _is_there(value):
            return None
        found = self._read(parsed(value) if self._written_out else value)
        if isinstance(found, list):
            answers = [text_of(answer) for answer in found]
            if not all(answer.strip() for answer in answers):
                raise InputError(f"{place}: one of the accepted answers {answers!r} is empty.")
            found = " | ".join(answer.replace("|", r"\|") for answer in answers) if answers else None
        return found if found is not None and found.strip() else None

    def of_all(self, cells: Sequence[Any]) -> list[str | None]:
        """The targets of many cells; raises InputError as `of` does, without a place."""
        as_they_are = self._read is _plain and not self._written_out and {*map(type, cells)} == {str}
        if not as_they_are or any(map(_MAY_BEGIN.search, cells)):
            return [self.of(cell, "") for cell in cells]
        return [cell if _is_there(cell) else None for cell in cells]

    def _tell_absent(self, column: str, cells: Sequence[Any], there: Sequence[Any]) -> None:
        """Warn of what a spreadsheet could not work out, and of words for no value among other targets."""
        wrong = [cell for cell in cells if isinstance(cell, str) and cell.strip() in SPREADSHEET_ERRORS]
        if wrong:
            self.warnings.append(
                f"column {column!r} holds {wrong[0].strip()!r} in {len(wrong):,} of {len(cells):,} cells, an error of "
                f"the spreadsheet: those tasks have no target"
            )
        empty = [cell.strip() for cell in there if isinstance(cell, str) and cell.strip() in NO_VALUES]
        if empty and len(set(map(str, there))) - len(set(empty)) > len(set(empty)):
            self.warnings.append(
                f"column {column!r} holds {', '.join(map(repr, dict.fromkeys(empty)))} in {len(empty):,} of "
                f"{len(cells):,} cells: answers are compared with that. Empty the cells where it means that there is "
                f"no target"
            )

    def _of_texts(self, column: str, texts: list[str], reading: Reading) -> None:
        """Find out how texts hold the answer: behind a mark, in a list, as a number of some kind; else as they are."""
        bare = [text.strip() for text in texts]
        hashed = ["####" in text and _AFTER_HASHES.search(text) is not None for text in texts]
        boxed = [last_box(text) is not None for text in texts]
        if any(hashed):
            self._read, self.how = _after_hashes, "what stands after '####'"
            self._tell_lacking(hashed, "'####'", column)
        elif any(boxed) and sum(boxed) * 2 >= len(boxed):
            self._read, self.how = _boxed, r"the last \boxed{…}"
            self._tell_lacking(boxed, r"\boxed{…}", column)
        elif all(_is_texts(parsed(text)) for text in texts):
            self._of_written_lists(column, texts)
        elif reading.decimal_comma and any("," in text for text in texts) and all(map(_DECIMAL.fullmatch, bare)):
            self._of_decimal_commas(column, [text for text in texts if "," in text])
        elif all(map(_WITH_UNIT.fullmatch, bare)):
            self._read, self.how = _without_unit, "the number before the brackets"
        elif all(map(_WHOLE.fullmatch, bare)):
            self._of_numbers(column, bare)
        if self._read is _plain and any(map(_FORMULA.match, texts)):
            self.warnings.append(f"column {column!r} holds formulas of a spreadsheet in place of their values")

    def _of_written_lists(self, column: str, texts: list[str]) -> None:
        if plain(column) in _WHOLE_NAMES:
            self.notes.append(f"the lists in column {column!r} are taken as they are written, each as one answer")
            return
        self._of_lists([parsed(text) for text in texts])
        self._written_out = True
        self.notes.append(f"the lists in column {column!r} are written as text, and read as lists")

    def _of_decimal_commas(self, column: str, texts: list[str]) -> None:
        """Read commas as points, unless each stands before three digits, and may part thousands."""
        if all(len(text.partition(",")[2].rstrip(" %")) == 3 for text in texts):
            self.warnings.append(
                f"column {column!r}: it is not clear whether {texts[0]!r} has a decimal comma; it is left as it is. "
                "Write the numbers without separators of thousands, and with a point."
            )
        else:
            self._read, self.how = _from_decimal_comma, "its decimal commas as points"

    def _tell_lacking(self, have: list[bool], what: str, column: str) -> None:
        lacking = have.count(False)
        if lacking:
            self.warnings.append(
                f"{lacking} of {len(have)} cells of column {column!r} have no {what}: they are taken whole"
            )

    def _of_numbers(self, column: str, numbers: list[str]) -> None:
        if len(numbers) > 1 and all(_day(number) for number in numbers):
            self._read, self.how = _day, "its milliseconds since 1970 as days"
            self.notes.append(
                f"column {column!r} holds whole days in milliseconds, as dates are written by some libraries: "
                f"{numbers[0]} is read as {_day(numbers[0])}"
            )
            return
        if plain(column) not in _LABEL_NAMES and not plain(column).startswith("label"):
            return
        values = {int(float(number)) for number in numbers if _WHOLE.fullmatch(number)}
        few = 0 < len(values) <= 1000 and min(values) >= -1 and max(values) < 1000
        if few and all(_WHOLE.fullmatch(number) for number in numbers):
            if -1 in values:
                self._read, self.how = _without_hidden, "-1 is taken for hidden"
            listed = ", ".join(str(value) for value in sorted(values - {-1})[:6])
            if values - {-1}:
                self.warnings.append(
                    f"column {column!r} holds the numbers {listed}, which stand for names that are not in the file, "
                    f"and no model can know them. Give the names in their order: "
                    f"target=\"{{{{ ['first', 'second'][{called_in_quotes(column)} | int] }}}}\""
                )

    def _of_lists(self, present: list[Any]) -> None:
        lists = [value for value in present if isinstance(value, list)]
        objects = [value for value in present if isinstance(value, Mapping)]
        letters = all(isinstance(i, str) and _LETTER.fullmatch(i.strip()) for value in lists for i in value)
        if letters and not objects and any(len(value) > 1 for value in lists):
            self._read, self.how = _letters, "several letters are one answer, all of them"
        elif objects and any(_accepted(value) is not None for value in objects):
            self._read, self.how = _accepted_of, "any of its answers"
            if all("spans" in value for value in objects):
                self.how = "its number, its date, or all of its spans as one answer"
        elif lists and all(_is_flat(value) for value in lists):
            self._read, self.how = _plain, "any of its answers" if any(len(value) > 1 for value in lists) else ""

    def _class(self, value: Any) -> str | None:
        names = self._classes or []
        if isinstance(value, int) and not isinstance(value, bool):
            return names[value] if 0 <= value < len(names) else None
        return text_of(value)


def _is_there(value: Any) -> bool:
    text = text_of(value).strip()
    return bool(text) and text not in SPREADSHEET_ERRORS


def spoken(value: Any) -> Any:
    """A cell without the thinking that a model wrote before its answer; other cells as they are.

    >>> spoken("<think>9 of 17 stay.</think>\\n\\n9"), spoken("so it is 9.\\n</think>\\n9"), spoken("</think> ends it")
    ('9', '9', '</think> ends it')
    """
    if not isinstance(value, str) or _MAY_BEGIN.search(value) is None:
        return value
    closing = any_of(*CLOSINGS).search(value)
    opened = value.lstrip()[:1] in FIRST_LETTERS
    if closing is None or not (opened or "\n" in value[closing.start() - 1 : closing.end() + 1]):
        return value
    from workbench.replies.thinking import split  # only for files of replies

    told = split(value, finish_reason="stop", preopened=not opened)
    return told.answer if told.thinking.strip() and told.closed and told.answer.strip() else value


def _day(value: Any) -> str | None:
    """The date of a whole day since 1970 in milliseconds, from 1980 to 2100; None where it is no such number."""
    text = text_of(value).strip()
    if not _MILLISECONDS.fullmatch(text):
        return None
    days, rest = divmod(int(text), 86_400_000)
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat() if not rest and 3_650 < days < 47_482 else None


def last_box(text: str) -> str | None:
    r"""What the last `\boxed{…}` of a text holds, braces within braces; None where there is none.

    >>> last_box(r"so \boxed{1} or \boxed{\frac{1}{2}}.")
    '\\frac{1}{2}'
    """
    matches = list(_BOX.finditer(text)) if "\\" in text else []
    if not matches:
        return None
    match = matches[-1]
    if match[1] != "{":
        return match[1]
    depth = 1
    for position in range(match.end(), len(text)):
        depth += {"{": 1, "}": -1}.get(text[position], 0)
        if not depth:
            return text[match.end() : position].strip()
    return None


def _plain(value: Any) -> str | list[str] | None:
    if isinstance(value, list) and _is_flat(value):
        return [text_of(native(item)) for item in value]
    return text_of(value)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_flat(value: list[Any]) -> bool:
    return not any(isinstance(item, list | Mapping) or native(item) is None for item in value)


def _after_hashes(value: Any) -> str | None:
    match = _AFTER_HASHES.search(text_of(value))
    return match[1].strip() if match else text_of(value)


def _boxed(value: Any) -> str | None:
    box = last_box(text_of(value))
    return text_of(value) if box is None else box


def _without_hidden(value: Any) -> str | None:
    text = text_of(value).strip()
    return None if text in ("-1", "-1.0") else text


def _from_decimal_comma(value: Any) -> str | None:
    return re.sub(r"[. \u202f\u00a0](?=\d{3})", "", text_of(value).strip()).replace(",", ".")


def _without_unit(value: Any) -> str | None:
    match = _WITH_UNIT.fullmatch(text_of(value).strip())
    return match[1] if match else text_of(value)


def _letters(value: Any) -> str | list[str] | None:
    return ", ".join(text_of(item).strip() for item in value) if isinstance(value, list) else text_of(value)


def _accepted_of(value: Any) -> str | list[str] | None:
    found = _accepted(value) if isinstance(value, Mapping) else None
    return _plain(value) if found is None else found


def _accepted(value: Mapping[str, Any]) -> str | list[str] | None:
    """The accepted answers of an object: SQuAD's texts, TriviaQA's aliases, DROP's number, date or spans."""
    if isinstance(texts := native(value.get("text")), list):
        return list(dict.fromkeys(text_of(text) for text in texts if text_of(native(text)).strip()))
    if isinstance(texts, str) and texts.strip() and value.keys() <= _SPAN:
        return texts
    if "value" in value and isinstance(native(value.get("aliases")), list):
        every = [value["value"], *native(value["aliases"])]
        return list(dict.fromkeys(text_of(text) for text in every if text_of(text).strip()))
    if isinstance(spans := native(value.get("spans")), list):
        date = value.get("date") if isinstance(value.get("date"), Mapping) else {}
        written = " ".join(text_of((date or {}).get(part) or "") for part in ("day", "month", "year")).strip()
        single = text_of(value.get("number") or "").strip() or written
        return single or ", ".join(dict.fromkeys(text_of(span) for span in spans))
    return None
