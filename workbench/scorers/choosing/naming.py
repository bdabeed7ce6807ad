"""The option that sentences name: which they call right, which they deny, and which is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.choosing.option_texts import without_texts
from workbench.scorers.choosing.options import (
    EDGES,
    Choice,
    Options,
    is_subject_of_less,
    label_pattern,
    named_option,
    option_patterns,
)
from workbench.scorers.languages import as_written
from workbench.scorers.once import compiled
from workbench.scorers.reading import Reading
from workbench.scorers.sentences.normal import BOLD

_MOST_SENTENCES: Final = 60
_LONGEST_DENIAL: Final = 100
_LONGEST_CONCLUSION: Final = 400
_SURE_CHARACTERS: Final = 400
"""In an answer up to this length, the only option that is not denied is surely the one that is meant."""
_BESIDE_A_LABEL: Final = rf"\s+{as_written('plain_or', 'plain_and')}\s[(*]?[A-J]\b"
_GOES_ON: Final = re.compile(rf"(?!{_BESIDE_A_LABEL})\s+[a-z]")
"""A word after the letter A or I, which is then a word itself, unless another letter is set beside it."""
_IS_A_WORD: Final = re.compile(rf"(?!{_BESIDE_A_LABEL})['’\s]\s?[a-z]")
_NOT: Final = re.compile(rf"\b{as_written('plain_not', codes=('en',))}\b|n['’]t\b")
_IN_BRACKETS, _LEFT = "in brackets", "as the only option that is not denied"
WEAKLY_NAMED: Final = frozenset({_IN_BRACKETS, _LEFT})
"""Where a choice was found that no sentence makes."""
_UNDECIDED: Final = Choice(frozenset(), "", "option", "undecided")


def named(reading: Reading, options: Options) -> Choice | None:
    """Find the option that sentences name as the right one, the last first, or the only one that none of them denies.

    >>> from workbench.scorers.reading import reading
    >>> named(reading("Option A is wrong. I would go with B here."), Options(("A", "B"), ("trout", "crow"))).text
    'B'
    """
    known = option_patterns(
        label_pattern(options, any_case=False), label_pattern(options, any_case=True), reading.codes
    )
    sentences = [s for s in reading.sentences if s.start >= reading.since and s.role not in ("question", "other")]
    denied: set[int] = set()
    mentioned: dict[int, None] = {}
    for sentence in reversed(sentences[-_MOST_SENTENCES:]):
        said = _said(without_texts(reading.words(sentence), options), known, options)
        denied |= said.denied
        mentioned |= dict.fromkeys(said.mentioned)
        chosen = _chosen(said, denied, reading, options)
        if chosen is not None:
            return chosen
    return _left([place for place in mentioned if place not in denied], bool(denied), known, reading, options)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one sentence says of the options; a place is an option's, counted from 0."""

    text: str
    right: list[tuple[int, int]]
    """Where in the text, and which option."""
    only_as_option: bool
    """Whether all of them are just called options: `option B`."""
    denied: set[int]
    letters: set[int]
    """Every label that stands there, the word `A` among them."""
    mentioned: list[int]


def _said(text: str, known: dict[str, re.Pattern[str]], options: Options) -> _Said:
    right, only_as_option, denied = _called_right(text, known, options)
    places = {place for _, place in right}
    for several in known["none_of"].finditer(text):
        denied |= _places(several[0], known, options)
    for match in known["wrong"].finditer(text):
        place = options.index(match[1])
        if place is not None and place not in places:
            denied |= {place} | (_places(match[0], known, options) - places)
    mentioned = []
    for match in known["letter"].finditer(text):
        place = options.index(match[1])
        if place is None:
            continue
        if place not in places and known["not_before"].search(_just_before(text, match.start(1))):
            denied.add(place)
        if not (match[1] in ("A", "I") and match[0] == match[1] and _IS_A_WORD.match(text, match.end())):
            mentioned.append(place)
    return _Said(text, right, only_as_option, denied, _places(text, known, options), mentioned)


def _just_before(text: str, place: int) -> str:
    """As much of what stands before a label as a denial takes; all of it would take time that grows with its square."""
    return text[max(0, place - _LONGEST_DENIAL) : place].lower()


