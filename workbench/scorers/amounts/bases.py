r"""Numbers written in a base other than ten: `101_2`, `(2A)_{16}`, `2516₈`, `1011 in base 2`, by digits and base."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.reading import reading
from workbench.scorers.score import Score, shown, wanted
from workbench.scorers.sentences.denials import undenied
from workbench.scorers.values import plain_target
from workbench.tasks.tasks import Task

_WORDS: Final = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NAMED: Final = {"binary": 2, "octal": 8, "decimal": 10, "hexadecimal": 16, "hex": 16}
_BASES: Final = {**{word: base for base, word in enumerate(_WORDS, 2)}, "sixteen": 16, **_NAMED}
_DIGITS: Final = r"[0-9A-Fa-f](?:[0-9A-Fa-f]|[ ,](?=[01]{4}(?![0-9A-Fa-f]))){0,63}"
_NAME: Final = r"(?:\d{1,2}|" + "|".join(_BASES) + ")"
_SMALL: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_NUMBER: Final = re.compile(
    rf"(?<![\w.])\(?(?P<digits>{_DIGITS})\)?"
    r"(?:\s?_\s?\{?\(?\s?(?:\\?(?:text|mathrm)\s?)?\{?(?P<below>" + _NAME + r")\s?\}?\)?\}?"
    r"|(?P<small>[₀-₉]{1,2})"
    r"|,?\s?\(?(?:written\s)?(?:in\s)?(?:base[\s-]?(?P<base>"
    + _NAME
    + r")|(?P<named>binary|octal|hexadecimal|hex|decimal)))"
    r"(?![\w{])"
    r"|(?<!\w)0(?P<prefix>[xbo])(?P<after>[0-9A-Fa-f]{1,64})(?!\w)",
    re.IGNORECASE,
)
_PREFIXES: Final = {"x": 16, "b": 2, "o": 8}
_ASKED: Final = re.compile(rf"\bbase[\s-]?\$?{_NAME}\b|\b(?:binary|octal|hexadecimal)\b|_\{{?\d", re.IGNORECASE)
_MENTIONED: Final = re.compile(rf"base[\s-]?{_NAME}\b", re.IGNORECASE)
_BARE: Final = re.compile(rf"(?<![\w.]){_DIGITS}(?!\w|\.\d)")


def in_base(text: str) -> tuple[str, int] | None:
    r"""The digits and the base of a text that is one number in a base; None where it is none.

    A text of digits that the base does not have is none either, nor is a name such as `x_2`.

    >>> in_base("101_2"), in_base(r"(2a)_{16}"), in_base("2516 in base eight"), in_base("x_2"), in_base("192_2")
    (('101', 2), ('2A', 16), ('2516', 8), None, None)
    """
    match = _NUMBER.fullmatch(text.strip(" $.*\n"))
    return _read(match) if match else None


def _read(match: re.Match[str]) -> tuple[str, int] | None:
    if match["prefix"]:
        return _digits(match["after"], _PREFIXES[match["prefix"].lower()])
    said = (match["below"] or match["base"] or match["named"] or match["small"] or "").lower().translate(_SMALL)
    return _digits(match["digits"], int(said) if said.isdigit() else _BASES[said])


def _bare(said: str) -> str:
    """Digits in one form: no blanks between them, no zeros before them, letters large."""
    return re.sub(r"[ ,]", "", said).upper().lstrip("0") or "0"


def _digits(said: str, base: int) -> tuple[str, int] | None:
    digits = _bare(said)
    if not 2 <= base <= 16 or any(int(digit, 16) >= base for digit in digits):
        return None
    return digits, base


def base_score(answer: str, task: Task) -> Score:
    r"""Compare the number in a base that the answer gives with the targets: digits and base must both be the same.

    Digits alone count where the question names a base; the same number written in another base is not the target.

    >>> task = Task("1", "Write 5 in base 2.", "101_2")
    >>> [base_score(text, task).value for text in (r"\boxed{101_{2}}", "It is 101 in binary.", "101_3", "not 101_2")]
    [1.0, 1.0, 0.0, 0.0]
    """
    return undenied(_score(answer, task), answer, task, wide=True)


def _score(answer: str, task: Task) -> Score:
    read = reading(answer)
    targets = {in_base(plain_target(target)) for target in task.targets}
    if read.claims:
        claim = read.claims[0]
        text, evidence, where, sure = claim.text, claim.evidence, claim.where, True
    else:
        text, sure = read.words(read.statements[-1]) if read.statements else read.plain, True
        evidence, where = ("whole", "in the answer") if len(read.lines) <= 1 else ("last", "in the last statement")
    found = [(number, match[0]) for match in _NUMBER.finditer(text) if (number := _read(match))]
    if found:
        wanted_bases = {target[1] for target in targets if target}
        number, said = next((each for each in reversed(found) if each[0][1] in wanted_bases), found[-1])
        right = number in targets
        several = len({each for each, _ in found if each[1] == number[1]}) > 1 and evidence not in ("boxed", "tag")
        why = f"found {shown(said)!r} {where}" + ("" if right else f"; {wanted(task)}")
        return Score(float(right), shown(said), why, evidence, sure and not (several and "=" not in text))
    bare = [match[0] for match in _BARE.finditer(_MENTIONED.sub("", text)) if any(map(str.isdigit, match[0]))]
    if not bare:
        return Score(0.0, None, f"no number in a base in the answer; {wanted(task)}")
    said = bare[-1]
    right = any(target is not None and target[0] == _bare(said) for target in targets)
    why = f"found {shown(said)!r}, without a base, {where}" + ("" if right else f"; {wanted(task)}")
    return Score(float(right), shown(said), why, evidence, sure and (not right or bool(_ASKED.search(task.question))))
