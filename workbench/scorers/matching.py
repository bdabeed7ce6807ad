"""The scorers that compare an answer with its target: exact, choice, yes or no, contains, one of, regex;
a new one goes here.

They see the answer only, never the thinking, and take time linear in it. A target with several accepted answers
(`a | b`) is met by any of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.scorers.choosing.choices import choice_of, is_no_choice
from workbench.scorers.choosing.options import Options, options_in, target_places
from workbench.scorers.languages import as_written, worded
from workbench.scorers.patterns import TookTooLong, checked_pattern, search
from workbench.scorers.reading import Claim, reading
from workbench.scorers.score import Score, Scorer, shown, wanted
from workbench.scorers.sentences.aimed import unsupposed
from workbench.scorers.sentences.normal import LONGEST_READ, normalised
from workbench.scorers.sentences.phrases import Verdict
from workbench.scorers.texts import short_answer
from workbench.scorers.truths import final_truth, truth_word
from workbench.tasks.tasks import Task

_BESIDE_ANOTHER: Final = re.compile(
    rf"{worded('is')}\s[^;.!?]{{3,80}};\s[^;]{{0,24}}\Z|\s[^;.!?]{{12,80}};\s[^;]{{0,8}}\Z"
)
"""Before a text: a whole statement, which the text only goes along with."""
_NOBODY: Final = re.compile(as_written("nobody"))
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def exact(*, ignore_case: bool = True, sentences: bool = False) -> Scorer:
    """Score 1 where the short final answer is the target.

    Compared are the whole answer and what it claims: what follows a marker such as `Answer:` or stands in a box or an
    `<answer>` element; without a claim the last line. Case (unless told otherwise), Unicode forms and the quotes,
    punctuation and Markdown around a text do not count; words do. With `sentences` a sentence that says the target
    counts too, and a target is compared as what it is: date, code, quantity, text.

    >>> exact()("Let me think.\\nAnswer: **rome**.", Task("1", "Capital of Italy?", "Rome")).value
    1.0
    >>> exact(sentences=True)("Mars is called the red planet.", Task("1", "The red planet?", "Mars")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        if sentences and ignore_case:
            return short_answer(answer, task)
        return _exactly(answer, task, ignore_case)

    return Scorer("exact", score)


def _exactly(answer: str, task: Task, ignore_case: bool) -> Score:
    targets = {normalised(target, ignore_case=ignore_case) for target in task.targets}
    read = reading(answer)
    found = [Claim(answer.strip() if len(answer) < 10_000 else read.plain, 0, "whole", "as the whole answer")]
    if read.claims:
        claim = read.claims[0]
        trimmed = read.patterns.tail.sub("", claim.text)
        first = re.split(r"[.!?](?=\s|\Z)|[。！？]", claim.text, maxsplit=1)[0]
        found += [claim._replace(text=text) for text in dict.fromkeys((claim.text, trimmed, first))]
    else:
        lines = read.lines
        last = read.text[lines[-1].start : lines[-1].end] if lines else ""
        found.append(Claim(last, 0, "last", "as the last line"))
    for candidate in found:
        if normalised(candidate.text, ignore_case=ignore_case) in targets:
            why = f"found {shown(candidate.text)!r} {candidate.where}"
            return Score(1.0, shown(candidate.text), why, candidate.evidence)
    best = found[1]
    text = shown(best.text) or None
    said = short_answer(answer, task)
    inside = bool(said.correct) or any(Verdict.of(read, target).asserted for target in task.targets)
    hint = "; a sentence says it, which counts with sentences=True or where no scorer is named" if inside else ""
    why = f"found {shown(best.text)!r} {best.where}; {wanted(task)}{hint}"
    return Score(0.0, text, why, best.evidence, said.sure and not inside)


def choice(letters: str | None = None) -> Scorer:
    """Score 1 where the answer chooses the target's option, by its letter or its text.

    The options are those of the columns `choices`, `options` or A, B, C …, or of the question (`A) …`, `(а) …`, `①`);
    with `letters`, or where no options are seen, they are bare letters (A to H). The target is a letter, several
    letters (a set, in any order), or the text of an option.

    >>> choice()("The answer is (b).", Task("1", "Which flies? A) fish B) crow", "B")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        options = options_in(task)
        if letters is not None or options is None:
            labels = (letters or "ABCDEFGH").upper()
            texts = options.texts if options is not None and len(options.texts) == len(labels) else ("",) * len(labels)
            options = Options(tuple(labels), texts)
        targets = [_target_option(target, options, task) for target in task.targets]
        several = any(len(target) > 1 for target in targets)
        found = choice_of(reading(answer), options, several=several)
        if found is None:
            return Score(
                0.0,
                None,
                f"no single choice in the answer; {wanted(task)}",
                "none",
                is_no_choice(answer, task, options),
            )
        right = found.places in targets
        why = f"found {found.text} {found.where}" + f"; {wanted(task)}" * (not right)
        return unsupposed(Score(float(right), found.text, why, found.evidence, found.sure), answer, task.question)

    return Scorer("choice", score)


def yes_no() -> Scorer:
    """Score 1 where the answer says the target's truth value: yes and true are one, no and false the other.

    The words of eleven languages are known, in the target and in the answer; "yes and no" is neither.

    >>> yes_no()("No, because 9 is 3 times 3.", Task("1", "Is 9 prime?", "false")).value
    1.0
    """

    def score(answer: str, task: Task) -> Score:
        target = truth_word(task.target or "")
        if target is None:
            raise InputError(
                f"Scorer 'yes_no': the target {task.target!r} of task {task.id!r} is not yes, no, true or false."
            )
        found = final_truth(reading(answer), task.question)
        if found is None or found.value is None:
            undecided = found is not None
            said = "both yes and no" if undecided else "neither yes nor no"
            return Score(0.0, None, f"{said} in the answer; {wanted(task)}", "none", undecided or _says_nothing(answer))
        why = f"found {found.text!r} {found.where}"
        if found.value == target:
            return Score(1.0, found.text, why, found.evidence, found.sure)
        return Score(0.0, found.text, f"{why}; {wanted(task)}", found.evidence, found.sure)

    return Scorer("yes_no", score)


def _says_nothing(answer: str) -> bool:
    """Whether an answer without yes or no leaves the question open; a plain sentence may well answer it."""
    read = reading(answer)
    return (
        not read.plain
        or bool(read.patterns.open.search(read.lower))
        or bool(read.patterns.undecided.search(read.lower))
        or bool(_NOBODY.search(read.lower))
    )


def contains(*, ignore_case: bool = True) -> Scorer:
    """Score 1 where the target stands in the answer as whole words, and is not denied: "Rome" not in "Romeo".

    "25" does not stand in "-25" or "125". Where every mention is denied ("not Rome") or left open ("Rome or Milan"), it
    does not count.

    >>> contains()("It is Rome, of course.", Task("1", "Capital of Italy?", "Rome")).extracted
    'Rome'
    """

    def score(answer: str, task: Task) -> Score:
        text = normalised(answer, ignore_case=ignore_case)
        plain = normalised(reading(answer).text, ignore_case=ignore_case) if "*" in answer or "_" in answer else text
        for target in task.targets:
            sought = normalised(target, ignore_case=ignore_case)
            if _stands_in(sought, text) or _stands_in(sought, plain):
                if len(answer) <= LONGEST_READ:
                    verdict = Verdict.of(reading(answer), target, question=task.question)
                    if verdict.mentioned and not verdict.asserted and (verdict.denied or verdict.undecided):
                        state = "denied" if verdict.denied else "one of several"
                        why = f"found {shown(target)!r} in the answer, but {state}; {wanted(task)}"
                        return Score(0.0, shown(target), why, "text", not verdict.strength)
                weak = bool(_BESIDE_ANOTHER.search(text, 0, max(text.rfind(sought), 0)))
                return Score(1.0, shown(target), f"found {shown(target)!r} in the answer", "text", not weak)
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
        checked_pattern(pattern, "it")

    def score(answer: str, task: Task) -> Score:
        sought = (
            pattern if pattern is not None else checked_pattern(task.target or "", f"the target of task {task.id!r}")
        )
        try:
            match = search(sought, answer)
        except TookTooLong as problem:
            return Score(0.0, None, f"the search for {shown(sought)!r}: {problem}; make the pattern simpler")
        if match is None:
            return Score(0.0, None, f"the pattern {shown(sought)!r} is not in the answer")
        found = next((group for group in match[1:] if group is not None), match[0]) or ""
        compared = pattern is not None and len(match) > 1 and task.target is not None
        if compared and normalised(found) not in {normalised(target) for target in task.targets}:
            return Score(0.0, shown(found), f"found {shown(found)!r} by the pattern; {wanted(task)}", "pattern")
        return Score(1.0, shown(found), f"found {shown(found)!r} by the pattern", "pattern")

    return Scorer("regex", score, needs_target=pattern is None)


def options_of(task: Task) -> dict[str, str]:
    """The options of a task by their labels; none where it has none."""
    options = options_in(task)
    return dict(zip(options.labels, options.texts, strict=True)) if options is not None else {}


def _target_option(target: str, options: Options, task: Task) -> frozenset[int]:
    places = target_places(target, options)
    if places is None:
        labels = ", ".join(options.labels)
        raise InputError(f"Scorer 'choice': the target {target!r} of task {task.id!r} is none of {labels}.")
    return places


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
