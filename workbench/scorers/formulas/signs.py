"""The signs of a formula, in LaTeX or plain, one after another."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import listed

LONGEST: Final = 400
"""Characters of a formula; longer ones are not read."""
_SUPERSCRIPT: Final = re.compile(r"[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ]+")
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n")
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUBSCRIPT: Final = re.compile(r"[₀₁₂₃₄₅₆₇₈₉]+")
_FRACTIONS: Final = {
    "½": "(1/2)",
    "⅓": "(1/3)",
    "⅔": "(2/3)",
    "¼": "(1/4)",
    "¾": "(3/4)",
    "⅕": "(1/5)",
    "⅛": "(1/8)",
    "⅖": "(2/5)",
    "⅗": "(3/5)",
    "⅘": "(4/5)",
    "⅙": "(1/6)",
    "⅚": "(5/6)",
    "⅜": "(3/8)",
    "⅝": "(5/8)",
    "⅞": "(7/8)",
}
_SYMBOLS: Final = {
    "times": "*",
    "cdot": "*",
    "ast": "*",
    "div": "/",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "lt": "<",
    "gt": ">",
    "ne": "≠",
    "neq": "≠",
    "pm": "±",
    "mp": "±",
    "infty": "∞",
    "cup": "∪",
    "in": "∈",
    "pi": "π",
    "approx": "≈",
    "lbrace": "⦃",
    "rbrace": "⦄",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "mid": "|",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉",
    "circ": "°",
    "degree": "°",
    "lor": ",",
    "colon": ":",
    "emptyset": "∅",
    "varnothing": "∅",
    "land": ",",
    "setminus": "∖",
    "cap": "∩",
    "lbrack": "[",
    "rbrack": "]",
    "sim": "≈",
    "equiv": "≡",
    "to": "→",
    "rightarrow": "→",
}
_PASSED: Final = listed(
    "left right big Big bigg Bigg bigl bigr Bigl Bigr displaystyle textstyle quad qquad limits nolimits mathrm rm bf it"
)
_PLAIN: Final = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∗": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "⁄": "/",
    "∕": "/",
    "**": "^",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "º": "°",
    "˚": "°",
    "\\{": "⦃",
    "\\}": "⦄",
    "\\%": "%",
    "\\$": "",
    "{,}": "",
    "~": " ",
    "\\\\": "\\\\",
    "\\,": " ",
    "\\;": " ",
    "\\!": "",
    "\\:": " ",
    "\\ ": " ",
    "⟨": "(",
    "⟩": ")",
    "≦": "≤",
    "≧": "≥",
    "+/-": "±",
}
_PLAIN_SIGN: Final = re.compile("|".join(map(re.escape, sorted(_PLAIN, key=len, reverse=True))))
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3}(?![A-Za-z\d]))?)"
    r"|\\(?P<command>[A-Za-z]+)|(?P<name>[A-Za-zα-ορ-ωΑ-Ω]+)|(?P<sign>\\\\|[-+*/^=<>≤≥≠±∞∪∈π≈°%!,;()\[\]{}⦃⦄|"
    r"√_&⌊⌋⌈⌉∅∖∩'≡])|(?P<other>\S))"
)


class NotMathematicsError(ValueError):
    """The text is no formula."""


def signs_of(text: str) -> list[tuple[str, str, bool]]:
    """Kind, text and whether a blank stands before, of every token."""
    text = _PLAIN_SIGN.sub(lambda match: _PLAIN[match[0]], text)
    if not text.isascii():
        text = _SUPERSCRIPT.sub(lambda match: "^(" + match[0].translate(_SUPERSCRIPTS) + ")", text)
        text = _SUBSCRIPT.sub(lambda match: "_{" + match[0].translate(_SUBSCRIPTS) + "}", text)
        text = "".join((" " + _FRACTIONS[c]) if c in _FRACTIONS else c for c in text)
    found: list[tuple[str, str, bool]] = []
    depth, place = 0, 0
    length = len(text.rstrip())
    while place < length:
        match = _TOKEN.match(text, place)
        assert match is not None  # `other` takes any sign
        kind, token = str(match.lastgroup), match[match.lastgroup or 0]
        blank = match.start(match.lastgroup or 0) > place
        place = match.end()
        if kind == "other":
            raise NotMathematicsError(token)
        if kind == "number" and "," in token:
            if depth:  # (1,200) is a pair
                head = token.partition(",")[0]
                place = match.start("number") + len(head)
                token = head
            else:
                token = token.replace(",", "")
        if kind == "command":
            if token in _PASSED:
                if token in ("left", "right") and text[place : place + 1] == ".":
                    place += 1
                continue
            if token in _SYMBOLS:
                kind, token = "sign", _SYMBOLS[token]
        if kind == "sign":
            depth += (token in "([⦃") - (token in ")]⦄")
        found.append((kind, token, blank))
    return found
