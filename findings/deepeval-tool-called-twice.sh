#!/usr/bin/env bash
# deepeval 4.3.1: an agent that makes exactly the calls that were expected gets 0.5 where two of them are alike.
#
# Behaviour: `ToolCorrectnessMetric` keeps the calls that it has matched in a set and skips whatever is in it. Two calls with
#   the same name, arguments and output are one to a set, so the second expected call finds none: 0.5 for two, 0.33 (failed)
#   for three. The reason says "missing tools []". With `should_exact_match` or `should_consider_ordering` the same calls
#   get 1.0. Calls made too often cost nothing in the other direction: three for the one expected are 1.0.
# Surprising: expected and called are the same list. Agents poll, retry and call tools without arguments, so that equal
#   calls are common; whoever names tools only, without arguments, gets it for every tool that is used twice.
# Expected: 1.0 for equal lists, as the stricter modes say.
# Here: `in_order` and `at_most` (workbench/loops) count calls, alike or not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'deepeval==4.3.1' 'openai==3.3.0'

cat > expected <<'EXPECTED'
deepeval 4.3.1
two alike, as expected: 0.50, passed
  by name and arguments: 0.50, passed
  in order: 1.00, passed
  exactly: 1.00, passed
three alike, as expected: 0.33, failed
  by name and arguments: 0.33, failed
  in order: 1.00, passed
  exactly: 1.00, passed
two that differ, as expected: 1.00, passed
  by name and arguments: 1.00, passed
  in order: 1.00, passed
  exactly: 1.00, passed
three for the one expected: 1.00, passed
  by name and arguments: 1.00, passed
  in order: 1.00, passed
  exactly: 0.00, failed
reason of the first: Incomplete tool usage: missing tools []
EXPECTED

cat > run.py <<'PYTHON'
import os
from importlib.metadata import version

os.environ.update(DEEPEVAL_TELEMETRY_OPT_OUT="YES", DEEPEVAL_FILE_SYSTEM="READ_ONLY", OPENAI_API_KEY="none")

from deepeval.metrics import ToolCorrectnessMetric
from deepeval.test_case import LLMTestCase, ToolCall, ToolCallParams


def told(calls, expected, **options):
    metric = ToolCorrectnessMetric(async_mode=False, **options)
    called = [ToolCall(name=name, input_parameters=arguments) for name, arguments in calls]
    wanted = [ToolCall(name=name, input_parameters=arguments) for name, arguments in expected]
    case = LLMTestCase(input="Is it done?", actual_output="Yes.", tools_called=called, expected_tools=wanted)
    metric.measure(case, _show_indicator=False)
    return f"{metric.score:.2f}, {'passed' if metric.is_successful() else 'failed'}", metric.reason


print("deepeval", version("deepeval"))
poll, other = ("status", {"job": 7}), ("status", {"job": 8})
arguments = {"evaluation_params": [ToolCallParams.INPUT_PARAMETERS]}
for what, calls, expected in (
    ("two alike, as expected", [poll, poll], [poll, poll]),
    ("three alike, as expected", [poll] * 3, [poll] * 3),
    ("two that differ, as expected", [poll, other], [poll, other]),
    ("three for the one expected", [poll] * 3, [poll]),
):
    print(f"{what}: {told(calls, expected)[0]}")
    print(f"  by name and arguments: {told(calls, expected, **arguments)[0]}")
    print(f"  in order: {told(calls, expected, should_consider_ordering=True)[0]}")
    print(f"  exactly: {told(calls, expected, should_exact_match=True)[0]}")
print("reason of the first:", told([poll, poll], [poll, poll])[1].split("Reason: ")[1].split("; ")[0])
PYTHON

venv/bin/python run.py 2> log | grep -v '^Warning: DeepEval is configured\|^written to disk' | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
