r"""When two formulas are the same: by their value at a few points, by their elements, by the interval they describe."""

from __future__ import annotations

import cmath
import math
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from workbench.scorers.formulas.trees import Node, read

_POINTS: Final = 3
_NEAR: Final = 1e-9
_MOST_DIGITS: Final = 400
_CALLS: Final[Mapping[str, Callable[[complex], complex]]] = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "asin": cmath.asin,
    "acos": cmath.acos,
    "atan": cmath.atan,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": cmath.atan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "ln": cmath.log,
    "exp": cmath.exp,
    "sqrt": cmath.sqrt,
    "abs": lambda z: complex(abs(z)),
    "cot": lambda z: 1 / cmath.tan(z),
    "sec": lambda z: 1 / cmath.cos(z),
    "csc": lambda z: 1 / cmath.sin(z),
    "lg": lambda z: cmath.log10(z),
}


class _NoValueError(ArithmeticError):
    """The formula has no value that can be worked out."""


def same(target: str, found: str) -> bool | None:
    r"""Whether two texts are the same mathematics; None where one of them is none that is read.

    >>> same("x^2+2x+1", "(x+1)^2"), same("[1, 2)", "(1, 2]"), same(r"\{1, 2\}", "2, 1"), same("Paris", "2")
    (True, False, True, None)
    """
    one, other = read(target), read(found)
    return None if one is None or other is None else _same(one, other)


def exact(node: Node | None) -> Fraction | None:
    """The rational value of a formula without variables, roots and the like; None where it has none.

    >>> from workbench.scorers.formulas.trees import read
    >>> exact(read("2 1/2")), exact(read("5!")), exact(read("2x"))
    (Fraction(5, 2), Fraction(120, 1), None)
    """
    if node is None:
        return None
    try:
        return _exact(node)
    except (_NoValueError, ArithmeticError, ValueError):
        return None


def real(node: Node | None) -> float | None:
    """The value of a formula without variables, where it is a real number."""
    if node is None or _variables(node):
        return None
    try:
        value = _value(node, 0)
    except (_NoValueError, ArithmeticError, ValueError):
        return None
    return value.real if abs(value.imag) <= _NEAR * max(1, abs(value.real)) and math.isfinite(value.real) else None


def _exact(node: Node) -> Fraction:
    kind = node[0]
    if kind == "num":
        if len(node[1]) > _MOST_DIGITS or (
            "e" in node[1].lower() and abs(int(node[1].lower().partition("e")[2])) > _MOST_DIGITS
        ):
            raise _NoValueError
        return Fraction(node[1])
    if kind in ("+", "-", "*", "/"):
        one, other = _exact(node[1]), _exact(node[2])
        return {"+": one.__add__, "-": one.__sub__, "*": one.__mul__, "/": one.__truediv__}[kind](other)
    if kind == "neg":
        return -_exact(node[1])
    if kind == "deg":
        return _exact(node[1])
    if kind == "pct":
        return _exact(node[1]) / 100
    if kind == "^":
        base, power = _exact(node[1]), _exact(node[2])
        size = (
            max(len(str(base.numerator)), len(str(base.denominator)))
            if max(base.numerator.bit_length(), base.denominator.bit_length()) < 4_000
            else _MOST_DIGITS
        )
        if power.denominator == 1 and abs(power) * size <= _MOST_DIGITS and (base or power > 0):
            return Fraction(base ** int(power))
    if kind == "fact":
        value = _exact(node[1])
        if value.denominator == 1 and 0 <= value <= 150:
            return Fraction(math.factorial(int(value)))
    if kind == "binom":
        many, few = _exact(node[1]), _exact(node[2])
        if many.denominator == few.denominator == 1 and 0 <= few <= many <= 300:
            return Fraction(math.comb(int(many), int(few)))
    if kind == "abs":
        return abs(_exact(node[1]))
    if kind in ("floor", "ceil"):
        return Fraction(math.floor(_exact(node[1])) if kind == "floor" else math.ceil(_exact(node[1])))
    if kind == "sqrt":
        value = _exact(node[1])
        if value >= 0:
            above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
            if above * above == value.numerator and below * below == value.denominator:
                return Fraction(above, below)
    if kind == "call" and node[1] in ("log", "lg"):
        number = real(node)
        if number is not None and abs(number - round(number)) < 1e-12 and abs(number) < 1000:
            return Fraction(round(number))
    raise _NoValueError


@lru_cache(2048)
def _variables(node: Node) -> frozenset[str]:
    if node[0] == "var":
        return frozenset({node[1]})
    found: set[str] = set()
    for part in node[1:]:
        if isinstance(part, tuple) and part:
            parts = (
                (part,) if isinstance(part[0], str) and part[0].isascii() and not isinstance(part[0], tuple) else part
            )
            for each in parts:
                if isinstance(each, tuple) and each:
                    found |= _variables(each)
    return frozenset(found)


