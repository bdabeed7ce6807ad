"""Files that other tools write become plain records: exports of OpenAI Evals, promptfoo's tests, nested data sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbench.errors import InputError
from workbench.tasks.annotated import helm_records, of_one_filter, prodigy_records
from workbench.tasks.names import plain
from workbench.tasks.promptfoo import promptfoo_records
from workbench.tasks.records import Entry, Reading, columns_in, mappings_in
from workbench.tasks.values import parsed

_LAYERS: Final = (
    "item",
    "datasource_item",
    "inputs",
    "vars",
    "input",
    "data",
    "doc",
    "fields",
    "record",
    "question",
    "example",
)
"""Columns that hold the question's columns, in files that have a layer between."""

_ANSWER_LAYERS: Final = (
    "outputs",
    "output",
    "expected",
    "expectedOutput",
    "expected_output",
    "reference",
    "reward_model",
)
_FORMER: Final = frozenset({"sample", "results", "resps", "filtered_resps", "arguments"})
"""Columns in which exports keep what a model said earlier, which is neither question nor target."""

_EVAL_KEYS: Final = frozenset({"object", "id", "created_at", "eval_id", "run_id", "status", "datasource_item_id"})
_TREE: Final = frozenset({"message_id", "parent_id", "role", "text"})


def imported(records: list[Entry], reading: Reading, folder: Path) -> Sequence[Entry]:
    """The records without the layers of the tool that wrote them; other records as they are."""
    first = records[0].value if records else None
    if not isinstance(first, Mapping):
        return records
    if len(records) == 1 and "tests" in first:
        return promptfoo_records(first, reading, folder)
    if any(str(name).startswith("__expected") for name in first):
        from workbench.tasks.promptfoo import table_tests

        return table_tests(records, reading)
    if "paragraphs" in first and isinstance(first["paragraphs"], list):
        return _squad(records, reading)
    if first.keys() >= _TREE:
        raise InputError(
            "each row is one message of a conversation, not a task (columns message_id, parent_id, role, text). "
            "Make a list of tasks of the messages that begin a conversation."
        )
    if isinstance(first.get("mapping"), Mapping) and _is_tree(first["mapping"]):
        return _chat_trees(records, reading)
    if isinstance(first.get("fields"), Mapping) and isinstance(first.get("responses"), Mapping | list):
        return _argilla(records, reading)
    if _is_label_studio(first):
        return _label_studio(records, reading)
    if first.keys() >= {"_input_hash", "answer"}:
        return prodigy_records(records, reading)
    if isinstance(first.get("references"), list) and isinstance(first.get("input"), Mapping):
        return helm_records(records, reading)
    if "filter" in first and "doc_id" in first:
        records = of_one_filter(records, reading)
    return lifted(records, reading)


def lifted(records: Sequence[Entry], reading: Reading) -> Sequence[Entry]:
    """Records whose columns stand in an object inside another column: taken out of it, where nothing else fits."""
    if not _any_layer(mappings_in(records)):
        return records
    as_written, records = records, [Entry(record.place, _unwritten(record.value)) for record in records]
    values = [record.value for record in records if isinstance(record.value, Mapping)]
    former = [str(name) for name in values[0] if str(name) in _FORMER and _holds_object(values, str(name))]
    if {"item", "datasource_item"} & values[0].keys() and former:
        reading.notes.append(f"{', '.join(map(repr, former))} holds former answers: it is no part of the tasks")
    flat = {str(name) for name in values[0] if not _holds_object(values, str(name))}
    questioned = any(reading.is_question(name) for name in flat)
    layers = (
        []
        if questioned
        else [name for name in _LAYERS if _holds_object(values, name) and _has(values, name, reading.is_question)][:1]
    )
    if not layers and not flat - _EVAL_KEYS:  # an evaluation of OpenAI's, whatever its columns are called
        layers = [name for name in ("item", "datasource_item") if _holds_object(values, name)][:1]
    layers += [
        name
        for name in _ANSWER_LAYERS
        if name not in layers
        and _holds_object(values, name)
        and (layers or name == "reward_model")
        and _has(values, name, reading.is_known)
    ]
    for name in layers:
        reading.notes.append(f"the columns inside {name!r} are taken out of it")
    drop = {*former} | (_EVAL_KEYS if "datasource_item" in layers else set())
    if not layers and not former:
        return as_written
    return [Entry(record.place, _taken_out(record.value, layers, drop)) for record in records]


