"""Whether an answer says a short text as its answer: at the end of a sentence, as its subject, in bold; or denies it.

A mention is no answer where it is denied (*not X*, *X is wrong*), one of two (*X or Y*), in a question, somebody
else's, in brackets, or followed by *but* and something else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, either, table, worded, words
from workbench.scorers.once import Compiled
from workbench.scorers.reading import Reading, Sentence
from workbench.scorers.sentences.doubts import is_second_of_two
from workbench.scorers.sentences.normal import BOLD, BOX, TAG, Span
from workbench.scorers.sentences.written import ARTICLE, EDGES, FOLD, mention_patterns, stands, written

_FOLD_WORDS: Final = {key: value for key, value in FOLD.items() if key > 127 or key == ord("-")}
_ARTICLES: Final = rf"(?:{worded('before_mention')}\s){{0,3}}(?:[^\W\d_]{{1,4}}['’])?"
_ITEM: Final = r"[^\s,;.:：，、。]+(?:\s[^\s,;.:：，、。]+)?"
"""One of several things in a list."""
_READ_AT_EACH_END: Final = 6
"""Statements at the beginning and at the end in which mentions are looked for."""
_MOST_HITS: Final = 8
_THE: Final = as_written("definite_article")
_HIGH: Final = re.compile(rf"{as_written('denying_prefixes')}\Z|{as_written('name_prefixes')}[\s-]\Z")
_NO_DENIAL: Final = re.compile(rf"{worded('no_denial')}\b")
_SUBJECT_ENDS: Final = re.compile(r"[,;:]\s|\.\s|\s[–—]\s|[，；：]")
_EVERY: Final = tuple(table())
_AGAINST: Final = re.compile(either(*words(_EVERY, "turn")))
_STATES: Final = re.compile(rf"{worded('states')}|[:=]")
_RELATION: Final = re.compile(
    rf"(?:{either(*words(('ru', 'ar'), 'relation'))}\s(?:[\w.]+\s){{0,2}}"
    rf"|{either(*words(_EVERY, 'relation'))}\s(?:{as_written('of_whom')}\s|{as_written('of_whom_elided')})(?:{_THE}\s)?"
    rf"|\b{as_written('parts_of_places')}\s{as_written('of_whom')}\s(?:{_THE}\s)?)\Z"
)
_DEGREE: Final = re.compile(rf"{either(*words(_EVERY, 'degree'))}\s?(?:{as_written('indefinite_article')}\s)?\Z")
_SUBORDINATE_WORDS: Final = either(*words(_EVERY, "although"))
_SUBORDINATE: Final = re.compile(r"\W*" + either(*words(_EVERY, "although", "before_main")))
_REASON: Final = re.compile(rf"\w{{3,}},\s(?:{'|'.join(map(re.escape, words(_EVERY, 'reason')))})\s[^,]*\Z")
_OF_IT: Final = re.compile(
    rf"['’]s?\s(?:\w+\s)?{either(*words(('en',), 'relation'))}|['’]s\s\w+,|"
    rf"{as_written('genitive', codes=('ja', 'zh'))}(?:{'|'.join(words(('ja', 'zh'), 'relation'))})"
    rf"|{as_written('genitive', codes=('ko',))}\s(?:{'|'.join(words(('ko',), 'relation'))})"
)
_IS_RELATED: Final = re.compile(
    rf"\s?{either(*words(_EVERY, 'is'))}\s?{either(*words(_EVERY, 'possessives'))}\s?(?:[^\s,;.]+\s)?"
    rf"(?:{'|'.join(map(re.escape, words(_EVERY, 'relation')))})"
)
"""After a name: `Rossi was his teacher`, which says something of somebody else."""
_OBJECT_OF: Final = re.compile(rf"{worded('object_of')}\Z")
_ASKS_SECOND: Final = re.compile(either(*words(_EVERY, "second")))
_NEXT: Final = "|".join(re.escape(word) for word in words(_EVERY, "second_place"))
_SECOND: Final = re.compile(rf"[^,;.。，；]{{0,12}}?(?:{_NEXT})")
"""After a name: it comes next, and is not what is asked for, but where a question asks for the second."""
_ITS_OWN: Final = re.compile(rf"{as_written('its_own')}\W*\Z")
_ONE_OF: Final = re.compile(rf"\W*{as_written('one_of')}\Z")
_APPOSED_ONE_OF: Final = re.compile(rf"\w,\s{as_written('one_of_apposed')}\Z")
_THEN_TO: Final = re.compile(rf"{worded('then_to')}\Z")
_AS: Final = re.compile(rf"{as_written('as_it_is')}\s['\"„“«]?\Z")
_SOONER: Final = re.compile(worded("sooner"))
_AS_MUCH_AS: Final = re.compile(rf"{worded('as_much_as')}\s(?:{worded('before_mention')}\s)?\Z")
_LATER: Final = re.compile(
    rf"\s?{as_written('topic_marks', codes=('ja', 'ko'))}(?=\s?\S)[^.。!?]{{0,60}}?{as_written('denied_at_end')}\W*\Z"
)
_NOT_BUT: Final = re.compile(worded("but_rather"))
_OR_BETTER: Final = re.compile(rf"['\"]?,?\s?{worded('or_better')}")
_YIELDING: Final = re.compile(rf"[,;]\s?{_SUBORDINATE_WORDS}[^,;]*\Z")
_APPOSITION: Final = re.compile(rf", {worded('apposes')}(?!\w)")
_NAMED_SO: Final = re.compile(as_written("named_so"))
_RELATED: Final = re.compile(rf",\s{worded('relative_pronouns')}\s[^,]*\Z")
_RELATIVE: Final = re.compile(rf"\W*(?:\(|,|;|–|—|:|{worded('goes_on_after')}|，|、|（|\(\d)")
_NOT_TURNED: Final = re.compile(rf"[,\s]*{worded('denies_turn')}")


@dataclass(frozen=True)
class Verdict:
    """How an answer treats a text: asserted or not, how strongly (0 to 4), denied, undecided, and where it stands."""

    asserted: bool
    strength: int = 0
    denied: bool = False
    undecided: bool = False
    mentioned: bool = False
    evidence: str = "none"
    where: str = ""
    sure: bool = True

    @classmethod
    def of(cls, reading: Reading, target: str, *, question: str = "") -> Verdict:
        """Judge every mention of a text in an answer, and take the strongest that counts."""
        found = mention_patterns(target, reading.codes)
        if found is None:
            return cls(False)
        echoed = bool(question) and stands(written(target), written(question[:2_000]))
        verdict = _judged(reading, found, echoed, _ASKS_SECOND.search(question[:2_000].lower()) is not None)
        if verdict.asserted and verdict.strength < 4 and is_second_of_two(reading, found[0], question):
            return cls(False, verdict.strength, undecided=True, mentioned=True, sure=verdict.strength < 3)
        return verdict


@dataclass(frozen=True)
class _Mention:
    sentence: Sentence
    strength: int


def _judged(
    reading: Reading, target: tuple[re.Pattern[str], re.Pattern[str] | None], echoed: bool, second: bool
) -> Verdict:
    statements = [s for s in reading.sentences if s.start >= reading.since and s.role in ("", "half")] or [
        s for s in reading.sentences if s.role != "question"
    ]
    folded = reading.folded
    if not any(pattern is not None and pattern.search(folded) for pattern in target):
        return Verdict(False)
    mentions, states = _mentions(reading, statements, folded, target, echoed, second)
    if not mentions and not states and _is_said_by_others(reading, statements):
        return Verdict(False, mentioned=True)
    return _verdict(reading, statements, max(mentions, key=lambda each: each.strength, default=None), states)


def _is_said_by_others(reading: Reading, statements: list[Sentence]) -> bool:
    """Whether a text that no statement mentions is what others say of a short answer: `Many think X, but it is Y`."""
    kept = {sentence.role for sentence in reading.sentences if sentence not in statements}
    return kept == {"other"} and len(statements) <= _READ_AT_EACH_END


def _mentions(
    reading: Reading,
    statements: list[Sentence],
    folded: str,
    target: tuple[re.Pattern[str], re.Pattern[str] | None],
    echoed: bool,
    second: bool,
) -> tuple[list[_Mention], set[str]]:
    """How strongly the first and last statements say a text, and the states of its mentions that say it not."""
    bolds = [span for span in reading.form.spans if span.kind in (BOLD, BOX, TAG) and span.start >= reading.since]
    turned = len(statements) > 1 and _turned(reading, statements[1:])
    mentions: list[_Mention] = []
    states: set[str] = set()
    many = len(statements)
    for number, sentence in enumerate(statements):
        if _READ_AT_EACH_END <= number < many - _READ_AT_EACH_END:
            continue
        text = folded[sentence.start : sentence.end]
        for weaker, pattern in enumerate(target):
            hits = list(pattern.finditer(text)) if pattern is not None else []
            for hit in hits[:_MOST_HITS]:
                start, end = hit.span(1)
                state, strength = _mention(reading, sentence, text, start, end)
                if not second and _SECOND.match(text[end : end + 60]):
                    state = "denied"
                states.add(state)
                if state:
                    continue
                marked = _is_marked(sentence.start + start, sentence.start + end, bolds)
                strength = _in_bold(strength, sentence, bolds, marked)
                if echoed and strength < 4 and start < 4 and not marked:
                    strength -= 1
                if 0 < number < many - 1 and not marked:
                    strength -= 1
                if number == 0 and turned:
                    strength -= 3
                mentions.append(_Mention(sentence, strength - weaker))
            if hits:
                break
    return mentions, states


def _is_marked(start: int, end: int, bolds: list[Span]) -> bool:
    """Whether a mention is what stands in bold, in a box or a tag, and hardly anything beside it."""
    return any(span.start <= start and end <= span.end and span.end - span.start <= (end - start) + 6 for span in bolds)


def _in_bold(strength: int, sentence: Sentence, bolds: list[Span], marked: bool) -> int:
    if marked:
        return max(strength, 3) + 1
    beside = any(sentence.start <= span.start < sentence.end and span.kind == BOLD for span in bolds)
    return strength - 2 if beside and len(bolds) < 4 else strength


def _verdict(reading: Reading, statements: list[Sentence], best: _Mention | None, states: set[str]) -> Verdict:
    """What the strongest mention is worth beside those that deny the text or leave it open."""
    denied, undecided = "denied" in states, "undecided" in states
    if best is None or best.strength < 1:
        return Verdict(False, 0, denied, undecided, True, sure=denied or undecided)
    single = len(statements) <= 2
    if undecided and best.strength < 4:
        return Verdict(False, best.strength, denied, True, True, sure=best.strength < 3)
    if denied and best.strength < 3:
        return Verdict(False, best.strength, True, undecided, True, sure=False)
    wavers = reading.patterns.undecided.search(reading.lower, best.sentence.start, best.sentence.end)
    if reading.open and (best.strength < 4 or wavers) and not reading.claims:
        return Verdict(False, best.strength, denied, True, True, sure=True)
    sure = (best.strength >= 3 or (best.strength >= 2 and single)) and (
        best.strength >= 4 or len(statements) == 1 or best.sentence is statements[0]
    )
    if len(reading.sentences) == 1 and best.strength >= 4:
        evidence = "whole"
    elif single:
        evidence = "sentence"
    else:
        evidence = "last" if best.sentence is statements[-1] else "first"
    where = "as what a sentence says"
    return Verdict(best.strength >= 2 or single, best.strength, denied, undecided, True, evidence, where, sure)


def _turned(reading: Reading, later: list[Sentence]) -> bool:
    return any(_AGAINST.match(reading.lower[s.start : s.end].lstrip("\"'( ")) for s in later[:2])


@lru_cache(64)
def _forms(codes: tuple[str, ...]) -> Compiled:
    """What stands before and after a mention, by what it makes of it; over folded lower-case text."""

    def folded(*keys: str) -> str:
        found = {word.translate(_FOLD_WORDS) for word in words(codes, *keys)}
        return either(*sorted(found, key=lambda word: (-len(word), word)))

    return Compiled({**_denials(folded), **_openings(folded, codes), **_statings(folded, codes)})


def _of_all(key: str) -> str:
    """The words of every language under a key, as they stand in folded text."""
    return either(*dict.fromkeys(word.translate(_FOLD_WORDS) for word in words(_EVERY, key)))


def _denials(folded: Callable[..., str]) -> dict[str, str]:
    return {
        "not": (rf"(?:{folded('not')}\s?(?:{folded('is')}\s)?|n't\s){_ARTICLES}['\"“«「『]?\Z"),
        "not_wide": (rf"(?:{worded('not_far')}|n't)(?:\s[^\s,;:.]+){{0,4}}\s['\"“«]?\Z"),
        "instead": (rf"{folded('instead')}(?:\s|(?<=[\u3040-\u9fff])){_ARTICLES}['\"“«]?\Z"),
        "wrong_after": (
            rf"['\"”»」)]?\s?(?:{folded('not_after')}|{_of_all('verdict_copulas')}\s(?:{as_written('also')}\s)?"
            rf"(?:{folded('wrong')}|{_of_all('verdict_negators')})|{as_written('denies_after_mention')})"
        ),
        "rather": (rf"['\"”»]?,?\s?(?:{folded('instead')}|{folded('not')}|{worded('but_not')})\s"),
    }


def _openings(folded: Callable[..., str], codes: tuple[str, ...]) -> dict[str, str]:
    """What leaves a mention open, or sets another beside it."""
    alone = as_written("or_alone")  # before a mention it may be an article: *Venceu o Brasil*
    return {
        "or_before": (rf"(?:{folded('or')}|/)\s?{_ARTICLES}['\"“«]?\Z"),
        "or_after": (
            rf"['\"”»」]?\s?(?:[,，]\s?)?(?:{folded('or')}\s|{as_written('or_joined')}|\s?/\s?[^\W\d])"
            rf"|\s{alone}\s[^\W\d_]{{3,}}\W*\Z"
        ),
        "and_after": (rf"['\"”»」]?\s?(?:{folded('and')}\s?(?!{worded('no_second')})[^\W\d])"),
        "listed": (
            rf"(?:[:：]\s?(?:{_ITEM}(?:,\s|[，、]\s?))*?{_ITEM}(?:,\s|[，、]\s?|\s?{folded('and')}\s?)"
            rf"|(?:\A|\s){_ITEM},\s{_ITEM},?\s{folded('and')}\s){_ARTICLES}['\"“«]?\Z"
        ),
        "whether": (rf"{worded('whether', codes=codes)}[^,;.]{{0,60}}\Z"),
        "undecided": (folded("undecided", "hard_to_decide")),
    }


def _statings(folded: Callable[..., str], codes: tuple[str, ...]) -> dict[str, str]:
    """What makes a mention what the sentence says."""
    return {
        "is": (
            rf"(?:{folded('is')}|[:=→—–])\s?{_ARTICLES}(?:{as_written('adverbs_of_saying')}\s)?"
            rf"(?:{_THE}\s|a\s)?['\"“«「『(]?\Z"
        ),
        "class": (
            rf"{worded('into_class')}\s?{as_written('before_class')}?\s?{as_written('class_names')}?:?\s?['\"“«「]?\Z"
        ),
        "tail": (
            rf"['\"”»」』]?\s?(?:{'|'.join(re.escape(w) for w in words(codes, 'is_after')) or '(?!)'})\W{{0,4}}\Z"
        ),
        "verb": (rf"['\"”»]?\s(?:{folded('is')}|{worded('does')})\s|\s?{as_written('topic_marks')}|\s—"),
    }


def _mention(reading: Reading, sentence: Sentence, text: str, start: int, end: int) -> tuple[str, int]:
    """Whether a mention is denied or undecided; else how strongly it is said."""
    forms = _forms(reading.codes)
    before, after = text[:start], text[end:]
    near = _NO_DENIAL.sub("", before[-80:])
    if _is_denied(forms, near, before, after):
        return "denied", 0
    if _is_undecided(forms, near, after, text[start:end]):
        return "undecided", 0
    if _AS_MUCH_AS.search(near):
        return "aside", 0
    if _is_in_a_side_clause(text, before, after) or _is_apposed(before) or _is_said_of_another(before, after):
        return "aside", 0
    if _only_goes_along(before):
        return "", 1
    if forms["listed"].search(before):
        return "", 0
    turn = _AGAINST.search(after)
    if turn and len(after) - turn.end() > 8 and not _NOT_TURNED.match(after, turn.end()):
        return "aside", 0
    if _RELATED.search(before) and forms["is"].search(before) is None:
        return "aside", 1
    return "", _strength(forms, text, before, after)


def _is_denied(forms: dict[str, re.Pattern[str]], near: str, before: str, after: str) -> bool:
    clause = _AGAINST.split(_SUBJECT_ENDS.split(near)[-1])[-1]
    return bool(
        forms["not"].search(clause)
        or (forms["instead"].search(near) and (not _AS.search(near) or _SOONER.search(near)))
        or (_HIGH.search(before[-12:]) and not before.rstrip().endswith("the"))
        or (forms["not_wide"].search(clause) and not _NOT_BUT.search(clause))
        or forms["wrong_after"].match(after)
        or _LATER.match(after)
    )


def _is_undecided(forms: dict[str, re.Pattern[str]], near: str, after: str, said: str) -> bool:
    first, second = forms["or_before"].search(near), forms["or_after"].match(after)
    if first and near[: first.start()].rstrip(EDGES).endswith(said):
        first = None  # "`du`, or `du -h`": the same, and more of it
    if second and after[second.end() :].lstrip(EDGES).startswith(said):
        second = None
    if (first or second) and not _OR_BETTER.match(after):
        return True
    return bool(forms["whether"].search(near)) and "so" not in near


def _is_in_a_side_clause(text: str, before: str, after: str) -> bool:
    """Whether a mention stands in a clause that yields or compares: `Although Milan is larger, …`."""
    sub = _SUBORDINATE.match(text)
    if sub and not re.search(r"[,，]", before[sub.end() :]) and re.search(r"[,，]", after):
        return True
    return bool(_YIELDING.search(before))


def _is_apposed(before: str) -> bool:
    """Whether a mention describes what was said: `It was Fust, a partner of Gutenberg`."""
    comma = before.rfind(", ")
    return bool(
        comma > 0
        and _STATES.search(before[:comma])
        and not _STATES.search(before[comma:])
        and _APPOSITION.match(before[comma:])
        and not _NAMED_SO.search(before[comma:])
    )


def _is_said_of_another(before: str, after: str) -> bool:
    """Whether something of the text is meant, or somebody beside it: `a friend of X`, `X's son`, `less X`."""
    return bool(
        _RELATION.search(before)
        or _IS_RELATED.match(after)
        or _DEGREE.search(before)
        or _OF_IT.match(after)
        or _OBJECT_OF.search(before)
        or (not before.strip(EDGES) and _ITS_OWN.match(after))
        or (_ONE_OF.match(before) and not after.strip(EDGES))
        or (_APPOSED_ONE_OF.search(before) and not after.strip(EDGES))
    )


def _only_goes_along(before: str) -> bool:
    """Whether something was stated before the mention, which then only goes on or gives a reason."""
    semicolon = before.rfind("; ")
    return bool(
        (_THEN_TO.search(before) and _STATES.search(before))
        or _REASON.search(before)
        or (semicolon > 0 and _STATES.search(before[:semicolon]))
    )


def _strength(forms: dict[str, re.Pattern[str]], text: str, before: str, after: str) -> int:
    """From 4, what a sentence is or ends on after a verb, to 1, a mention inside it."""
    bare_before, bare_after = before.strip(EDGES), after.strip(EDGES)
    begins = not bare_before or bool(ARTICLE.fullmatch(bare_before + " "))
    states = bool(forms["is"].search(before))
    strength = 1
    if (begins and not bare_after) or forms["tail"].match(after):
        strength = 4
    elif not bare_after or _RELATIVE.match(after) or forms["rather"].match(after):
        strength = 4 if states else 3
    elif begins and forms["verb"].match(after):
        strength = 3
    elif states or forms["class"].search(before) or not bare_before:
        strength = 2
    if forms["and_after"].match(after) and not (forms["verb"].match(after) or forms["tail"].match(after)):
        strength = min(strength, 1) - 1
    inside = before.count("(") > before.count(")") and ")" in after
    if strength < 4 and (inside or forms["undecided"].search(text)):
        strength = min(strength, 1)
    return strength
