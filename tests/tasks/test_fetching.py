"""Images by address: fetched once when asked for, told by their bytes, and never from a place that nobody named."""

from __future__ import annotations

import base64
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workbench.errors import InputError
from workbench.tasks import Task, load_tasks, with_images

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


ASKED: Counter[str] = Counter()


class Pictures(BaseHTTPRequestHandler):
    def do_GET(self):
        ASKED[self.path] += 1
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()
            return
        body = {"/pixel.png": PIXEL, "/page.png": b"<html>not found</html>"}.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_each_address_is_fetched_once_and_its_bytes_take_its_place(host):
    rows = [{"question": f"Colour {n}?", "answer": "red", "image": f"{host}/pixel.png"} for n in range(3)]
    tasks = load_tasks(rows)
    before = ASKED["/pixel.png"]
    fetched = with_images(tasks, private=True)
    data = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    assert [task.images for task in fetched] == [(data,)] * 3
    assert ASKED["/pixel.png"] == before + 1
    assert tasks[0].images == (f"{host}/pixel.png",)  # the old ones stay as they were
    assert fetched.understood is tasks.understood


@pytest.mark.parametrize(
    ("path", "said"),
    [("/page.png", "no PNG, JPEG"), ("/gone.png", "HTTP 404"), ("/elsewhere", "HTTP 302")],
)
def test_what_is_no_image_is_named_with_its_task(host, path, said):
    with pytest.raises(InputError, match=f"Task '7': .*{said}"):
        with_images([Task("7", "What is it?", images=(host + path,))], private=True)


def test_a_file_of_tasks_cannot_make_one_ask_a_private_network(host):
    asked = sum(ASKED.values())
    for address in (f"{host}/pixel.png", "http://localhost:1/a.png", "http://169.254.10.20/a.png"):
        with pytest.raises(InputError, match="private network"):
            with_images([Task("1", "What is it?", images=(address,))])
    assert sum(ASKED.values()) == asked
