r"""The number that an answer gives: in its last claim, or in the sentence that says it.

In a claim or a box, what stands beside the number must be a unit, a currency or a sentence; mathematics beside it is
worked out as a formula (`2^4` is 16), and a formula without a value (`2x`, `x > 2`) is no number. In a sentence,
numbers in brackets, after *not*, *out of* or *in*, and operands of a sum are passed over; where more than one
is left, the sentence is weak evidence.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.offered import EDGES, equal_numbers
from workbench.scorers.amounts.sentence_numbers import ASIDE, Pick, best_number
from workbench.scorers.formulas.trees import read
from workbench.scorers.formulas.worth import exact
from workbench.scorers.languages import as_written, either, worded, words
from workbench.scorers.number_words import number_in_words
from workbench.scorers.numerals import FUNCTION, Numeral, numerals, pure_number, readable
from workbench.scorers.once import compiled
from workbench.scorers.reading import Claim, Reading, Sentence
from workbench.scorers.sentences.asked import asked_for, asks_how_many, counted_thing_asked_for
from workbench.scorers.sentences.normal import BOLD

_LONGEST_SENTENCE: Final = 1_200
_MATHEMATICS: Final = re.compile(
    r"[\\^=<>≤≥≠∞√π!{}|∪∈±]|(?<![A-Za-z])(?:sin|cos|tan|ln|log|exp|sqrt)\b|\d\s?[+*/×·÷]|[+*/×·÷]\s?\d|"
    r"\d[xyznabkteirθ](?![A-Za-z])|(?<![A-Za-z\d])[xyznabk](?![A-Za-z'])"
)
_UNIT_POWER: Final = re.compile(r"(?<=[A-Za-z°])\s?\^\s?\{?-?\d\}?")
_TIMES_LETTER: Final = re.compile(r"[\d)][xyznabkteirθ](?![A-Za-z])")
_SUM: Final = re.compile(r"[+*/×·÷]|\d\s?-\s?\d")
_LONGEST_NUMBER, _LONGEST_SIDE = 300, 120
"""Characters of a text that may be a number, and of one side of an equation."""
_RELATION: Final = re.compile(r"^\s*[A-Za-z][A-Za-z_{}\d()]*\s?[=≈]\s?")
_LONGEST_QUESTION: Final = 4_000
_LAST_SENTENCE: Final = re.compile(r"[^.!。！，]*[.!。！]?\Z")
_THINGS: Final = re.compile(r"(?:[\s-]?([^\W\d_]{2,}))?(?:\s([^\W\d_]{3,}))?")
_FACTORIAL: Final = re.compile(
    r"(?:\A|[=:$])[\s*_`$(]*(\d{1,2})![\s*_`$)]*\Z|(?<![\d.,])(\d{1,2})!(?=\s?[^\W\d_A-ZÀ-ÞА-Я])(?![\s\S]*(?<!\d)\2(?!\d))"
)
_ROOM: Final = 60
_YEAR: Final = re.compile(r"1\d{3}|20\d{2}")
_SCENE: Final = re.compile(
    rf"\W*(?:{as_written('scene_pronouns')}{as_written('scene_verbs')} (?:\w+ )?"
    rf"(?:{worded('about')}|{worded('compared')}) {as_written('scene_than')} |{worded('scene')}|"
    rf"{worded('says_again')}[^.]{{0,12}}\d[\d.,]*[^.\d]{{0,20}}?{worded('compared')})"
)
_STOPPED: Final = re.compile(rf"\b{as_written('stops_of_numbers')}\Z")
_FIELD: Final = re.compile(r'"(?:final_)?(?:answer|result|value)"\s*:\s*"?([^",}]+)')
_IN_BRACKETS: Final = re.compile(r"\s*\([^()]*\)?[.!]?\)?\s*")
_NONE_SO: Final = re.compile(worded("none_so"))
_NONE_LEFT: Final = re.compile(rf"\A\W*{worded('none_alone')}|{worded('none_left')}")


def final_number(reading: Reading, *, years: bool = False, percent: bool = False) -> Pick | None:
    """Find the number that an answer gives; None where there is none, and a Pick without one where it is undecided.

    With `years` a year is asked for, and "in 1989" is no aside; with `percent` a percentage, which then goes first.

    >>> from workbench.scorers.reading import reading
    >>> pick = final_number(reading("I counted 9, then 8. So the answer is 17 sheep (9 + 8)."))
    >>> pick.number.text, pick.where, pick.sure
    ('17', "after 'the answer is'", True)
    """
    pick = _found(reading, years, percent)
    factorial = _FACTORIAL.search(reading.plain[-_ROOM:])
    if factorial and pick is not None and pick.sure and pick.number is not None and pick.evidence != "boxed":
        of = int(factorial[1] or factorial[2])
        value = Fraction(math.factorial(of))  # five, said with force, or a hundred and twenty
        if pick.number.value not in (of, value):
            return pick
        return pick._replace(sure=False, rivals=(*pick.rivals, pick.number._replace(value=value)))
    return pick


def _found(reading: Reading, years: bool, percent: bool) -> Pick | None:
    for claim in reading.claims[:6]:
        pick = _of_claim(claim, reading, percent)
        if pick is not None:
            return pick
        if claim.evidence in ("boxed", "tag"):
            return Pick(None, claim.evidence, claim.where)
    if reading.open and not reading.claims:
        return Pick(None, "last", "nothing is decided", sure=True)
    if FUNCTION.search(reading.plain[:_ROOM]) and (number := strict_number(reading.plain, reading.codes, formula=True)):
        return Pick(number, "whole", "as the whole answer")
    field = _FIELD.search(reading.plain) if reading.plain[:1] == "{" else None
    if field and (number := strict_number(field[1], reading.codes)):
        return Pick(number, "json", "in JSON")
    return _of_statements(reading, years, percent)


def of_what_is_asked(reading: Reading, pick: Pick, question: str, *, years: bool = False) -> Pick:
    """The pick, or the number of the last statement that is said of what the question asks for, where it is another's.

    Of several years it is the one whose clause has most of the question's words.
    """
    if pick.number is None or not reading.statements:
        return pick
    if pick.evidence == "marker" and pick.rivals and not pick.sure:
        return _decided_by_question(reading, pick, question)
    if pick.evidence not in ("whole", "last"):
        return pick
    if pick.rivals and not pick.sure:
        pick = _decided_by_question(reading, _without_given(reading, pick, question), question)
    if not (years or asks_how_many(question)):
        return pick
    text = readable(reading.words(reading.statements[-1])[-_LONGEST_SENTENCE:])
    found = [number for number in numerals(text, reading.codes) if not years or _YEAR.fullmatch(number.text)]
    place = next((which for which, number in enumerate(found) if equal_numbers(number, pick.number)), None)
    if place is None or len({number.value for number in found}) < 2:
        return pick
    if years:
        which, decided = asked_for([number.start for number in found], text, question)
        if decided and not equal_numbers(found[which], pick.number):
            return Pick(found[which], pick.evidence, "in the clause that says what is asked")
        return pick
    counted = counted_thing_asked_for(text.lower(), found, place, question)
    return pick if counted is None else Pick(found[counted], pick.evidence, "as the number of what is asked for")


def _without_given(reading: Reading, pick: Pick, question: str) -> Pick:
    """A pick without the rivals that only repeat the question: `5 crates hold 60`, where it is asked of 5 crates."""
    text = readable(reading.words(reading.statements[-1])[-_LONGEST_SENTENCE:]).lower()
    asked = readable(question[-_LONGEST_QUESTION:]).lower()
    given = {(number.value, thing) for number in numerals(asked) for thing in _things(asked, number)}
    left = tuple(each for each in pick.rivals if given.isdisjoint((each.value, one) for one in _things(text, each)))
    if len(left) == len(pick.rivals) or pick.number is None:
        return pick
    repeats = not given.isdisjoint((pick.number.value, one) for one in _things(text, pick.number))
    return pick if repeats else pick._replace(rivals=left, sure=not left)


def _things(text: str, number: Numeral) -> list[str]:
    """How the two words after a number begin."""
    return [word[:4] for word in _THINGS.match(text, number.end).group(1, 2) if word]  # type: ignore[union-attr]


def _decided_by_question(reading: Reading, pick: Pick, question: str) -> Pick:
    """A pick with rivals, sure where its clause, and none of theirs, has most of the question's words."""
    text = readable(reading.words(reading.statements[-1])[-_LONGEST_SENTENCE:])
    places = {number.text: text.rfind(number.text) for number in (pick.number, *pick.rivals) if number is not None}
    if pick.number is None or min(places.values()) < 0 or len(places) < 2:
        return pick
    ordered = sorted(places, key=lambda each: places[each])
    which, decided = asked_for([places[each] for each in ordered], text, _LAST_SENTENCE.search(question.strip())[0])  # type: ignore[index]
    if decided and ordered[which] != pick.number.text:
        rival = next(each for each in pick.rivals if each.text == ordered[which])
        return pick._replace(number=rival, rivals=(pick.number,), where="in the clause that says what is asked")
    which, decided = asked_for([places[each] for each in ordered], text, question)
    said_last = which == len(ordered) - 1  # a later clause may leave out what an earlier one says: "Tim is 8 and Ann 9"
    decided = decided and said_last and ordered[which] == pick.number.text
    return pick._replace(sure=True, rivals=()) if decided else pick


