#!/usr/bin/env bash
# pylatexenc 2.11: as text, `\dfrac{3}{4}` is 34 and `\frac{3}{4}` is 3/4.
#
# Behaviour: `LatexNodes2Text` knows `\frac`, `\nicefrac` and `\textfrac`. The fractions of amsmath, `\dfrac`, `\tfrac` and
#   `\cfrac`, are unknown to it: it sets their parts one after the other, as it does with `\binom`; no warning, also with
#   `tolerant_parsing=False`. A mixed number loses its gap in either spelling: two and a half is 21/2 or 212.
# Surprising: `\dfrac` is the commonest way in which models and sets of competition tasks write an answer; it means the
#   same as `\frac`, and what comes out is a number that looks right. Graders of such answers turn LaTeX into text with
#   this package, and then hold 34 for the answer to a target of 34, and 3/4 for wrong where the target is \dfrac{3}{4}.
# Expected: the same text for all spellings of one fraction; an unknown command stays visible or is an error.
# Here: `math` (workbench/scorers) reads `\frac`, `\dfrac`, `\tfrac` and mixed numbers as the numbers that they are.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'pylatexenc==2.11'

cat > expected <<'EXPECTED'
pylatexenc 2.11
\frac{3}{4} -> 3/4
\dfrac{3}{4} -> 34
\tfrac{3}{4} -> 34
\cfrac{3}{4} -> 34
\displaystyle\frac{3}{4} -> 3/4
2\frac{1}{2} -> 21/2
2\dfrac{1}{2} -> 212
\left(\dfrac{1}{2}, 3\right) -> (12, 3)
\binom{5}{2} -> 52
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from pylatexenc.latex2text import LatexNodes2Text

print("pylatexenc", version("pylatexenc"))
for said in (
    r"\frac{3}{4}",
    r"\dfrac{3}{4}",
    r"\tfrac{3}{4}",
    r"\cfrac{3}{4}",
    r"\displaystyle\frac{3}{4}",
    r"2\frac{1}{2}",
    r"2\dfrac{1}{2}",
    r"\left(\dfrac{1}{2}, 3\right)",
    r"\binom{5}{2}",
):
    print(said, "->", LatexNodes2Text().latex_to_text(f"${said}$", tolerant_parsing=False))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
