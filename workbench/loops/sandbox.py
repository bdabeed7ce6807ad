"""A tool that runs Python behind walls: no network, no home, little time, memory and disk; its output comes back."""

from __future__ import annotations

from typing import Final

from workbench.loops.tools import Tool, tool
from workbench.scorers.isolation import Isolation, Limits, check, run

_PROGRAM: Final = """
import ast, sys, traceback
text = {text!r}
names = {{"__name__": "__main__"}}
try:
    tree = ast.parse(text, "<program>")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<program>", "exec"), names)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), "<program>", "eval"), names)
        if value is not None:
            print(repr(value))
except BaseException as problem:
    if not isinstance(problem, SystemExit):
        sys.stdout.flush()
        lines = traceback.format_exception(problem)
        sys.stderr.write("".join([lines[0], *lines[2:]] if len(lines) > 2 else lines))
sys.stdout.flush()
"""


def python_tool(
    *, seconds: float = 10.0, memory_bytes: int = 512 * 2**20, isolation: Isolation = "bubblewrap", name: str = "python"
) -> Tool:
    """A tool that runs a Python program, and returns what it prints and the value of its last line.

    Each call begins anew, in bubblewrap, as `wb.scorers.code` does: without network, without files of yours, with
    `seconds` of computing and `memory_bytes` for each process. `isolation="none"` gives it your own rights. Raises
    `ConfigError` where there is no bubblewrap that works.
    """
    check(isolation)
    limits = Limits(seconds=seconds, memory_bytes=memory_bytes)

    @tool(name=name, seconds=3 * seconds + 5)
    def python(code: str) -> str:
        """Run a Python program. What it prints is returned, and the value of its last line.

        There is no network, and nothing is left for the next call: import and define again whatever is needed.
        """
        ended = run([_PROGRAM.format(text=code)], limits=limits, isolation=isolation, heard=True)
        why = "" if ended.passed else f"[{ended.why}]"
        return "\n".join(part for part in (ended.printed.rstrip("\n"), why) if part) or "[nothing was printed]"

    return python
