#!/usr/bin/env bash
# openai 3.57.0 with what together 3.1.1 reads: a batch that was made has no id, and the list of batches raises.
#
# Behaviour: Together's own client reads the answer to `POST /batches` as `{"job": …, "warning": …}` and that to
#   `GET /batches` as a bare array. From the first, openai's client makes a `Batch` whose id and status are None (the
#   job is an attribute beside them that no type knows); from the second it raises AttributeError about a private name.
# Surprising: neither answer is refused. Who writes down `batch.id` writes None, while the batch runs and is paid for,
#   and the list, in which it could be looked for, cannot be read.
# Expected: an error that says what came in place of a batch.
# Here: workbench/asking/batch reads both forms by itself, and finds a batch whose id never arrived by its file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'openai==3.57.0' 'together==3.1.1'

cat > expected <<'EXPECTED'
openai 3.57.0, together 3.1.1
made, by together: id batch-1, status COMPLETED
made, by openai: id None, status None, beside them job
list, by together: batch-1
list, by openai: AttributeError: 'list' object has no attribute '_set_private_attributes'
EXPECTED

cat > run.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import openai
import together

JOB = {
    "id": "batch-1",
    "status": "COMPLETED",
    "endpoint": "/v1/chat/completions",
    "input_file_id": "file-1",
    "output_file_id": "file-2",
    "created_at": "2026-11-01T10:00:00Z",
}


class Host(BaseHTTPRequestHandler):
    def _answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({"job": JOB, "warning": None})

    def do_GET(self):
        self._answer([JOB])

    def log_message(self, *_):
        pass


host = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
place = {"api_key": "none", "base_url": f"http://127.0.0.1:{host.server_port}/v1", "max_retries": 0}
batch = {"input_file_id": "file-1", "endpoint": "/v1/chat/completions"}

print(f"openai {version('openai')}, together {version('together')}")
own, other = together.Together(**place), openai.OpenAI(**place)
made = own.batches.create(**batch).job
print(f"made, by together: id {made.id}, status {made.status}")
made = other.batches.create(**batch, completion_window="24h")
print(f"made, by openai: id {made.id}, status {made.status}, beside them {', '.join(sorted({*made.model_extra} & {'job'}))}")
print("list, by together:", ", ".join(job.id for job in own.batches.list()))
try:
    print("list, by openai:", ", ".join(job.id for job in other.batches.list()))
except AttributeError as problem:
    print(f"list, by openai: AttributeError: {problem}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
