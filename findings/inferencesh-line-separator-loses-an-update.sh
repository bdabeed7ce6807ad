#!/usr/bin/env bash
# inferencesh 0.36.0: whether an update of a task arrives hangs on a letter of its text and on the response's charset.
#
# Behaviour: the lines of a stream are cut by `str.splitlines` where the response names a charset, and a line that is no
#   JSON is passed over without a word. JSON may hold U+2028, U+2029 and U+0085 as they are; a text may.
#   With `application/x-ndjson; charset=utf-8` the update that holds one is lost; without the charset it arrives.
# Also: an update of some fields comes as a task whose other fields are None, its status as well, which the docstring's
#   example prints.
# Expected: lines end at a line feed, and every update arrives, or an error says that one did not.
# Here: the reader of tasks cuts at bytes (workbench/asking/wire), so that no text can end a line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'inferencesh==0.36.0' 'requests==2.34.2'

cat > expected <<'EXPECTED'
inferencesh 0.36.0
application/x-ndjson: [(None, 'one'), (None, 'two\u2028lines'), (None, 'three'), (10, 'done')]
application/x-ndjson; charset=utf-8: [(None, 'one'), (None, 'three'), (10, 'done')]
EXPECTED

cat > run.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from inferencesh import inference

KIND = None


def line(text, **more):
    return json.dumps({**more, "output": {"text": text}}, ensure_ascii=False)


class Host(BaseHTTPRequestHandler):
    def send(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send("application/json", json.dumps({"success": True, "data": {"id": "t1", "status": 7}}).encode())

    def do_GET(self):
        parts = [f'{{"data": {line(text)}, "fields": ["output"]}}' for text in ("one", "two\u2028lines", "three")]
        whole = line("done", id="t1", status=10)
        self.send(KIND, ("\n".join([*parts, whole]) + "\n").encode())

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = inference(api_key="none", base_url=f"http://127.0.0.1:{server.server_port}")
print(f"inferencesh {version('inferencesh')}")
for KIND in ("application/x-ndjson", "application/x-ndjson; charset=utf-8"):
    updates = client.run({"app": "a/b@c", "input": {"prompt": "x"}}, stream=True)
    print(f"{KIND}: {[(update.get('status'), update['output']['text']) for update in updates]}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
