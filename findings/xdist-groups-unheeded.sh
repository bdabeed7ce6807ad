#!/usr/bin/env bash
# pytest-xdist 3.8.0 with pytest 9.2.0: `--dist loadgroup` does not heed `xdist_group`, and says nothing.
#
# Behaviour: six tests of one group run on both workers. xdist writes the group into `item._nodeid`; pytest 9.2 makes
#   `item.nodeid` from `item._id`, so that the group never reaches the scheduler. With pytest 9.0.2 one worker runs all.
# Surprising: the option and the mark are accepted, all tests pass, and what must not run at once runs at once.
# Expected: one worker runs a group, or the run stops with an error.
# Here: tests/helpers/together.py names groups by the beginnings of test names, and hands xdist a scheduler of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv

cat > expected <<'EXPECTED'
pytest 9.0.2, pytest-xdist 3.8.0: 6 tests of one group ran on 1 worker(s)
pytest 9.2.0, pytest-xdist 3.8.0: 6 tests of one group ran on 2 worker(s)
EXPECTED

cat > test_group.py <<'PYTHON'
import pathlib
import time

import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_tells_its_worker(number, worker_id):
    time.sleep(0.1)
    pathlib.Path(f"ran-{number}").write_text(worker_id + "\n")
PYTHON

for version in 9.0.2 9.2.0; do
    venv/bin/pip install --quiet --disable-pip-version-check "pytest==$version" 'pytest-xdist==3.8.0'
    rm -f ran-*
    venv/bin/python -m pytest -q -p no:cacheprovider -n 2 --dist loadgroup test_group.py > log || { cat log; exit 1; }
    echo "pytest $version, pytest-xdist 3.8.0: $(cat ran-* | wc -l) tests of one group" \
        "ran on $(cat ran-* | sort -u | wc -l) worker(s)"
done | tee seen

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