def _any_layer(values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a column that may be a layer, or hold former answers, has an object or a list in any cell."""
    names = {*_LAYERS, *_ANSWER_LAYERS, *_FORMER} & {*columns_in(values)}
    return any(not _is_bare(value.get(name)) for name in names for value in values)


def _is_bare(cell: Any) -> bool:
    return cell.lstrip()[:1] != "{" if isinstance(cell, str) else not isinstance(cell, list | Mapping)


def _unwritten(value: Any) -> Any:
    """A record whose layers stand in its cells as JSON, as in a CSV file, with the objects themselves."""
    if not isinstance(value, Mapping):
        return value
    layers = {
        name: inner
        for name in (*_LAYERS, *_ANSWER_LAYERS)
        if isinstance(value.get(name), str) and isinstance(inner := parsed(value[name]), Mapping)
    }
    return {**value, **layers} if layers else value


def _holds_object(values: list[Mapping[str, Any]], name: str) -> bool:
    found = [value[name] for value in values if value.get(name) is not None]
    return bool(found) and all(isinstance(cell, Mapping) or _is_objects(cell) for cell in found)


def _is_objects(cell: Any) -> bool:
    return isinstance(cell, list) and bool(cell) and all(isinstance(item, Mapping | list) for item in cell)


def _has(values: list[Mapping[str, Any]], name: str, known: Any) -> bool:
    first = next(value[name] for value in values if value.get(name) is not None)
    return isinstance(first, Mapping) and any(known(str(key)) for key in first)


def _taken_out(value: Any, layers: list[str], drop: set[str]) -> Any:
    if not isinstance(value, Mapping):
        return value
    cells = {str(name): cell for name, cell in value.items() if name not in layers and name not in drop}
    for layer in layers:
        inner = value.get(layer)
        if isinstance(inner, Mapping):
            # A name that stands twice, as in inputs.text and outputs.text, keeps its layer in front.
            for name, cell in inner.items():
                if str(name).startswith("sample."):
                    continue
                cells[str(name) if str(name) not in cells else f"{layer}.{name}"] = cell
        elif inner is not None:
            cells[layer] = inner
    return cells


def _squad(records: list[Entry], reading: Reading) -> list[Entry]:
    """SQuAD's own JSON: articles hold paragraphs, paragraphs hold questions."""
    reading.notes.append("the questions are taken out of 'paragraphs' and 'qas', each with its 'context'")
    found: list[Entry] = []
    for record in records:
        article = record.value if isinstance(record.value, Mapping) else {}
        for paragraph in article.get("paragraphs") or ():
            for question in paragraph.get("qas") or ():
                answers = question.get("answers") or []
                cells = {
                    "id": question.get("id"),
                    "title": article.get("title"),
                    "context": paragraph.get("context"),
                    "question": question.get("question"),
                    "answers": [answer.get("text") for answer in answers if isinstance(answer, Mapping)],
                }
                found.append(Entry(f"{record.place}, question {len(found) + 1}", cells))
    return found


def _is_label_studio(first: Mapping[str, Any]) -> bool:
    return isinstance(first.get("data"), Mapping) and isinstance(first.get("annotations"), list)


def _label_studio(records: list[Entry], reading: Reading) -> list[Entry]:
    """Label Studio's JSON: the data, and what people chose; answers that were cancelled do not count."""
    reading.notes.append("the target is what people chose in 'annotations'; predictions of models are passed over")
    found, split = [], 0
    for record in records:
        chosen = []
        for annotation in record.value.get("annotations") or ():
            if annotation.get("was_cancelled"):
                continue
            for result in annotation.get("result") or ():
                value = result.get("value") or {}
                picked = value.get("choices") or value.get("text") or value.get("rating")
                if picked is not None:
                    chosen.append(", ".join(map(str, picked)) if isinstance(picked, list) else str(picked))
        answers = list(dict.fromkeys(chosen))
        split += len(answers) > 1
        data = {str(name): cell for name, cell in record.value["data"].items()}
        found.append(Entry(record.place, {"id": record.value.get("id"), **data, "label": answers or None}))
    if split:
        reading.warnings.append(f"people chose differently in {split} tasks: any of their answers is accepted there")
    return found


def _argilla(records: list[Entry], reading: Reading) -> list[Entry]:
    """Argilla's JSON: the fields, and what people submitted for each question; drafts and what was discarded not."""
    reading.notes.append("the columns are those inside 'fields', and what people submitted in 'responses'")
    found, split = [], 0
    for record in records:
        given: dict[str, list[str]] = {}
        for name, value in _responses(record.value.get("responses")):
            given.setdefault(name, []).append(", ".join(map(str, value)) if isinstance(value, list) else str(value))
        cells = {str(name): cell for name, cell in record.value["fields"].items()}
        for name, values in given.items():
            answers = list(dict.fromkeys(values))
            split += len(answers) > 1
            cells["label" if len(given) == 1 else f"{name} response" if name in cells else name] = answers
        found.append(Entry(record.place, {"id": record.value.get("id"), **cells}))
    if split:
        reading.warnings.append(f"people answered differently {split} times: any of their answers is accepted there")
    return found


def _responses(responses: Any) -> Iterator[tuple[str, Any]]:
    """The name of each question and what one person submitted, in the shape of Argilla 2 or of Argilla 1."""
    if isinstance(responses, Mapping):
        for name, each in responses.items():
            for response in each if isinstance(each, list) else ():
                if isinstance(response, Mapping) and response.get("status") in (None, "submitted"):
                    yield str(name), response.get("value")
        return
    for response in responses or ():
        if isinstance(response, Mapping) and response.get("status") in (None, "submitted"):
            for name, value in (response.get("values") or {}).items():
                yield str(name), value.get("value") if isinstance(value, Mapping) else value


def _is_tree(mapping: Mapping[str, Any]) -> bool:
    return bool(mapping) and all(isinstance(node, Mapping) and "parent" in node for node in mapping.values())


def _chat_trees(records: list[Entry], reading: Reading) -> list[Entry]:
    """ChatGPT's export: of each conversation's tree the branch that was shown last, as turns."""
    reading.notes.append("of each conversation's tree in 'mapping' the branch that was shown last is taken")
    found = []
    for record in records:
        nodes = record.value.get("mapping") or {}
        place: Any = record.value.get("current_node") or next(reversed(nodes), None)
        seen = set[str]()
        turns: list[dict[str, str]] = []
        while place in nodes and place not in seen:
            seen.add(place)
            message = nodes[place].get("message") or {}
            role = (message.get("author") or {}).get("role")
            parts = (message.get("content") or {}).get("parts") or ()
            text = "\n".join(part for part in parts if isinstance(part, str)).strip()
            if text and role in ("system", "user", "assistant"):
                turns.append({"role": role, "content": text})
            place = nodes[place].get("parent")
        title = record.value.get("title")
        found.append(Entry(record.place, {"conversation": title, "messages": turns[::-1]}))
    return found


def looks_encrypted(records: Sequence[Entry], question: str) -> bool:
    """Whether the questions are encrypted, as those of BrowseComp are: a canary beside texts of base64 alone."""
    values = [record.value for record in records[:20] if isinstance(record.value, Mapping)]
    canary = any(plain(str(name)) == "canary" for value in values for name in value)
    texts = [str(value.get(question) or "") for value in values]
    return canary and bool(texts) and all(re.fullmatch(r"[A-Za-z0-9+/]{24,}={0,2}", text) for text in texts)
