"""Whether an answer says yes or no, true or false, in any of the languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, either, table, told, worded, words
from workbench.scorers.reading import Reading, Sentence
from workbench.scorers.sentences.normal import BOLD
from workbench.scorers.sentences.restated import restated

_IDIOM: Final = re.compile(worded("idiom"))
_BOTH: Final = re.compile(worded("both_ways"))
_UNKNOWN: Final = re.compile(worded("unknown"))
_AFTER_SO: Final = re.compile(rf"(?:{worded('leads_to_truth')}|[:,—–-])\W{{0,3}}\Z")
_AT_LAST: Final = re.compile(r"(?::|\s[—–-])\s*(\w+(?:\s\w+)?)\W*\Z")
"""What a sentence ends on after a colon or dash: `No way around it: yes.`"""


_EVERY: Final = tuple(table())
_ORDINARY: Final = frozenset(words(_EVERY, "also_ordinary"))
_SAID_OF_IT: Final = frozenset(words(_EVERY, "said_of_it"))
_SAYS_OF_IT: Final = re.compile(rf"{either(*words(_EVERY, 'says_of_it'))}\s{worded('adverbs_of_truth')}?\s?\Z")
_PLAIN: Final = frozenset(words(_EVERY, "plainest"))
"""A yes or no that *not* seldom denies: `not a yes`."""
_CONCLUDES: Final = re.compile(rf"\W*{worded('concludes')}")
_AGAINST: Final = re.compile(worded("turns_truth"))
_BUT: Final = re.compile(worded("but_plain"))
_LIMITED: Final = re.compile(worded("limits_truth"))
_SOMETIMES: Final = re.compile(rf"\s{worded('only_sometimes')}")
_NOT_BEHIND: Final = re.compile(rf"\s{worded('not_behind')}")
_NOT_BEHIND_FIRST: Final = re.compile(rf"\s{worded('not_behind', 'not_behind_first')}")
_CALLED: Final = re.compile(
    rf"\W*(?:{either(*words(_EVERY, 'pronouns'))}\s?)?(?:['’]s\s|{either(*words(_EVERY, 'is'))}\s)"
)
_VERBAL: Final = frozenset(words(_EVERY, "denies_verb"))
"""What denies the verb after it where no comma follows: `No es un metal.`"""


@dataclass(frozen=True)
class Truth:
    """What an answer says (None where it says both), where it was found, and whether that is good evidence."""

    value: bool | None
    text: str
    evidence: str
    where: str
    sure: bool = True


@lru_cache(64)
def _words(codes: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    def spaced(keys: tuple[str, ...]) -> str:
        found = words(codes, *keys)
        return "|".join(re.escape(word).replace(r"\ ", r"\s") for word in found)

    negation = either(*words(codes, "not"))
    joined_false = [w for c in told("words_joined", codes) for w in table()[c]["false"]]
    joined_true = [w for c in told("words_joined", codes) for w in table()[c]["true"]]
    no = rf"(?<!\w)(?:{spaced(('no', 'false'))})(?!\w)"
    if joined_false:
        no += "|" + "|".join(map(re.escape, sorted((w for w in joined_false if len(w) > 1), key=len, reverse=True)))
    yes = rf"(?<!\w)(?:{spaced(('yes', 'true'))})(?!\w)"
    if joined_true:
        yes += "|" + "|".join(map(re.escape, sorted((w for w in joined_true if len(w) > 1), key=len, reverse=True)))
    strict_yes = rf"(?<!\w)(?:{spaced(('yes',))})(?!\w)"
    strict_no = rf"(?<!\w)(?:{spaced(('no',))})(?!\w)"
    return {
        "no": re.compile(no),
        "yes": re.compile(yes),
        "strict_yes": re.compile(strict_yes),
        "strict_no": re.compile(strict_no),
        "not": re.compile(rf"(?:{negation}|n't)\s?(?:\w+\s){{0,2}}\Z"),
        "not_after": re.compile(
            rf"\s?(?:{'|'.join(map(re.escape, words(codes, 'not_after'))) or '(?!)'}|{as_written('not_after_stem')})"
        ),
    }


def truth_word(text: str) -> bool | None:
    """The truth value of a target: yes, true, 1 or no, false, 0 in any of the languages; None for any other text.

    >>> truth_word("True"), truth_word("nein"), truth_word("Rome")
    (True, False, None)
    """
    plain = text.strip().strip(".!。\"'").casefold()
    for key, value in (("yes", True), ("true", True), ("no", False), ("false", False)):
        if plain in _every(key):
            return value
    return None


@lru_cache(8)
def _every(key: str) -> frozenset[str]:
    """What a target may say for yes, no, true or false: of most languages the first words that the table has."""
    return frozenset(word for lang in table().values() for word in lang.get(f"plain_{key}", lang.get(key, ())[:3]))


def final_truth(reading: Reading, question: str = "") -> Truth | None:
    """Find whether an answer says yes or no; None where it says neither.

    A sentence that repeats what the `question` asks says yes, and no where it denies it.

    >>> from workbench.scorers.reading import reading
    >>> final_truth(reading("No doubt about it: yes.")).value, final_truth(reading("Yes and no.")).value
    (True, None)
    """
    claimed = _of_claims(reading)
    if claimed is not None:
        return claimed
    statements = [
        s
        for s in reading.sentences
        if (s.role in ("", "half") or (s.role == "other" and _is_verdict(reading, s))) and s.start >= reading.since
    ]
    found = _of_statements(reading, statements or reading.sentences, question) if reading.sentences else None
    quoted = not statements and any(sentence.role == "other" for sentence in reading.sentences)
    return replace(found, sure=False) if found is not None and quoted and found.evidence == "last" else found


def _is_verdict(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence calls what was asked false, and says nothing else: `That's a popular myth.`"""
    called = _CALLED.match(reading.lower, sentence.start, sentence.end)
    known = _words(reading.codes)["no"].match(reading.lower, called.end(), sentence.end) if called else None
    return known is not None and not reading.lower[known.end() : sentence.end].strip(" .!*\"'")


