#!/usr/bin/env bash
# datasets 5.2.0 (pyarrow 26.0.1): answers that are dates leave as numbers of thirteen digits, by way of JSON lines.
#
# Behaviour: `load_dataset("json", …)` reads a column of texts such as "2024-01-05" as timestamps, and `to_json` writes
#   timestamps as milliseconds: 1704412800000. One answer that is no date, and the whole column stays text. A CSV file of
#   the same rows stays text, as does `Dataset.from_list`; `to_csv` writes the dates as they were.
# Surprising: a file that is read and written without a change has other answers in it, and the type of every answer
#   hangs on all the others. No reply of a model will ever be equal to 1704412800000.
# Expected: a JSON string stays one; or it is written as it was read.
# Here: workbench/tasks writes a timestamp without a time of day as its date again, and where all targets of a file are
#   whole days in milliseconds, it reads them as dates and says so (tests/tasks/test_shapes.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'datasets==5.2.0' 'pyarrow==26.0.1' 'pandas==3.1.1'

cat > expected <<'EXPECTED'
datasets 5.2.0, pyarrow 26.0.1, pandas 3.1.1
from JSON lines: timestamp[s]
  {"answer":1704412800000}
  {"answer":1703980800000}
from JSON lines, one answer more, "never": string
  {"answer":"2024-01-05"}
  {"answer":"2023-12-31"}
  {"answer":"never"}
from a list: string
  {"answer":"2024-01-05"}
  {"answer":"2023-12-31"}
EXPECTED

cat > run.py <<'PYTHON'
import json
import os
from importlib.metadata import version
from pathlib import Path

os.environ["HF_DATASETS_OFFLINE"] = os.environ["HF_HUB_OFFLINE"] = "1"

import datasets

datasets.disable_progress_bars()
print(", ".join(f"{name} {version(name)}" for name in ("datasets", "pyarrow", "pandas")))
rows = [{"answer": "2024-01-05"}, {"answer": "2023-12-31"}]


def through_json(name: str, rows: list[dict[str, str]]) -> datasets.Dataset:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return datasets.load_dataset("json", data_files=name, split="train", cache_dir="kept")


for told, made in (
    ("from JSON lines", through_json("dates.jsonl", rows)),
    ('from JSON lines, one answer more, "never"', through_json("more.jsonl", [*rows, {"answer": "never"}])),
    ("from a list", datasets.Dataset.from_list(rows)),
):
    print(f"{told}: {made.features['answer'].dtype}")
    made.to_json("written.jsonl")
    print("".join(f"  {line}\n" for line in Path("written.jsonl").read_text().splitlines()), end="")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
