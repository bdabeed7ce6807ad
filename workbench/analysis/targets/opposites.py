"""A yes or a no that is only concluded: by the opposite of what the question asks, or in the question's own words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.analysis.targets.concluding import CONCLUDES, is_of_another_language
from workbench.analysis.targets.denied_words import DENIAL, FOLLOWS
from workbench.analysis.targets.option_words import among, words_at
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_LONGEST_CLAUSE: Final = 90
_MOST_CHARACTERS_BACK: Final = 160
_FEWEST_WORDS: Final = 2
_MOST_WORDS_OF_A_POSSIBILITY: Final = 6
_LONGEST_VERDICT: Final = 40
_ENDING: Final = 4
_CLAUSE_ENDS: Final = re.compile(rf"[.!](?!\d)|[?;:,\n。，；：！？、—–]|\s{around('ends_a_clause')}(?!\w)")
_LINKS: Final = re.compile(rf"\s{around('and')}\s")
"""Between two clauses of which the second may be what is concluded."""
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?!\d)\s*|[。！？\n]+\s*")
_ASKS: Final = re.compile(r"[^.!?。！？\n]*[?？]|\A[^?？]*\Z")
_THAT: Final = re.compile(rf"(?:{around('that')}\s)?(?:(?:[a-z]+ly|indeed|then|yes),?\s)?")
_DENIES: Final = re.compile(
    rf"(?<!\w)(?:{around('denies_an_adjective')}|neither|nor)(?!\w)|n['’]t(?!\w)|{around('denies_unspaced')}"
)
_DOUBTS: Final = re.compile(rf"(?<!\w){around('if', 'supposing', 'doubts_a_clause')}(?!\w)|{around('if_unspaced')}")
_OF_ALL: Final = re.compile(rf"(?<!\w){around('of_all')}(?!\w)|{around('of_all_unspaced')}")
"""What asks of all things of a kind: the opposite of one of them, or of some, says nothing yet."""
_AUXILIARY: Final = re.compile(rf"(?<!\w)(?:(?P<does>do|does|did)|{around('asks_whether')})(?!\w)")
_DENIAL: Final = re.compile(DENIAL)
_THAN: Final = re.compile(rf"(?<!\w){around('than')}(?!\w)")
_SHARED: Final = 4
_EMPTY: Final = frozenset((*listed_around("empty_of_sense"), *listed_around("asks_whether")))


class _Pair(NamedTuple):
    """What a question says, as a pattern, and its opposite; whether one thing is set beside another by it."""

    same: re.Pattern[str]
    other: re.Pattern[str]
    compared: bool


@lru_cache(1)
def _table() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("opposites.toml").read_text(encoding="utf-8"))


def _listed(key: str, codes: tuple[str, ...]) -> list[str]:
    return [word for code in codes for word in _table()[key].get(code, ())]


def _pattern(forms: str) -> str:
    found = []
    for form in forms.split(","):
        if UNSPACED.search(form):
            found.append(re.escape(form))
        elif form.startswith("/"):
            found.append(rf"(?<!\w){re.escape(form[1:])}(?!\w)")
        else:
            found.append(rf"(?<!\w){re.escape(form)}\w{{0,{_ENDING}}}(?!\w)")
    return "|".join(found)


@lru_cache(64)
def _pairs(codes: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """Both sides of each pair, as they are listed, and whether it compares."""
    return tuple(
        (line.partition("=")[0], line.partition("=")[2], compared)
        for key, compared in (("words", False), ("compared", True))
        for line in _listed(key, codes)
    )


@lru_cache(256)
def _asked(question: str) -> str:
    """The sentence of a question that asks, in lower case; all of it where none does."""
    found = _ASKS.findall(question.lower())
    return str(found[-1]) if found else question.lower()


@lru_cache(256)
def _of_question(asked: str, codes: tuple[str, ...]) -> tuple[_Pair, ...]:
    """The pairs of which a question says one side, and not both."""
    found = []
    for one, other, compared in _pairs(codes):
        if not any(form.lstrip("/") in asked for form in f"{one},{other}".split(",")):
            continue  # few are: the others' patterns are not needed
        first, second = re.compile(_pattern(one)), re.compile(_pattern(other))
        has = (first.search(second.sub(" ", asked)), second.search(first.sub(" ", asked)))
        if has[0] and not has[1]:
            found.append(_Pair(first, second, compared))
        elif has[1] and not has[0]:
            found.append(_Pair(second, first, compared))
    return tuple(found)


@lru_cache(256)
def _words(asked: str) -> tuple[str, ...]:
    words = {said.word for said in words_at(asked, 0, len(asked))} - _EMPTY
    return tuple(word for word in words if len(word) > 2 or word.isdigit())


def concluded(thought: Thought, place: int, *, yes: bool) -> list[tuple[int, int]]:
    """Where, before a yes or a no is said, a clause concludes as much without the word.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "13 times 17 is 221, so it's composite. No."
    >>> thought = Thought(said, ("en",), "Is 221 a prime number?")
    >>> [said[start:end] for start, end in concluded(thought, said.index("No."), yes=False)]
    ["it's composite"]
    """
    asked = _asked(thought.question)
    pairs = () if _OF_ALL.search(asked) else _of_question(asked, thought.codes)
    found = []
    may_say = yes or pairs or _asks_whether_it_can(asked, thought.codes)
    for start, end, leads in _clauses(thought, place) if may_say else ():
        clause = thought.lower[start:end]
        if _DOUBTS.search(clause):
            continue
        told = [pair for pair in pairs if leads or not pair.compared]
        says = _by_opposites(clause, asked, told, thought.codes)
        if says is None and yes and leads and not thought.lower.startswith(":", end):
            says = _by_own_words(clause, asked, thought.codes)
        if says is None and not yes and leads and _asks_whether_it_can(asked, thought.codes):
            says = None if not _cannot_be(thought.codes).search(clause) or len(clause) > _LONGEST_VERDICT else False
        if says is yes:
            verb = _AUXILIARY.search(clause) if not _can_be(thought.codes).search(clause) else None
            found.append((start + (verb.end("does") + 1 if verb["does"] else verb.start()) if verb else start, end))
    return found if yes else [*found, *_denied(thought, asked, place)]


def _denied(thought: Thought, asked: str, place: int) -> Iterator[tuple[int, int]]:
    """Where a clause denies what is asked in the question's own words, be it concluded or not."""
    lower, codes = thought.lower, thought.codes
    logical = FOLLOWS.search(asked)
    for denial in _DENIAL.finditer(lower, 0, place):
        begin = max(0, denial.start() - _LONGEST_CLAUSE)
        begin = max([begin, *(stop.end() for stop in _CLAUSE_ENDS.finditer(lower, begin, denial.start()))])
        stop = _CLAUSE_ENDS.search(lower, denial.end(), min(place, denial.end() + _LONGEST_CLAUSE))
        if stop is None or stop[0] in "?？" or _DOUBTS.search(lower, _sentence(lower, begin), stop.start()):
            continue
        said = _content(lower[denial.end() : stop.start()], codes)
        subject = [word.word for word in words_at(lower, begin, denial.start())]
        known = _words(asked)
        if (
            said
            and all(_is_said(word, known) for word in said)
            and all(_is_said(word, known) for word in _content(" ".join(subject), codes))
            and (any(word in _pronouns(codes) for word in subject) or any(_is_said(word, known) for word in subject))
            and (not logical or FOLLOWS.search(lower, denial.end(), stop.start()))
        ):
            yield denial.start(), stop.start()


