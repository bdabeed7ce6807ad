"""Which of its options an answer chooses: by letter, in whatever script the options are labelled, or by their text."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.choosing.counting import counted
from workbench.scorers.choosing.leading import Found, leading
from workbench.scorers.choosing.naming import WEAKLY_NAMED, named
from workbench.scorers.choosing.option_texts import by_text, concluded, of_equal_value, texts_inside
from workbench.scorers.choosing.options import (
    EDGES,
    Choice,
    Options,
    label_pattern,
    named_option,
    option_patterns,
    several_places,
    target_places,
)
from workbench.scorers.languages import as_written
from workbench.scorers.once import compiled
from workbench.scorers.reading import Claim, Reading, reading
from workbench.scorers.sentences.doubts import asks_for_the_odd_one
from workbench.scorers.sentences.normal import LONGEST_READ
from workbench.scorers.sentences.written import stands, written
from workbench.tasks.tasks import Task

_SHORT: Final = 300
_LAST_LETTER: Final = re.compile(r"(?<=[\s(])([A-J])\)?\W*\Z")
_ENDS_ON_NOT: Final = re.compile(rf"{as_written('plain_not', codes=('en',))}\s?\(?\Z")
_TICK: Final = re.compile("[✓✔✅☑]")


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
    ticked = None if several else _ticked(reading, options)
    if ticked is not None:
        return named_option(ticked, options, "option", "as the one that is ticked")
    whole = _whole(reading, options, several) or (None if several else _first_of_all(reading, options))
    if whole is not None:
        return whole if whole.places else None
    return _said_in_sentences(reading, options, several=several)


def _said_in_sentences(reading: Reading, options: Options, *, several: bool) -> Choice | None:
    """The option that sentences name, or that the last one comes to, or that is told by its text or its place."""
    mentioned = named(reading, options)
    is_weak = mentioned is None or mentioned.where in WEAKLY_NAMED
    ends = None if several else concluded(reading, options)
    if ends is None and not several and is_weak:
        ends = of_equal_value(reading, options)
    if ends is not None and is_weak:
        return named_option(ends, options, "option", "by its text, as what the last sentence comes to")
    if mentioned is not None:
        beside = (ends is not None and ends not in mentioned.places) or _is_set_beside(mentioned, reading, options)
        return replace(mentioned, sure=mentioned.sure and not beside) if mentioned.places else None
    if reading.patterns.undecided.search(reading.lower) and _offers(reading, options):
        return None
    return by_text(reading, options) or (None if several else counted(reading, options))


def _ticked(reading: Reading, options: Options) -> int | None:
    """The option in whose line a tick stands, where others stand without one: `B) marble ✓`."""
    ticked = [
        reading.text[line.start : line.end]
        for line in reading.lines
        if _TICK.search(reading.text, line.start, line.end)
    ]
    if len(ticked) != 1 or len(reading.lines) < 2:
        return None
    lead = compiled(rf"\W{{0,4}}({label_pattern(options, any_case=False)})[).:\]]").match(ticked[0])
    place = options.index(lead[1]) if lead else None
    inside = texts_inside(ticked[0], options)
    return place if place is not None else inside[0] if len(inside) == 1 else None


def _is_set_beside(choice: Choice, reading: Reading, options: Options) -> bool:
    """Whether a label only stands in brackets after its text, and the sentence names another option by its text."""
    if not reading.statements or not choice.places:
        return False
    text = reading.words(reading.statements[-1])[:_SHORT]
    label = re.escape(choice.text)
    found = re.search(rf"\w\s?[(（]{label}[)）]", text)
    if found is None or re.search(rf"(?<![\w(（]){label}(?![\w)）])", text):
        return False
    own = {options.texts[place] for place in choice.places}
    return any(options.texts[place] not in own for place in texts_inside(text[: found.start()], options))


def _offers(reading: Reading, options: Options) -> bool:
    """Whether a short answer names several options by their texts, and decides on none."""
    return len(reading.plain) < _SHORT and len(texts_inside(reading.plain, options)) > 1


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
            later = _said_later(lead, reading, options) or lead
            return replace(later, sure=False) if _is_set_against(later, texts[0], options) else later
    return None


def _first_of_all(reading: Reading, options: Options) -> Choice | None:
    """The option whose text alone is the first of several sentences: `Venus. Its thick air makes it hot.`"""
    first = reading.sentences[0] if reading.sentences else None
    if first is None or first.role or len(reading.sentences) == 1 or reading.since or first.end > _SHORT:
        return None
    said = written(reading.words(first))
    places = [place for place, text in enumerate(options.texts) if len(own := written(text)) > 1 and own == said]
    if len(places) != 1:
        return None
    found = named_option(places[0], options, "first", "as the first sentence, by its text")
    return _said_later(found, reading, options) or found


def _is_set_against(lead: Choice, text: str, options: Options) -> bool:
    """Whether a sentence says something of the option it begins with, and ends on another: `C is inert; …, D.`"""
    last = _LAST_LETTER.search(text)
    place = options.index(last[1]) if last and not _is_label_line(text, options) else None
    denied = last and _ENDS_ON_NOT.search(text[: last.start()].lower())
    return place is not None and not denied and bool(lead.places) and place not in lead.places


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


def is_no_choice(answer: str, task: Task, options: Options) -> bool:
    """Whether an answer without a choice is surely none: it does not even name the wanted option."""
    read = reading(answer)
    if asks_for_the_odd_one(task.question.partition("\n")[0]) and len(read.plain) < 400:
        return False  # "B is not" may choose B
    words = set(re.findall(r"\w+", read.lower)) if len(read.plain) < 200 else set()
    if any(
        len(own := set(re.findall(r"\w+", options.texts[place].lower()))) > 1 and own <= words
        for target in task.targets
        for place in target_places(target, options) or ()
    ):
        return False  # the option's words, in another order
    wanted_letters = {
        options.labels[place].upper() for target in task.targets for place in target_places(target, options) or ()
    }
    named = any(re.search(rf"(?<![\w'’]){re.escape(letter)}(?![\w'’])", read.text) for letter in wanted_letters)
    texts = [options.texts[place] for target in task.targets for place in target_places(target, options) or ()]
    if any(len(written(text)) > 1 and stands(written(text), written(read.text[:LONGEST_READ])) for text in texts):
        return False
    return (
        not named
        or all(is_denied(letter, read, options) for letter in wanted_letters)
        or bool(read.patterns.alternative.search(read.lower))
        or bool(read.patterns.undecided.search(read.lower))
        or bool(re.search(read.patterns.either("and", "both"), read.lower))
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
