"""Judge labelled answers with this workbench and with inspect_ai, lm-eval and math-verify.

    python tests/peers/compare.py [FILE.jsonl ...]        # or: make judge-peers

Without a file, the labelled answers of the tests are judged. A line holds scorer, target, answer and
right (whether a reader takes it so); `family`, `question` and `language` may stand there too. The others are
installed into a temporary folder, in the versions below, and run there by their own functions (judge.py); of
each library the function
that does best in a family counts. What is counted are marks other than the reader's, unsure ones of ours included.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.scorers import by_name
from workbench.tasks.tasks import Task

PINNED = ("inspect-ai==0.3.285", "lm-eval==0.4.13", "math-verify==0.9.0")
HERE = Path(__file__).parent
LABELLED = HERE.parent / "scorers" / "answers.jsonl"


def ours(record: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the workbench takes the answer for right, and whether it is sure."""
    known = {"options": record.get("options", {}), "labels": tuple(record.get("labels", ()))}
    task = Task("1", str(record.get("question") or "?"), str(record["target"]), **known)
    try:
        score = by_name(str(record["scorer"]))(str(record["answer"]), task)
    except WorkbenchError:
        return False, True
    return score.correct, score.sure


def theirs(records: list[dict[str, object]]) -> list[dict[str, bool]]:
    """The verdicts of the other libraries, in an environment made for it and thrown away."""
    uv = os.environ.get("UV") or shutil.which("uv") or "uv"
    with tempfile.TemporaryDirectory(prefix="judge-peers-") as folder:
        python = str(Path(folder, "env", "bin", "python"))
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(Path(folder, "env"))], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *PINNED], check=True, cwd=folder)
        lines = "".join(json.dumps(record) + "\n" for record in records)
        ran = subprocess.run(
            [python, str(HERE / "judge.py")], input=lines, stdout=subprocess.PIPE, text=True, check=True, cwd=folder
        )
    return [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]


def main(paths: list[Path]) -> int:
    records = [
        {"question": "", "family": "all", **json.loads(line)}
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    verdicts = theirs(records)
    errors: dict[str, Counter[str]] = defaultdict(Counter)
    sizes: Counter[str] = Counter()
    figures: Counter[str] = Counter()
    for record, judged in zip(records, verdicts, strict=True):
        family, right = str(record["family"]), bool(record["right"])
        sizes[family] += 1
        correct, sure = ours(record)
        errors[family]["workbench"] += correct != right
        figures["right" if right else "wrong"] += 1
        figures["unsure"] += not sure
        figures["accepted" if correct else "refused"] += correct != right and sure
        for name, verdict in judged.items():
            errors[family][name] += verdict != right
    libraries = ("workbench", "inspect_ai", "lm-eval", "math-verify")
    print(
        f"{'family':<16}{'answers':>8}"
        + "".join(f"{name:>13}" for name in libraries)
        + "   marks other than a reader's"
    )
    totals: Counter[str] = Counter()
    behind = 0
    for family, size in sorted(sizes.items()):
        best = {
            library: min(
                (count for name, count in errors[family].items() if name.split(" ")[0] == library), default=size
            )
            for library in libraries
        }
        totals.update(best)
        behind += any(best[library] < best["workbench"] for library in libraries[1:])
        print(f"{family:<16}{size:>8}" + "".join(f"{best[name]:>13}" for name in libraries))
    print(f"{'all':<16}{len(records):>8}" + "".join(f"{totals[name]:>13}" for name in libraries))
    print(
        f"workbench: {figures['accepted'] / max(1, figures['wrong']):.1%} of the wrong answers accepted and "
        "called sure, "
        f"{figures['refused'] / max(1, figures['right']):.1%} of the right ones refused and called sure, "
        f"{figures['unsure'] / len(records):.1%} unsure."
    )
    return int(behind > 0)


if __name__ == "__main__":
    sys.exit(main([Path(path) for path in sys.argv[1:]] or [LABELLED]))
