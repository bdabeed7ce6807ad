"""The time that a provider asks to wait is read wherever it stands, and nothing else is taken for one."""

import json

import pytest
from fakes.server import FakeServer, completion, json_response
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.asking.wire.failures import error_for, status_error
from workbench.asking.wire.retry_after import pause_of


def info(delay):
    return {
        "error": {
            "code": 429,
            "status": "RESOURCE_EXHAUSTED",
            "message": "You exceeded your current quota",
            "details": [
                {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaMetric": "m"}]},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay},
            ],
        }
    }


def says(message, **more):
    return {"error": {"message": message, **more}}


NAMED = {
    "gemini": (info("52s"), 52),
    "gemini, parts of a second": (info("0.350901238s"), 0.350901238),
    "gemini, as an object": (info({"seconds": 4, "nanos": 500_000_000}), 4.5),
    "gemini, seconds as text": (info({"seconds": "4"}), 4),
    "gemini, in a list": ([info("11s")], 11),
    "gemini, in words": (says("Quota exceeded. Please retry in 12.5s."), 12.5),
    "openai": (says("Rate limit reached for m on tokens per min (TPM). Please try again in 1.4s. Visit x"), 1.4),
    "openai, milliseconds": (says("Limit 3, Used 3. Please try again in 86ms."), 0.086),
    "openai, minutes": (says("Please try again in 7m12s. Contact us."), 432),
    "openai, whole minutes": (says("Please try again in 6m0s."), 360),
    "openai, hours": (says("Please try again in 2h3m5.5s."), 7385.5),
    "openai, days": (says("Please try again in 1d1h."), 90_000),
    "groq": (says("on tokens per minute (TPM): Limit 6000. Please try again in 3m9.12s. Need more?"), 189.12),
    "azure": (says("Please retry after 21 seconds. Please go here"), 21),
    "azure, one": (says("Please retry after 1 second."), 1),
    "azure, words": (says("Try again in 43 seconds."), 43),
    "moonshot": (says("max RPM: 3, please try again after 2 seconds"), 2),
    "github": (says("Rate limit of 10 per 60s exceeded. Please wait 17 seconds before retrying."), 17),
    "minutes and seconds": (says("Retry in 1 minute and 30 seconds"), 90),
    "without a unit": (says("Too many requests, retry after: 9"), 9),
    "about": (says("The model is busy, try again in about 15 secs"), 15),
    "chinese": (says("请求过于频繁，请在 8 秒后重试"), 8),
    "chinese minutes": (says("请 2 分钟后再试"), 120),
    "field": (says("slow down", retry_after=3), 3),
    "field beside the error": ({"error": "slow down", "retry_after_seconds": "2.5"}, 2.5),
    "field in milliseconds": (says("slow down", retry_after_ms=1500), 1.5),
    "field in metadata": (says("slow down", metadata={"headers": {"Retry-After": "6"}}), 6),
    "bare text": ("Please try again in 5s", 5),
    "upstream words": (says("Provider returned error", metadata={"raw": "m is busy. Please retry in 4s"}), 4),
}
NONE = {
    "a count": says("You have 5 tries left, retry 3 times at most"),
    "a time of day": says("Please try again after 10:30"),
    "a date": says("Please try again after 2026-11-28T20:00:00Z"),
    "no time": says("Please try again in a moment"),
    "something that fails": says("try again in 5 attempts"),
    "limits": says("Limit 10 requests per 60s"),
    "zero": says("Please try again in 0s"),
    "negative": info("-5s"),
    "no number": info("soon"),
    "null": info(None),
    "true": says("x", retry_after=True),
    "endless": says("x", retry_after="inf"),
    "not a number": says("x", retry_after="nan"),
    "a huge number": says("x", retry_after=10**400),
    "a list": says("x", retry_after=[5]),
    "too many digits": says("try again in " + "9" * 400 + "s"),
}


@pytest.mark.parametrize(("body", "seconds"), NAMED.values(), ids=NAMED)
def test_a_pause_that_only_the_body_names_is_read(body, seconds):
    assert status_error(429, {}, body).retry_after_seconds == pytest.approx(seconds)
    assert status_error(503, {}, body).retry_after_seconds == pytest.approx(seconds)


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_what_names_no_time_is_no_pause(body):
    assert status_error(429, {}, body).retry_after_seconds is None


def test_a_header_outranks_the_body():
    assert status_error(429, {"retry-after": "3"}, info("50s")).retry_after_seconds == 3
    assert status_error(429, {"retry-after": "soon"}, info("50s")).retry_after_seconds == 50


def test_money_that_is_out_does_not_come_back_because_a_message_speaks_of_waiting():
    assert type(status_error(402, {}, says("No credits. Please try again in 20s"))).__name__ == "QuotaExhausted"


def test_an_error_in_a_good_status_names_its_pause_too():
    found = error_for({"code": 429, "message": "slow down, try again in 2s"}, within="body")
    assert (type(found).__name__, found.retry_after_seconds) == ("RateLimited", 2)


def refused_once(words):
    """The first call is refused for now, in these words, and every other one answered."""

    def answer(request):
        return json_response(says(words), status=429) if request.number == 0 else completion("9")(request)

    return answer


def test_the_line_waits_as_long_as_the_body_says():
    with FakeServer(refused_once("Please try again in 350ms.")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        assert wb.ask("a?", model="fake/m").attempts == 2
        first, second = (request.at for request in server.requests)
    assert second - first >= 0.35


def test_a_pause_of_days_stops_its_call_and_holds_the_line_for_minutes_at_most(monkeypatch):
    monkeypatch.setattr("workbench.asking.wire.transport.LONGEST_WAIT_SECONDS", 0.3)
    with FakeServer(refused_once("Please try again in 3d.")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        with pytest.raises(wb.errors.RateLimited):
            wb.ask("a?", model="fake/m")
        assert wb.ask("b?", model="fake/m").answer == "9"


@pytest.mark.parametrize(
    "value",
    [
        *("Fri, 31 Dec 99999999999999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 -9999", "Wed, 99 Foo 2026", "-1", "0"),
        *("nan", "inf", "-inf", "1e999", "", " ", "soon", "٣", "9" * 5000, "1;2", "\x00", "0x10", "1_0_"),
        *("Mon, 01 Jan 0001 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 +9999", "Sun, 06 Nov 2044 25:61:61 GMT"),
    ],
)
@pytest.mark.parametrize("date", [None, "Sat, 28 Nov 2026 20:00:00 GMT", "Sat, 28 Nov 99999999999 20:00:00 GMT", "x"])
def test_no_pause_that_is_asked_for_breaks_anything(value, date):
    headers = {"retry-after": value, **({"date": date} if date else {})}
    seconds = pause_of(headers, None)
    assert seconds is None or 0 < seconds < float("inf")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["retryDelay", "retry_after", "details", "message", "error"]), inner)
        ),
    )
)
def test_no_body_breaks_anything(body):
    seconds = pause_of({}, body, body)
    assert seconds is None or 0 < seconds < float("inf")


def test_the_search_is_linear_and_bounded():
    assert pause_of({}, {"message": "try again in " * 100_000}) is None
    assert pause_of({}, {"message": "try again in " + "1m" * 2_000_000}) is not None
    assert pause_of({}, json.loads("[" * 400 + "]" * 400)) is None
