"""What goes out with a request, and what never does."""

import pickle

import pytest
from asked import QUESTION, serve
from fakes.server import FakeServer, completion, sse_response
from fakes.server.bodies import chunk, stream_bytes

import workbench as wb
from workbench.errors import CallError

PASSPHRASE = "marmalade-gondola-4417+xy"


@pytest.mark.parametrize("piece", [3, 7, 99])
@pytest.mark.usefixtures("quick")
def test_a_key_that_a_server_says_back_and_breaks_off_within_is_in_no_error_and_no_line(monkeypatch, tmp_path, piece):
    """The text that had come, the message and the pickle of the error, and the ledger: none holds it, or half of it."""
    monkeypatch.setenv("FAKE_API_KEY", PASSPHRASE)
    said = f"Mind {PASSPHRASE} and {PASSPHRASE[:-4]}"
    pieces = [chunk({"content": said[place : place + piece]}, model="m") for place in range(0, len(said), piece)]
    broken = stream_bytes([*pieces, {"error": {"code": PASSPHRASE, "message": f"refused {PASSPHRASE}"}}], done=False)
    with FakeServer(sse_response((broken,))) as server:
        target = serve(server, key_env="FAKE_API_KEY")
        with pytest.raises(CallError) as raised:
            wb.ask(QUESTION, model=target)
    told = raised.value
    assert told.partial == "Mind [key] and [key]"
    held = f"{told!r} {told} {vars(told)}".encode() + pickle.dumps(told)
    held += b"".join(path.read_bytes() for path in tmp_path.rglob("*.jsonl"))
    assert b"gondola" not in held


def test_a_key_said_back_as_the_reason_why_a_reply_ended_is_in_no_file(monkeypatch, tmp_path):
    monkeypatch.setenv("FAKE_API_KEY", PASSPHRASE)
    with FakeServer(completion("Nine.", finish_reason=PASSPHRASE)) as server:
        target = serve(server, key_env="FAKE_API_KEY")
        reply = wb.ask(QUESTION, model=target)
    kept = b"".join(path.read_bytes() for path in wb.cache.current().folder.rglob("*") if path.is_file())
    assert b'"finish":"[key]"' in kept
    assert b"gondola" not in kept + repr(vars(reply)).encode()
