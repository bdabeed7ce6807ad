"""Which of its options an answer chooses: by letter, in whatever script the options are labelled, or by their text."""

from __future__ import annotations

import re

from workbench.scorers.languages import compiled
from workbench.scorers.leading import Found, leading
from workbench.scorers.naming import named
from workbench.scorers.option_texts import by_text
from workbench.scorers.options import (
    EDGES,
    Choice,
    Options,
    label_pattern,
    option_patterns,
    several_places,
)
from workbench.scorers.reading import Claim, Reading


def choice_of(reading: Reading, options: Options, *, several: bool = False) -> Choice | None:
    """Find the option that an answer chooses, and say where; None where it chooses none, or cannot decide.

    >>> from workbench.scorers.reading import reading
    >>> choice_of(reading("A is a fish. The answer is (b)."), Options(("A", "B"), ("trout", "crow"))).text
    'B'
    """
    for claim in reading.claims[:6]:
        chosen = _of_claim(claim, reading, options, several)
        if chosen is not None:
            return chosen if chosen.places else None
    whole = _whole(reading, options, several)
    if whole is not None:
        return whole if whole.places else None
    mentioned = named(reading, options)
    if mentioned is not None:
        return mentioned if mentioned.places else None
    return by_text(reading, options)


def _of_claim(claim: Claim, reading: Reading, options: Options, several: bool) -> Choice | None:
    """What a claim chooses: a Choice, one without places where it is undecided, None where it names no option."""
    text = claim.text if claim.evidence == "tag" else claim.text.split("\n")[0]
    if claim.denied:
        return None
    if text[:1] in "{[" and text.strip("{[(").strip() != text:
        field = re.search(r'"(?:final_)?(?:answer|choice|option|letter)"\s*:\s*"?([^",}]+)', text)
        text = field[1] if field else text
    return leading(text, reading, options, Found(claim.evidence, claim.where, claimed=True), several=several)


def _whole(reading: Reading, options: Options, several: bool) -> Choice | None:
    """An answer that is a choice as a whole, or begins or ends with a line that is one."""
    lines = reading.lines
    if not lines:
        return None
    texts = [reading.text[line.start : line.end] for line in lines if line.start >= reading.since]
    if not texts:
        return None
    if texts[0][:1] == "{":
        field = re.search(r'"(?:final_)?(?:answer|choice|option|letter)"\s*:\s*"?([^",}]+)', reading.text)
        if field:
            return leading(field[1], reading, options, Found("json", "in JSON", claimed=True), several=several)
    if len(texts[-1].strip(EDGES)) <= 2 or several_places(texts[-1].strip(EDGES), options):
        found = Found("whole" if len(lines) == 1 else "last", "as the last line", claimed=True)
        return leading(texts[-1], reading, options, found, several=several)
    if len(texts) == 1 or len(texts[0].strip(EDGES)) <= 2 or _is_label_line(texts[0], options):
        labelled = [text for text in texts if _is_label_line(text, options)]
        if len({options.index(re.match(r"\W*(\w+)", text)[1]) for text in labelled}) > 1 and len(labelled) > 1:  # type: ignore[index]
            return None
        if len(texts) == 1 and len(reading.sentences) > 1 and not _is_label_line(texts[0], options):
            return None
        found = Found("whole" if len(lines) == 1 else "first", "at the start", claimed=False)
        lead = leading(texts[0], reading, options, found, several=several)
        if lead is not None and (_is_label_line(texts[0], options) or len(texts[0]) < 80):
            return _said_later(lead, reading, options) or lead
    return None


def _said_later(lead: Choice, reading: Reading, options: Options) -> Choice | None:
    """Another option that a letter chooses after the text of one: `Mercury is solid, so I go with D`."""
    if not lead.places or any(options.labels[place] in re.findall(r"\w+", reading.text) for place in lead.places):
        return None
    later = named(reading, options)
    another = later is not None and later.sure and later.places and later.places != lead.places
    return later if another else None


def _is_label_line(text: str, options: Options) -> bool:
    """Whether a line starts with a label that is set off: `B)`, `(B)`, `B.`, `B: …`, or is one."""
    label = label_pattern(options, any_case=True)
    return bool(
        compiled(rf"\W{{0,4}}(?:\((?:{label})\)|\[(?:{label})\]|(?:{label})(?:[).:\]]|\s[-–—]\s|\W*\Z))").match(text)
    )


def is_denied(letter: str, reading: Reading, options: Options) -> bool:
    """Whether every mention of an option's letter says that it is not meant: `D is incorrect`, `not B`."""
    known = option_patterns(
        label_pattern(options, any_case=False), label_pattern(options, any_case=True), reading.codes
    )
    text = reading.text[:4_000]
    places = [match.start(1) for match in known["letter"].finditer(text) if match[1].upper() == letter]
    wrong = {match.start(1) for match in known["wrong"].finditer(text)}
    return bool(places) and all(
        place in wrong or known["not_before"].search(text[max(0, place - 40) : place].lower()) for place in places
    )
