#!/usr/bin/env bash
# mcp 2.3.0: a tool whose parameter is `str | None` never receives the text "null", nor a text that is a JSON object.
#
# Behaviour: a text for a parameter of any type but plain `str` is first read as JSON. For `str | None`, the usual form of
#   an optional text, "null" becomes None, and `{"a": 1}` or `["x"]` is refused because it is not a string any more.
#   "12" and "true" stay as they are. A parameter of type `str` takes every one of them.
# Surprising: to give a parameter a default of None changes which texts it takes. A tool that writes a file cannot write
#   JSON, and the model, which sent the string that the schema asks for, is told to send a valid string.
# Expected: a string that fits the schema of the parameter arrives as it was sent.
# Here: our own tools hand texts on as they came (workbench/loops); the text of an MCP server's error goes to the model.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'mcp==2.3.0' 'pydantic==2.14.4'

cat > expected <<'EXPECTED'
mcp 2.3.0
text: str, 'plain': received 'plain'
text: str, 'null': received 'null'
text: str, '{"a": 1}': received '{"a": 1}'
text: str, '["x"]': received '["x"]'
text: str, '12': received '12'
text: str | None, 'plain': received 'plain'
text: str | None, 'null': received None
text: str | None, '{"a": 1}': refused: Input should be a valid string
text: str | None, '["x"]': refused: Input should be a valid string
text: str | None, '12': received '12'
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
from importlib.metadata import version

from mcp import Client
from mcp.server import MCPServer

server = MCPServer("texts")


@server.tool()
def needed(text: str) -> str:
    return f"received {text!r}"


@server.tool()
def optional(text: str | None = None) -> str:
    return f"received {text!r}"


async def main() -> None:
    print("mcp", version("mcp"))
    async with Client(server) as client:
        for tool, typed in (("needed", "str"), ("optional", "str | None")):
            for text in ("plain", "null", '{"a": 1}', '["x"]', "12"):
                result = await client.call_tool(tool, {"text": text})
                told = result.content[0].text
                if result.is_error:
                    told = "refused: " + next(line for line in told.splitlines() if "should" in line).split(" [")[0].strip()
                print(f"text: {typed}, {text!r}: {told}")


asyncio.run(main())
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
