"""Crazyrouter and other one-api gateways: what arrives behind one is what the model said, errors are of their kind."""

import dataclasses

import pytest
from fakes.gateways import NewApi, delta

import workbench as wb
from workbench.errors import AuthError, BadRequest, NotFound, QuotaExhausted, RateLimited, ServerBusy
from workbench.providers.facts import _added, known_providers

MODEL = "crazyrouter/deepseek-v4-pro"
USAGE = {"prompt_tokens": 9, "completion_tokens": 30, "total_tokens": 39}
THOUGHT = [delta(thinking="4 and 5 "), delta(thinking="make 9.")]
ANSWERED = [*THOUGHT, delta("It is "), delta("9."), delta(finish="stop", usage=USAGE)]


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setenv("CRAZYROUTER_API_KEY", "sk-1234567890abcdef")

    def ask(server, **options):
        known = known_providers()["crazyrouter"]
        facts = {name: options.pop(name) for name in ("stream_usage", "streams") if name in options}
        _added["crazyrouter"] = dataclasses.replace(known, base_url=server.base_url, **facts)
        return wb.ask("What is 4 + 5?", model=MODEL, max_tokens=100, **options)

    return ask


@pytest.mark.parametrize("in_tags", [False, True], ids=["a field", "tags in the stream"])
def test_thinking_is_told_from_answer_either_way(asked, in_tags):
    with NewApi(ANSWERED, in_tags=in_tags) as server:
        reply = asked(server)
    assert (reply.thinking.strip(), reply.answer, reply.outcome) == ("4 and 5 make 9.", "It is 9.", "answered")
    assert (reply.served_model, reply.request_id) == ("upstream-name", "2026112900000000001")
    assert reply.usage.completion_tokens == 30


def test_a_thought_in_tags_that_is_cut_is_never_closed_and_no_answer(asked):
    with NewApi([*THOUGHT, delta(finish="length", usage=USAGE)], in_tags=True) as server:
        reply = asked(server)
    assert (reply.thinking.strip(), reply.answer, reply.outcome) == ("4 and 5 make 9.", "", "thinking_exhausted")


def test_where_it_drops_the_end_the_reply_is_whole_and_its_reason_unknown(asked):
    with NewApi(ANSWERED) as server:
        reply = asked(server, stream_usage=False)
    assert (reply.answer, reply.outcome, reply.finish_reason) == ("It is 9.", "answered", "unknown")
    assert reply.usage.completion_tokens is None


def test_a_whole_body_keeps_its_field(asked):
    message = {"role": "assistant", "content": "It is 9.", "reasoning_content": "4 and 5 make 9."}
    body = {
        "id": "c1",
        "model": "upstream-name",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    with NewApi([], whole={**body, "usage": USAGE}, in_tags=True) as server:
        reply = asked(server, streams=False)
    assert (reply.thinking, reply.answer) == ("4 and 5 make 9.", "It is 9.")


@pytest.mark.parametrize("in_tags", [False, True], ids=["a field", "tags in the stream"])
def test_what_the_gateway_counts_by_itself_is_all_that_is_counted(asked, in_tags):
    silent = [delta(thinking="4 and 5 "), delta("It is 9."), delta(finish="stop")]
    with NewApi(silent, in_tags=in_tags) as server:
        reply = asked(server)
    assert (reply.thinking.strip(), reply.answer, reply.outcome) == ("4 and 5", "It is 9.", "answered")
    assert reply.usage.completion_tokens == 6
    assert reply.usage.thinking_tokens_source == "estimated"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ((500, "get_channel_failed", "分组 default 下模型无可用渠道"), ServerBusy),
        ((403, "insufficient_user_quota", "用户额度不足"), QuotaExhausted),
        ((400, "sensitive_words_detected", "sensitive words detected: x"), BadRequest),
        ((401, "", "无效的令牌"), AuthError),
        ((503, "channel:no_available_key", "no enabled keys"), ServerBusy),
        ((500, "model_not_found", "当前分组 default 下对于模型 x 无可用渠道"), NotFound),
        ((500, "model_price_error", "模型 x 倍率或价格未配置"), NotFound),
        ((500, "pre_consume_token_quota_failed", "token quota is not enough"), QuotaExhausted),
        ((500, "insufficient_user_quota", "用户额度不足"), QuotaExhausted),
        ((500, "sensitive_words_detected", "x"), BadRequest),
        ((501, "api_not_implemented", "API not implemented"), BadRequest),
        ((429, "", "当前分组上游负载已饱和，请稍后再试"), RateLimited),
        ((413, "", "request body too large"), BadRequest),
        ((404, "", "Invalid URL (POST /v1/chat/completion)"), NotFound),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_its_own_errors_are_classed_by_what_is_to_be_done(asked, error, kind, quick):
    with NewApi([], error=error) as server, pytest.raises(kind):
        asked(server)
