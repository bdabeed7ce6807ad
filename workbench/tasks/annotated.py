"""Exports in which the answer stands apart from its name: Prodigy's decisions, HELM's references, lm-eval's filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.tasks.records import Entry, Reading


def prodigy_records(records: list[Entry], reading: Reading) -> list[Entry]:
    """Prodigy's rows: what was chosen or accepted is the target; `answer` only says whether the row was kept.

    What was ignored has no target, nor has a single label that was rejected: what is right instead is not known.

    >>> row = {"text": "Cold soup", "label": "GOOD", "answer": "reject", "_input_hash": 3}
    >>> prodigy_records([Entry("line 1", row)], Reading(bool, bool))[0].value
    {'text': 'Cold soup', 'label': None}
    """
    reading.notes.append("the target is what people accepted; 'answer' only says whether they did")
    found, without = [], 0
    for record in records:
        row: Mapping[str, Any] = record.value if isinstance(record.value, Mapping) else {}
        cells = {name: cell for name, cell in row.items() if name[:1] != "_" and name not in _DECISIONS}
        names = {
            option.get("id"): option.get("text") for option in row.get("options") or () if isinstance(option, dict)
        }
        kept = row.get("answer") == "accept"
        chosen = [names.get(each) or each for each in row.get("accept") or ()] if "accept" in row else row.get("label")
        without += not (kept and chosen)
        if names:
            cells["labels"] = list(names.values())
        several = ", ".join(map(str, chosen)) if isinstance(chosen, list) else chosen
        found.append(Entry(record.place, {**cells, "label": several if kept and several else None}))
    if without:
        reading.warnings.append(f"{without} rows were rejected or ignored: they have no target")
    return found


_DECISIONS = frozenset({"answer", "accept", "options", "label", "spans", "tokens"})


def helm_records(records: list[Entry], reading: Reading) -> list[Entry]:
    """HELM's instances: the text of the input, the references as options, the correct ones as targets.

    >>> row = {"input": {"text": "Tallest?"}, "references": [{"output": {"text": "Ox"}, "tags": ["correct"]}]}
    >>> helm_records([Entry("item 1", row)], Reading(bool, bool))[0].value
    {'id': None, 'question': 'Tallest?', 'answer': ['Ox']}
    """
    reading.notes.append("the targets are those of 'references' that are tagged correct; more than one are the options")
    found = []
    for record in records:
        row = record.value
        said = [(str((each.get("output") or {}).get("text", "")), each.get("tags") or ()) for each in row["references"]]
        right = [text for text, tags in said if "correct" in tags]
        cells = {"id": row.get("id"), "question": (row.get("input") or {}).get("text"), "answer": right or None}
        if len(said) > len(right):
            cells |= {"options": [text for text, _ in said], "answer": right[0] if len(right) == 1 else right or None}
        found.append(Entry(record.place, cells))
    return found


def of_one_filter(records: list[Entry], reading: Reading) -> list[Entry]:
    """lm-eval's samples, each document once: the same stand there again for each filter of its answers.

    >>> rows = [Entry("line 1", {"doc_id": 0, "filter": "strict"}), Entry("line 2", {"doc_id": 0, "filter": "loose"})]
    >>> len(of_one_filter(rows, Reading(bool, bool)))
    1
    """
    known = [(str(record.value.get("doc_id")), str(record.value.get("doc_hash"))) for record in records]
    once = dict(reversed(list(zip(known, records, strict=True))))
    if len(once) < len(records):
        reading.notes.append(f"{len(records)} rows are {len(once)} documents, again for each filter: each counts once")
    return list(reversed(once.values()))
