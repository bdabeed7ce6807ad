"""The process of the embedded model: alone on loopback, gone with its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import time
import urllib.error
import urllib.request

import pytest
from embedded import INSTRUCT, call, runs, wait_until

from workbench.providers.local import server

pytestmark = pytest.mark.skipif(server.available() is not None, reason=str(server.available()))


def test_the_server_answers_on_loopback_to_its_key_alone():
    endpoint = server.endpoint(INSTRUCT)
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    assert call(endpoint.base_url, "/models", endpoint.api_key)["data"][0]["id"] == INSTRUCT
    for key in (None, "wrong"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            call(endpoint.base_url, "/models", key)


def test_the_key_is_random_and_on_no_command_line_and_in_no_repr():
    endpoint = server.endpoint(INSTRUCT)
    with open(f"/proc/{endpoint.process_id}/cmdline", "rb") as file:
        assert endpoint.api_key.encode() not in file.read()
    with open(f"/proc/{endpoint.process_id}/environ", "rb") as file:
        assert endpoint.api_key.encode() not in file.read()
    assert endpoint.api_key not in repr(endpoint)
    server.stop(INSTRUCT)
    assert server.endpoint(INSTRUCT).api_key != endpoint.api_key


PROGRAM = textwrap.dedent("""
    import time, workbench as wb
    from workbench.providers.local import server
    wb.ask("Hi", model="local/smollm2-135m-instruct", max_tokens=1)
    print(server.endpoint("smollm2-135m-instruct").process_id, flush=True)
    if {stay}: time.sleep(600)
""")


@pytest.mark.parametrize("how", ["it ends", "SIGTERM", "SIGKILL"])
def test_the_server_ends_with_its_parent_however_that_ends(how):
    program = PROGRAM.format(stay=how != "it ends")
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    server = int(parent.stdout.readline())
    if how == "it ends":
        parent.wait(300)
    else:
        assert runs(server)
        parent.send_signal(getattr(signal, how))
        parent.wait(300)
    parent.stdout.close()
    wait_until(lambda: not runs(server))


def test_an_interrupt_of_the_whole_group_does_not_reach_the_server():
    endpoint = server.endpoint(INSTRUCT)
    os.kill(endpoint.process_id, signal.SIGINT)
    time.sleep(0.2)
    assert runs(endpoint.process_id)
