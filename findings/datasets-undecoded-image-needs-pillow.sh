#!/usr/bin/env bash
# datasets 5.2.0: `Image(decode=False)` needs Pillow, and `Audio(decode=False)` torchcodec, to store bytes as they are.
#
# Behaviour: where Pillow is not installed, `Dataset.from_dict` with `Image(decode=False)` raises ImportError
#   ("To support encoding images"), though the bytes are already a file and nothing is encoded or decoded. The very same
#   column arises without Pillow by `cast_column`, and `Video(decode=False)` and `Pdf(decode=False)` need nothing.
# Surprising: two ways to one table, of which one asks for a library that neither uses.
# Expected: a dictionary of bytes and path is kept as it is, as for videos and PDF files.
# Here: workbench/tasks/parquet_files.py reads data sets as Arrow tables, where images stay bytes: Pillow is not needed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'datasets==5.2.0' 'pyarrow==26.0.1'

cat > expected <<'EXPECTED'
datasets 5.2.0, Pillow installed: False, torchcodec installed: False
Image, from_dict: ImportError: To support encoding images, please install 'Pillow'.
Image, cast_column: 4 bytes kept as they were
Audio, from_dict: ImportError: To support encoding audio data, please install 'torchcodec'.
Video, from_dict: 4 bytes kept as they were
Pdf, from_dict: 4 bytes kept as they were
EXPECTED

cat > run.py <<'PYTHON'
import importlib.util

import datasets
from datasets import Audio, Dataset, Features, Image, Pdf, Video

there = {name: importlib.util.find_spec(name) is not None for name in ("PIL", "torchcodec")}
print(
    f"datasets {datasets.__version__}, Pillow installed: {there['PIL']}, torchcodec installed: {there['torchcodec']}"
)
KEPT = {"bytes": b"\x89PNG", "path": None}


def from_dict(feature):
    return Dataset.from_dict({"file": [KEPT]}, features=Features({"file": feature}))


def cast_column(feature):
    return Dataset.from_dict({"file": [KEPT]}).cast_column("file", feature)


for kind, made in ((Image, from_dict), (Image, cast_column), (Audio, from_dict), (Video, from_dict), (Pdf, from_dict)):
    try:
        table = made(kind(decode=False))
        kept = isinstance(table.features["file"], kind) and table[0]["file"] == KEPT
        said = "4 bytes kept as they were" if kept else f"something else: {table.features} {table[0]}"
    except ImportError as problem:
        said = f"ImportError: {problem}"
    print(f"{kind.__name__}, {made.__name__}: {said}")
PYTHON

export HF_HOME="$folder/home" HF_HUB_OFFLINE=1
venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
