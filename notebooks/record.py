"""Ask the local models anew what the notebooks ask, and keep their replies in `cache/recordings/`.

    python notebooks/record.py [NAME …]

Each notebook is run from an empty cache, and what it bought becomes its recording. Without names: every notebook that
has a recording. It takes about six minutes.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import workbench as wb
from workbench.base.places import VARIABLE

NOTEBOOKS = Path(__file__).resolve().parent
RECORDINGS = NOTEBOOKS.parent / "cache" / "recordings"


def record(name: str, folder: Path = RECORDINGS) -> Path:
    """Run one notebook from an empty cache, and put what it bought into a recording of its name."""
    target = folder / f"{name}.jsonl"
    with tempfile.TemporaryDirectory() as empty:
        os.environ[VARIABLE] = empty
        report = wb.export_report(NOTEBOOKS / f"{name}.ipynb", output=Path(empty, "report.html"), progress=print)
        if report.failed_cells:
            raise SystemExit(f"{name}: {report.failed_cells[0]}; its recording is as it was")
        count = wb.cache.export(Path(empty, "recording.jsonl"))
        shutil.copyfile(Path(empty, "recording.jsonl"), target)
    print(f"{name}: {count} replies, {target.stat().st_size / 1000:.0f} kB")
    return target


if __name__ == "__main__":
    for each in sys.argv[1:] or sorted(path.stem for path in RECORDINGS.glob("*.jsonl")):
        record(each)
