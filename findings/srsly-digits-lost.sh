#!/usr/bin/env bash
# srsly 2.5.6: of a small cost nothing is left, and a whole number of 21 digits is read as another whole number.
#
# Behaviour: `json_dumps`, `write_json`, `write_jsonl` and `write_gzip_json` write nine or ten places after the point:
#   0.123456789012345 becomes 0.123456789, and the price 0.000000000012 becomes 0.0. With `sort_keys=True` all digits are
#   kept. `json_loads`, `read_json` and `read_jsonl` read 123456789012345678901 as 12776324570088369205 (what is left
#   after 64 bits), without an error; and 0.1234567890123456 as 0.12345678901234501, a number of another last bit.
# Surprising: it is used in the place of Python's `json`, and a switch that orders keys decides whether numbers keep
#   their value. Rows of evaluations hold costs and probabilities per token; targets of tasks in number theory have more
#   than 19 digits. Neither its README nor the docstrings of these functions say a word about digits.
# Expected: a float is written so that it comes back the same; an integer that is too large comes whole or as an error.
# Here: rows are written and read with all their digits; srsly is not used.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'srsly==2.5.6'

cat > expected <<'EXPECTED'
srsly 2.5.6
0.123456789012345 is written as {"cost":0.123456789}, with sorted keys as {"cost":0.123456789012345}
1.2e-11 is written as {"cost":0.0}, with sorted keys as {"cost":1.2e-11}
0.30000000000000004 is written as {"cost":0.3}, with sorted keys as {"cost":0.30000000000000004}
lines written and read again: [{'cost': 0.0}]
123456789012345678901 is read as 12776324570088369205
0.1234567890123456 is read as 0.12345678901234501
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import srsly

print("srsly", version("srsly"))
for cost in (0.123456789012345, 1.2e-11, 0.1 + 0.2):
    row = {"cost": cost}
    print(f"{cost} is written as {srsly.json_dumps(row)}, with sorted keys as {srsly.json_dumps(row, sort_keys=True)}")
srsly.write_jsonl("rows.jsonl", [{"cost": 1.2e-11}])
print("lines written and read again:", list(srsly.read_jsonl("rows.jsonl")))
for text in ("123456789012345678901", "0.1234567890123456"):
    print(f"{text} is read as {srsly.json_loads('[' + text + ']')[0]!r}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
