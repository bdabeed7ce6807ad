#!/usr/bin/env bash
# lm-eval 0.4.13: GSM8K's `flexible-extract` takes three dots, or the `.,` of "i.e.,", for the number of an answer.
#
# Behaviour: the last run of two or more out of `$0123456789.,` is the answer, with or without a digit in it. A right
#   answer that goes on to "…that helps..." or has "i.e.," after its number yields `...` or `.,`, and is wrong.
#   `$18.00` is wrong for 18, too: strings are compared, not numbers.
# Surprising: this is the flexible one of the two filters; with an exclamation mark in place of the three dots the same
#   answer is right. The README of the task does not tell.
# Expected: what is extracted has a digit; 18.00 is 18.
# Here: our `numeric` marks each of these right; tests/peers/compare.py puts both side by side on labelled answers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'lm-eval==0.4.13'

cat > expected <<'EXPECTED'
lm-eval 0.4.13, gsm8k version 3.0, flexible-extract, target 18
1 for '18.': The answer is 18. I hope that helps!
0 for '...': The answer is 18. I hope that helps...
1 for '18,': The answer is 18, that is to say eighteen.
0 for '.,': The answer is 18, i.e., eighteen.
1 for '$18': She makes $18 every day.
0 for '$18.00': She makes $18.00 every day.
EXPECTED

cat > run.py <<'PYTHON'
from importlib.metadata import version
from pathlib import Path

import lm_eval
import yaml
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter

ANSWERS = (
    "The answer is 18. I hope that helps!",
    "The answer is 18. I hope that helps...",
    "The answer is 18, that is to say eighteen.",
    "The answer is 18, i.e., eighteen.",
    "She makes $18 every day.",
    "She makes $18.00 every day.",
)
# The filter and the metric with the settings of the task as it is shipped.
task = yaml.safe_load((Path(lm_eval.__file__).parent / "tasks/gsm8k/gsm8k.yaml").read_text(encoding="utf-8"))
(steps,) = (each["filter"] for each in task["filter_list"] if each["name"] == "flexible-extract")
extraction = RegexFilter(**{name: value for name, value in steps[0].items() if name != "function"})
(metric,) = task["metric_list"]
options = {name: metric[name] for name in ("ignore_case", "ignore_punctuation", "regexes_to_ignore")}

print(f"lm-eval {version('lm-eval')}, gsm8k version {task['metadata']['version']}, flexible-extract, target 18")
for answer in ANSWERS:
    ((found,),) = extraction.apply([[answer]], [{}])
    score = exact_match_hf_evaluate(predictions=[found], references=["9 * 2 = 18\n#### 18"], **options)["exact_match"]
    print(f"{score:.0f} for {found!r}: {answer}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
