#!/usr/bin/env bash
# litellm 1.110.2: the same reply has its thinking in another place where it is streamed, or begins with a line break.
#
# Behaviour: `<think>…</think>` at the very beginning of a whole reply becomes `reasoning_content`. In a stream of the same
#   reply it stays in the content, also after `stream_chunk_builder`; and so it does in a whole reply with a line break
#   before the tag, as several chat templates write it. `<thinking>` closed by `</think>` is split, `<reasoning>` is not.
# Surprising: the field is announced as one for all providers; whether an answer carries the thought hangs on
#   `stream=True` and on one white space. A scorer that looks into the content reads drafts as answers.
# Expected: one reading of one reply.
# Here: workbench/replies reads whole and streamed replies by one table of notations, in any cutting (tests/replies).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'litellm==1.110.2' 'openai==3.57.0'

cat > expected <<'EXPECTED'
litellm 1.110.2
'<think>6 x 7</think>42': whole content '42', thinking '6 x 7'
'<think>6 x 7</think>42': streamed content '<think>6 x 7</think>42', thinking ''
'\n<think>6 x 7</think>42': whole content '\n<think>6 x 7</think>42', thinking ''
'\n<think>6 x 7</think>42': streamed content '\n<think>6 x 7</think>42', thinking ''
EXPECTED

cat > run.py <<'PYTHON'
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

litellm.suppress_debug_info = True
REPLIES = ("<think>6 x 7</think>42", "\n<think>6 x 7</think>42")


class Host(BaseHTTPRequestHandler):
    """Answers in the form of OpenAI's chat completions with what the question says."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = asked["messages"][0]["content"]
        common = {"id": "one", "created": 1, "model": "small"}
        streamed = bool(asked.get("stream"))
        if streamed:
            deltas = [({"role": "assistant", "content": text[at : at + 4]}, None) for at in range(0, len(text), 4)]
            chunks = [
                {**common, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": ended}]}
                for delta, ended in [*deltas, ({}, "stop")]
            ]
            body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
        else:
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            body = json.dumps({**common, "object": "chat.completion", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
print("litellm", version("litellm"))
for reply in REPLIES:
    asked = {
        "model": "openai/small",
        "messages": [{"role": "user", "content": reply}],
        "api_base": f"http://127.0.0.1:{host.server_port}/v1",
        "api_key": "none",
    }
    whole = litellm.completion(**asked)
    streamed = litellm.stream_chunk_builder(list(litellm.completion(**asked, stream=True)))
    for told, made in (("whole", whole), ("streamed", streamed)):
        message = made.choices[0].message
        thinking = getattr(message, "reasoning_content", None) or ""
        print(f"{reply!r}: {told} content {message.content!r}, thinking {thinking!r}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
