"""What a prompt lab holds, without a screen: variants, task, models and caps; and the code that repeats it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from workbench.errors import InputError
from workbench.providers.models import Model, resolve
from workbench.tasks.prompts import PLAIN, Prompt, load_prompts, render_all
from workbench.tasks.tasks import Task, Tasks
from workbench.tasks.templates import TemplateError, variables_of
from workbench.widgets.lab.bound import Telling

STATE_VERSION = 1


@dataclass
class Variant(Telling):
    """One prompt being written: its parts may be wrong still, which `LabState.problem_of` tells."""

    name: str
    user: str = PLAIN
    system: str = ""
    examples: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, prompt: Prompt) -> Variant:
        return cls(prompt.name, prompt.user, prompt.system or "", prompt.examples)

    def prompt(self) -> Prompt:
        """The prompt as it stands; raises InputError for one that cannot be used."""
        return Prompt(self.name, self.user, self.system or None, self.examples)

    def variables(self) -> list[str]:
        """The template variables it uses, sorted; those of a part that cannot be read are left out."""
        found: set[str] = set()
        for part in (self.system, self.user, *(text for pair in self.examples for text in pair)):
            try:
                found |= variables_of(part)
            except TemplateError:
                continue
        return sorted(found)


SETTINGS: Final = ("max_tokens", "temperature", "top_p", "seed", "stop", "effort", "thinking", "response_format")
"""What the lab may pin to a model, by the name of its parameter; None leaves its default."""


@dataclass
class OfferedModel(Telling):
    """A model that can be chosen, with what the lab adds to it (`SETTINGS`); None leaves its default."""

    model: str | Model
    chosen: bool = False
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    effort: str | None = None
    thinking: bool | None = None
    response_format: Mapping[str, Any] | None = None

    @property
    def label(self) -> str:
        return self.model.label if isinstance(self.model, Model) else self.model

    @property
    def added(self) -> dict[str, Any]:
        """What the lab adds, by the name of its parameter."""
        values = {name: getattr(self, name) for name in SETTINGS}
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in values.items()
            if value is not None
        }

    def pinned(self) -> str | Model:
        """The model as a sweep takes it: what was set pinned to it, its name in rows unchanged."""
        if not self.added:
            return self.model
        known = self.model.params if isinstance(self.model, Model) else {}
        name = self.model.id if isinstance(self.model, Model) else self.model
        return Model(name, self.label, **{**known, **self.added})


def takes_temperature(model: str | Model) -> bool:
    """Whether a temperature can be chosen for a model: not where it is fixed, refused or ignored.

    >>> takes_temperature("local/smollm2-135m-think")
    True
    """
    target = resolve(model)
    facts, provider = target.facts, target.provider
    ignored = {*facts.ignored, *provider.ignored}
    if facts.thinking != "none":
        ignored.update(facts.ignored_while_thinking, provider.ignored_while_thinking)
    return "temperature" not in {*facts.refused, *facts.fixed, *provider.fixed, *ignored, *target.params}


@dataclass
class LabState(Telling):
    """All that a user has set in a prompt lab. What is set by code is shown, and what is shown is set: see `bound`."""

    tasks: Tasks
    variants: Sequence[Variant] = field(default_factory=lambda: (Variant("plain"),))
    choices: Sequence[OfferedModel] = ()
    task_id: str | None = None
    samples: int = 1
    source: str | None = None  # the file that the tasks were read from, as the user named it
    max_usd: float | None = None
    caps: tuple[int, ...] = ()  # smaller caps that are cut from the replies of a run on all tasks
    until_decided: bool = False  # a run on all tasks stops when it is known who is better
    scorer: str = ""  # as it is written in the panel; blank: as the cell or each task says

    @property
    def task(self) -> Task:
        """The chosen task; the first when none is chosen."""
        if not self.tasks:
            raise InputError("There are no tasks to ask. Give some: wb.prompt_lab(tasks).")
        return next((task for task in self.tasks if task.id == self.task_id), self.tasks[0])

    @property
    def chosen(self) -> list[OfferedModel]:
        return [choice for choice in self.choices if choice.chosen]

    def free_name(self, wish: str) -> str:
        """`wish`, or `wish 2` and so on where a variant has that name.

        >>> LabState(Tasks(), [Variant("plain")]).free_name("plain")
        'plain 2'
        """
        names = {variant.name for variant in self.variants}
        number, name = 1, wish
        while name in names:
            number += 1
            name = f"{wish} {number}"
        return name

    def add(self, variant: Variant | None = None) -> int:
        """Add a variant, or a copy of one, under a free name; return its position."""
        source = variant or Variant("variant")
        added = Variant(self.free_name(source.name), source.user, source.system, source.examples)
        self.variants = (*self.variants, added)
        return len(self.variants) - 1

    def rename(self, position: int, name: str) -> None:
        """Give a variant another name; raises InputError for one that is blank or taken."""
        name = name.strip()
        if not name:
            raise InputError("A variant needs a name. Write one.")
        if any(other.name == name for place, other in enumerate(self.variants) if place != position):
            raise InputError(f"There is a variant {name!r} already. Choose another name.")
        self.variants[position].name = name

    def remove(self, position: int) -> None:
        """Take a variant out; the last one stays."""
        if len(self.variants) == 1:
            raise InputError("The last variant cannot be removed. Add another one first.")
        self.variants = tuple(other for place, other in enumerate(self.variants) if place != position)

    def problem_of(self, variant: Variant, *, every_task: bool = True) -> str | None:
        """Why a variant cannot be asked, in one sentence; None when it can."""
        try:
            prompt = variant.prompt()
            render_all({prompt.name: prompt}, self.tasks if every_task else [self.task])
        except InputError as error:
            return str(error)
        return None

    def prompts(self) -> dict[str, Prompt]:
        """The variants as prompts; raises InputError for the first that cannot be used."""
        return {variant.name: variant.prompt() for variant in self.variants}

    def models(self) -> list[str | Model]:
        """The chosen models as a sweep takes them; raises InputError when none is chosen."""
        if not self.chosen:
            raise InputError("No model is chosen. Choose at least one.")
        return [choice.pinned() for choice in self.chosen]

    def grid(self, *, every_task: bool = False) -> dict[str, Any]:
        """The arguments that `plan` and `sweep` take for this state."""
        return {
            "tasks": self.tasks if every_task else self.tasks.like([self.task]),
            "models": self.models(),
            "prompts": self.prompts(),
            "repeats": self.samples,
            **(self._cut() if every_task and self.caps else {}),
        }

    def _cut(self) -> dict[str, Any]:
        """Models without a cap of their own, and the caps: the one that all of them had, and those cut from it."""
        largest = {choice.max_tokens for choice in self.chosen}
        if len(largest) != 1 or None in largest:
            raise InputError("Smaller caps are cut from one larger one: give all chosen models the same max_tokens.")
        (most,) = largest
        if max(self.caps) >= (most or 0):
            raise InputError(f"Smaller caps are {list(self.caps)!r}; write caps below the models' own, {most}.")
        models = [replace(choice, max_tokens=None).pinned() for choice in self.chosen]
        return {"models": models, "max_tokens": [*self.caps, most], "caps": "cut"}

    def as_code(self, *, every_task: bool = False, scorer: Any = None) -> str:
        """The cell that repeats the run without the lab."""
        lines = ["import workbench as wb"]
        if self.source is None:
            lines += ["", "tasks = wb.load_tasks(["]
            lines += [f"    {_record(task)!r}," for task in (self.tasks if every_task else [self.task])] + ["])"]
        else:
            lines += ["", f"tasks = wb.load_tasks({self.source!r})"]
            if not every_task:
                lines.append(f"tasks = [task for task in tasks if task.id == {self.task.id!r}]")
        lines.append("prompts = {")
        for name, prompt in self.prompts().items():
            parts: dict[str, Any] = {"user": prompt.user}
            if prompt.system is not None:
                parts["system"] = prompt.system
            if prompt.examples:
                parts["examples"] = list(prompt.examples)
            lines.append(f"    {name!r}: {parts!r},")
        lines += ["}", "models = ["]
        for model in self.grid(every_task=every_task)["models"]:
            lines.append(f"    {'wb.' if isinstance(model, Model) else ''}{model!r},")
        named = isinstance(scorer, str) or (isinstance(scorer, list) and all(isinstance(name, str) for name in scorer))
        scored = f", scorer={scorer!r}" if named else ""
        if every_task and self.caps:
            scored += f", max_tokens={self._cut()['max_tokens']!r}, caps='cut'"
        scored += ", until='decided'" if every_task and self.until_decided else ""
        scored += f", max_usd={self.max_usd!r}" if self.max_usd is not None else ""
        lines += ["]", f"rows = wb.sweep(tasks, models=models, prompts=prompts, repeats={self.samples}{scored})"]
        return "\n".join([*lines, "wb.summary(rows)"])

    def to_dict(self) -> dict[str, Any]:
        """Everything but the tasks, as plain JSON."""
        return {
            "version": STATE_VERSION,
            "variants": [
                {"name": v.name, "user": v.user, "system": v.system, "examples": [list(pair) for pair in v.examples]}
                for v in self.variants
            ],
            "models": [
                {"label": choice.label, "chosen": choice.chosen, **{name: getattr(choice, name) for name in SETTINGS}}
                for choice in self.choices
            ],
            "task_id": self.task_id,
            "samples": self.samples,
            "max_usd": self.max_usd,
            "caps": list(self.caps),
            "until_decided": self.until_decided,
            "scorer": self.scorer,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take over what `to_dict` gave; models that are not offered any more are passed over."""
        if saved.get("version") != STATE_VERSION:
            raise InputError(f"The saved state has version {saved.get('version')!r}; this lab reads {STATE_VERSION}.")
        variants = [
            Variant(v["name"], v["user"], v["system"], tuple((user, said) for user, said in v["examples"]))
            for v in saved["variants"]
        ]
        kept = {entry["label"]: entry for entry in saved["models"]}
        for place, (held, saved_one) in enumerate(zip(self.variants, variants, strict=False)):
            if held.examples == saved_one.examples:  # its page stays, and says what it is now
                held.name, held.user, held.system = saved_one.name, saved_one.user, saved_one.system
                variants[place] = held
        self.variants = variants
        for choice in self.choices:
            entry = kept.get(choice.label)
            if entry:
                choice.chosen = entry["chosen"]
                for name in SETTINGS:
                    setattr(choice, name, entry.get(name))
        self.task_id, self.samples = saved["task_id"], saved["samples"]
        self.max_usd, self.scorer = saved.get("max_usd"), saved.get("scorer", "")
        self.caps, self.until_decided = tuple(saved.get("caps", ())), bool(saved.get("until_decided", False))

    def parts(self) -> list[Telling]:
        """All that fields of the panel stand for: this, the variants, the chosen models."""
        return [self, *self.variants, *self.chosen]