def _called_right(
    text: str, known: dict[str, re.Pattern[str]], options: Options
) -> tuple[list[tuple[int, int]], bool, set[int]]:
    """Which options phrases such as `I choose B` call right; whether only as `option B`; which they call wrong."""
    right: list[tuple[int, int]] = []
    denied: set[int] = set()
    only_as_option = True
    wrong_at = {match.start(1) for match in known["wrong"].finditer(text)}
    right_at = {match.start(1) for match in known["right"].finditer(text)}
    for kind in ("choose", "choose_after", "right", "end", "option"):
        for match in known[kind].finditer(text):
            at, after = match.start(1), match.end(1)
            place = options.index(match[1])
            if place is None:
                continue
            before = (_just_before(text, at), _just_before(text, match.start()) if kind == "choose" else "")
            if any(known["not_before"].search(each) for each in before):
                denied.add(place)
                continue
            if kind in ("choose", "end") and match[1] in ("A", "I", "a", "i") and _GOES_ON.match(text, after):
                continue  # the word "a" or "I"
            wrong = bool(_NOT.search(text[after : match.end()].lower())) if kind == "right" else at in wrong_at
            if wrong and at in right_at:
                continue  # "A is right, B is wrong": what is wrong comes later
            if wrong:
                denied.add(place)
            elif kind != "option" or not is_subject_of_less(text, after):
                right.append((at, place))
                only_as_option = only_as_option and kind == "option"
    return right, only_as_option, denied


def _chosen(said: _Said, denied: set[int], reading: Reading, options: Options) -> Choice | None:
    """What a sentence chooses, given what it and the later ones deny; None where it chooses nothing."""
    lower = said.text.lower()
    places = {place for _, place in said.right} - denied
    if not said.right and reading.patterns.undecided.search(lower) and len(said.letters - denied) > 1:
        return _UNDECIDED
    if len(places) == 1:
        beside = said.letters - places
        offers = compiled(reading.patterns.either("or", "both")).search(lower)
        contrast = compiled(reading.patterns.either("turn", "however")).search(lower)
        if beside - denied and offers and not (contrast and not reading.patterns.undecided.search(lower)):
            return _UNDECIDED
        sure = not (said.only_as_option and beside)
        return named_option(places.pop(), options, "option", "as the option that a sentence names", sure=sure)
    if len(places) > 1:
        if compiled(reading.patterns.either("and", "or", "both")).search(lower):
            return _UNDECIDED
        last = [place for _, place in sorted(said.right) if place in places][-1]
        return named_option(last, options, "option", "in the last phrase that names an option", sure=False)
    return None


def _left(
    places: list[int], some_denied: bool, known: dict[str, re.Pattern[str]], reading: Reading, options: Options
) -> Choice | None:
    """The option that stands out where no sentence chooses: in bold, in brackets, or the only one that is left."""
    bold = [reading.text[span.start : span.end].strip(EDGES) for span in reading.form.of_kind(BOLD)]
    in_bold = {options.index(text) for text in bold if len(text) <= 2} - {None}
    if len(in_bold) == 1:
        return named_option(in_bold.pop() or 0, options, "bold", "in bold")
    concluding = _after_so(reading, known, options)
    if concluding is not None:
        return named_option(concluding, options, "option", "after a word that concludes", sure=False)
    in_brackets = {options.index(match[1]) for match in known["bracket"].finditer(reading.text)} - {None}
    if len(in_brackets) == 1:
        return named_option(in_brackets.pop() or 0, options, "option", _IN_BRACKETS)
    if len(places) == 1 and (some_denied or reading.text):
        is_letter = options.labels[places[0]].upper() not in ("A", "I")
        sure = is_letter and len(reading.plain) < _SURE_CHARACTERS
        return named_option(places[0], options, "option", _LEFT, sure=sure)
    alone = rf"\b(?i:{as_written('only')})\s[(*]?"
    only = [p for p in places if re.search(rf"{alone}{re.escape(options.labels[p].upper())}\b", reading.text)]
    if len(places) > 1 and len(only) == 1:
        return named_option(only[0], options, "option", "as the only one")
    return None


def _after_so(reading: Reading, known: dict[str, re.Pattern[str]], options: Options) -> int | None:
    """The one option of the last statement that a word that concludes stands before: `So B holds the record.`"""
    if not reading.statements:
        return None
    text = reading.words(reading.statements[-1])[-_LONGEST_CONCLUSION:]
    so = compiled(rf"(?i:{reading.patterns.either('so')}),?\s?\Z")
    found = [match for match in known["letter"].finditer(text) if so.search(text[: match.start()])]
    places = {
        options.index(match[1]) for match in found if not _GOES_ON.match(text, match.end()) or match[1] not in "AI"
    }
    return places.pop() if len(places) == 1 else None


def _places(text: str, known: dict[str, re.Pattern[str]], options: Options) -> set[int]:
    """The options whose labels stand in a text."""
    found = (options.index(match[1]) for match in known["letter"].finditer(text))
    return {place for place in found if place is not None}