def strict_number(text: str, codes: tuple[str, ...] = ("en",), *, formula: bool = False) -> Numeral | None:
    """The number that a text is, apart from a name before it and a unit, a currency or an aside after it.

    In a `formula`, `5!` is 120; elsewhere it is an exclamation.

    >>> strict_number("x = 2 km").text, strict_number("2^4").value, strict_number("2x"), strict_number("x > 2")
    ('2', Fraction(16, 1), None, None)
    """
    edges = EDGES.replace("!", "") if formula else EDGES
    text = text.strip(edges.replace("'", "") + "≈~")
    if not text or len(text) > _LONGEST_NUMBER:
        return None
    text = _RELATION.sub("", text, count=1) if text.count("=") + text.count("≈") == 1 else text
    bare = _UNIT_POWER.sub("", ASIDE.sub(" ", text)).strip(edges) or text.strip("()[] ")
    alone = _only_number(bare, codes)
    if alone is not None:
        return alone
    value = exact(read(bare))
    if value is not None:
        return Numeral(text.strip(), value, None, 0, len(text))
    if "=" in bare:
        return _last_side(bare, codes)
    return number_in_words(bare, codes) if not re.search(r"\d", bare) else None


def _only_number(bare: str, codes: tuple[str, ...]) -> Numeral | None:
    """The one number of a text that is no formula: beside it stand a unit and words, or its tolerance after `±`."""
    plain = readable(bare)
    found = numerals(plain, codes)
    if len(found) != 1:
        return None
    number = found[0]
    if "±" in plain:
        return number if plain.find("±") > number.end else None
    around = f"{plain[: number.start]} {plain[number.end :]}"
    in_formula = _MATHEMATICS.search(around) or FUNCTION.search(bare)
    in_formula = in_formula or _TIMES_LETTER.search(plain[number.end - 1 : number.end + 3])
    goes_on = plain[number.end : number.end + 1] in ("(", "!", "^")
    return None if in_formula or goes_on else number


