"""Short answers as texts: a name, a label, a date, a code, a quantity, found in what the answer claims or says."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.offered import is_nearly
from workbench.scorers.amounts.percent import is_percent
from workbench.scorers.amounts.sentence_numbers import ASIDE
from workbench.scorers.clocks import time_of, time_score
from workbench.scorers.dates import DENIES, date_score, regions_of
from workbench.scorers.labels import label_score, labels_of
from workbench.scorers.languages import as_written, languages_of, listed, worded
from workbench.scorers.numbers import final_number
from workbench.scorers.numerals import Numeral, numerals, readable
from workbench.scorers.reading import Claim, Reading, reading
from workbench.scorers.score import Score, shown, wanted
from workbench.scorers.sentences.aimed import aimed, asks_when
from workbench.scorers.sentences.denials import undenied
from workbench.scorers.sentences.doubts import (
    asks_for_a_person,
    has_another_first_name,
    is_last_name,
    is_longer_name,
    is_part_of_name,
    last_name,
    leaves_out_what_is_asked,
)
from workbench.scorers.sentences.phrases import Verdict
from workbench.scorers.sentences.written import stands, written
from workbench.scorers.units import is_known, same_unit, unit_after
from workbench.scorers.values import (
    kind_of,
    plain_target,
    quantity_of,
    squeezed,
    squeezed_formula,
)
from workbench.tasks.tasks import Task

_ENDS_CLAIM: Final = re.compile(
    rf"\s?[(（;–—]|\s-\s|,\s|，|\s{as_written('ends_claim')}\b|[.!?](?=\s|"
    r"\Z)|[。！？]"
)
_JSON_KEYS: Final = listed(
    "answer final_answer result label class category intent sentiment prediction classification output topic "
    "verdict decision value name "
    "choice priority type response language emotion tag text"
)
_PERSON: Final = re.compile(r"([^\W\d_a-z][\w'’-]+)\s([^\W\d_a-z][\w'’-]+)")
_LEGAL_FORM: Final = re.compile(rf"(?<=\w),?\s(?i:{as_written('legal_forms')})\.?\Z")
_TITLE: Final = re.compile(rf"\A(?i:{worded('titles')})\.?\s(?=[^\s]+\s)")
_LONGEST_LOOKED_THROUGH: Final = 20_000
_BEGINS_CLAIM: Final = re.compile(rf"^{as_written('begins_claim')}\s")
_ANOTHER: Final = re.compile(rf"[\s,]*(?:/|{as_written('plain_or', 'plain_and')})\b")
_ANOTHER_CODE: Final = re.compile(r"(?<!\w)(?=[\w/-]*\d)[A-Za-z\d]+(?:[-/][A-Za-z\d]+)+|(?<!\w)\d{4,}|[A-Z]+\d{2,}")
_DENIES_CODE: Final = re.compile(rf"{DENIES}(?:\w+\s){{0,2}}\Z")
_SAID: Final = 3
"""How strongly a sentence must say a last name for the whole of it."""
_HUNDREDTHS: Final = ("%", "percent")
_SHORTEST_PLURAL: Final = 3


def short_answer(answer: str, task: Task) -> Score:
    """Score 1 where the answer says one of the targets as its answer."""
    read = reading(answer)
    best: Score | None = None
    for target in _whole_names(task.targets, written(read.plain[:_LONGEST_LOOKED_THROUGH])):
        score = aimed(_one(read, answer, target, task), answer, task)
        if score.correct and score.sure:
            return score
        if best is None or (not best.correct and (score.correct or (best.sure and not score.sure))):
            best = score
    assert best is not None  # a task with a target has at least one
    return best


def _whole_names(targets: tuple[str, ...], answer: str) -> list[str]:
    """The targets but for those that are a part of a longer one in the answer: what denies it denies them too."""
    there = [plain for target in targets if (plain := written(target)) and plain in answer]
    parts = {plain for plain in map(written, targets) if any(plain != other and plain in other for other in there)}
    return [target for target in targets if written(target) not in parts] or list(targets)


def _one(read: Reading, answer: str, target: str, task: Task) -> Score:
    target = plain_target(target)
    kind = kind_of(target)
    if written(read.plain) == written(target) and written(target):
        return Score(1.0, shown(read.plain), f"found {shown(read.plain)!r} as the whole answer", "whole")
    labels = labels_of(task)
    time = time_score(read, target, task) if not labels and time_of(target) is not None else None
    if time is not None and (time.correct or asks_when(task.question)):  # `3 h` may be a duration
        return time
    special = {"date": date_score, "code": _code, "quantity": _quantity}.get(kind)
    if kind == "code" and target in labels:
        special = None
    if special is not None:
        found = special(read, target, task)
        if found is not None:
            return undenied(found, answer, task, wide=kind != "quantity")
    inside = _json(read)
    if inside is not None:
        return _of_json(inside, target, task)
    if labels:
        return label_score(read, target, labels, task) or _text(read, target, task)
    said = _text(read, target, task)
    if time_of(target) is not None and not said.correct and time is None:
        return replace(said, sure=False)  # "half past two"
    return undenied(said, answer, task) if special is not None else said


def _as_named(read: Reading, target: str) -> str:
    """A name as the answer has it: with names between, or the last one first, `Curie, Marie` for Marie Curie."""
    firm = _LEGAL_FORM.sub("", target)
    if firm != target and target not in read.text:
        return firm
    if "·" in target:
        first, _, last = target.partition("·")
        with_more = re.search(rf"{re.escape(first)}(?:[·•・][^·•・\W]{{1,8}}){{0,2}}[·•・]{re.escape(last)}", read.text)
        return with_more[0] if with_more else target
    name = _PERSON.fullmatch(_TITLE.sub("", target))
    if name is None or target in read.text:
        return target
    first, last = rf"(?:{re.escape(name[1])}|{name[1][0]}\.)", re.escape(name[2])
    between = r"(?:\s(?:[^\W\d_a-z][\w'’.-]*|[\"“][^\"”\s]{1,20}[\"”]))"
    found = re.search(rf"(?<!\w)(?:{first}{between}{{0,2}}\s{last}|{last},\s{first})(?!\w)", read.text)
    return found[0] if found else target


def _text(read: Reading, target: str, task: Task) -> Score:
    """Whether an answer says a text: in its claim, else in a sentence, whole or as the part that names it."""
    named = _as_named(read, target)
    claim = read.claims[0] if read.claims else None
    of_claim = _of_claim(claim, named, read, task) if claim is not None else None
    if of_claim is not None:
        return of_claim
    verdict = Verdict.of(read, named, question=task.question)
    if verdict.asserted:
        sure = verdict.sure and not is_longer_name(read, named, task.question)
        return Score(1.0, shown(named), f"found {shown(named)!r} {verdict.where}", verdict.evidence, sure)
    best = claim.text if claim is not None else _last(read)
    by_last_name = None
    if named != target or not verdict.mentioned:
        by_last_name = _by_last_name(read, named, task)
    return by_last_name or _as_a_part(best, named, task) or _not_said(best, named, verdict, read, task)


def _of_claim(claim: Claim, target: str, read: Reading, task: Task) -> Score | None:
    """The mark of a claim that is the target, or is another text; None where it leaves that open."""
    said = _claimed(claim.text, target, read)
    if said is None:
        return None
    right, text, sure = said
    part = _ENDS_CLAIM.split(claim.text, maxsplit=1)[0].strip()
    if not right and is_part_of_name(part, target):
        return _part_score(part, target, claim.evidence, task)
    why = f"found {shown(text)!r} {claim.where}"
    return Score(float(right), shown(text), why if right else f"{why}; {wanted(task)}", claim.evidence, sure)


def _by_last_name(read: Reading, target: str, task: Task) -> Score | None:
    """The mark where a sentence says the last name of the person that is asked for, and no other first name."""
    is_whole = not any(other != target and other in target for other in task.targets)
    last = last_name(target) if is_whole and asks_for_a_person(task.question) else ""
    if not last or has_another_first_name(read, target):
        return None
    verdict = Verdict.of(read, last, question=task.question)
    if not verdict.asserted:
        return None
    why = f"found {last!r}, the last name of {shown(target)!r}, {verdict.where}"
    return Score(1.0, last, why, verdict.evidence, verdict.sure and verdict.strength >= _SAID)


def _as_a_part(best: str, target: str, task: Task) -> Score | None:
    """The mark of a text that is a part of the target: right where the question has the rest, or asks for a person."""
    if not is_part_of_name(best, target):
        return None
    if leaves_out_what_is_asked(best, target, task.question):
        return Score(1.0, shown(best), f"found {shown(best)!r}, named so by the question", "last")
    return _part_score(best, target, "last", task)


def _part_score(part: str, target: str, evidence: str, task: Task) -> Score:
    """The mark of a part of a name: right where it is the last name of the person that is asked for, and never sure."""
    who = asks_for_a_person(task.question) and is_last_name(part, target)
    return Score(float(who), shown(part), f"found {shown(part)!r}, a part of {shown(target)!r}", evidence, False)


def _not_said(best: str, target: str, verdict: Verdict, read: Reading, task: Task) -> Score:
    """The mark of an answer that says something else, or nothing; `best` is what it says."""
    claim = read.claims[0] if read.claims else None
    where = claim.where if claim is not None else "as the last line"
    evidence = claim.evidence if claim is not None else "whole" if len(read.lines) == 1 else "last"
    reason = " (denied there)" if verdict.denied else " (one of several)" if verdict.undecided else ""
    why = f"found {shown(best)!r} {where}{reason}; {wanted(task)}"
    sure = verdict.sure and (verdict.mentioned or not _scattered(read, target))
    return Score(0.0, shown(best) or None, why, evidence if best else "none", sure)


def _scattered(read: Reading, target: str) -> bool:
    """Whether a short answer holds every word of a name, with others between: `Abraham "Bram" Stoker`."""
    wants = re.findall(r"\w+", target.lower())
    if len(wants) > 1 and target.split()[-1][:1].isupper() and stands(wants[-1], written(read.plain[:120])):
        return True  # "Austen wrote it"
    return len(wants) > 1 and len(read.plain) < 80 and set(wants) <= set(re.findall(r"\w+", read.lower))


def _last(read: Reading) -> str:
    lines = read.lines
    return read.text[lines[-1].start : lines[-1].end].strip() if lines else ""


def _claimed(text: str, target: str, read: Reading) -> tuple[bool, str, bool] | None:
    """Whether a claim is the target: right or wrong, what was compared, and whether that is sure; None to read on."""
    trimmed = read.patterns.tail.sub("", text).strip()
    wants = written(target)
    ends = _ENDS_CLAIM.search(trimmed, 1)
    head = trimmed[: ends.start()] if ends else trimmed
    for piece in (text, trimmed, head, _BEGINS_CLAIM.sub("", head)):
        if piece and written(piece) == wants:
            return True, piece, True
    if squeezed_formula(trimmed) == squeezed_formula(target):
        return True, trimmed, True
    plain = written(trimmed)
    if plain.startswith(wants) and not plain[len(wants) : len(wants) + 1].isalnum():
        after = plain[len(wants) : len(wants) + 20]
        another = _ANOTHER.match(after)
        if not another and (re.match(r"\s?[,;:(.–—=!]|\s-\s", after) or len(after) < 3):
            return True, trimmed, True
    inner = reading(trimmed)
    verdict = Verdict.of(inner, target)
    if verdict.asserted and verdict.strength >= 2:
        return True, trimmed, verdict.sure or len(trimmed) < 80
    if verdict.mentioned:
        return False, trimmed, verdict.sure
    return False, trimmed, True


def _json(read: Reading) -> Any:
    """The JSON object that the answer is as a whole."""
    text = read.plain
    if text[:1] != "{" or len(text) > 20_000:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value else None


def _of_json(value: dict[str, Any], target: str, task: Task) -> Score:
    plain = {str(key): str(each) for key, each in value.items() if not isinstance(each, dict | list)}
    known = {key: each for key, each in plain.items() if key.lower() in _JSON_KEYS}
    asked = {key: each for key, each in plain.items() if len(key) > _SHORTEST_PLURAL and key in task.question.lower()}
    chosen = known or asked or plain
    equal = [each for each in chosen.values() if written(each) == written(target)]
    if equal:
        sure = len(chosen) < 4 if known else len(chosen) == 1
        return Score(1.0, shown(equal[0]), f"found {shown(equal[0])!r} in JSON", "json", sure)
    best = next(iter(chosen.values()), "")
    anywhere = any(written(each) == written(target) for each in plain.values())
    return Score(0.0, shown(best) or None, f"found {shown(best)!r} in JSON; {wanted(task)}", "json", not anywhere)


def _code(read: Reading, target: str, task: Task) -> Score | None:
    plain = squeezed(target)
    pattern = (
        re.compile(r"(?<![\w])#?" + r"[\s\-./()#]{0,3}".join(map(re.escape, plain)) + r"(?!\w|[-./]\w)")
        if len(plain) <= 60
        else None
    )
    if pattern is None:
        return None
    for text, evidence, where in regions_of(read):
        hit = pattern.search(text.lower())
        if hit:
            before = text[: hit.start()].lower()
            if _DENIES_CODE.search(before):
                continue
            inside = any(a.start() <= hit.start() and hit.end() <= a.end() for a in ASIDE.finditer(text))
            if inside and _ANOTHER_CODE.search(ASIDE.sub(" ", text)):
                return Score(0.0, None, f"another code {where}; {wanted(task)}", evidence)
            either = bool(read.patterns.alternative.search(text.lower()))
            if either and len(text) < 80:
                return Score(0.0, None, f"more than one in the answer; {wanted(task)}", evidence, False)
            return Score(1.0, shown(text[hit.start() : hit.end()]), f"found {shown(target)!r} {where}", evidence)
    return None


def _quantity(read: Reading, target: str, task: Task) -> Score | None:
    codes = languages_of(target.lower())
    wants = quantity_of(target, codes)
    pick = final_number(read, percent=wants is not None and wants.unit in _HUNDREDTHS)
    if wants is None or pick is None or pick.number is None:
        return None
    number = pick.number
    unit = _unit_of_number(read, number)
    if is_percent(number) and wants.unit not in _HUNDREDTHS:
        number = _beside_percentages(read, number)
        pick = pick._replace(sure=pick.sure or number is not pick.number)
    elif pick.rivals and wants.unit not in _HUNDREDTHS and all(map(is_percent, pick.rivals)):
        pick = pick._replace(sure=True, rivals=())
        unit = _unit_of_number(read, number)
    factor = same_unit(unit, wants.unit) if unit and wants.unit else Fraction(1)
    value = number.worth if number.worth is not None and number.worth == wants.number.value else number.value
    aim = wants.number.value
    if number.worth is not None and wants.number.worth is not None:
        value, aim = number.worth, wants.number.worth
    plain = value == aim
    right = factor is not None and aim in (value * factor, number.value * factor)
    why = f"found {shown(number.text)} {unit} {pick.where}".replace("  ", " ")
    if right:
        return Score(1.0, f"{number.text} {unit}".strip(), why, pick.evidence, pick.sure)
    if plain and factor is None and not is_known(unit):
        return Score(1.0, f"{number.text} {unit}".strip(), why, pick.evidence, False)
    for other in pick.also:  # "2.2 miles, or exactly 3.5 km"
        if other.value == aim and same_unit(_unit_of_number(read, other), wants.unit) == 1:
            return Score(1.0, f"{other.text} {wants.unit}", f"found {shown(other.text)} {pick.where}", pick.evidence)
    rival = any(other.value == wants.number.value for other in pick.rivals)
    rival = rival or (factor == 1 and is_nearly(number, wants.number))
    return Score(0.0, f"{number.text} {unit}".strip(), f"{why}; {wanted(task)}", pick.evidence, not rival)


def _beside_percentages(read: Reading, number: Numeral) -> Numeral:
    """The one amount of the last statement that is no percentage: `with 19 % tax it is 1,428 euros`."""
    text = ASIDE.sub(lambda match: " " * len(match[0]), readable(read.words(read.statements[-1])))
    found = [each for each in numerals(text, read.codes) if not is_percent(each)]
    return found[0] if len({each.value for each in found}) == 1 else number


def _unit_of_number(read: Reading, number: Any) -> str:
    """The unit beside a number, found again in the answer by the number's own text."""
    text = readable(read.text)
    place = max(
        text.rfind(number.text), text.replace(" ", "\u202f").rfind(number.text)
    )  # "2 400", its blank made narrow
    if place < 0:
        return ""
    return unit_after(text, number._replace(start=place, end=place + len(number.text)))
