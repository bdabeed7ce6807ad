"""The embedded server looked at from outside."""

import json
import time
import urllib.error
import urllib.request

THINK, INSTRUCT = "smollm2-135m-think", "smollm2-135m-instruct"


def call(address, path, key=None, body=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address + path, data, headers), timeout=120) as response:
        return json.load(response)


def runs(process_id):
    try:
        with open(f"/proc/{process_id}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(fact, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not so within {seconds} seconds"
        time.sleep(0.02)