def _last_side(bare: str, codes: tuple[str, ...]) -> Numeral | None:
    """What a chain of equations comes to: its last side, or its first number where the last side is a sum."""
    sides = [side.strip() for side in re.split(r"[=≈]", bare)]
    values = [strict_number(side, codes) if 0 < len(side) < _LONGEST_SIDE else None for side in sides]
    summed = bool(_SUM.search(sides[-1]))
    if values[0] is not None and (values[-1] is None or summed):
        return values[0]
    return values[-1]


def _of_claim(claim: Claim, reading: Reading, percent: bool) -> Pick | None:
    codes = reading.codes
    text = reading.patterns.tail.sub("", claim.text)
    if claim.denied:
        return None
    if claim.evidence == "boxed":
        number = strict_number(text, codes, formula=True)
        return Pick(number, "boxed", claim.where) if number is not None else Pick(None, "boxed", claim.where)
    for piece in dict.fromkeys((text, _first_sentence(text))):
        number = strict_number(piece, codes)
        if number is not None:
            plain = readable(piece)
            beside = re.findall(r"[^\W\d_]{2,}", plain[: number.start]) if number.end <= len(plain) else []
            if len(beside) <= 4 and not compiled(either(*words(codes, "not", "open"))).search(piece.lower()):
                return Pick(number, claim.evidence, claim.where)
    if _is_mathematics(text):
        return Pick(None, claim.evidence, claim.where)
    if text[:1] in "{[":
        field = _FIELD.search(text)
        if field and (number := strict_number(field[1], codes)):
            return Pick(number, "json", "in JSON")
    chosen = best_number(_first_sentence(text), codes, claimed=True, percent=percent)
    if chosen is None or chosen.number is None:
        return chosen and Pick(None, claim.evidence, claim.where)
    return Pick(chosen.number, claim.evidence, claim.where, chosen.sure, chosen.also, chosen.rivals)


