"""Options of choice questions: where a file keeps them, what they say, which of them is right, in which order."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.tasks.names import CHOICE_NAMES, CHOICE_STEMS, matching, plain, table
from workbench.tasks.values import native, parsed, text_of

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OWN_LETTERS: Final = tuple(table()["option_letters"])
"""Letters of other scripts that number options, in their order."""
_SUFFIXED: Final = re.compile(rf"(.*?)([a-j{''.join(_OWN_LETTERS)}]|\d{{1,2}})")
_STEMS: Final = frozenset(map(plain, CHOICE_STEMS))
_OWN_LABEL: Final = re.compile(r"(?:^|(?<=[\s,;、，；]))[(（]?([A-Za-z]|\d{1,2})\s?[).:：）．、](?=\s*\S)\s*")
_RIGHT: Final = frozenset(map(plain, table()["right_option"]))
_WRONG: Final = re.compile(
    r"(?:best)?(?:incorrect|wrong|false|distractor|falsche?)(?:answers?|options?|choices?|antworten?)?s?(\d*)"
)
_COMPARED: Final = frozenset(map(plain, table()["compared"]))
_STAYS_LAST: Final = re.compile("|".join(table()["stays_last"]), re.IGNORECASE)
_TEXT_KEYS: Final = ("text", "content", "value", "option", "answer", "choice", "body", "name")
_LABEL_KEYS: Final = ("label", "key", "letter", "id", "idx", "index")
_FLAG_KEYS: Final = ("is_correct", "isCorrect", "correct", "right", "is_right", "isAnswer")


@dataclass(frozen=True)
class Options:
    """The options of one task: texts in the file's order, the labels that the file gives them, which are right."""

    texts: tuple[str, ...]
    labels: tuple[str, ...] = ()
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Place:
    """The columns that hold the options: one with all, one for each, or the right one and the wrong ones."""

    columns: tuple[str, ...]
    labels: tuple[str, ...] = ()
    right: str | None = None
    why: str = ""
    notes: list[str] = field(default_factory=list, compare=False)

    def read(self, cells: Mapping[str, Any]) -> Options | None:
        """The options of one record; None where it has none."""
        if self.right is not None:
            wrong = [text for name in self.columns if name != self.right for text in _texts(cells.get(name))]
            right = _texts(cells.get(self.right))
            return Options((*right, *wrong), right=tuple(range(len(right)))) if right and wrong else None
        if len(self.columns) > 1:
            found = [(label, native(cells.get(name))) for label, name in zip(self.labels, self.columns, strict=True)]
            given = [
                (label, text_of(cell).strip()) for label, cell in found if cell is not None and text_of(cell).strip()
            ]
            if len(given) < 2:
                return None
            return Options(tuple(text for _, text in given), tuple(label for label, _ in given))
        return read_options(cells.get(self.columns[0]), self.notes)


def find_options(columns: list[str], values: Sequence[Mapping[str, Any]], *, has_target: bool) -> Place | None:
    """Find the columns that hold options, by their names and what stands in them."""
    for name in matching(CHOICE_NAMES, columns):
        cells = [value[name] for value in values if native(value.get(name)) is not None]
        notes: list[str] = []
        if cells and all(read_options(cell, notes) for cell in cells[:200]):
            return Place((name,), why="by its name", notes=list(dict.fromkeys(notes)))
    by_name = {plain(name): name for name in columns}
    letters = [letter for letter in "abcdefghij" if letter in by_name]
    if len(letters) > 1 and "".join(letters) == "abcdefghij"[: len(letters)] and not _COMPARED & by_name.keys():
        return Place(tuple(by_name[letter] for letter in letters), tuple(map(str.upper, letters)), why="by their names")
    wrong = [name for name in columns if _WRONG.fullmatch(plain(name))]
    right = [name for name in columns if plain(name) in _RIGHT]
    if wrong and right and "correctanswers" not in by_name:
        return Place((right[0], *wrong), right=right[0], why="the right one and the wrong ones, by their names")
    return (_suffixed(columns) if has_target else None) or _told_by_letters(columns, values)


def _told_by_letters(columns: list[str], values: Sequence[Mapping[str, Any]]) -> Place | None:
    """Columns that differ in a letter alone, *Optie A* to *Optie D*, beside one that holds nothing but such letters."""
    place = None if _COMPARED & set(map(plain, columns)) else _suffixed(columns, any_stem=True)
    if place is None or len(place.columns) < 3 or place.labels[0] != "A":
        return None
    for name in columns:
        cells = [text_of(native(value.get(name))).strip(" .()").upper() for value in values[:200]]
        if name not in place.columns and cells and all(cell in place.labels for cell in cells):
            return place
    return None


def _suffixed(columns: list[str], *, any_stem: bool = False) -> Place | None:
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in columns:
        match = _SUFFIXED.fullmatch(plain(name))
        if match and match[1] and (any_stem or match[1] in _STEMS):
            groups.setdefault(match[1], []).append((match[2], name))
    for group in groups.values():
        group.sort(key=lambda pair: (len(pair[0]), pair[0]))
        suffixes = [suffix for suffix, _ in group]
        runs = (*map(list, ("abcdefghij", *_OWN_LETTERS)), [str(n) for n in range(1, 21)], [str(n) for n in range(20)])
        if len(group) > 1 and any(suffixes == run[: len(group)] for run in runs):
            return Place(tuple(name for _, name in group), tuple(map(str.upper, suffixes)), why="by their names")
    return None


