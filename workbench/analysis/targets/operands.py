"""Whether what stands around a number makes it another value: an operand, a factor, a share, a unit that goes on."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from workbench.analysis.targets.forms import Form, equal_fractions
from workbench.analysis.targets.patterns import SIGNS_OF_PARTS
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.units import unit_of, units

OPENING: Final = " \t*_`$({[\"'“‘«「『\\"
_CLOSING: Final = " \t*_`$)}]\"'”’»」』\\"
_OPERATORS: Final = "+×·÷^√/*"
_OPERATOR_WORDS: Final = ("\\times", "\\cdot", "\\div", "\\pm", "\\sqrt{", *listed_around("operators"))
_OPERAND: Final = re.compile(r"\s(?:plus|minus|times)\s+(?!a\b|in\b|as\b)(?:[\d($\\-]|[a-z]\b|\w{3,9}[.,= ])")
"""A word for an operation, and what may be its other side: *3 times 4*, and not *3 times a day*."""
_TAKEN_FROM: Final = re.compile(r"(?:\d|[)\]}]|(?<![^\W_]|['’])[^\W\d_])\s*\Z")
"""What a number is taken from: a number, a bracket, a letter that is a variable; 5 -3, and not *it is -3*."""
_VARIABLE: Final = re.compile(r"[-−–]\s?(?:[b-hj-z](?![\w'’])|a(?=\s?(?:[,.;)$\n]|\Z|(?:from|for|and|where|with)\s)))")
_SIDE: Final = re.compile(r"\s?[\d(a-z\\]")
_TAKES_AWAY: Final = re.compile(r"[-−–]\s?[\d(\\]")
_COMMAND: Final = re.compile(r"\s?\\(?:times|cdot|div)\b")
"""What makes a number one side of an operation, behind it."""
_UNITS_LETTERS: Final = re.compile(r"(?:%|percent\b|\\%|st\b|nd\b|rd\b|th\b)")
_PARTS: Final = frozenset(SIGNS_OF_PARTS.values())
_FACTOR: Final = re.compile(r"\s?(?![a-z]{2})[a-zA-Z]")
_LATEX_FRACTION: Final = re.compile(r"\s?\$?\s?\\[dt]?frac\s?\{(\d{1,12})\}\s?\{(\d{1,12})\}")
_DECIMAL: Final = re.compile(r"\s?(\d{1,9})[.,](\d{1,9})(?!\d)")
_PRODUCT: Final = re.compile(r"\s?(\d{1,6})\s?(?:[·×*]|\\times|\\cdot)\s?(\d{1,6})(?!\d|\.\d|\s?[+×*·=-])")
_DIVIDED: Final = re.compile(
    rf"\s(?:(?:{around('leaves_over')})\s\d|mod(?:ulo)?\s\d+\s?(?:[=≡]|{around('is_said', 'leaves_over')}))"
)
"""Behind a number that is only tried: *23 leaves 2*, *23 mod 7 = 2*."""
_GLUED: Final = re.compile(r"[A-Za-z]+")
_PART_OF: Final = re.compile(rf"\s{around('part_of')}(?!\w)|{around('part_of_unspaced')}", re.IGNORECASE)
"""What a part is taken of: *half of them* is no value."""


def is_other(form: Form, thought: Thought, start: int, end: int) -> bool:
    """Whether what stands there belongs to another value: an operand, a part, a share."""
    text = thought.text
    if form.kind == "letter":
        return False
    left, right = start, end
    while left and text[left - 1] in OPENING:
        left -= 1
    limit = min(len(text), end + 12)
    while right < limit and text[right] in _CLOSING:
        right += 1
    ahead, behind = text[max(0, left - 12) : left], text[right : right + 2]
    starred = text[left:start].count("*"), text[end:right].count("*")
    last = ahead[-1:]
    if form.kind == "name" and ((bool(last) and last in "+＋") or behind[:1] in ("+", "＋")):
        return True  # one side of a reaction: 6 CO2 + 6 H2O
    if form.value is None:
        return form.kind == "terms" and (
            (bool(last) and last in "+×·÷^/") or (form.weak and _PART_OF.match(text, end) is not None)
        )
    if form.is_negative and _TAKEN_FROM.search(ahead) is not None and text[start : start + 2][1:].isdigit():
        return True  # 5 - 3
    if last and last in _OPERATORS and not starred[0]:
        return True
    if starred[0] == 1 and starred[1] == 0:  # 6 * 7, and no *emphasis*
        return True
    if last in ("-", "−", "–") and ahead[:-1].rstrip(" ")[-1:] not in ("", "\n"):
        return True  # 50 - 42, or -42; a list's dash stands at the beginning of its line
    if ahead.rstrip().lower().endswith(_OPERATOR_WORDS):
        return True
    if text[left:start].endswith(("√{", "sqrt{", "^{")) or text[max(0, start - 6) : start].endswith(
        ("sqrt{", "^{", "_{")
    ):
        return True
    return _goes_on(form, thought, (start, end), right, behind, starred[1], ahead)


def _goes_on(
    form: Form, thought: Thought, span: tuple[int, int], right: int, behind: str, stars: int, ahead: str
) -> bool:
    """Whether a number goes on behind: as an operand, a share of a hundred, an ordinal, a factor."""
    text, (start, end) = thought.text, span
    following = behind[:1]
    if stars == 1 and text[end : end + 4].strip().startswith("*") and text[right : right + 1].isalnum():
        return True
    if following in ("+", "×", "·", "÷", "^", "/"):
        return True
    if (
        following in ("-", "−", "–")
        and (behind[1:] == " " or behind[1:].isdigit())
        and _SIDE.match(text, right + 1, right + 3)
    ):
        return bool(_TAKES_AWAY.match(text, right, right + 3) or _VARIABLE.match(text, right))
    if text[start:end] in _PARTS and _FACTOR.match(text, end):
        return True  # ½ k x²
    if following == "=" and not ahead.endswith("="):
        return form.text in thought.question or not _is_written_again(form, text, right + 1)
    tail = text[end : end + 9]
    if _COMMAND.match(tail) or _OPERAND.match(text, end) or _DIVIDED.match(text, end):
        return True
    unit = _UNITS_LETTERS.match(tail.lstrip(" \\")) if form.text.rstrip()[-1:] != "%" else None
    if unit is not None and not (thought.in_percent and unit[0].endswith(("%", "percent"))):
        return True
    glued = _GLUED.match(text, end)
    if glued is None or form.text[-1:].isalpha():
        return False
    return unit_of(glued[0]) not in units() or thought.lower[start : glued.end()] in thought.asked


def _is_written_again(form: Form, text: str, place: int) -> bool:
    """Whether the same follows in other terms: 3/8 = 0.375, 6/36 = 1/6, 14 = 2·7."""
    product = _PRODUCT.match(text, place)
    if product is not None and form.value == int(product[1]) * int(product[2]):
        return True
    latex = _LATEX_FRACTION.match(text, place)
    if form.value is not None and latex is not None and int(latex[2]):
        return abs(form.value) == Fraction(int(latex[1]), int(latex[2]))
    if form.value is not None and form.is_fraction:
        ahead = text[place : place + 28].lower()
        if any(not ahead[:start].strip() for start, _ in equal_fractions(form.value, ahead)):
            return True
    value, decimal = form.value, _DECIMAL.match(text, place)
    if value is None or value.denominator == 1 or decimal is None:
        return False
    digits = len(decimal[2])
    return round(abs(value), digits) == Fraction(f"{decimal[1]}.{decimal[2]}")