def _is_mathematics(text: str) -> bool:
    """Whether a claim is a formula, a list or a pair and not a sentence around a number."""
    bare = ASIDE.sub(" ", text) if re.search(r"[^\W\d_]{3,}", ASIDE.sub(" ", text)) else text
    bare = re.sub(r"\\[A-Za-z]+", " ", bare)
    long_words = [
        word
        for word in re.findall(r"[^\W\d_]{2,}", bare)
        if word not in ("sin", "cos", "tan", "ln", "log", "exp", "sqrt", "pi")
    ]
    if long_words:
        return False
    return bool(
        re.search(r"[\\^=<>≤≥≠∞√π!{}|∪∈±(\[]", text) or re.search(r"\d\s?,\s\d|\d\s?[+*/×·]|\d[a-z](?![a-z])", text)
    )


def _first_sentence(text: str) -> str:
    end = re.search(r"[.!?](?=\s|\Z)|[。！？]", text)
    while end and _STOPPED.search(text[: end.start()]):
        more = re.search(r"[.!?](?=\s|\Z)|[。！？]", text[end.end() :])
        if not more:
            return text
        end = re.compile(r"[.!?](?=\s|\Z)|[。！？]").search(text, end.end())
    return text[: end.start()] if end else text


def _of_statements(reading: Reading, years: bool, percent: bool) -> Pick | None:
    """The number of the last sentence that says one."""
    alone = _on_its_own_line(reading)
    if alone is not None:
        return alone
    best, decided = _of_last(reading, years, percent)
    if best is not None and best.evidence != "bold":
        best = _the_bold_one(reading, best)
    if best is not None:
        return best if decided else best._replace(rivals=(*best.rivals, *_totals(reading)[-2:]))
    statements = reading.statements
    nothing = any(_NONE_LEFT.search(reading.lower[s.start : s.end]) for s in statements)
    if nothing or (len(reading.plain) < 30 and _NONE_LEFT.match(reading.lower.strip())):
        return Pick(Numeral("none", Fraction(0), None, 0, 0), "sentence", "in words")
    return None


def _on_its_own_line(reading: Reading) -> Pick | None:
    """The last number that has a line for itself, in an answer of several lines."""
    lines = reading.lines
    alone = [
        line
        for line in lines
        if line.end - line.start < 80
        and line.start >= reading.since
        and (pure_number(reading.text[line.start : line.end]) or strict_alone(reading.text[line.start : line.end]))
    ]
    if not alone or len(lines) < 2:
        return None
    line = alone[-1]
    number = strict_number(reading.text[line.start : line.end], reading.codes)
    if number is None:
        return None
    later = [s for s in reading.statements if s.start > line.end and numerals(reading.words(s), reading.codes)]
    rivals = _rivals(reading, later[-1:], number)
    first = line is lines[0]
    return Pick(number, "first" if first else "last", "on a line of its own", not rivals or first, (), rivals)


