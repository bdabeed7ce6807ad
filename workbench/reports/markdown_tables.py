"""Tables of Markdown as JupyterLab shows them: rows that are too short or too long are rows, too."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re

_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_DELIMITERS: Final = re.compile(r" {0,3}\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BAR: Final = re.compile(r"(?<!\\)\|")
_MATHEMATICS: Final = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]*[^\s\\$])\$(?!\d)")


def with_even_rows(source: str) -> str:
    r"""The Markdown with every table's rows as wide as its head, by GitHub's rule: what is missing is empty.

    What is too much is left out. Bars inside of mathematics are bars of the formula.

    >>> print(with_even_rows("| a | b |\n|---|---|\n| 1 |\n| 2 | 3 | 4 |\n| $|x|$ | 5 |"))
    | a | b |
    |---|---|
    | 1 |  |
    | 2 | 3 |
    | $\vert{}x\vert{}$ | 5 |
    """
    lines = source.split("\n")
    fence, width = "", 0
    for place, line in enumerate(lines):
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            width = 0
        elif fence:
            continue
        elif width and "|" in line:
            cells = _cells(line)[:width]
            lines[place] = "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"
        elif not width and place and "|" in line and _DELIMITERS.fullmatch(line):
            head = lines[place - 1]
            if "|" in head and len(_cells(head)) == len(_cells(line)):
                width = len(_cells(line))
        else:
            width = 0
    return "\n".join(lines)


def _cells(line: str) -> list[str]:
    plain = _MATHEMATICS.sub(
        lambda match: "$" + match[1].replace(r"\|", r"\Vert{}").replace("|", r"\vert{}") + "$", line
    ).strip()
    cells = [cell.strip() for cell in _BAR.split(plain)]
    return cells[bool(cells and not cells[0]) : len(cells) - bool(len(cells) > 1 and not cells[-1])]
