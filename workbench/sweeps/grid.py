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
    rendered = render_all(templates, loaded)
    targets = _targets(models)
    _check_images(loaded, targets)
    if isinstance(repeats, bool) or not isinstance(repeats, int) or repeats < 1:
        raise InputError(f"repeats is {repeats!r}; give a whole number of at least 1")
    swept = _of_the_model(params, {**options, "max_tokens": max_tokens})
    caps = _listed(swept.pop("max_tokens", None), "max_tokens")
    fallback = swept.pop("fallback", None)  # a list of models in order, and none of values
    parameters = {name: _listed(value, name) for name, value in swept.items()}
    settings = [dict(zip(parameters, values, strict=True)) for values in itertools.product(*parameters.values())]
    told = list(map(without_credentials, settings))
    cells = Cells()
    warnings: dict[str, None] = {}
    whole = {place: asked for place, task in enumerate(loaded) if task.extra and (asked := request_of(task))}
    for name in templates if whole else ():
        _check_sent_as_it_is(loaded[next(iter(whole))], templates[name])
    for target, (name, pairs), cap, (number, setting), sample in itertools.product(
        targets, rendered.items(), caps, [*enumerate(settings)], range(repeats)
    ):
        form = request_form(target, max_tokens=cap, fallback=fallback, **setting)
        if repeats > 1 and form.body.get("seed") is not None:
            warnings[_ONE_SEED.format(repeats=repeats, label=target.label, seed=form.body["seed"])] = None
        warnings.update(dict.fromkeys(form.warnings))
        first = form.fill(pairs[0][1], sample=sample, task=pairs[0][0], kind=kind_of(pairs[0][0]))
        if not whole and not form.differs_by_prompt and not first.hidden.in_body:
            sent_so = (first, *(as_sent_before(first) if as_kept else ()))
            put_as_kept(cells, [_block(form, one, pairs, len(cells), name, told[number], number) for one in sent_so])
            continue
        requests = []
        for place, (task, prompt) in enumerate(pairs):
            if place in whole:
                sent = {**sent_with(whole[place]), **setting}
                own = request_form(target, max_tokens=cap, fallback=fallback, **sent)
                request = own.fill(whole[place]["messages"], sample=sample, task=task, kind=kind_of(task))
            else:
                request = form.fill(prompt, sample=sample, task=task, kind=kind_of(task))
            if request.warnings != form.warnings:
                warnings.update(dict.fromkeys(request.warnings))
            requests.append(request)
        for (task, _), request in zip(pairs, as_kept_each(requests, current()) if as_kept else requests, strict=True):
            block = Block(len(cells), [task], name, told[number], request, number)
            cells.add(block, functools.partial(_own_key, request))
    warnings.update(dict.fromkeys(_too_long(loaded, targets)))
    about = {
        "tasks": _about_tasks(loaded),
        "prompts": {name: [list(part) for part in template.parts()] for name, template in templates.items()},
    }
    understanding = understand(loaded, templates, rendered, as_scorer(scorer, ask=never_asked))
    return Grid(cells, tuple(parameters), targets, tuple(warnings), about, loaded, understanding, scorer)


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
                f"or read "
                "the tasks without them: wb.load_tasks(…, images=[]); if it does take them, say images = true in "
                "workbench.toml"
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
