#!/usr/bin/env bash
# openai-agents 0.24.0: a reply that was cut at its cap comes out as completed, the same in every field as a whole one.
#
# Behaviour: `OpenAIChatCompletionsModel` gives every message the status "completed", whatever the host says in
#   `finish_reason`: "length", "content_filter" and "stop" give equal results, also in a stream (`response.completed`,
#   `incomplete_details` None). The word of the host is nowhere else: not in `raw_responses`, not in the items.
#   A cut reply without any text raises ModelBehaviorError; with one word in it, it is a final output.
# Surprising: the field says the contrary of what the host said. Hosts of thinking models are reached by this class (they
#   speak chat completions), a cap cuts them often, and `The answer is 4` of `The answer is 42` is taken for their answer.
# Expected: status "incomplete", which the type has for this, and the reason.
# Here: every row says whether its reply was cut (`answer_truncated` in the column `outcome`, workbench/replies).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'openai-agents==0.24.0' 'openai==3.57.0'

cat > expected <<'EXPECTED'
openai-agents 0.24.0, openai 3.57.0
whole, stop: 'The answer is 4', completed
stream, stop: 'The answer is 4', response.completed, completed, None
whole, length: 'The answer is 4', completed
stream, length: 'The answer is 4', response.completed, completed, None
whole, content_filter: 'The answer is 4', completed
stream, content_filter: 'The answer is 4', response.completed, completed, None
the three whole results are equal: True
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
from openai import AsyncOpenAI

set_tracing_disabled(True)


class Host(BaseHTTPRequestHandler):
    """Answers in the form of OpenAI's chat completions, and ends as the question says."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ended = asked["messages"][-1]["content"]
        common = {"id": "one", "created": 1, "model": "small"}
        if asked.get("stream"):
            choices = [
                {"index": 0, "delta": {"role": "assistant", "content": "The answer is 4"}, "finish_reason": None},
                {"index": 0, "delta": {}, "finish_reason": ended},
            ]
            chunks = [{**common, "object": "chat.completion.chunk", "choices": [choice]} for choice in choices]
            body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        else:
            message = {"role": "assistant", "content": "The answer is 4"}
            choice = {"index": 0, "message": message, "finish_reason": ended}
            body = json.dumps({**common, "object": "chat.completion", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()


async def main():
    client = AsyncOpenAI(base_url=f"http://127.0.0.1:{host.server_port}/v1", api_key="none")
    agent = Agent(name="answers", model=OpenAIChatCompletionsModel("small", client))
    results = []
    for ended in ("stop", "length", "content_filter"):
        run = await Runner.run(agent, ended)
        results.append(run.raw_responses)
        print(f"whole, {ended}: {run.final_output!r}, {run.new_items[0].raw_item.status}")
        run = Runner.run_streamed(agent, ended)
        async for event in run.stream_events():
            if event.type == "raw_response_event" and event.data.type in ("response.completed", "response.incomplete"):
                last = event.data
        status, reason = last.response.output[0].status, last.response.incomplete_details
        print(f"stream, {ended}: {run.final_output!r}, {last.type}, {status}, {reason}")
    print("the three whole results are equal:", results[0] == results[1] == results[2])


print(f"openai-agents {version('openai-agents')}, openai {version('openai')}")
asyncio.run(main())
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
