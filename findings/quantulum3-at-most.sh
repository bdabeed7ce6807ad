#!/usr/bin/env bash
# quantulum3 0.10.0: "9 at most" is nine ampere-turns.
#
# Behaviour: the word "at" behind a number is taken for the unit At of magnetomotive force: "9 at most", "30 at the end",
#   "12 at noon". Other small words behind a number ("in", "as", "or", "to") are left alone. "minus 5 degrees" is 5, while
#   "-5 degrees" is -5; and in "I counted 7 a second time" there is no number at all.
# Surprising: these are sentences in which models give bounds and times. A grader that asks for the same number and the
#   same unit holds a right "9 at most" for wrong, and a right minus 5 too. The extra `classifier` is for units that share
#   a name; "at" has but one reading here, so it is not asked.
# Expected: no unit where the word is the commonest preposition, as with "in" (which is not read as inches).
# Here: `automatic` (workbench/scorers) reads 9 in "It takes 9 at most." and -5 in "It was minus 5 degrees."
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'quantulum3==0.10.0'

cat > expected <<'EXPECTED'
quantulum3 0.10.0
It takes 9 at most. -> 9 ampere-turn
We have 30 at the end. -> 30 ampere-turn
There are 12 at noon. -> 12 ampere-turn
There are 12 in the box. -> 12 dimensionless
There are 12 as before. -> 12 dimensionless
It was minus 5 degrees. -> 5 degree angle
It was -5 degrees. -> -5 degree angle
I counted 7 a second time. -> nothing
I counted 7 again. -> 7 dimensionless
EXPECTED

cat > run.py <<'PYTHON'
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

from quantulum3 import parser

print("quantulum3", version("quantulum3"))
for said in (
    "It takes 9 at most.",
    "We have 30 at the end.",
    "There are 12 at noon.",
    "There are 12 in the box.",
    "There are 12 as before.",
    "It was minus 5 degrees.",
    "It was -5 degrees.",
    "I counted 7 a second time.",
    "I counted 7 again.",
):
    found = ", ".join(f"{quantity.value:g} {quantity.unit.name}" for quantity in parser.parse(said))
    print(said, "->", found or "nothing")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
