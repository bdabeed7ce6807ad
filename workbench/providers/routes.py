"""Routes by name: a function of the question that says which model is asked, as `Model("route:NAME")`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workbench.base.words import nearest
from workbench.errors import InputError, NotFound

PREFIX = "route:"


@dataclass(frozen=True)
class Route:
    """A route: `choose` is given a question and says one of `models`."""

    name: str
    choose: Callable[[str], str]
    models: tuple[str, ...]

    def chosen(self, question: str) -> str:
        """The model for a question; raises `InputError` for one that the route did not name before."""
        model = self.choose(question)
        if model not in self.models:
            raise InputError(f"the route {self.name!r} chose {model!r}, which is none of {', '.join(self.models)}")
        return model


_routes: dict[str, Route] = {}


def add_route(name: str, choose: Callable[[str], str], models: Iterable[str]) -> str:
    """Name a route for this process; returns the id under which `ask`, `sweep` and `Model` take it.

    >>> add_route("proofs", lambda question: "b/dear" if "prove" in question else "a/cheap", ["a/cheap", "b/dear"])
    'route:proofs'
    """
    if not re.fullmatch(r"[\w.-]+", name):
        raise InputError(f"{name!r} cannot be the name of a route; use one word")
    listed = tuple(models)
    if len(listed) < 2 or not all(isinstance(model, str) and not model.startswith(PREFIX) for model in listed):
        raise InputError(f"the models of a route are {listed!r}; name two or more ids")
    _routes[name] = Route(name, choose, listed)
    return f"{PREFIX}{name}"


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
