"""The judgements of other libraries, by their own functions. Runs in an environment of its own; see compare.py.

Reads labelled answers as JSON lines from standard input, writes for each the verdict of every function that fits its
scorer: a JSON object of names and truth values.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys

from inspect_ai.model import ModelOutput
from inspect_ai.scorer import Target, answer, exact, includes, match
from inspect_ai.scorer import math as inspect_math
from inspect_ai.solver import TaskState
from inspect_ai.solver._multiple_choice import parse_answers
from lm_eval.api.metrics import exact_match_fn
from lm_eval.filters.extraction import MultiChoiceRegexFilter, RegexFilter
from math_verify import parse, verify

logging.disable(logging.CRITICAL)

FLEXIBLE = RegexFilter(r"(-?[$0-9.,]{2,})|(-?[0-9]+)", group_select=-1)
STRICT = RegexFilter(r"#### (\-?[0-9\.\,]+)")
LETTER = RegexFilter(r"(?i)answer is \(?([A-J])\)?", group_select=-1)
WHOLE = RegexFilter(r"(?s)\A(.*)\Z")


def state(record):
    output = ModelOutput.from_content("m", record["answer"])
    return TaskState(model="m", sample_id=0, epoch=0, input=record["question"] or "?", messages=[], output=output)


def inspect_ai(record):
    """Each scorer of inspect_ai that its documentation names for such answers."""
    scorers = {
        "match": match(),
        "includes": includes(),
        "exact": exact(),
        "line": answer("line"),
        "word": answer("word"),
    }
    if record["scorer"] in ("numeric", "automatic"):
        scorers |= {
            "numeric": match(numeric=True),
            "numeric any": match(location="any", numeric=True),
            "math": inspect_math(),
        }
    if record["scorer"] == "choice":
        scorers |= {"letter": answer("letter")}
    verdicts = {}
    for name, scorer in scorers.items():
        try:
            score = asyncio.run(scorer(state(record), Target(record["target"])))
            verdicts[f"inspect_ai {name}"] = score.value in ("C", 1, 1.0)
        except Exception:  # noqa: BLE001  # what a peer cannot judge it does not take for right
            verdicts[f"inspect_ai {name}"] = False
    if record["scorer"] == "choice":
        found = parse_answers(state(record), multiple_correct="," in record["target"])
        verdicts["inspect_ai multiple_choice"] = found == set(re.findall(r"\w", record["target"]))
    return verdicts


def lm_eval(record):
    """The filters of lm-eval with its exact_match, as its tasks combine them."""
    options = {
        "ignore_case": True,
        "ignore_punctuation": False,
        "regexes_to_ignore": [",", r"\$", r"(?s).*#### ", r"\.$"],
    }
    verdicts = {}
    for name, filtered in {"flexible": FLEXIBLE, "strict": STRICT, "letter": LETTER, "whole": WHOLE}.items():
        text = filtered.apply([[record["answer"]]], [{}])
        said = next(iter(text))[0].strip()
        verdicts[f"lm-eval {name}"] = bool(
            exact_match_fn(predictions=[said], references=[record["target"]], **options)["exact_match"]
        )
    if record["scorer"] == "choice":
        labels = re.findall(r"[(]?([A-J])[).]\s*([^\n]+)", record["question"])
        chosen = MultiChoiceRegexFilter(
            r"\(?([A-J])\)?(?![A-Za-z])",
            group_select=-1,
            ignore_case=True,
            ignore_punctuation=True,
        )
        try:
            said = chosen.apply([[record["answer"]]], [{"choices": [text for _, text in labels]}])[0][0]
            verdicts["lm-eval multiple choice"] = said.strip("()") == record["target"]
        except Exception:  # noqa: BLE001
            verdicts["lm-eval multiple choice"] = False
    return verdicts


def math_verify(record):
    target = record["target"]
    whole = (
        target
        if "$" in target or "\\boxed" in target
        else f"${target}$"
        if re.search(r"[\\(\[{^=]", target)
        else target
    )
    try:
        return {"math-verify verify": bool(verify(parse(whole), parse(record["answer"])))}
    except Exception:  # noqa: BLE001
        return {"math-verify verify": False}


for line in sys.stdin:
    labelled = json.loads(line)
    print(json.dumps({**inspect_ai(labelled), **lm_eval(labelled), **math_verify(labelled)}), flush=True)
