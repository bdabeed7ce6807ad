"""The scorers that compare an answer with its target: exact, numeric, choice, yes or no, contains, one of, regex;
a new one goes here.

They see the answer only, never the thinking, and take time linear in it. A target with several accepted answers
(`a | b`) is met by any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from workbench.errors import InputError
from workbench.scorers.extraction import LETTERS, final_choice, final_number, final_texts, final_word, normalised
from workbench.scorers.numerals import Numeral, numerals
from workbench.scorers.patterns import TookTooLong, search
from workbench.scorers.score import Score, Scorer, shown, wanted
from workbench.tasks.tasks import Task

_OPTION: Final = re.compile(r"(?:^|[\s(\[])([A-J])[).:\]]\s*(?=\S)", re.MULTILINE)
OPPOSITES: Final = (("yes", "no"), ("true", "false"))
"""The pairs of words that `yes_no` tells apart."""

_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def exact(*, ignore_case: bool = True, sentences: bool = False) -> Scorer:
    """Score 1 where the short final answer is the target.

    Compared are the whole answer and what follows a marker such as `Answer:` or stands in a box, or else the last line;
    with `sentences` also the end of a last sentence such as "The capital is **Rome**.". Case (unless told otherwise),
    Unicode forms and the quotes, punctuation and Markdown around a text do not count; words do.

    >>> exact()("Let me think.\\nAnswer: **rome**.", Task("1", "Capital of Italy?", "Rome")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        targets = {normalised(target, ignore_case=ignore_case) for target in task.targets}
        found = final_texts(answer, sentences=sentences)
        for candidate in found:
            if normalised(candidate.text, ignore_case=ignore_case) in targets:
                return Score(1.0, shown(candidate.text), f"found {shown(candidate.text)!r} {candidate.where}")
        best = found[1]
        return Score(0.0, shown(best.text) or None, f"found {shown(best.text)!r} {best.where}; {wanted(task)}")

    return Scorer("exact", score)


def numeric(tolerance: float = 0.0, *, relative_tolerance: float = 0.0) -> Scorer:
    """Score 1 where the number that the answer gives equals the target, exactly or within a tolerance.

    The relative tolerance is a share of the target; the larger allowance counts. Numbers are read and compared as
    `workbench.numerals` says; which number of an answer counts says `workbench.extraction.final_number`. Units are not
    compared. Raises InputError for a target that does not hold exactly one number.

    >>> numeric(0.01)("The answer is 22/7, or about 3.14", Task("1", "Pi?", "3.14")).why
    "found 22/7 after 'answer is'"
    """
    if not (0 <= tolerance < float("inf") and 0 <= relative_tolerance < float("inf")):
        raise InputError(f"A tolerance is a number from 0, not {tolerance!r} and {relative_tolerance!r}.")
    allowed, share = Fraction(str(tolerance)), Fraction(str(relative_tolerance))

    def score(answer: str, task: Task) -> Score:
        targets = [_target_number(target, task) for target in task.targets]
        found = final_number(answer)
        if found is None:
            return Score(0.0, None, f"no number in the answer; {wanted(task)}")
        number, where = found
        if any(number.equals(target, tolerance=allowed, relative_tolerance=share) for target in targets):
            return Score(1.0, number.text, f"found {shown(number.text)} {where}")
        return Score(0.0, number.text, f"found {shown(number.text)} {where}; {wanted(task)}")

    return Scorer("numeric", score)


def choice(letters: str | None = None) -> Scorer:
    """Score 1 where the answer chooses the target's letter, as `workbench.extraction.final_choice` reads it.

    Without `letters` they are those of the options in the question (`A) …`) or in columns named A, B, C …, else A to H.
    The target is a letter, or the text of an option.

    >>> choice()("The answer is (b).", Task("1", "Which flies? A) fish B) crow", "B")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        options = options_of(task)
        labels = (letters or "".join(options) or LETTERS).upper()
        targets = {_target_letter(target, labels, options, task) for target in task.targets}
        found = final_choice(answer, labels, options=options)
        if found is None:
            return Score(0.0, None, f"no single choice in the answer; {wanted(task)}")
        why = f"found {found.text} {found.where}"
        return (
            Score(1.0, found.text, why) if found.text in targets else Score(0.0, found.text, f"{why}; {wanted(task)}")
        )

    return Scorer("choice", score)


def yes_no() -> Scorer:
    """Score 1 where the answer says the target's word: yes or no, true or false.

    >>> yes_no()("No, because 9 is 3 times 3.", Task("1", "Is 9 prime?", "no")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        target = normalised(task.target or "")
        pair = next((pair for pair in OPPOSITES if target in pair), None)
        if pair is None:
            raise InputError(
                f"Scorer 'yes_no': the target {task.target!r} of task {task.id!r} is not yes, no, true or false."
            )
        found = final_word(answer, pair)
        if found is None:
            return Score(0.0, None, f"neither {pair[0]} nor {pair[1]} in the answer; {wanted(task)}")
        why = f"found {found.text!r} {found.where}"
        return Score(1.0, found.text, why) if found.text == target else Score(0.0, found.text, f"{why}; {wanted(task)}")

    return Scorer("yes_no", score)


def contains(*, ignore_case: bool = True) -> Scorer:
    """Score 1 where the target stands anywhere in the answer as whole words: "Rome" not in "Romeo", "25" not in "-25".

    >>> contains()("It is Rome, of course.", Task("1", "Capital of Italy?", "Rome")).extracted
    'Rome'
    """

    def score(answer: str, task: Task) -> Score:
        text = normalised(answer, ignore_case=ignore_case)
        for target in task.targets:
            if _stands_in(normalised(target, ignore_case=ignore_case), text):
                return Score(1.0, shown(target), f"found {shown(target)!r} in the answer")
        return Score(0.0, None, f"not in the answer; {wanted(task)}")

    return Scorer("contains", score)


def one_of(labels: Iterable[str], *, ignore_case: bool = True) -> Scorer:
    """Score 1 where the answer names the target and no other of the labels; 0.5 where it names others, too.

    For tasks whose answer is one of a few known words: a product, a department, a mood. A label counts as whole words,
    also with an "s" behind it; a target is one of the labels. Raises InputError for fewer than two labels, and for a
    target that is none of them.

    >>> score = one_of(["kettle", "lamp", "oven"])
    >>> task = Task("1", "My kettle leaks.", "kettle")
    >>> [score(answer, task).value for answer in ("It is about kettles.", "A kettle or a lamp.", "The oven.")]
    [1.0, 0.5, 0.0]
    """
    listed = sorted({normalised(label, ignore_case=ignore_case): label for label in labels}.items())
    if len(listed) < 2:
        raise InputError(
            f"Scorer 'one_of' needs at least two labels to tell apart, not {[name for _, name in listed]!r}."
        )

    def score(answer: str, task: Task) -> Score:
        targets = {normalised(target, ignore_case=ignore_case) for target in task.targets}
        if targets.isdisjoint(label for label, _ in listed):
            known = ", ".join(repr(name) for _, name in listed)
            raise InputError(f"Scorer 'one_of': the target {task.target!r} of task {task.id!r} is none of {known}.")
        text = normalised(answer, ignore_case=ignore_case)
        named = [(label, name) for label, name in listed if _stands_in(label, text) or _stands_in(f"{label}s", text)]
        right = [name for label, name in named if label in targets]
        value = 0.0 if not right else 1.0 if len(named) == len(right) else 0.5
        names = " and ".join(repr(name) for _, name in named) or "none of the labels"
        return Score(value, ", ".join(name for _, name in named) or None, f"names {names}; {wanted(task)}")

    return Scorer("one_of", score)


def regex(pattern: str | None = None) -> Scorer:
    """Score 1 where the pattern is found in the answer; with a group, and a target, where the group is the target.

    Without a `pattern` each task's target is one (as it stands; `|` is the pattern's own). Patterns are Python's; flags
    stand inside, as in `(?i)`. A search that takes longer than `LIMIT_SECONDS` is stopped, scores 0, and says so.

    >>> regex(r"total: ([0-9]+)")("The total: 42", Task("1", "Sum?", "42")).extracted
    '42'
    """
    if pattern is not None:
        _compiles(pattern, "it")

    def score(answer: str, task: Task) -> Score:
        sought = pattern if pattern is not None else _compiles(task.target or "", f"the target of task {task.id!r}")
        try:
            match = search(sought, answer)
        except TookTooLong as problem:
            return Score(0.0, None, f"the search for {shown(sought)!r}: {problem}; make the pattern simpler")
        if match is None:
            return Score(0.0, None, f"the pattern {shown(sought)!r} is not in the answer")
        found = next((group for group in match[1:] if group is not None), match[0]) or ""
        compared = pattern is not None and len(match) > 1 and task.target is not None
        if compared and normalised(found) not in {normalised(target) for target in task.targets}:
            return Score(0.0, shown(found), f"found {shown(found)!r} by the pattern; {wanted(task)}")
        return Score(1.0, shown(found), f"found {shown(found)!r} by the pattern")

    return Scorer("regex", score, needs_target=pattern is None)


def options_of(task: Task) -> dict[str, str]:
    """The options of a task by letter: those sent with it, or in its question, or else in columns named so."""
    if task.options:
        return dict(task.options)
    labels = list(_OPTION.finditer(task.question))
    run: list[re.Match[str]] = []
    for label in labels:
        if label[1] == "ABCDEFGHIJ"[min(len(run), 9)]:
            run.append(label)
    if len(run) > 1:
        ends = [*(label.start() for label in run[1:]), len(task.question)]
        return {label[1]: task.question[label.end() : end].strip() for label, end in zip(run, ends, strict=True)}
    columns = {letter: str(task.extra[letter]) for letter in "ABCDEFGHIJ" if letter in task.extra}
    return columns if len(columns) > 1 else {}


def _target_number(target: str, task: Task) -> Numeral:
    found = numerals(target)
    if len(found) != 1:
        raise InputError(f"Scorer 'numeric': the target {target!r} of task {task.id!r} does not hold one number.")
    return found[0]


def _target_letter(target: str, letters: str, options: dict[str, str], task: Task) -> str:
    letter = normalised(target).upper()
    if len(letter) == 1 and letter in letters:
        return letter
    named = [label for label, text in options.items() if normalised(text) == normalised(target)]
    if len(named) != 1:
        raise InputError(f"Scorer 'choice': the target {target!r} of task {task.id!r} is none of {', '.join(letters)}.")
    return named[0]


def _stands_in(target: str, text: str) -> bool:
    position = text.find(target)
    while position >= 0:
        end = position + len(target)
        if not _joined_before(text, position) and not _joined_after(text, end):
            return True
        position = text.find(target, position + 1)
    return False


def _joined_before(text: str, start: int) -> bool:
    """Whether what stands before belongs to the same word or number."""
    near, far = text[max(0, start - 1) : start], text[max(0, start - 2) : max(0, start - 1)]
    if text[start].isdigit() and near and (near in "-+." or (near in ",'" and far.isdigit())):
        return True
    return _one_word(near, text[start])


def _joined_after(text: str, end: int) -> bool:
    near, far = text[end : end + 1], text[end + 1 : end + 2]
    if text[end - 1].isdigit() and near and near in ".,'" and far.isdigit():
        return True
    return _one_word(near, text[end - 1])


def _one_word(neighbour: str, edge: str) -> bool:
    both = neighbour + edge
    spaced = len(both) == 2 and not _UNSPACED.search(both)
    return spaced and all(character.isalnum() or character == "_" for character in both)


def _compiles(pattern: str, what: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as problem:
        raise InputError(
            f"Scorer 'regex': {what} is no regular expression: {problem}. It is {shown(pattern)!r}."
        ) from None
    return pattern
