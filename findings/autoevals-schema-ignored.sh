#!/usr/bin/env bash
# autoevals 0.4.1: the schema of `ValidJSON(schema=…)` is not used, and one in the call raises TypeError.
#
# Behaviour: an output that lacks a required property, or is a list where an object is asked for, scores 1: what is given
#   on construction is kept and never read. `ValidJSON()(output, schema=…)` raises TypeError. The one way that works is to
#   hand the schema over as `expected`, the place of the target, which is therefore taken for a schema wherever a
#   data set has targets.
# Surprising: the docstring documents `schema` as an argument of the constructor, and its example passes it there; the
#   score of 1 is the one that hides the mistake.
# Expected: 0, in either place.
# Here: `json_schema` (workbench/scorers) takes its schema from the task or from its own argument, and each is used
#   (tests/scorers).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'autoevals==0.4.1'

cat > expected <<'EXPECTED'
autoevals 0.4.1
{"name": "Ada", "age": 36}   on construction 1   in the call TypeError   as expected= 1
{"name": "Ada"}              on construction 1   in the call TypeError   as expected= 0
{}                           on construction 1   in the call TypeError   as expected= 0
["Ada", 36]                  on construction 1   in the call TypeError   as expected= 0
Ada, 36                      on construction 0   in the call TypeError   as expected= 0
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from autoevals import ValidJSON

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "number"}},
    "required": ["name", "age"],
}

print("autoevals", version("autoevals"))
for output in ('{"name": "Ada", "age": 36}', '{"name": "Ada"}', "{}", '["Ada", 36]', "Ada, 36"):
    constructed = ValidJSON(schema=SCHEMA)(output).score
    try:
        called = ValidJSON()(output, schema=SCHEMA).score
    except TypeError:
        called = "TypeError"
    expected = ValidJSON()(output, expected=SCHEMA).score
    print(f"{output:<28} on construction {constructed}   in the call {called}   as expected= {expected}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
