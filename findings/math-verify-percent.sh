#!/usr/bin/env bash
# math-verify 0.9.0 (latex2sympy2-extended 1.11.0, sympy 1.14.0): a percentage equals two numbers that are not equal.
#
# Behaviour: `50\%` is verified against `50` and against `0.5`, whichever of the two is the gold answer; `0.5` against
#   `50` is not. So it is with `3\%`, and with a fraction as the gold answer.
# Surprising: "equal" is not an equivalence here: to the question for a fraction, and to that for a number, `50\%` is
#   right, and an answer a hundred times too large or too small is counted as right. README and docstrings are silent.
# Expected: one of the two readings, or an option that says which.
# Here: the scorer `math` (workbench/scorers/mathematics.py) does not ask math-verify where only one side has a percent
#   sign (tests/scorers/test_reading.py, test_the_known_limits_of_math_verify_are_guarded).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'math-verify==0.9.0' 'latex2sympy2-extended==1.11.0' \
    'sympy==1.14.0' 'antlr4-python3-runtime==4.13.2'

cat > expected <<'EXPECTED'
math-verify 0.9.0
gold $50$, answer $50\%$: True
gold $0.5$, answer $50\%$: True
gold $0.5$, answer $50$: False
gold $50\%$, answer $50$: True
gold $50\%$, answer $0.5$: True
gold $\frac{1}{2}$, answer $50\%$: True
gold $3$, answer $3\%$: True
gold $0.03$, answer $3\%$: True
gold $0.03$, answer $3$: False
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

print(f"math-verify {version('math-verify')}")
for gold, answer in (
    ("$50$", r"$50\%$"),
    ("$0.5$", r"$50\%$"),
    ("$0.5$", "$50$"),
    (r"$50\%$", "$50$"),
    (r"$50\%$", "$0.5$"),
    (r"$\frac{1}{2}$", r"$50\%$"),
    ("$3$", r"$3\%$"),
    ("$0.03$", r"$3\%$"),
    ("$0.03$", "$3$"),
):
    print(f"gold {gold}, answer {answer}: {verify(parse(gold), parse(answer))}")
PYTHON

venv/bin/python run.py | tee seen

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
