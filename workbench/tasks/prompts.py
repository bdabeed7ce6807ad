"""Prompts: named ways to put a task to a model, as Jinja templates that cannot run code or leak the target."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeAlias, overload

from workbench.base.words import close_to
from workbench.errors import InputError
from workbench.tasks.images import part_of
from workbench.tasks.packing import Shown
from workbench.tasks.prompt_files import read_prompt_files, write_prompt_file
from workbench.tasks.sent import asked, content_text, variables
from workbench.tasks.task import Task
from workbench.tasks.templates import MOST_CHARACTERS, TemplateError, columns_of, fill, variables_of

PLAIN: Final = "{{ question }}"

Sent: TypeAlias = "str | list[dict[str, Any]]"
"""What is sent of a task: the words of a user alone, or messages."""


def messages_of(sent: Sent) -> list[dict[str, Any]]:
    """What is sent, as messages.

    >>> messages_of("What is 6 * 7?")
    [{'role': 'user', 'content': 'What is 6 * 7?'}]
    """
    return [{"role": "user", "content": sent}] if isinstance(sent, str) else sent


@dataclass(frozen=True)
class Prompt:
    """One way to put a task to a model: a template for the user's message, perhaps a system part and worked examples.

    Every part is a Jinja template. It may use each column of the tasks by its name, and `task` (`task.id`,
    `task["a column with spaces"]`); never the target, which would give the answer away. `question` is all that has to
    be asked: the context before it, the options after it, unless the prompt says where `context` or `options` belong.
    `labels` are the answers of a classification. The text of a task is put in as it is: braces in it are not read as
    template code. A task's own system part and earlier turns are sent with it; a prompt's system part comes in place of
    the task's.

    >>> prompt = Prompt("short", "{{ question }}\\nAnswer with a number.", system="You are terse.")
    >>> prompt.render(Task("1", "What is 6 * 7?"))[1]
    {'role': 'user', 'content': 'What is 6 * 7?\\nAnswer with a number.'}
    """

    name: str
    user: str = PLAIN
    system: str | None = None
    examples: tuple[tuple[str, str], ...] = ()
    variables: frozenset[str] = field(init=False, repr=False, compare=False)
    mentioned: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise InputError(f"A prompt needs a name, not {self.name!r}.")
        variables: set[str] = set()
        mentioned: set[str] = set()
        for part, template in self.parts():
            if not isinstance(template, str):
                raise InputError(f"Prompt {self.name!r}: the {part} must be text, not {type(template).__name__}.")
            try:
                variables |= variables_of(template)
                mentioned |= columns_of(template)
            except TemplateError as problem:
                raise InputError(f"Prompt {self.name!r}, {part}: {problem}.{_blank_in_name(template)}") from None
        object.__setattr__(self, "variables", frozenset(variables))
        object.__setattr__(self, "mentioned", frozenset(mentioned))
        if not variables:
            raise InputError(
                f"Prompt {self.name!r} uses nothing of the task, so every task would be asked the same. "
                "Put {{ question }} where the question belongs."
            )

    def render(self, task: Task) -> list[dict[str, Any]]:
        """Write the chat messages for one task: system part, examples, the task's earlier turns, the user's message.

        A message with images is a list of parts. Raises InputError naming the prompt, the task and the variable that is
        missing.
        """
        return messages_of(self.sent(task))

    def sent(self, task: Task) -> Sent:
        """The same as messages, or as one text where that is all: a hundred thousand need no lists of their own."""
        if self.user == PLAIN and self.system is None and not (self.examples or task.images or task.turns):
            whole = asked(task, self.mentioned) if task.context or task.options else task.question
            if not task.system and type(whole) is str and len(whole) <= MOST_CHARACTERS and whole.strip():
                return whole  # what the template would make of it, in a tenth of the time
        context = variables(task, self.mentioned)
        own = {name: cell for name, cell in context.items() if name != "question"}
        context["task"] = Shown(task.id, task.question, task.extra, {**own, **_own_question(task)})
        system, user, *examples = [
            self._filled(part, template, context, task) for part, template in self.parts(with_blank=True)
        ]
        if not user.strip():
            raise InputError(f"Prompt {self.name!r} is empty for task {task.id!r}: its template renders to nothing.")
        roles = ("user", "assistant")
        content: Any = user
        if task.images:
            content = [{"type": "text", "text": user}, *(self._image(image, task) for image in task.images)]
        messages: list[dict[str, Any]] = [
            *({"role": roles[turn % 2], "content": text} for turn, text in enumerate(examples)),
            *({"role": role, "content": text} for role, text in task.turns),
            {"role": "user", "content": content},
        ]
        system = system if system.strip() else task.system or ""
        if system.strip():
            return [{"role": "system", "content": system}, *messages]
        return user if len(messages) == 1 and not task.images else messages

    def as_text(self, task: Task) -> str:
        """What a model reads when it is asked one task: its messages, one below the other, each with its role.

        >>> print(Prompt("short", system="You are terse.").as_text(Task("1", "What is 6 * 7?")))
        [short]
           system: You are terse.
             user: What is 6 * 7?
        """
        indented = "\n" + " " * 11
        lines = [
            f"{message['role']:>9}: {content_text(message['content']).replace(chr(10), indented)}"
            for message in self.render(task)
        ]
        return "\n".join([f"[{self.name}]", *lines])

    def _image(self, image: str, task: Task) -> dict[str, Any]:
        try:
            return part_of(image)
        except InputError as problem:
            raise InputError(f"Task {task.id!r}: {problem}") from None

    def parts(self, *, with_blank: bool = False) -> list[tuple[str, str]]:
        """The templates with their names: the system part, which may be blank, the user part, the examples.

        >>> Prompt("short", "{{ question }} Be brief.").parts()
        [('user part', '{{ question }} Be brief.')]
        """
        parts = [] if self.system is None and not with_blank else [("system part", self.system or "")]
        parts.append(("user part", self.user))
        for number, (user, assistant) in enumerate(self.examples, start=1):
            parts += [(f"user part of example {number}", user), (f"assistant part of example {number}", assistant)]
        return parts

    def _filled(self, part: str, template: str, context: dict[str, Any], task: Task) -> str:
        try:
            return fill(template, context) if template else ""
        except TemplateError as problem:
            raise InputError(self._explained(problem, part, context, task)) from None

    def _explained(self, problem: TemplateError, part: str, known: Iterable[str], task: Task) -> str:
        names = sorted(known)
        variables = f"Variables are {', '.join(names)}."
        odd = [name for name in names if not name.isidentifier()]
        shown = ", ".join(f'task["{name}"]' for name in odd[:3])
        spelt = f" A name with a blank or a sign in it is written {shown}." if odd else ""
        if problem.missing == "target":
            return (
                f"Prompt {self.name!r} uses 'target', which no prompt is given: it would tell the model the answer. "
                f"{variables}"
            )
        if problem.missing in self.variables:
            close = close_to(problem.missing, names)
            hint = f" Did you mean {close!r}?" if close else ""
            return f"Prompt {self.name!r}, {part}: unknown variable {problem.missing!r}. {variables}{hint}{spelt}"
        return f"Prompt {self.name!r}, {part}, fails on task {task.id!r}: {problem}. {variables}{spelt}"


PromptSource: TypeAlias = "str | Mapping[str, Any] | Sequence[Mapping[str, Any]] | Prompt"


def load_prompts(
    prompts: str | Path | Prompt | Mapping[str, PromptSource] | Iterable[Prompt] | None = None,
) -> dict[str, Prompt]:
    """Make named prompts from what a user hands over.

    None is one prompt `plain`, the bare question. Text with `{{` or `{%` is one template, named `prompt`; other text
    and paths name a prompt file or a folder of them. A mapping gives names to templates, to mappings with `system`,
    `user` and `examples`, to lists of chat messages (a system message first, then turns that end with the user's), or
    to Prompts.
    Raises InputError with the prompt's name and the line of a mistake.

    >>> load_prompts({"terse": {"system": "Answer in one word."}})["terse"].user
    '{{ question }}'
    """
    if prompts is None:
        return {"plain": Prompt("plain")}
    if isinstance(prompts, Prompt):
        return {prompts.name: prompts}
    if isinstance(prompts, str) and ("{{" in prompts or "{%" in prompts):
        return {"prompt": Prompt("prompt", prompts)}
    if isinstance(prompts, str | Path):
        return {name: _prompt(name, parts) for name, parts in read_prompt_files(Path(prompts)).items()}
    if isinstance(prompts, Mapping):
        named = {name: _prompt(name, source) for name, source in prompts.items()}
    else:
        given = list(prompts)
        strange = next((item for item in given if not isinstance(item, Prompt)), None)
        if strange is not None:
            raise InputError(
                f"A list of prompts holds Prompts, not {strange!r}. Give names to the others: {{name: …}}."
            )
        named = {prompt.name: prompt for prompt in given}
        if len(named) < len(given):
            raise InputError("Two prompts have the same name. Names must differ.")
    if not named:
        raise InputError("There are no prompts. Leave the argument out to ask the bare question.")
    return named


class Rendered(Sequence[tuple[Task, list[dict[str, Any]]]]):
    """Tasks, each with its messages, which are made when they are asked for; `sent` is what they are made of."""

    def __init__(self, tasks: Sequence[Task], sent: Sequence[Sent]) -> None:
        self.tasks, self.sent = tasks, sent

    def __len__(self) -> int:
        return len(self.sent)

    @overload
    def __getitem__(self, place: int) -> tuple[Task, list[dict[str, Any]]]: ...
    @overload
    def __getitem__(self, place: slice) -> Rendered: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return Rendered(self.tasks[place], self.sent[place])
        return self.tasks[place], messages_of(self.sent[place])


def render_all(
    prompts: Mapping[str, Prompt], tasks: Sequence[Task], *, bare: Sequence[str] | None = None
) -> dict[str, Rendered]:
    """The messages of every prompt for every task, all of them, so that a mistake shows before anything is bought.

    `bare` are the questions of tasks that are nothing else: a prompt that is the question sends these texts. Raises
    InputError naming the prompt, the unknown variable and the known ones, and, where only some tasks lack a column, the
    first of them.
    """
    extras = (task.extra for task in tasks if task.extra) if bare is None else ()
    columns = {name for extra in extras for name in extra} - {"target"}
    listed = [*tasks]
    return {name: Rendered(listed, _rendered_all(prompt, listed, columns, bare)) for name, prompt in prompts.items()}


def _rendered_all(
    prompt: Prompt, tasks: Sequence[Task], columns: Iterable[str], bare: Sequence[str] | None
) -> Sequence[Sent]:
    if type(prompt) is not Prompt or prompt.user != PLAIN or prompt.system is not None or prompt.examples:
        return [_rendered(prompt, task, columns) for task in tasks]
    if bare is not None and max(map(len, bare), default=0) <= MOST_CHARACTERS:
        return bare
    return [  # what `sent` makes of most, and in a fifth of the time
        task.question
        if type(task.question) is str
        and not (task.options or task.context or task.images or task.turns or task.system)
        and len(task.question) <= MOST_CHARACTERS
        and not task.question.isspace()
        and task.question
        else _rendered(prompt, task, columns)
        for task in tasks
    ]


def _rendered(prompt: Prompt, task: Task, columns: Iterable[str]) -> Sent:
    try:
        # A kind of prompt that renders in its own way has messages, and no text beside them.
        return prompt.sent(task) if type(prompt).render is Prompt.render else prompt.render(task)
    except InputError:
        lacking = sorted(prompt.variables.intersection(columns) - task.extra.keys())
        if not lacking or _renders(prompt, replace(task, extra=dict.fromkeys(lacking, "") | dict(task.extra))):
            raise
        raise InputError(
            f"Prompt {prompt.name!r} uses {lacking[0]!r}, which task {task.id!r} lacks and others have. "
            f"Fill it in, or write {{{{ {lacking[0]} | default('') }}}}."
        ) from None


def save_prompt(prompt: Prompt, folder: str | Path, *, overwrite: bool = False) -> Path:
    """Write a prompt to a TOML file in a folder, from which `load_prompts` makes an equal prompt. Returns the path.

    Raises InputError where a file for this prompt exists already, unless `overwrite` is true and it is a TOML file.
    """
    if not isinstance(prompt, Prompt):
        raise InputError(
            f"save_prompt is given {prompt!r:.80}; give a Prompt, as wb.load_prompts({{'short': '…'}})['short'] is one"
        )
    if not isinstance(folder, str | os.PathLike):
        raise InputError(f"the folder of save_prompt is {folder!r:.80}; give a path, such as 'prompts'")
    parts = {"system": prompt.system, "user": prompt.user}
    return write_prompt_file(Path(folder), prompt.name, parts, prompt.examples, overwrite=overwrite)


def _renders(prompt: Prompt, task: Task) -> bool:
    try:
        prompt.render(task)
    except InputError:
        return False
    return True


def _prompt(name: str, source: Any) -> Prompt:
    if isinstance(source, Prompt):
        return replace(source, name=name)
    if isinstance(source, str):
        return Prompt(name, source)
    if isinstance(source, Mapping):
        return _from_parts(name, source)
    if isinstance(source, Sequence):
        return _from_messages(name, source)
    raise InputError(f"Prompt {name!r} must be a template, a mapping or a list of messages, not {source!r}.")


def _from_parts(name: str, parts: Mapping[str, Any]) -> Prompt:
    unknown = parts.keys() - {"system", "user", "examples"}
    if unknown:
        raise InputError(f"Prompt {name!r}: unknown part {min(map(str, unknown))!r}. Parts are system, user, examples.")
    examples = []
    for number, example in enumerate(parts.get("examples") or (), start=1):
        pair = (example.get("user"), example.get("assistant")) if isinstance(example, Mapping) else example
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2 or not all(pair):
            raise InputError(f"Prompt {name!r}: example {number} must have a user and an assistant part.")
        examples.append((pair[0], pair[1]))
    return Prompt(name, parts.get("user", PLAIN), parts.get("system"), tuple(examples))


def _from_messages(name: str, messages: Sequence[Any]) -> Prompt:
    turns = []
    for message in messages:
        if not isinstance(message, Mapping) or not {"role", "content"} <= message.keys():
            raise InputError(f"Prompt {name!r}: a message has a role and a content; this is {message!r}.")
        turns.append((message["role"], message["content"]))
    system = turns.pop(0)[1] if turns and turns[0][0] == "system" else None
    roles = [role for role, _ in turns]
    if len(turns) % 2 == 0 or roles != [("user", "assistant")[turn % 2] for turn in range(len(turns))]:
        raise InputError(
            f"Prompt {name!r}: after an optional system message, user and assistant take turns and the user is last; "
            f"these are {', '.join(map(str, roles)) or 'none'}."
        )
    contents = [content for _, content in turns]
    return Prompt(name, contents[-1], system, tuple(zip(contents[:-1:2], contents[1::2], strict=True)))


def _own_question(task: Task) -> dict[str, Any]:
    """A column named `question`, as `task["question"]` calls it: by itself, with nothing around it."""
    return {"question": task.own["question"]} if "question" in task.own else {}


def _blank_in_name(template: str) -> str:
    """What to write in place of a column's name with a blank in it, where a template has one."""
    match = re.search(r"\{\{\s*([^\W\d][\w-]*(?: [\w.()-]+)+)\s*\}\}", template)
    return f' A column with a blank in its name is written {{{{ task["{match[1]}"] }}}}.' if match else ""