def _at(name: str, point: int) -> complex:
    """A fixed value for a variable at a point, between 0.5 and 2.5."""
    return complex(0.5 + (zlib.crc32(f"{name} {point}".encode()) % 100_003) / 50_001.5)


def _value(node: Node, point: int) -> complex:
    kind = node[0]
    if kind == "num":
        return complex(float(node[1]))
    if kind == "var":
        return _at(node[1], point)
    if kind == "const":
        if node[1] == "∞":
            raise _NoValueError
        return {"π": complex(math.pi), "e": complex(math.e), "i": 1j}.get(node[1]) or _raise()
    if kind in ("+", "-", "*", "/"):
        one, other = _value(node[1], point), _value(node[2], point)
        return (
            one + other if kind == "+" else one - other if kind == "-" else one * other if kind == "*" else one / other
        )
    if kind == "neg":
        return -_value(node[1], point)
    if kind == "^":
        return complex(_value(node[1], point) ** _value(node[2], point))
    if kind == "sqrt":
        return cmath.sqrt(_value(node[1], point))
    if kind == "deg":
        return _value(node[1], point)
    if kind == "pct":
        return _value(node[1], point) / 100
    if kind == "abs":
        return complex(abs(_value(node[1], point)))
    if kind == "call":
        return _called(node, point)
    if kind == "prime":
        return _value(("*", ("var", "derivative"), node[1]), point)
    if kind == "mark":
        return _value(("*", ("var", node[1]), node[2]), point)
    return complex(float(_exact(node)))


def _called(node: Node, point: int) -> complex:
    _, name, argument, index = node
    value = _value(
        ("*", argument[1], ("/", ("const", "π"), ("num", "180"))) if argument[0] == "deg" else argument, point
    )
    if name == "log":
        base = _value(index, point) if index is not None else 10
        return cmath.log(value) / cmath.log(base)
    if name not in _CALLS:
        raise _NoValueError
    return _CALLS[name](value)


def _raise() -> complex:
    raise _NoValueError


def _near(one: complex, other: complex) -> bool:
    return abs(one - other) <= _NEAR * max(abs(one), abs(other), 1e-12)


def _plain(node: Node) -> Node:
    """A formula without what only names it: `x = 5` is 5 where a number is asked, a sum of one element its element."""
    while node[0] == "deg":
        node = node[1]
    return node


def _same(one: Node, other: Node) -> bool:
    one, other = _plain(one), _plain(other)
    if one == other:
        return True
    kinds = {one[0], other[0]}
    if "rel" in kinds:
        return _same_relation(one, other)
    if kinds & {"±"} or _has_sign(one) or _has_sign(other):
        mine, theirs = _both_signs(one), _both_signs(other)
        return _same_elements(mine, theirs)
    if one[0] in ("list", "set") or other[0] in ("list", "set"):
        if "tuple" in kinds or "matrix" in kinds or "union" in kinds:
            return False
        return _same_elements(_elements(one), _elements(other))
    if one[0] == "tuple" or other[0] == "tuple":
        return (
            one[0] == other[0]
            and one[1:3] == other[1:3]
            and len(one[3]) == len(other[3])
            and all(map(_same, one[3], other[3]))
        )
    if one[0] == "union" or other[0] == "union":
        return one[0] == other[0] and _same_elements(list(one[1]), list(other[1]))
    if one[0] == "matrix" or other[0] == "matrix":
        return (
            one[0] == other[0]
            and len(one[1]) == len(other[1])
            and all(len(a) == len(b) and all(map(_same, a, b)) for a, b in zip(one[1], other[1], strict=True))
        )
    return _equal(one, other)


def _equal(one: Node, other: Node) -> bool:
    mine, theirs = exact(one), exact(other)
    if mine is not None and theirs is not None:
        return mine == theirs
    if not (_variables(one) <= _variables(other) or _variables(other) <= _variables(one)):
        return False  # names may drop out (x - x + 1), but then the other must not need them
    try:
        return all(_near(_value(one, point), _value(other, point)) for point in range(_POINTS))
    except (_NoValueError, ArithmeticError, ValueError, TypeError):
        return False


def _elements(node: Node) -> list[Node]:
    if node[0] in ("list", "set"):
        return [each for part in node[1] for each in _elements(_right_side(part))]
    return [_right_side(node)]


def _right_side(node: Node) -> Node:
    if node[0] == "rel" and set(node[1]) <= {"=", "≈"} and node[2][0][0] == "var":
        side: Node = node[2][-1]
        return side
    return node


def _same_elements(mine: list[Node], theirs: list[Node]) -> bool:
    """The same elements in any order."""
    if len(mine) != len(theirs) or len(mine) > 50:
        return False
    left = list(theirs)
    for each in mine:
        place = next((number for number, candidate in enumerate(left) if _same(each, candidate)), None)
        if place is None:
            return False
        left.pop(place)
    return True


