"""What a refusal means and how far it reaches: one cell, one model, one provider; in the words of many providers."""

import json
from types import SimpleNamespace

import pytest

from workbench.asking.wire.failures import status_error


def error(message, **more):
    return {"error": {"message": message, **more}}


FLAGGED = {
    "openrouter moderation": (
        403,
        error("Input was flagged", code=403, metadata={"reasons": ["violence"], "flagged_input": "how do I"}),
    ),
    "xai safety check": (
        403,
        {
            "code": "The caller does not have permission",
            "error": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO",
        },
    ),
    "openai policy": (400, error("Your request was rejected by our safety system.", code="content_policy_violation")),
    "openai reasoning": (400, error("Invalid prompt: flagged as potentially violating our usage policy.")),
    "azure": (
        400,
        error("The response was filtered", code="content_filter", innererror={"code": "ResponsibleAIPolicyViolation"}),
    ),
    "deepseek": (400, error("Content Exists Risk", type="invalid_request_error")),
    "dashscope": (400, error("Input data may contain inappropriate content.", code="data_inspection_failed")),
    "moonshot": (400, error("The request was rejected because it was considered high risk", type="content_filter")),
    "zhipu": (400, error("系统检测到输入或生成内容可能包含不安全或敏感内容", code="1301")),
    "new-api": (400, error("sensitive words detected: x", code="sensitive_words_detected")),
    "bedrock gateway": (400, error("Guardrail was enforced", type="guardrail_violation")),
    "gemini": (400, error("The prompt was blocked: PROHIBITED_CONTENT", status="INVALID_ARGUMENT")),
    "mistral": (403, error("The request was refused by content moderation", type="moderation_error")),
}

NO_MODEL = {
    "openai project": (
        403,
        error("Project `proj_x` does not have access to model `gpt-6`", code="model_not_found"),
        "NotFound",
    ),
    "openai unverified": (
        403,
        error("Your organization must be verified to use the model `o3`."),
        "AuthError",
    ),
    "openai gone": (404, error("The model `gpt-3` does not exist or you do not have access to it"), "NotFound"),
    "openrouter id": (400, error("acme/nothing is not a valid model ID", code=400), "NotFound"),
    "openrouter policy": (404, error("No endpoints found matching your data policy", code=404), "NotFound"),
    "deepseek name": (400, error("Model Not Exist", type="invalid_request_error"), "NotFound"),
    "dashscope unpurchased": (
        403,
        error("Access to model denied. Please make sure you are eligible.", code="AccessDenied.Unpurchased"),
        "AuthError",
    ),
    "groq terms": (
        400,
        error("The model requires terms acceptance", code="model_terms_required"),
        "NotFound",
    ),
    "litellm key": (
        401,
        error("key not allowed to access model. This key can only access models=['a']", type="key_model_access_denied"),
        "AuthError",
    ),
    "new-api token": (403, error("该令牌无权访问模型 gpt-6"), "AuthError"),
    "xai team": (403, error("Your team is not authorized to use model grok-4.7"), "AuthError"),
    "moonshot": (404, error("Not found the model or Permission denied", type="resource_not_found_error"), "NotFound"),
}

KEY = {
    "plain": (401, error("Incorrect API key provided", code="invalid_api_key")),
    "gemini 400": (400, error("API key not valid. Please pass a valid API key.", status="INVALID_ARGUMENT")),
    "xai 400": (400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***"}),
    "region": (403, error("Country, region, or territory not supported", code="unsupported_country_region_territory")),
    "html": (401, "<html>Unauthorized</html>"),
    "empty": (401, ""),
    "in capitals": (403, {"Message": "The security token included in the request is invalid."}),
}

NO_MONEY = {
    "openai": (429, error("You exceeded your current quota", code="insufficient_quota"), "provider"),
    "openrouter 402": (402, error("Insufficient credits", code=402), "provider"),
    "openrouter 403": (403, error("Budget limit exceeded for this key", code=403), "provider"),
    "openrouter key": (403, error("Key limit exceeded (monthly limit)", code=403), "provider"),
    "anthropic": (400, error("Your credit balance is too low to access the API"), "provider"),
    "xai": (403, error("Your team has used all available credits or reached its monthly spending limit"), "provider"),
    "dashscope": (
        400,
        error("Access denied, make sure your account is paid", code="Arrearage"),
        "provider",
    ),
    "dashscope free": (403, error("The free tier is used up", code="AllocationQuota.FreeTierOnly"), "provider"),
    "novita": (403, {"code": 403, "reason": "NOT_ENOUGH_BALANCE", "message": "not enough balance"}, "provider"),
    "siliconflow": (403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}, "provider"),
    "new-api": (403, error("user quota is not enough", code="insufficient_user_quota"), "provider"),
    "gemini daily": (
        429,
        error(
            "You exceeded your current quota. Please migrate to another model.",
            details=[
                {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "9s"},
            ],
        ),
        "model",
    ),
    "openai daily": (429, error("Rate limit reached for gpt-6 on requests per day (RPD): Limit 200"), "model"),
    "fireworks": (412, error("Account x is suspended, possibly due to reaching the spending limit."), "provider"),
    "groq daily": (429, error("Rate limit reached for model `a` on tokens per day (TPD): Limit 500000"), "model"),
}

