"""The cells of a sweep: tasks × models × prompts × max_tokens × parameters × repeats, each one request."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from workbench.base.collecting import no_search_for_circles
from workbench.base.credentials import without_credentials
from workbench.cache.earlier import as_kept_each, as_sent_before
from workbench.cache.kept import current
from workbench.cache.request_key import Keys, request_key
from workbench.errors import BadRequest, InputError
from workbench.providers.facts import LOCAL
from workbench.providers.models import Model, Target, resolve
from workbench.providers.parameters import merged_options
from workbench.providers.requests import CallRequest, RequestForm, request_form
from workbench.scorers.named import as_scorer
from workbench.scorers.score import AnyScorer
from workbench.sweeps.cells import Block, Cell, Cells, MakeKeys
from workbench.sweeps.earlier import put_as_kept
from workbench.sweeps.understanding import Understanding, understand
from workbench.tasks.padding import lengths_of
from workbench.tasks.prompts import PLAIN, Prompt, Rendered, load_prompts, render_all
from workbench.tasks.requests import request_of, sent_with
from workbench.tasks.tasks import Task, Tasks, load_tasks

_ONE_SEED = (
    "{repeats} repeats of {label!r} are asked for with one seed, {seed!r}: where the seed is heeded they are one draw, "
    "bought {repeats} times. Leave the seed out, or sweep it: params={{'seed': [1, 2, 3]}}"
)


@dataclass(frozen=True)
class Grid:
    """All cells in the order in which they become rows, and the names of the swept parameters.

    `about` tells of the sweep what its rows do not: where the tasks came from, and the prompts in full. `understanding`
    is what was made of the tasks, to be said before anything is bought.
    """

    cells: Sequence[Cell]
    parameters: tuple[str, ...]
    targets: tuple[Target, ...]
    warnings: tuple[str, ...]
    about: Mapping[str, Any]
    tasks: Tasks
    understanding: Understanding
    scorer: AnyScorer = None

    @property
    def asked(self) -> Sequence[Cell]:
        """The cells for which a model is asked: all of them, unless smaller caps are cut."""
        return self.cells if isinstance(self.cells, Cells) else [cell for cell in self.cells if not cell.derived]


def make_grid(
    tasks: Any,
    *,
    models: str | Model | Iterable[str | Model],
    prompts: Any = None,
    max_tokens: int | Iterable[int | None] | None = None,
    repeats: int = 1,
    params: Mapping[str, Any] | None = None,
    scorer: AnyScorer = None,
    as_kept: bool = True,
    **options: Any,
) -> Grid:
    """Lay out every cell, checking all of them before anything is sent.

    A list in `params` is swept, any other value is the same for all; `options` are those of `ask`, and the same as if
    they stood in `params`, but that a list of tools is one value. Cells that share a prompt stand together, because
    providers and the local model answer a shared beginning faster. A cell whose reply is kept as an earlier table had
    it sent is laid out so, unless `as_kept` is False. Raises `InputError` for tasks, prompts or numbers
    that cannot be used, `BadRequest` for parameters that a model is known to refuse.
    """
    with no_search_for_circles():
        return _grid_of(
            tasks, models, prompts, max_tokens, as_kept, repeats=repeats, params=params, scorer=scorer, options=options
        )


def _grid_of(
    tasks: Any,
    models: str | Model | Iterable[str | Model],
    prompts: Any,
    max_tokens: int | Iterable[int | None] | None,
    as_kept: bool,
    *,
    repeats: int,
    params: Mapping[str, Any] | None,
    scorer: AnyScorer,
    options: Mapping[str, Any],
) -> Grid:
    loaded = load_tasks(tasks)
    templates = load_prompts(prompts)
    bare = None if loaded is tasks else loaded.bare  # whoever loaded them before may have changed them since
    rendered = render_all(templates, loaded, bare=bare)
    targets = _targets(models)
    looked_at = loaded if bare is None else loaded[:1]  # one is like the other, but for its question
    _check_images(looked_at, targets)
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise InputError(f"repeats is {repeats!r}; give a whole number of at least 1")
    parameters, settings = _settings(_of_the_model(params, {**options, "max_tokens": max_tokens}))
    whole = {place: asked for place, task in enumerate(looked_at) if task.extra and (asked := request_of(task))}
    for name in templates if whole else ():
        _check_sent_as_it_is(loaded[next(iter(whole))], templates[name])
    laid = _Laid(whole, repeats, as_kept=as_kept)
    for target, (name, pairs), setting in itertools.product(targets, rendered.items(), settings):
        for sample in range(repeats):
            laid.add(target, name, pairs, setting, sample)
    laid.warn(_too_long(looked_at, targets))
    about = {
        "tasks": _about_tasks(loaded),
        "prompts": {name: [list(part) for part in template.parts()] for name, template in templates.items()},
    }
    scored = as_scorer(scorer, ask=never_asked)
    understanding = understand(loaded, templates, rendered, scored, alike=bare is not None)
    return Grid(laid.cells, parameters, targets, tuple(laid.warnings), about, loaded, understanding, scorer)


@dataclass(frozen=True)
class _Setting:
    """One cap with one value of each swept parameter: as it is sent, and as a row tells it, without credentials."""

    number: int
    cap: Any
    fallback: Any
    sent: Mapping[str, Any]
    told: Mapping[str, Any]

    def form(self, target: Target, /, **own: Any) -> RequestForm:
        """The form of a request to a model; `own` is what a task asks for where the setting says nothing of it."""
        return request_form(target, max_tokens=self.cap, fallback=self.fallback, **{**own, **self.sent})


def _settings(swept: dict[str, Any]) -> tuple[tuple[str, ...], list[_Setting]]:
    """The names of the swept parameters, and every setting: caps first, then the parameters, the last one fastest."""
    caps = _listed(swept.pop("max_tokens", None), "max_tokens")
    fallback = swept.pop("fallback", None)  # a list of models in order, and none of values
    parameters = {name: _listed(value, name) for name, value in swept.items()}
    sent = [dict(zip(parameters, values, strict=True)) for values in itertools.product(*parameters.values())]
    each = [(number, setting, without_credentials(setting)) for number, setting in enumerate(sent)]
    return tuple(parameters), [_Setting(number, cap, fallback, one, told) for cap in caps for number, one, told in each]


class _Laid:
    """The cells as far as they are laid out, and what is to be said of them; `whole` are tasks that are requests."""

    def __init__(self, whole: Mapping[int, Mapping[str, Any]], repeats: int, *, as_kept: bool) -> None:
        self.cells = Cells()
        self.warnings: dict[str, None] = {}
        self._whole, self._repeats, self._as_kept = whole, repeats, as_kept

    def warn(self, texts: Iterable[str]) -> None:
        self.warnings.update(dict.fromkeys(texts))

    def add(self, target: Target, name: str, pairs: Rendered, setting: _Setting, sample: int) -> None:
        """Add the cells of all tasks in one configuration: as one block where only their messages differ."""
        form = setting.form(target)
        seed = form.body.get("seed")
        if self._repeats > 1 and seed is not None:
            self.warn([_ONE_SEED.format(repeats=self._repeats, label=target.label, seed=seed)])
        self.warn(form.warnings)
        task, prompt = pairs[0]
        first = form.fill(prompt, sample=sample, task=task, kind=kind_of(task))
        if self._whole or form.differs_by_prompt or first.hidden.in_body:
            self._add_one_by_one(form, target, name, pairs, setting, sample)
            return
        sent_so = (first, *(as_sent_before(first) if self._as_kept else ()))
        place, told, number = len(self.cells), setting.told, setting.number
        put_as_kept(self.cells, [_block(form, one, pairs, place, name, told, number) for one in sent_so])

    def _add_one_by_one(
        self, form: RequestForm, target: Target, name: str, pairs: Rendered, setting: _Setting, sample: int
    ) -> None:
        requests = []
        for place, (task, prompt) in enumerate(pairs):
            asked = self._whole.get(place)
            own, sent = (setting.form(target, **sent_with(asked)), asked["messages"]) if asked else (form, prompt)
            request = own.fill(sent, sample=sample, task=task, kind=kind_of(task))
            if request.warnings != form.warnings:
                self.warn(request.warnings)
            requests.append(request)
        kept = as_kept_each(requests, current()) if self._as_kept else requests
        for (task, _), request in zip(pairs, kept, strict=True):
            block = Block(len(self.cells), [task], name, setting.told, request, setting.number)
            self.cells.add(block, functools.partial(_own_key, request))


def _block(
    form: RequestForm,
    first: CallRequest,
    pairs: Rendered,
    place: int,
    name: str,
    setting: Mapping[str, Any],
    number: int,
) -> tuple[Block, MakeKeys]:
    """Cells that differ in their messages alone, and what makes their keys; `first` is the request of the first."""
    keys = Keys(first.identity())
    *before, _ = first.body["messages"]
    if all(type(text) is str for text in pairs.sent):
        system = before[0]["content"] if before else None
        texts = cast("Sequence[str]", pairs.sent)
        block = Block(place, pairs.tasks, name, setting, first, number, texts, system)
        return block, lambda some: keys.of_texts(texts[some], system)
    sent = [form.messages(messages) for _, messages in pairs]
    return Block(place, pairs.tasks, name, setting, first, number, sent), lambda some: map(keys.of, sent[some])


def _own_key(request: CallRequest, some: slice) -> list[str]:
    return [request_key(request.identity())][some]


def kind_of(task: Task) -> str | None:
    """What a task's column `kind` says; None where it has none."""
    kind = task.extra.get("kind")
    return None if kind is None or kind != kind or not str(kind).strip() else str(kind)


