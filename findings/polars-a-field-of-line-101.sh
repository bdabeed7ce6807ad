#!/usr/bin/env bash
# polars 2.1.0: a field that first comes in line 101 of JSON lines is lost without a word, at the top and within objects.
#
# Behaviour: `read_ndjson`, `scan_ndjson`, `from_dicts` and `DataFrame(rows)` take the names of fields from the first 100
#   rows; what comes later under a new name is dropped, in structs too. No warning, no error. A later value of another
#   type does raise where lines are read (0.5 in a column that was 1 so far), so that the reading seems to be checked.
# Surprising: results of a sweep look like this: the first timeout, refusal or thought comes after hundreds of plain
#   replies, and `error` is then no column. 99 lines before it and it is one. DuckDB, pyarrow and pandas keep it.
# Expected: a field that is not in the schema raises, as a value that is not of its type does, or is kept.
# Here: a late field of a task is kept, as is a late column of rows (workbench/tasks, workbench/rows).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'polars==2.1.0' 'duckdb==2.0.1'

cat > expected <<'EXPECTED'
polars 2.1.0, duckdb 2.0.1
the last of 100 lines:
  read_ndjson {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  scan_ndjson {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  from_dicts {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  DataFrame {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  with infer_schema_length=None {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  by DuckDB [{"text": "", "thought": "hm"}, 0, "timed out"]
the last of 101 lines:
  read_ndjson {"reply": {"text": ""}, "right": 0}
  scan_ndjson {"reply": {"text": ""}, "right": 0}
  from_dicts {"reply": {"text": ""}, "right": 0}
  DataFrame {"reply": {"text": ""}, "right": 0}
  with infer_schema_length=None {"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"}
  by DuckDB [{"text": "", "thought": "hm"}, 0, "timed out"]
0.5 in line 101 of a column of 1: ComputeError
EXPECTED

cat > run.py <<'PYTHON'
import json
from importlib.metadata import version

import duckdb
import polars

print(f"polars {version('polars')}, duckdb {version('duckdb')}")


def told(read):
    try:
        return json.dumps(read())
    except Exception as error:
        return type(error).__name__


for before in (99, 100):
    rows = [{"reply": {"text": "fine"}, "right": 1} for _ in range(before)]
    rows.append({"reply": {"text": "", "thought": "hm"}, "right": 0, "error": "timed out"})
    with open("rows.jsonl", "w") as lines:
        lines.write("".join(json.dumps(row) + "\n" for row in rows))
    print(f"the last of {len(rows)} lines:")
    print("  read_ndjson", told(lambda: polars.read_ndjson("rows.jsonl").to_dicts()[-1]))
    print("  scan_ndjson", told(lambda: polars.scan_ndjson("rows.jsonl").collect().to_dicts()[-1]))
    print("  from_dicts", told(lambda: polars.from_dicts(rows).to_dicts()[-1]))
    print("  DataFrame", told(lambda: polars.DataFrame(rows).to_dicts()[-1]))
    print("  with infer_schema_length=None", told(lambda: polars.read_ndjson("rows.jsonl", infer_schema_length=None).to_dicts()[-1]))
    print("  by DuckDB", told(lambda: duckdb.sql("from 'rows.jsonl'").fetchall()[-1]))
with open("rows.jsonl", "w") as lines:
    lines.write('{"right": 1}\n' * 100 + '{"right": 0.5}\n')
print("0.5 in line 101 of a column of 1:", told(lambda: polars.read_ndjson("rows.jsonl").to_dicts()[-1]))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
