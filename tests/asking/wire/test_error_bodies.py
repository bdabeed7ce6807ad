"""An error that came with the status 200 is of its own class, and in the provider's words, however it is wrapped."""

import json

import pytest

from workbench.asking.wire.error_bodies import error_in
from workbench.asking.wire.streams import check_body, read_plain, unwrapped
from workbench.errors import CallError

WRAPPED = {
    "apigee's quota": (
        {
            "fault": {
                "faultstring": "Quota limit exceeded",
                "detail": {"errorcode": "policies.ratelimit.QuotaViolation"},
            }
        },
        "RateLimited",
    ),
    "apigee's arrest": ({"fault": {"faultstring": "Spike arrest violation. Allowed rate : 5ps"}}, "RateLimited"),
    "apigee's key": ({"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "x"}}}, "AuthError"),
    "kong's limit": ({"message": "API rate limit exceeded"}, "RateLimited"),
    "kong's upstream": (
        {"message": "An invalid response was received from the upstream server", "request_id": "1"},
        "ServerBusy",
    ),
    "kong's route": ({"message": "no Route matched with those values"}, "NotFound"),
    "kong's key": ({"message": "No API key found in request"}, "AuthError"),
    "lambda's answer": ({"statusCode": 503, "body": "no worker is free"}, "ServerBusy"),
    "lambda's answer in JSON": (
        {"statusCode": 429, "headers": {}, "body": '{"error": {"message": "slow down, please"}}'},
        "RateLimited",
    ),
    "lambda's answer with a key": ({"statusCode": "401", "body": '{"message": "who are you"}'}, "AuthError"),
    "lambda's time": (
        {"errorMessage": "2026-11-29T10:00:00Z 7 Task timed out after 30.03 seconds", "errorType": "Sandbox.Timedout"},
        "ServerBusy",
    ),
    "api gateway's time": ({"message": "Endpoint request timed out"}, "ServerBusy"),
    "api gateway's server": ({"message": "Internal server error"}, "ServerBusy"),
    "api gateway's token": ({"message": "Missing Authentication Token"}, "AuthError"),
    "api gateway's limit": ({"message": "Too Many Requests"}, "RateLimited"),
    "a code and a msg": ({"code": 429, "msg": "slow down, please"}, "RateLimited"),
    "a code in words": ({"code": "401", "msg": "who are you", "data": None}, "AuthError"),
    "a 503 with data": ({"code": 503, "message": "no worker is free", "data": {}}, "ServerBusy"),
    "no success": ({"success": False, "message": "rate limit reached", "result": None}, "RateLimited"),
    "no success, with a code": ({"success": False, "code": 401, "message": "who are you"}, "AuthError"),
    "detail": ({"detail": "Not authenticated"}, "AuthError"),
    "detail of a limit": ({"detail": "Rate limit exceeded: 5 per 1 minute"}, "RateLimited"),
    "detail of a request": (
        {"detail": [{"loc": ["body", "messages"], "msg": "field required", "type": "value_error.missing"}]},
        "BadRequest",
    ),
    "a problem": ({"type": "about:blank", "title": "Too many", "status": 429, "detail": "slow down"}, "RateLimited"),
    "baidu": ({"error_code": 18, "error_msg": "Open api qps request limit reached; rate limit"}, "RateLimited"),
    "tencent": ({"Response": {"Error": {"Code": "AuthFailure", "Message": "who are you"}}}, "AuthError"),
    "grpc": ({"code": 14, "message": "no healthy upstream", "details": []}, "ServerBusy"),
    "grpc's limit": ({"code": 8, "message": "it is exhausted", "details": []}, "RateLimited"),
    "dashscope": ({"code": "Throttling.RateQuota", "message": "slow down", "request_id": "r"}, "RateLimited"),
    "old vllm": ({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}, "BadRequest"),
    "azure's apim": ({"statusCode": 429, "message": "Rate limit is exceeded. Try again in 5 seconds."}, "RateLimited"),
    "azure's apim, the key": ({"statusCode": 401, "message": "Access denied: no subscription key."}, "AuthError"),
    "a firewall's": ({"statusCode": 403, "body": "Forbidden"}, "Blocked"),
}


@pytest.mark.parametrize("case", WRAPPED.values(), ids=WRAPPED)
def test_an_error_in_a_wrapper_has_its_class_and_the_providers_words(case):
    body, kind = case
    with pytest.raises(CallError) as failure:
        check_body(read_plain(json.dumps(body).encode(), content_length=None))
    assert type(failure.value).__name__ == kind
    said = next(text for text in texts(body) if len(text.split()) > 1 or text in ("Forbidden",))
    assert said in str(failure.value)


def texts(value):
    if isinstance(value, str):
        yield from texts(json.loads(value)) if value.startswith("{") else [value]
    elif isinstance(value, dict):
        for name in sorted(value, key=lambda name: name not in ("message", "msg", "detail", "error_msg", "body")):
            yield from texts(value[name])
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


NO_ERRORS = [
    {"choices": [{"message": {"content": "9"}}], "message": "ok", "code": 0},
    {"id": "1", "object": "chat.completion.chunk", "choices": [], "usage": {"prompt_tokens": 9}},
    {"id": "1", "model": "m", "usage": {"prompt_tokens": 9}},
    {"type": "ping"},
    {"message": "your request is queued"},
    {"data": {"choices": [{"message": {"content": "9"}}]}},
]


@pytest.mark.parametrize("body", NO_ERRORS, ids=map(str, range(len(NO_ERRORS))))
def test_what_is_no_error_is_none(body):
    assert error_in(body) is None


def test_wrappers_in_wrappers_come_to_an_end():
    body = {"code": 500}
    for _ in range(900):
        body = {"result": body}
    assert error_in(body) is None


INNER = {"choices": [{"message": {"content": "9"}, "finish_reason": "stop"}]}


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "msg": "success", "data": INNER},
        {"result": INNER, "success": True, "errors": [], "messages": []},
        {"statusCode": 200, "body": json.dumps(INNER)},
    ],
)
def test_a_completion_that_a_gateway_wrapped_is_read(body):
    assert unwrapped(body) == INNER
    assert unwrapped(INNER) is INNER
