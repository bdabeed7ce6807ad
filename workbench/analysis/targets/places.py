"""Where a target stands in a thought as a value that was found, by what it is worth and not by how it is spelt.

A number counts wherever it stands by itself: not as an operand, a part of another number, the number of a step, or
where it is denied. Small whole numbers, letters, and what stands in the question already, count only where something
says that they are a result: `=`, *is*, *so*, *leaves*, a box, the name of the answer before it, *are left* behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from workbench.analysis.targets.blanks import filled_in
from workbench.analysis.targets.candidates import Candidates, OfSurroundings, Span
from workbench.analysis.targets.cues import Cues, cues_of
from workbench.analysis.targets.denied_words import (
    affirmations,
    called_false,
    denials,
    is_false,
    is_no,
    is_no_answer,
    is_polar,
    is_yes,
)
from workbench.analysis.targets.forms import Form, forms_of
from workbench.analysis.targets.operands import OPENING, is_other
from workbench.analysis.targets.opposites import concluded
from workbench.analysis.targets.option_letters import (
    asserted,
    is_affirmed,
    is_option,
    is_told,
    letter_counts,
    options_of,
)
from workbench.analysis.targets.option_order import named_by_place
from workbench.analysis.targets.option_reached import reached_before
from workbench.analysis.targets.other_names import told_forms
from workbench.analysis.targets.told import (
    begins_range,
    counts_other,
    ends_range,
    is_compared,
    is_coordinate,
    is_denominator,
    is_given_anew,
    is_in_a_table,
    is_listed,
    is_one_of_many,
    is_only_asked,
    is_pointed_out,
    is_restated,
    is_time_not_asked,
    is_told_of,
    is_told_on,
)
from workbench.analysis.targets.written import written_at
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.words import alternation, around, begins, every
from workbench.base import regular_expressions as re

_WINDOW: Final = 40
_SENTENCE: Final = 120
_ENDS_SENTENCE: Final = re.compile(r"[^\d\n.!?。！？]{0,24}(?:[.!?。！？\n]|\Z)")
_COUNTED_OFF: Final = re.compile(rf"{around('counted_off', 'counted_off_unspaced')}\s*(?:\w+\s+)?\d+\s*\w?\s*[:：]\Z")
"""A time or a turn that is counted off, and what stood then: *after day 1: 3*."""
_LISTED_NUMBERS: Final = re.compile(r"[\"']?,\s?[\"']?-?\d[\d.]*[\"']?,\s?[\"']?-?\d")
"""Numbers behind a number: a list of them is no result."""
_REASON: Final = re.compile(rf"[*_\"'”’)]*,\s{around('reasons_on')}(?!\w)(?!\s{around('reasons_on_denied')}\b)")
"""What follows a name that is a reason for what is concluded: *it orbited Saturn, so this is it*."""
_NOUN: Final = re.compile(r"[.:;,\n]\s(?:[^\W\d_]+\s)?([^\W\d_]{4,})\s?[$€£]?\Z")
"""A noun that a number is told of without a verb: *Book value 32,400.*"""
_NAMES_CLASS: Final = re.compile(rf"(?<!\w){around('names_it')}\s(?:[^\W\d_]+\s){{0,3}}?([^\W\d_]{{4,}})\s?\Z")
_YES: Final = re.compile(r",\s(\w{3,})")
_AFTER_RESULT: Final = re.compile(r"\d[.!]\s\Z")
"""Before a yes to what was worked out: *13 × 77 = 1001. Yes*."""
_LAST_WORD_OF_SENTENCE: Final = re.compile(r"[*_\"'”’)]*(?:[.!](?!\d)|\n|\Z)")
REFUSED: Final = re.compile(rf"[*_\"'”’)]*{around('refuses')}")
"""What follows a value that is said to be wrong."""
_NOT_IT: Final = re.compile(
    rf"{begins(every('answer'))}(?<!\w){alternation(every('answer'))}\s"
    rf"(?:{around('is_said')}\s{around('denies_an_adjective')}|isn['’]t)\s\W*\Z"
)
"""What stands before a value that is said not to be the answer."""
_AND_NOT: Final = re.compile(rf"[,;]\s(?:{around('denies_an_adjective')})\s[\"'“‘«„]?\Z")
"""Before a value that is set against another: *the term is the Latin one, not this*."""
_WERE: Final = re.compile(around("were"))
_COUNTERFACTUAL: Final = re.compile(
    rf"(?<!\w){around('if')}\s(?:[^.!?\n]|\.(?=\d))*?(?<!\w){around('were')}(?!\w)(?:[^.!?\n]|\.(?=\d))*\Z"
)
"""What is said of something that is not so: *if half were sold, that would be*."""
_LISTED_BEFORE: Final = re.compile(r"\d,\s?\Z")
_LISTED_BEHIND: Final = re.compile(r",\s?\d")
_LAST_WORD: Final = re.compile(r"[*_\"'”’`)\s]*[.!。！]?[*_\"'”’`)\s]*\Z")


def places(target: str, thought: Thought) -> list[tuple[int, int]]:
    r"""Where a target stands in a thought, as places in its text, in order.

    >>> text = "Step 42: 42 - 2 is 40. So 6 * 7 = 42.0, or \\frac{84}{2}. Yes, forty-two."
    >>> [text[start:end] for start, end in places("42", Thought(text))]
    ['42.0', '\\frac{84}{2}', 'forty-two']
    """
    return standing_in(target, thought).all()


def standing_in(target: str, thought: Thought) -> Candidates:
    """The same, as places of which each is judged when it is asked for.

    >>> standing_in("42", Thought("Step 42: 42 - 2 is 40. So 6 * 7 = 42.")).first()
    (34, 36)
    """
    found = Candidates()
    for form in forms_of(target):
        _add_places(form, thought, found)
        signs = (form.text, form.text.upper(), form.text.lower())
        label = next((sign for sign in signs if is_option(thought.question, sign)), "")
        if label:
            _add_option(form, label, thought, found)
        elif is_yes(form.text):
            first = found.earliest()
            found.add([*affirmations(thought, first[0]), *concluded(thought, first[0], yes=True)] if first else ())
        elif is_false(form.text):
            first = found.earliest()
            no = first[0] if first else len(thought.text)
            found.add([*called_false(thought, no), *concluded(thought, no, yes=False)])
            found.add(denials(thought, no) if is_no(form.text) or "?" in thought.question else ())
    return found


def _add_option(form: Form, label: str, thought: Thought, found: Candidates) -> None:
    """Add where an option stands by what it says, beside its letters: word for word, by its place, in other words."""
    found.add([*named_by_place(thought, label), *filled_in(thought, label)])
    told = _told_places(form, label, thought)
    behind = {start - signs for start, _ in told.spans for signs in range(4)}

    # B. Neon: its text is the place
    found.only(lambda span: span[1] not in behind or not told.begins_within(span[1], span[1] + 4))
    found.add(told.spans, told.stands)
    first = found.earliest()
    if first is None:
        found.add(reached_before(thought, label, None))
    else:
        found.add(reached_before(thought, label, first[0], bare=not told.stands(first)))


def _told_places(form: Form, label: str, thought: Thought) -> Candidates:
    """Where the text of an option stands, or is said to be the one, and is not only told."""
    found = Candidates()
    for told in told_forms(options_of(thought.question, label), label):
        if told.kind not in ("letter", "name"):
            stood = Candidates()
            _add_places(told, thought, stood)
            written = [
                span
                for span in written_at(told, thought)
                if not (is_one_of_many(thought.text, *span) if told.kind == "text" else is_other(told, thought, *span))
            ]
            if told.kind == "text":
                stood.add(written, lambda span, told=told: bool(asserted(told, thought, label, [span])))  # type: ignore[misc]
            else:
                stood.add(asserted(told, thought, label, written))
            found.add(stood.spans, partial(_is_meant, form, told, thought, stood))
    return found


def _is_meant(form: Form, told: Form, thought: Thought, stood: Candidates, span: Span) -> bool:
    """Whether the text of an option stands at a place as more than what its letter says."""
    lower, asked = thought.lower, thought.asked
    if is_told(form.text, told.text, lower, *span) and not (
        told.kind == "text" and is_affirmed(form.text, told.text, lower, *span, asked=asked)
    ):
        return False
    return stood.stands(span)


def first_place(target: str, thought: Thought) -> int | None:
    """Where a target first stands in a thought; None where it never does.

    >>> first_place("Paris", Thought("The capital is Paris."))
    15
    """
    found = standing_in(target, thought).earliest()
    return found[0] if found else None


def refused(target: str, thought: Thought, since: int = 0) -> Iterator[int]:
    """Where a thought says of the target that it is wrong, from a place on; the last one first.

    >>> list(refused("33", Thought("So 33. That doesn't fit, so 33 was wrong.")))
    [28]
    """
    spans = [span for form in forms_of(target) for span in written_at(form, thought) if span[0] >= since]
    judge = OfSurroundings(lambda span: _is_refused(thought.lower, *span), thought.lower)
    yield from (span[0] for span in sorted(spans, reverse=True) if judge(span))


def _is_refused(lower: str, start: int, end: int) -> bool:
    if REFUSED.match(lower, end) or _NOT_IT.search(lower, max(0, start - _WINDOW), start):
        return True
    ends = _LAST_WORD_OF_SENTENCE.match(lower, end) is not None
    return ends and _AND_NOT.search(lower, max(0, start - _WINDOW), start) is not None


def _add_places(form: Form, thought: Thought, found: Candidates) -> None:
    """Add where a form is written, to be judged whether it stands there."""
    candidates = [span for span in written_at(form, thought) if form.text != "no" or not is_no_answer(thought, *span)]
    if candidates:
        strict = form.common or _is_asked(form, thought)
        found.add(candidates, OfSurroundings(partial(_stands, form, thought, strict), thought.text))


def _stands(form: Form, thought: Thought, strict: bool, span: Span) -> bool:
    return not is_other(form, thought, *span) and _counts(form, thought, *span, cues_of(thought.codes), strict)


def _is_asked(form: Form, thought: Thought) -> bool:
    """Whether the question holds the value already."""
    return bool(thought.question and written_at(form, thought.of_question))


def _says_yes(form: Form, thought: Thought, start: int, end: int) -> bool:
    """Whether a yes or a no is said of what is asked, or is a clause of its own: *yes, Sydney is*, *all in all, no*."""
    if form.text not in ("yes", "no"):
        return False
    following = _YES.match(thought.lower, end)
    if thought.text[start].isupper() and _AFTER_RESULT.search(thought.text, max(0, start - 8), start):
        return thought.text[end : end + 1] in (",", ".")
    alone = thought.lower.endswith(", ", 0, start) and _LAST_WORD_OF_SENTENCE.match(thought.lower, end) is not None
    return alone or (following is not None and following[1] in thought.asked)


class _Candidate(NamedTuple):
    """A value where it is written: from the first of the signs before it, and what stands before those."""

    form: Form
    thought: Thought
    cues: Cues
    opened: int
    start: int
    end: int
    window: str

    def concludes(self) -> bool:
        """Whether a word that concludes stands before it in its sentence."""
        sentence = max(0, self.opened - _SENTENCE)
        return self.cues.concludes(self.thought.lower, sentence, self.opened)

    def ends_sentence(self) -> bool:
        return _LAST_WORD_OF_SENTENCE.match(self.thought.lower, self.end) is not None


def _counts(form: Form, thought: Thought, start: int, end: int, cues: Cues, strict: bool) -> bool:
    """Whether a value that is written stands as one that was found."""
    text, lower = thought.text, thought.lower
    opened, is_boxed = _opened(lower, start)
    if is_boxed:
        return True
    candidate = _Candidate(form, thought, cues, opened, start, end, lower[max(0, opened - _WINDOW) : opened])
    line = candidate.window.rpartition("\n")[2]
    if form.kind == "letter" and strict and not letter_counts(text, lower, start, end, line, cues):
        return False
    if _is_no_result(candidate) or (form.kind == "text" and is_one_of_many(text, start, end)):
        return False
    return not strict or _counts_strictly(candidate)


def _counts_strictly(candidate: _Candidate) -> bool:
    """Whether a value that may be a result is one: not only told, and called the answer, concluded or set apart."""
    form, thought, end = candidate.form, candidate.thought, candidate.end
    if form.kind == "number":
        listed = _LISTED_NUMBERS.match(thought.text, end)
        if listed or is_coordinate(thought.text, candidate.opened, candidate.start, end):
            return False
    last = form.kind == "text" and _LAST_WORD.match(thought.lower, end) is not None
    at_the_end = form.kind != "letter" and _ENDS_SENTENCE.match(thought.lower, end) is not None
    concluded = at_the_end and candidate.concludes()
    if form.kind == "text" and is_pointed_out(thought, end):
        return True
    if _is_only_told(candidate, last=last, concluded=concluded):
        return False
    if form.kind == "letter":
        return True
    return _is_called_one(candidate, last) or concluded or _stands_out(candidate)


def _is_only_told(candidate: _Candidate, *, last: bool, concluded: bool) -> bool:
    """Whether a value is what the question says, what is given, an end of a range, or what is compared."""
    form, thought, window = candidate.form, candidate.thought, candidate.window
    is_number = form.kind == "number"
    if thought.question and not last:
        if is_restated(thought, candidate.start, candidate.end) and not (is_number and concluded):
            return True
        if is_listed(form, thought, candidate.opened, candidate.end):
            return True
    if form.kind == "text" and is_told_on(thought, window, candidate.end) and _is_asked(form, thought):
        return True
    if is_told_of(form, thought, candidate.start, candidate.end, window):
        return True
    if is_number and (
        ends_range(window) or is_given_anew(form, thought, window) or counts_other(thought, candidate.end)
    ):
        return True
    return form.kind in ("number", "terms") and is_compared(thought, candidate.end) and _is_asked(form, thought)


def _is_of_class(candidate: _Candidate) -> bool:
    """Whether a sentence names a thing, and ends with what is asked behind its class: *it is the formal register*."""
    named = _NAMES_CLASS.search(candidate.window)
    return named is not None and named[1] in candidate.thought.asked and candidate.ends_sentence()


def _opened(lower: str, start: int) -> tuple[int, bool]:
    """Where the signs before a value begin, be they brackets or commands of LaTeX; and whether it stands in a box."""
    opened = _before_signs(lower, start)
    for command in ("boxed", "text", "textbf", "mathbf", "mathrm"):
        if lower.endswith(command, 0, opened):
            if command == "boxed":
                return opened, True
            opened = _before_signs(lower, opened - len(command))
    return opened, False


def _before_signs(lower: str, place: int) -> int:
    while place and lower[place - 1] in OPENING:
        place -= 1
    return place


def _is_no_result(candidate: _Candidate) -> bool:
    """Whether a value is denied, one of a list, of a step, of a time, or the number of an item."""
    form, thought, cues, opened, _, end, window = candidate
    line = window.rpartition("\n")[2]
    if cues.denied.search(window) or REFUSED.match(thought.lower, end):
        return True
    sentence = max(0, opened - _SENTENCE), opened
    if _WERE.search(thought.lower, *sentence) and _COUNTERFACTUAL.search(thought.lower, *sentence):
        return True
    if form.kind not in ("text", "letter") and cues.step.search(line) and not is_option(thought.question, form.text):
        return True
    if form.kind in ("number", "terms") and begins_range(thought, candidate.start, end):
        return True
    if form.kind != "number":
        return form.kind == "text" and is_only_asked(thought, candidate.start, end)
    if _LISTED_BEFORE.search(window) and _LISTED_BEHIND.match(thought.text, end):
        return True
    if is_time_not_asked(thought, end) or is_denominator(thought, opened):
        return True
    if is_in_a_table(thought, candidate.start, end):
        return True
    begins_line = not line.strip(" \t-*#>") and ("\n" in window or opened <= _WINDOW)
    mark = thought.text[end : end + 2]
    return begins_line and mark[:1] in (".", ")", ":", "、") and mark[1:].isspace()


def _is_called_one(candidate: _Candidate, last: bool) -> bool:
    """Whether words or signs around a value say that it is what was found; `last`: it is the thought's last word."""
    form, thought, cues, _, _, end, window = candidate
    before = window.rstrip()
    if thought.asks_where and before.endswith(" in") and form.kind == "text":
        return True
    told = cues.before.search(before) and not (form.common and _COUNTED_OFF.search(before))
    if told or cues.after.match(thought.lower, end):
        return True
    if last and before[-1:] in (".", "!", "。", "！", "\n"):
        return True  # the last sentence is the answer, and nothing else
    whole = form.kind == "text" and not is_polar(form.text) and before[-1:] in (".", "!", "。", "\n")
    if (whole or before[-1:] in ("?", "？")) and candidate.ends_sentence():
        return True  # a sentence of its own, or what a thought asked itself, and nothing else
    if thought.counted and thought.lower.startswith(thought.counted, end + 1) and not _is_asked(form, thought):
        return True
    if form.kind == "text":
        return (
            _REASON.match(thought.lower, end) is not None
            or _says_yes(form, thought, candidate.start, end)
            or _is_of_class(candidate)
        )
    if form.kind == "number" and candidate.ends_sentence():
        noun = _NOUN.search(candidate.window)
        if noun is not None and noun[1] in thought.asked:
            return True
    if form.kind != "number" or not thought.numbered:
        return False
    numbered = thought.lower.endswith(thought.numbered, 0, candidate.opened)  # on day 8, where it asks on which day
    return numbered and (candidate.ends_sentence() or candidate.concludes())


def _stands_out(candidate: _Candidate) -> bool:
    """Whether a value is set in bold, or stands alone on its line."""
    text, lower, end = candidate.thought.text, candidate.thought.lower, candidate.end
    if text[candidate.opened : candidate.start].count("**") and text[end : end + 2] == "**":
        return True
    alone = not candidate.window.rpartition("\n")[2].strip()
    return alone and not lower[end : end + 12].partition("\n")[0].strip(" .*!。")