WAIT = {
    "plain": (429, error("slow down")),
    "gemini per minute": (
        429,
        error(
            "You exceeded your current quota, please check your plan and billing details.",
            details=[{"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]}],
        ),
    ),
    "gemini that names a pause alone": (
        429,
        error(
            "You exceeded your current quota, please check your plan and billing details.",
            details=[{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "9s"}],
        ),
    ),
    "moonshot rpm": (429, error("Your account reached organization max RPM: 3", type="rate_limit_reached_error")),
    "groq tpm": (429, error("Rate limit reached for model `a` on tokens per minute (TPM): Limit 6000")),
    "text": (429, "Too Many Requests"),
    "list": (429, ["odd"]),
}


def said(case):
    failure = status_error(case[0], {}, case[1])
    return type(failure).__name__, failure.scope


@pytest.mark.parametrize("case", FLAGGED.values(), ids=FLAGGED)
def test_a_prompt_that_is_flagged_concerns_its_own_cell(case):
    assert said(case) == ("BadRequest", "cell")


@pytest.mark.parametrize("case", NO_MODEL.values(), ids=NO_MODEL)
def test_a_model_that_this_key_may_not_use_concerns_that_model(case):
    assert said(case) == (case[2], "model")


@pytest.mark.parametrize("case", KEY.values(), ids=KEY)
def test_a_wrong_key_concerns_its_provider(case):
    assert said(case) == ("AuthError", "provider")


@pytest.mark.parametrize("case", NO_MONEY.values(), ids=NO_MONEY)
def test_money_that_is_out_concerns_the_account_and_a_daily_limit_the_model(case):
    assert said(case) == ("QuotaExhausted", case[2])


@pytest.mark.parametrize("case", WAIT.values(), ids=WAIT)
def test_a_limit_that_passes_is_waited_for(case):
    assert said(case) == ("RateLimited", "cell")


def test_a_budget_in_flight_frees_itself_where_a_time_is_named():
    body = error("In-flight budget is used", code=402, metadata={"limit_source": "openrouter_in_flight_budget"})
    with_time = status_error(402, {"retry-after": "3"}, body)
    assert (type(with_time).__name__, with_time.retry_after_seconds) == ("RateLimited", 3.0)
    assert type(status_error(402, {}, body)).__name__ == "QuotaExhausted"


def test_an_error_of_any_shape_has_a_class():
    for body in (
        None,
        [],
        {},
        {"error": None},
        {"error": []},
        {"error": {"message": None}},
        {"error": {"code": {}}},
        7,
    ):
        for status in (300, 400, 401, 402, 403, 404, 407, 418, 429, 451, 500, 599, 999):
            assert str(status_error(status, {}, json.loads(json.dumps(body))))


MISTAKES = {
    "tools": "Failed to parse tools: Missing tool function: {}; tools = [{}]",
    "type": "[json.exception.type_error.302] type must be string, but is number",
    "roles": "Conversation roles must alternate user/assistant/user/assistant/...",
    "template": "Unable to generate parser for this template.",
    "picture": "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
    "schema": "JSON schema conversion failed: Unrecognized schema: {}",
    "prefill": "Assistant response prefill is incompatible with enable_thinking.",
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_request_that_llamacpp_answers_with_500_is_one(text):
    body = {"error": {"code": 500, "message": text, "type": "server_error"}}
    assert said((500, body))[0] == "BadRequest"
    assert said((503, body))[0] == "ServerBusy"


def test_any_other_500_is_a_busy_server():
    assert said((424, {"message": "The system encountered an error"}))[0] == "ServerBusy"
    assert said((498, error("flex tier capacity exceeded", code="capacity_exceeded")))[0] == "ServerBusy"
    assert said((500, error("Internal error: failed to decode the batch")))[0] == "ServerBusy"
    assert said((500, error("Failed to parse input at pos 3: ")))[0] == "ServerBusy"  # of what the model wrote


@pytest.mark.parametrize("posted", [False, True])
def test_an_error_of_the_wire_is_its_own_whatever_else_it_is(posted):
    import aiohttp

    from workbench.asking.wire.failures import classified, of_the_wire

    far = "https://far.example/v1"
    for error, unsent in [
        (aiohttp.ConnectionTimeoutError("connecting"), True),  # each a TimeoutError, an OSError or a ValueError as well
        (aiohttp.InvalidURL("http://["), True),
        (aiohttp.SocketTimeoutError("silence"), not posted),
        (aiohttp.ClientOSError(104, "reset"), not posted),
    ]:
        assert of_the_wire(error)
        found = classified(error, far, status=None, posted=posted)
        assert type(found).__name__ == ("NotSent" if unsent else "OutcomeUnknown"), error
    assert not any(map(of_the_wire, (TimeoutError(), OSError(28, "full"), ValueError("x"))))


def test_an_address_at_which_nothing_listens_is_said_without_the_words_of_a_library():
    import aiohttp

    from workbench.asking.wire.failures import classified

    refused = aiohttp.ClientConnectorError(
        SimpleNamespace(host="127.0.0.1", port=9, ssl=True), ConnectionRefusedError()
    )
    found = classified(refused, "http://127.0.0.1:9/v1", status=None, posted=False)
    assert str(found) == (
        "no connection to http://127.0.0.1:9/v1: nothing listens there; start the server, or correct its address"
    )
