#!/usr/bin/env bash
# json-repair 0.64.6: an answer of minus five becomes five, 10:30 becomes 10, and 10^6 becomes 10.
#
# Behaviour: in a reply that is not strict JSON, a value without quotation marks that begins with the minus of
#   typography (U+2212, as models write it in running text) or with a dash loses it: `{"answer": −5}` is read as 5. What
#   follows the digits is left out as well: of 10:30 the hour is kept, of 10^6 the base, of 5±1 the middle, of `4 out
#   of 5` the 4. Yet 3/4, 12-15 and 1,234 are kept whole, as texts; `"−5"` in quotation marks keeps its minus.
# Surprising: the result has the right type and passes a schema that asks for a number, so nothing tells that the value is
#   another; the log of repairs (`logging=True`) is empty for the minus.
# Expected: the value as a text where it is no number, as with 3/4; or the number with its sign.
# Here: `json_schema` (workbench/scorers) reads strict JSON alone and finds none in such an answer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'json-repair==0.64.6'

cat > expected <<'EXPECTED'
json-repair 0.64.6
{"answer": −5}: 5
{"answer": –5}: 5
{"answer": -5}: -5
{"answer": "−5"}: '−5'
{"answer": 10:30}: 10
{"answer": 10^6}: 10
{"answer": 5±1}: 5
{"answer": 4 out of 5}: 4
{"answer": 3/4}: '3/4'
{"answer": 12-15}: '12-15'
{"answer": 1,234}: '1,234'
what the log says of {"answer": −5}: []
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import json_repair

print("json-repair", version("json-repair"))
for said in ("−5", "–5", "-5", '"−5"', "10:30", "10^6", "5±1", "4 out of 5", "3/4", "12-15", "1,234"):
    text = '{"answer": ' + said + "}"
    print(f"{text}: {json_repair.loads(text)['answer']!r}")
print('what the log says of {"answer": −5}:', json_repair.loads('{"answer": −5}', logging=True)[1])
PYTHON

PYTHONIOENCODING=utf-8 venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
