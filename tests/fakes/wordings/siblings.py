"""Wordings of the kinds that mislead readers, each with what must be read from it: `SIBLINGS`.

A kind has many members; these were made up from what vendors document, and labelled before any was read.
"""

from __future__ import annotations

from fakes.wordings.sibling import Sibling
from fakes.wordings.sibling_ends import CALLS, ERRORS, USAGE, WHOLE
from fakes.wordings.sibling_texts import FIELDS, NOTATIONS, ORDER

SIBLINGS: tuple[Sibling, ...] = (*ORDER, *FIELDS, *NOTATIONS, *CALLS, *WHOLE, *USAGE, *ERRORS)
