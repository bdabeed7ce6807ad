"""Tools are called when they should be, with arguments that fit."""

import pytest
from probed import BAD, GOOD, TOOL, asked, seen, standing

from workbench.analysis.tool_probes import problem_of
from workbench.replies.tool_calls import ToolCall


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (GOOD, ""),
        (BAD, "weigh: 'much' is not of type 'number'"),
        (("weigh", '{"kg": 3'), "weigh: its arguments are no JSON"),
        (("weigh", "[" * 100_000), "weigh: its arguments are no JSON"),
        (("guess", "{}"), "guess is no tool that was offered"),
        (("", "{}"), "a call without a name is no tool that was offered"),
    ],
)
def test_what_is_wrong_with_a_call_is_said(call, problem):
    assert problem_of(ToolCall("c", *call), [TOOL]) == problem


def test_a_schema_that_is_none_is_not_the_models_fault():
    odd = {"type": "function", "function": {"name": "weigh", "parameters": {"type": "nonsense"}}}
    assert problem_of(ToolCall("c", *GOOD), [odd]) == ""
    assert problem_of(ToolCall("c", *GOOD), [{"name": "weigh"}]) == ""


@pytest.mark.parametrize(("calls", "kept"), [([GOOD], "kept"), ([GOOD, BAD], "broken"), ([], "unclear")])
def test_calls_fit_their_schemas(calls, kept):
    assert standing("calls valid", [asked(1, *calls)]).standing == kept


def test_calls_come_as_the_requests_are_meant_or_as_the_first_host_makes_them():
    needed = [asked(n, GOOD) for n in range(4)] + [asked(n, should=False) for n in (4, 5)]
    assert standing("calls when asked", needed).standing == "kept"
    silent = [asked(n) for n in range(4)] + [asked(n, should=False) for n in (4, 5)]
    assert standing("calls when asked", silent).standing == "unclear"
    assert standing("calls when asked", silent, needed).standing == "broken"
    assert standing("calls when asked", silent, silent).standing == "kept"
    eager = [asked(n, GOOD) for n in range(4)] + [asked(n, GOOD, should=False) for n in (4, 5)]
    assert standing("calls when asked", eager, needed).standing == "broken"
    assert standing("calls when asked", eager).words == "4 of 6 as the requests are meant; 2 of 2 uncalled for"
    one_off = [*needed[:3], asked(3), *needed[4:]]
    assert standing("calls when asked", one_off).standing == "unclear"
    assert standing("calls when asked", [asked(1, GOOD, should=None)]).standing == "unclear"


def test_none_means_none():
    assert standing("tool_choice none", [seen("tool_choice none", answer="9")]).standing == "kept"
    assert standing("tool_choice none", [seen("tool_choice none", calls=[GOOD])]).standing == "broken"
