"""What a reply is warned of: switches that had no effect, tags without a partner, replies out of a gateway's cache."""

import pytest

from workbench.replies.doubts import said_aloud
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from

COUNTS = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
CALL = {"id": "a", "type": "function", "function": {"name": "cow", "arguments": "{}"}}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("cow", "hen")]


def record(message, *, asked=None, finish_reason="stop", usage=COUNTS, version=2, streamed=False, **more):
    return {
        "version": version,
        "key": "0" * 64,
        "request": {"model_id": "own/m", "body": {"model": "m", "messages": [], **(asked or {})}, "sample": 0},
        "response": {"choices": [{"message": message, "finish_reason": finish_reason}], "usage": usage},
        "streamed": streamed,
        "status": 200,
        "request_id": None,
        "seconds": 1.0,
        "seconds_to_first_token": None,
        "seconds_to_answer": None,
        "attempts": 1,
        "usd": None,
        "usd_source": "unknown",
        "created_at": "2026-01-01T00:00:00+00:00",
        "workbench": "0",
        **more,
    }


def warnings_of(message, reading=None, **more):
    message = {"content": message} if isinstance(message, str) else message
    return reply_from(record(message, **more), reading or Reading()).warnings


OFF = Reading(told_off="enable_thinking=False")
OPENS = Reading(told_off="enable_thinking=False", preopens=True)
DEMANDED = {"tools": TOOLS, "tool_choice": "required"}
JSON = {"response_format": {"type": "json_object"}}
ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}
NAMED = {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "hen"}}}


@pytest.mark.parametrize(
    ("message", "more", "words"),
    [
        pytest.param({"content": "4", "reasoning": "hm"}, {"reading": OFF}, "told not to", id="thought-yet"),
        pytest.param("<think>hm</think>4", {"reading": OFF}, "told not to", id="thought-in-the-text"),
        pytest.param(
            "4",
            {"reading": OFF, "usage": {**COUNTS, "completion_tokens_details": {"reasoning_tokens": 6}}},
            "told not to",
            id="thought-unseen",
        ),
        pytest.param("4", {"asked": {"tools": TOOLS, "tool_choice": "required"}}, "no tool was called", id="no-tool"),
        pytest.param("4", {"asked": NAMED}, "no tool was called", id="not-the-named-tool"),
        pytest.param({"content": None, "tool_calls": [CALL]}, {"asked": NAMED}, "'cow' was called", id="another-tool"),
        pytest.param(
            {"content": None, "tool_calls": [CALL]},
            {"asked": {"tools": TOOLS, "tool_choice": "none"}},
            "a tool was called",
            id="a-tool-though-none",
        ),
        pytest.param({"content": "", "reasoning": '{"n": 4}'}, {"asked": JSON}, "landed in the thinking", id="json"),
        pytest.param({"content": "", "reasoning": "yes"}, {"asked": {"grammar": "r"}}, "landed", id="grammar"),
        pytest.param("four", {"asked": JSON}, "no JSON", id="no-json"),
        pytest.param("four", {"asked": {"guided_json": {"type": "object"}}}, "no JSON", id="no-guided-json"),
        pytest.param("four", {"asked": {"structured_outputs": {"json": {"x": 1}}}}, "no JSON", id="no-structured-json"),
        pytest.param("four", {"asked": {"guided_choice": ["3", "4"]}}, "none of the choices", id="no-choice"),
        pytest.param(
            "four", {"asked": {"structured_outputs": {"choice": ["3", "4"]}}}, "none of the choices", id="no-structured"
        ),
        pytest.param(
            "4", {"asked": {"tools": TOOLS, "tool_choice": ALLOWED}}, "no tool was called", id="allowed-tools"
        ),
        pytest.param(
            "4", {"asked": {"tools": TOOLS, "tool_choice": ALLOWED["allowed_tools"]}}, "no tool", id="allowed-beside"
        ),
        pytest.param("hm\n</think>\n\n4", {}, "preopened", id="lone-closing-tag"),
        pytest.param("4</think>", {}, "preopened", id="lone-closing-tag-last"),
        pytest.param("7 is odd.</think>4", {"reading": OPENS}, "told not to", id="thought-behind-an-opened-tag"),
        pytest.param("4 END 5", {"asked": {"stop": ["x", "END"]}}, "which stop names", id="went-on-behind-a-stop"),
        pytest.param("4 END 5", {"asked": {"stop": "END"}}, "which stop names", id="went-on-behind-the-stop"),
        pytest.param("4", {"finish_reason": None}, "no finish reason", id="no-finish-reason"),
        pytest.param("4", {"finish_reason": "malformed_output"}, "not known here", id="unheard-of-finish-reason"),
        pytest.param("4", {"gateway_cache": "x-cache: HIT"}, "no new draw", id="gateway-header"),
        pytest.param("4", {"usage": dict.fromkeys(COUNTS, 0)}, "no new draw", id="nothing-counted"),
        pytest.param(
            {"content": [{"type": "text", "text": "2"}, {"type": "text", "text": "4"}]},
            {"version": 1, "streamed": True},
            "out of order",
            id="kept-out-of-order",
        ),
    ],
)
def test_a_reply_is_warned_of(message, more, words):
    found = warnings_of(message, **more)
    assert len([text for text in found if words in text]) == 1, found


