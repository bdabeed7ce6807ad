"""A small office to try loops in: letters, a price list, a calendar, a calculator, thirty tasks; and a clerk by script.

Nothing in it is random, costs anything, or leaves this process. What a script does is no measure of any model.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from workbench.loops.tools import Tool, tool
from workbench.tasks.tasks import Tasks, load_tasks

_ITEMS: Final = {"oats": 3.5, "tea": 12.25, "ink": 7.0, "rope": 4.8, "lamps": 31.0}
_NAMES: Final = ("Ada", "Bo", "Cy", "Dee", "Eli", "Fay", "Gil", "Hana", "Ivo", "Jo")
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
_OPERATORS: Final[Mapping[type, Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


def _order(name: str) -> tuple[int, str]:
    place = _NAMES.index(name)
    return 2 + place, [*_ITEMS][place % len(_ITEMS)]


def _free_day(name: str) -> str:
    return _DAYS[_NAMES.index(name) % len(_DAYS)]


def _asked_day(name: str) -> str:
    """The day that a room is asked for: the free one for every other name."""
    place = _NAMES.index(name)
    return _DAYS[(place + place % 2) % len(_DAYS)]


def tasks() -> Tasks:
    """Thirty tasks of three kinds: what an order costs, which day is free, a room to be booked where that can be.

    >>> len(tasks()), tasks()[0].question, tasks()[0].target
    (30, 'What does the order in letters/ada.txt cost, in dollars?', '7')
    """
    found = []
    for name in _NAMES:
        many, item = _order(name)
        cost = f"{many * _ITEMS[item]:g}"
        question = f"What does the order in letters/{name.lower()}.txt cost, in dollars?"
        found.append({"id": f"cost-{name}", "kind": "cost", "question": question, "target": cost})
    for name in _NAMES:
        question = f"On which day of the week has {name} no appointment?"
        found.append({"id": f"free-{name}", "kind": "free", "question": question, "target": _free_day(name)})
    for name in _NAMES:
        day = _asked_day(name)
        question = f"Book the room for {name} on {day} if {name} has no appointment then. Is it booked, yes or no?"
        answer = "yes" if day == _free_day(name) else "no"
        found.append({"id": f"book-{name}", "kind": "book", "question": question, "target": answer})
    return load_tasks(found)


def desk(task: object = None) -> tuple[list[Tool], Callable[[], Any]]:
    """The tools of one loop, `read_file`, `calculate`, `calendar` and `book`; and what was booked, as its state.

    >>> (read_file, calculate, calendar, book), state = desk()
    >>> read_file(path="letters/ada.txt"), calculate(expression="2 * 3.5"), book(name="Ada", day="Monday"), state()
    ('Please send me 2 crates of oats. Ada', 7.0, 'booked', {'booked': [['Ada', 'Monday']]})
    """
    booked: list[list[str]] = []
    files = {
        f"letters/{name.lower()}.txt": f"Please send me {many} crates of {item}. {name}"
        for name, (many, item) in _orders()
    }
    files["prices.csv"] = "\n".join(["item,dollars a crate", *(f"{item},{price:g}" for item, price in _ITEMS.items())])

    @tool
    def read_file(path: str) -> str:
        """Read a file: `prices.csv`, or a letter such as `letters/ada.txt`."""
        if path not in files:
            raise FileNotFoundError(f"there is no {path!r}; there are {', '.join(files)}")
        return files[path]

    @tool
    def calculate(expression: str) -> float:
        """Work out a sum such as `3 * 4.50 + 1`."""
        if len(expression) > 200:
            raise ValueError("the sum is too long")
        return float(_value(ast.parse(expression, mode="eval").body))

    @tool
    def calendar(name: str) -> dict[str, str]:
        """Tell what somebody does on each day of the week."""
        if name not in _NAMES:
            raise KeyError(f"nobody is called {name!r}")
        return {day: "nothing" if day == _free_day(name) else "a meeting" for day in _DAYS}

    @tool
    def book(name: str, day: str) -> str:
        """Book the room for somebody on a day of the week."""
        booked.append([name, day])
        return "booked"

    return [read_file, calculate, calendar, book], lambda: {"booked": booked}


def _orders() -> list[tuple[str, tuple[int, str]]]:
    return [(name, _order(name)) for name in _NAMES]


def _value(node: ast.AST) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_value(node.left), _value(node.right)))
    if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_value(node.operand)))
    raise ValueError("only + - * / and numbers are known here")


def is_kept(state: Mapping[str, Any], task: Any) -> bool:
    """Whether the room is booked as the task asks, and not otherwise: for `wb.loops.checks.state`."""
    wanted = re.match(r"Book the room for (\w+) on (\w+)", task.question) if task.target == "yes" else None
    return bool(state["booked"] == ([[*wanted.groups()]] if wanted else []))


def clerk(asked: Any) -> Mapping[str, Any]:
    """What the scripted model answers next; for `wb.testing.scripted`. Two models: one `careful`, any other hasty.

    The careful one looks before it books and lets the calculator reckon. It leaves what it has found in its thinking:
    where that does not come back to it, it looks everything up once more. The hasty one reckons in its head, and books
    first.
    """
    careful = "careful" in asked.model
    question = str(asked.messages[0]["content"])
    results = [str(message["content"]) for message in asked.messages if message["role"] == "tool"]
    turns = [message for message in asked.messages if message["role"] == "assistant"]
    remembers = not turns or bool(turns[-1].get("reasoning_content"))
    if careful and turns and not remembers and len(turns) < 3:
        return _again(question)
    answer = _cost if question.startswith("What") else _free if question.startswith("On") else _booking
    return answer(question, results, careful=careful)


def _again(question: str) -> Mapping[str, Any]:
    name = re.findall(r"letters/(\w+)|has (\w+) no|for (\w+) on", question)[0]
    said = "".join(name).title()
    made = (
        _call("read_file", path=f"letters/{said.lower()}.txt")
        if "letters" in question
        else _call("calendar", name=said)
    )
    return {"thinking": "What did I want with this? I look it up once more.", "tool_calls": [made]}


def _cost(question: str, results: list[str], *, careful: bool) -> Mapping[str, Any]:
    path = re.findall(r"letters/\w+\.txt", question)[0]
    letter = next((text for text in results if text.startswith("Please")), "")
    prices = next((text for text in results if text.startswith("item")), "")
    if not letter or not prices:
        wanted = [*([] if letter else [path]), *([] if prices else ["prices.csv"])]
        made = [_call("read_file", path=one) for one in wanted]
        return {"thinking": "I need the letter and the prices.", "tool_calls": made if careful else made[:1]}
    many, item = re.findall(r"send me (\d+) crates of (\w+)", letter)[0]
    price = dict(line.split(",") for line in prices.splitlines())[item]
    if not careful:  # who reckons in the head drops the cents of large orders
        in_head = int(many) * (float(price) if int(many) < 8 else int(float(price)))
        return {"thinking": f"{many} times {price}, roughly.", "answer": f"It costs {in_head:g} dollars."}
    sums = [text for text in results if re.fullmatch(r"[\d.]+", text)]
    if not sums:
        return {
            "thinking": f"{many} crates at {price}.",
            "tool_calls": [_call("calculate", expression=f"{many} * {price}")],
        }
    return {"answer": f"It costs {float(sums[-1]):g} dollars."}


def _free(question: str, results: list[str], *, careful: bool) -> Mapping[str, Any]:
    name = question.split()[7]
    if not results:
        asked = name if careful or name not in ("Gil", "Hana") else name.lower()  # and is told that nobody is called so
        return {"thinking": f"I look into the calendar of {name}.", "tool_calls": [_call("calendar", name=asked)]}
    free = re.findall(r'"(\w+)":"nothing"', results[-1])
    if not free:
        return {"thinking": "With a capital, then.", "tool_calls": [_call("calendar", name=name)]}
    return {"answer": f"{name} has no appointment on {free[0]}."}


def _booking(question: str, results: list[str], *, careful: bool) -> Mapping[str, Any]:
    name, day = re.findall(r"for (\w+) on (\w+)", question)[0]
    if "booked" in results:
        return {"answer": "Yes, it is booked."}
    if not careful:
        return {"thinking": "I book it.", "tool_calls": [_call("book", name=name, day=day)]}
    if not results:
        return {"thinking": f"Is {name} free then?", "tool_calls": [_call("calendar", name=name)]}
    if f'"{day}":"nothing"' in results[-1]:
        return {"thinking": "Free, so I book it.", "tool_calls": [_call("book", name=name, day=day)]}
    return {"answer": "No, there is an appointment."}


def _call(name: str, /, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}
