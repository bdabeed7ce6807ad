"""What was understood of a file, in words: parts and reasons, notes, warnings; and the labels of a classification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from workbench.tasks.building import Builder
from workbench.tasks.names import FORMER_NAMES, matching, plain
from workbench.tasks.slots import is_template, mentioned
from workbench.tasks.task import Task, alternatives
from workbench.tasks.understood import Role, Understood

_MOST_LABELS: Final = 300
_MOST_LABELS_TOLD: Final = 12
_LONGEST_LABEL: Final = 60
_CLASS_COLUMNS: Final = frozenset(
    map(
        plain,
        (
            *("label", "labels", "label text", "label name", "label des", "class", "category", "intent", "sentiment"),
            *("topic", "emotion", "stance", "coarse label", "fine label", "label coarse", "label fine", "gold label"),
        ),
    )
)
_TRUTHS: Final = frozenset(["yes", "no", "true", "false"])


def understood_of(builder: Builder, tasks: Sequence[Task]) -> Understood:
    """Say which column became what, and what is wrong."""
    layout = builder.layout
    used = {
        name for each in (layout.question, layout.target, layout.id, layout.system) for name in mentioned(each or "")
    }
    others = [name for name in builder.columns if name not in layout.taken() | used]
    notes, warnings = list(builder.notes), list(builder.warnings)
    former = [name for name in matching(FORMER_NAMES, others) if layout.target and plain(name) != plain(layout.target)]
    if former:
        notes.append(f"{_listed(former)} is taken for what a model said before, and is not used")
    if layout.tests:
        notes.append(
            f"column {layout.tests!r} holds tests of code: scorer=wb.scorers.code(...) runs them, and nothing else "
            f"can score "
            "these tasks"
        )
    if builder.empty_instructions:
        name = layout.parts[0]
        warnings.append(
            f"the instruction (column {name!r}) is empty in {builder.empty_instructions} of {len(tasks)} tasks: fill "
            f"it in, or "
            f"leave them out with filter='{name}!='"
        )
    seed = builder.seed if layout.options else None
    told, wrong = (tuple(dict.fromkeys(texts)) for texts in (notes, warnings))
    return Understood(builder.source, tuple(_roles(builder, tasks)), tuple(others), told, wrong, seed)


def _roles(builder: Builder, tasks: Sequence[Task]) -> Iterator[Role]:
    layout, why = builder.layout, builder.layout.why
    may_have = layout.target or layout.options or layout.messages
    have = sum(task.target is not None for task in tasks) if may_have else 0
    counted = f"{have:,} of {len(tasks):,} tasks have one"
    if layout.messages:
        yield Role("messages", f"column {layout.messages!r}", why.get("messages", ""))
    elif layout.question:
        origin = f"columns {' and '.join(map(repr, layout.parts))}" if layout.parts else _origin(layout.question)
        yield Role("question", origin, why.get("question", ""))
    if layout.context:
        yield Role("context", _origin(layout.context), "by its name; it is sent before the question")
    if layout.system:
        yield Role("system", _origin(layout.system), why.get("system", ""))
    if layout.images:
        yield Role("images", _listed(layout.images), "sent with the question, as their bytes or addresses")
    if layout.options:
        order = "" if builder.seed is None else f"; their order is shuffled with the seed {builder.seed}"
        yield Role("options", _listed(layout.options.columns), f"{layout.options.why}; sent after the question{order}")
    if layout.target:
        reasons = filter(None, (why.get("target", ""), builder.how, counted))
        yield Role("target", _origin(layout.target), "; ".join(reasons))
    elif layout.options and layout.options.right:
        yield Role("target", f"column {layout.options.right!r}", f"the letter that the right option got; {counted}")
    elif have and layout.messages:
        yield Role("target", f"the last turn of {layout.messages!r}", f"it is the assistant's, and not sent; {counted}")
    labels = next((task.labels for task in tasks if task.labels), ())
    if labels:
        more = " …" if len(labels) > _MOST_LABELS_TOLD else ""
        told = ", ".join(labels[:_MOST_LABELS_TOLD]) + more
        yield Role("labels", told, f"{len(labels)} in all, sent where a prompt says {{{{ labels }}}}")
    if layout.id:
        yield Role("id", _origin(layout.id), why.get("id", ""))


def label_set(tasks: Sequence[Task], column: str | None, classes: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The labels of a classification: few short targets that come again, or the classes that the file names."""
    if column in classes:
        return tuple(classes[str(column)])
    if column is None:
        return ()
    targets = [task.target for task in tasks if task.target is not None]
    if any(task.options for task in tasks) or any(len(alternatives(target)) > 1 for target in targets):
        return ()
    labels = list(dict.fromkeys(targets))
    named = plain(column) in _CLASS_COLUMNS
    few = 1 < len(labels) <= _MOST_LABELS and (len(labels) * 2 <= len(targets) or (named and len(targets) > 1))
    if not few:
        return ()
    words = all(
        len(label) <= _LONGEST_LABEL and not label.replace(".", "").replace("-", "").isdigit() for label in labels
    )
    truths = {label.casefold() for label in labels} <= _TRUTHS
    return tuple(labels) if words and not truths else ()


def _origin(column: str) -> str:
    return f"the template {column!r}" if is_template(column) else f"column {column!r}"


def _listed(names: Sequence[str]) -> str:
    return f"column{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"
