"""Answers marked by several processes at once, where there are so many that it is worth starting them."""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Final, NamedTuple, TypeAlias

from workbench.base.machine import clean_environment
from workbench.errors import WorkbenchError
from workbench.scorers.named import by_name, score_answer
from workbench.scorers.score import Score, Scorer
from workbench.tasks.tasks import Task

SECONDS_ALONE: Final = 0.5
"""Of marking before anybody is asked to help: a child takes about as long to start."""

_SECONDS_WORTH_IT: Final = 1.5
_MOST_CHILDREN: Final = 3
_CASES_AT_ONCE: Final = 100
_LONGEST_KEPT: Final = 200
_MOST_KEPT: Final = 20_000

_PROGRAM: Final = """
import os, pickle, sys
replies = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
sys.path[:] = pickle.load(sys.stdin.buffer)
from workbench.scorers.processes import serve
serve(sys.stdin.buffer, replies)
"""


class Case(NamedTuple):
    """What a scorer is called with."""

    answer: str
    task: Task
    measured: Mapping[str, float | None]


Finding: TypeAlias = "Score | WorkbenchError | None"
"""What comes of one case: its score, none where it cannot have one, or why it could not be scored."""


def found(scorer: Scorer, case: Case) -> Finding:
    """What a scorer says of one case.

    >>> from workbench.scorers.named import automatic
    >>> found(automatic(), Case("Nine, I think.", Task("a", "What is it?"), {})) is None
    True
    """
    try:
        return score_answer(scorer, *case)
    except WorkbenchError as problem:
        return problem


def is_known(scorer: Scorer) -> bool:
    """Whether it is one of ours by its name alone, and thus says the same of an answer each time.

    >>> from workbench.scorers.named import as_scorer, automatic
    >>> is_known(automatic()), is_known(as_scorer(lambda answer: True))
    (True, False)
    """
    ours = str(getattr(scorer.score, "__module__", "")).startswith("workbench.")
    return scorer.word is not None and ours and scorer.at_once < 2


class Marker:
    """A scorer that keeps what it said of short answers: many samples of one task give the same one."""

    def __init__(self, scorer: Scorer) -> None:
        self.scorer = scorer
        self._kept: dict[tuple[int, str], Finding] | None = {} if is_known(scorer) else None

    def __call__(self, case: Case) -> Finding:
        answer, task, _ = case
        kept = self._kept
        if kept is None or len(answer) > _LONGEST_KEPT:
            return found(self.scorer, case)
        key = (id(task), answer)
        if key in kept:
            return kept[key]
        finding = found(self.scorer, case)
        if isinstance(finding, Score) and not self.scorer.of(task).measures and len(kept) < _MOST_KEPT:
            kept[key] = finding
        return finding


def findings(scorer: Scorer, cases: Iterable[Case], number: int) -> Generator[Finding]:
    """What comes of each of so many cases, in their order; the tasks live at least as long as this does.

    Children help with scorers that have a name, as they make them anew by it: with no function of the user's own, no
    judge, no program that is run. They get no key, say nothing, and end with this process.

    >>> from workbench.scorers.named import automatic
    >>> [found.value for found in findings(automatic(), [Case("It is 9.", Task("a", "4 + 5?", "9"), {})], 1)]
    [1.0]
    """
    mark, cases = Marker(scorer), iter(cases)
    children = min(_MOST_CHILDREN, _processors() - 1) if is_known(scorer) and scorer.name != "code" else 0
    began = time.monotonic()
    for done, case in enumerate(cases, start=1):
        yield mark(case)
        passed = time.monotonic() - began
        if children and passed > SECONDS_ALONE and passed / done * (number - done) > _SECONDS_WORTH_IT:
            break
    else:
        return
    yield from _Shared(mark, cases, children).findings()


