#!/usr/bin/env bash
# dspy 3.4.1: `answer_exact_match` holds -5 for 5, 1.5 for 15, 3/4 for 34, and no answer at all for the option A.
#
# Behaviour: both sides lose every sign of `string.punctuation` and the words a, an and the before they are compared. So a
#   wrong sign, decimal point or fraction bar is an exact match, and an empty answer exactly matches the option "A".
# Surprising: "exact" is what it is called, and its documentation offers it for short answers; the other options, B to D,
#   are told apart from an empty answer.
# Expected: a sign within a number stays; a whole answer is never taken away as an article.
# Here: `automatic` and `exact` compare what the target is: number with number, letter with letter (workbench/scorers).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'dspy==3.4.1'

cat > expected <<'EXPECTED'
dspy 3.4.1
target '5', answer '-5': True
target '1.5', answer '15': True
target '3/4', answer '34': True
target '10-12', answer '1012': True
target 'A', answer '': True
target 'A', answer 'The': True
target 'B', answer '': False
target '5', answer '6': False
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import dspy
from dspy.evaluate import answer_exact_match

print("dspy", version("dspy"))
for target, answer in (
    ("5", "-5"),
    ("1.5", "15"),
    ("3/4", "34"),
    ("10-12", "1012"),
    ("A", ""),
    ("A", "The"),
    ("B", ""),
    ("5", "6"),
):
    same = answer_exact_match(dspy.Example(answer=target), dspy.Prediction(answer=answer))
    print(f"target {target!r}, answer {answer!r}: {same}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
