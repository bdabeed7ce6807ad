#!/usr/bin/env bash
# anywidget 0.11.0 with ipywidgets 8.1.9: a widget with a trait named `keys` cannot be made.
#
# Behaviour: ipywidgets keeps the names of what it synchronises in `Widget.keys`. A subclass of AnyWidget that declares
#   `keys = traitlets.Dict().tag(sync=True)`, as a widget that hears the keyboard might, raises AttributeError about a
#   dict without `append` when it is made. The same trait on `ipywidgets.DOMWidget` does not; nor does another name.
# Surprising: the error names neither the trait nor the class, and what one base takes the other does not.
# Expected: the name is refused where the class is declared, in both.
# Here: workbench/widgets/keys.py calls its trait `presses`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'ipywidgets==8.1.9' 'anywidget==0.11.0' 'traitlets==5.16.1'

cat > expected <<'EXPECTED'
ipywidgets 8.1.9, anywidget 0.11.0, traitlets 5.16.1
DOMWidget with a trait 'bindings': made
DOMWidget with a trait 'values': made
DOMWidget with a trait 'keys': made
AnyWidget with a trait 'bindings': made
AnyWidget with a trait 'values': made
AnyWidget with a trait 'keys': AttributeError: 'dict' object has no attribute 'append'
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import anywidget
import ipywidgets
import traitlets

print(", ".join(f"{name} {version(name)}" for name in ("ipywidgets", "anywidget", "traitlets")))
for base, more in ((ipywidgets.DOMWidget, {}), (anywidget.AnyWidget, {"_esm": "export default {}"})):
    for name in ("bindings", "values", "keys"):
        made = type("Typed", (base,), {name: traitlets.Dict().tag(sync=True), **more})
        try:
            made()
            ended = "made"
        except Exception as problem:
            ended = f"{type(problem).__name__}: {problem}"
        print(f"{base.__name__} with a trait {name!r}: {ended}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
