"""The server of a scripted model: many at once, those who leave, and a close that leaves nothing behind."""

from __future__ import annotations

import socket
import threading
import time

import pytest

import workbench as wb
from workbench.asking.lists import check_lists
from workbench.testing import scripted


def test_more_callers_at_once_than_a_queue_of_connections_usually_holds():
    with scripted({"answer": "1", "seconds": 0.5}, concurrency=80):
        started = time.monotonic()
        rows = wb.sweep([f"{n}?" for n in range(80)], models="scripted/m")
    assert (rows["outcome"] == "answered").all()
    assert time.monotonic() - started < 60


def test_a_client_that_leaves_in_the_middle_says_nothing_and_harms_nobody(capfd):
    with scripted("42") as asker:
        host, port = asker.base_url.removeprefix("http://").removesuffix("/v1").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{")
        assert asker("6 * 7?").answer == "42"
    assert "Traceback" not in capfd.readouterr().err


def test_it_lists_its_model():
    answers = []
    with scripted("42"):
        check_lists(["scripted"], lambda provider, answer: answers.append((provider, [*answer.offers])))
    assert answers == [("scripted", ["model"])]


def test_a_closed_server_refuses_and_leaves_no_thread():
    asker = scripted("42")
    address = asker.base_url.removeprefix("http://").removesuffix("/v1").split(":")
    asker.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address[0], int(address[1])))
    deadline = time.monotonic() + 60
    while any(thread.name == "workbench-scripted" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
