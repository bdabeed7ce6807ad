#!/usr/bin/env bash
# instructor 1.17.0: of a draft and its correction, a whole reply gives the correction, a stream of it the draft.
#
# Behaviour: with `Mode.MD_JSON`, a reply that holds two objects (a first guess and what replaces it, in two fences, on two
#   lines, or the first within `<think>`) becomes a model from the last object by `create`, and from the first by
#   `create_partial`, whose last value is what a caller keeps. Neither raises.
# Surprising: the same words give two values, and the streamed one is the value that the model took back.
# Expected: the same object in both ways, or an error where there are two.
# Here: workbench/scorers reads what an answer comes to, from the whole text, however it came (tests/scorers).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'instructor==1.17.0' 'openai==3.3.0' 'pydantic==2.14.4'

cat > expected <<'EXPECTED'
instructor 1.17.0
a correction in a second fence: whole age=42, streamed age=5
two lines: whole age=42, streamed age=5
a draft within a thought: whole age=42, streamed age=5
one object: whole age=42, streamed age=42
EXPECTED

cat > run.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import instructor
from openai import OpenAI
from pydantic import BaseModel

REPLIES = {
    "a correction in a second fence": 'First:\n```json\n{"age": 5}\n```\nCorrected:\n```json\n{"age": 42}\n```',
    "two lines": '{"age": 5}\n{"age": 42}',
    "a draft within a thought": '<think>Perhaps {"age": 5}?</think>\n```json\n{"age": 42}\n```',
    "one object": '```json\n{"age": 42}\n```',
}


class Person(BaseModel):
    age: int


class Host(BaseHTTPRequestHandler):
    """Says the reply that the question names, in the form of OpenAI's chat completions."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        (name,) = [each for each in REPLIES if each in json.dumps(asked["messages"])]
        text, common = REPLIES[name], {"id": "one", "created": 1, "model": "small"}
        if asked.get("stream"):
            deltas = [({"role": "assistant", "content": text[at : at + 4]}, None) for at in range(0, len(text), 4)]
            chunks = [
                {**common, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
                for delta, ended in [*deltas, ({}, "stop")]
            ]
            body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            body = json.dumps({**common, "object": "chat.completion", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
client = instructor.from_openai(
    OpenAI(base_url=f"http://127.0.0.1:{host.server_port}/v1", api_key="none"), mode=instructor.Mode.MD_JSON
)
print("instructor", version("instructor"))
for name in REPLIES:
    asked = {"model": "small", "response_model": Person, "messages": [{"role": "user", "content": name}], "max_retries": 0}
    whole = client.chat.completions.create(**asked)
    *_, last = client.chat.completions.create_partial(**asked)
    print(f"{name}: whole {whole}, streamed {last}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
