"""The value that an answer stands for, apart from how it is spelt."""

from __future__ import annotations

from workbench.scorers.extraction import normalised
from workbench.scorers.numerals import number_in_words, pure_number


def value_key(extracted: str) -> str:
    """Write what was extracted from an answer so that equal values are equal texts, for votes and counts.

    >>> value_key("1,000") == value_key("1000"), value_key("1/2") == value_key("0.50"), value_key("B") == value_key("b")
    (True, True, True)
    """
    number = pure_number(extracted) or number_in_words(extracted)
    return f"number {number.value}" if number else f"text {normalised(extracted)}"
