"""Labels of a classification: which tasks have, and which of them an answer says."""

from __future__ import annotations

import json
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.scorers.reading import Reading, reading
from workbench.scorers.score import Score, shown, wanted
from workbench.scorers.sentences.phrases import Verdict
from workbench.scorers.sentences.written import stands, written
from workbench.tasks.tasks import Task

_LONGEST_LABEL: Final = 100
_ORDERED: Final = re.compile(r"\s?(->|→|⇒|=>|[>≻≫])\s?")
_TURNS: Final = ("->", "→", "⇒", "=>")
_SHARE: Final = re.compile(r"\s?[(:\[]?\s?\d[\d.,]*\s?%?[)\]]?")
_LABEL_COLUMNS: Final = ("labels", "classes", "label_set", "all_classes", "label_names")
_SURELY_SAID: Final = 2
_SHORTEST_PLURAL: Final = 3


def labels_of(task: Task) -> list[str]:
    """The labels that a task knows, by itself or in one of its columns; none where it knows but one.

    >>> labels_of(Task("1", "My kettle leaks.", "kettle", {"classes": ["kettle", "lamp"]}))
    ['kettle', 'lamp']
    """
    if len(task.labels) > 1:
        return list(task.labels)
    for name in _LABEL_COLUMNS:
        value: Any = task.extra.get(name)
        if isinstance(value, str) and value.strip()[:1] == "[":
            try:
                value = json.loads(value)
            except ValueError:
                continue
        if isinstance(value, list | tuple) and len(value) > 1:
            return [str(each) for each in value]
    return []


def _spelled(said: str, labels: list[str]) -> list[str]:
    """The one label that a text is, apart from blanks, signs and a plural: `bug report` for bug_reports."""
    if len(said) > _LONGEST_LABEL:
        return []
    found = [label for label in labels if _stem(label) == _stem(said)]
    return found if len(found) == 1 and _stem(said) else []


def _stem(label: str) -> str:
    plain = re.sub(r"[\W_]+", "", written(label))
    return plain.removesuffix("s") if len(plain) > _SHORTEST_PLURAL else plain


def label_score(read: Reading, target: str, labels: list[str], task: Task) -> Score | None:
    """Mark the label that the answer says: the strongest, of two at one place the longer; None where it says none."""
    claim = read.claims[0].text if read.claims else ""
    in_order, sign = _in_order(claim or read.plain, labels)
    if sign in _TURNS:
        return Score(0.0, None, f"from one label to another; {wanted(task)}", "none", False)
    named = [label for label in labels if claim and written(claim) == written(label)]
    named = named or _spelled(claim or read.plain, labels) or in_order[:1]
    verdicts = _verdicts_of(labels, claim, read)
    strongest = _strongest(named or [label for label in labels if verdicts[label].asserted], verdicts)
    if not strongest:
        return None
    if len(strongest) > 1:
        return Score(0.0, None, f"more than one label in the answer; {wanted(task)}", "none", False)
    label, verdict = strongest[0], verdicts[strongest[0]]
    evidence = read.claims[0].evidence if claim else verdict.evidence
    right = written(label) == written(target)
    why = f"found the label {shown(label)!r}" + f"; {wanted(task)}" * (not right)
    sure = bool(named) or verdict.strength >= _SURELY_SAID
    return Score(float(right), shown(label), why, evidence if evidence != "none" else "sentence", sure)


def _verdicts_of(labels: list[str], claim: str, read: Reading) -> dict[str, Verdict]:
    """How each label is said: in the claim, where it says one, else in the whole answer."""
    verdicts = {label: Verdict.of(reading(claim) if claim else read, label) for label in labels}
    if claim and not any(verdict.asserted for verdict in verdicts.values()):
        verdicts = {label: Verdict.of(read, label) for label in labels}
    return verdicts


def _strongest(said: list[str], verdicts: dict[str, Verdict]) -> list[str]:
    """Those of some labels that are said most strongly, without those that are a part of another one."""
    whole = [one for one in said if not any(one != other and stands(written(one), written(other)) for other in said)]
    top = max((verdicts[label].strength for label in whole), default=0)
    return [label for label in whole if verdicts[label].strength == top]


def _in_order(text: str, labels: list[str]) -> tuple[list[str], str]:
    """The labels that are all of a text, with one sign between them, and the sign: `refund (0.6) > warranty (0.3)`."""
    pieces = _ORDERED.split(text.strip()) if len(text) <= _LONGEST_LABEL * 2 else []
    known = {written(label): label for label in labels}
    found = [known.get(written(_SHARE.sub("", piece)), "") for piece in pieces[::2]]
    signs = set(pieces[1::2])
    return (found, signs.pop()) if len(signs) == 1 and all(found) else ([], "")
