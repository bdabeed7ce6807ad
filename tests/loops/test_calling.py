"""One call of a tool: whatever it does, the model is told a text, and nothing hangs or grows without bound."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.loops.calling import Result, called, checked, told
from workbench.loops.tools import Tool, tool, validator_of


def look(at: int, deep: bool = False) -> str:
    """Look somewhere."""
    return f"nothing at {at}"


TOOLS = {"look": tool(look)}


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("lok", "{}", "unknown tool"),
        ("", "{}", "unknown tool"),
        ("look", '{"at": ', "no JSON"),
        ("look", "[" * 100_000, "no JSON"),
        ("look", '{"action": listt_windows"}', "no JSON"),
        ("look", "", "does not fit"),
        ("look", "[1]", "does not fit"),
        ("look", '"at"', "does not fit"),
        ("look", '{"at": "1"}', "does not fit"),
        ("look", '{"at": 1, "far": 2}', "does not fit"),
    ],
)
def test_a_call_that_cannot_be_made_is_told_and_not_run(name, arguments, problem):
    found = checked(name, arguments, TOOLS)
    assert found.problem == problem
    assert len(found.text) < 2_000


def test_the_words_help_the_model():
    assert "look" in checked("lok", "{}", TOOLS).text
    assert "char 7" in checked("look", '{"at": ', TOOLS).text
    assert "'at' is a required property" in checked("look", '{"deep": true}', TOOLS).text


def test_no_arguments_are_no_properties():
    assert checked("now", "", {"now": tool(name="now")(noon)}) == {}


def noon() -> str:
    return "noon"


def run(function, seconds=60.0, **arguments):
    return asyncio.run(called(tool(seconds=seconds)(function), arguments))


def raises() -> str:
    raise KeyError("no such room")


class Silent(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def raises_silently() -> str:
    raise Silent


def exits() -> str:
    raise SystemExit(3)


def stops() -> str:
    raise StopIteration


class OfItsOwn(BaseException):
    """No `Exception`: nobody but a tool's own library would catch it."""


def leaves() -> str:
    raise OfItsOwn("gone")


def closes() -> str:
    raise GeneratorExit


@pytest.mark.parametrize(
    ("function", "begins"),
    [
        (raises, "KeyError: 'no such room'"),
        (raises_silently, "Silent"),
        (exits, "RuntimeError"),
        (stops, "Runt"),
        (leaves, "RuntimeError: OfItsOwn: gone"),
        (closes, "RuntimeError: GeneratorExit"),
    ],
)
def test_what_a_tool_raises_is_told(function, begins):
    found = run(function)
    assert found.problem == "raised"
    assert found.text.startswith(begins)


def test_a_tool_that_hangs_is_left_behind_and_the_next_one_runs():
    gate = threading.Event()

    def hangs() -> str:
        gate.wait(60)
        return "late"

    found = run(hangs, seconds=0.05)
    assert found.problem == "timed out"
    assert run(noon).text == "noon"
    gate.set()


def test_an_asynchronous_function_runs_to_its_end():
    async def slow() -> str:
        await asyncio.sleep(0.001)
        return "done"

    assert run(slow).text == "done"


def test_a_timeout_of_the_tools_own_is_its_error():
    def gives_up() -> str:
        raise TimeoutError("the lamp does not answer")

    assert (run(gives_up).problem, run(gives_up).text) == ("raised", "TimeoutError: the lamp does not answer")


class Odd:
    def __repr__(self) -> str:
        return "odd"


CIRCLE: list = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    "value",
    [None, 3, [1, {"a": 2}], b"abc", b"\xff\xfe", float("nan"), Odd(), CIRCLE, {1: Odd()}, "\ud800", {"a": "\ud800"}],
    ids=["none", "number", "list", "bytes", "no text", "nan", "object", "circle", "key", "surrogate", "within"],
)
def test_whatever_is_returned_becomes_a_text_that_can_be_sent(value):
    text = told(value, 1_000)
    assert isinstance(text, str)
    json.dumps(text).encode("ascii")
    text.encode("utf-8")


@pytest.mark.parametrize(
    "value", [object(), [object()], {"a": len.__class__}, lambda: 1], ids=["alone", "within", "class", "function"]
)
def test_where_an_object_lies_in_memory_is_told_to_nobody(value):
    """It is another place in each run, and the loop would be bought anew."""
    assert " at 0x" not in told(value, 1_000)


def test_a_set_is_told_in_one_order_whatever_order_a_process_holds_it_in():
    """Else the same loop would be bought anew in each process."""
    assert told({"fig", "apple", "date", 10, 9}, 100) == '[9,10,"apple","date","fig"]'
    assert told({"all": [{"b", "a"}]}, 100) == '{"all":[["a","b"]]}'


def test_what_never_ends_is_cut_off():
    def counts():
        return itertools.count(5)

    found = run(counts)
    assert found.problem == ""
    assert found.text.startswith("[5,6,7,")
    assert told({"all": iter(range(3))}, 100) == '{"all":[0,1,2]}'


def test_what_is_returned_is_written_in_the_tools_own_time():
    """The thread of all calls goes on meanwhile."""

    gate = threading.Event()

    class Slow:
        def __str__(self) -> str:
            gate.wait(60)
            return "late"

    assert run(Slow, seconds=0.05).problem == "timed out"
    gate.set()


def test_numbers_of_numpy_are_numbers():
    numpy = pytest.importorskip("numpy")
    assert told({"n": numpy.int64(4), "all": numpy.array([1.5, 2])}, 100) == '{"n":4,"all":[1.5,2.0]}'


def test_ten_megabytes_are_cut_once_and_it_is_said():
    text = told("x" * 10_000_000 + "THE END", 1_000)
    assert len(text) < 1_100
    assert "9,999,007 characters left out" in text
    assert text.endswith("THE END")


def test_a_key_in_a_result_reaches_no_model():
    assert "[key]" in told("OPENAI_API_KEY=sk-" + "abcdefghijklmnop1234", 1_000)


SCHEMAS = st.fixed_dictionaries(
    {"type": st.just("object")},
    optional={
        "properties": st.dictionaries(
            st.sampled_from("ab"),
            st.fixed_dictionaries(
                {"type": st.sampled_from(["string", "integer", "number", "boolean", "null", ["string", "null"]])},
                optional={"enum": st.just(["x"]), "minimum": st.just(2), "default": st.just("x")},
            ),
        ),
        "required": st.lists(st.sampled_from("ab"), unique=True),
        "additionalProperties": st.one_of(st.booleans(), st.just({"type": "string"})),
        "minProperties": st.just(1),
    },
)
ARGUMENTS = st.dictionaries(
    st.sampled_from("abc"), st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.just(2.0), st.just("x"))
)


@given(SCHEMAS, ARGUMENTS)
def test_a_schema_is_heeded_as_its_validator_says_however_quickly(schema, arguments):
    one = Tool("f", "", schema, noon)
    found = checked("f", json.dumps(arguments), {"f": one})
    assert isinstance(found, Result) != validator_of(one.schema_text).is_valid(arguments)
