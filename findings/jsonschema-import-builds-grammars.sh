#!/usr/bin/env bash
# jsonschema 4.26.0 with rfc3987-syntax 1.1.0 (lark 1.3.1): `import jsonschema` builds 39 parsers, each time.
#
# Behaviour: where rfc3987-syntax is installed, as jupyter-events brings it by `jsonschema[format-nongpl]`, the import of
#   jsonschema imports it for the format "iri", and it makes one Earley parser for each rule of the RFC. That is most of
#   the time of the import, in every program that imports nbformat, whether or not it ever checks a format.
# Surprising: an optional package for a format that is not checked by default makes `import nbformat` several times as
#   slow, and nothing of it is kept for the next process.
# Expected: a parser is made when its format is first checked.
# Here: the command line loads nbformat and jsonschema only where a notebook or a schema is read.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for one in without with; do python3 -m venv $one; done
without/bin/pip install --quiet --disable-pip-version-check 'jsonschema==4.26.0'
with/bin/pip install --quiet --disable-pip-version-check 'jsonschema[format-nongpl]==4.26.0' 'rfc3987-syntax==1.1.0' 'lark==1.3.1'

cat > expected <<'EXPECTED'
jsonschema 4.26.0 without rfc3987-syntax: 0 parsers
jsonschema 4.26.0 with rfc3987-syntax: 39 parsers
the import takes more than twice as long: True
EXPECTED

cat > run.py <<'PYTHON'
import sys
import time
from importlib.metadata import version

parsers = 0
try:
    import lark
except ImportError:
    pass
else:
    make = lark.Lark.__init__

    def counted(self, *given, **named):
        global parsers
        parsers += 1
        make(self, *given, **named)

    lark.Lark.__init__ = counted

before = time.process_time()
import jsonschema  # noqa: E402

took = time.process_time() - before
print(f"jsonschema {version('jsonschema')} {sys.argv[1]} rfc3987-syntax: {parsers} parsers", flush=True)
print(took, file=sys.stderr)
PYTHON

without/bin/python run.py without 2> took-without > seen
with/bin/python run.py with 2> took-with >> seen
python3 -c 'slow, quick = (float(open(f"took-{one}").read()) for one in ("with", "without")); print("the import takes more than twice as long:", slow > 2 * quick)' >> seen
cat seen
diff expected seen && echo "As on 2026-11-29." || { echo "Changed since 2026-11-29: see above." >&2; exit 1; }
