r"""Formulas compared: by our own light form, and by `math-verify` where it is installed (the extra `math`)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.scorers.formulas.conditions import is_unsolved, without_condition
from workbench.scorers.formulas.equality import same
from workbench.scorers.formulas.rewritten import collected, rewritten
from workbench.scorers.formulas.signs import LONGEST
from workbench.scorers.formulas.trees import read
from workbench.scorers.formulas.verifier import VERIFIER, installed
from workbench.scorers.formulas.worth import exact, real
from workbench.scorers.languages import as_written, worded, words
from workbench.scorers.numbers import strict_number
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.reading import Claim, Reading, Sentence, reading
from workbench.scorers.score import Score, Scorer, shown, wanted
from workbench.scorers.sentences.aimed import unsupposed
from workbench.scorers.sentences.denials import undenied
from workbench.scorers.sentences.normal import MATH, Span
from workbench.scorers.sentences.written import written
from workbench.scorers.texts import short_answer
from workbench.scorers.values import kind_of, plain_target
from workbench.tasks.tasks import Task

_EDGES: Final = " \t\r\n*_`~\"'“”«».,;:!?。、，；：！？"
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_WORDS: Final = re.compile(r"(?<![\\A-Za-z])[A-Za-zÀ-ÿ]{3,}(?![A-Za-z])")
_ASIDES: Final = re.compile(rf"\([^()]*[A-Za-z]{{3,}}[^()]*\)|{as_written('value_where')}\s[^.;]*")
_NO_WORDS: Final = re.compile(
    rf"\\[A-Za-z]+|\b(?:{as_written('plain_and', codes=('en',))}|sin|cos|tan|log|ln|exp|sqrt|pi)\b"
)
_ENDS: Final = re.compile(rf"\s\((?=[A-Za-z])|,?\s{as_written('ends_formula')}\s|\s?≈|\s?\\approx")
_ROUNDED: Final = re.compile(r"(?:≈|\\approx)\s*\Z")
_SEVERAL: Final = re.compile(rf"\b{as_written('plain_or', 'plain_not', codes=('en',))}\b|±|\\pm")
_SAID_BESIDES: Final = re.compile(rf"\W{{0,3}}{worded('example', 'besides')}")
_NAMED: Final = re.compile(
    r"\s*\$?(?:[a-zA-Z](?:['′]{0,2}|\^\{?-?\w\}?)\s?\([a-z]\)\s?(?==)|\\[dt]?frac\s?\{\s?d[^{}]*\}\{\s?d[^{}]*\}|d/d[a-z]|\\(?:int|lim|sum|prod)(?![a-z])|"
    r"\(\s?[a-zA-Z](?:_?\d)?(?:\s?,\s?[a-zA-Z](?:_?\d)?)+\s?\)\s?(?==))[^=<>]*="
)
"""What names a value on its left: a derivative, an integral, a sum, a pair of names; its value stands on the right."""
_START: Final = re.compile(
    rf"(?:(?<=\s)|(?<=[:：{''.join(words(('zh', 'ja'), 'value_marks'))}])|\A)"
    r"(?=[-−+(\[{|√π\\\d]|[a-zA-Z](?:\s?[=^+<>≤≥(*/-]|\d|\s∈|²|³)|[xyzekn]\b)"
)

_PIECE: Final = re.compile(
    r"(?:(?<=\s)|\A)[-(\[{√π|]?(?:[\d√π(\[{|\\]|[a-z]\b)[^\s,;]*(?:(?:\s?[-+*/=^<>≤≥∪×]\s?|,\s)[^\s,;A-Z]+)*"
)
_MOST_CANDIDATES: Final = 4
_MOST_SIDES: Final = 9
_CLAUSES: Final = re.compile(r"[,;]\s(?=[^\W\d_]{2,}\s)")


def math() -> Scorer:
    r"""Score 1 where the formula that the answer gives equals the target, by `math-verify`; units and brackets count.

    Equal are formulas of equal value (`(x+1)^2` and `x^2+2x+1`), sets in any order, and an interval and its inequality;
    pairs keep their order, and an approximation is not the number. Raises InputError where `math-verify` is missing.

    >>> math()(r"So it is \boxed{\frac{1}{2}}.", Task("1", "Half?", "0.5")).value
    1.0
    """
    if not installed():
        raise InputError(
            "The scorer 'math' needs math-verify, which is not installed: uv pip install 'workbench[math]'. "
            "Without it, 'automatic' compares formulas in a light form of its own."
        )
    return Scorer("math", _by_kind)


def _by_kind(answer: str, task: Task) -> Score:
    """Plain numbers and quantities are read by the scorers that know sentences and units; the rest is mathematics."""
    kinds = {kind_of(target) for target in task.targets}
    if kinds == {"number"} and not any("%" in target for target in task.targets):
        score = numeric()(answer, task)
        return replace(score, value=0.0, sure=False) if score.correct and "%" in (score.extracted or "") else score
    return short_answer(answer, task) if "quantity" in kinds else formula_score(answer, task)


def formula_score(answer: str, task: Task) -> Score:
    r"""Compare the formula of an answer with the targets, by the light form, then by math-verify where it is there.

    >>> formula_score("The side is $2\\sqrt3$.", Task("1", "Side?", r"2\sqrt{3}")).value
    1.0
    """
    score = undenied(_formula_score(answer, task), answer, task, wide=True)
    return unsupposed(score, answer, task.question)


def _formula_score(answer: str, task: Task) -> Score:
    answers = reading(answer)
    targets = [plain_target(target) for target in task.targets]
    if _is_a_target_that_is_no_formula(answers, task):
        return Score(1.0, shown(answers.plain), f"found {shown(answers.plain)!r} as the whole answer", "whole")
    candidates = candidates_of(answers)
    if not candidates:
        return Score(0.0, None, f"no formula in the answer; {wanted(task)}")
    return _first_right(candidates, targets, answers) or _wrong(candidates, targets, answers, task)


def _is_a_target_that_is_no_formula(answers: Reading, task: Task) -> bool:
    unread = [target for target in task.targets if read(_bare(plain_target(target))) is None]
    return any(written(answers.plain) == written(target) for target in unread)


def _first_right(candidates: list[Claim], targets: list[str], answers: Reading) -> Score | None:
    """The mark of the first candidate that is a target; unsure where it is weak, or stands before another one."""
    explicit = bool(answers.claims)
    for place, claim in enumerate(candidates[: 1 if explicit else _MOST_CANDIDATES]):
        if any(compared(target, claim.text) for target in targets):
            sure = explicit or (place == 0 and claim.evidence != "weak")
            return Score(
                1.0, shown(claim.text), f"found {shown(claim.text)!r} {claim.where}", _evidence_of(claim), sure
            )
    gathered = collected(answers)
    if not explicit and any(same(target, gathered) for target in targets if gathered and target[:1] in "{\\"):
        return Score(1.0, shown(gathered), f"found {shown(gathered)} at the ends of its lines", "last")
    return None


def _wrong(candidates: list[Claim], targets: list[str], answers: Reading, task: Task) -> Score:
    """The mark of a formula that is no target; unsure where something of the answer may be one after all."""
    best, explicit = candidates[0], bool(answers.claims)
    doubtful = (
        _is_but_for_the_percent_sign(best.text, targets)
        or (not explicit and read(_bare(best.text)) is None)
        or _is_one_side(best.text, targets, task.question)
        or (not explicit and _stands_before(candidates, targets))
    )
    why = f"found {shown(best.text)!r} {best.where}; {wanted(task)}"
    return Score(0.0, shown(best.text), why, _evidence_of(best), not doubtful)


def _evidence_of(claim: Claim) -> str:
    return "last" if claim.evidence == "weak" else claim.evidence


def _is_but_for_the_percent_sign(text: str, targets: list[str]) -> bool:
    """Whether a text is the number of a target, and one of them has a percent sign."""
    if not any(("%" in target) != ("%" in text) for target in targets):
        return False
    bare = text.replace("%", "").replace("\\", "")
    return any(same(target.replace("%", "").replace("\\", ""), bare) for target in targets)


def _is_one_side(text: str, targets: list[str], question: str) -> bool:
    """Whether one side of an equation is a target, but for a side that only repeats the question."""
    sides = [side for side in text.split("=") if side.strip() and not _is_asked(side, question)]
    return len(sides) > 1 and any(same(target, _bare(side)) for target in targets for side in sides)


def _stands_before(candidates: list[Claim], targets: list[str]) -> bool:
    others = candidates[_MOST_CANDIDATES : 2 * _MOST_CANDIDATES]
    return any(compared(target, claim.text) for target in targets for claim in others)


def _is_asked(side: str, question: str) -> bool:
    """Whether one side of an equation only repeats what the question asks for: `sin 60° = …`."""
    tokens = re.findall(r"[a-z]{2,}|\d+", side.lower().replace("circ", ""))
    return len(tokens) > 1 and set(tokens) <= set(re.findall(r"[a-z]{2,}|\d+", question.lower()))


def candidates_of(answers: Reading) -> list[Claim]:
    """The texts that may be the formula of an answer: its claims, or what stands as mathematics, the last first."""
    if answers.claims:
        return [answers.claims[0]._replace(text=answers.patterns.tail.sub("", answers.claims[0].text))]
    if answers.open and len(answers.sentences) > 1:
        return []
    made: list[Claim] = []
    plain = answers.plain
    if len(plain) <= LONGEST and read(_bare(plain)) is not None and _concluded(plain, answers) == plain:
        return [Claim(plain, 0, "whole", "as the whole answer")]
    spans = answers.form.of_kind(MATH)
    for sentence in _final_first(answers, spans):
        text = answers.words(sentence)
        inside = [span for span in spans if sentence.start <= span.start and span.end <= sentence.end]
        kind = "whole" if len(answers.sentences) == 1 else "last"
        ends = _at_the_end(_concluded(answers.patterns.tail.sub("", text), answers))
        denied = re.search(answers.patterns.either("not") + r"\s?\Z", text[: max(text.rfind(ends), 0)].lower())
        rounded = _ROUNDED.search(text[: max(text.rfind(ends), 0)])
        if ends and not denied and not rounded and read(_bare(ends)) is not None:
            made.append(Claim(ends, sentence.start, kind, "at the end of the last statement"))
        asides = [m.span() for m in _ASIDES.finditer(text)]
        ordered = [
            span for span in inside if not any(a <= span.start - sentence.start < b for a, b in asides)
        ] or inside
        for span in reversed(ordered):
            made.append(  # noqa: PERF401  # easier to read than a long expression
                Claim(
                    answers.form.shown(span),
                    span.start,
                    kind if len(ordered) == 1 else "weak",
                    "as the mathematics of the last statement",
                )
            )
        if not inside:
            made += [Claim(piece, sentence.start, "weak", "in the last statement") for piece in _pieces(text)]
        if made:
            break
    return made


def _final_first(answers: Reading, spans: list[Span]) -> list[Sentence]:
    """The last statements in reverse; an example, or what is said besides, only after others with mathematics."""
    found = list(reversed(answers.statements[-6:]))
    beside = [s for s in found if _SAID_BESIDES.match(answers.lower, s.start)]
    rest = [s for s in found if s not in beside]
    shown_before = any(s.start <= span.start < s.end for s in rest for span in spans)
    return [*rest, *beside] if shown_before else found


def _concluded(text: str, answers: Reading) -> str:
    """What a sentence concludes: of `(x-2)(x-3)=0, so x = 2 or x = 3` what follows *so*."""
    turns = [match.end() for match in re.finditer(rf"[,;.:]\s?{answers.patterns.either('so')}[,:]?\s", text.lower())]
    return text[turns[-1] :] if turns and text[turns[-1] :].strip() else text


def _at_the_end(text: str) -> str:
    """The longest mathematics at the end of a sentence: of `The roots are 1 and 2.` it is `1 and 2`."""
    bare = text.strip(_EDGES).strip()
    for start in list(_START.finditer(bare))[:40]:
        piece = bare[start.start() :]
        if len(piece) <= LONGEST and not _WORDS.search(_NO_WORDS.sub(" ", piece)) and read(_bare(piece)) is not None:
            return piece
    return ""


def _pieces(text: str) -> list[str]:
    """Runs of mathematics inside a sentence, the last first."""
    found = [piece for clause in _CLAUSES.split(text) for piece in _PIECE.findall(clause)]
    return [
        piece.strip(_EDGES)
        for piece in reversed(found)
        if read(_bare(piece.strip(_EDGES))) is not None and not re.fullmatch(r"[aei]", piece)
    ]


def _bare(text: str) -> str:
    text = text.strip(_EDGES.replace("'", ""))
    return re.sub(rf"\s{as_written('formula_units')}\s*\Z", "", text).strip(" $")


def compared(target: str, text: str) -> bool:
    r"""Whether a text is the target's formula, apart from an aside or a unit after it.

    >>> compared(r"\frac{\pi}{4}", "π/4"), compared("(2,3)", "[2, 3]")
    (True, False)
    """
    target = _bare(target)
    bare = text.strip(_EDGES)
    if is_unsolved(bare, target):
        return False
    sentence = re.split(r"(?<=[\w)}\]])\.\s", text.strip(), maxsplit=1)[0]
    whole = without_condition(bare, target)
    shorter = (sentence, _without_aside(sentence), _at_the_end(sentence), whole)
    pieces = dict.fromkeys((bare, *(piece.strip(_EDGES) for piece in shorter)))
    ungrouped = [_THOUSANDS.sub("", piece) for piece in pieces if _THOUSANDS.search(piece)] if "," not in target else []
    for piece in filter(None, (*pieces, *ungrouped)):
        verdict = _is_formula(piece, target)
        if verdict is not None:
            return verdict
    chain = whole.rpartition("=")
    if chain[1] and "=" not in target and same(target, _bare(chain[2])) is False:
        return False  # math-verify would take another side of the chain
    return installed() and _worth_asking(target, text) and VERIFIER.same(target, text)


def _is_formula(piece: str, target: str) -> bool | None:
    """Whether a piece of a text is the target's formula; None where our light form cannot tell."""
    if _ends_otherwise(piece, target):
        return False
    verdict = same(target, _bare(piece))
    is_chain = "=" in piece and "=" not in target
    met = (
        verdict
        or _is_rewritten(piece, target)
        or _is_value_of_a_name(piece, target)
        or ((verdict is None or is_chain) and _are_all_sides(piece, target))
        or (verdict is None and (_squeezed(piece) == _squeezed(target) or _is_its_number(piece, target)))
    )
    return True if met else None


