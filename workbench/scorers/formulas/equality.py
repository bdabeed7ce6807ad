r"""When two formulas are the same: by their value at a few points, by their elements, by the interval they describe."""

from __future__ import annotations

from typing import Any, Final

from workbench.scorers.formulas.trees import Node, read
from workbench.scorers.formulas.worth import NoValueError, exact, near, value_at, variables

_POINTS: Final = 3


def same(target: str, found: str) -> bool | None:
    r"""Whether two texts are the same mathematics; None where one of them is none that is read.

    >>> same("x^2+2x+1", "(x+1)^2"), same("[1, 2)", "(1, 2]"), same(r"\{1, 2\}", "2, 1"), same("Paris", "2")
    (True, False, True, None)
    """
    one, other = read(target), read(found)
    return None if one is None or other is None else _same(one, other)


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
    if not (variables(one) <= variables(other) or variables(other) <= variables(one)):
        return False  # names may drop out (x - x + 1), but then the other must not need them
    try:
        return all(near(value_at(one, point), value_at(other, point)) for point in range(_POINTS))
    except (NoValueError, ArithmeticError, ValueError, TypeError):
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
        if named or not variables(relation):
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
    if named and not (variables(mine[1]) or variables(theirs[1])):
        return bool(mine[0][1].lower() == theirs[0][1].lower()) and _same(mine[-1], theirs[-1])
    if len(mine) == len(theirs) == 2:
        try:
            ratios = []
            for point in range(_POINTS):
                left = value_at(("-", mine[0], mine[1]), point)
                right = value_at(("-", theirs[0], theirs[1]), point)
                if abs(right) < 1e-12 or abs(left) < 1e-12:
                    return False
                ratios.append(left / right)
            return all(near(ratio, ratios[0]) for ratio in ratios)
        except (NoValueError, ArithmeticError, ValueError, TypeError):
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
