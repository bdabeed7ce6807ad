#!/usr/bin/env bash
# price-parser 0.5.1: "$0.150" is 150 dollars, "$0.15" and "$0.1500" are fifteen cents.
#
# Behaviour: three digits behind the last point or comma are taken for a group of thousands, whatever stands before it: also a
#   single 0 ("$0.075" is 75), and groups by the other sign ("$1,234.567" is 1234567, "1.234,567 €" as well).
#   `decimal_separator="."` reads them right.
# Surprising: no number written in groups begins with 0, and a text with both signs says which of them is the decimal one.
#   Prices of models per million tokens have three decimals as a rule; a table of them comes out with some a thousandfold.
# Expected: 0.150, 0.075, 1234.567; "$1.250" is open to doubt, and documented as such.
# Here: numbers in answers and cells (workbench/targets) read these as 0.15, 0.275 and 1234.567.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'price-parser==0.5.1'

cat > expected <<'EXPECTED'
price-parser 0.5.1
$0.15 -> 0.15
$0.150 -> 150
$0.1500 -> 0.1500
$0.075 per 1M tokens -> 75
0,275 € -> 275
$1,234.56 -> 1234.56
$1,234.567 -> 1234567
1.234,567 € -> 1234567
told of the point: $0.150 -> 0.150
told of the point: $1,234.567 -> 1234.567
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version

from price_parser import Price

print("price-parser", version("price-parser"))
for text in (
    "$0.15",
    "$0.150",
    "$0.1500",
    "$0.075 per 1M tokens",
    "0,275 €",
    "$1,234.56",
    "$1,234.567",
    "1.234,567 €",
):
    print(text, "->", Price.fromstring(text).amount)
for text in ("$0.150", "$1,234.567"):
    print("told of the point:", text, "->", Price.fromstring(text, decimal_separator=".").amount)
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