def _of_claims(reading: Reading) -> Truth | None:
    """What the claims say, or the JSON object that the answer is."""
    for claim in reading.claims[:4]:
        if _BOTH.search(claim.text.lower()):
            return Truth(None, "", claim.evidence, "undecided")
        said = _said(reading.patterns.tail.sub("", claim.text[:200].lower()), reading.codes, whole=False)
        if said is not None:
            return Truth(said[0], said[1], claim.evidence, claim.where)
        found = _in_json(claim.text, r"\w+")
        if found is not None:
            return found
    return _in_json(reading.plain, r"[\w ]+")


def _in_json(text: str, value: str) -> Truth | None:
    if text[:1] != "{":
        return None
    field = re.search(rf'"(?:final_)?(?:answer|result|value|verdict|label|output)"\s*:\s*"?({value})', text)
    said = truth_word(field[1]) if field else None
    return Truth(said, field[1], "json", "in JSON") if field and said is not None else None


def _of_statements(reading: Reading, statements: list[Sentence], question: str) -> Truth | None:
    """What the first word says, or bold, or the last sentence that says yes or no; else what restates the question."""
    first = statements[0]
    opening = _opening(reading, first)
    if opening is not None and opening[0] is not None and first.start >= reading.since:
        return _opened(reading, opening, statements)
    if any(_BOTH.search(reading.lower[s.start : s.end]) for s in statements[-3:]):
        return Truth(None, "", "last", "undecided")
    bold = _in_bold(reading)
    if bold and len({value for value, _ in bold}) == 1:
        return Truth(bold[0][0], bold[0][1], "bold", "in bold")
    for sentence in reversed(statements[-8:]):
        end = _closing(reading, sentence)
        if end is not None:
            where = "in the last sentence that says so"
            return Truth(end[0], end[1], "last", where, sure=end[2] and sentence in (first, *statements[-2:]))
    again = restated(reading, question)
    return Truth(again[0], again[1], "sentence", "as what it says of the question", again[2]) if again else None


def _opened(reading: Reading, opening: tuple[bool | None, str], statements: list[Sentence]) -> Truth:
    """What an answer says that begins with yes or no, unless its last sentence concludes the contrary."""
    first, last = statements[0], statements[-1]
    closing = _closing(reading, last) if last is not first else None
    contrary = closing is not None and closing[0] is not None and closing[0] != opening[0]
    if closing is not None and contrary and _CONCLUDES.match(reading.lower[last.start : last.end]):
        return Truth(closing[0], closing[1], "last", "at the end")
    alone = len(reading.sentences) == 1 and len(reading.plain) < 12
    return Truth(opening[0], opening[1], "whole" if alone else "first", "at the start")


def _in_bold(reading: Reading) -> list[tuple[bool, str]]:
    return [
        heard
        for span in reading.form.of_kind(BOLD)
        if span.end - span.start < 40
        and span.start >= reading.since
        and (heard := _said(reading.lower[span.start : span.end], reading.codes, whole=True)) is not None
    ]


