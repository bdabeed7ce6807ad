"""The words of a page of results explained, those alone that stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

TERMS: Final = (
    ("right, wrong", r"\b(?:right|wrong)\b", "The reply answered, and a scorer compared its answer with the target."),
    (
        "never answered",
        r"never answered",
        "There is no answer to compare: the tokens ran out, nothing came, or the model refused. It is not right, and "
        "not wrong either.",
    ),
    (
        "failed",
        r"\bfailed\b",
        "The call came back with an error: the model said nothing, and the call counts in no share.",
    ),
    ("unsure", r"\bunsure\b", "The answer could be read in two ways, or names several values: look at it yourself."),
    (
        "recommended",
        r"\brecommended\b",
        "The best-looking configuration, or a cheaper one that is shown to be as good. A configuration is a model with "
        "its prompt and settings.",
    ),
    ("points", r"\bpoints?\b", "Of two shares in per cent, the one less the other: 60 % is 10 points more than 50 %."),
    (
        "limits in brackets",
        r"\[",
        "The range in which the true share lies, were the same configurations asked many more tasks of this kind. They "
        "hold for all configurations together: in 19 of 20 studies every one of the ranges holds its true share.",
    ),
    (
        "limits of a difference",
        r"\bto -?\d+ (?:less|more)\b",
        "The range of the true difference, for each pair alone: 19 of 20 such ranges hold it. One may leave out 0 and "
        "yet not be settled, because that counts all comparisons together.",
    ),
    (
        "settled",
        r"\bsettled\b",
        "The two were compared on the same tasks, and chance alone would make such a difference in fewer than 1 of 20 "
        "studies, counted over all comparisons made here.",
    ),
    ("kind", r"\bkind\b", "A group of tasks, as the task file names it."),
    ("mean, median", r"\b(?:mean|median)\b", "The mean shares the sum out evenly; half of all lie above the median."),
    ("max_tokens, cap", r"\b(?:max[_ ]tokens|cap)\b", "The most tokens that one reply may take, thinking included."),
    ("1,000 tasks", r"1,000 tasks", "A thousand times what one reply cost on average when it was paid for."),
    ("temperature", r"\btemperature\b", "How freely a model chooses its words; at 0 always the likeliest."),
    ("Wilson", r"\bWilson", "Limits of a share."),
    ("McNemar", r"\bMcNemar", "A test of two shares on the same tasks."),
    ("Bonett, Price", r"\bBonett", "Limits of a difference of two shares on the same tasks."),
    ("Holm, Bonferroni", r"\b(?:Holm|Bonferroni)", "Corrections for many comparisons."),
    ("one-sided tests", r"one-sided tests", "Two tests that together show a difference to be small."),
)


def glossary(texts: Iterable[str]) -> list[tuple[str, str]]:
    """The words that these texts use, each with what it means, in the order in which a reader meets them.

    >>> [term for term, _ in glossary(["10 points more: settled"])]
    ['points', 'settled']
    """
    said = "\n".join(texts)
    return [(term, meaning) for term, pattern, meaning in TERMS if re.search(pattern, said, re.IGNORECASE)]
