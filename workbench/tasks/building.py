"""Records become tasks, by a layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import InputError
from workbench.tasks.answers import Answers
from workbench.tasks.by_columns import tasks_by_columns
from workbench.tasks.chat import Conversation, conversation
from workbench.tasks.columns import Layout
from workbench.tasks.images import references
from workbench.tasks.names import plain
from workbench.tasks.options import Options, letters_for, order_of
from workbench.tasks.records import Entry, Reading, mappings_in
from workbench.tasks.slots import called, called_in_quotes, is_template
from workbench.tasks.targets import Targets, spoken
from workbench.tasks.task import Task, bare_tasks
from workbench.tasks.unusual_names import made_of
from workbench.tasks.values import native, parsed, text_of


class Builder:
    """Makes the tasks of one source; what it decides over all records at once it decides at the beginning."""

    def __init__(
        self,
        records: Sequence[Entry],
        layout: Layout,
        reading: Reading,
        source: str,
        *,
        columns: tuple[str, ...],
        folder: Path | None,
        seed: int | None,
        trusted_images: bool,
    ) -> None:
        self.layout, self.source, self.columns, self.seed = layout, source, columns, seed
        self.notes, self.warnings = list(reading.notes), [*reading.warnings, *layout.warnings]
        self.empty_instructions = 0
        self._reading, self._folder, self._trusted = reading, folder, trusted_images
        self._answers: Answers | None = None
        self._targets: Targets | None = None
        others = (layout.context, layout.system, layout.messages, layout.options, *layout.parts, *layout.images)
        read = (layout.question, layout.target, layout.id)
        self._plain = not any(others) and not any(map(is_template, filter(None, read)))
        self._bare = self._plain and not (layout.target or layout.id)
        self._decide(mappings_in(records))

    @property
    def how(self) -> str:
        """How the column of the target is read, in words."""
        found = self._answers or self._targets
        return found.how if found else ""

    def _decide(self, values: Sequence[Mapping[str, Any]]) -> None:
        """Find out how options and targets are written: over all records, whichever of them are taken."""
        place, target = self.layout.options, self.layout.target
        if place is not None:
            options = [place.read(value) for value in values]
            lists = [each for each in options if each is not None]
            self.notes += place.notes
            unordered = place.right is not None or (bool(lists) and all(each.right == (0,) for each in lists))
            if unordered and self.seed is None and not target:
                self.seed = 0
            if target and not is_template(target) and lists:
                cells = [value.get(target) for value, each in zip(values, options, strict=True) if each is not None]
                classes = target in self._reading.classes
                self._answers = Answers(target, cells, lists, classes=classes, ask=self._question_of_index(target))
        if target and not is_template(target) and self._answers is None:
            self._targets = Targets(target, [value.get(target) for value in values], self._reading)
            self.notes += self._targets.notes
            self.warnings += self._targets.warnings

    def _question_of_index(self, target: str) -> str:
        """What a user can write where nobody can know how the answers count."""
        name = called_in_quotes(target)
        from_0, from_1 = (f"target=\"{{{{ 'ABCDEFGHIJ'[{name} | int{less}] }}}}\"" for less in ("", " - 1"))
        return f"{self.source}: say it: {from_0} counts from 0, {from_1} from 1."

    def together(self, values: Sequence[Any]) -> list[Task] | None:
        """Make the tasks of many records as `task` makes them one by one; None where one needs more than that."""
        kinds, column = {*map(type, values)}, self.layout.question or "question"
        if kinds == {str} and self._bare and all(map(str.strip, values)):
            return bare_tasks(values, column)
        if kinds == {Task} and all(isinstance(task.question, str) and task.question.strip() for task in values):
            return [*values]
        if kinds == {dict} and self._plain and (self._targets is None) == (self.layout.target is None):
            return tasks_by_columns(values, column, self.layout.id, self.layout.target, self._targets)
        return None

    def task(self, record: Entry, position: int) -> Task:
        """Make the task of one record. Raises InputError that names its place."""
        value = record.value
        if type(value) is str and self._bare and value.strip():  # what comes of the rest, in a tenth of the time
            return Task(str(position), value, own={self.layout.question or "question": value})
        place = f"{self.source}, {record.place}"
        if isinstance(value, Task):
            if not isinstance(value.question, str) or not value.question.strip():
                raise InputError(f"{place}: the question of task {value.id!r} is empty.")
            return value
        return self._of_cells(self._cells_of(value, place), position, place)

    def _cells_of(self, value: Any, place: str) -> dict[str, Any]:
        """The cells of a record that hold something, by column; a bare text is the question."""
        if isinstance(value, str):
            named = self.layout.question and not is_template(self.layout.question)
            value = {self.layout.question if named else "question": value}
        if not isinstance(value, Mapping):
            raise InputError(f"{place}: a task is a question, a mapping or a Task, not {type(value).__name__}.")
        return {str(name): whole for name, cell in value.items() if (whole := native(cell)) is not None}

    def _of_cells(self, every: Mapping[str, Any], position: int, place: str) -> Task:
        """Make the task of a record's cells, part by part."""
        layout = self.layout
        talk = self._talk(every, place)
        question = talk.question if talk else self._question(every, place)
        identity = self._text("id", layout.id, every, place).strip() if layout.id else ""
        identity = identity or str(position)
        read = layout.options.read(every) if layout.options else None
        options, target = self._options(read, every, identity, place)
        if target is None and (read is None or self._answers is None):
            target = self._target(every, place, talk)
        context = _readable(every.get(layout.context)) if layout.context else None
        own, extra = self._cells(every, options if read else {}, context)
        return Task(
            identity,
            question,
            target,
            extra,
            context=_unless_blank(context),
            options=options,
            system=_unless_blank(self._system(every, place, talk)),
            turns=talk.turns if talk else (),
            images=self._images(every, place, talk),
            own=own,
            places=self._places(read),
        )

    def _system(self, every: Mapping[str, Any], place: str, talk: Conversation | None) -> str | None:
        if self.layout.system:
            return self._text("system", self.layout.system, every, place)
        return talk.system if talk else None

    def _images(self, every: Mapping[str, Any], place: str, talk: Conversation | None) -> tuple[str, ...]:
        """The images of a conversation, then those of the columns that hold some."""
        found = list(talk.images) if talk else []
        for name in self.layout.images:
            found += references(every.get(name), place, self._folder, trusted=self._trusted)
        return tuple(found)

    def _places(self, read: Options | None) -> dict[str, tuple[str, ...]]:
        """The columns that became the context and the options of a task."""
        found: dict[str, tuple[str, ...]] = {"context": (self.layout.context,)} if self.layout.context else {}
        if read and self.layout.options:
            found["options"] = tuple(filter(None, self.layout.options.columns))
        return found

    def _talk(self, every: Mapping[str, Any], place: str) -> Conversation | None:
        name = self.layout.messages
        return conversation(every.get(name), place) if name and every.get(name) is not None else None

    def _question(self, every: Mapping[str, Any], place: str) -> str:
        column = self.layout.question or "question"
        if is_template(column):
            text = self._filled("question", column, every, place)
            if self.layout.parts:
                self.empty_instructions += not _text_cell(every.get(self.layout.parts[0])).strip()
                text = text.strip()
        else:
            cell = every.get(column, "")
            if isinstance(cell, list | Mapping):
                template = made_of(called_in_quotes(column), cell)
                raise InputError(
                    f"{place}: the question (column {column!r}) must be text, not {_shortened(cell)}. Write how it is "
                    f'made into a text: question="{template}" (on the command line --question "{template}").'
                )
            text = text_of(cell)
        if not text.strip():
            raise InputError(f"{place}: the question (column {column!r}) is empty.")
        return text

    def _target(self, every: Mapping[str, Any], place: str, talk: Conversation | None) -> str | None:
        column = self.layout.target
        if column is None:
            return spoken(talk.reply) if talk and talk.reply and talk.reply.strip() else None
        if is_template(column):
            text = self._filled("target", column, every, place)
            return text if text.strip() else None
        return self._targets.of(every.get(column), place) if self._targets else None

    def _options(
        self, read: Options | None, every: Mapping[str, Any], identity: str, place: str
    ) -> tuple[dict[str, str], str | None]:
        if read is None:
            if self._answers is not None and self.layout.target:
                cell = native(every.get(self.layout.target))
                return {}, text_of(cell) if cell is not None and text_of(cell).strip() else None
            return {}, None
        order = order_of(read, self.seed, identity)
        letters = letters_for(len(order))
        options = {letter: read.texts[n] for letter, n in zip(letters, order, strict=True)}
        right: tuple[int, ...] | None = None
        if self._answers is not None and self.layout.target:
            right = self._answers.of(every.get(self.layout.target), read, place)
        elif self.layout.target is None:
            right = read.right or None
        elif is_template(self.layout.target):
            text = self._filled("target", self.layout.target, every, place).strip()
            if text in letters and self.seed is not None:
                return options, letters[order.index(letters.index(text))]
            return options, text or None
        return options, ", ".join(letters[order.index(n)] for n in sorted(right, key=order.index)) if right else None

    def _cells(
        self, every: Mapping[str, Any], options: Mapping[str, str], context: str | None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The cells that prompts can call beside the extra columns, and the extra columns."""
        layout = self.layout
        hidden = {layout.target, layout.options.right if layout.options else None}
        question = {layout.question, *layout.parts, layout.messages}
        own = {name: every[name] for name in question if name and name in every}
        bytes_in = {
            name for name in layout.images if not isinstance(c := every.get(name), str) or c.startswith("data:")
        }
        extra = {
            name: cell
            for name, cell in every.items()
            if name not in hidden and name not in own and name != layout.id and name not in bytes_in
        }
        if layout.id and layout.id in every:
            own[layout.id] = every[layout.id]
        if context is not None and layout.context:
            own[layout.context] = context
        place = layout.options
        if options and place and self.seed is not None and len(place.columns) == len(options) and place.right is None:
            extra |= dict(zip(place.columns, options.values(), strict=True))  # what {{ A }} shows is what A) is
        return own, extra

    def _text(self, part: str, column: str, every: Mapping[str, Any], place: str) -> str:
        return self._filled(part, column, every, place) if is_template(column) else _text_cell(every.get(column))

    def _filled(self, part: str, template: str, every: Mapping[str, Any], place: str) -> str:
        from workbench.tasks.templates import TemplateError, fill  # 0.1 s to load, and few files have templates

        cells = dict.fromkeys(self.columns, "") | {name: parsed(cell) for name, cell in every.items()}
        try:
            return fill(template, {**cells, "task": cells})
        except TemplateError as problem:
            known = ", ".join(called(name) for name in self.columns)
            raise InputError(
                f"{place}: {part}={template!r} cannot be filled in: {problem}. Columns are {known}."
            ) from None


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"


def _unless_blank(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _text_cell(cell: Any) -> str:
    return "" if cell is None else text_of(cell)


def _readable(cell: Any) -> str | None:
    """A passage as text: paragraphs of a list, titled paragraphs of HotpotQA, the contexts of an object."""
    value = parsed(native(cell))
    if isinstance(value, Mapping):
        titles, sentences = native(value.get("title")), native(value.get("sentences"))
        if isinstance(titles, list) and isinstance(sentences, list) and len(titles) == len(sentences):
            pairs = zip(titles, sentences, strict=True)
            return "\n\n".join(f"{title}\n{''.join(text) if isinstance(text, list) else text}" for title, text in pairs)
        inner = next(
            (native(v) for k, v in value.items() if plain(str(k)) in ("contexts", "context", "text") and v), None
        )
        return _readable(inner) if inner is not None else text_of(value)
    if isinstance(value, list):
        return "\n\n".join(filter(None, (_readable(item) for item in value)))
    return None if value is None else text_of(value)