def _opening(reading: Reading, sentence: Sentence) -> tuple[bool | None, str] | None:
    """Yes or no as the first word of the answer."""
    text = reading.lower[sentence.start : sentence.end]
    if _BOTH.search(text) and not _BUT.search(text):
        return None, ""
    if _IDIOM.match(text.lstrip("\"'*( ")):
        return None
    known = _words(reading.codes)
    lead = re.match(r"\W*", text)
    place = lead.end() if lead else 0
    no, yes = known["no"].match(text, place), known["yes"].match(text, place)
    if no and not (yes and yes.end() > no.end()):
        if no[0] in _VERBAL and re.match(r"\s[^\W\d_]", text[no.end() :]):
            later = re.search(
                rf"[,;:]\s(?:\w+\s){{0,2}}({known['strict_yes'].pattern}|{known['strict_no'].pattern})\W*\Z", text
            )
            return (None, "") if later else (False, no[0])
        turned = _AT_LAST.search(text, no.end())
        if turned and not re.match(r"\s?[,.;!:—–-]", text[no.end() :]):
            heard = _said(turned[1], reading.codes, whole=True)
            return (heard[0], heard[1]) if heard else (False, no[0])
        return False, no[0]
    if yes:
        rest = text[yes.end() :]
        if _SOMETIMES.match(rest) and _LIMITED.search(rest):
            return None
        if known["not_after"].match(rest) or _NOT_BEHIND_FIRST.match(rest):
            return False, yes[0]
        return True, yes[0]
    return None


def _closing(reading: Reading, sentence: Sentence) -> tuple[bool | None, str, bool] | None:
    """What a sentence says in or at its end."""
    text = reading.lower[sentence.start : sentence.end]
    if _BOTH.search(text):
        return None, "", True
    said = _said(text, reading.codes, whole=False)
    if said is None:
        return None
    unknown = _UNKNOWN.search(text)
    place = text.rfind(said[1])
    if unknown and (0 <= place - unknown.end() < 3 or not _AFTER_SO.search(text[:place])):
        return None, "", True
    return said[0], said[1], not _is_nested(text, reading)


def _is_nested(text: str, reading: Reading) -> bool:
    """Whether a sentence speaks of a yes or no as something that is said: `Nobody claims that no is right.`"""
    known = _words(reading.codes)
    plain = _IDIOM.sub(lambda match: " " * len(match[0]), text)
    hits = sorted(match.span() for key in ("no", "yes") for match in known[key].finditer(plain))
    apart = [hit for place, hit in enumerate(hits) if not place or hit[0] > hits[place - 1][1] + 1]
    if len(apart) < 2:
        return False
    return bool(re.search(either(*words(_EVERY, "saying")), plain))


def _said(text: str, codes: tuple[str, ...], *, whole: bool) -> tuple[bool, str] | None:
    """The last word of a text that says yes or no, with what denies it."""
    known = _words(codes)
    text = _IDIOM.sub(lambda match: " " * len(match[0]), text)
    kept = [
        (start, value != _is_denied(text, start, end, word, known), word)
        for start, end, value, word in _hits(text, known)
        if whole or word not in _ORDINARY or _is_meant(text, start, end, word)
    ]
    if not kept:
        return None
    if len({value for _, value, _ in kept}) == 1:
        return kept[-1][1], kept[-1][2]
    against = _AGAINST.search(text)
    later = [entry for entry in kept if against and entry[0] > against.start()]
    if later:
        return later[-1][1], later[-1][2]
    if kept[0][0] <= 2 and re.match(r"\s*[,.!:;—–-]", text[kept[0][0] + len(kept[0][2]) :]):
        return kept[0][1], kept[0][2]
    return kept[-1][1], kept[-1][2]


def _hits(text: str, known: dict[str, re.Pattern[str]]) -> list[tuple[int, int, bool, str]]:
    """Where words of yes and no stand, in order; of words inside one another the longest."""
    hits = [
        (match.start(), match.end(), value, match[0])
        for value, key in ((False, "no"), (True, "yes"))
        for match in known[key].finditer(text)
    ]
    return sorted(
        hit
        for hit in hits
        if not any(o[0] <= hit[0] and hit[1] <= o[1] and (o[1] - o[0]) > (hit[1] - hit[0]) for o in hits)
    )


def _is_meant(text: str, start: int, end: int, word: str) -> bool:
    """Whether a word that is mostly an ordinary one says yes or no here: it stands alone, or a verb says it of it."""
    alone = not re.match(r"\s?[^\W\d_]", text[end:]) or start == len(text) - len(text.lstrip("\"'*( "))
    return alone or (word in _SAID_OF_IT and bool(_SAYS_OF_IT.search(text[:start])))


def _is_denied(text: str, start: int, end: int, word: str, known: dict[str, re.Pattern[str]]) -> bool:
    denied = bool(known["not"].search(text[max(0, start - 30) : start])) or bool(
        known["not_after"].match(text[end:]) or _NOT_BEHIND.match(text, end)
    )
    if denied and word in _PLAIN:
        return bool(re.search(r"\bnot\s(?:a\s)?\Z", text[:start]))
    return denied
