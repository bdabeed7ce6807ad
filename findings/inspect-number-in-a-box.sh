#!/usr/bin/env bash
# inspect-ai 0.3.285: `match(numeric=True)` finds no number in `\boxed{18}`, nor in `x=18`, wherever it may look.
#
# Behaviour: a number counts only as a word of its own, but for currency signs, commas, stars and underscores around it.
#   `\boxed{18}`, the form that math prompts ask for and thinking models use, `x=18` and `18km` are marked wrong;
#   `x = 18` and `18 km` are marked right.
# Surprising: the docstring tells of the percent sign, and of these nothing; a space decides; with `location="any"` too.
# Expected: the number is found, as the same scorer finds it in `**18**` and `$18.`.
# Here: our `numeric` marks each of these right (workbench/scorers/named.py names the scorers).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'inspect-ai==0.3.285'

cat > expected <<'EXPECTED'
inspect-ai 0.3.285, target 18: C is right, I is wrong
C at the end, C anywhere: The answer is 18.
C at the end, C anywhere: The answer is $18.
C at the end, C anywhere: The answer is **18**
I at the end, I anywhere: The answer is \boxed{18}
I at the end, I anywhere: The answer is $\boxed{18}$.
C at the end, C anywhere: So x = 18
I at the end, I anywhere: So x=18
C at the end, C anywhere: It is 18 km
I at the end, I anywhere: It is 18km
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
from importlib.metadata import version

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Target, match
from inspect_ai.solver import TaskState

ANSWERS = (
    "The answer is 18.",
    "The answer is $18.",
    "The answer is **18**",
    r"The answer is \boxed{18}",
    r"The answer is $\boxed{18}$.",
    "So x = 18",
    "So x=18",
    "It is 18 km",
    "It is 18km",
)


def marked(answer, location):
    state = TaskState(
        model="none/none",
        sample_id=1,
        epoch=1,
        input="How many?",
        messages=[],
        output=ModelOutput.from_content("none/none", answer),
    )
    return asyncio.run(match(location=location, numeric=True)(state, Target("18"))).value


print(f"inspect-ai {version('inspect-ai')}, target 18: C is right, I is wrong")
for answer in ANSWERS:
    print(f"{marked(answer, 'end')} at the end, {marked(answer, 'any')} anywhere: {answer}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-28." || { echo "Changed since 2026-11-28: see above." >&2; exit 1; }
