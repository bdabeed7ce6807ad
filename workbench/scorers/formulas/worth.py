"""What a formula is worth: exactly as a fraction, or as a number at a point for its variables."""

from __future__ import annotations

import cmath
import math
import zlib
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.scorers.formulas.trees import Node

NEAR: Final = 1e-9
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


class NoValueError(ArithmeticError):
    """The formula has no value that can be worked out."""


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
    except (NoValueError, ArithmeticError, ValueError):
        return None


def real(node: Node | None) -> float | None:
    """The value of a formula without variables, where it is a real number."""
    if node is None or variables(node):
        return None
    try:
        value = value_at(node, 0)
    except (NoValueError, ArithmeticError, ValueError):
        return None
    return value.real if abs(value.imag) <= NEAR * max(1, abs(value.real)) and math.isfinite(value.real) else None


def _exact(node: Node) -> Fraction:
    found = _EXACT[node[0]](node) if node[0] in _EXACT else None
    if found is None:
        raise NoValueError
    return found


def _number(node: Node) -> Fraction | None:
    power = node[1].lower().partition("e")[2]
    if len(node[1]) > _MOST_DIGITS or (power and abs(int(power)) > _MOST_DIGITS):
        return None
    return Fraction(node[1])


def _power(node: Node) -> Fraction | None:
    base, power = _exact(node[1]), _exact(node[2])
    if power.denominator != 1 or abs(power) * _digits(base) > _MOST_DIGITS or not (base or power > 0):
        return None
    return Fraction(base ** int(power))


def _digits(value: Fraction) -> int:
    """How many digits a fraction has above or below its line; too many are not counted."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) >= 4_000:
        return _MOST_DIGITS
    return max(len(str(value.numerator)), len(str(value.denominator)))


def _factorial(node: Node) -> Fraction | None:
    value = _exact(node[1])
    return Fraction(math.factorial(int(value))) if value.denominator == 1 and 0 <= value <= 150 else None


def _binomial(node: Node) -> Fraction | None:
    many, few = _exact(node[1]), _exact(node[2])
    if many.denominator == few.denominator == 1 and 0 <= few <= many <= 300:
        return Fraction(math.comb(int(many), int(few)))
    return None


def _root(node: Node) -> Fraction | None:
    value = _exact(node[1])
    if value < 0:
        return None
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    return Fraction(above, below) if above * above == value.numerator and below * below == value.denominator else None


def _whole_logarithm(node: Node) -> Fraction | None:
    number = real(node) if node[1] in ("log", "lg") else None
    if number is not None and abs(number - round(number)) < 1e-12 and abs(number) < 1000:
        return Fraction(round(number))
    return None


_EXACT: Final[Mapping[str, Callable[[Node], Fraction | None]]] = {
    "num": _number,
    "+": lambda node: _exact(node[1]) + _exact(node[2]),
    "-": lambda node: _exact(node[1]) - _exact(node[2]),
    "*": lambda node: _exact(node[1]) * _exact(node[2]),
    "/": lambda node: _exact(node[1]) / _exact(node[2]),
    "neg": lambda node: -_exact(node[1]),
    "deg": lambda node: _exact(node[1]),
    "pct": lambda node: _exact(node[1]) / 100,
    "^": _power,
    "fact": _factorial,
    "binom": _binomial,
    "abs": lambda node: abs(_exact(node[1])),
    "floor": lambda node: Fraction(math.floor(_exact(node[1]))),
    "ceil": lambda node: Fraction(math.ceil(_exact(node[1]))),
    "sqrt": _root,
    "call": _whole_logarithm,
}
"""How each kind of node is worked out, as far as that can be done exactly."""


@lru_cache(2048)
def variables(node: Node) -> frozenset[str]:
    """The names of the variables in a formula."""
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
                    found |= variables(each)
    return frozenset(found)


def _at(name: str, point: int) -> complex:
    """A fixed value for a variable at a point, between 0.5 and 2.5."""
    return complex(0.5 + (zlib.crc32(f"{name} {point}".encode()) % 100_003) / 50_001.5)


def value_at(node: Node, point: int) -> complex:
    """The value of a formula at a point; raises NoValueError or ArithmeticError where it has none."""
    kind = node[0]
    if kind == "num":
        return complex(float(node[1]))
    if kind == "var":
        return _at(node[1], point)
    if kind == "const":
        if node[1] == "∞":
            raise NoValueError
        return {"π": complex(math.pi), "e": complex(math.e), "i": 1j}.get(node[1]) or _raise()
    if kind in ("+", "-", "*", "/"):
        one, other = value_at(node[1], point), value_at(node[2], point)
        return (
            one + other if kind == "+" else one - other if kind == "-" else one * other if kind == "*" else one / other
        )
    if kind == "neg":
        return -value_at(node[1], point)
    if kind == "^":
        return complex(value_at(node[1], point) ** value_at(node[2], point))
    if kind == "sqrt":
        return cmath.sqrt(value_at(node[1], point))
    if kind == "deg":
        return value_at(node[1], point)
    if kind == "pct":
        return value_at(node[1], point) / 100
    if kind == "abs":
        return complex(abs(value_at(node[1], point)))
    if kind == "call":
        return _called(node, point)
    if kind == "prime":
        return value_at(("*", ("var", "derivative"), node[1]), point)
    if kind == "mark":
        return value_at(("*", ("var", node[1]), node[2]), point)
    return complex(float(_exact(node)))


def _called(node: Node, point: int) -> complex:
    _, name, argument, index = node
    value = value_at(
        ("*", argument[1], ("/", ("const", "π"), ("num", "180"))) if argument[0] == "deg" else argument, point
    )
    if name == "log":
        base = value_at(index, point) if index is not None else 10
        return cmath.log(value) / cmath.log(base)
    if name not in _CALLS:
        raise NoValueError
    return _CALLS[name](value)


def _raise() -> complex:
    raise NoValueError


def near(one: complex, other: complex) -> bool:
    """Whether two values are the same but for what reckoning loses."""
    return abs(one - other) <= NEAR * max(abs(one), abs(other), 1e-12)