def serve(questions: IO[bytes], replies: IO[bytes]) -> None:
    """The life of a child: cases come in, findings go out, until nothing comes any more."""
    scorer = by_name(pickle.load(questions))
    while True:
        try:
            cases: list[Case] = pickle.load(questions)
        except EOFError:
            return
        mark = Marker(scorer)
        pickle.dump([mark(case) for case in cases], replies, pickle.HIGHEST_PROTOCOL)
        replies.flush()


class _Chunk:
    """Some cases, whether somebody has taken them, and what came of them."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.taken = False
        self.findings: list[Finding] | None = None


class _Shared:
    """Cases shared between this process and its children; their findings come in order.

    A few chunks are open at a time. Children take the first that is free; this process takes the next in order, or
    where a child has that, the last that is free. A chunk that a child fails on is free again, and the child gone.
    """

    def __init__(self, mark: Marker, cases: Iterator[Case], children: int) -> None:
        self._mark, self._cases = mark, cases
        self._open: deque[_Chunk] = deque()
        self._changed = threading.Condition()
        self._over = False
        self._children: list[subprocess.Popen[bytes]] = []
        self._wanted = children

    def findings(self) -> Generator[Finding]:
        try:
            self._fill()
            for _ in range(self._wanted):
                threading.Thread(target=self._hand_over, daemon=True, name="workbench-marks").start()
            while self._open:
                yield from self._first()
                self._open.popleft()
                self._fill()
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()
                for child in self._children:
                    child.kill()

    def _fill(self) -> None:
        while len(self._open) < 3 * self._wanted + 1:
            cases = list(islice(self._cases, _CASES_AT_ONCE))
            if not cases:
                return
            with self._changed:
                self._open.append(_Chunk(cases))
                self._changed.notify()

    def _first(self) -> Iterator[Finding]:
        """The findings of the first chunk, made here unless a child has it; then others are, until it is done."""
        first = self._open[0]
        while first.findings is None:
            with self._changed:
                chunk = first if not first.taken else next((c for c in reversed(self._open) if not c.taken), None)
                if chunk is None:
                    self._changed.wait(1)
                    continue
                chunk.taken = True
            if chunk is first:
                yield from map(self._mark, chunk.cases)
                return
            chunk.findings = [self._mark(case) for case in chunk.cases]
        yield from first.findings

    def _hand_over(self) -> None:
        """The thread of one child: it waits for both."""
        try:
            child = self._started()
        except OSError:
            return
        with contextlib.suppress(OSError), child:
            while (chunk := self._taken()) is not None:
                findings = _asked(child, chunk.cases)
                with self._changed:
                    chunk.findings, chunk.taken = findings, findings is not None
                    self._changed.notify_all()
                if findings is None:
                    break
            child.kill()

    def _taken(self) -> _Chunk | None:
        with self._changed:
            while not self._over:
                for chunk in self._open:
                    if not chunk.taken:
                        chunk.taken = True
                        return chunk
                self._changed.wait()
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(),
            start_new_session=True,  # Ctrl-C is for this process, which ends its children
        )
        with self._changed:
            self._children.append(child)
            if self._over:
                child.kill()
        assert child.stdin is not None
        try:
            pickle.dump(sys.path, child.stdin)
            pickle.dump(self._mark.scorer.word, child.stdin)
        except OSError:
            child.kill()
        return child


def _asked(child: subprocess.Popen[bytes], cases: Sequence[Case]) -> list[Finding] | None:
    """What a child finds; None where it cannot be asked, or does not answer."""
    assert child.stdin is not None  # both are pipes, as it was started with them
    assert child.stdout is not None
    try:
        child.stdin.write(pickle.dumps(cases, pickle.HIGHEST_PROTOCOL))
        child.stdin.flush()
        findings: list[Finding] = pickle.load(child.stdout)
    except Exception:  # noqa: BLE001 - a cell of a task may raise anything when it is packed; it is marked here then
        return None
    return findings


def _processors() -> int:
    """How many processes like this one can run at once."""
    if not sys.executable:  # Python inside another program: it cannot be started again
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
