"""Everything a provider was seen to do wrong × plain or streamed: the class raised, the calls paid, what is kept."""

import contextlib
import json
import time
import traceback

import pandas as pd
import pytest
from fakes.faults.faults import SCENARIOS
from fakes.faults.scenario import PROMISES
from fakes.server import FakeServer, refused_address

import workbench as wb
from workbench.asking.wire import sending, transport
from workbench.errors import CallError

KEY = "sk-canary-0123456789abcdef"
PROMPT = "canary-prompt: how many sheep are left?"
SECONDS_OF_A_HANG = 0.8


@pytest.fixture(autouse=True)
def impatient(quick, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS_AFTER_FINISH", 0.3)
    monkeypatch.setenv("FAKE_API_KEY", KEY)


def add_provider(address):
    wb.add_provider("fake", base_url=address, key_env="FAKE_API_KEY")


def timeout_of(scenario):
    return SECONDS_OF_A_HANG if scenario.hangs else 3


@contextlib.contextmanager
def provider(scenario, *, stream):
    """A provider with this fault, and how many requests it has had."""
    if scenario.listens:
        with FakeServer(scenario.streamed if stream else scenario.plain) as server:
            add_provider(server.base_url)
            yield lambda: server.hits
    else:
        with refused_address() as address:
            add_provider(address)
            yield lambda: 0


def paid_calls(scenario, expected):
    """How many requests the server must count: one number, save where waits that it asks for meet the timeout."""
    if not scenario.listens:
        return [0]
    if scenario.hangs:
        return [1]  # the timeout is the whole call's, so nothing is left for a second request
    if scenario.most_requests is not None:
        return [scenario.most_requests]
    promised = PROMISES[expected].most_requests
    if promised is not None:
        return [promised]
    most = next(most for kind, most in transport.MOST_ATTEMPTS.items() if kind.__name__ == expected)
    if scenario.name == "retry-after;date":
        return [1, 2]  # dates have whole seconds, so the wait may or may not fit into the timeout
    if expected == "RateLimited":
        asked = scenario.retry_after_seconds or 0
        return range(2 if asked > 0.1 else most, 40)  # for as long as the line may stand still
    return [most]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_a_fault_ends_as_promised(scenario, stream, tmp_path, capfd, caplog):
    expected = scenario.expect if stream or scenario.expect_plain is None else scenario.expect_plain
    promise = PROMISES[expected]
    failure = reply = None
    with provider(scenario, stream=stream) as requests:
        started = time.monotonic()
        try:
            reply = wb.ask(PROMPT, model="fake/m", stream=stream, timeout=timeout_of(scenario))
        except CallError as error:
            failure = error
        hits, seconds = requests(), time.monotonic() - started

    assert (reply.outcome if failure is None else type(failure).__name__) == expected
    assert seconds < 15
    if reply is not None and expected == "answered":
        assert reply.answer == scenario.answer
    assert hits in paid_calls(scenario, expected)
    entries = list(wb.cache.current().ledger.entries())
    sent = [entry for entry in entries if entry["sent"]]
    assert len(sent) == hits
    assert wb.cache.stats().stored == (1 if promise.kept else 0)
    if failure is not None:
        assert len(failure.attempts) == len(entries) > 0
        assert entries[-1]["error"] == expected
        assert scenario.retry_after_seconds is None or failure.retry_after_seconds is not None
        if scenario.partial and stream:
            assert failure.partial
        assert failure.__cause__ is None
        assert failure.__context__ is None
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db")
    shown = "".join([*capfd.readouterr(), caplog.text, repr(failure), repr(reply)])
    shown += "".join(traceback.format_exception(failure)) if failure else ""
    assert KEY not in shown
    assert KEY.encode() not in written
    assert PROMPT not in shown
    if failure is not None:
        assert PROMPT.encode() not in written
        json.dumps([vars(attempt) for attempt in failure.attempts])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_a_fault_in_a_sweep_is_a_row(scenario, tmp_path):
    with provider(scenario, stream=True) as requests:
        rows = wb.sweep([PROMPT], models="fake/m", timeout=timeout_of(scenario))
        hits = requests()
    row = rows.iloc[0]
    promise = PROMISES[scenario.expect]
    assert (row["outcome"] if promise.kept else row["error"]) == scenario.expect
    assert hits in paid_calls(scenario, scenario.expect)
    assert wb.cache.stats().stored == (1 if promise.kept else 0)
    ledger = wb.cache.ledger()
    assert int(ledger["sent"].sum()) == hits
    assert row["attempts"] == len(ledger)
    if not promise.kept:
        assert pd.isna(row["usd_spent"]) == (promise.billed and hits > 0)
    assert KEY not in str(rows.to_dict())
    assert PROMPT not in str(rows.drop(columns="task_question").to_dict())
