#!/usr/bin/env bash
# nbclient 0.11.0 with nbformat 5.11.1 and Altair 6.3.0: a chart of Altair's ends the run of its notebook.
#
# Behaviour: Altair's renderer "mimetype" shows a chart as `application/vnd.vegalite.v6.json`. For nbformat JSON stands
#   only under names in `+json`; so `execute` raises NotebookValidationError, also under `allow_errors=True`.
#   The same display under `application/vnd.vegalite.v6+json`, the name in Altair's own `mimebundle.py`, runs.
# Surprising: no cell failed, the kernel is well, and yet the rest of the notebook never runs.
# Expected: the output is kept as it came, or the cell, not the run, is marked as failed; one name in Altair.
# Here: workbench/reports/execute.py renames such JSON to a name in `+json` before nbclient checks it
#   (tests/reports/test_execute_failures.py, test_interact_and_charts_of_any_name_become_a_page).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'nbclient==0.11.0' 'nbformat==5.11.1' 'ipykernel==7.4.0' \
    'altair==6.3.0'

cat > expected <<'EXPECTED'
nbclient 0.11.0, nbformat 5.11.1, altair 6.3.0
application/vnd.vegalite.v6+json, by hand: ran to its end, the second cell printed 'went on'
application/vnd.vegalite.v6.json, by hand: NotebookValidationError, the second cell printed nothing
a chart of Altair's: NotebookValidationError, the second cell printed nothing
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import nbclient
from nbformat.v4 import new_code_cell, new_notebook

BY_HAND = "display({{{!r}: {{'mark': 'bar'}}, 'text/plain': 'a chart'}}, raw=True)"
BY_ALTAIR = """
import altair
altair.renderers.enable("mimetype")
display(altair.Chart(altair.Data(values=[{"sheep": 9}])).mark_bar().encode(x="sheep:Q"))
"""
NAMES = ("application/vnd.vegalite.v6+json", "application/vnd.vegalite.v6.json")

print(", ".join(f"{name} {version(name)}" for name in ("nbclient", "nbformat", "altair")))
cells = {f"{name}, by hand": BY_HAND.format(name) for name in NAMES}
for called, source in (cells | {"a chart of Altair's": BY_ALTAIR}).items():
    notebook = new_notebook(cells=[new_code_cell(source), new_code_cell("print('went on')")])
    try:
        nbclient.NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
        ended = "ran to its end"
    except Exception as problem:
        ended = type(problem).__name__
    printed = [output.text.strip() for output in notebook.cells[1].outputs]
    print(f"{called}: {ended}, the second cell printed {repr(printed[0]) if printed else 'nothing'}")
PYTHON

export IPYTHONDIR="$folder/ipython" JUPYTER_RUNTIME_DIR="$folder/runtime" JUPYTER_CONFIG_DIR="$folder/config"
venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
