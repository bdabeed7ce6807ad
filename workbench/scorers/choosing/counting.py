"""An option named by its place among them: `the third option`, `option 3`, 第三项; not where options are numbers."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.choosing.options import Choice, Options, named_option
from workbench.scorers.languages import as_written, either, table, words
from workbench.scorers.once import compiled
from workbench.scorers.reading import Reading
from workbench.scorers.sentences.denials import is_denied

_LONGEST: Final = 400
_NUMBERED: Final = r"(?P<digit>[1-9])(?!\d|[.,]\d)"


def counted(reading: Reading, options: Options) -> Choice | None:
    """The one option that the last statement, or the claim, names by its place and does not deny; None else.

    >>> from workbench.scorers.reading import reading
    >>> four = Options(("A", "B", "C", "D"), ("iron", "lead", "mercury", "tin"))
    >>> [counted(reading(text), four) for text in ("Not the second option.", "The first or the second option.")]
    [None, None]
    >>> counted(reading("La tercera opción es la correcta."), four).text
    'C'
    """
    if any(re.search(r"\d", text) for text in (*options.labels, *options.texts)) or not reading.statements:
        return None
    last = reading.statements[-1]
    text = reading.lower[last.start : last.end]
    if len(text) > _LONGEST:
        return None
    codes = reading.codes
    if reading.patterns.undecided.search(text) or reading.patterns.alternative.search(text):
        return None
    found = {place for place, start, end in _places(text, codes) if not is_denied(text, start, end, codes)}
    if len(found) != 1 or max(found) >= len(options.labels):
        return None
    return named_option(found.pop(), options, "option", "by its place among the options")


def _places(text: str, codes: tuple[str, ...]) -> list[tuple[int, int, int]]:
    """The options, counted from 0, that a lower-case text names by their places, and where."""
    pattern, ordinals = _patterns(codes)
    found = []
    for match in pattern.finditer(text):
        if match["digit"]:
            found.append((int(match["digit"]) - 1, match.start(), match.end()))
            continue
        said = match["before"] or match["after"]
        place = next(place for place, each in enumerate(ordinals) if compiled(each).fullmatch(said))
        found.append((place, match.start(), match.end()))
    return found


@lru_cache(64)
def _patterns(codes: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """What names an option by its place, and what each place is called."""
    names = [table()[code].get("ordinals", []) for code in codes]
    ordinals = tuple(
        "(?:" + "|".join(ordinals[place] for ordinals in names if place < len(ordinals)) + ")"
        for place in range(max(map(len, names)))
    )
    option = either(*words(codes, "option", "option_counters"))
    any_of = "|".join(ordinals)
    between = as_written("between_ordinal_and_option")
    return re.compile(
        rf"(?<!\w)(?P<before>{any_of}){between}?{option}|{option}\s?(?:(?P<after>{any_of})(?!\w)|"
        rf"(?:{as_written('label_number')}\s?)?{_NUMBERED})"
    ), ordinals
