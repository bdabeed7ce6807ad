#!/usr/bin/env bash
# lighteval 0.13.0: `loglikelihood_f1` is the better of two F1s, and `mf1` is no F1 but a share of right guesses.
#
# Behaviour: of two classes `loglikelihood_f1` takes the F1 of each and keeps the larger. `multi_f1_numeric` ("mf1") asks
#   for one F1 a class with average="micro", which for yes or no is the accuracy, and averages those. So a model that
#   always says the commonest class gets 0.89 of two classes (the F1 of the class that is looked for is 0) and 0.67 of
#   three (macro F1: 0.22), and its accuracy in the same table is 0.80 and 0.50.
# Surprising: GLUE's MRPC and QQP and SuperGLUE's CB are told by these two numbers because accuracy flatters whoever
#   always says the same; these flatter more than accuracy does. Who always says no gets more than who finds each yes at
#   the price of two false ones.
# Expected: F1 of the class that means yes, and the plain mean of one F1 a class, as the papers of these sets define them.
# Here: workbench counts right answers, with an interval, and has no F1.
# Note: lighteval imports torch (gigabytes) for models that are not run here: a stand-in takes its place.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-deps 'lighteval==0.13.0'
venv/bin/pip install --quiet --disable-pip-version-check 'sacrebleu==2.6.0' 'transformers==5.24.0' 'datasets==5.2.0' \
    'inspect-ai==0.3.285' 's3fs==2026.6.0' 'aiobotocore==3.10.0' 'botocore==1.43.117' 'scikit-learn==1.9.1' \
    'rouge_score==0.1.2' 'latex2sympy2_extended==1.0.6' 'nltk==3.9.1' 'langcodes==3.5.1' 'pycountry==26.2.16' \
    'colorlog==6.12.0' 'pytablewriter==1.2.1' 'aenum==3.1.15' 'termcolor==2.3.0'

cat > expected <<'EXPECTED'
lighteval 0.13.0, scikit-learn 1.9.1
always no: loglikelihood_f1 0.89, acc 0.80; F1 0.00
always yes: loglikelihood_f1 0.33, acc 0.20; F1 0.33
both yeses found, two false ones: loglikelihood_f1 0.86, acc 0.80; F1 0.67
always the first of three: mf1 0.67, acc 0.50; macro F1 0.22
the first taken for the second of three: mf1 0.67, acc 0.50; macro F1 0.54
EXPECTED

cat > run.py <<'PYTHON'
import importlib.machinery
import sys
from importlib.metadata import version
from unittest.mock import MagicMock

import transformers
from sklearn.metrics import f1_score

for name in ("torch", "torch.nn", "torch.nn.utils", "torch.nn.utils.rnn"):
    sys.modules[name] = MagicMock(__spec__=importlib.machinery.ModuleSpec(name, None))
sys.modules["torch"].Tensor = type("Tensor", (), {})

from lighteval.metrics.metrics import Metrics
from lighteval.models.model_output import ModelResponse
from lighteval.tasks.requests import Doc


def of_all(metric, golds, said, classes):
    """The metric of a set, by the two steps that the pipeline takes."""
    name = metric.value.metric_name
    prepared = [
        metric.value.compute_sample(
            doc=Doc(query="Which?", choices=list("abc"[:classes]), gold_index=gold),
            model_response=ModelResponse(
                logprobs=[-0.1 if place == best else -9.0 for place in range(classes)], output_tokens=[[1]] * classes
            ),
        )[name]
        for gold, best in zip(golds, said, strict=True)
    ]
    return metric.value.get_corpus_aggregations()[name](prepared)


print(f"lighteval {version('lighteval')}, scikit-learn {version('scikit-learn')}")
golds = [0] * 8 + [1] * 2
for what, said in (
    ("always no", [0] * 10),
    ("always yes", [1] * 10),
    ("both yeses found, two false ones", [1] * 2 + [0] * 6 + [1] * 2),
):
    theirs, right = (of_all(metric, golds, said, 2) for metric in (Metrics.loglikelihood_f1, Metrics.loglikelihood_acc))
    print(f"{what}: loglikelihood_f1 {theirs:.2f}, acc {right:.2f}; F1 {f1_score(golds, said):.2f}")
golds = [0] * 5 + [1] * 4 + [2]
for what, said in (("always the first", [0] * 10), ("the first taken for the second", [1] * 9 + [2])):
    theirs, right = (of_all(metric, golds, said, 3) for metric in (Metrics.multi_f1_numeric, Metrics.loglikelihood_acc))
    macro = f1_score(golds, said, average="macro")
    print(f"{what} of three: mf1 {theirs:.2f}, acc {right:.2f}; macro F1 {macro:.2f}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
