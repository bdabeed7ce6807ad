"""Options named by their texts: at the start of an answer, inside a sentence, as what the whole answer says."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.choosing.options import Choice, Options, named_option
from workbench.scorers.languages import as_written, table, worded, words
from workbench.scorers.numbers import final_number
from workbench.scorers.numerals import numerals
from workbench.scorers.once import compiled
from workbench.scorers.reading import Reading
from workbench.scorers.sentences.normal import BOLD
from workbench.scorers.sentences.phrases import Verdict
from workbench.scorers.sentences.written import stands, written

_LONGEST_CONCLUSION: Final = 400
_SAYS_AGAIN: Final = frozenset(words(tuple(table()), "says_again", "namely", "restated"))
_NAMES_LABEL: Final = re.compile(r"(?<!\w)[A-J](?![\w'’])")
_RANGE: Final = re.compile(rf"(?<!\w)[A-J]\s?(?:–|{worded('up_to')})\s?[A-J](?!\w)")
_DENIED_OR_OPEN: Final = re.compile(
    rf"\s?{as_written('or_option')}\b|\s?{as_written('verbs_of_options')}?(?:\s|n['’]?t\s)?{as_written('denies_option')}\s"
    rf"|\s?{as_written('denies_with_verb')}"
)
"""What stands behind the text of an option that is denied, or is one of two: `iron is not`, `iron or`."""
_COMPARES: Final = re.compile(rf"{worded('than', codes=('en', 'ru'))}|{worded('although')}")
"""What a sentence goes on with that only sets something beside what it says: `which makes it hotter than Mercury`."""
_ENDS: Final = re.compile(rf"(?:[=:→]|{worded('is')})\s?([^=:→]{{1,60}}?)\W*\Z")
"""What a sentence ends on after an equals sign or a verb: `The ratio = 4.`"""


def text_at_start(text: str, options: Options) -> int | None:
    """The option whose text a text begins with, the longest of them."""
    plain = written(text)
    found = [
        (len(own), place)
        for place, option in enumerate(options.texts)
        if (own := written(option))
        and (plain == own or (plain.startswith(own) and not plain[len(own)].isalnum() and len(own) > 1))
    ]
    found.sort(reverse=True)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return None
    length, place = found[0]
    return None if _DENIED_OR_OPEN.match(plain[length : length + 12]) else place


def texts_inside(text: str, options: Options) -> list[int]:
    """The options whose text stands in a text, but for those that are only a part of a longer one there."""
    plain = written(text)
    found = [
        place
        for place, option in enumerate(options.texts)
        if _is_telling(own := written(option)) and stands(own, plain)
    ]
    return [
        p for p in found if not any(p != q and written(options.texts[p]) in written(options.texts[q]) for q in found)
    ]


def _is_telling(text: str) -> bool:
    """Whether a text is found by itself: not a single letter or digit, but a sign such as `π`."""
    return len(text) > 1 or bool(text and not text.isascii())


def without_texts(text: str, options: Options) -> str:
    """A sentence without the options' texts in which a letter stands, and without ranges of letters.

    The D of `vitamin D` is no label, nor is that of `options A to D`.
    """
    lettered = [each for each in options.texts if 1 < len(each) <= 120 and re.search(r"(?<!\w)[A-Ja-j](?!\w)", each)]
    text = _RANGE.sub(lambda match: "…" * len(match[0]), text)
    for each in sorted(lettered, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", lambda match: "…" * len(match[0]), text, flags=re.IGNORECASE)
    return text


def concluded(reading: Reading, options: Options) -> int | None:
    """The option whose text, and no other's, the last statement names after a word that concludes or chooses.

    >>> from workbench.scorers.reading import reading
    >>> options = Options(("A", "B", "C"), ("iron", "amber", "salt"))
    >>> concluded(reading("Iron is out, and so is salt. That leaves amber."), options)
    1
    """
    if not reading.statements:
        return None
    last = reading.statements[-1]
    text = reading.lower[last.start : last.end][-_LONGEST_CONCLUSION:]
    cues, denials = reading.patterns, compiled(rf"{reading.patterns.either('not')}|n['’]t")
    for cue in reversed(list(compiled(cues.either("so", "choose", "final")).finditer(text))):
        if cue[0] in _SAYS_AGAIN:
            continue
        tail = _COMPARES.split(text[cue.end() :])[0]
        inside = texts_inside(tail, options)
        if (
            len(inside) == 1
            and not denials.search(tail)
            and not _NAMES_LABEL.search(reading.words(last)[-_LONGEST_CONCLUSION:][cue.end() :][: len(tail)])
        ):
            return inside[0]
        if inside:
            return None
    ends = _ENDS.search(text)
    said = written(ends[1]) if ends and not denials.search(text[max(0, ends.start() - 8) : ends.start()]) else ""
    equal = [place for place, each in enumerate(options.texts) if said and written(each) == said]
    return equal[0] if len(equal) == 1 else None


def of_equal_value(reading: Reading, options: Options) -> int | None:
    """The option that is the number the answer gives, where all of them are numbers: `1.2 × 10³ J` is `1200 J`."""
    values = [found[0].value if len(found := numerals(each)) == 1 else None for each in options.texts]
    if None in values or len(set(values)) < len(values):
        return None
    pick = final_number(reading)
    if pick is None or pick.number is None:
        return None
    others = [place for place in texts_inside(reading.plain, options) if values[place] != pick.number.value]
    if others:
        return None
    return next((place for place, value in enumerate(values) if value == pick.number.value), None)


def by_text(reading: Reading, options: Options) -> Choice | None:
    """The option whose text the answer says, where it says only one, or says one in bold, at its start or its end."""
    bold = [
        place
        for span in reading.form.of_kind(BOLD)
        if (place := text_at_start(reading.text[span.start : span.end], options)) is not None
    ]
    if len(set(bold)) == 1:
        return named_option(bold[0], options, "bold", "in bold, by its text")
    verdicts = {
        place: Verdict.of(reading, text)
        for place, text in enumerate(options.texts)
        if len(written(text)) > 1 or len(reading.plain) < 20
    }
    said = [place for place, verdict in verdicts.items() if verdict.asserted]
    longer = [
        p
        for p in said
        if not any(p != q and stands(written(options.texts[p]), written(options.texts[q])) for q in said)
    ]
    strong = [p for p in longer if verdicts[p].strength >= 3]
    if len(longer) == 1:
        verdict = verdicts[longer[0]]
        others = any(
            verdict.mentioned and not verdict.denied for place, verdict in verdicts.items() if place != longer[0]
        )
        return named_option(
            longer[0], options, "option", "as the text of the option", sure=verdict.strength >= 2 and not others
        )
    if len(strong) == 1:
        return named_option(strong[0], options, "option", "as the text of the option", sure=False)
    return None
