"""Items of a script that call tools."""

from __future__ import annotations


def call(tool, /, **arguments):
    return {"name": tool, "arguments": arguments}


def calls(*made, **parts):
    return {"tool_calls": list(made), **parts}