def read_options(cell: Any, notes: list[str]) -> Options | None:
    """The options that one cell holds: a list, an object, or a text that lists them; None where it holds none.

    >>> read_options("a ) 38 , b ) 27.675 , c ) 30", []).texts
    ('38', '27.675', '30')
    """
    value = parsed(native(cell))
    if isinstance(value, Mapping):
        return _of_object(value)
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, str):
        return None
    labelled = _labelled_pieces(value)
    if labelled:
        return labelled
    for separator, word in (("\n", "line"), ("|", "bar"), (";", "semicolon"), (",", "comma")):
        pieces = [piece.strip() for piece in value.split(separator) if piece.strip()]
        if len(pieces) > 1:
            note = f"the options are one text, cut at each {word}"
            if note not in notes:
                notes.append(note)
            return Options(tuple(pieces))
    return None


def _of_object(value: Mapping[str, Any]) -> Options | None:
    texts = native(value.get("text", value.get("choices")))
    labels = native(value.get("label", value.get("labels")))
    if isinstance(texts, list) and len(texts) > 1:
        named = [text_of(native(text)).strip() for text in texts]
        if isinstance(labels, list) and len(labels) == len(texts):
            if "choices" in value and all(label in (0, 1) for label in labels):
                return Options(tuple(named), right=tuple(n for n, label in enumerate(labels) if label == 1))
            return Options(tuple(named), tuple(text_of(label).strip() for label in labels))
        return Options(tuple(named))
    cells = {str(key).strip(): native(text) for key, text in value.items()}
    short = all(len(key) <= 2 and key.isalnum() for key in cells)
    given = {key: text for key, text in cells.items() if text is not None}  # Parquet fills the gaps of objects
    if len(given) > 1 and short and not any(isinstance(text, list | Mapping) for text in given.values()):
        return Options(tuple(text_of(text).strip() for text in given.values()), tuple(key.upper() for key in given))
    return None


def _of_list(value: list[Any]) -> Options | None:
    items = [native(item) for item in value]
    if len(items) < 2:
        return None
    if all(isinstance(item, Mapping) for item in items):
        keys = items[0].keys()
        text = next((key for key in _TEXT_KEYS if key in keys), None)
        label = next((key for key in _LABEL_KEYS if key in keys), None)
        flag = next((key for key in _FLAG_KEYS if key in keys and all(i.get(key) in (0, 1) for i in items)), None)
        if text is None:
            return None
        right = tuple(n for n, item in enumerate(items) if item.get(flag) == 1) if flag else ()
        labels = tuple(text_of(item.get(label)).strip() for item in items) if label else ()
        return Options(tuple(text_of(item.get(text)).strip() for item in items), labels, right)
    if all(isinstance(item, list) and len(item) == 2 for item in items):
        return Options(tuple(text_of(i[1]).strip() for i in items), tuple(text_of(i[0]).strip() for i in items))
    if any(isinstance(item, list | Mapping) or item is None for item in items):
        return None
    return _unlabelled([text_of(item).strip() for item in items])


def _unlabelled(texts: list[str]) -> Options:
    """Options without the labels that stand inside their texts, where each begins with its own: `A)21`, `(B) two`."""
    matches = [_OWN_LABEL.match(text) for text in texts]
    labels = [match[1].upper() if match else "" for match in matches]
    if labels in ([*LETTERS[: len(texts)]], [str(n) for n in range(1, len(texts) + 1)]):
        return Options(tuple(t[m.end() :].strip() for t, m in zip(texts, matches, strict=True) if m), tuple(labels))
    return Options(tuple(texts))


def _labelled_pieces(text: str) -> Options | None:
    """The options of one text in which each stands behind its label, in order: `A) red B) blue`."""
    run: list[re.Match[str]] = []
    for match in _OWN_LABEL.finditer(text):
        label = match[1].upper()
        if not run:
            if label in ("A", "1") and not text[: match.start()].strip():
                run.append(match)
        elif label == (LETTERS[len(run)] if run[0][1].upper() == "A" else str(len(run) + 1)):
            run.append(match)
    if len(run) < 2:
        return None
    ends = [*(match.start() for match in run[1:]), len(text)]
    texts = [text[match.end() : end].strip().rstrip(",;，；").strip() for match, end in zip(run, ends, strict=True)]
    return Options(tuple(texts), tuple(match[1].upper() for match in run))


def same(text: str) -> str:
    """A text as options are compared: form, case, blanks and a last full stop do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".。")


def letters_for(count: int) -> list[str]:
    """The labels under which options are sent: letters, or numbers where there are more than 26."""
    return list(LETTERS[:count]) if count <= len(LETTERS) else [str(n + 1) for n in range(count)]


def order_of(options: Options, seed: int | None, identity: str) -> list[int]:
    """The order in which options are sent: the file's own, or with a seed one of the task's own, the same every time.

    Options such as "none of the above" keep everybody's place. It is made by SHA-256, so that no version of Python and
    no order of the tasks changes it.
    """
    places = list(range(len(options.texts)))
    if seed is None or any(_STAYS_LAST.search(text) for text in options.texts):
        return places
    return sorted(
        places,
        key=lambda n: hashlib.sha256(
            f"{seed}\0{identity}\0{n}\0{options.texts[n]}".encode("utf-8", "surrogatepass")
        ).digest(),
    )


def _texts(cell: Any) -> list[str]:
    value = parsed(native(cell))
    items = value if isinstance(value, list) else [value]
    return [text for item in items if native(item) is not None and (text := text_of(native(item)).strip())]
