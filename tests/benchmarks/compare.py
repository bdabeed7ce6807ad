"""This checkout beside another, interleaved: `python tests/benchmarks/compare.py OTHER_CHECKOUT [TURNS] [NAME …]`.

Each measure is run in a process of its own, in turns here and there, with the drivers of each checkout and with the
Python and the packages of this one: where one had pyarrow and the other not, pandas alone made a difference of 36 MB
and half a second. What is compared is processor time, because it is steadier than the clock on a machine that others
use too: the median of the turns, and the least of them. A ratio above 1 is slower here.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

SPLIT = """
try:
    from workbench.replies.thinking import Splitter
except ImportError:
    from workbench.thinking import Splitter
text = "<think>" + "a thought " * 900_000 + "</think>" + "an answer " * 100_000
splitter = Splitter()
for place in range(0, len(text), 100):
    splitter.feed(text[place : place + 100])
splitter.close()
"""
ANALYSIS = """
import sys
sys.path.insert(0, "tests/benchmarks")
from test_analysis_speed import CALLS, rows
CALLS[{name!r}](rows())
"""
EXPORT = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, "tests/benchmarks")
from test_report_speed import notebook_of, rows_of
import workbench as wb
folder = Path(tempfile.mkdtemp())
notebook_of(rows_of(2_000), folder / "study.ipynb")
wb.export_report(folder / "study.ipynb", output=folder / "page.html", execute=False)
"""
KINDS = ("summary", "compare", "compare_all", "budget_curve", "recommend_budget", "pass_at_k", "equal_money")


class Checkout:
    """One checkout, with a store of its own that is filled once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = tempfile.mkdtemp()

    def seconds(self, words: list[str], *, cache: str | None = None) -> float:
        """Processor seconds of a program that is run in this checkout."""
        with tempfile.TemporaryDirectory() as empty:
            before = _used()
            subprocess.run(
                [sys.executable, *words],
                cwd=self.folder,
                env={
                    **os.environ,
                    "PYTHONPATH": str(self.folder),
                    "WORKBENCH_CACHE": cache or empty,
                    "PYTHONDONTWRITEBYTECODE": "",
                },
                check=True,
                capture_output=True,
            )
            return _used() - before

    def code(self, text: str) -> float:
        return self.seconds(["-c", text])

    def driven(self, way: str, port: int, calls: int, option: str = "plain", *, kept: bool = False) -> float:
        words = ["tests/benchmarks/drivers.py", way, str(port), str(calls), option]
        return self.seconds(words, cache=self.cache if kept else None)


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measures(port: int) -> dict[str, Callable[[Checkout], float]]:
    """What is compared: each takes a checkout and gives processor seconds."""
    found: dict[str, Callable[[Checkout], float]] = {
        "bare": lambda each: each.code("pass"),
        "import": lambda each: each.code("import workbench"),
        "cold plain": lambda each: each.driven("workbench", port, 2_000),
        "cold streamed": lambda each: each.driven("workbench", port, 500, "streamed"),
        "warm": lambda each: each.driven("replay", port, 10_000, kept=True),
        "split": lambda each: each.code(SPLIT),
        "export": lambda each: each.code(EXPORT),
    }
    for name in KINDS:
        found[name] = lambda each, name=name: each.code(ANALYSIS.format(name=name))  # type: ignore[misc]
    return found


def main(other: Path, turns: int, chosen: list[str]) -> None:
    """Measure in turns, and print a line for each measure."""
    server = subprocess.Popen(
        [sys.executable, HERE / "ideal_server.py", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    ours, theirs = Checkout(PROJECT), Checkout(other)
    with closing(server.stdin):
        port = int(server.stdout.readline())
        for each in (ours, theirs):
            each.driven("fill", port, 10_000, kept=True)
        print(f"{'':<18}{'here':>9}{'there':>9}{'ratio':>8}{'of the least':>14}")
        for name, measure in measures(port).items():
            if chosen and name not in chosen:
                continue
            here, there = [], []
            for turn in range(turns):
                for each, found in ((ours, here), (theirs, there)) if turn % 2 else ((theirs, there), (ours, here)):
                    found.append(measure(each))
            middle, least = statistics.median(here), min(here)
            ratio, ratio_of_least = middle / statistics.median(there), least / min(there)
            print(
                f"{name:<18}{middle:>9.3f}{statistics.median(there):>9.3f}{ratio:>8.2f}{ratio_of_least:>14.2f}",
                flush=True,
            )
    server.wait(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5, sys.argv[3:])
