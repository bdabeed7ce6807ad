#!/usr/bin/env bash
# obstore 0.12.1: what `put` returns cannot be handed back to `put` as the version to replace.
#
# Behaviour: `put` returns `{"e_tag": …, "version": None}` where a store has no versions. `mode=` with this dictionary
#   raises TypeError: 'None' is not an instance of 'str'. Without the key `version` it replaces the object.
# Surprising: the type of `mode`, `UpdateVersion`, declares `version: str | None`, and its docstring recommends to
#   preserve both; a type checker is content, and the error comes at the second write.
# Expected: None is taken for "no version", as declared.
# Here: workbench/cache/shared creates objects and never replaces one by its version.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'obstore==0.12.1'

cat > expected <<'EXPECTED'
obstore 0.12.1
put returns the keys e_tag, version; version is None
mode={"e_tag": …, "version": None}: TypeError: 'None' is not an instance of 'str'
mode={"e_tag": …}: replaced
mode={"e_tag": …} of the version before: PreconditionError
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

import obstore
from obstore.store import MemoryStore

print("obstore", version("obstore"))
store = MemoryStore()
first = obstore.put(store, "rows.json", b"1")
print("put returns the keys " + ", ".join(sorted(first)) + f"; version is {first['version']}")
for told, mode in (
    ('{"e_tag": …, "version": None}', dict(first)),
    ('{"e_tag": …}', {"e_tag": first["e_tag"]}),
    ('{"e_tag": …} of the version before', {"e_tag": first["e_tag"]}),
):
    try:
        obstore.put(store, "rows.json", b"2", mode=mode)
        ended = "replaced"
    except TypeError as problem:
        ended = f"TypeError: {problem}"
    except Exception as problem:
        ended = type(problem).__name__
    print(f"mode={told}: {ended}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
