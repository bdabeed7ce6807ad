"""The option that a text begins with: by its label, which is told from a word that looks like one, or by its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.choosing.option_texts import text_at_start, texts_inside
from workbench.scorers.choosing.options import (
    EDGES,
    Choice,
    Options,
    is_excluded,
    label_pattern,
    named_option,
    option_patterns,
    several_places,
)
from workbench.scorers.languages import as_written, either, table, words
from workbench.scorers.once import compiled, once
from workbench.scorers.reading import Reading

_PERCENT: Final = re.compile(r"\A\s*[:=]?\s*\d+(?:\.\d+)?\s?%")
_WORDS_OF_ONE_LETTER: Final = frozenset("AaIiEeOoYy")
_SET_OFF: Final = tuple(".:)]*,;–—-")
_OR: Final = as_written("plain_or")
_COPULA: Final = as_written("copulas")
_CLEARLY: Final = rf"(?:{as_written('clearly')}\s)?"
_OPTION: Final = either(*words(tuple(table()), "option"))
_SHORT: Final = 8
_SURE_CHARACTERS: Final = 200
"""A claim up to this length that holds one option's text is surely about that option."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a text was found: its evidence, where it stood, and whether something before it claims it as the answer."""

    evidence: str
    where: str
    claimed: bool


def leading(text: str, reading: Reading, options: Options, found: Found, *, several: bool) -> Choice | None:
    """Read the option that a text begins with; a Choice without places where it is undecided, None where there is none.

    >>> from workbench.scorers.reading import reading
    >>> options, claimed = Options(("A", "B"), ("trout", "crow")), Found("marker", "after 'answer'", claimed=True)
    >>> leading("B) crow", reading(""), options, claimed, several=False).text
    'B'
    >>> leading("A or B", reading(""), options, claimed, several=False).places
    frozenset()
    """
    text = text.strip()
    listed = several_places(reading.patterns.tail.sub("", text).strip(EDGES), options)
    if listed and (several or len(listed) > 1):
        return _all_of(listed, options, found) if several else _undecided(found)
    at_start = text_at_start(text, options)
    lead = _Lead.of(text, reading, options)
    if lead is not None and lead.offers_another_at_once:
        return _undecided(found)
    if lead is not None and not found.claimed and lead.is_subject:
        return None
    if lead is not None and not lead.is_word(at_start, claimed=found.claimed):
        return _of_label(lead, at_start, found, several=several)
    if at_start is not None and (found.claimed or len(texts_inside(text, options)) < 2):
        return named_option(at_start, options, found.evidence, f"{found.where}, by its text")
    return _inside(text, reading, options, found) if found.claimed else None


def _undecided(found: Found) -> Choice:
    return Choice(frozenset(), "", found.evidence, found.where)


def _all_of(places: frozenset[int], options: Options, found: Found) -> Choice:
    named = ", ".join(options.labels[place].upper() for place in sorted(places))
    return Choice(places, named, found.evidence, found.where)


