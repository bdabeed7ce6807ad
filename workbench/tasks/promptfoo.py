"""promptfoo's tests become records: variables, and the assertions that can be said as a target and a scorer."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.tasks.records import Entry, Reading

_MOST_TESTS: Final = 1_000_000
_SCORERS: Final = {
    "equals": "exact",
    "contains": "contains",
    "icontains": "contains",
    "contains-any": "contains",
    "icontains-any": "contains",
    "regex": "regex",
    "starts-with": "regex",
    "is-json": "json_schema",
    "contains-json": "json_schema",
}
_RUBRICS: Final = frozenset({"llm-rubric", "g-eval", "model-graded-closedqa", "factuality", "model-graded-factuality"})
_REFERENCES: Final = frozenset({"similar", "levenshtein", "rouge-n", "bleu", "gleu", "meteor", "answer-relevance"})
_EXPECTED: Final = re.compile(r"(?P<type>[a-z][a-z-]*)(?:\([\d.]+\))?:\s*(?P<value>.*)", re.DOTALL)


def promptfoo_records(document: Mapping[str, Any], reading: Reading, folder: Path) -> list[Entry]:
    """The tests of a configuration. A single prompt of its own becomes the question; several are not taken over.

    Assertions become the target and the task's scorer where they can, a rubric its column; programs are never run.
    """
    tests = document.get("tests")
    records = _tests(tests, reading, folder)
    usual = document.get("defaultTest") if isinstance(document.get("defaultTest"), Mapping) else {}
    spread = not (document.get("evaluateOptions") or {}).get("disableVarExpansion", False)
    prompts = document.get("prompts")
    inline = [p for p in (prompts if isinstance(prompts, list) else [prompts]) if _is_inline(p)]
    others = 0 if prompts is None else (len(prompts) if isinstance(prompts, list) else 1)
    if others == len(inline) == 1:
        reading.template = str(inline[0])
    elif others:
        reading.warnings.append(
            f"the file lists {others} prompts, which are sent where you hand the same file over as prompts, too "
            "(on the command line --prompts FILE)"
        )
    left: dict[str, None] = {}
    found: list[Entry] = []
    for record in records:
        test = record.value
        if not isinstance(test, Mapping):
            raise InputError(f"{record.place}: a test is an object with 'vars', not {test!r}.")
        variables = {**((usual or {}).get("vars") or {}), **(test.get("vars") or {})}
        checks = [*((usual or {}).get("assert") or []), *(test.get("assert") or [])]
        about = {key: test[key] for key in ("description",) if test.get(key)}
        about |= {str(k): v for k, v in (test.get("metadata") or {}).items()}
        for cells in _spread(variables, record.place) if spread else [variables]:
            value = {**about, **cells, **_checked(checks, cells, left)}
            place = record.place if cells is variables else f"{record.place}, combination {len(found) + 1}"
            found.append(Entry(place, value))
            if len(found) > _MOST_TESTS:
                raise InputError(f"{record.place}: the lists in 'vars' multiply to more than {_MOST_TESTS:,} tests.")
    _tell(left, reading)
    return found


def table_tests(records: list[Entry], reading: Reading) -> list[Entry]:
    """Tests in a table: columns that begin with `__expected` are assertions, others with `__` are settings."""
    left: dict[str, None] = {}
    found = []
    for record in records:
        cells = {str(k): v for k, v in record.value.items() if not str(k).startswith("__")}
        checks = [
            _expected(str(cell))
            for name, cell in record.value.items()
            if str(name).startswith("__expected") and cell not in (None, "")
        ]
        found.append(Entry(record.place, {**cells, **_checked(checks, cells, left)}))
    _tell(left, reading)
    return found


def _expected(text: str) -> dict[str, Any]:
    match = _EXPECTED.fullmatch(text.strip())
    old = {"fn": "javascript", "eval": "javascript", "grade": "llm-rubric"}
    if match and (
        match["type"] in {*_SCORERS, *_RUBRICS, *_REFERENCES, *old} or match["type"].startswith(("not-", "is-"))
    ):
        kind = old.get(match["type"], match["type"])
        value: Any = match["value"]
        if kind.endswith("-any"):
            value = [part.strip() for part in value.split(",")]
        return {"type": kind, "value": value}
    return {"type": "equals", "value": text}


def _tests(tests: Any, reading: Reading, folder: Path) -> list[Entry]:
    listed = tests if isinstance(tests, list) else [tests]
    records: list[Entry] = []
    for number, test in enumerate(listed, start=1):
        if not isinstance(test, str):
            records.append(Entry(f"test {number}", test))
            continue
        path = test.removeprefix("file://")
        if "://" in path or path.endswith((".py", ".js", ".ts", ".mjs")) or ":" in Path(path).name:
            raise InputError(
                f"the tests {test!r} are on the net or a program: nothing is fetched or run. Save them as a file."
            )
        for record in reading.another(folder / path):
            value = record.value
            is_test = isinstance(value, Mapping) and ("vars" in value or "assert" in value)
            variables, own = dict(value), {}
            if not is_test:
                own = {
                    name: variables.pop(name) for name in ("target", "scorer", "schema", "rubric") if name in variables
                }
            wrapped = value if is_test else {"vars": variables, "metadata": own}
            records.append(Entry(f"{Path(path).name}, {record.place}", wrapped))
    return records


def promptfoo_prompts(document: Mapping[str, Any], folder: Path) -> dict[str, dict[str, str]]:
    """The prompts of a configuration by their labels, or numbered: their text, or that of a text file beside it.

    Raises InputError for prompts that are programs, conversations, or in files that are not there.
    """
    listed = document.get("prompts")
    found: dict[str, dict[str, str]] = {}
    for number, prompt in enumerate(listed if isinstance(listed, list) else [listed], start=1):
        about = prompt if isinstance(prompt, Mapping) else {"raw": prompt}
        text = about.get("raw") or about.get("id")
        name = str(about.get("label") or f"prompt {number}")
        if isinstance(text, str) and (text.startswith("file://") or text.endswith((".txt", ".md"))):
            file = folder / text.removeprefix("file://")
            if file.suffix not in (".txt", ".md") or not file.is_file():
                raise InputError(f"{name}: there is no text file {str(file)!r}; prompts that are programs are not run.")
            text = file.read_text(encoding="utf-8")
        if not isinstance(text, str) or text.lstrip().startswith(("[{", "[\n", "- role")):
            raise InputError(f"{name}: not one text; write it as a prompt file, with system, user and examples.")
        if name in found:
            raise InputError(f"two prompts are called {name!r}; keep one.")
        found[name] = {"user": text.removesuffix("\n")}
    return found


def _is_inline(prompt: Any) -> bool:
    return isinstance(prompt, str) and not prompt.startswith("file://") and ("{{" in prompt or "\n" in prompt)


def _spread(variables: Mapping[str, Any], place: str) -> Any:
    """One set of cells for each combination: a list among the variables stands for several tests."""
    lists = {name: value for name, value in variables.items() if isinstance(value, list) and value}
    if not lists:
        return [variables]
    count = 1
    for value in lists.values():
        count *= len(value)
    if count > _MOST_TESTS:
        raise InputError(f"{place}: the lists in 'vars' multiply to {count:,} tests.")
    return [{**variables, **dict(zip(lists, values, strict=True))} for values in itertools.product(*lists.values())]


def _checked(checks: list[Any], cells: Mapping[str, Any], left: dict[str, None]) -> dict[str, Any]:
    """Target, scorer, schema and rubric of the first assertions that can be said so; the rest go to `left`."""
    found: dict[str, Any] = {}
    for check in checks:
        kind = str(check.get("type")) if isinstance(check, Mapping) else "?"
        value = _filled(check.get("value"), cells) if isinstance(check, Mapping) else None
        if isinstance(value, str) and value.startswith("file://"):
            left[f"{kind} (a file)"] = None
        elif kind in _RUBRICS and "rubric" not in found:
            found["rubric"] = value
        elif kind in _REFERENCES and "target" not in found and "scorer" not in found:
            found["target"] = value
            left[f"the threshold of {kind}"] = None
        elif kind in _SCORERS and "scorer" not in found:
            found["scorer"] = _SCORERS[kind]
            if _SCORERS[kind] == "json_schema":
                found |= {"schema": value} if value is not None else {}
            elif kind == "starts-with":
                found["target"] = r"\A\s*" + re.escape(str(value))
            else:
                found["target"] = value
        else:
            left[kind] = None
    return found


def _filled(value: Any, cells: Mapping[str, Any]) -> Any:
    """An expected value with {{ name }} replaced by the variable of that name; anything else in braces stays."""
    if not isinstance(value, str):
        return value
    return re.sub(
        r"\{\{\s*([\w.-]+)\s*\}\}", lambda match: str(cells[match[1]]) if match[1] in cells else match[0], value
    )


def _tell(left: Mapping[str, None], reading: Reading) -> None:
    if left:
        reading.warnings.append(
            f"not taken over are the assertions {', '.join(left)}: choose a scorer for what they check"
        )
