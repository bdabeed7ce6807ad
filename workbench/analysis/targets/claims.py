"""Whether a short text that names an answer names the target: *forty-two apples* for 42."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.analysis.targets.forms import forms_of
from workbench.analysis.targets.operands import is_other
from workbench.analysis.targets.written import written_at
from workbench.analysis.thoughts.text import Thought
from workbench.base import regular_expressions as re

_PLAIN: Final = re.compile(r"[1-9][0-9]{0,8}|[A-Z]")
"""A whole number or an option's letter, which is written in one way only among such."""


@lru_cache(8192)
def says(target: str, text: str, codes: tuple[str, ...] = ("en",)) -> bool:
    """Whether a short text that names an answer names this one; no cue is needed there.

    >>> says("42", "forty-two apples"), says("42", "41 or so")
    (True, False)
    """
    if _PLAIN.fullmatch(target) and _PLAIN.fullmatch(text):
        return target == text
    short = Thought(text, codes)
    for form in forms_of(target):
        candidates = written_at(form, short)
        if any(not is_other(form, short, start, end) for start, end in candidates):
            return True
        if form.surname is not None and form.surname.fullmatch(short.folded.strip()):
            return True
    return False
