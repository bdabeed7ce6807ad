#!/usr/bin/env bash
# langchain-core 1.8.3: a reply that was cut within a number is a valid object with a smaller number.
#
# Behaviour: `JsonOutputParser` and `PydanticOutputParser` close what a reply left open, also when they are called with
#   the whole of it: of `{"why": "good", "score": 100}` cut after the first digit they make a score of 1, after the second
#   one of 10. Lists lose their last entries, texts their ends, and fields with defaults get these. Nothing is raised and
#   nothing is logged; whether the reply ended (`finish_reason`) is not looked at, in a chain either.
# Surprising: completing what is open is what one expects of the stream of such a parser, not of `invoke`; the pydantic
#   one validates, and calls a verdict valid that no judge gave. Thinking models that share one cap between thought and
#   answer are cut exactly there.
# Expected: `invoke` raises where the JSON has no end, as `json.loads` does.
# Here: `json_schema` (workbench/scorers) takes only JSON that is whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check 'langchain-core==1.8.3'

cat > expected <<'EXPECTED'
langchain-core 1.8.3
{"why": "good", "score": 100}: {'why': 'good', 'score': 100}, Verdict(why='good', score=100, flaws=[])
{"why": "good", "score": 10: {'why': 'good', 'score': 10}, Verdict(why='good', score=10, flaws=[])
{"why": "good", "score": 1: {'why': 'good', 'score': 1}, Verdict(why='good', score=1, flaws=[])
{"why": "good", "score": 1, "flaws": ["too lo: {'why': 'good', 'score': 1, 'flaws': ['too lo']}, Verdict(why='good', score=1, flaws=['too lo'])
in a chain, after a reply with finish_reason length: Verdict(why='good', score=1, flaws=[])
EXPECTED

cat > run.py <<'PYTHON'
import os
from importlib.metadata import version

os.environ["LANGSMITH_TRACING"] = "false"

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from pydantic import BaseModel


class Verdict(BaseModel):
    why: str
    score: int
    flaws: list[str] = []


print("langchain-core", version("langchain-core"))
checked = PydanticOutputParser(pydantic_object=Verdict)
for said in (
    '{"why": "good", "score": 100}',
    '{"why": "good", "score": 10',
    '{"why": "good", "score": 1',
    '{"why": "good", "score": 1, "flaws": ["too lo',
):
    print(f"{said}: {JsonOutputParser().invoke(said)}, {checked.invoke(said)!r}")
cut = AIMessage('{"why": "good", "score": 1', response_metadata={"finish_reason": "length"})
judge = GenericFakeChatModel(messages=iter([cut])) | checked
print(f"in a chain, after a reply with finish_reason length: {judge.invoke('How good is it?')!r}")
PYTHON

venv/bin/python run.py 2> log | tee seen || { cat log >&2; exit 1; }

diff expected seen && echo "As on 2026-11-30." || { echo "Changed since 2026-11-30: see above." >&2; exit 1; }
