r"""Mathematics as people and models write it, read into a tree: formulas, pairs, intervals, sets, relations, matrices.

Read are LaTeX and plain notation alike (`\dfrac{\pi}{2}`, `pi/2`, `x²+1`, `x^{2}+1`). What is no formula as a whole,
such as a sentence, is not read at all. Reading takes time linear in the text, and texts beyond `LONGEST` are not read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, TypeAlias

from workbench.scorers.formulas.signs import LONGEST, NotMathematicsError, signs_of
from workbench.scorers.languages import listed

Node: TypeAlias = "tuple[Any, ...]"
FUNCTIONS: Final = listed(
    "sin cos tan cot sec csc arcsin arccos arctan asin acos atan sinh cosh tanh ln log lg exp sqrt abs det"
)
_GREEK: Final = listed(
    "alpha beta gamma delta epsilon varepsilon theta lambda mu nu rho sigma tau phi varphi omega psi xi eta "
    "zeta kappa Delta "
    "Omega Sigma Gamma Theta Lambda Phi Psi"
)
_RELATIONS: Final = frozenset("=<>≤≥≠≈∈≡")
_OPEN, _CLOSE = {"(": ")", "[": "]", "{": "}", "⦃": "⦄"}, frozenset(")]}⦄")
_DEEPEST: Final = 40


@lru_cache(4096)
def read(text: str) -> Node | None:
    r"""Read a text that is mathematics as a whole; None where it is not.

    >>> read(r"\frac{x}{2}"), read("[1, 2)"), read("two apples")
    (('/', ('var', 'x'), ('num', '2')), ('tuple', '[', ')', (('num', '1'), ('num', '2'))), None)
    """
    if len(text) > LONGEST or not text.strip():
        return None
    try:
        return _Reader(signs_of(text)).whole()
    except (NotMathematicsError, RecursionError):
        return None


class _Reader:
    """A reader that goes down from lists to single signs."""

    def __init__(self, tokens: list[tuple[str, str, bool]]) -> None:
        self._tokens = [*tokens, ("end", "", False)]
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._list()
        if self._peek() != "":
            raise NotMathematicsError(self._peek())
        return node

    def _peek(self) -> str:
        kind, token, _ = self._tokens[self._place]
        return token if kind in ("sign", "end") else f"{kind}:{token}"

    def _next(self) -> tuple[str, str, bool]:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _take(self, sign: str) -> bool:
        kind, token, _ = self._tokens[self._place]
        if kind == "sign" and token == sign:
            self._place += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise NotMathematicsError(f"no {sign}")

    def _list(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotMathematicsError("too deep")
        items = [self._relation()]
        while self._peek() in (",", ";", "name:and", "name:or", "command:and"):
            self._next()
            if self._peek() in ("name:and", "name:or"):
                self._next()
            if self._peek() in ("", ")", "]", "}", "⦄"):
                break
            items.append(self._relation())
        self._depth -= 1
        return items[0] if len(items) == 1 else ("list", tuple(items))

    def _relation(self) -> Node:
        sides, signs = [self._union()], []
        while self._peek() in _RELATIONS and self._peek():
            signs.append(self._next()[1])
            sides.append(self._union())
        return sides[0] if not signs else ("rel", tuple(signs), tuple(sides))

    def _union(self) -> Node:
        parts = [self._sum()]
        while self._peek() in ("∪", "name:U") and parts[0][0] in ("tuple", "set"):
            self._next()
            parts.append(self._sum())
        return parts[0] if len(parts) == 1 else ("union", tuple(parts))

    def _sum(self) -> Node:
        sign = self._next()[1] if self._peek() in ("+", "-", "±") else ""
        node = self._term()
        node = ("neg", node) if sign == "-" else ("±", ("num", "0"), node) if sign == "±" else node
        while self._peek() in ("+", "-", "±"):
            sign = self._next()[1]
            node = (sign, node, self._term())
        return node

    def _term(self) -> Node:
        node = self._factor()
        while True:
            sign = self._peek()
            if sign in ("*", "/"):
                self._next()
                negative = self._take("-")
                other = self._factor()
                node = (sign, node, ("neg", other) if negative else other)
            elif self._starts_factor():
                kind, _, blank = self._tokens[self._place]
                if kind == "number":
                    mixed = self._mixed(node) if blank else None
                    if mixed is None:
                        raise NotMathematicsError("two numbers side by side")
                    node = mixed
                    continue
                mixed = self._mixed(node)
                node = mixed if mixed is not None else ("*", node, self._factor())
            else:
                return node

    def _mixed(self, whole: Node) -> Node | None:
        """`2 1/2` and `2\\frac{1}{2}`: a whole number and a fraction below one are their sum."""
        if whole[0] != "num" or not str(whole[1]).isdigit():
            return None
        start = self._place
        kind, token, _ = self._tokens[start]
        if kind == "number" and token.isdigit():
            after = self._tokens[start + 1 : start + 3]
            divided = len(after) == 2 and after[0][1] == "/" and after[1][0] == "number" and after[1][1].isdigit()
            if divided and 0 < int(token) < int(after[1][1]):
                self._place += 3
                return ("+", whole, ("/", ("num", token), ("num", after[1][1])))
            return None
        part = self._factor() if kind == "command" and token.endswith("frac") else self._bracketed_fraction()
        if part is not None and part[0] == "/" and part[1][0] == part[2][0] == "num":
            above, below = str(part[1][1]), str(part[2][1])
            if above.isdigit() and below.isdigit() and 0 < int(above) < int(below):
                return ("+", whole, part)
        self._place = start
        return None

    def _bracketed_fraction(self) -> Node | None:
        """`½`, which was written as ` (1/2)`."""
        ahead = [token for _, token, _ in self._tokens[self._place : self._place + 5]]
        if len(ahead) == 5 and ahead[0] == "(" and ahead[2] == "/" and ahead[4] == ")" and self._tokens[self._place][2]:
            return self._factor()
        return None

    def _starts_factor(self) -> bool:
        kind, token, _ = self._tokens[self._place]
        return (kind in ("number", "name", "command") and token not in ("and", "or", "U", "end")) or (
            kind == "sign" and token in "([{⦃π∞√⌊⌈∅" and token != ""
        )

    def _factor(self) -> Node:
        node = self._base()
        while True:
            sign = self._peek()
            if sign == "^":
                self._next()
                if self._take("°"):
                    node = ("deg", node)
                    continue
                if self._peek() == "{" and self._tokens[self._place + 1][1] == "°":
                    self._place += 2
                    self._expect("}")
                    node = ("deg", node)
                    continue
                node = ("^", node, self._exponent())
            elif sign == "!":
                self._next()
                node = ("fact", node)
            elif sign == "%":
                self._next()
                node = ("pct", node)
            elif sign == "°":
                self._next()
                node = ("deg", node)
            elif sign == "'":
                self._next()
                node = ("prime", node)
            else:
                return node

    def _exponent(self) -> Node:
        if self._take("{"):
            node = self._list()
            self._expect("}")
            return node
        negative = self._take("-")
        node = self._base()
        if self._take("^"):
            node = ("^", node, self._exponent())
        return ("neg", node) if negative else node

    def _argument(self) -> Node:
        """What LaTeX takes after a command: a group, or one sign (one digit of a number)."""
        if self._take("{"):
            node = self._list()
            self._expect("}")
            return node
        kind, token, _blank = self._tokens[self._place]
        if kind == "number" and len(token) > 1 and token.isdigit():
            self._tokens[self._place] = (kind, token[1:], False)
            return ("num", token[0])
        if kind == "name" and len(token) > 1:
            self._tokens[self._place] = (kind, token[1:], False)
            return ("var", token[0])
        return self._base()

    def _base(self) -> Node:
        kind, token, _blank = self._next()
        if kind == "number":
            return ("num", token)
        if kind == "name":
            return self._name(token)
        if kind == "command":
            return self._command(token)
        if token in _OPEN and kind == "sign":
            return self._bracket(token)
        if token in ("|", "⌊", "⌈") and kind == "sign":
            node = self._list()
            self._expect({"|": "|", "⌊": "⌋", "⌈": "⌉"}[token])
            return ({"|": "abs", "⌊": "floor", "⌈": "ceil"}[token], node)
        if token in ("π", "∞", "∅") and kind == "sign":
            return ("const", token)
        if token == "√" and kind == "sign":
            return ("sqrt", self._base())
        raise NotMathematicsError(token)

    def _bracket(self, opened: str) -> Node:
        if self._peek() in _CLOSE and self._peek():
            self._next()
            return ("set", ())
        inner = self._list()
        closed = self._next()[1]
        if closed not in _CLOSE or not closed:
            raise NotMathematicsError("no closing bracket")
        if opened == "⦃" or (opened == "{" and inner[0] == "list"):
            if self._peek() == "|" or closed not in "}⦄":
                raise NotMathematicsError("a set by a condition")
            return ("set", inner[1] if inner[0] == "list" else (inner,))
        if inner[0] == "list":
            return ("tuple", opened, closed, inner[1])
        if opened == "[" and closed == "]":
            return ("tuple", opened, closed, (inner,)) if self._depth == 1 else inner
        if _OPEN[opened] != closed:
            raise NotMathematicsError("brackets that do not match")
        return inner

    def _name(self, token: str) -> Node:
        if token in ("pi", "Pi"):
            return ("const", "π")
        if token in ("infinity", "inf", "oo", "Infinity"):
            return ("const", "∞")
        if token in ("e", "i"):
            return self._with_index(("const", token))
        if token in FUNCTIONS:
            return self._function(token)
        if len(token) > 3:
            raise NotMathematicsError(token)
        if len(token) > 1:
            self._place -= 1
            self._tokens[self._place] = ("name", token[1:], False)
            head: Node = ("const", token[0]) if token[0] in ("e", "i") else ("var", token[0])
            return head
        return self._with_index(("var", token))

    def _with_index(self, node: Node) -> Node:
        if self._take("_"):
            return ("var", f"{node[1]}_{self._argument()!r}")
        return node

    def _command(self, token: str) -> Node:
        if token in ("frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac"):
            above = self._argument()
            return ("/", above, self._argument())
        if token == "sqrt":
            if self._take("["):
                degree = self._sum()
                self._expect("]")
                return ("^", self._argument(), ("/", ("num", "1"), degree))
            return ("sqrt", self._argument())
        if token in ("binom", "dbinom", "tbinom"):
            above = self._argument()
            return ("binom", above, self._argument())
        if token in FUNCTIONS:
            return self._function(token)
        if token in _GREEK:
            return self._with_index(("var", token))
        if token == "begin":
            return self._matrix()
        if token in ("overline", "bar", "vec", "hat", "mathbf", "boldsymbol", "underline"):
            return ("mark", token, self._argument())
        raise NotMathematicsError(token)

    def _function(self, name: str) -> Node:
        power = index = None
        for _ in range(2):
            if self._take("_"):
                index = self._argument()
            elif self._peek() == "^" and name != "exp":
                self._next()
                power = self._exponent()
        argument = self._argument() if self._peek() in ("(", "{", "|", "[") else self._argument_of_function()
        node: Node = ("call", name, argument, index)
        return ("^", node, power) if power is not None else node

    def _argument_of_function(self) -> Node:
        """What a function without brackets takes: `sin 2x`, `ln 2`."""
        node = self._factor()
        while self._starts_factor() and self._tokens[self._place][0] != "command":
            node = ("*", node, self._factor())
        return node

    def _matrix(self) -> Node:
        if not self._take("{"):
            raise NotMathematicsError("begin")
        kind = self._next()[1]
        self._expect("}")
        if not kind.endswith(("matrix", "rray")):
            raise NotMathematicsError(kind)
        rows: list[list[Node]] = [[]]
        while self._peek() != "command:end":
            rows[-1].append(self._sum())
            if self._peek() == "\\\\":
                self._next()
                rows.append([])
            elif not self._take("&") and self._peek() != "command:end":
                raise NotMathematicsError("matrix")
        self._next()
        self._expect("{")
        self._next()
        self._expect("}")
        return ("matrix", tuple(tuple(row) for row in rows if row))