def never_asked(*question: Any, **options: Any) -> Any:
    raise AssertionError("a plan asks no judge")


def _too_long(tasks: Tasks, targets: Iterable[Target]) -> list[str]:
    """Warnings for padded prompts that a model's context is known not to hold."""
    longest = max(lengths_of(tasks), default=0)
    return [
        f"{target.label!r} takes {target.facts.context_tokens:,} tokens, prompt and reply together, and prompts of "
        f"about {longest:,} are asked: those calls will fail"
        for target in targets
        if target.facts.context_tokens is not None and longest >= target.facts.context_tokens
    ]


def _check_sent_as_it_is(task: Task, prompt: Prompt) -> None:
    if prompt.parts() != [("user part", PLAIN)]:
        raise InputError(
            f"task {task.id!r} is a whole request, which is sent as it is: leave the prompt {prompt.name!r} out"
        )


def _about_tasks(tasks: Tasks) -> dict[str, Any]:
    seed = tasks.understood.shuffle
    about = {"source": tasks.source, "sha256": tasks.sha256}
    return about if seed is None else {**about, "shuffle": seed}


def _check_images(tasks: Tasks, targets: Iterable[Target]) -> None:
    """Refuse images for a model that is known to take none: it would be paid for an answer about nothing."""
    seen = next((task for task in tasks if task.images), None)
    if seen is None:
        return
    for target in targets:
        if target.facts.images is False or target.provider.id == LOCAL:
            raise BadRequest(
                f"{target.label!r} takes no images, and task {seen.id!r} has {len(seen.images)}. Leave the model out, "
                "or read the tasks without them: wb.load_tasks(…, images=[]); if it does take them, say images = true "
                "in workbench.toml"
            )


