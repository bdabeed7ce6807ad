#!/usr/bin/env bash
# dateparser 1.5.0: a weekday in brackets behind a date takes its day or its year away.
#
# Behaviour: in "3 May 2024 (a Friday)" `search_dates` finds "May 2024 (a Friday)", the first of May; in "May 3, 2024 (a
#   Friday)" it finds two dates, May 3 of the year in which it is run and 2024 with the month of today. Without the
#   brackets, or with a comma in their place, the date is found whole.
# Surprising: the text found is given beside each date, and ends or begins within the very date that stands there. The
#   weekday is what a model adds to show that it checked the day; the answer without it would have been read rightly.
# Expected: the longest text that is a date, here all three of its parts.
# Here: `automatic` finds 2024-05-03 in each of these sentences (workbench/scorers/dates.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'dateparser==1.5.0'

cat > expected <<'EXPECTED'
dateparser 1.5.0
The date is 3 May 2024 (a Friday). -> 'May 2024 (a Friday)' = 2024-05-01
The date is May 3, 2024 (a Friday). -> 'May 3' = 2026-05-03, '2024 (a Friday)' = 2024-01-30
The date is May 3rd, 2024 (a Friday). -> 'May 3rd' = 2026-05-03, '2024 (a Friday)' = 2024-01-30
The date is 3 May 2024. -> '3 May 2024' = 2024-05-03
The date is May 3, 2024. -> 'May 3, 2024' = 2024-05-03
The date is Friday, May 3, 2024. -> 'Friday, May 3, 2024' = 2024-05-03
EXPECTED

cat > run.py <<'PYTHON'
from datetime import datetime
from importlib.metadata import version

from dateparser.search import search_dates

print("dateparser", version("dateparser"))
for said in (
    "The date is 3 May 2024 (a Friday).",
    "The date is May 3, 2024 (a Friday).",
    "The date is May 3rd, 2024 (a Friday).",
    "The date is 3 May 2024.",
    "The date is May 3, 2024.",
    "The date is Friday, May 3, 2024.",
):
    found = search_dates(said, languages=["en"], settings={"RELATIVE_BASE": datetime(2026, 11, 30)}) or []
    print(said, "->", ", ".join(f"{text!r} = {date:%Y-%m-%d}" for text, date in found))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