@pytest.mark.parametrize(
    ("message", "more"),
    [
        pytest.param("4", {"reading": OFF}, id="told-off-and-silent"),
        pytest.param({"content": "4", "reasoning": "hm"}, {}, id="nobody-told-it-off"),
        pytest.param(
            {"content": None, "tool_calls": [CALL]}, {"asked": {"tools": TOOLS, "tool_choice": "required"}}, id="called"
        ),
        pytest.param("", {"asked": {"tools": TOOLS, "tool_choice": "required"}, "finish_reason": "length"}, id="cut"),
        pytest.param({"content": '{"n": 4}', "reasoning": "hm"}, {"asked": JSON}, id="json-in-its-place"),
        pytest.param("Write `</think>` last.", {}, id="tag-in-code"),
        pytest.param("So:\n```\n</think>\n```\n", {}, id="tag-in-a-fence"),
        pytest.param("The tag </think> ends it.", {}, id="tag-spoken-of"),
        pytest.param("<think>hm</think>4", {}, id="tags-in-pairs"),
        pytest.param("4", {"usage": {}}, id="no-counts"),
        pytest.param("4", {"reading": OPENS}, id="a-tag-that-the-template-closed"),
        pytest.param("4 END\n", {"asked": {"stop": ["END"]}}, id="a-stop-left-at-the-end"),
        pytest.param("\n\n4", {"asked": {"stop": ["\n\n"]}}, id="white-space-in-front"),
        pytest.param({"content": "", "reasoning": "hm", "tool_calls": [CALL]}, {}, id="called-after-a-thought"),
        pytest.param("4", {"asked": {"guided_choice": ["3", "4"]}}, id="one-of-the-choices"),
        pytest.param("4", {"asked": {"tools": TOOLS, "tool_choice": {"mode": "auto"}}}, id="a-tool-or-none"),
    ],
)
def test_a_reply_is_not_warned_of(message, more):
    assert warnings_of(message, **more) == ()


def test_a_thought_that_a_template_opened_though_told_off_is_no_answer():
    read = reply_from(record({"content": "7 is odd.</think>\n\n4"}), OPENS)
    assert (read.thinking, read.answer) == ("7 is odd.", "4")
    stray = reply_from(record({"content": "4</think>\n\n"}), OPENS)
    assert (stray.thinking, stray.answer) == ("", "4")


def test_only_a_tag_that_stands_in_the_answer_is_said_aloud():
    assert len(said_aloud(warnings_of("hm\n</think>\n\n4"))) == 1
    assert said_aloud(warnings_of("4</think>")) == said_aloud(warnings_of("4", finish_reason=None)) == []


def test_text_that_an_old_record_put_in_front_of_the_thinking_belongs_behind_it():
    parts = [{"type": "text", "text": "2"}, {"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "4"}]
    old = reply_from(record({"content": parts}, version=1, streamed=True), Reading())
    new = reply_from(record({"content": parts}, version=2, streamed=True), Reading())
    assert (old.answer, new.answer, old.warnings) == ("42", "24", ())
