"""Which of the numbers of one sentence it says, by what stands before and after each."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.compound import compounded
from workbench.scorers.amounts.number_cues import CURRENCY_CODE, MONEY, ONE_LEFT, cues
from workbench.scorers.amounts.offered import EDGES, equal_numbers, is_undecided, leaves_open, measure_the_same, rounds
from workbench.scorers.amounts.percent import as_share, is_percent
from workbench.scorers.amounts.ranges import ends_in_words, moved
from workbench.scorers.amounts.sums import ends_calculation, results
from workbench.scorers.languages import as_written, worded, words
from workbench.scorers.number_words import number_in_words, numbers_in_words
from workbench.scorers.numerals import Numeral, numerals, readable
from workbench.scorers.sentences.clauses import clause_of, conclusion, is_unreal
from workbench.scorers.sentences.denials import is_called_wrong

ASIDE: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|（([^（）]*)）")
_FINAL: Final = re.compile(
    rf"{worded('final')}[\s,:]{{0,2}}(?:(?:{worded('about')}|{worded('is')}|{as_written('between_final_and_number')})\s?){{0,4}}{MONEY}\Z"
)
_FINAL_AFTER: Final = re.compile(rf"\s?(?:[^\W\d_]+\s){{0,2}}?(?:[^\W\d_a-z]{{0,3}})?{worded('final_after')}")
_ORDINAL: Final = re.compile(
    rf"{as_written('ordinal_ends', codes=('en',))}\b|[xyzn](?![A-Za-z'])|[-–](?=[a-zA-Z]+)|º|ª|"
    rf"\. (?={as_written('months', codes=('de',))})",
    re.IGNORECASE,
)
_YEAR: Final = re.compile(r"1\d{3}|20\d{2}")
_SAME_SIGN: Final = re.compile(r"\s?[(≈=]\s*[$€£]?\Z")
_APPOSED: Final = re.compile(rf"[,(–—-]\s?(?:{worded('restated')})?\s?[$€£]?\Z")
_COMPARED: Final = re.compile(rf"\s?%?\s?(?:[^\s.;,]+\s){{0,3}}?{worded('compared')}")
_FEWER: Final = re.compile(rf"\s?(?:[^\s.;,]+\s){{0,2}}?{worded('compared')}\s{worded('than')}")
_RATE: Final = re.compile(rf"\s?(?:[^\W\d_]+\s){{0,2}}?{worded('apiece')}")
_APIECE: Final = re.compile(rf"\s?(?:\w+\s)?{worded('apiece')}")
_LEFT_WITH: Final = re.compile(rf"{worded('left_with')}\s(?:{worded('about')}\s){{0,2}}[$€£]?\Z")
_RESTATED: Final = re.compile(
    rf"\s*[,(]?\s?(?:{worded('restated')}|≈|=)\s?(?:{worded('about')}\s?)?[$€£]?\Z|{_SAME_SIGN.pattern}"
)
_SAYS_AGAIN: Final = re.compile(rf"{worded('says_again')}\s(?:{worded('about')}\s){{0,2}}[$€£]?\Z")
_NAMELY: Final = re.compile(rf"{worded('namely')},?\s[$€£]?\Z")
_CUE: Final = re.compile(rf"{worded('cue')}\s?(?:{worded('about')}\s?){{0,2}}{MONEY}\Z")
_STEP: Final = re.compile(rf"{worded('names_of_steps', codes=('en',))}\s\Z")
_BESIDE: Final = re.compile(rf"{worded('beside')}[^,;.]{{0,30}}\Z")
_BESIDE_IT: Final = re.compile(rf"{worded('beside_it')}\s[^,;.:]{{0,30}}\Z")
_AWAY_FROM: Final = re.compile(rf"{worded('away_from')}\s(?:{as_written('before_year')}\s)?\Z")
_BOUND: Final = re.compile(rf"{worded('beyond_before')}\s?[$€£]?\Z")
_BEYOND: Final = re.compile(rf"[^\s\d.。、]{{0,4}}?\s?{worded('beyond')}")
_DENIED_AFTER: Final = re.compile(rf"[^\s\d.。、]{{0,6}}?\s?{as_written('denied_number_after')}")
_OPERATOR_AFTER: Final = re.compile(rf"\s?[+*/×·÷]|\s?[-–]\s?\d|\s{worded('operator_words')}\s[$€£]?\d")
_LEADS_ON: Final = re.compile(r"\s?(?:→|⇒|⟶|->|=>)")
"""After a number: an arrow to what comes of it."""
_OPERATOR_BEFORE: Final = re.compile(r"[+*/×·÷]\s?[$€£]?\Z|\d\s?[-–]\s?[$€£]?\Z")
_NO_VALUE: Final = re.compile(r"±\s?\Z|(?<!\w)[#№]\Z|(?<![-=<])[<>≤≥≠]\s?[$€£]?\Z")
"""Before a number: a tolerance, a label, or a bound, which is no number: `x > 3`."""
_SO_ENDS: Final = re.compile(
    rf"(?:(?:\A|[,;:.]\s?){worded('so')}|{'|'.join(w[:-1] for w in words(('ja',), 'so') if w.endswith('、'))})\Z"
)
_SAID_AGAIN: Final = re.compile(worded("says_again"))
_FINAL_WORD: Final = re.compile(worded("final"))
_CONCLUDED: Final = 3
"""What a number weighs more in a clause that concludes: `…, giving the four of them a bill of 60`."""
_WHOLE: Final = 100
_ASKED: Final = 8
"""What a percentage weighs more where one is asked for."""
_COMPARED_BEFORE: Final = re.compile(rf"{worded('compared_before')}\Z")
_SUMMED_UP: Final = re.compile(r"[:=：＝]\s?\Z")
"""What a number in words follows that the figures before it come to: `6 rows of 20: one hundred twenty`."""
_OTHER_VALUE: Final = re.compile(r"[√π∞\d]")
_UNSPACED_LEAD: Final = re.compile(r"[\u3040-\u9fff]{3}")
"""More than one word, in a script without blanks between them."""
_LONGEST_CHANGE, _LONGEST_MONTH, _ROOM_FOR_WORDS = 24, 31, 12
_MOST_NUMBERS: Final = 40
"""Numbers of a sentence, the last ones, that are weighed: each is set beside all others."""
_LARGEST_COMMON: Final = 12  # number words up to this are mostly said of something else beside figures


def _leads(before: str) -> bool:
    return bool(_FINAL.search(before) or _LEFT_WITH.search(before) or _CUE.search(before))


class Pick(NamedTuple):
    """The number of an answer, where it was found, and whether that is sure; `rivals` might be meant instead."""

    number: Numeral | None
    evidence: str
    where: str
    sure: bool = True
    also: tuple[Numeral, ...] = ()
    rivals: tuple[Numeral, ...] = ()


class _Weighed(NamedTuple):
    """A number that a sentence may say: how strongly, and the how manieth of the sentence's numbers it is."""

    weight: float
    place: int
    number: Numeral


