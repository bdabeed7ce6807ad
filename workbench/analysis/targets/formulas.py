"""Formulas, lists, ordinals and names in other terms: signs set in another way, or left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from workbench.analysis.targets.patterns import (
    SUPERSCRIPTS,
    Late,
    Search,
    Term,
    facts,
    search,
)
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\Z")
_NUMBERS: Final = re.compile(
    r"[({\[]?\s*(?:[a-z]\s*=\s*)?-?\d+(?:\.\d+)?(?:\s*(?:,|;|and|or)\s*(?:[a-z]\s*=\s*)?-?\d+(?:\.\d+)?){1,3}\s*[)}\]]?\Z"
)
_WORDS: Final = re.compile(
    r"[^\W\d_][^\W\d_'’-]*(?:\s[^\W\d_]+)?(?:\s*[,;、，]\s*(?:and\s)?[^\W\d_][^\W\d_'’-]*(?:\s[^\W\d_]+)?){1,7}"
)
"""Words or pairs of words, parted by commas."""
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_FORMULA: Final = re.compile(r"[A-Z][a-z]?\d?(?:[A-Z][a-z]?\d*|\(\w+\)\d*|\d)+\Z")
_BETWEEN: Final = (
    rf"\$?\s*(?:[,;，、;&]|{around('and', 'or', 'and_or_unspaced', 'with_unspaced')}|,\s*(?:and|or))\s*\$?"
    r"\s*(?:(?<![a-z])[a-z](?:_?\{?\d\}?)?\s*=\s*)?"
)
_ROOT: Final = r"\\?sqrt\s*\{[^{}]*\}|\\?sqrt\s*\([^()]*\)|√\s*\([^()]*\)|√\s*\{[^{}]*\}|√\s*\w+"
_TOKENS: Final = re.compile(
    rf"({_ROOT})|(\\?pi(?![a-z])|π)|(>=|≥|\\geq?|<=|≤|\\leq?|!=|≠|\\neq?)|(\\cdot|\\times|[·*×])|(\^\s*\{{?-?\w+\}}?|[²³])"
    r"|(\d+(?:\.\d+)?)|([a-z])|([-−–])|(\s+)|(.)"
)
_SIGNS: Final = {"≥": r"(?:>=|≥|\\geq?|⩾)", "≤": r"(?:<=|≤|\\leq?|⩽)", "≠": r"(?:!=|≠|\\neq?)"}
_SYMBOLS: Final = re.compile(
    rf"{_ROOT}|π|\\pi|\dpi(?![a-z])|[≥≤≠]|[<>!]=|\\[gln]eq?|[²³]|\d\s?[·*]\s?[a-z](?![a-z])|\d[a-z](?![a-z])"
)


def ordinals(plain: str) -> Iterator[Term]:
    """A place in an order, in figures and in a word: 3rd, *third*."""
    names = facts()["ordinals"]["en"]
    match, word = _ORDINAL.match(plain.lower()), plain.lower()
    if match and 0 < int(match[1]) <= len(names):
        yield Term((search(names[int(match[1]) - 1]),), weak=True)
    elif word in names:
        number = names.index(word) + 1
        end = {1: "st", 2: "nd", 3: "rd"}.get(number if number < 11 else 0, "th")
        yield Term((search(str(number), end),), weak=True)


def lists(plain: str) -> Iterator[Term]:
    """Several numbers, whatever parts them and names them: `x = 2 or x = 3` for `2, 3`; several words: *a, b and c*."""
    lower = plain.lower()
    if _WORDS.fullmatch(lower) is not None:
        words = [part for part in map(str.strip, re.split(rf"[,;、，]|\s{around('and')}\s", lower)) if part]
        between = rf"[*_`\"'”’]*(?:\s*[,;、，/|&]\s*(?:{around('and')}\s)?"
        between += rf"|\s{around('and')}\s|{around('and_unspaced')})\s*[*_`\"'“‘]*"
        yield Term(((words[0], Late(rf"(?<!\w){between.join(map(re.escape, words))}(?!\w)")),))
        return
    if _NUMBERS.match(plain) is None or plain.startswith("["):
        return  # a list of a program is written as one
    numbers = _NUMBER.findall(plain)
    orders = [numbers]
    if not plain.startswith("(") and len(numbers) == 2 and not re.search(r"[a-z]\s*=", plain.replace("x", "")):
        orders.append(numbers[::-1])
    searches = []
    for order in orders:
        pattern = _BETWEEN.join(re.escape(number).replace(r"\-", "[-−–]") for number in order)
        first = order[0].lstrip("-")
        lead = "" if order[0] == first else "(?<=[-−–])"
        rest = pattern[len(re.escape(order[0]).replace(r"\-", "[-−–]")) :]
        searches.append(
            (
                first,
                Late(
                    lead + re.escape(first) + rf"(?<![\w.,/:^]{re.escape(first)})" + rest + r"(?![\w/]|[.,]\d|\s?[+*×])"
                ),
            )
        )
    yield Term(tuple(searches))


def chemical(plain: str) -> Iterator[Term]:
    """A chemical formula with its figures below the line, however that is set: H₂O, H_2O, H_{2}O."""
    if _FORMULA.match(plain) is None or not re.search(r"\d", plain):
        return
    lower = plain.lower()
    pattern = "".join(
        rf"(?:_?\{{?{part}\}}?|{part.translate(str.maketrans('0123456789', '₀₁₂₃₄₅₆₇₈₉'))})"
        if part.isdigit()
        else re.escape(part)
        for part in re.findall(r"\d+|\D", lower)
    )
    yield Term(((lower[0], Late(rf"(?<!\w){pattern}(?!\w)")),))


def called(plain: str) -> Iterator[Term]:
    """A name without the word that says what it is, and other names of the same: Mount Everest, the USA."""
    lower, named = plain.lower(), facts()["names"]
    words = lower.split()
    texts = []
    if 1 < len(words) < 4:
        texts += [" ".join(words[1:])] if words[0] in named["before"] else []
        texts += [" ".join(words[:-1])] if words[-1] in named["behind"] else []
    texts = [text for text in texts if len(text) > 3]
    for line in named["alike"]:
        names = line.split("|")
        if lower.removeprefix("the ") in names:
            texts += [name for name in names if name != lower]
    if texts:
        yield Term(tuple((text, Late(rf"(?<!\w){re.escape(text)}(?!\w)")) for text in texts), is_name=True)
    if re.fullmatch(r"[a-z]{4,}", plain):
        pairs = [(plain, "s"), (plain, "es"), (plain[:-1], "")] if not plain.endswith("ss") else [(plain, "es")]
        pairs = (
            [(plain[:-1], "") if plain.endswith("s") and not plain.endswith(("ss", "us", "is")) else (plain, "s")]
            if not plain.endswith("ss")
            else [(plain, "es")]
        )
        for one, many in (("a", "on"), ("on", "a"), ("um", "a"), ("y", "ies"), ("ies", "y")):
            if plain.endswith(one) and len(plain) > 6:
                pairs.append((plain[: -len(one)] + many, ""))
        yield Term(tuple(search(front, end, r"(?!\w)") for front, end in pairs), is_name=True)


def bits(plain: str) -> Iterator[Term]:
    """Binary figures with their mark before them: 0b1010."""
    if re.fullmatch(r"[01]{3,24}", plain):
        yield Term((search("0b" + plain),))


def formula(plain: str) -> Iterator[Term]:
    """A formula with its signs set in another way: √2 and sqrt(2), π and pi, 6x and 6·x; a sum turned round."""
    text = plain.strip().lower()
    if len(text) > 60 or _SYMBOLS.search(text) is None:
        return
    orders = [text]
    both = re.fullmatch(r"([^-+=<>≥≤−–()]+)\+([^-+=<>≥≤−–()]+)", text)
    if both:
        orders.append(f"{both[2].strip()} + {both[1].strip()}")
    searches = [search for order in orders for search in _set_anew(order)]
    yield Term(tuple(searches))


def _set_anew(text: str) -> list[Search]:
    patterns: list[str] = []
    firsts: tuple[str, ...] = ()
    last = ""
    for match in _TOKENS.finditer(text):
        root, pi, sign, times, power, number, letter, minus, blank, other = match.groups()
        if blank or times:
            continue
        kind = "factor" if root or pi or number or letter else "sign"
        if patterns:
            patterns.append(r"\s*(?:(?:\\cdot|\\times|[·*×])\s*)?" if kind == last == "factor" else r"\s*")
        if root:
            inner = r"\s*".join(map(re.escape, re.sub(r"^\\?(?:sqrt|√)\s*|[{}()\s]", "", root)))
            inner = rf"\s*(?:\{{\s*{inner}\s*\}}|\(\s*{inner}\s*\)|{inner})(?!\w)"
            patterns.append(rf"(?:\\?sqrt|√){inner}")
            firsts = firsts or ("sqrt", "√")
        elif pi:
            patterns.append(r"(?:\\?pi(?![a-z])|π)")
            firsts = firsts or ("pi", "π")
        elif sign:
            known = {">": "≥", "<": "≤", "!": "≠", "\\g": "≥", "\\l": "≤", "\\n": "≠"}
            patterns.append(_SIGNS[known.get(sign[:1], known.get(sign[:2], sign[:1]))])
        elif power:
            figure = {"²": "2", "³": "3"}.get(power, power.strip("^{} "))
            patterns.append(
                rf"(?:(?:\^|\*\*)\s*[({{]?{re.escape(figure)}[)}}]?|{re.escape(figure.translate(SUPERSCRIPTS))})"
            )
        else:
            patterns.append("[-−–]" if minus else re.escape(number or letter or other))
            firsts = firsts or (number or letter or other or minus,)
        last = kind
    if not firsts:
        return []
    pattern = "".join(patterns)
    found = []
    for first in firsts:
        rest = pattern
        if len(firsts) > 1:
            rest = (
                re.escape(first) + pattern[pattern.index(")") + 1 :]
                if first in ("sqrt", "√")
                else re.escape(first) + pattern[len(r"(?:\\?pi(?![a-z])|π)") :]
            )
        before = r"(?<![\w.,/^])" if first[:1].isalnum() and first not in ("sqrt", "pi") else ""
        found.append((first, Late(before + rest + r"(?![\w^]|[.,]\d|\s?\^)")))
    return found
