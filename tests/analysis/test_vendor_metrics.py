"""The metrics of Moonshot's verifiers, by their own definitions."""

import math

from probed import BAD, GOOD, asked, seen, usage

from workbench.analysis.vendor_metrics import METRICS, vendor_metrics


def test_calls_are_counted_by_finish_reason_whatever_a_reply_holds():
    replies = [
        asked(1, GOOD),
        asked(2, GOOD, BAD),
        asked(3, GOOD, reason="stop"),
        seen("tools", "4", tools=[{"name": "weigh"}], should=False, reason="tool_calls", answer="9"),
        seen("tools", "5", tools=[{"name": "weigh"}], should=False, answer="9"),
        seen("tools", "6", tools=[{"name": "weigh"}], error="500"),
        seen("cap", answer="9"),
    ]
    found = vendor_metrics(replies)
    assert list(found) == list(METRICS)
    assert (found["success_count"], found["failure_count"]) == (5, 1)
    assert (found["finish_stop"], found["finish_tool_calls"], found["finish_others"]) == (2, 3, 0)
    assert (found["successful_tool_call_count"], found["schema_validation_error_count"]) == (1, 2)
    assert found["schema_accuracy"] == 1 / 3
    assert found["tool_call_json_schema"] == 3 / 4
    assert (found["tool_call_precision"], found["tool_call_recall"]) == (2 / 3, 2 / 3)
    assert math.isclose(found["tool_call_f1"], 2 / 3)
    assert math.isnan(found["prompt_tokens"])


def test_the_first_host_is_the_truth_where_there_is_one():
    def counted(number, tokens, *calls):
        reason = "tool_calls" if calls else "stop"
        return seen("tools", str(number), tools=[{"name": "weigh"}], calls=calls, reason=reason, usage=usage(tokens, 9))

    found = vendor_metrics([counted(1, 30, GOOD), counted(2, 41)], [counted(1, 30, GOOD), counted(2, 40, GOOD)])
    assert (found["tool_call_precision"], found["tool_call_recall"]) == (1.0, 0.5)
    assert found["prompt_tokens"] == 0.5


def test_nothing_is_counted_of_nothing():
    found = vendor_metrics([])
    assert found["success_count"] == 0
    assert math.isnan(found["schema_accuracy"])
    assert math.isnan(found["tool_call_f1"])
