#!/usr/bin/env bash
# text2num 3.1.0: "2 million" becomes "2 1000000".
#
# Behaviour: `alpha2digit` turns a word of magnitude into a number of its own where digits stand before it, in English, German,
#   French and Spanish: "2 million people" is "2 1000000 people", "$1.5 million" is "$1.5 1000000". In words ("two million")
#   it is 2000000. "half a million" is "half a 1000000".
# Surprising: digits and a word are how large numbers are mostly written, by models too, and the function is made for texts
#   that hold both. A grader that takes the first number afterwards reads 2, one that takes the last reads 1000000, and the
#   text before it was called had neither.
# Expected: "2000000", or "2 million" as it was.
# Here: `automatic` (workbench/scorers) reads 2000000 and 1500000 in these sentences.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'text2num==3.1.0'

cat > expected <<'EXPECTED'
text2num 3.1.0
The city has two million people. -> The city has 2000000 people.
The city has 2 million people. -> The city has 2 1000000 people.
It costs $1.5 million. -> It costs $1.5 1000000.
a loss of 3 thousand -> a loss of 3 1000
between 2 and three million -> between 2 and 3000000
half a million -> half a 1000000
Die Stadt hat 2 Millionen Einwohner. -> Die Stadt hat 2 1000000 Einwohner.
La ville compte 2 millions de personnes. -> La ville compte 2 1000000 de personnes.
La ciudad tiene 2 millones de habitantes. -> La ciudad tiene 2 1000000 de habitantes.
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from text_to_num import alpha2digit

print("text2num", version("text2num"))
for said, language in (
    ("The city has two million people.", "en"),
    ("The city has 2 million people.", "en"),
    ("It costs $1.5 million.", "en"),
    ("a loss of 3 thousand", "en"),
    ("between 2 and three million", "en"),
    ("half a million", "en"),
    ("Die Stadt hat 2 Millionen Einwohner.", "de"),
    ("La ville compte 2 millions de personnes.", "fr"),
    ("La ciudad tiene 2 millones de habitantes.", "es"),
):
    print(said, "->", alpha2digit(said, language))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
