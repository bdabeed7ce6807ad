"""This machine in every spelling, and what its children are told."""

from __future__ import annotations

import os
import socket

import pytest

from workbench.base.machine import clean_environment, is_this_machine


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "localhost",
        "LocalHost",
        "localhost.",
        "models.localhost",
        "::1",
        "[::1]",
        "0.0.0.0",
        "::",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "[0:0:0:0:0:0:0:1]",
        socket.gethostname(),
        socket.gethostname().upper(),
    ],
)
def test_every_spelling_of_this_machine_is_known(host):
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host",
    ["api.openai.com", "8.8.8.8", "notlocalhost", "localhost.example.com", "2001:db8::1", "", "127.0.0.1.a"],
)
def test_other_machines_are_not(host):
    assert not is_this_machine(host)


def test_a_child_is_given_what_a_program_needs_and_no_more(monkeypatch):
    for name in ("OPENROUTER_API_KEY", "HTTPS_PROXY", "LLAMA_ARG_API_KEY", "AWS_SECRET_ACCESS_KEY", "MY_TOKEN"):
        monkeypatch.setenv(name, "not for children")
    told = clean_environment(OMP_NUM_THREADS="1")
    assert told["PATH"] == os.environ["PATH"]
    assert told["OMP_NUM_THREADS"] == "1"
    assert "not for children" not in told.values()
