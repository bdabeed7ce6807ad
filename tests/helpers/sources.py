"""What the files of the house say, each read once for all tests that ask."""

from __future__ import annotations

import ast
import functools
from pathlib import Path


@functools.cache
def said_in(path: Path) -> tuple[ast.AST, ...]:
    """The texts and the imports of a file of Python, as nodes; to walk through one takes longer than to parse it."""
    kinds = (ast.Constant, ast.JoinedStr, ast.Import, ast.ImportFrom)
    return tuple(node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, kinds))