def _sentence(lower: str, place: int) -> int:
    """Where the sentence of a place begins."""
    return max(lower.rfind(sign, max(0, place - _MOST_CHARACTERS_BACK), place) for sign in ".!?\n:;") + 1


def _content(text: str, codes: tuple[str, ...]) -> list[str]:
    """The words of a text that say something."""
    words = [said.word for said in words_at(text, 0, len(text))]
    return [word for word in words if (len(word) > 2 or word.isdigit()) and word not in _beside(codes)]


def _clauses(thought: Thought, place: int) -> Iterator[tuple[int, int, bool]]:
    """Clauses before a place that a word leads to, and the last sentence there; the third says which."""
    lower = thought.lower
    for lead in CONCLUDES.finditer(lower, 0, place):
        if is_of_another_language(lead[0], thought.codes):
            continue
        start, end = _clause(lower, lead.end(), place)
        yield start, end, True
        for link in _LINKS.finditer(lower, start, end):
            yield link.end(), end, True
    begin = max(0, place - _MOST_CHARACTERS_BACK)
    stops = [stop.end() for stop in _SENTENCE_ENDS.finditer(lower, begin, place)]
    if len(stops) > 1 and not CONCLUDES.search(lower, stops[-2], place):
        yield (*_clause(lower, stops[-2], place), False)


