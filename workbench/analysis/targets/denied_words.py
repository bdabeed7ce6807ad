"""A no before the word for it: where a thought denies what the question asks whether it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.concluding import CONCLUDES, is_of_another_language
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED, table

if TYPE_CHECKING:
    from workbench.analysis.thoughts.text import Thought

_POLAR: Final = frozenset(
    word for lists in table().values() for key in ("yes", "no", "true", "false") for word in lists.get(key, ())
)
_YES: Final = frozenset(word for lists in table().values() for word in lists.get("yes", ()))
_MOST_CHARACTERS_BACK: Final = 160
_NO: Final = re.compile(rf"(?:{around('says_no')})\Z")
_FALSE: Final = re.compile(rf"(?:{around('says_false')})\Z")
_ASKS_WHETHER: Final = re.compile(rf"(?:\A|[.!?:\n]\s*)¿?{around('asks_whether')}(?!\w)|{around('yes_or_no')}")
_ASKS_WHICH: Final = re.compile(rf"(?<!\w){around('which')}(?!\w)")
DENIAL: Final = rf"(?<!\w)(?:{around('denies_an_adjective')}|[a-z]+n['’]t)\s"
"""A word that denies what stands behind it."""
_DENIED: Final = rf"(?P<denied>{DENIAL}(?P<what>[^.!?\n;,]{{0,60}}))"
_CONCLUDES: Final = re.compile(
    rf"(?:\A|[.!?;:\n—–][\"”’)]*\s*|(?:→|=>)\s*|,\s*(?!not\s))"
    rf"(?:{around('concludes')}(?!\w),?[^.!?\n;]{{0,60}}?\s)?"
    rf"{_DENIED}"
)
_SAYS: Final = re.compile(_DENIED)
_FAR: Final = re.compile(rf"(?<!\w){around('concludes')}(?!\w),?[^.!?\n;,]{{0,60}}?\s{_DENIED}")
_CONCLUDED: Final = re.compile(
    rf"(?:\A|[.!?;:\n][\"”’)]*\s*|,\s){around('concludes')},?\s(?P<subject>[^.!?;:\n,]{{0,60}}?)(?<!\w)"
    rf"(?:do|does|did|(?P<auxiliary>{around('asks_whether')}))\s(?P<said>[^.!?;:\n,]{{3,60}})(?=[.!;,\n])"
)
_FIRST_VERB: Final = re.compile(rf"\A\W*({around('verbs_asked_first')})(?!\w)")
"""The verb that a question begins with, where denials stand behind it: *Darf er …?*, *er darf das nicht*."""
_UNSPACED: Final = re.compile(
    rf"(?P<follows>{around('denies_what_follows')}(?P<behind>[^\W_]{{1,12}}))"
    rf"|(?P<before>[^\W_]{{2,12}}?){around('denies_what_stands_before')}"
)
"""A denial in a script without blanks: 不是质数, 素数ではない, 소수가 아니다."""
_PARTICLES: Final = frozenset("はがもをの은는이가")
_CALLED_FALSE: Final = re.compile(
    rf"(?<!\w){around('statement')}\s(?:(?:does|{around('is_said', 'is_what')})\s(?:{around('a')}\s)?)?"
    rf"({around('is_false')})(?!\w)"
    rf"|({around('is_false_unspaced')})"
)
"""What is said of a statement that is not so: *the claim is a myth*, 不正确."""
FOLLOWS: Final = re.compile(rf"(?<!\w){around('follows')}")
"""What a question for a conclusion asks."""
_SENTENCE_ENDS: Final = re.compile(r"[.!?。！？](?!\d)\s*|\n+")
_WORDS: Final = re.compile(r"[^\W\d_]{3,}")
_NUMBERS: Final = re.compile(r"\d+")
_SHARED: Final = 4
_OF_IT: Final = re.compile(rf"(?:\w+\s)?{around('denied_of_it')}(?!\w)")
_SUBJECT: Final = re.compile(r"(?:\A|[.!?;:\n,—–]|→|=>)([^.!?;:\n,—–]{0,60})\Z")
"""What a denial is said of, in its clause."""
_ITEM: Final = re.compile(r"(?<![\w.])\d[\d.,]*\s?[:)]\s*\Z")
_DETERMINES: Final = re.compile(rf"\s(?!{around('behind_a_no')}\s)([a-z]{{3,}})")
"""A noun that a no belongs to."""


def is_no(target: str) -> bool:
    """Whether a target is a no, in some language.

    >>> is_no("No"), is_no("nein"), is_no("none")
    (True, True, False)
    """
    return _NO.match(target.strip().lower()) is not None


def is_false(target: str) -> bool:
    """Whether a target says that a statement is not so: a no, or *false*.

    >>> is_false("False"), is_false("true")
    (True, False)
    """
    return is_no(target) or _FALSE.match(target.strip().lower()) is not None


def is_yes(target: str) -> bool:
    """Whether a target is a yes, in some language.

    >>> is_yes("Yes"), is_yes("true")
    (True, False)
    """
    return target.strip().lower() in _YES


def is_polar(target: str) -> bool:
    """Whether a target is a yes, a no, or a word for what is true or false.

    >>> is_polar("True"), is_polar("Paris")
    (True, False)
    """
    return target.strip().lower() in _POLAR


def is_no_answer(thought: Thought, start: int, end: int) -> bool:
    """Whether a no answers nothing: it belongs to a noun, or to one of several cases that are gone through.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> thought = Thought("There was no contact. 2: no, odd. So no.", ("en",), "Did they trade?")
    >>> [is_no_answer(thought, at, at + 2) for at in (10, 25, 37)]
    [True, True, False]
    """
    noun = _DETERMINES.match(thought.lower, end)
    is_of_noun = noun is not None and (noun[1][:_SHARED] not in thought.asked or asks_what_follows(thought))
    return is_of_noun or _ITEM.search(thought.lower, max(0, start - 12), start) is not None


def asks_what_follows(thought: Thought) -> bool:
    """Whether a question asks for a conclusion: what is denied of its premises is no answer then.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> asks_what_follows(Thought("", ("en",), "No a is b. Does it follow that no b is a?"))
    True
    """
    return FOLLOWS.search(thought.asked) is not None


def denials(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, shortly before a no is said, a sentence denies a word of the question: *so it is not prime*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "51 is 3 times 17, so it is not prime. No."
    >>> [said[start:end] for start, end in denials(Thought(said, ("en",), "Is 51 prime?"), said.index("No."))]
    ['not prime']
    """
    if _ASKS_WHICH.search(thought.asked) and not _ASKS_WHETHER.search(thought.asked):
        return []
    lower = thought.lower
    begin = max(0, place - _MOST_CHARACTERS_BACK)
    asked = _WORDS.findall(thought.asked)
    last = _last_sentence(lower, place)
    found = [
        denial.span("denied")
        for pattern, since in ((_CONCLUDES, begin), (_SAYS, last))
        for denial in pattern.finditer(lower, since, place)
        if not is_of_another_language(denial[0].strip(" .!?;:,\n—–").partition(" ")[0], thought.codes)
        if any(_is_asked(word, asked) for word in _WORDS.findall(denial["what"]))
        or _is_denied_of_it(lower, denial, asked)
    ]
    found += [
        denial.span("denied")
        for denial in _FAR.finditer(lower, 0, place)
        if not is_of_another_language(denial[0].partition(" ")[0], thought.codes)
        if _is_all_asked(denial["what"], thought) or _is_denied_of_it(lower, denial, asked)
    ]
    verb = _FIRST_VERB.search(thought.asked)
    if verb is not None:
        again = re.compile(rf"(?<!\w){verb[1]}\s[^.!?;,\n]{{0,60}}?{around('denied_behind_its_verb')}\s?[.!,;\n]")
        found += [(denial.start(), denial.end() - 1) for denial in again.finditer(lower, 0, place)]
    if UNSPACED.search(lower, begin, place):
        found += _unspaced(thought, last, place)
        for lead in CONCLUDES.finditer(lower, 0, last):
            stop = _SENTENCE_ENDS.search(lower, lead.end(), last)
            found += _unspaced(thought, lead.end(), stop.end() if stop else last)
    return list(dict.fromkeys(found))


