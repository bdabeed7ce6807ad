"""Networks with a proxy, or with an authority of their own that signs certificates."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fakes.server import FakeServer
from programs import run

import workbench as wb

ASK = """
    import sys
    import workbench as wb
    from workbench.errors import CallError
    for number, address in enumerate(sys.argv[1:]):
        wb.add_provider(f"p{number}", base_url=address, free=True)
        try:
            print(wb.ask("How many?", model=f"p{number}/m", timeout=120))
        except CallError as error:
            print(type(error).__name__, len(error.attempts), error)
"""
FAR = "http://far.example.test/v1"
BODY = {"id": "1", "model": "m", "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "Nine."}}]}


class Served(BaseHTTPRequestHandler):
    """Answers what it is asked, or refuses it with `refusal`."""

    refusal = 0
    seen: list[str]

    def do_POST(self) -> None:
        self.seen.append(self.requestline)
        self.rfile.read(int(self.headers["content-length"]))
        body = b"" if self.refusal else json.dumps(BODY).encode()
        self.send_response(self.refusal or 200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_CONNECT(self) -> None:
        self.seen.append(self.requestline)
        self.send_error(self.refusal)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served():
    """Starts a server, with TLS where a context is given; gives its port and the list of what it is asked."""
    servers = []

    def start(*, refusal=0, context=None):
        handler = type("Handler", (Served,), {"refusal": refusal, "seen": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # a handshake that the client breaks off
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_port, handler.seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def asked(*addresses, **environment):
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    ended = run(ASK, *addresses, env=plain | environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_what_is_far_goes_through_the_proxy_and_what_is_here_does_not(served):
    port, seen = served()
    proxy = f"http://127.0.0.1:{port}"
    with FakeServer("Here.") as server:
        here = server.base_url
        localhost = here.replace("127.0.0.1", "localhost")
        answers = asked(FAR, here, localhost, HTTP_PROXY=proxy, http_proxy=proxy, ALL_PROXY="socks5://127.0.0.1:9")
        assert answers == ["Nine.", "Here.", "Here."]
        assert server.hits == 2
    assert seen == [f"POST {FAR}/chat/completions HTTP/1.1"]


def test_a_proxy_that_wants_a_password_is_asked_once_and_named(served):
    port, seen = served(refusal=407)
    proxy = f"http://127.0.0.1:{port}"
    answers = asked(FAR, FAR.replace("http:", "https:"), HTTP_PROXY=proxy, http_proxy=proxy, HTTPS_PROXY=proxy)
    assert len(answers) == 2
    assert all(answer.startswith("AuthError 1 the proxy wants a name and a password (407)") for answer in answers)
    assert len(seen) == 2


def test_what_a_proxy_does_not_let_through_was_never_sent(served):
    port, _ = served(refusal=403)
    (answer,) = asked(FAR.replace("http:", "https:"), HTTPS_PROXY=f"http://127.0.0.1:{port}")
    assert answer.startswith("NotSent 4 no connection to https://far.example.test/v1: 403")


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTP_PROXY", "ftp://proxy:1"), ("SSL_CERT_FILE", "/no/such/file"), ("SSL_CERT_FILE", __file__)],
)
def test_an_environment_that_cannot_be_used_is_named_and_nothing_is_sent(name, value):
    with FakeServer() as server:
        (answer,) = asked(server.base_url, **{name: value})
        assert server.hits == 0
    assert answer.startswith("ConfigError 1 no request can be made:")
    assert name in answer
    assert {entry["sent"] for entry in wb.cache.current().ledger.entries()} == {False}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_an_authority_of_the_networks_own_is_trusted_where_it_is_named(served, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    port, _ = served(context=context)
    address = f"https://localhost:{port}/v1"
    (answer,) = asked(address)
    assert answer.startswith("NotSent")
    assert "certificate verify failed" in answer
    assert "SSL_CERT_FILE must name" in answer
    assert asked(address, SSL_CERT_FILE=str(certificate)) == ["Nine."]
