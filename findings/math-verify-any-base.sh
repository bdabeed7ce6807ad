#!/usr/bin/env bash
# math-verify 0.9.0 (latex2sympy2-extended 1.11.0, sympy 1.14.0): the base of a number does not count.
#
# Behaviour: `101_2` is verified against `101_3`, `101_{16}` and plain `101`, and not against `5`, which it is. The index
#   is dropped on both sides; with a letter among the digits it is not, and `1A_{16}` differs from `1A_{12}`.
# Surprising: MATH and its relatives ask for numbers in bases and write their answers so; a reply that names the wrong
#   base is right, and one that is right in base ten is wrong. Indices of variables do count: `x_1` is not `x_2`.
# Expected: the base is read, or the index counts, as for a variable.
# Here: `automatic` compares such targets by digits and base (workbench/scorers/amounts/bases.py, tests/scorers/test_bases.py)
#   before math-verify is asked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'math-verify==0.9.0' 'latex2sympy2-extended==1.11.0' \
    'sympy==1.14.0' 'antlr4-python3-runtime==4.13.2'

cat > expected <<'EXPECTED'
math-verify 0.9.0, latex2sympy2-extended 1.11.0, sympy 1.14.0
gold 101_2, answer 101_2: equal
gold 101_2, answer 101_3: equal
gold 101_2, answer 101_{16}: equal
gold 101_2, answer 101: equal
gold 101_2, answer 5: not equal
gold 101_2, answer 110_2: not equal
gold 1A_{16}, answer 1A_{12}: not equal
gold x_1, answer x_2: not equal
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

print(", ".join(f"{name} {version(name)}" for name in ("math-verify", "latex2sympy2-extended", "sympy")))
for gold, answer in (
    ("101_2", "101_2"),
    ("101_2", "101_3"),
    ("101_2", "101_{16}"),
    ("101_2", "101"),
    ("101_2", "5"),
    ("101_2", "110_2"),
    ("1A_{16}", "1A_{12}"),
    ("x_1", "x_2"),
):
    same = verify(parse(f"${gold}$"), parse(f"${answer}$"))
    print(f"gold {gold}, answer {answer}: {'equal' if same else 'not equal'}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