def affirmations(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, before a yes is said, a sentence concludes the question's own words: *so it can be frozen*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "Frost does it no harm. So rye bread can be frozen. Yes."
    >>> [said[start:end] for start, end in affirmations(Thought(said, ("en",), "Can rye bread be frozen?"), 51)]
    ['can be frozen']
    """
    asked = _WORDS.findall(thought.asked)
    found = []
    for clause in _CONCLUDED.finditer(thought.lower, 0, place):
        words = _WORDS.findall(clause["subject"] + clause["said"])
        if words and all(_is_asked(word, asked) for word in words) and not _SAYS.search(clause[0]):
            found.append(
                (clause.start("auxiliary") if clause["auxiliary"] else clause.start("said"), clause.end("said"))
            )
    return found


def _unspaced(thought: Thought, begin: int, end: int) -> list[tuple[int, int]]:
    """Where a sentence in a script without blanks denies what is asked."""
    lower, asked, found = thought.lower, thought.asked, []
    for denial in _UNSPACED.finditer(lower, begin, end):
        start = denial.start()
        if denial["behind"]:
            first = start + 1  # 不会飞 where 会飞 is asked
            if lower[start - 1 : start] != lower[first] and _is_shared(lower[first : denial.end()], asked):
                found.append((start, denial.end()))
            continue
        pairs = [
            at
            for at in range(start, denial.end("before") - 1)
            if lower[at : at + 2] in asked and not set(lower[at : at + 2]) & _PARTICLES
        ]
        if pairs:
            first = pairs[-1]
            while first > start and lower[first - 1] not in _PARTICLES and lower[first - 1 : first + 1] in asked:
                first -= 1
            found.append((first, denial.end()))
    return found


def _is_shared(said: str, asked: str) -> bool:
    return any(said[at : at + 2] in asked for at in range(len(said) - 1))


def called_false(thought: Thought, place: int) -> list[tuple[int, int]]:
    """Where, right before a no or *false*, a statement is said not to be so: *the claim is a myth*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "Nobody saw it. The story is a myth. So it is false."
    >>> [said[start:end] for start, end in called_false(Thought(said), said.index("false"))]
    ['myth']
    """
    last = _last_sentence(thought.lower, place)
    return [called.span(1 if called[1] else 2) for called in _CALLED_FALSE.finditer(thought.lower, last, place)]


def _last_sentence(lower: str, place: int) -> int:
    """Where the sentence before a place begins, or what of it is looked at."""
    begin = max(0, place - _MOST_CHARACTERS_BACK)
    stops = [stop.end() for stop in _SENTENCE_ENDS.finditer(lower, begin, place)]
    return stops[-2] if len(stops) > 1 else begin


def _is_denied_of_it(lower: str, denial: re.Match[str], asked: list[str]) -> bool:
    """Whether something the question is about is said not to be possible, true or enough: *the sheet won't fit*."""
    if not _OF_IT.match(denial["what"]):
        return False
    subject = _SUBJECT.search(lower, max(0, denial.start("denied") - 60), denial.start("denied"))
    return subject is not None and any(_is_asked(word, asked) for word in _WORDS.findall(subject[1])[-2:])


def _is_all_asked(said: str, thought: Thought) -> bool:
    """Whether what is denied begins with a word of the question, and holds no number that the question lacks."""
    asked = _WORDS.findall(thought.asked)
    words = _WORDS.findall(said)
    return (
        bool(words) and _is_asked(words[0], asked) and all(number in thought.asked for number in _NUMBERS.findall(said))
    )


def _is_asked(word: str, asked: list[str]) -> bool:
    return any(
        word[:_SHARED] == other[:_SHARED] or (len(other) < _SHARED and word.startswith(other)) for other in asked
    )
