"""Functions become tools: their schemas, their own tools for each task, and the schema of a final answer."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

import workbench as wb
from workbench.errors import InputError
from workbench.loops.opening import opened
from workbench.loops.tools import as_tools, tool


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Place(BaseModel):
    street: str
    number: int = 1


def book(
    day: datetime.date,
    place: Place,
    colour: Colour = Colour.RED,
    kind: Literal["desk", "room"] = "room",
    people: Annotated[int, Field(description="how many come", ge=1)] = 2,
    notes: list[str] | None = None,
) -> str:
    """Book a place.

    Only on weekdays.
    """
    return f"{day.isoformat()} {place.street} {place.number} {colour.name} {kind} {people} {notes}"


def test_hints_become_a_schema_without_titles_and_defaults():
    made = tool(book)
    properties = made.parameters["properties"]
    assert made.name == "book"
    assert made.description == "Book a place.\n\nOnly on weekdays."
    assert made.parameters["required"] == ["day", "place"]
    assert made.parameters["additionalProperties"] is False
    assert properties["day"] == {"type": "string", "format": "date"}
    assert properties["people"] == {"description": "how many come", "minimum": 1, "type": "integer"}
    assert properties["kind"]["enum"] == ["desk", "room"]
    assert "title" not in str(made.schema)
    assert made.schema["function"]["name"] == "book"


def test_arguments_arrive_as_what_the_hints_say():
    said = tool(book).function(day="2026-03-04", place={"street": "Oak"}, colour="blue")
    assert said == "2026-03-04 Oak 1 BLUE room 2 None"


class Adder:
    """Adds."""

    def __init__(self) -> None:
        self.sum = 0

    def add(self, number: int) -> int:
        """Add to the sum."""
        self.sum += number
        return self.sum

    def __call__(self, number: int) -> int:
        return self.add(number)


def test_tools_that_are_made_anew_are_read_once_and_hints_that_differ_are_not_mixed_up():
    def drawn(hint):
        def draw(at):
            """Draw."""
            return repr(at)

        draw.__annotations__ = {"at": hint}
        return tool(draw)

    class First(BaseModel):
        at: int

    earlier, first = First, drawn(First)

    class First(BaseModel):
        at: str

    assert drawn(int).parameters is drawn(int).parameters
    assert drawn(int).function is not drawn(int).function
    either, other = (drawn(hint).parameters["properties"]["at"]["anyOf"] for hint in (int | str, str | int))
    assert either == other[::-1]
    assert drawn(First).parameters != first.parameters
    assert first(at={"at": 3}) == repr(earlier(at=3))
    described = drawn(Annotated[list[int], Field(description="where")])  # has no hash, and is read all the same
    assert described.parameters["properties"]["at"]["description"] == "where"


def test_methods_and_objects_that_are_called_are_tools():
    adder = Adder()
    method, whole = as_tools([adder.add, tool(name="whole")(adder)])
    assert (method.name, method.function(number=2), whole.function(number=3)) == ("add", 2, 5)
    assert list(whole.parameters["properties"]) == ["number"]


def no_hints(a, b=1):
    """Do something."""
    return a


def test_a_function_without_hints_takes_anything():
    assert tool(no_hints).parameters["properties"] == {"a": {}, "b": {}}


def starred(*values: int) -> int:
    return 1


def by_place(a: int, /) -> int:
    return a


def unknown_type(a: object()) -> int:
    return 1


@pytest.mark.parametrize(
    "one",
    [starred, by_place, unknown_type, 3, "book"],
    ids=["starred", "by place", "no type", "a number", "a name"],
)
def test_what_can_be_no_tool_is_refused(one):
    with pytest.raises(InputError):
        as_tools([one])


@pytest.mark.parametrize("name", ["x y", "", "é", "a" * 65, "a/b"])
def test_a_name_that_no_provider_takes_is_refused(name):
    with pytest.raises(InputError, match="cannot be called"):
        as_tools([dataclasses.replace(tool(book), name=name)])


def test_two_tools_of_one_name_and_a_set_are_refused():
    with pytest.raises(InputError, match="two tools are called 'book'"):
        as_tools([book, book])
    with pytest.raises(InputError, match="give a list"):
        as_tools({book})


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), True, "3"])
def test_a_limit_is_a_number_of_seconds(seconds):
    with pytest.raises(InputError, match="seconds"):
        tool(seconds=seconds)(book)


def test_tools_are_made_for_each_task_with_a_state_of_their_own():
    def desk(task):
        adder = Adder()
        return [adder.add], lambda: adder.sum

    one, other = opened(desk, "a"), opened(desk, "b")
    one.tools[0].function(number=4)
    assert (one.state(), other.state()) == (4, 0)
    with pytest.raises(InputError, match="made 3"):
        opened(lambda task: 3, "a")


def test_the_wing_is_reached_by_its_name():
    assert wb.loops.tool is tool
