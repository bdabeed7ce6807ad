"""The same question at several lengths: text around it, so long that the prompt has about so many tokens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from workbench.base.files import opened
from workbench.errors import InputError
from workbench.tasks.task import Task, Tasks
from workbench.tasks.tasks import Source, load_tasks

CHARACTERS_A_TOKEN: Final = 4.0
"""Of English prose, about; other languages and code have fewer."""

MOST_TOKENS: Final = 4_000_000
MOST_FILE_BYTES: Final = 64 * 1024 * 1024

LENGTH: Final = "length"
PLACE: Final = "place"
PAIRED: Final = "pairs"
"""What a padded task says of itself, beside the other columns of its file: tokens, place, the task that it was."""

_BREAKS: Final = ("\n\n", "\n", ". ", " ")
_NEAR_CHARACTERS: Final = 400
_BEGINNING_CHARACTERS: Final = 60


def pad(
    tasks: Source,
    *,
    to: int | Iterable[int],
    with_: str | os.PathLike[str],
    place: float | Iterable[float] | None = None,
    characters_per_token: float = CHARACTERS_A_TOKEN,
) -> Tasks:
    """Make each task once for every length in `to`, in tokens of the whole prompt, with other text around it.

    `with_` is that text, or the path of a file with it; where it is too short it is repeated, which is said. A task's
    passage (its context) stands in it at each `place` from 0 to 1, 0.5 unless told otherwise, and its question at the
    end; a task without a passage keeps its question at the end, or has it in the text where a `place` is given. Texts
    of one length begin alike, so that hosts can answer their beginning out of their cache of prompts.

    Lengths are estimates, by `characters_per_token`: `prompt_tokens` of the rows are what was counted. Columns
    `task_length`, `task_place` and `task_pairs` (the task that it was) say which rows belong together, and
    `wb.analysis.at_lengths(rows)` makes them comparable. Raises `InputError` for a length that a task exceeds by
    itself, a place outside of 0 to 1, and a file that cannot be read.

    >>> padded = pad([{"id": "sum", "question": "What is 6 * 7?"}], to=[100, 200], with_="A dull text. ")
    >>> [(task.id, task.extra["length"], len(task.context)) for task in padded]
    [('sum, 100 tokens', 100, 384), ('sum, 200 tokens', 200, 784)]
    """
    loaded = load_tasks(tasks)
    lengths = [_whole(length) for length in ([to] if isinstance(to, int | float) else to)]
    given = [place] if isinstance(place, int | float) else place
    places = [None] if given is None else [_place(one) for one in given]
    for name, values in (("to", lengths), ("place", places)):
        if not values or len(set(values)) < len(values):
            raise InputError(f"{name} is {values!r}; give at least one value, and none twice")
    if isinstance(characters_per_token, bool) or not 0.2 <= characters_per_token <= 20:
        raise InputError(f"characters_per_token is {characters_per_token!r}; give a number such as 4")
    text, source = _text_of(with_)
    most = int(max(lengths) * characters_per_token)
    filler = text * (most // len(text) + 1) if len(text) < most else text
    found = [
        padded
        for length in lengths
        for one in places
        for task in loaded
        if (padded := _padded(task, filler, length, one, characters_per_token))
    ]
    notes = [
        f"padded to about {', '.join(f'{length:,}' for length in lengths)} tokens with {source}: estimated at "
        f"{characters_per_token:g} characters a token"
    ]
    if len(text) < most:
        notes.append(f"{source} has {len(text):,} characters and is repeated: a model may see through that")
    understood = replace(loaded.understood, notes=(*loaded.understood.notes, *notes))
    return Tasks(found, source=loaded.source, sha256=loaded.sha256, understood=understood)


def _padded(task: Task, filler: str, length: int, place: float | None, per_token: float) -> Task:
    needle = task.context or ""
    question = task.question
    if not needle and place is not None:
        needle, question = task.question, f"{_pointer(task.question)}"
    place = 0.5 if needle and place is None else place
    beside = (task.system or "", *task.options.values(), *(text for _, text in task.turns))
    own = sum(map(len, (needle, question, *beside)))
    room = int(length * per_token) - own - (4 if needle else 2)
    if room < 0:
        raise InputError(
            f"task {task.id!r} is about {own / per_token:,.0f} tokens by itself, and cannot be padded to {length:,}"
        )
    around = filler[:room]
    if needle:
        at = _break_near(around, round(room * (place or 0.0)))
        around = f"{around[:at].rstrip()}\n\n{needle}\n\n{around[at:].lstrip()}".strip()
    name = f"{task.id}, {length} tokens" + ("" if place is None else f", at {place:g}")
    told = {LENGTH: length, PLACE: place, PAIRED: task.id}
    return replace(
        task,
        id=name,
        question=question,
        context=around,
        extra={**task.extra, **{column: value for column, value in told.items() if value is not None}},
        own={},
        places={},
    )


def _pointer(question: str) -> str:
    words = " ".join(question.split())
    if len(words) > _BEGINNING_CHARACTERS:
        words = words[:_BEGINNING_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"Somewhere in the text above stands a question of another kind: {words!r} Answer it."


def _break_near(text: str, place: int) -> int:
    """A place between two paragraphs, lines, sentences or words, near another one."""
    start, end = max(0, place - _NEAR_CHARACTERS), min(len(text), place + _NEAR_CHARACTERS)
    if place <= 0 or place >= len(text):
        return max(0, min(place, len(text)))
    for mark in _BREAKS:
        found = [match.end() for match in re.finditer(re.escape(mark), text[start:end])]
        if found:
            return start + min(found, key=lambda at: abs(start + at - place))
    return place


def _text_of(with_: Any) -> tuple[str, str]:
    """The text to pad with, and what it is called."""
    if isinstance(with_, os.PathLike) or (isinstance(with_, str) and _looks_like_a_path(with_)):
        path = Path(os.fspath(with_)).expanduser()
        try:
            with opened(path, most_bytes=MOST_FILE_BYTES) as file:
                text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is no text in UTF-8 ({error}); save it as such") from None
        source = path.name
    elif isinstance(with_, str):
        text, source = with_, "the text"
    else:
        raise InputError(f"with_ is {with_!r}; give a text, or the path of a file with one")
    if not text.strip():
        raise InputError(f"{source} is empty; there is nothing to pad with")
    return text, source


def _looks_like_a_path(text: str) -> bool:
    return "\n" not in text and len(text) < 1_000 and bool(re.search(r"\.(txt|md|rst|html?|tex|csv|json|py)$", text))


def _whole(length: Any) -> int:
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= MOST_TOKENS:
        raise InputError(f"to holds {length!r}; give lengths in tokens, from 1 to {MOST_TOKENS:,}")
    return length


def _place(place: Any) -> float:
    if isinstance(place, bool) or not isinstance(place, int | float) or not 0 <= place <= 1:
        raise InputError(f"place holds {place!r}; give numbers from 0 (the beginning) to 1 (the end)")
    return float(place)


def lengths_of(tasks: Iterable[Task]) -> Iterator[int]:
    """The lengths to which tasks were padded."""
    for task in tasks:
        if task.extra and PAIRED in task.extra and isinstance(length := task.extra.get(LENGTH), int):
            yield length