def _is_rewritten(piece: str, target: str) -> bool:
    again = rewritten(piece, target)
    return again is not None and bool(same(target, again))


def _is_value_of_a_name(piece: str, target: str) -> bool:
    named = _NAMED.match(piece) if "=" not in target else None
    return named is not None and bool(same(target, _bare(piece[named.end() :].rpartition("=")[2])))


def _are_all_sides(piece: str, target: str) -> bool:
    sides = [side for side in piece.split("=") if side.strip()]
    return 0 < len(sides) < _MOST_SIDES and all(same(target, _bare(side)) for side in sides)


def _is_its_number(piece: str, target: str) -> bool:
    """Whether a piece is a number, or one in words, that the target comes to."""
    number, wants = strict_number(piece), exact(read(target))
    return number is not None and wants is not None and number.value == wants and "%" not in piece + target


def _without_aside(sentence: str) -> str:
    """A formula without what is said of it in brackets or after `where`; what follows a sign belongs to it."""
    before = _ENDS.split(sentence)[0]
    return sentence if before.rstrip()[-1:] in tuple("=+-*/^") else before


def _ends_otherwise(piece: str, target: str) -> bool:
    """Whether a chain of equations ends in another number than the target: `sqrt(16 + 36) = sqrt(42)`."""
    if "=" not in piece or "=" in target:
        return False
    said, wants = real(read(_bare(piece.rpartition("=")[2]))), real(read(target))
    return said is not None and wants is not None and abs(said - wants) > 0.01 * abs(wants)


