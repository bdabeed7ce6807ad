#!/usr/bin/env bash
# lighteval 0.13.0: chrF, chrF++ and TER of a whole set are those of its first answer.
#
# Behaviour: sacrebleu takes references as streams (the first of each answer, then the second of each ...). lighteval hands
#   it one list for each answer instead, which sacrebleu takes for as many streams of one reference: the first answer is
#   compared with the references of all the others too, and nothing else is ever looked at. `bleu` turns the lists round.
# Surprising: the same three answers in another order get 100 in place of 17, and a set of one right answer and a
#   thousand wrong ones gets 100 where the right one comes first. Its tasks of translation list `bleu`, `chrf` and `ter`.
# Expected: what sacrebleu says of the same answers and references, which `bleu` beside them is.
# Here: `similarity` (workbench/scorers) gives each answer its own chrF, and rows average them.
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
lighteval 0.13.0, sacrebleu 2.6.0
wrong, right, right: chrf 17, by sacrebleu 70
wrong, right, right: chrf++ 14, by sacrebleu 69
wrong, right, right: ter 95, by sacrebleu 32
right, right, wrong: chrf 100, by sacrebleu 70
right, right, wrong: chrf++ 100, by sacrebleu 69
right, right, wrong: ter 0, by sacrebleu 32
right, then 1000 wrong: chrf 100, by sacrebleu 17
right, then 1000 wrong: chrf++ 100, by sacrebleu 14
right, then 1000 wrong: ter 0, by sacrebleu 86
wrong, then 1000 right: chrf 17, by sacrebleu 100
wrong, then 1000 right: chrf++ 14, by sacrebleu 100
wrong, then 1000 right: ter 100, by sacrebleu 0
EXPECTED

cat > run.py <<'PYTHON'
import importlib.machinery
import sys
from importlib.metadata import version
from unittest.mock import MagicMock

import sacrebleu
import transformers

for name in ("torch", "torch.nn", "torch.nn.utils", "torch.nn.utils.rnn"):
    sys.modules[name] = MagicMock(__spec__=importlib.machinery.ModuleSpec(name, None))
sys.modules["torch"].Tensor = type("Tensor", (), {})

from lighteval.metrics.metrics import Metrics
from lighteval.models.model_output import ModelResponse
from lighteval.tasks.requests import Doc


def of_all(metric, pairs):
    """The metric of a set, by the two steps that the pipeline takes."""
    name = metric.value.metric_name
    prepared = [
        metric.value.compute_sample(
            doc=Doc(query="Translate.", choices=[wanted], gold_index=0), model_response=ModelResponse(text=[said])
        )[name]
        for said, wanted in pairs
    ]
    return metric.value.get_corpus_aggregations()[name](prepared)


def by_sacrebleu(metric, pairs):
    return metric.corpus_score([said for said, _ in pairs], [[wanted for _, wanted in pairs]]).score


wrong = ("a dog ran in the park there", "the cat sat on the mat today")
right = ("my house has a red door", "my house has a red door")
also_right = ("we like to eat fresh bread", "we like to eat fresh bread")
print(f"lighteval {version('lighteval')}, sacrebleu {version('sacrebleu')}")
for what, pairs in (
    ("wrong, right, right", [wrong, right, also_right]),
    ("right, right, wrong", [right, also_right, wrong]),
    ("right, then 1000 wrong", [right] + [wrong] * 1000),
    ("wrong, then 1000 right", [wrong] + [right] * 1000),
):
    for metric, theirs in (
        (Metrics.chrf, sacrebleu.CHRF()),
        (Metrics.chrf_plus, sacrebleu.CHRF(word_order=2)),
        (Metrics.ter, sacrebleu.TER()),
    ):
        name = metric.value.metric_name
        print(f"{what}: {name} {of_all(metric, pairs):.0f}, by sacrebleu {by_sacrebleu(theirs, pairs):.0f}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
