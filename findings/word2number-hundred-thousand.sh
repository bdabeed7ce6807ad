#!/usr/bin/env bash
# word2number 1.1: "two million three hundred thousand" is 2301300.
#
# Behaviour: where a number of millions ends in "thousand" (or one of billions in "million"), the words behind "million" are
#   counted twice, the second time as a sum: 2000000 + 300000 + 300 + 1000. Nothing is raised. With words behind
#   "thousand" ("... thousand and six") the same number is right. "minus" and "negative" are passed over, and so are
#   digits: "1.5 million" is 1000000.
# Surprising: the readme is about numbers of this size ("two million three thousand nine hundred and eighty four" is right),
#   and graders of word answers turn both sides into numbers with it: a right 2300000 is wrong, -5 for 5 is right.
# Expected: 2300000; a sign and digits are read, or the text is refused as words that it does not know are.
# Here: `automatic` (workbench/scorers) reads 2300000, -5 and 1500000 in these answers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'word2number==1.1'

cat > expected <<'EXPECTED'
word2number 1.1
two million three thousand nine hundred and eighty four -> 2003984
two million three hundred thousand -> 2301300
one million two hundred thousand -> 1201200
five million four hundred thousand and six -> 5400006
three billion five hundred million -> 3501000500
four hundred thousand -> 400000
two million fifty thousand -> 2051050
one million two hundred and fifty thousand -> 1251250
minus five -> 5
negative twelve -> 12
1.5 million -> 1000000
two and a half million -> 2000000
nineteen eighty four -> 1524
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from word2number import w2n

print("word2number", version("word2number"))
for said in (
    "two million three thousand nine hundred and eighty four",
    "two million three hundred thousand",
    "one million two hundred thousand",
    "five million four hundred thousand and six",
    "three billion five hundred million",
    "four hundred thousand",
    "two million fifty thousand",
    "one million two hundred and fifty thousand",
    "minus five",
    "negative twelve",
    "1.5 million",
    "two and a half million",
    "nineteen eighty four",
):
    try:
        print(said, "->", w2n.word_to_num(said))
    except ValueError:
        print(said, "-> refused")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
