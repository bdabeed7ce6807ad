"""Figures of a reply as scorers: all of several texts, length, time, cost, and how alike it is to a text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from workbench.base import regular_expressions as re
from workbench.errors import ConfigError, InputError
from workbench.scorers.matching import contains
from workbench.scorers.score import Score, Scorer, shown
from workbench.show import figures
from workbench.tasks.tasks import Task

LONGEST_COMPARED: Final = 20_000
"""Characters of either text that `similarity` looks at: its time grows with the product of both lengths."""

_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def contains_all(*, ignore_case: bool = True) -> Scorer:
    """Score the share of the target's parts (`a | b | c`) that stand in the answer as words; right is all of them.

    >>> contains_all()("Red and green.", Task("1", "Name the colours.", "red | green | blue")).why
    "2 of 3 found; not in the answer: 'blue'"
    """

    one = contains(ignore_case=ignore_case)

    def score(answer: str, task: Task) -> Score:
        parts = [Task(task.id, task.question, part.replace("|", r"\|")) for part in task.targets]
        missing = [part.targets[0] for part in parts if not one(answer, part).correct]
        found = len(task.targets) - len(missing)
        why = f"{found} of {len(task.targets)} found"
        if missing:
            why += "; not in the answer: " + shown(", ".join(repr(shown(part)) for part in missing))
        return Score(found / len(task.targets), None, why, "text")

    return Scorer("contains_all", score)


def length(
    *,
    min_words: int | None = None,
    max_words: int | None = None,
    min_characters: int | None = None,
    max_characters: int | None = None,
) -> Scorer:
    """Score 1 where the answer is as long as it should be, in words and in characters, both ends included.

    A limit left out is that of the task's own column of its name (`max_words`, …). Words are what stands between
    spaces and punctuation; in scripts without spaces each character is one. Raises InputError where there is no limit.

    >>> length(max_words=3)("Nine sheep are left.", Task("1", "How many?")).why
    '4 words, at most 3 were asked for'
    """
    given = {
        "min_words": min_words,
        "max_words": max_words,
        "min_characters": min_characters,
        "max_characters": max_characters,
    }

    def score(answer: str, task: Task) -> Score:
        limits = {name: _limit("length", name, value, task, needed=False) for name, value in given.items()}
        if not any(limit is not None for limit in limits.values()):
            raise InputError(
                f"Scorer 'length': task {task.id!r} has no limit; give length(max_words=…) or a column among "
                f"{', '.join(limits)}."
            )
        text = answer.strip()
        for unit, size in (("words", _words(text)), ("characters", len(text))):
            least, most = limits[f"min_{unit}"], limits[f"max_{unit}"]
            if most is not None and size > most:
                return Score(0.0, None, f"{size:,} {unit}, at most {most:g} were asked for", "measured")
            if least is not None and size < least:
                return Score(0.0, None, f"{size:,} {unit}, at least {least:g} were asked for", "measured")
        return Score(1.0, None, f"{_words(text):,} words, {len(text):,} characters", "measured")

    return Scorer("length", score, needs_target=False)


def latency(max_seconds: float | None = None) -> Scorer:
    """Score 1 where the whole reply came within `max_seconds`, or within the task's own column `max_seconds`.

    Seconds of a kept reply are those it took when it was bought. Without seconds there is no mark.

    >>> latency(2)("Paris", Task("1", "Capital?"), {"seconds": 2.5}).why
    'it took 2.5 s, at most 2 s were asked for'
    """
    return _below("latency", "max_seconds", max_seconds, "seconds", "it took {} s", "at most {} s were asked for")


def cost(max_usd: float | None = None) -> Scorer:
    """Score 1 where the reply cost at most `max_usd`, or the task's own column `max_usd`; no mark without a price.

    >>> cost(0.01)("Paris", Task("1", "Capital?"), {"usd": 0.002}).correct
    True
    """
    return _below("cost", "max_usd", max_usd, "usd", "it cost {}", "at most {} was allowed", figures.limit)


def similarity(measure: Literal["rouge_l", "chrf"] = "rouge_l", *, at_least: float | None = None) -> Scorer:
    """Score how alike the answer and the target are, from 0 to 1; right is `at_least`, or the task's own column of it.

    `rouge_l` is ROUGE-L, the F measure of the longest common subsequence of words (Lin 2004, Text Summarization
    Branches Out), by rapidfuzz; `chrf` is chrF, the F2 measure of runs of up to six characters (Popović 2015, WMT), by
    sacrebleu. Of several targets the most alike counts. Both are measures of wording: a wrong answer in the words of
    the target is alike, a right one in other words is not. Needs the extra `similarity`.
    """
    measures: dict[str, Callable[[], Callable[[str, str], float]]] = {"rouge_l": _rouge_l, "chrf": _chrf}
    if measure not in measures:
        raise InputError(f"measure is {measure!r}; give one of {', '.join(measures)}.")
    if at_least is not None and not 0 <= at_least <= 1:
        raise InputError(f"at_least is {at_least!r}; give a number from 0 to 1.")
    alike = measures[measure]()

    def score(answer: str, task: Task) -> Score:
        limit = _limit("similarity", "at_least", at_least, task)
        values = [alike(answer[:LONGEST_COMPARED], target[:LONGEST_COMPARED]) for target in task.targets]
        value = max(values)
        cut = f" of the first {LONGEST_COMPARED:,} characters" if len(answer) > LONGEST_COMPARED else ""
        why = f"{measure} {value:.2f}{cut}, at least {limit:g} was asked for"
        return Score(value, None, why, "measured", passed=value >= limit)

    return Scorer("similarity", score)


def _below(
    name: str,
    column: str,
    most: float | None,
    figure: str,
    said: str,
    asked: str,
    in_words: Callable[[float], str] = "{:g}".format,
) -> Scorer:
    if most is not None and not 0 <= most < float("inf"):
        raise InputError(f"{column} is {most!r}; give a number from 0.")

    def score(answer: str, task: Task, measured: Mapping[str, float | None]) -> Score:
        limit = _limit(name, column, most, task)
        value = measured.get(figure)
        if value is None:
            return Score(None, None, f"{figure} are not known", "measured")
        why = said.format(in_words(value))
        if value <= limit:
            return Score(1.0, None, why, "measured")
        return Score(0.0, None, f"{why}, {asked.format(in_words(limit))}", "measured")

    return Scorer(name, score, needs_target=False, measures=(figure,))


def _limit(scorer: str, column: str, given: float | None, task: Task, *, needed: bool = True) -> Any:
    """The limit that was given, or the task's own."""
    own: Any = given if given is not None else task.extra.get(column)
    if own is None or own == "":
        if needed:
            raise InputError(
                f"Scorer {scorer!r}: task {task.id!r} has no {column}; give {scorer}({column}=…) or such a column."
            )
        return None
    try:
        number = float(own)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 <= number < float("inf"):
        raise InputError(f"Scorer {scorer!r}: {column} of task {task.id!r} is {own!r}, which is no number from 0.")
    return number


def _words(text: str) -> int:
    """How many words a text has; characters of scripts without spaces count each for one."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced + len(_WORD.findall(_UNSPACED.sub(" ", text) if unspaced else text))


def _tokens(text: str) -> list[str]:
    lowered = text.lower()
    return _WORD.findall(_UNSPACED.sub(lambda character: f" {character.group()} ", lowered))


def _rouge_l() -> Callable[[str, str], float]:
    try:
        from rapidfuzz.distance import LCSseq
    except ImportError:
        raise _missing() from None

    def alike(answer: str, target: str) -> float:
        one, other = _tokens(answer), _tokens(target)
        if not one or not other:
            return float(one == other)
        return float(2 * LCSseq.similarity(one, other) / (len(one) + len(other)))

    return alike


def _chrf() -> Callable[[str, str], float]:
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise _missing() from None
    metric = CHRF()
    return lambda answer, target: float(metric.sentence_score(answer, [target]).score) / 100


def _missing() -> ConfigError:
    return ConfigError("Scorer 'similarity' needs rapidfuzz and sacrebleu: pip install 'workbench[similarity]'")
