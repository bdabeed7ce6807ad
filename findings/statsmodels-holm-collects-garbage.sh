#!/usr/bin/env bash
# statsmodels 0.15.0: `multipletests(p, method="holm")` runs a whole garbage collection on each call.
#
# Behaviour: one full collection a call, for four p values as for a thousand. Beside 400,000 small objects, as a
#   notebook with its replies in memory has them, Holm takes some thousand times as long as Holm and Sidak's method.
# Surprising: the time of a sum over four numbers depends on what else the process holds, and the docstring is silent.
# Expected: none of a function of arrays; the other seven have none.
# Here: `holm` of workbench/analysis/stats.py is a few lines of numpy (tests/analysis/test_stats.py compares the two).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'statsmodels==0.15.0' 'numpy==2.4.6' 'scipy==1.17.1' \
    'pandas==3.1.1'

cat > expected <<'EXPECTED'
statsmodels 0.15.0: full collections in 5 calls, of four p values each
bonferroni: 0
sidak: 0
holm-sidak: 0
holm: 5
simes-hochberg: 0
hommel: 0
fdr_bh: 0
fdr_by: 0
holm at least 50 times as slow as holm-sidak: True
EXPECTED

cat > run.py <<'PYTHON'
import gc
import sys
import time

import numpy as np
import statsmodels
from statsmodels.stats.multitest import multipletests

METHODS = ("bonferroni", "sidak", "holm-sidak", "holm", "simes-hochberg", "hommel", "fdr_bh", "fdr_by")
p_values = np.array([0.004, 0.01, 0.03, 0.2])
held = [{"n": [n]} for n in range(400_000)]
gc.collect()
full, seconds = dict.fromkeys(METHODS, 0), {}
method = ""


def count(phase, details):
    if phase == "stop" and details["generation"] == 2 and method in full:
        full[method] += 1


gc.callbacks.append(count)
print(f"statsmodels {statsmodels.__version__}: full collections in 5 calls, of four p values each")
for name in METHODS:
    multipletests(p_values, method=name)
    method = name
    began = time.perf_counter()
    for _ in range(5):
        multipletests(p_values, method=name)
    seconds[name] = time.perf_counter() - began
    method = ""
    print(f"{name}: {full[name]}")
ratio = seconds["holm"] / seconds["holm-sidak"]
print(f"(measured now: {ratio:,.0f} times)", file=sys.stderr)
print(f"holm at least 50 times as slow as holm-sidak: {ratio >= 50}")
PYTHON

venv/bin/python run.py | tee seen

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