def state_for(
    tasks: Tasks,
    models: Iterable[str | Model],
    *,
    prompts: Any = None,
    max_tokens: int | None = None,
    source: str | None = None,
    chosen: int | None = None,
) -> LabState:
    """A fresh state: the prompts given, all models ticked or the first `chosen`, each with this cap, the first task."""
    listed: Sequence[str | Model] = list(models)
    ticked = len(listed) if chosen is None else chosen
    return LabState(
        tasks,
        [Variant.of(prompt) for prompt in load_prompts(prompts).values()],
        [OfferedModel(model, position < ticked, max_tokens) for position, model in enumerate(listed)],
        tasks[0].id if tasks else None,
        source=source,
    )


def _record(task: Task) -> dict[str, Any]:
    """A task as `load_tasks` takes it, with the cells that prompts may call by the names of their columns."""
    own = {name: cell for name, cell in task.own.items() if name not in ("question", "id")}
    record = {"id": task.id, "question": task.question, **own, **task.extra}
    parts = {
        "target": task.target,
        "context": task.context,
        "options": dict(task.options),
        "system": task.system,
        "images": list(task.images),
    }
    if task.turns:
        record["messages"] = [
            *({"role": role, "content": text} for role, text in task.turns),
            {"role": "user", "content": task.question},
        ]
    return record | {name: value for name, value in parts.items() if value}
