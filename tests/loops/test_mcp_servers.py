"""Tools of an MCP server: a real one, a child process on its standard input and output."""

from __future__ import annotations

import os
import sys

import pytest
from loops_play import call, calls

import workbench as wb
from workbench.errors import ConfigError, InputError
from workbench.loops.mcp_servers import mcp_tools

SERVER = '''
import os
import time

from mcp.server import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("desk")


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def weigh(parcels: list[int]) -> int:
    """Add up the weights of parcels."""
    return sum(parcels)


@server.tool()
def keys() -> str:
    """Tell the keys."""
    return ",".join(sorted(name for name in os.environ if "KEY" in name))


@server.tool()
def breaks() -> str:
    """Break."""
    raise ValueError("secret")


@server.tool()
def sleeps() -> str:
    """Sleep."""
    time.sleep(60)
    return "late"


server.run("stdio")
'''


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    path = tmp_path_factory.mktemp("mcp") / "desk.py"
    path.write_text(SERVER)
    os.environ["SOME_API_KEY"] = "a-key-of-mine"
    with mcp_tools([sys.executable, str(path)], seconds=60, env={"OWN_KEY": "1"}) as tools:
        del os.environ["SOME_API_KEY"]
        yield tools


def by_name(desk):
    return {one.name: one for one in desk}


def test_tools_come_sorted_with_their_schemas(desk):
    assert [one.name for one in desk] == ["breaks", "keys", "sleeps", "weigh"]
    weigh = by_name(desk)["weigh"]
    assert weigh.description == "Add up the weights of parcels."
    assert weigh.parameters["properties"]["parcels"] == {"items": {"type": "integer"}, "type": "array"}


def test_only_what_says_that_it_reads_may_run_twice(desk):
    assert [(one.name, one.effect) for one in desk if not one.effect] == [("weigh", False)]


def test_a_loop_calls_them(desk, play):
    play([calls(call("weigh", parcels=[3, 4]), call("weigh", parcels="3"), call("breaks")), "7 kg"])
    loop = wb.loops.run("How heavy?", tools=[desk], model="scripted/m")
    assert [(one.result[:30], one.problem) for one in loop.calls] == [
        ("7", ""),
        ("The arguments do not fit: parc", "does not fit"),
        ("RuntimeError: Error executing ", "raised"),
    ]


def test_the_server_does_not_see_the_keys(desk):
    assert by_name(desk)["keys"]() == "OWN_KEY"


@pytest.mark.parametrize("command", ["python server.py", [], [3]])
def test_a_command_is_a_list_of_texts(command):
    with pytest.raises(InputError, match="command"):
        mcp_tools(command)


def test_a_server_that_does_not_start_says_so():
    with pytest.raises(ConfigError, match="did not start"):
        mcp_tools(["/no/such/program"])


def test_last_of_all_a_call_that_hangs_and_the_end(desk, monkeypatch):
    monkeypatch.setattr(by_name(desk)["sleeps"].function.func.__self__, "_seconds", 0.5)
    with pytest.raises(Exception, match=r"(?i)timed out|did not answer"):
        by_name(desk)["sleeps"]()
    desk.close()
    with pytest.raises(RuntimeError, match="has ended"):
        by_name(desk)["weigh"](parcels=[1])