def best_number(
    text: str, codes: tuple[str, ...], *, claimed: bool, years: bool = False, percent: bool = False
) -> Pick | None:
    """The number that one sentence says, by what stands before and after each."""
    sentence = _Sentence(text, codes, claimed=claimed, years=years, percent=percent)
    if not sentence.found:
        return None
    weighed = sentence.weighed()
    if not weighed:
        return Pick(None, "last", "only numbers that are not meant") if claimed else None
    several = len({each.number.value for each in weighed}) > 1
    if several and is_undecided(sentence.lower, [each.number for each in weighed], codes):
        return Pick(None, "last", "no single number", sure=True)
    if not several and not claimed and leaves_open(sentence.lower, codes):
        return None
    if claimed:
        weighed = _lead_first(weighed, sentence.lower)
    return sentence.pick(weighed, several=several)


class _Sentence:
    """A sentence, its numbers, and what may be said of each of them."""

    def __init__(self, text: str, codes: tuple[str, ...], *, claimed: bool, years: bool, percent: bool) -> None:
        self.text = readable(text)
        lower = self.text.lower()
        self.lower = lower if len(lower) == len(self.text) else self.text
        self.claimed, self.years, self.percent, self._before = claimed, years, percent, dict[int, str]()
        self.codes, self.cues = codes, cues(codes)
        self.asides = [(m.start(), m.end()) for m in ASIDE.finditer(self.text)]
        found, self.spelled = self._numbers(codes)
        self.found = compounded(self.lower, found[-_MOST_NUMBERS:])
        self.vague = False

    def _numbers(self, codes: tuple[str, ...]) -> tuple[list[Numeral], bool]:
        """The numbers in figures; where there are none, those in words."""
        found = numerals(self.text, codes)
        if found and all(map(self._is_aside, found)):  # "two goals (of 31 and 45 yards)"
            spelled = [number for number in numbers_in_words(self.text, codes) if not self._is_aside(number)]
            large = any(number.value > _LARGEST_COMMON for number in spelled)
            if len(found) == 1 and not large:
                return found, False
            return sorted([*spelled, *found], key=lambda number: number.start), bool(spelled)
        if found and (cause := self.cues["cause"].search(self.lower, 0, found[0].start)):
            spelled = numbers_in_words(self.text[: cause.start()], codes)
            if spelled:
                return [*spelled, *found], False
        if found:
            last = max(number.end for number in found)
            rest = self.text[last:]
            has_room = len(rest) > _ROOM_FOR_WORDS or _UNSPACED_LEAD.search(rest)
            spelled = [moved(number, last) for number in numbers_in_words(rest, codes)] if has_room else []
            if not spelled and (one := ONE_LEFT.search(self.lower, last)):
                spelled = [Numeral(one[1], Fraction(1), None, one.start(1), one.end(1))]
            ends = ends_in_words(self.text, self.lower, found, codes)
            every = {number.start: number for number in (*filter(self._is_said_in_words, spelled), *ends, *found)}
            return [every[start] for start in sorted(every)], False
        found = numbers_in_words(self.text, codes)
        if not found and (self.claimed or len(self.text) < 60):
            number = number_in_words(self.text.strip(EDGES), codes)
            found = [number] if number is not None else []
        return found, True

    def _is_said_in_words(self, number: Numeral) -> bool:
        """Whether words beside figures say a number; small ones only where they conclude: `…, so there are seven`."""
        before = self.lower[: number.start]
        concludes = self.cues["so"].search(before[-_ROOM_FOR_WORDS * 2 :])
        again = _NAMELY.search(before) or _RESTATED.search(before)
        if number.value.denominator != 1 or number.worth is not None:
            return not again and (_leads(before) or not self.text[number.end :].strip(EDGES))
        result = number.value > _LARGEST_COMMON and _SUMMED_UP.search(before)
        left = number.value == 1 and bool(ONE_LEFT.match(self.lower, number.start))
        left = left or (not again and ends_calculation(before, self.text[number.end :], self.cues["so"]))
        return bool(result or left) or (
            _leads(before) and (number.value > _LARGEST_COMMON or (bool(concludes) and not again))
        )

    def before(self, number: Numeral) -> str:
        found = self._before.get(number.start)
        if found is None:
            found = self.lower[max(0, number.start - 60) : number.start]
            code = CURRENCY_CODE.search(found)
            found = self._before[number.start] = found[: -len(code[0])] if code else found
        return found

    def after(self, number: Numeral) -> str:
        return self.lower[number.end : number.end + 60]

    def weighed(self) -> list[_Weighed]:
        """The numbers that may be meant, each with its weight."""
        said_by_sums = results(self.text, self.found)
        outside = [n for n in self.found if not self._is_aside(n)]
        if not outside and _OTHER_VALUE.search(ASIDE.sub(" ", self.text)):
            self.vague = True  # "it is √5 (and 2 for the other)"
        made: list[_Weighed] = []
        ends, concludes = self._ends_of_change(), conclusion(self.lower, outside, self.cues["so"], self.cues["cause"])
        for place, number in enumerate(self.found):
            if (outside and self._is_aside(number)) or self._is_passed_over(number):
                continue
            if place and _BESIDE.search(self.before(number)):
                made.append(_Weighed(0.3 * place - 6, place, number))
            elif self.years and _YEAR.fullmatch(number.text):
                away = bool(_AWAY_FROM.search(self.before(number)))
                self.vague = self.vague or away
                made.append(_Weighed(0.3 * place + (-3 if away else 3), place, number))
            else:
                weight = 0.3 * place + self._said_before(number, place) + self._said_after(number, place)
                weight -= (
                    6 * self._gives_reason(number)
                    + 4 * (place in ends)
                    + 9 * (len(self.found) > 1 and number.start < concludes.place and is_unreal(self.lower, number))
                    + concludes.less * (number.start < concludes.place)
                )
                weight += _ASKED * (self.percent and is_percent(number))
                made.append(_Weighed(weight + said_by_sums.get(number.start, 0), place, number))
        return made

    def _ends_of_change(self) -> set[int]:
        """Which numbers say from where to where something changes, where another says by how much."""
        ends: set[int] = set()
        for place, (one, other) in enumerate(itertools.pairwise(self.found)):
            between = self.lower[one.end : other.start]
            if len(between) <= _LONGEST_CHANGE and self.cues["changed"].search(f"{self.before(one)}\0{between}"):
                ends |= {place, place + 1}
        return ends if len(ends) < len(self.found) else set()

    def _gives_reason(self, number: Numeral) -> bool:
        """Whether a number stands in a clause that gives the reason of an earlier one: `150, because two are 90`."""
        cause = self.cues["cause"].search(self.lower, self.found[0].end, number.start)
        between = self.lower[cause.end() : number.start] if cause else ","
        return not re.search(r"[,;，；]", between) and not self.cues["so"].search(between)

    def _is_aside(self, number: Numeral) -> bool:
        return any(start <= number.start < end for start, end in self.asides)

    def _is_passed_over(self, number: Numeral) -> bool:
        """Whether a number is denied, only counts along, or is a tolerance or a label."""
        before, after = self.before(number), self.after(number)[:24]
        if self.cues["not"].search(before) and not before.rstrip().endswith(("no.", "than")):
            return True
        if (_ORDINAL.match(after) and len(self.found) > 1) or _DENIED_AFTER.match(after):
            return True
        if len(self.found) > 1 and is_called_wrong(self.lower, number.end, self.codes):
            return True
        return bool(_NO_VALUE.search(before))

    def _said_before(self, number: Numeral, place: int) -> float:
        """What stands before a number, as a weight: a cue that it is the answer, or only says when or of how many."""
        before = self.before(number)
        weight = 0.0
        left_with, concluded = _LEFT_WITH.search(before), self._is_concluded(number)
        if left_with or self.cues["is"].search(before):
            weight += 3
        elif not concluded and (self.cues["context"].search(before) or _STEP.search(before)):
            weight -= 3
        elif _CUE.search(before):
            weight += 2
        if _OPERATOR_BEFORE.search(before):
            weight -= 2.5
        if _NAMELY.search(before):
            weight += 3
        if self.cues["total"].search(before):
            weight += 1.5
        if self._is_day(number):
            weight -= 3
        if concluded:
            weight += _CONCLUDED
        elif self.cues["so"].search(before):
            weight += 1.5
        if len(self.found) > 1 and number.start == self.found[-1].start and not _RESTATED.search(before):
            weight += 3 * self._is_result(number) or 2 * bool(self.cues["ends"].match(self.lower, number.end))
        if place and not left_with and not concluded and _BESIDE_IT.search(before):
            weight -= 3
        return weight

    def _is_concluded(self, number: Numeral) -> bool:
        """Whether a number is the first, and the only one, of a clause that begins with a word that concludes."""
        if len(self.found) == 1:
            return False
        begins, ends = clause_of(self.lower, number)
        beside = [each for each in self.found if begins <= each.start < ends and not self._is_aside(each)]
        lead = self.lower[begins : number.start]
        concludes = self.cues["so"].search(lead)
        if concludes is None and number.start == self.found[-1].start:
            concludes = _FINAL_WORD.search(lead)
        if concludes is not None and _SAID_AGAIN.match(concludes[0]):
            concludes = None
        before = self.lower[max(0, begins - _LONGEST_CHANGE) : begins].rstrip(EDGES)
        said = concludes is not None and not lead[: concludes.start()].strip(EDGES)
        return len(beside) == 1 and (said or bool(_SO_ENDS.search(before)))

    def _is_day(self, number: Numeral) -> bool:
        """Whether a number is the day of a month: `7 April`, `April 7`."""
        if number.value > _LONGEST_MONTH or not number.text.isdecimal():
            return False
        return bool(self.cues["month"].match(self.lower, number.end) or self.cues["day"].search(self.before(number)))

    def _said_after(self, number: Numeral, place: int) -> float:
        """What stands after a number, as a weight: a rate, a difference, an operator."""
        before, after = self.before(number), self.after(number)
        weight = 0.0
        if place and _APPOSED.search(before) and _FEWER.match(after):
            weight -= 6
        if _SAYS_AGAIN.search(before) and _COMPARED.match(after):
            weight -= 9
        if self.cues["after"].match(after[:24]):
            weight -= 3
        if _OPERATOR_AFTER.match(after):
            weight -= 2.5
        rest = self.lower[number.end :]
        if re.match(r"\s?=", rest) and not re.match(r"\s?=[^=]*[+*/×·÷][^=]*\Z", rest):
            weight -= 2
        if _LEADS_ON.match(after):
            weight -= 3
        if _APIECE.match(after[:24]):
            weight -= 3
        if place and _COMPARED_BEFORE.search(before):
            weight -= 6
        return weight

    def pick(self, weighed: list[_Weighed], *, several: bool) -> Pick:
        """The heaviest number, what says the same again, and what might be meant instead."""
        top = max(weighed, key=lambda each: (each.weight, each.place))
        also = tuple(
            each.number
            for each in weighed
            if (each.place == top.place + 1 and _RESTATED.search(self.lower[top.number.end : each.number.start]))
            or (each.place == top.place - 1 and self._is_restated_by(each.number, top.number))
        )
        is_rate = any(_RATE.match(self.lower, each.end) and each.value != top.number.value for each in also)
        also, rates = ((), also) if is_rate else (also, ())  # "$75 in all, or $3 each" says two things
        rivals = tuple(
            each.number
            for each in weighed
            if each.number.value != top.number.value and each.number not in also and top.weight - each.weight < 2.5
        )
        rivals = (*rivals, *rates) if not self._is_result(top.number) else rates
        if self.percent and is_percent(top.number):
            rivals = tuple(filter(is_percent, rivals))
        rivals = (*(each for each in rivals if not self._is_rest(each, top.number)), *self._other_shares(weighed, top))
        number = as_share(top.number, self.lower)
        concluded = len(weighed) == 1 or bool(self.cues["so"].search(self.before(top.number)))
        again = any(self._is_aside(each) and equal_numbers(each, top.number) for each in self.found)
        sure = not rivals and (not self.spelled or concluded or again) and not self.vague
        if _BOUND.search(self.lower[: number.start]) or _BEYOND.match(self.lower, number.end):
            sure = False
        if (top.weight <= -2.5 and not self.claimed and several) or self._is_day(top.number):
            sure = False
        where = "in words" if self.spelled else "as the number of the last statement"
        return Pick(number, "last", where, sure, also, rivals)

    def _is_restated_by(self, one: Numeral, other: Numeral) -> bool:
        """Whether a number says an earlier one again, in another unit or rounded: `900 g, or about 2 pounds`."""
        again = _RESTATED.search(self.lower[one.end : other.start])
        return bool(again) and (measure_the_same(self.lower, one, other) is True or rounds(other, one))

    def _other_shares(self, weighed: list[_Weighed], top: _Weighed) -> list[Numeral]:
        """The share that makes a whole with the heaviest: of `38 % came, so 62 % stayed` either may be asked for.

        Not so where the other is said of what did not happen: `38 % did not come, so 62 % did`.
        """
        if not is_percent(top.number):
            return []
        shares = [each.number for each in weighed if is_percent(each.number)]
        rest = [each for each in shares if each.value + top.number.value == _WHOLE and each.value != top.number.value]
        return [each for each in rest if not self._is_rest(each, top.number)]

    def _is_rest(self, one: Numeral, other: Numeral) -> bool:
        """Whether one share makes a whole with another, and is said of what is not so."""
        whole = is_percent(one) and is_percent(other) and one.value + other.value == _WHOLE
        return whole and self._is_of_no(one) and not self._is_of_no(other)

    def _is_of_no(self, number: Numeral) -> bool:
        return bool(self.cues["no"].search(self.lower, *clause_of(self.lower, number)))

    def _is_result(self, number: Numeral) -> bool:
        """Whether a number is the last of its sentence, and said to be what is left or what it makes."""
        outside = [each.start for each in self.found if not self._is_aside(each)]
        if outside and number.start != max(outside):
            return False
        before, after = self.before(number), self.after(number)
        return bool(_FINAL.search(before) or _FINAL_AFTER.match(after)) and not _OPERATOR_AFTER.match(after)


def _lead_first(weighed: list[_Weighed], lower: str) -> list[_Weighed]:
    """After a marker the first number counts more, unless it only leads to one that is said."""
    first = weighed[0]
    lead = re.findall(r"[^\W\d_]+", lower[: first.number.start])
    is_alone = len(lead) <= 1 and not _UNSPACED_LEAD.match("".join(lead))
    if is_alone and first.weight > -2 and not any(each.weight >= 3 for each in weighed[1:]):
        return [first._replace(weight=first.weight + 4), *weighed[1:]]
    return weighed