def _has_sign(node: Any) -> bool:
    return isinstance(node, tuple) and bool(node) and (node[0] == "±" or any(map(_has_sign, node[1:])))


def _both_signs(node: Node) -> list[Node]:
    """`a ± b` as a + b and a - b; a list of both as its elements."""
    if node[0] in ("list", "set"):
        return [each for part in node[1] for each in _both_signs(_right_side(part))]
    node = _right_side(node)
    if not _has_sign(node):
        return [node]
    return [_with_sign(node, "+"), _with_sign(node, "-")]


def _with_sign(node: Any, sign: str) -> Any:
    if not isinstance(node, tuple):
        return node
    return tuple(sign if number == 0 and part == "±" else _with_sign(part, sign) for number, part in enumerate(node))


def _same_relation(one: Node, other: Node) -> bool:
    if one[0] == other[0] == "rel":
        both_equations = set(one[1]) | set(other[1]) <= {"=", "≈"}
        if both_equations:
            return _same_equation(one, other)
        mine, theirs = _as_interval(one), _as_interval(other)
        if mine is not None and theirs is not None:
            return mine[0] == theirs[0] and _same(mine[1], theirs[1])
        return one[1] == other[1] and len(one[2]) == len(other[2]) and all(map(_same, one[2], other[2]))
    relation, plain = (one, other) if one[0] == "rel" else (other, one)
    if relation[1] == ("∈",):
        return _same(relation[2][1], plain)
    if set(relation[1]) <= {"=", "≈"}:
        named = relation[2][0][0] in ("call", "prime") or _is_application(relation[2][0]) or _only_names(relation[2][0])
        if named or not _variables(relation):
            return _same(relation[2][-1], plain) or (not named and _same(relation[2][0], plain))
        return False
    interval = _as_interval(relation)
    return interval is not None and plain[0] in ("tuple", "union") and _same(interval[1], plain)


def _only_names(node: Node) -> bool:
    """A left side that names something and holds no number: `x`, `m + n`, `AB`."""
    if node[0] in ("var", "mark"):
        return True
    return node[0] in ("*", "+", "-", "/", "neg", "abs") and all(_only_names(part) for part in node[1:])


def _is_application(node: Node) -> bool:
    """`f(x)`, read as a product of a name and a bracket."""
    return (
        node[0] == "*" and node[1][0] == "var" and node[1][1] in ("f", "g", "h", "F", "G", "P", "p", "S", "T", "V", "A")
    )


def _same_equation(one: Node, other: Node) -> bool:
    mine, theirs = one[2], other[2]
    named = mine[0][0] == "var" and theirs[0][0] == "var" and len(mine) == len(theirs) == 2
    if named and not (_variables(mine[1]) or _variables(theirs[1])):
        return bool(mine[0][1].lower() == theirs[0][1].lower()) and _same(mine[-1], theirs[-1])
    if len(mine) == len(theirs) == 2:
        try:
            ratios = []
            for point in range(_POINTS):
                left = _value(("-", mine[0], mine[1]), point)
                right = _value(("-", theirs[0], theirs[1]), point)
                if abs(right) < 1e-12 or abs(left) < 1e-12:
                    return False
                ratios.append(left / right)
            return all(_near(ratio, ratios[0]) for ratio in ratios)
        except (_NoValueError, ArithmeticError, ValueError, TypeError):
            return False
    return _same(mine[-1], theirs[-1])


def _as_interval(node: Node) -> tuple[str, Node] | None:
    """The variable and the interval of `x > 3`, `1 < x <= 2` or `x in [1, 2]`."""
    signs, sides = node[1], node[2]
    infinite: Node = ("const", "∞")
    if signs == ("∈",):
        return (str(sides[0][1]), sides[1]) if sides[0][0] == "var" else None
    if not set(signs) <= set("<>≤≥"):
        return None
    if len(signs) == 1 and sides[1][0] == "var" and sides[0][0] != "var":
        sides, signs = (sides[1], sides[0]), (signs[0].translate(str.maketrans("<>≤≥", "><≥≤")),)
    if len(signs) == 1 and sides[0][0] == "var":
        closed, limit = signs[0] in "≤≥", sides[1]
        if signs[0] in ">≥":
            return str(sides[0][1]), ("tuple", "[" if closed else "(", ")", (limit, infinite))
        return str(sides[0][1]), ("tuple", "(", "]" if closed else ")", (("neg", infinite), limit))
    if len(signs) == 2 and sides[1][0] == "var":
        if set(signs) <= set(">≥"):
            sides, signs = sides[::-1], tuple(sign.translate(str.maketrans(">≥", "<≤")) for sign in signs[::-1])
        if set(signs) <= set("<≤"):
            return str(sides[1][1]), (
                "tuple",
                "[" if signs[0] == "≤" else "(",
                "]" if signs[1] == "≤" else ")",
                (sides[0], sides[2]),
            )
    return None
