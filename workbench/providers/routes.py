"""Routes by name, as `Model("route:NAME")`: the question says which model is asked, or what a cheap one answered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.base.words import nearest
from workbench.errors import InputError, NotFound

PREFIX = "route:"
MOST_DRAWS = 32


@dataclass(frozen=True)
class Cascade:
    """A cheap model is asked `draws` times, and another one where `enough` does not say of its answers that they do.

    `enough` is given the answers as texts; one that did not come is none of them.
    """

    draws: int
    enough: Callable[[Sequence[str]], bool]


@dataclass(frozen=True)
class Route:
    """A route: `choose` is given a question and says one of `models`; of a cascade the first, which is asked first.

    `asked` are the models behind names that are no ids, such as the labels of a `Model`.
    """

    name: str
    choose: Callable[[str], str]
    models: tuple[str, ...]
    cascade: Cascade | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)

    def chosen(self, question: str) -> str:
        """The model for a question; raises `InputError` for one that the route did not name before."""
        model = self.choose(question)
        if model not in self.models:
            raise InputError(f"the route {self.name!r} chose {model!r}, which is none of {', '.join(self.models)}")
        return model


_routes: dict[str, Route] = {}


def add_route(name: str, choose: Callable[[str], str], models: Iterable[str] | Mapping[str, Any]) -> str:
    """Name a route for this process; returns the id under which `ask`, `sweep` and `Model` take it.

    `models` are ids, or a table of what `choose` calls them and the ids or `Model`s that are meant.

    >>> add_route("proofs", lambda question: "b/dear" if "prove" in question else "a/cheap", ["a/cheap", "b/dear"])
    'route:proofs'
    """
    if not re.fullmatch(r"[\w.-]+", name):
        raise InputError(f"{name!r} cannot be the name of a route; use one word")
    listed = tuple(models)
    if len(listed) < 2 or not all(isinstance(model, str) and not model.startswith(PREFIX) for model in listed):
        raise InputError(f"the models of a route are {listed!r}; name two or more ids")
    _routes[name] = Route(name, choose, listed, asked=dict(models) if isinstance(models, Mapping) else {})
    return f"{PREFIX}{name}"


def add_cascade(
    name: str,
    *,
    cheap: str,
    dear: str,
    enough: Callable[[Sequence[str]], bool] | None = None,
    draws: int = 1,
    models: Mapping[str, Any] | None = None,
) -> str:
    """Name a cascade for this process: the cheap model first, the dear one too where its answers are not enough.

    Without `enough` the dear one is asked where the cheap one did not answer, and of several draws where fewer than all
    say the same. A reply costs what all that were asked for it cost. `models` are the ids or `Model`s behind the two
    names, where they are no ids. Returns the id, `route:NAME`.

    >>> add_cascade("cheap-first", cheap="a/cheap", dear="b/dear", draws=3, enough=agreement(2 / 3))
    'route:cheap-first'
    """
    if isinstance(draws, bool) or not isinstance(draws, int) or not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"draws is {draws!r}; give a whole number from 1 to {MOST_DRAWS}")
    asked = {one: (models or {}).get(one, one) for one in (cheap, dear)}
    model_id = add_route(name, lambda question: cheap, asked)
    _routes[name] = replace(_routes[name], cascade=Cascade(draws, enough or agreement(1.0)))
    return model_id


def agreement(least: float, value: Callable[[str], str] | None = None) -> Callable[[Sequence[str]], bool]:
    """Whether a share of at least `least` of some answers say the same, by their `value`: else the text without case.

    >>> agreement(0.6)(["Nine", "nine ", "ten"]), agreement(0.6)(["Nine", ""])
    (True, False)
    """

    def enough(answers: Sequence[str]) -> bool:
        values = [(value or _plain)(answer) for answer in answers if answer.strip()]
        return bool(values) and max(Counter(values).values()) >= least * len(answers) - 1e-9

    return enough


def _plain(answer: str) -> str:
    return " ".join(answer.split()).casefold()


def route_named(model_id: str) -> Route | None:
    """The route that an id names; None where it names none. Raises `NotFound` for a route that was not added."""
    if not model_id.startswith(PREFIX):
        return None
    name = model_id.removeprefix(PREFIX)
    if name not in _routes:
        hint = nearest(name, _routes) if _routes else "none was added here."
        raise NotFound(
            f"unknown route {name!r}; {hint} Add it: workbench.providers.routes.add_route(name, choose, models)"
        )
    return _routes[name]
