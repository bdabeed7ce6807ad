#!/usr/bin/env bash
# ragas 0.4.3: the BLEU of an answer of several sentences is that of its first sentence, and of a short right answer 0.
#
# Behaviour: `BleuScore` cuts answer and reference at ". " and hands sacrebleu one list for each sentence of the reference,
#   which sacrebleu takes for as many references of one answer: the first sentence of the answer is compared with all
#   sentences of the reference, and the others are not looked at. Where answer and reference are equal and shorter than
#   four words it gives 0, since it asks for the BLEU of a corpus.
# Surprising: no warning; a right beginning makes the wrong rest right (1.0), a wrong one the right rest wrong (0.0), and
#   "Paris" for "Paris" is as wrong as it gets. `CHRFScore` beside it compares the whole.
# Expected: sentences side by side or the whole text at once, and the effective order for single answers, as in
#   `sacrebleu.sentence_bleu`.
# Here: `similarity` (workbench/scorers) compares whole texts, by ROUGE-L or chrF; there is no BLEU.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'ragas==0.4.3' 'sacrebleu==2.6.0' 'langchain-community==0.3.31' \
    'openai==3.3.0' 'instructor==1.17.0'

cat > expected <<'EXPECTED'
ragas 0.4.3, sacrebleu 2.6.0
'The capital of France is Paris. Two million people live there.': BLEU 1.00, chrF 1.00, by sacrebleu 1.00
'The capital of France is Paris. Nine hundred sheep graze in Spain.': BLEU 1.00, chrF 0.52, by sacrebleu 0.45
'Nine hundred sheep graze in Spain. Two million people live there.': BLEU 0.00, chrF 0.54, by sacrebleu 0.47
'Paris': BLEU 0.00, chrF 1.00, by sacrebleu 1.00
'It is Paris': BLEU 0.00, chrF 1.00, by sacrebleu 1.00
'It is Paris today': BLEU 1.00, chrF 1.00, by sacrebleu 1.00
EXPECTED

cat > run.py <<'PYTHON'
import asyncio
import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")

import sacrebleu
from ragas.metrics.collections import BleuScore, CHRFScore

print(f"ragas {version('ragas')}, sacrebleu {version('sacrebleu')}")
wanted = "The capital of France is Paris. Two million people live there."


def told(said, wanted):
    bleu, chrf = (asyncio.run(metric.ascore(reference=wanted, response=said)).value for metric in (BleuScore(), CHRFScore()))
    return f"{said!r}: BLEU {bleu:.2f}, chrF {chrf:.2f}, by sacrebleu {sacrebleu.sentence_bleu(said, [wanted]).score / 100:.2f}"


for said in (
    wanted,
    "The capital of France is Paris. Nine hundred sheep graze in Spain.",
    "Nine hundred sheep graze in Spain. Two million people live there.",
):
    print(told(said, wanted))
for said in ("Paris", "It is Paris", "It is Paris today"):
    print(told(said, said))
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
