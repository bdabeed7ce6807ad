#!/usr/bin/env bash
# pydantic-ai-slim 2.68.0: an answer that names the tags of thinking in its text loses what stands between them.
#
# Behaviour: `OpenAIChatModel` cuts a whole reply at every `<think>` and `</think>`, wherever they stand: also within
#   code marks, in the middle of a sentence. What stands between is a ThinkingPart and not in `result.output`. In a
#   stream of the same reply the text is whole. As history the reply is sent back as three pieces with line breaks between.
# Surprising: the model thought nothing (no such field came), the tags are words of its answer, and whether the words are
#   lost hangs on `run_sync` or `run_stream`. Answers about chat templates and reasoning models say such words all the time.
# Expected: tags that open the reply are thinking; quoted ones are text, in both ways.
# Here: workbench/replies leaves tags in code spans, quotation marks and fences as text (tests/replies).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'pydantic-ai-slim[openai]==2.68.0' 'openai==3.57.0'

cat > expected <<'EXPECTED'
pydantic-ai-slim 2.68.0
said: Write `<think>` before your thoughts, and `</think>` after them.
whole: Write `` after them.
stream: Write `<think>` before your thoughts, and `</think>` after them.
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

SAID = "Write `<think>` before your thoughts, and `</think>` after them."


class Host(BaseHTTPRequestHandler):
    """Says one sentence in the form of OpenAI's chat completions, whole or as a stream."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        common = {"id": "one", "created": 1, "model": "small"}
        if asked.get("stream"):
            deltas = [({"role": "assistant", "content": SAID[at : at + 4]}, None) for at in range(0, len(SAID), 4)]
            chunks = [
                {**common, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
                for delta, ended in [*deltas, ({}, "stop")]
            ]
            body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": SAID}, "finish_reason": "stop"}
            body = json.dumps({**common, "object": "chat.completion", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
provider = OpenAIProvider(base_url=f"http://127.0.0.1:{host.server_port}/v1", api_key="none")
agent = Agent(OpenAIChatModel("small", provider=provider))


async def streamed():
    async with agent.run_stream("How does one mark a thought?") as reply:
        return await reply.get_output()


print("pydantic-ai-slim", version("pydantic-ai-slim"))
print("said:", SAID)
print("whole:", agent.run_sync("How does one mark a thought?").output)
print("stream:", asyncio.run(streamed()))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
