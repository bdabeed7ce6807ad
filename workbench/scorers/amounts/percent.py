"""Whether `50 %` is 50 or 0.5: decided by the target, by its size and by the question's words; the rest is unsure."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import table, worded, words
from workbench.scorers.numerals import Numeral, readable
from workbench.scorers.sentences.asked import stems

_SIGN: Final = re.compile(rf"%|{worded('percent')}")
_BESIDE: Final = re.compile(
    rf"\s(?:{worded('out_of')}\s)?(?:{worded('articles', 'before_mention')}\s){{0,2}}([^\W\d_]{{3,}})"
)
_OUT_OF: Final = re.compile(rf"(?<![\d.])(\d{{1,4}})\s{worded('out_of')}\s(\d{{1,6}})(?!\s?[\d%])")
_LARGEST_FACTOR: Final = 3
"""Up to here `150 %` may be meant by 1.5, as a factor of growth."""


@lru_cache(1)
def _no_things() -> frozenset[str]:
    """Words after a number that count nothing."""
    return frozenset(
        words(tuple(table()), "about", "common", "percent", "is", "so", "right", "because", "not", "final_after")
    )


def is_percent(number: Numeral) -> bool:
    """Whether a number is written with a percent sign or word."""
    return not number.text[-1:].isdigit() and bool(_SIGN.search(readable(number.text).lower()))


def as_share(number: Numeral, lower: str) -> Numeral:
    """A number of `3 in 10`, worth a share, too.

    >>> from workbench.scorers.numerals import numerals
    >>> str(as_share(numerals("3 in 10")[0], "3 in 10").worth)
    '3/10'
    """
    share = _OUT_OF.search(lower)
    if share and number.start == share.start(1) and number.worth is None and int(share[2]):
        return number._replace(worth=number.value / int(share[2]))
    return number


def asks_percent(question: str) -> bool:
    """Whether a question asks for a percentage.

    >>> asks_percent("What percentage is left?"), asks_percent("Wie viel Prozent?"), asks_percent("How many?")
    (True, True, False)
    """
    return bool(_SIGN.search(question[:4_000].lower()))


def names_percent_alone(question: str) -> bool:
    """Whether a question asks for a percentage and not only for something of one: `What is 20 % of 350?`.

    >>> names_percent_alone("How many percent is it?"), names_percent_alone("What is 20 % of 350?")
    (True, False)
    """
    asked = question[:4_000].lower()
    return any(not asked[: match.start()].rstrip()[-1:].isdigit() for match in _SIGN.finditer(asked))


def leaves_out_scale(number: Numeral, target: Numeral, question: str) -> bool:
    """Whether just one of two numbers has a scale (`$3 million` and `$3`), and no word of the question makes up for it.

    >>> from workbench.scorers.numerals import numerals
    >>> three, millions = numerals("3 of 3 million")
    >>> leaves_out_scale(three, millions, "How much?"), leaves_out_scale(three, millions, "How many millions?")
    (True, False)
    """
    one, other = (each if each.worth is not None and not is_percent(each) else None for each in (number, target))
    if (one is None) == (other is None) or number.value != target.value:
        return False
    scaled = readable((one or other or target).text.lower())
    word = re.search(r"[^\W\d_]+\W*\Z", scaled)
    return bool(word) and word is not None and word[0].strip(" .s") not in question.lower()


def counts_things(number: Numeral, text: str, question: str) -> bool:
    """Whether a number without a percent sign counts what is asked about, as in `37 of the seeds`, or one thing alone.

    >>> from workbench.scorers.numerals import numerals
    >>> asked = "What share of the tickets was sold?"
    >>> [counts_things(numerals(said)[0], said, asked) for said in ("64 of the tickets", "64 tickets", "64, I think")]
    [True, True, False]
    """
    plain = readable(text)
    place = plain.rfind(number.text)
    if is_percent(number) or abs(number.value) < 1 or place < 0:
        return False
    after = plain[place + len(number.text) :][:60].lower()
    beside = _BESIDE.match(after)
    if beside is None or _SIGN.match(beside[1]):
        return False
    alone = not after[beside.end() :].strip(" .!") and beside[1] not in _no_things()
    return bool(stems(beside[1]) & stems(question)) or alone


def percent_means(number: Numeral, target: Numeral, question: str, allowed: Fraction) -> tuple[bool, bool] | None:
    """Whether a number means its target where just one of them is a percentage, and whether that is sure; else None.

    A target below 1 is a share, and met by the share (`50 %` for 0.5); from 1 on it is met by the number as written,
    surely where the question asks for a percentage or is not known. A percentage as target is met by both, the share
    being unsure where a percentage is asked for.
    """
    if is_percent(number) == is_percent(target):
        return None
    asked, known = asks_percent(question), question.strip() not in ("", "?")
    written = abs(number.value - target.value) <= allowed
    if is_percent(target):
        share = abs(number.value - target.value / 100) <= allowed / 100
        return written or share, written or not asked
    share = abs(number.value / 100 - target.value) <= allowed
    if abs(target.value) < 1 and target.value != 0:
        return (True, not asked) if share else (written and asked, asked or not written)
    if written:
        return True, asked or not known
    return share and abs(target.value) <= _LARGEST_FACTOR, not share
