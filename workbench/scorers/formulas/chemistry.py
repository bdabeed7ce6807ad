r"""Formulas of chemistry in one form: `H_2SO_4`, `H_{2}SO_{4}`, `H₂SO₄` are `H2SO4`; variables keep indices."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re

_ELEMENTS: Final = (
    "A[cglmrstu]|B[aehikr]?|C[adeflmnorsu]?|D[bsy]|E[rsu]|F[elmr]?|G[ade]|H[efgos]?|I[nr]?|Kr?|L[airuv]|M[cdgnot]|"
    "N[abdehiop]?|O[gs]?|P[abdmortu]?|R[abefghnu]|S[bcegimnr]?|T[abcehilms]|U|V|W|Xe|Yb?|Z[nr]"
)
_INDEX: Final = r"(?:_\{?\d{1,2}\}?|\d{1,2})?"
_PART: Final = rf"(?:(?:{_ELEMENTS}){_INDEX}|\((?:(?:{_ELEMENTS}){_INDEX}){{1,6}}\){_INDEX})"
_FORMULA: Final = re.compile(rf"(?<![\w(_\\]){_PART}{{2,16}}(?![\w])")
_ONE: Final = re.compile(rf"[ $.*]*(?:{_PART}){{1,16}}[ $.*]*")
_BELOW: Final = re.compile(r"_\{?(\d+)\}?")


def unindexed(text: str, *, alone: bool = False) -> str:
    r"""Write the indices of chemical formulas on the line; with `alone`, also of a text that is one element: `O_2`.

    In a sentence a formula has two elements at least, so that the variables of mathematics stay apart.

    >>> unindexed("It is H_2SO_4, and Ca(OH)_{2}; T_1 < T_2."), unindexed("O_2"), unindexed("O_2", alone=True)
    ('It is H2SO4, and Ca(OH)2; T_1 < T_2.', 'O_2', 'O2')
    """
    if "_" not in text:
        return text
    if alone:
        return _BELOW.sub(r"\1", text) if _ONE.fullmatch(text) else text
    return _FORMULA.sub(lambda match: _BELOW.sub(r"\1", match[0]), text)
