#!/usr/bin/env bash
# num2words 0.5.14: -0.5 is "zero point five", and -5 in Vietnamese is fifteen.
#
# Behaviour: the sign is that of the whole part, and -0.5 has none: nearly all languages say half where minus a half was
#   given (Italian does not). As money the sign is said ("minus zero dollars, fifty cents"). In Vietnamese a number below zero
#   is looked up from the end of the list of names: -5 is 20 - 5, -20 is nought; below -20 it raises IndexError.
# Surprising: words that stand for another number, without a word of it; -1.5 is right in the same languages.
#   Targets in words and tasks in several languages are made with it.
# Expected: "minus zero point five", and "âm năm" or NotImplementedError.
# Here: `numeric` (workbench/scorers) reads words of ten languages; "minus zero point five" is -0.5.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'num2words==0.5.14'

cat > expected <<'EXPECTED'
num2words 0.5.14
en -0.5: zero point five; -1.5: minus one point five
de -0.5: null Komma fünf; -1.5: minus eins Komma fünf
fr -0.5: zéro virgule cinq; -1.5: moins un virgule cinq
es -0.5: cero punto cinco; -1.5: menos uno punto cinco
ru -0.5: ноль целых пять десятых; -1.5: минус одна целых пять десятых
it -0.5: meno zero virgola cinque; -1.5: meno uno virgola cinque
en as money -0.5: minus zero dollars, fifty cents
vi -5: mười lăm; 15: mười lăm
vi -20: không; 0: không
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from num2words import num2words

print("num2words", version("num2words"))
for language in ("en", "de", "fr", "es", "ru", "it"):
    half, more = (num2words(number, lang=language) for number in (-0.5, -1.5))
    print(f"{language} -0.5: {half}; -1.5: {more}")
print("en as money -0.5:", num2words(-0.5, to="currency", currency="USD"))
for below, other in ((-5, 15), (-20, 0)):
    print(f"vi {below}: {num2words(below, lang='vi')}; {other}: {num2words(other, lang='vi')}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
