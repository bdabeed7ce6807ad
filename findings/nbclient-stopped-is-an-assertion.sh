#!/usr/bin/env bash
# nbclient 0.11.0: a run that is told to stop while a cell runs ends in an AssertionError without a word.
#
# Behaviour: `execute` installs handlers of its own for SIGINT and SIGTERM, which shut the kernel down. The cell that runs
#   is then not interrupted: `execute` falls over its own bookkeeping and raises AssertionError, whose text is empty,
#   for either signal, and nothing names the signal or the cell.
# Surprising: Python's own way for SIGINT is a KeyboardInterrupt, and a failing cell is a CellExecutionError; whoever catches
#   both to leave a page behind catches neither.
# Expected: KeyboardInterrupt, or an error of nbclient's that says which cell was stopped, and by what.
# Here: workbench/reports/execute.py sets handlers of its own in place of these, ends the run as a failure of its cell,
#   and says so in one line and on the page (tests/reports/test_execute_failures.py).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'nbclient==0.11.0' 'nbformat==5.11.1' 'ipykernel==7.4.0'

cat > expected <<'EXPECTED'
nbclient 0.11.0
SIGINT while a cell runs: AssertionError ''
SIGTERM while a cell runs: AssertionError ''
EXPECTED

cat > child.py <<'PYTHON'
import nbclient
from nbformat.v4 import new_code_cell, new_notebook

cell = "open('running', 'w').close()\nimport time\ntime.sleep(20)"
try:
    nbclient.NotebookClient(new_notebook(cells=[new_code_cell(cell)]), kernel_name="python3").execute()
    print("ran to its end")
except BaseException as problem:
    print(f"{type(problem).__name__} {str(problem)!r}")
PYTHON

cat > run.py <<'PYTHON'
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version

print("nbclient", version("nbclient"))
for name in ("SIGINT", "SIGTERM"):
    child = subprocess.Popen([sys.executable, "child.py"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    while not os.path.exists("running"):
        time.sleep(0.1)
    os.remove("running")
    time.sleep(0.5)
    child.send_signal(getattr(signal, name))
    print(f"{name} while a cell runs: {child.communicate(timeout=60)[0].strip()}")
PYTHON

export IPYTHONDIR="$folder/ipython" JUPYTER_RUNTIME_DIR="$folder/runtime" JUPYTER_CONFIG_DIR="$folder/config"
venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