def _squeezed(text: str) -> str:
    text = (
        re.sub(r"\\(?:left|right|,|;|!|mathrm|text)|\s|\$|\\(?=[{}%])", "", text)
        .replace("\\mid", "|")
        .replace("dfrac", "frac")
        .replace("tfrac", "frac")
    )
    text = re.sub(r"\{(\w)\}", r"\1", text)
    return text.rstrip(".").replace("\\leq", "\\le").replace("\\geq", "\\ge")


def _worth_asking(target: str, text: str) -> bool:
    """Whether math-verify may be asked: not about units, percent, several answers, rounded numbers, or huge powers."""
    if (
        len(target) > 200
        or len(text) > LONGEST
        or not re.search(r"[\\^√=(\[{]", target)
        or _WORDS.search(re.sub(r"\\[A-Za-z]+", " ", text))
    ):
        return False
    if (
        ("%" in target) != ("%" in text)
        or _SEVERAL.search(text)
        or re.search(r"\d{6,}|\^\s?\{?\d{3,}|!|\^.*\^.*\^", target + " " + text)
    ):
        return False
    light = same(target, _bare(text))
    if light is False and (real(read(target)) is not None or read(target)[0] in ("tuple", "matrix", "list", "set")):  # type: ignore[index]
        return False  # numbers, pairs and sets are decided
    return not (re.search(r"\d\.\d", text) and not re.search(r"\d\.\d", target))
