"""Formulas as MathML, which a browser draws without a script; what the converter does not know is shown as written."""

from __future__ import annotations

import html
from typing import Final

from workbench.base import regular_expressions as re
from workbench.show.markdown import visible

_LIKE_ALIGN: Final = re.compile(
    r"\\(begin|end)\s*\{(?:aligned|alignedat|alignat\*?|split|align|eqnarray\*?)\}(?:\s*\{\d+\})?"
)
_LIKE_A_COLUMN: Final = re.compile(r"\\(begin|end)\s*\{(?:gathered|gather\*?|multline\*?)\}")
_ENVIRONMENT: Final = re.compile(r"\\begin\s*\{([A-Za-z]+\*?)\}")
_KNOWN: Final = re.compile(r"align\*|array|cases|[bBpvV]?matrix|smallmatrix|equation\*?|math|displaymath")
_UNREAD: Final = re.compile(r"<m[ion]>(?:&(?:amp;)?|\\[A-Za-z]+)</m[ion]>")
_LONGEST: Final = 20_000


def mathml(source: str, *, display: bool) -> str:
    r"""A formula of LaTeX as MathML.

    >>> print(mathml(r"\frac{1", display=False))
    <code>\frac{1</code>
    """
    from latex2mathml.converter import convert

    source = visible(source)
    as_written = f"<code>{html.escape(source)}</code>"
    if len(source) > _LONGEST or not _is_balanced(source):
        return as_written
    known = _LIKE_ALIGN.sub(r"\\\1{align*}", source)
    known = _LIKE_A_COLUMN.sub(_column, known)
    if not all(_KNOWN.fullmatch(name) for name in _ENVIRONMENT.findall(known)):
        return as_written
    try:
        drawn = str(convert(known, display="block" if display else "inline"))
    except Exception:  # noqa: BLE001 - whatever it cannot read is shown as it was written
        return as_written
    return as_written if _UNREAD.search(drawn) else drawn


def _column(match: re.Match[str]) -> str:
    return r"\begin{array}{c}" if match[1] == "begin" else r"\end{array}"


def _is_balanced(source: str) -> bool:
    """Whether every brace that opens is closed: the converter reads on as if it were."""
    depth = 0
    for brace in re.findall(r"\\.|[{}]", source, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0:
            return False
    return depth == 0
