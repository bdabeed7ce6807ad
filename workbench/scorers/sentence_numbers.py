"""Which of the numbers of one sentence it says, by what stands before and after each."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.scorers.languages import either, patterns, table, words
from workbench.scorers.number_words import number_in_words, numbers_in_words
from workbench.scorers.numerals import Numeral, numerals, readable

EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？"
ASIDE: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|（([^（）]*)）")
_ORDINAL: Final = re.compile(
    r"(?:st|nd|rd|th)\b|[xyzn](?![A-Za-z'])|[-–](?=[a-zA-Z]+)|º|ª|\. (?=januar|februar|märz|april|mai|juni|"
    r"juli|august|september|oktober|november|dezember)",
    re.IGNORECASE,
)
_CUE: Final = re.compile(
    r"(?:costs?|has|have|had|makes?|made|earns?|earned|pays?|paid|needs?|takes?|took|gets?|got|left with|"
    r"leaves|spends?|spent|saves?|saved|"
    r"about|approximately|roughly|exactly|total of|becomes?|gives?|yields?|reads?|sells?|sold|buys?|bought|"
    r"owes?|travels?|travell?ed|"
    r"weighs?|lasts?|holds?|contains?|equals?|only|remain(?:s|ing)?|receives?|walks?|ran|runs?|be|is|are|was|"
    r"were|gewinnt|kostet|hat|haben|bleiben|"
    r"braucht|verdient|bezahlt|zahlt|coûte|reste|restent|gagne|paie|dépense|cuesta|quedan|tiene|gana|paga|"
    r"costa|restano|ha|guadagna|"
    r"restam|tem|ganha|стоит|осталось|остаётся|остается|получил|заплатил|составляет|есть|يبقى|تبقى|يكلف|剩下|剩|"
    r"花费|需要|得到|支付|赚|"
    r"残り|남은|comes to|came to|amounts? to|comes out to|up to|adds? up to|makes it|gave|found|collected|read|"
    r"scored|won|lost|ate|drank|"
    r"used|produces?|hold|drove|drives?|sums? to|averages?|worth|at most|at least|benötigt|dauert|wiegt|faut|"
    r"doit|mesure|pèse|mide|pesa|hay|c'è|ci sono|há)\s(?:a\s|of\s|about\s|exactly\s|only\s|just\s|etwa\s|"
    r"environ\s|circa\s)?[$€£¥₽R]*\Z"
)
_RESTATED: Final = re.compile(
    r"\s*(?:[,(]?\s?(?:or|which is|i\.e\.|that is|or about|or approximately|or roughly|≈|equivalently|=|soit|"
    r"oder|also|cioè|ou seja|o sea|то есть|即)\s?(?:about|approximately|roughly|around|simply|just|etwa|"
    r"environ)?|\s?[(≈=])\s*[$€£]?\Z"
)
_ALSO_SAID: Final = re.compile(
    r"\b(?:which|that|this) (?:is|was|are|means|comes to|works out to|averages)\s(?:about\s|roughly\s|only\s|"
    r"approximately\s|just\s|around\s|nearly\s|almost\s)?[$€£]?\Z"
)
_COMPARED: Final = re.compile(
    r"\s?%?\s?(?:[^\s.;,]+\s){0,3}?(?:more|less|fewer|per|each|apiece|on average|a (?:day|week|month|year|piece)|"
    r"an hour|(?!other|number|dinner|paper|water|dollar|meter|river|flower)\w{3,}er)\b"
)
_APPOSED: Final = re.compile(
    r"[,(–—-]\s?(?:also|that is|i\.e\.|donc|soit|ou seja|cioè|o sea|то есть|это|или)?\s?[$€£]?\Z"
)
_FEWER: Final = re.compile(
    r"\s?(?:[^\s.;,]+\s){0,2}?(?:more|fewer|less|weniger|mehr|de plus|de moins|más|menos|in più|in meno|a mais|"
    r"больше|меньше|(?!other)\w{3,}er)\s(?:than|als|que|di|do que|чем)\b"
)
_LEFT_WITH: Final = re.compile(
    r"\b(?:left|ends? up|ended up|finish(?:es|ed)?|remains?|winds? up|wound up|stays?|comes? up|came up) with\s"
    r"(?:a total of\s|exactly\s|only\s|just\s|about\s)?[$€£]?\Z"
)
_DENIED_AFTER: Final = re.compile(r"[^\s\d.。、]{0,6}?\s?(?:ではな|ではあり|じゃな|[이가은는]\s?아[니닙])")
_BEYOND: Final = re.compile(
    r"[^\s\d.。、]{0,4}?\s?(?:より|보다|以上|以下|未満|이상|이하|미만|を超え|を上回|을 넘|를 넘|多于|少于|"
    r"不到|还多)|\s(?:or more|or less|or fewer|at "
    r"least|at most|oder mehr|ou plus|o más|o più|ou mais|или больше)\b"
)


@dataclass(frozen=True)
class Pick:
    """The number of an answer, where it was found, and whether that is sure; `rivals` might be meant instead."""

    number: Numeral | None
    evidence: str
    where: str
    sure: bool = True
    also: tuple[Numeral, ...] = ()
    rivals: tuple[Numeral, ...] = ()


def equal_numbers(one: Numeral | None, other: Numeral | None) -> bool:
    return (
        one is not None
        and other is not None
        and one.equals(other, tolerance=Fraction(0), relative_tolerance=Fraction(0))
    )


@lru_cache(64)
def _cues(codes: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    known = patterns(codes)
    adjective = (
        r"(?:(?:the|a|an|all|these|those|our|his|her|their|its|my|den|die|der|les|los|las|le|i|gli|os|"
        r"as|of|other|past|next|first|last|original|total|same|remaining)\s){0,2}"
    )
    context = sorted(words(codes, "context"), key=len, reverse=True)
    spaced = [re.escape(w).replace(r"\ ", r"\s") for w in context if re.match(r"[^\u3000-\u9fff\uac00-\ud7af]", w)]
    joined = [re.escape(w) for w in context if not re.match(r"[^\u3000-\u9fff\uac00-\ud7af]", w)]
    after = [re.escape(w).replace(r"\ ", r"\s?") for w in words(codes, "context_after")]
    return {
        "context": re.compile(
            rf"(?:(?<!\w)(?:{'|'.join(spaced)})\s{adjective}|(?:{'|'.join(joined) or '(?!)'})\s?)[$€£¥(]?\Z"
        ),
        "after": re.compile(rf"\s?(?:{'|'.join(after) or '(?!)'})"),
        "not": re.compile(
            rf"(?:{known.either('not')}|n't|{either(*words(codes, 'instead'))}|(?<!\w)(?:no|non|não|nao|ne|"
            rf"n')\s?(?:es|son|è|sono|é|são|e|est|era|será|queda|quedan)(?!\w))\s?(?:be\s)?(?:just|simply|only|the|a|die|el|"
            rf"la|le)?\s?[$€£]?\Z"
        ),
        "is": re.compile(
            rf"(?:{known.either('is')}|[:=≈→⇒])\s?(?:about|approximately|exactly|only|now|then|also|therefore|"
            rf"etwa|rund|environ|unos|circa|cerca de|约|約|たった)?\s?[$€£¥₽]?\Z"
        ),
        "so": known.so,
        "or": known.alternative,
        "undecided": re.compile(rf"{known.either('undecided')}"),
        "open": known.open,
        "total": re.compile(rf"{either(*words(codes, 'total'))}(?:\s\w+){{0,2}}\W{{0,4}}\Z"),
    }


def best_number(text: str, codes: tuple[str, ...], *, claimed: bool, years: bool = False) -> Pick | None:
    """The number that one sentence says, by what stands before and after each."""
    text = readable(text)
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    cues = _cues(codes)
    found = numerals(text, codes)
    spelled = False
    if not found:
        found = numbers_in_words(text, codes)
        spelled = True
        if not found and (claimed or len(text) < 60):
            number = number_in_words(text.strip(EDGES), codes)
            found = [number] if number is not None else []
    if not found:
        return None
    probability = re.search(r"(?<![\d.])(\d{1,4})\s(?:in|out of|of|von|sur|de|su|из)\s(\d{1,6})(?!\s?[\d%])", lower)
    asides = [(m.start(), m.end()) for m in ASIDE.finditer(text)]
    scored: list[tuple[float, int, Numeral]] = []
    results = _results(text, found)
    vague = False
    outside = [n for n in found if not any(a <= n.start < b for a, b in asides)]
    for place, number in enumerate(found):
        before, after = lower[max(0, number.start - 60) : number.start], lower[number.end : number.end + 24]
        if outside and any(a <= number.start < b for a, b in asides):
            continue
        if cues["not"].search(before) and not before.rstrip().endswith(("no.", "than")):
            continue
        if (_ORDINAL.match(after) and len(found) > 1) or _DENIED_AFTER.match(after):
            continue
        if (
            re.search(
                r"(?:\binclud\w+|\bwhere|\bwhen|attained at|einschließlich|y compris|incluyendo)\b[^,;.]{0,30}\Z",
                before,
            )
            and place
        ):
            score = 0.3 * place - 6
            scored.append((score, place, number))
            continue
        if re.search(r"±\s?\Z|(?<![\w])[#№]\Z", before):
            continue
        score = 0.3 * place
        if years and re.fullmatch(r"1\d{3}|20\d{2}", number.text):
            away = re.search(
                r"\b(?:before|after|than|until|avant|après|vor|nach|antes|después|depois|dopo|prima|до|после|"
                r"not)\s(?:the\s|year\s)?\Z",
                before,
            )
            vague = vague or bool(away)
            scored.append((score + (-3 if away else 3), place, number))
            continue
        if place and _APPOSED.search(before) and _FEWER.match(lower[number.end : number.end + 60]):
            score -= 6
        if _LEFT_WITH.search(before):
            score += 3
        elif cues["context"].search(before) or re.search(
            r"\b(?:step|question|problem|chapter|eq|figure|option|part|case|phase|year|day|week|in)\s\Z", before
        ):
            score -= 3
        elif cues["is"].search(before):
            score += 3
        elif _CUE.search(before):
            score += 2
        if re.match(cues["after"], after):
            score -= 3
        if re.match(r"\s?[+*/×·÷]|\s?[-–]\s?\d", after):
            score -= 2.5
        if re.search(r"[+*/×·÷]\s?[$€£]?\Z|\d\s?[-–]\s?[$€£]?\Z", before):
            score -= 2.5
        if re.match(r"\s?=", after) and not re.match(r"\s?=[^=]*[+*/×·÷][^=]*\Z", after + lower[number.end + 24 :]):
            score -= 2
        if re.search(
            r"(?:i\.e\.|that is|that's|namely|soit|also|d\. ?h\.|cioè|ou seja|es decir|то есть|即|,? or|which "
            r"is|total of|makes|giving|leaving),?\s[$€£]?\Z",
            before,
        ):
            score += 3
        if _ALSO_SAID.search(before) and _COMPARED.match(lower[number.end : number.end + 60]):
            score -= 9
        if re.match(r"\s?(?:\w+\s)?(?:per|each|apiece|pro|par|por|al giorno|a day|an hour|a week|в день)\b", after):
            score -= 3
        if cues["total"].search(before):
            score += 1.5
        if cues["so"].search(before):
            score += 1.5
        if (
            re.search(
                r"(?:including|includes|with|where|when|attained at|at|if|shown|see|from|because|since|"
                r"einschließlich|including the|y compris|incluyendo)\s[^,;.]{0,30}\Z",
                before,
            )
            and place
            and not _LEFT_WITH.search(before)
        ):
            score -= 3
        if number.start in results:
            score += results[number.start]
        scored.append((score, place, number))
    if not scored:
        return Pick(None, "last", "only numbers that are not meant") if claimed else None
    values = {number.value for _, _, number in scored}
    if len(values) > 1 and _is_undecided(text, lower, [n for _, _, n in scored], cues):
        return Pick(None, "last", "no single number", sure=True)
    if (
        len(values) == 1
        and cues["open"].search(lower)
        and re.search(r"\b(?:need|unknown|not enough|cannot|can't|without)\b", lower)
        and not claimed
    ):
        return None
    if claimed:  # the first number after a marker, but for those that are only a lead
        lead = lower[: scored[0][2].start]
        if len(re.findall(r"[^\W\d_]+", lead)) <= 1 and scored[0][0] > -2:
            later = [entry for entry in scored[1:] if entry[0] >= 3]
            if not later:
                scored[0] = (scored[0][0] + 4, *scored[0][1:])
    top = max(scored, key=lambda entry: (entry[0], entry[1]))
    rest = [entry for entry in scored if entry[2].value != top[2].value]
    also = tuple(n for _, p, n in scored if p == top[1] + 1 and _RESTATED.search(lower[top[2].end : n.start]))
    rivals = tuple(n for s, _, n in rest if n not in also and top[0] - s < 2.5)
    number = top[2]
    if probability and number.start == probability.start(1) and number.worth is None and int(probability[2]):
        number = Numeral(number.text, number.value, number.value / int(probability[2]), number.start, number.end)
    sure = not rivals and (not spelled or len(scored) == 1) and not vague
    if re.search(
        r"(?:少于|多于|不足|不到|低于|高于|至少|至多|более|менее|свыше|выше|ниже|über|unter|più di|oltre|"
        r"au-delà de|exceeds?|more than|less than|greater than|fewer than|larger than|smaller than|mehr als|weniger "
        r"als|plus de|moins de|más de|menos de|più di|meno di|mais de|больше|меньше|"
        r"超过|大于|小于|以上|以下)\s?[$€£]?\Z",
        lower[: top[2].start],
    ) or _BEYOND.match(lower, top[2].end):
        sure = False
    if top[0] <= -2.5 and not claimed and len(values) > 1:
        sure = False
    return Pick(number, "last", "in words" if spelled else "as the number of the last statement", sure, also, rivals)


def _results(text: str, found: list[Numeral]) -> dict[int, float]:
    """What sums written out say: `4 + 1 + 6 = 11` and `11 = 4 + 1 + 6` mean eleven; the last sum counts most."""
    made: dict[int, float] = {}
    if "=" not in text:
        return made
    sides: list[list[Numeral]] = [[]]
    places = [m.start() for m in re.finditer("[=≈]", text)]
    bounds = [0, *(place + 1 for place in places), len(text) + 1]
    sides = [[n for n in found if begin <= n.start < end] for begin, end in itertools.pairwise(bounds)]
    for number, (left, right) in enumerate(itertools.pairwise(sides)):
        last = number == len(places) - 1
        segment = text[bounds[number + 1] : bounds[number + 2] - 1]
        summed = bool(re.match(r"\s?[$€£]?[\d.,]+[^\d=]{0,3}\s?[+*/×·÷-]\s?[$€£(]?\d", segment))
        if summed and left and not re.search(r"[+*/×·÷]|\d\s?-", text[bounds[number] : places[number]]) and last:
            made[left[-1].start] = made.get(left[-1].start, 0) + 7
        elif right:
            made[right[0].start] = made.get(right[0].start, 0) + (3 if last and not summed else -1.5)
            for operand in left:
                made[operand.start] = made.get(operand.start, 0) - 2
    return made


def _is_undecided(text: str, lower: str, found: list[Numeral], cues: dict[str, re.Pattern[str]]) -> bool:
    """Whether two numbers are offered side by side: `10 or 12`, but not `3 dozen eggs, or 36 eggs`."""
    for one, other in itertools.pairwise(found):
        between = lower[one.end : other.start]
        if (
            (
                len(between) < 25
                and cues["or"].search(between)
                and not re.search(r"about|approximately|roughly|around|simply|,", between)
                and not _of_two_kinds(lower, one, other)
            )
            and not equal_numbers(one, other)
            and one.value != 0
        ):
            return True
        if len(between) < 25 and re.search(
            r",\s?(?:or|oder|ou|o)\s(?:maybe|perhaps|possibly|vielleicht|peut-être|quizás|forse|talvez)", between
        ):
            return True
    return bool(re.match(r"\W*(?:it is |it's |the answer is )?(?:either|entweder|либо|要么)\b", lower)) or bool(
        re.search(r"\bbetween \$?\d[\d,.]* and\b|\bsomewhere between\b", lower)
    )


def _of_two_kinds(lower: str, one: Numeral, other: Numeral) -> bool:
    """Whether two numbers count different things, and so do not compete: `90 minutes or 1.5 hours`."""
    kinds = [re.match(r"\s?([^\W\d_]+)", lower[number.end :]) for number in (one, other)]
    first, second = (kind[1] if kind else "" for kind in kinds)
    return len(first) > 2 and len(second) > 2 and first[:4] != second[:4] and first not in words(tuple(table()), "or")
