#!/usr/bin/env bash
# mlxtend 0.25.0: two models that give the same answer to every task differ with p = 0.
#
# Behaviour: `mcnemar` subtracts the correction for continuity also where nothing is to be corrected: without any task on
#   which the two disagree, its chi-square is (0 - 1)² / 0, infinite, and p is 0.0. It is the usual form of the call
#   (corrected=True, exact=False). numpy's warning of a division is all that is said. `exact=True` gives 1.0, and
#   `corrected=False` nan. The correction also makes an even split (3 to 3) less alike than an uneven one (3 to 4).
# Surprising: it is the null hypothesis itself that is rejected, as surely as can be. A prompt compared with a copy of
#   itself, or a cached run with its replay, is "significant", and a filter `p < 0.05` keeps it.
# Expected: p = 1, as statsmodels says of the same table; the correction is never larger than the difference.
# Here: a paired comparison without a difference is told as one (workbench/analysis).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'mlxtend==0.25.0' 'statsmodels==0.15.0'

cat > expected <<'EXPECTED'
mlxtend 0.25.0, statsmodels 0.15.0
the same 20 answers, 14 of them right: [[14, 0], [0, 6]]
  mcnemar: chi-square inf, p = 0.0; warned: ['divide by zero encountered in scalar divide']
  with exact=True: p = 1.0; with corrected=False: p = nan
  by statsmodels: p = 1.0
right alone 3 to 3: p = 0.683, exactly 1.000
right alone 3 to 4: p = 1.000, exactly 1.000
right alone 3 to 5: p = 0.724, exactly 0.727
EXPECTED

cat > run.py <<'PYTHON'
import warnings
from importlib.metadata import version

import numpy as np
from mlxtend.evaluate import mcnemar, mcnemar_table
from statsmodels.stats.contingency_tables import mcnemar as of_statsmodels

print(f"mlxtend {version('mlxtend')}, statsmodels {version('statsmodels')}")
right = np.array([1] * 14 + [0] * 6)
answers = np.where(right, 7, 8)
table = mcnemar_table(y_target=np.full(20, 7), y_model1=answers, y_model2=answers)
print("the same 20 answers, 14 of them right:", table.tolist())
with warnings.catch_warnings(record=True) as warned:
    warnings.simplefilter("always")
    chi, p = mcnemar(ary=table)
    print(f"  mcnemar: chi-square {chi}, p = {p}; warned: {[str(one.message) for one in warned]}")
warnings.simplefilter("ignore")
print(f"  with exact=True: p = {mcnemar(ary=table, exact=True)[1]}; with corrected=False: p = {mcnemar(ary=table, corrected=False)[1]}")
print(f"  by statsmodels: p = {of_statsmodels(table).pvalue}")
for first, second in ((3, 3), (3, 4), (3, 5)):
    table = np.array([[10, first], [second, 10]])
    print(f"right alone {first} to {second}: p = {mcnemar(ary=table)[1]:.3f}, exactly {mcnemar(ary=table, exact=True)[1]:.3f}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
