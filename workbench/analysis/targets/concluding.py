"""What stands before that which a sentence concludes: a word for it, or an arrow."""

from __future__ import annotations

from typing import Final

from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

CONCLUDES: Final = re.compile(rf"(?:(?<!\w){around('leads_to')}(?!\w)|{around('leads_to_unspaced')}|→|=>|⇒),?\s*")
"""With the comma and the blanks behind it: *so, ...*, *which means that ...*."""
