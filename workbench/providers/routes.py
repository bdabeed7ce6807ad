"""Routes by name, as `Model("route:NAME")`: the question says which model is asked, or what a cheap one answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from workbench.base import regular_expressions as re
from workbench.base.words import nearest
from workbench.errors import InputError, NotFound

PREFIX = "route:"
MOST_DRAWS = 32
CLASSIFIER = "the model that says the class"
"""Where the request for a class stands among those of a route; no model is called so."""

_QUESTION = re.compile(r"\{\{\s*question\s*\}\}")


@dataclass(frozen=True)
class Classifier:
    """A cheap model that is asked for the class of a question: by a prompt with `{{ question }}` in it, among labels.

    >>> easy = Classifier("a/cheap", "Easy or hard? One word.\\n\\n{{ question }}", ("easy", "hard"))
    >>> easy.asks("What is 2 + 2?"), easy.reads("**Easy**."), easy.reads("easy or hard"), easy.reads("uneasy")
    ('Easy or hard? One word.\\n\\nWhat is 2 + 2?', 'easy', '', '')
    """

    model: Any
    prompt: str
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.prompt, str) or not _QUESTION.search(self.prompt):
            raise InputError(
                f"the prompt {self.prompt!r} asks for no class of a question: write {{{{ question }}}} in it"
            )
        if "{{" in _QUESTION.sub("", self.prompt) or "{%" in self.prompt:
            raise InputError(
                f"the prompt {self.prompt!r} may hold {{{{ question }}}} alone: a route knows nothing else"
            )
        labels = [_plain(label) for label in self.labels if isinstance(label, str)]
        if isinstance(self.labels, str) or len({*labels, ""} - {""}) < max(len(self.labels), 2):
            raise InputError(f"labels is {self.labels!r}; give two or more words, each another")

    def asks(self, question: str) -> str:
        """The prompt for one question."""
        return _QUESTION.sub(lambda _: question, self.prompt)

    def reads(self, answer: str) -> str:
        """The label that an answer gives: the only one that stands in it as a word; empty where that is none."""
        said = _plain(answer)
        found = [label for label in self.labels if re.search(rf"(?<!\w){re.escape(_plain(label))}(?!\w)", said)]
        # "very hard" says "hard" as well, and means the longer one.
        longest = max(found, key=len, default="")
        return longest if all(_plain(label) in _plain(longest) for label in found) else ""


@dataclass(frozen=True)
class Cascade:
    """A cheap model is asked `draws` times, and another one where `enough` does not say of its answers that they do.

    `enough` is given the values of the answers, "" for one that did not come or has none: what `value` takes out of an
    answer to a `task` (None where only a question is known), else its text without case. `escalated` is the share of
    tasks for which the other one was asked when this was measured.

    With `sorts` the cheap model is asked for a class in place of an answer: it is given what came, "" for nothing, and
    says which of the models of the route is asked, by its place. `shares` are those of the models, as far as known.
    """

    draws: int
    enough: Callable[[Sequence[str]], bool]
    value: Callable[[str, Any], str] | None = None
    task: Any = None
    escalated: float | None = None
    sorts: Callable[[str], int] | None = None
    shares: tuple[float, ...] = ()

    def reads(self, answer: str) -> str:
        """The value of an answer."""
        return self.value(answer, self.task) if self.value is not None else _plain(answer)


@dataclass(frozen=True)
class Route:
    """A route: `choose` is given a question and says one of `models`; of a cascade the first, which is asked first.

    With `by_kind` it is given the kind of a task instead; with a `classifier` nothing is chosen before that has
    answered. `asked` are the models behind names that are no ids, such as
    the labels of a `Model`.
    """

    name: str
    choose: Callable[[str], str]
    models: tuple[str, ...]
    cascade: Cascade | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    by_kind: bool = False
    classifier: Classifier | None = None

    def chosen(self, question: str, kind: str | None = None) -> str:
        """The model for a question, or for a kind; raises `InputError` for one that the route did not name before."""
        if self.by_kind and kind is None:
            raise InputError(
                f"the route {self.name!r} goes by the kind of a task, and there is none here: give the tasks a column "
                f"'kind' and sweep them, or ask one of {', '.join(self.models)} itself (nothing was sent)"
            )
        model = self.choose(kind if self.by_kind and kind is not None else question)
        if model not in self.models:
            raise InputError(f"the route {self.name!r} chose {model!r}, which is none of {', '.join(self.models)}")
        return model


_routes: dict[str, Route] = {}


def add_route(
    name: str, choose: Callable[[str], str], models: Iterable[str] | Mapping[str, Any], *, by_kind: bool = False
) -> str:
    """Name a route for this process; returns the id under which `ask`, `sweep` and `Model` take it.

    `models` are ids, or a table of what `choose` calls them and the ids or `Model`s that are meant. With `by_kind`
    `choose` is given the kind of a task, from its column `kind`, and not the question.

    >>> add_route("proofs", lambda question: "b/dear" if "prove" in question else "a/cheap", ["a/cheap", "b/dear"])
    'route:proofs'
    """
    if not re.fullmatch(r"[\w.-]+", name):
        raise InputError(f"{name!r} cannot be the name of a route; use one word")
    listed = tuple(models)
    if len(listed) < 2 or not all(isinstance(model, str) and not model.startswith(PREFIX) for model in listed):
        raise InputError(f"the models of a route are {listed!r}; name two or more ids")
    asked = dict(models) if isinstance(models, Mapping) else {}
    _routes[name] = Route(name, choose, listed, asked=asked, by_kind=by_kind)
    return f"{PREFIX}{name}"


def add_cascade(
    name: str,
    *,
    cheap: str,
    dear: str,
    enough: Callable[[Sequence[str]], bool] | None = None,
    draws: int = 1,
    value: Callable[[str, Any], str] | None = None,
    escalated: float | None = None,
    models: Mapping[str, Any] | None = None,
) -> str:
    """Name a cascade for this process: the cheap model first, the dear one too where its answers are not enough.

    Without `enough` the dear one is asked where the cheap one did not answer, and of several draws where fewer than all
    say the same. `value` takes out of an answer, and of its task where there is one, what is compared; "" where that is
    nothing, or not sure: the text without case, where left out. `escalated` is the share of tasks for which the dear
    one is asked, as far as it was measured: plans go by it. A reply costs what all that were asked for it cost.
    `models` are the ids or `Model`s behind the two names, where they are no ids. Returns the id, `route:NAME`.

    >>> add_cascade("cheap-first", cheap="a/cheap", dear="b/dear", draws=3, enough=agreement(2 / 3))
    'route:cheap-first'
    """
    if isinstance(draws, bool) or not isinstance(draws, int) or not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"draws is {draws!r}; give a whole number from 1 to {MOST_DRAWS}")
    asked = {one: (models or {}).get(one, one) for one in (cheap, dear)}
    model_id = add_route(name, lambda question: cheap, asked)
    _routes[name] = replace(_routes[name], cascade=Cascade(draws, enough or agreement(1.0), value, escalated=escalated))
    return model_id


def add_classes(
    name: str,
    classifier: Classifier,
    chosen: Mapping[str, str],
    *,
    models: Mapping[str, Any] | None = None,
    shares: Mapping[str, float] | None = None,
) -> str:
    """Name a route by class for this process: a cheap model says the class of each question, and the class the model.

    `chosen` says the model of each label; that of "" is asked where no label, or none that is in it, was said. A reply
    costs what its class cost, too. `models` are the ids or `Model`s behind names that are no ids, `shares` which part
    of the tasks each model is asked, as far as it was measured. Returns the id, `route:NAME`.

    >>> easy = Classifier("a/tiny", "Easy or hard? One word.\\n\\n{{ question }}", ("easy", "hard"))
    >>> add_classes("by-class", easy, {"easy": "a/cheap", "": "b/dear"})
    'route:by-class'
    """
    if "" not in chosen:
        raise InputError(f'no model is chosen where no class is said; give one for "" beside {", ".join(chosen)}')
    listed = [*dict.fromkeys(chosen.values())]
    behind = {one: (models or {}).get(one, one) for one in listed}
    model_id = add_route(name, lambda question: listed[0], behind)

    def sorts(answer: str) -> int:
        return listed.index(chosen.get(classifier.reads(answer), chosen[""]))

    parts = tuple((shares or {}).get(one, 0.0) for one in listed) if shares else ()
    cascade = Cascade(1, lambda values: False, sorts=sorts, shares=parts)
    _routes[name] = replace(_routes[name], cascade=cascade, classifier=classifier)
    return model_id


def agreement(least: float, value: Callable[[str], str] | None = None) -> Callable[[Sequence[str]], bool]:
    """Whether a share of at least `least` of some answers say the same, by their `value`: else the text without case.

    >>> agreement(0.6)(["Nine", "nine ", "ten"]), agreement(0.6)(["Nine", ""])
    (True, False)
    """

    def enough(answers: Sequence[str]) -> bool:
        values = list(filter(None, ((value or _plain)(answer) for answer in answers if answer.strip())))
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