@dataclass(frozen=True)
class _Lead:
    """A text that begins with what may be a label: `(`, the letter, `)`, and what follows it."""

    text: str
    opened: str
    letter: str
    closed: str
    place: int
    rest: str
    reading: Reading
    options: Options

    @classmethod
    def of(cls, text: str, reading: Reading, options: Options) -> _Lead | None:
        """The label at the start of a text; None where no option has it."""
        match = _patterns(reading, options)["lead"].match(text)
        place = options.index(match[2]) if match else None
        if match is None or place is None:
            return None
        opened, letter, closed = match.groups()
        return cls(text, opened, letter, closed, place, text[match.end() :], reading, options)

    @once
    def following(self) -> str:
        """What comes after the label and the marks that close it."""
        return self.rest.lstrip("*_ \t\"'”)]").lstrip()

    @once
    def label(self) -> str:
        """Matches the label of any option, in lower case, where no word goes on."""
        return rf"[(*]?({label_pattern(self.options, any_case=False).lower()})"

    @property
    def offers_another_at_once(self) -> bool:
        """Whether the next word is another option, `A/B` or `A or B`: neither is chosen."""
        if not (self.opened or self.letter.isupper()):
            return False
        another = rf"\W{{0,3}}\s?(?:{self.reading.patterns.either('or')}|/)\s?(?:{_OPTION}\s)?{self.label}(?![a-z])"
        return bool(compiled(another).match(self.rest.lower()))

    @property
    def offers_another(self) -> bool:
        """Whether another option comes after the marks that close this one: `(A), or maybe (B)`."""
        start = self.following[:40].lower()
        plain = rf"(?:{self.reading.patterns.either('or')}|/)\s?(?:{_OPTION}\s)?{self.label}(?![a-z])"
        hesitant = rf"[,，]?\s?{_OR}\s?{as_written('perhaps')}?\s?{self.label}(?![a-z])"
        return bool(compiled(plain).match(start) or compiled(hesitant).match(start))

    @property
    def adds_another(self) -> bool:
        """Whether another option is added: `A and B`, `A, B`."""
        more = rf"(?:{self.reading.patterns.either('and')}|,)\s?(?:{_OPTION}\s)?{self.label}(?![a-z'’])"
        return bool(compiled(more).match(self.following[:40].lower()))

    @property
    def is_bare(self) -> bool:
        """Whether nothing sets the letter off, so that it may be a word of a sentence."""
        rest, following = self.rest, self.following
        set_off = self.opened or self.closed or rest[:1] in _SET_OFF or not following or not rest[:1].isascii()
        return not (set_off or (rest[:1] in " \t" and following[:1] in "(-–—=:,;["))

    def is_word(self, at_start: int | None, *, claimed: bool) -> bool:
        """Whether the letter is a word: `A trout swims`, `a crow`, `I think`.

        at_start: the option with whose text the whole text begins.
        """
        following = self.following
        if self.letter.islower() and not self.opened and not self.closed and following.startswith("="):
            return True  # a = F / m
        if not self.is_bare:
            return False
        if self.letter.islower() and not claimed:
            return bool(following)
        if self.letter.islower() and following[:1].isalpha() and at_start is not None and at_start != self.place:
            return True
        if self.letter not in _WORDS_OF_ONE_LETTER or not (following[:1].isalpha() and following[:1].islower()):
            return False
        reason = rf"(?:{self.reading.patterns.either('because', 'is')}|{as_written('plain_and', codes=('en',))}\b)"
        gives_reason = compiled(reason).match(following.lower())
        return not (claimed and gives_reason and self.letter.isupper())

    @property
    def is_subject(self) -> bool:
        """Whether a sentence in a script without blanks says something of the option: `A是鱼`, and not `A是正确的`."""
        after = compiled(as_written("subject_marks")).match(self.rest)
        return (
            bool(after)
            and not compiled(self.reading.patterns.either("right")).match(self.rest)
            and len(self.text) > _SHORT
        )

    @property
    def is_called_wrong(self) -> bool:
        """Whether the words after the label call the option wrong, rather than deny something of it."""
        sentence, cues = self.following.lstrip("):.]*_ ").lower(), self.reading.patterns
        called = compiled(rf"{_COPULA}\s?{_CLEARLY}({cues.either('wrong')})").match(sentence)
        return bool(called) and called is not None and called[1] not in words(("en",), "no_verdict")

    @property
    def is_denied(self) -> bool:
        """Whether the sentence that begins with the label says that the option is wrong: `B is not it`."""
        sentence, cues = self.following.lstrip("):.]*_ ").lower(), self.reading.patterns
        verb = rf"{as_written('copulas', 'copulas_more')}\s?{_CLEARLY}"
        denial = rf"{cues.either('wrong')}|{verb}(?:{cues.either('wrong', 'not')})|{as_written('contracted')}['’]t"
        return bool(compiled(denial).match(sentence)) or is_excluded(self.rest, self.reading.codes)


def _of_label(lead: _Lead, at_start: int | None, found: Found, *, several: bool) -> Choice | None:
    """What a label at the start chooses, unless the words after it take that back."""
    options, set_off = lead.options, lead.opened or lead.closed or lead.rest[:1] in (".", ":", ")")
    place = lead.place if at_start is None or set_off else at_start
    if lead.offers_another:
        return _undecided(found)
    if lead.adds_another:
        if several:
            named = (options.index(m[1]) for m in _patterns(lead.reading, options)["letter"].finditer(lead.text[:80]))
            return _all_of(frozenset(p for p in named if p is not None), options, found)
        return _undecided(found) if found.claimed or "both" in lead.text.lower() else None
    if _PERCENT.match(lead.rest.lstrip(")].* ")) or (lead.is_denied and (not found.claimed or lead.is_called_wrong)):
        return None
    return named_option(place, options, found.evidence, found.where)


def _inside(text: str, reading: Reading, options: Options, found: Found) -> Choice | None:
    """The one option that a claim names further on, by label or by text."""
    known = _patterns(reading, options)
    places = {
        options.index(match[1])
        for match in known["letter"].finditer(text[:200])
        if not known["not_before"].search(text[: match.start()].lower()) and not _is_article(match, text)
    }
    if len(places) == 1 and None not in places:
        return named_option(places.pop() or 0, options, found.evidence, found.where)
    inside = texts_inside(text, options)
    if len(inside) == 1:
        sure = len(text) < _SURE_CHARACTERS
        return named_option(inside[0], options, found.evidence, f"{found.where}, by its text", sure=sure)
    if len(places) > 1 and reading.patterns.alternative.search(text.lower()):
        return _undecided(found)
    return None


def _is_article(match: re.Match[str], text: str) -> bool:
    """Whether a letter is the word `A` or `I` before another word."""
    goes_on = re.match(r"[)\]]?\s[a-z]", text[match.end() : match.end() + 3])
    return match[1] in "AI" and bool(goes_on) and match[0] == match[1]


def _patterns(reading: Reading, options: Options) -> dict[str, re.Pattern[str]]:
    return option_patterns(label_pattern(options, any_case=False), label_pattern(options, any_case=True), reading.codes)