def _of_last(reading: Reading, years: bool, percent: bool) -> tuple[Pick | None, bool]:
    """What the last statement says, unless it only adds to the one before; and whether another one decides it."""
    best: Pick | None = None
    adds = False
    statements = reading.statements
    for back, sentence in enumerate(reversed(statements[-40:])):
        pick = _of_sentence(sentence, reading, years, percent)
        if pick is None:
            continue
        if _IN_BRACKETS.fullmatch(reading.lower, sentence.start, sentence.end) and len(statements) > 1:
            continue
        if best is None:
            best = pick._replace(evidence=_kind_of(pick, sentence, reading))
            adds = bool(_SCENE.match(reading.lower[sentence.start : sentence.end]))
            if adds:
                best = best._replace(sure=False, also=())
            elif pick.sure or len(reading.sentences) == 1 or pick.number is None:
                break
        elif adds or (pick.evidence == "bold" and best.evidence != "bold"):
            kind = pick.evidence if pick.evidence == "bold" else "sentence"
            return pick._replace(evidence=kind, sure=pick.sure and back < 4), True
        elif best.number and any(equal_numbers(r, best.number) for r in (pick.number, *pick.also) if r):
            return best._replace(sure=True, rivals=()), True
        else:
            break
    return best, False


def _the_bold_one(reading: Reading, pick: Pick) -> Pick:
    """The one number that stands in bold, where a later statement has another: `in **1969**. The last was 1972.`"""
    bold = [
        number
        for span in reading.form.of_kind(BOLD)
        if span.start >= reading.since
        and (number := strict_number(reading.text[span.start : span.end], reading.codes)) is not None
    ]
    if not bold or any(not equal_numbers(number, bold[0]) for number in bold):
        return pick
    if pick.number is None:  # "It is **8**. The two in the middle are 7 and 9."
        return Pick(bold[0], "bold", "in bold", sure=False)
    return pick if equal_numbers(bold[0], pick.number) else Pick(bold[0], "bold", "in bold", sure=True)


def _kind_of(pick: Pick, sentence: Sentence, reading: Reading) -> str:
    if pick.evidence == "bold":
        return "bold"
    if len(reading.sentences) == 1:
        return "whole"
    return "first" if sentence is reading.sentences[0] else "last"


def _totals(reading: Reading) -> list[Numeral]:
    """The numbers of the last lines that announce a sum: they may be meant."""
    lines = [
        line
        for line in reading.lines[:-1]
        if line.start >= reading.since
        and reading.patterns.total.match(reading.lower[line.start : line.end].lstrip("*_-•# "))
    ]
    return [n for line in lines[-2:] for n in numerals(reading.text[line.start : line.end], reading.codes)]


def strict_alone(text: str) -> bool:
    """Whether a line is one number with at most a unit: `**540 meters**`, `≈ 3.5 km`."""
    bare = text.strip(EDGES + "$≈=()→>#- ")
    return bool(
        re.fullmatch(
            r"[-−+]?[$€£¥]?\s?\d[\d.,'’ \u202f]*(?:\s?[^\W\d_]{1,12}(?:/[a-z]{1,5})?[²³]?){0,2}\s?[%°€$£]?C?", bare
        )
    )


def _rivals(reading: Reading, others: list[Sentence], number: Numeral) -> tuple[Numeral, ...]:
    found = [n for s in others for n in numerals(reading.words(s), reading.codes)]
    if any(equal_numbers(number, n) for n in found):
        return ()
    return tuple(found[-3:])


def _of_sentence(sentence: Sentence, reading: Reading, years: bool, percent: bool) -> Pick | None:
    text = reading.words(sentence)[-_LONGEST_SENTENCE:]
    bold = [
        number
        for span in reading.form.of_kind(BOLD)
        if sentence.start <= span.start < sentence.end
        and (number := strict_number(reading.text[span.start : span.end], reading.codes)) is not None
        and len(re.findall(r"[^\W\d_]{2,}", reading.text[span.start : span.end])) <= 5
    ]
    if bold:
        different = [number for number in bold if not equal_numbers(number, bold[-1])]
        return Pick(bold[-1], "bold", "in bold", not different, (), tuple(different))
    pick = best_number(text, reading.codes, claimed=False, years=years, percent=percent)
    nothing = _NONE_SO.search(text.lower())
    if nothing and pick is not None and not numerals(text[nothing.end() :], reading.codes):
        rivals = (pick.number,) if pick.number is not None else ()
        return Pick(Numeral("none", Fraction(0), None, 0, 0), "last", "in words", False, (), rivals)
    return pick
