#!/usr/bin/env bash
# langchain-deepseek 1.1.1: the thought of a turn that called a tool is read, kept in the message, and not sent back.
#
# Behaviour: `ChatDeepSeek` puts `reasoning_content` into `additional_kwargs` of the AIMessage. When that message goes out
#   again with the tool's result, only content, role and tool_calls are sent.
# Surprising: DeepSeek's guide on its thinking mode says that the field of a turn with calls must go back with every later
#   request, and that the API answers 400 without it. The package is DeepSeek's own, holds the text, and drops it.
# Expected: a message that was received goes back as the provider asks.
# Here: workbench/loops/replay.toml says by provider what goes back (tests/loops/test_replaying.py).
# The host below stands for DeepSeek's: it shows what the client sent, and refuses nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'langchain-deepseek==1.1.1' 'langchain-openai==1.7.4' 'langchain-core==1.8.3' 'openai==3.3.0'

cat > expected <<'EXPECTED'
langchain-deepseek 1.1.1
received: call look({'city': 'Oslo'}), reasoning_content 'I should look it up.'
sent back: content, role, tool_calls
EXPECTED

cat > run.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_deepseek import ChatDeepSeek

REQUESTS = []
CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"city": "Oslo"}'}}
TURNS = [
    {"role": "assistant", "content": "", "reasoning_content": "I should look it up.", "tool_calls": [CALL]},
    {"role": "assistant", "content": "It rains."},
]


class Host(BaseHTTPRequestHandler):
    """Calls a tool first, answers then, in the form of DeepSeek's chat completions."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        REQUESTS.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        message = TURNS[len(REQUESTS) - 1]
        ended = "tool_calls" if "tool_calls" in message else "stop"
        choice = {"index": 0, "message": message, "finish_reason": ended}
        body = json.dumps({"id": "one", "created": 1, "model": "deepseek-chat", "object": "chat.completion", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


def look(city: str) -> str:
    """The weather of a city."""
    return f"Rain in {city}."


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
model = ChatDeepSeek(model="deepseek-chat", api_base=f"http://127.0.0.1:{host.server_port}/v1", api_key="none")
model = model.bind_tools([look])
question = HumanMessage("How is the weather in Oslo?")
turn = model.invoke([question])
call = turn.tool_calls[0]
print("langchain-deepseek", version("langchain-deepseek"))
print(f"received: call {call['name']}({call['args']}), reasoning_content {turn.additional_kwargs.get('reasoning_content')!r}")
model.invoke([question, turn, ToolMessage("Rain in Oslo.", tool_call_id=call["id"])])
print("sent back:", ", ".join(sorted(REQUESTS[1]["messages"][1])))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