def _clause(lower: str, start: int, limit: int) -> tuple[int, int]:
    start = _end_of(_THAT.match(lower, start), start)
    limit = min(limit, start + _LONGEST_CLAUSE)
    stop = _CLAUSE_ENDS.search(lower, start, limit)
    end = stop.start() if stop else limit
    return (start, start) if stop is not None and stop[0] in "?？" else (start, end)


def _end_of(match: re.Match[str] | None, place: int) -> int:
    return place if match is None else match.end()


def _by_opposites(clause: str, asked: str, pairs: Sequence[_Pair], codes: tuple[str, ...]) -> bool | None:
    """What a clause says of the question by a word of it, or by that word's opposite."""
    for pair in pairs:
        other = pair.other.search(clause)
        same = pair.same.search(pair.other.sub(" ", clause))
        both = other is not None and same is not None and not UNSPACED.search(clause)
        neither = other is None and not (pair.compared and same is not None)
        if both or neither or not _is_about(clause, asked, pair, codes):
            continue
        denied = _DENIES.search(pair.other.sub(" ", clause)) is not None
        if not pair.compared:
            return denied
        turned = _is_turned(clause, asked, pair, codes)
        if turned is not None and not denied:
            return (other is None) != turned
    return None


def _is_about(clause: str, asked: str, pair: _Pair, codes: tuple[str, ...]) -> bool:
    """Whether a clause speaks of what the question asks about: it names it, or stands for it with a pronoun."""
    if UNSPACED.search(clause):
        return True
    rest = pair.same.sub(" ", asked)
    said = [word.word for word in words_at(clause, 0, len(clause))]
    named = {word.word for word in words_at(rest, 0, len(rest))} - _EMPTY
    return any(word in _pronouns(codes) or word in named for word in said[:_FEWEST_WORDS]) or any(
        among(word, _words(rest)) for word in said if len(word) > 2 or word.isdigit()
    )


def _is_turned(clause: str, asked: str, pair: _Pair, codes: tuple[str, ...]) -> bool | None:
    """Whether a clause sets the second thing of a question beside the first; None where that is not told."""
    mark, said = pair.same.search(asked), pair.same.search(clause) or pair.other.search(clause)
    if mark is None or said is None:
        return None
    than = _THAN.search(asked, mark.end())
    first = _words(asked[: mark.start()])
    second = _words(asked[than.end() if than else mark.end() :])
    subject = [word.word for word in words_at(clause, 0, said.start())]
    firsts = [word for word in subject if among(word, first) and not among(word, second)]
    seconds = [word for word in subject if among(word, second) and not among(word, first)]
    if not firsts and not seconds and any(word in _pronouns(codes) for word in subject):
        behind = [word.word for word in words_at(clause, said.end(), len(clause))]
        return _THAN.search(clause) is None and any(among(word, second) for word in behind) and than is not None
    return None if bool(firsts) == bool(seconds) else bool(seconds)


@lru_cache(64)
def _pronouns(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_listed("pronouns", codes))


@lru_cache(64)
def _beside(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*_listed("beside", codes), *_pronouns(codes)))


@lru_cache(64)
def _can_be(codes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, _listed("can_be", codes))) or r"(?!)")


@lru_cache(64)
def _cannot_be(codes: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_pattern, _listed("cannot_be", codes))) or r"(?!)")


@lru_cache(256)
def _asks_whether_it_can(asked: str, codes: tuple[str, ...]) -> bool:
    """Whether a question asks if something can be."""
    return re.search("|".join(map(_pattern, _listed("asks_for_can", codes))) or r"(?!)", asked) is not None


def _by_own_words(clause: str, asked: str, codes: tuple[str, ...]) -> bool | None:
    """A yes where a clause has none but words of the question, or says that what it asks can be; else None."""
    if _DENIES.search(clause):
        return None
    words = [said.word for said in words_at(clause, 0, len(clause))]
    if _can_be(codes).search(clause) and len(words) <= _MOST_WORDS_OF_A_POSSIBILITY:
        return True
    known = _words(asked)
    if UNSPACED.search(clause):
        return True if len(words) > _FEWEST_WORDS and all(word in asked for word in words) else None
    content = _content(clause, codes)
    if not content or not all(_is_said(word, known) for word in content):
        return None
    return True if len(content) >= _FEWEST_WORDS or _pronouns(codes) & set(words[:2]) else None


def _is_said(word: str, known: tuple[str, ...]) -> bool:
    return among(word, known) or (len(word) > _SHARED and any(word[:_SHARED] == other[:_SHARED] for other in known))
