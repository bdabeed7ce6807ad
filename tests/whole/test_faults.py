"""Everything a provider was seen to do wrong × plain or streamed: the class raised, the calls paid, what is kept."""

import contextlib
import functools
import json
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from clocks import forward
from fakes.faults.faults import SCENARIOS
from fakes.faults.scenario import PROMISES
from fakes.server import FakeServer, refused_address

import workbench as wb
from workbench.asking.wire import gate, sending, transport
from workbench.errors import CallError

KEY = "sk-canary-0123456789abcdef"
PROMPT = "canary-prompt: how many sheep are left?"
TIMEOUT_SECONDS = 240  # in which nothing runs out by itself; of a hang it is let run out


@pytest.fixture(autouse=True)
def impatient(quick, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS_AFTER_FINISH", 0.3)
    monkeypatch.setenv("FAKE_API_KEY", KEY)


def add_provider(address):
    wb.add_provider("fake", base_url=address, key_env="FAKE_API_KEY")


def waits_long(scenario):
    """Whether it asks for waits that are worth a second: two tries of it do, in place of eight."""
    return scenario.name == "retry-after;date" or (scenario.retry_after_seconds or 0) > 0.1


@pytest.fixture
def patience(monkeypatch):
    """Ask with patience for a fault: of one that hangs it has run out once all has arrived that ever will."""
    sendings, put_forward = [], forward(monkeypatch)

    def sending_of(*given):
        sendings.append(sending.Sending(*given))
        return sendings[-1]

    monkeypatch.setattr(transport, "Sending", sending_of)

    def has_all(scenario, stream, requests):
        posted = requests() == 1 and sendings and sendings[-1].posted
        return posted and (sendings[-1].first_token_at is not None or not (stream and scenario.partial))

    def asked(scenario, stream, requests, ask):
        if waits_long(scenario):
            monkeypatch.setattr(gate, "LEAST_TRIES_OF_A_LINE", 2)
        with ThreadPoolExecutor(1) as pool:
            call = pool.submit(ask)
            while scenario.hangs and not call.done():
                if has_all(scenario, stream, requests):
                    put_forward(TIMEOUT_SECONDS)
                    break
                time.sleep(0.002)
            return call.result()

    return asked


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
    """How many requests the server must count: one number, save where a whole line is refused for a while."""
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
    if expected == "RateLimited":
        return range(2 if waits_long(scenario) else most, 40)  # for as long as the line may stand still
    return [most]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_a_fault_ends_as_promised(scenario, stream, patience, tmp_path, capfd, caplog):
    expected = scenario.expect if stream or scenario.expect_plain is None else scenario.expect_plain
    promise = PROMISES[expected]
    failure = reply = None
    with provider(scenario, stream=stream) as requests:
        started = time.monotonic()
        try:
            ask = functools.partial(wb.ask, PROMPT, model="fake/m", stream=stream, timeout=TIMEOUT_SECONDS)
            reply = patience(scenario, stream, requests, ask)
        except CallError as error:
            failure = error
        hits, seconds = requests(), time.monotonic() - started

    assert (reply.outcome if failure is None else type(failure).__name__) == expected
    assert seconds < 120
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
def test_a_fault_in_a_sweep_is_a_row(scenario, patience, tmp_path):
    with provider(scenario, stream=True) as requests:
        ask = functools.partial(wb.sweep, [PROMPT], models="fake/m", timeout=TIMEOUT_SECONDS)
        rows = patience(scenario, True, requests, ask)
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
