"""Media types of our own: data beside the HTML of an output, so that nothing is ever read back out of HTML."""

from __future__ import annotations

from typing import Any, Final

from workbench.show.figures import in_two

ROWS: Final = "application/vnd.workbench.rows+json"
VERDICT: Final = "application/vnd.workbench.verdict+json"
PROGRESS: Final = "application/vnd.workbench.progress+json"


def verdict(text: str) -> dict[str, Any]:
    """A verdict as an output carries it: its first sentence, and the rest; nothing where there is no verdict.

    >>> verdict("a is better than b. It costs $1.")
    {'application/vnd.workbench.verdict+json': {'sentence': 'a is better than b.', 'rest': ' It costs $1.'}}
    """
    sentence, rest = in_two(text)
    return {VERDICT: {"sentence": sentence, "rest": rest}} if text else {}
