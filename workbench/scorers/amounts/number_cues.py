"""What stands around the numbers of a sentence, in some languages together: a denial, a verb, a month, a change."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import Patterns, as_written, either, patterns, table, worded, words

MONEY: Final = r"[$€£¥₽R]*"
"""Signs of money, as a pattern."""
CURRENCY_CODE: Final = re.compile(r"(?<!\w)(?:us|usd|eur|gbp|chf|jpy|cny|rmb|inr|brl|rub|krw|sar|mxn)\s?\Z")
"""Before a number: the letters of its currency."""
ONE_LEFT: Final = re.compile(rf"(?<!\w)({as_written('ones')})\s(?:[^\W\d_]+\s){{0,2}}?{worded('final_after')}")
"""One of something that is left, which counts: `there is one cookie left over`."""


@lru_cache(64)
def cues(codes: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    """The patterns of some languages for what stands before and after a number, by what it makes of the number.

    >>> bool(cues(("en",))["month"].match(" of april")), bool(cues(("en",))["context"].search("in the "))
    (True, True)
    """
    known = patterns(codes)
    after = [re.escape(word).replace(r"\ ", r"\s?") for word in words(codes, "context_after")]
    return {
        "context": _context(codes),
        "after": re.compile(rf"\s?(?:{'|'.join(after) or '(?!)'})"),
        "not": re.compile(
            rf"(?:{known.either('not')}|n't|{either(*words(codes, 'instead'))}|(?<!\w){as_written('no_verb_first')}\s?"
            rf"{as_written('no_verb_then')}(?!\w))\s?(?:{as_written('copula_plain')}\s)?"
            rf"{as_written('just_before_number')}?\s?[$€£]?\Z"
        ),
        "is": re.compile(
            rf"(?:{known.either('is')}|{as_written('said_with')}['’]s|[:=≈→⇒])\s?(?:{_about(known)}\s?)?[$€£¥₽]?\Z"
        ),
        "so": known.so,
        "no": re.compile(
            rf"{known.either('not')}|n['’]t|{'|'.join(map(re.escape, words(codes, 'not_after'))) or '(?!)'}"
        ),
        "ends": re.compile(rf"\s?[^\W\d_]{{0,4}}?{_ends(codes)}\W{{0,3}}\Z"),
        "cause": re.compile(known.either("cause")),
        "or": known.alternative,
        "open": known.open,
        "turn": re.compile(known.either("turn")),
        "changed": re.compile(
            rf"{known.either('changed_from')}\s?{MONEY}\0[^,;.]*{known.either('changed_to')}\s?{MONEY}\Z"
        ),
        "day": re.compile(rf"{_month()}\s\Z"),
        "month": re.compile(rf"(?:\.|{as_written('ordinal_ends')})?\s(?:{as_written('of_month')}\s)?{_month()}"),
        "total": re.compile(rf"{either(*words(codes, 'total'))}(?:\s\w+){{0,2}}\W{{0,4}}\Z"),
    }


def _ends(codes: tuple[str, ...]) -> str:
    """Verbs that end a sentence, where they stand last."""
    return "(?:" + "|".join([*(re.escape(word) for word in words(codes, "is_after") if word.isalpha()), "(?!)"]) + ")"


@lru_cache(1)
def _month() -> str:
    """The name of any month, but for those that are words: `may`."""
    names = (name for lang in table().values() for name in (*lang.get("months", ()), *lang.get("months_also", ())))
    return either(*sorted(set(names) - {"may"}))


def _about(known: Patterns) -> str:
    return f"(?:{known.either('so')}|{worded('about')}|{as_written('approximately')})"


def _context(codes: tuple[str, ...]) -> re.Pattern[str]:
    """Words before a number that only says when, where or of how many."""
    adjective = rf"(?:{as_written('before_counted')}\s){{0,2}}"
    context = sorted(words(codes, "context"), key=len, reverse=True)
    spaced = [re.escape(w).replace(r"\ ", r"\s") for w in context if re.match(r"[^\u3000-\u9fff\uac00-\ud7af]", w)]
    joined = [re.escape(w) for w in context if not re.match(r"[^\u3000-\u9fff\uac00-\ud7af]", w)]
    return re.compile(rf"(?:(?<!\w)(?:{'|'.join(spaced)})\s{adjective}|(?:{'|'.join(joined) or '(?!)'})\s?)[$€£¥(]?\Z")
