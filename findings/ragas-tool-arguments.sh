#!/usr/bin/env bash
# ragas 0.4.3: a tool call with arguments that nobody asked for is fully accurate, and a call made thrice is a call.
#
# Behaviour: `ToolCallAccuracy` looks only at the arguments that the reference names, and compares them as texts: a call that
#   adds `recursive=True` gets 1.0, as does "5" for 5, "True" for true and "None" for null. `ToolCallF1` is strict about all
#   of these (0.0), and puts calls into sets: three payments for the one expected get 1.0, as does one for three.
# Surprising: the function that compares them is called `exact_match_args`, and each of the two metrics passes what the
#   other one fails. What each misses costs money: a flag that was made up, an order that was placed again.
# Expected: an argument that the reference does not have counts against the call, and a call counts as often as it is made.
# Here: `at_most` counts calls, and `called` compares values as JSON has them (workbench/loops); it too lets arguments
#   that are not named be anything, which it says.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'ragas==0.4.3' 'langchain-community==0.3.31' 'openai==3.3.0' \
    'instructor==1.17.0'

cat > expected <<'EXPECTED'
ragas 0.4.3
as wanted: accuracy 1.0, F1 1.0
with a flag more: accuracy 1.0, F1 0.0
another path: accuracy 0.0, F1 0.0
a text for a number: accuracy 1.0, F1 0.0
a text for nothing: accuracy 1.0, F1 0.0
three for one: accuracy 0.0, F1 1.0
one for three: accuracy 0.0, F1 1.0
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

from ragas.messages import AIMessage, HumanMessage, ToolCall
from ragas.metrics.collections import ToolCallAccuracy, ToolCallF1

print("ragas", version("ragas"))


def of(metric, calls, wanted):
    talk = [HumanMessage(content="Do it."), AIMessage(content="", tool_calls=calls)]
    return asyncio.run(metric.ascore(user_input=talk, reference_tool_calls=wanted)).value


def call(name, **arguments):
    return ToolCall(name=name, args=arguments)


delete, pay = call("delete", path="drafts"), call("pay", dollars=5)
for what, calls, wanted in (
    ("as wanted", [delete], [delete]),
    ("with a flag more", [call("delete", path="drafts", recursive=True)], [delete]),
    ("another path", [call("delete", path="all")], [delete]),
    ("a text for a number", [call("pay", dollars="5")], [pay]),
    ("a text for nothing", [call("find", after="None")], [call("find", after=None)]),
    ("three for one", [pay] * 3, [pay]),
    ("one for three", [pay], [pay] * 3),
):
    print(f"{what}: accuracy {of(ToolCallAccuracy(), calls, wanted):.1f}, F1 {of(ToolCallF1(), calls, wanted):.1f}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