def _of_the_model(params: Mapping[str, Any] | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in `params` and what was given by its own name, together; what is None was not given."""
    given = merged_options({name: value for name, value in options.items() if value is not None}, params)
    for name in sorted(given.keys() & {"sample", "prompt", "messages", "model"}):
        raise InputError(f"a sweep takes no {name}; its tasks, models and repeats say it")
    if isinstance(tools := given.get("tools"), list | tuple) and all(isinstance(tool, Mapping) for tool in tools):
        given["tools"] = [list(tools)]
    return given


def _targets(models: str | Model | Iterable[str | Model]) -> tuple[Target, ...]:
    if not isinstance(models, str | Model | Iterable):
        raise InputError(f"models is {models!r}; give the name of a model, a wb.Model, or a list of these")
    listed = [models] if isinstance(models, str | Model) else list(models)
    if not listed:
        raise InputError("models is empty; name at least one, see wb.models()")
    targets = tuple(map(resolve, listed))
    labels = [target.label for target in targets]
    for label in labels:
        if labels.count(label) > 1:
            raise InputError(
                f"the model {label!r} is named twice; give one of them another label: wb.Model(id, label=…)"
            )
    return targets


def _listed(values: Any, name: str) -> list[Any]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        return [values]
    listed = list(values)
    if not listed:
        raise InputError(f"{name} is an empty list; leave it out, or give it a value")
    repeated = next((value for i, value in enumerate(listed) if value in listed[:i]), None)
    if repeated is not None:
        raise InputError(f"{name} holds {repeated!r} twice; to ask the same again, use repeats")
    return listed
