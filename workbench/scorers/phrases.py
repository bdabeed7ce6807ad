"""Whether an answer says a short text as its answer: at the end of a sentence, as its subject, in bold; or denies it.

A mention is no answer where it is denied (*not X*, *X is wrong*), one of two (*X or Y*), in a question, somebody
else's, in brackets, or followed by *but* and something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from workbench.scorers.languages import Patterns, either, table, words
from workbench.scorers.normal import BOLD, BOX, TAG
from workbench.scorers.reading import Reading, Sentence
from workbench.scorers.written import ARTICLE, EDGES, FOLD, mention_patterns, stands, written

_HIGH: Final = re.compile(
    r"(?:new|north|south|east|west|northern|southern|eastern|western|saint|san|non|un|anti|nord|sud|ost|neu|"
    r"nueva|nuevo|anti|vice|upper|lower|ex|great|little|pre|post|semi|half)[\s-]\Z"
)
_NO_DENIAL: Final = re.compile(
    r"\bno (?:doubt|question|surprise|problem|wonder|other than)\b|\bnot (?:only|just)\b|\bnone other than\b|"
    r"\bwhy not\b|\bif not\b|\bcannot be (?:other|anything) (?:than|but)\b"
)
_SUBJECT_ENDS: Final = re.compile(r"[,;:]\s|\.\s|\s[–—]\s|[，；：]")
_EVERY: Final = tuple(table())
_AGAINST: Final = re.compile(either(*words(_EVERY, "turn")))
_STATES: Final = re.compile(
    r"(?<!\w)(?:is|was|are|were|by|ist|war|von|est|était|par|es|fue|por|è|fu|da|é|foi|это|был|была)(?!\w)|[:=]"
)
_RELATION: Final = re.compile(
    rf"(?:{either(*words(('ru', 'ar'), 'relation'))}\s(?:[\w.]+\s){{0,2}}"
    rf"|{either(*words(_EVERY, 'relation'))}\s(?:(?:of|to|de|von|vom|di|do|da)\s|(?:d'|du\s|des\s|del\s|della\s))"
    r"(?:the\s)?|\b(?:north|south|east|west|suburb|outskirts|copy|imitation|lack|absence|mention|hint|touch|trace|"
    r"portrait)\s(?:of|to|de|von|di|do|da)\s(?:the\s)?)\Z"
)
_DEGREE: Final = re.compile(rf"{either(*words(_EVERY, 'degree'))}\s?(?:an?\s)?\Z")
_SUBORDINATE_WORDS: Final = either(*words(_EVERY, "although"))
_SUBORDINATE: Final = re.compile(r"\W*" + either(*words(_EVERY, "although", "before_main")))
_REASON: Final = re.compile(rf"\w{{3,}},\s(?:{'|'.join(map(re.escape, words(_EVERY, 'reason')))})\s[^,]*\Z")
_OF_IT: Final = re.compile(
    rf"['’]s?\s(?:\w+\s)?{either(*words(('en',), 'relation'))}|['’]s\s\w+,|"
    rf"(?:の|的)(?:{'|'.join(words(('ja', 'zh'), 'relation'))})|의\s(?:{'|'.join(words(('ko',), 'relation'))})"
)
_OBJECT_OF: Final = re.compile(
    r"\b(?:that|which|who)\s(?!is\b|was\b|has\b|does\b|says\b)[a-z]+(?:ed|s)\s(?:by\s)?(?:the\s)?\Z"
)
_ITS_OWN: Final = re.compile(r"的[^，。、是\s]{1,8}\W*\Z|の[^は、。]{1,12}\W*\Z|의\s[^은는이가.]{1,12}\W*\Z")
_ONE_OF: Final = re.compile(r"\W*an?\s(?:\w+\s){1,3}(?:of|to|from|near)\s(?:the\s)?\Z")
_THEN_TO: Final = re.compile(r"\band\s[a-z]+s\s(?:on|in|to|for|at|from|with)\s(?:the\s)?\Z")
_AS: Final = re.compile(r"(?<!er)(?<!hr)(?<!anders)(?<!weniger)\sals\s['\"„“«]?\Z")
_LATER: Final = re.compile(
    r"\s?(?:은|는|이|가|は|が)(?=\s?\S)[^.。!?]{0,60}?(?:아닙니다|아니다|아니에요|않습니다|ではありません|ではない|じゃない)\W*\Z"
)
_RELATIVE: Final = re.compile(
    r"\W*(?:\(|,|;|–|—|:|because\b|since\b|which\b|who\b|as (?!well)|weil\b|da\b|car\b|parce que\b|porque\b|"
    r"perché\b|pois\b|потому\b|因为|，|、|（|\bin (?:\d{4}|the year)|\bby \d{4}|with (?:a |high|\d)|\(\d)"
)


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
        return _judged(reading, found, bool(question) and stands(written(target), written(question[:2_000])))


@dataclass(frozen=True)
class _Mention:
    sentence: Sentence
    strength: int
    state: str = ""


def _judged(reading: Reading, target: tuple[re.Pattern[str], re.Pattern[str] | None], echoed: bool) -> Verdict:
    statements = [s for s in reading.sentences if s.start >= reading.since and s.role in ("", "half")] or [
        s for s in reading.sentences if s.role != "question"
    ]
    folded = reading.lower.translate(FOLD)
    if not any(pattern is not None and pattern.search(folded) for pattern in target):
        return Verdict(False)
    bolds = [span for span in reading.form.spans if span.kind in (BOLD, BOX, TAG) and span.start >= reading.since]
    mentions: list[_Mention] = []
    states: set[str] = set()
    many = len(statements)
    for number, sentence in enumerate(statements):
        if 6 <= number < many - 6:
            continue
        text = folded[sentence.start : sentence.end]
        for weaker, pattern in enumerate(target):
            hits = list(pattern.finditer(text)) if pattern is not None else []
            for hit in hits[:8]:
                start, end = hit.span(1)
                state, strength = _mention(reading, sentence, text, start, end)
                states.add(state)
                if state:
                    continue
                marked = any(
                    span.start <= sentence.start + start
                    and sentence.start + end <= span.end
                    and span.end - span.start <= (end - start) + 6
                    for span in bolds
                )
                if marked:
                    strength = max(strength, 3) + 1
                elif (
                    any(sentence.start <= span.start < sentence.end and span.kind == BOLD for span in bolds)
                    and len(bolds) < 4
                ):
                    strength -= 2
                if echoed and strength < 4 and start < 4 and not marked:
                    strength -= 1
                if number and number < many - 1:
                    strength -= 1 if not marked else 0
                if number == 0 and many > 1 and _turned(reading, statements[1:]):
                    strength -= 3
                mentions.append(_Mention(sentence, strength - weaker, ""))
            if hits:
                break
    best = max(mentions, key=lambda mention: mention.strength, default=None)
    denied, undecided = "denied" in states, "undecided" in states
    if best is None or best.strength < 1:
        return Verdict(False, 0, denied, undecided, True, sure=denied or undecided)
    single = many <= 2
    asserted = best.strength >= 2 or single
    sure = best.strength >= 3 or (best.strength >= 2 and single)
    if undecided and best.strength < 4:
        return Verdict(False, best.strength, denied, True, True, sure=best.strength < 3)
    if denied and best.strength < 3:
        return Verdict(False, best.strength, True, undecided, True, sure=False)
    if reading.open and best.strength < 4 and not reading.claims:
        return Verdict(False, best.strength, denied, True, True, sure=True)
    last = best.sentence is statements[-1]
    sure = sure and (best.strength >= 4 or many == 1 or best.sentence is statements[0])
    evidence = (
        "whole"
        if len(reading.sentences) == 1 and best.strength >= 4
        else "sentence"
        if single
        else "last"
        if last
        else "first"
    )
    return Verdict(asserted, best.strength, denied, undecided, True, evidence, "as what a sentence says", sure)


def _turned(reading: Reading, later: list[Sentence]) -> bool:
    return any(_AGAINST.match(reading.lower[s.start : s.end].lstrip("\"'( ")) for s in later[:2])


@lru_cache(64)
def _forms(codes: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    known = Patterns(codes)
    fold = {
        key: re.compile(pattern.pattern.translate({k: v for k, v in FOLD.items() if k > 127}) if key else "", 0)
        for key, pattern in {"_": known.so}.items()
    }
    del fold

    def folded(*keys: str) -> str:
        return either(
            *sorted(
                {
                    word.translate({k: v for k, v in FOLD.items() if k > 127 or k == ord("-")})
                    for word in words(codes, *keys)
                },
                key=lambda w: (-len(w), w),
            )
        )

    negation = folded("not")
    article = (
        r"(?:(?:the|a|an|any|really|actually|at all|in|as|der|die|das|ein|eine|le|la|un|une|el|una|il|o|"
        r"os|as|um|uma|very|particularly|quite|about|considered|classified as|labeled|a case of|be|een|"
        r"necessarily|known as|called|of)\s){0,3}"
    )
    return {
        "not": re.compile(rf"(?:{negation}\s?(?:{folded('is')}\s)?|n't\s){article}['\"“«「『]?\Z"),
        "not_wide": re.compile(
            r"(?:(?<!\w)(?:not|never|neither|nor|nicht|kein\w*|pas|jamais|nunca|non|nao|не|нет|ليس|ليست)(?!\w)|"
            r"n't)(?:\s[^\s,;:.]+){0,4}\s['\"“«]?\Z"
        ),
        "instead": re.compile(rf"{folded('instead')}(?:\s|(?<=[\u3040-\u9fff])){article}['\"“«]?\Z"),
        "wrong_after": re.compile(
            rf"['\"”»」)]?\s?(?:{folded('not_after')}|(?:is|was|are|were|would be|ist|war|est|es|e|era|était|"
            rf"sería)\s(?:also\s)?(?:{folded('wrong')}|(?:not|nicht|pas|no|non|nao)\b)|(?:isn|wasn|aren|doesn|"
            rf"didn)'t|n'est pas|не\s|no\s(?:es|fue|era)|non\s(?:e|era)|nao\s(?:e|foi)|(?:war|ist)\snicht|không|"
            rf"ليس|不是|并不|並不|不对|不對)"
        ),
        "or_before": re.compile(rf"(?:{folded('or')}|/)\s?{article}['\"“«]?\Z"),
        "or_after": re.compile(
            rf"['\"”»」]?\s?(?:[,，]\s?)?(?:{folded('or')}\s|(?:或|または|もしくは|或者|还是|還是|또는|혹은|이나\s)|\s?/\s?[^\W\d])"
        ),
        "and_after": re.compile(
            rf"['\"”»」]?\s?(?:{folded('and')}\s?(?!(?:it|is|was|has|the|so|this|that|not|he|she|they|lies|"
            rf"serves|also|its|in)\b)[^\W\d])"
        ),
        "whether": re.compile(
            r"(?:(?<!\w)(?:whether|either|between|ob|entweder|si|se|ли|neither|both)(?!\w)|是否|要么|到底是)[^,;.]{0,60}\Z"
        ),
        "undecided": re.compile(folded("undecided")),
        "is": re.compile(
            rf"(?:{folded('is')}|[:=→—–])\s?{article}(?:(?:indeed|definitely|probably|most likely|likely|"
            rf"certainly|clearly|therefore|now|simply|also|called|named|known as|actually)\s)?(?:the\s|"
            rf"a\s)?['\"“«「『(]?\Z"
        ),
        "class": re.compile(
            r"(?:\bas|\binto|\bunder|\bto|\bby|\bin|\bexpress\w*|\bshows?|\bconveys?|\bals|\bcomme|\bcomo|"
            r"\bcome|\bкак|\bв|属于|為|为|という|により|に|\bwith)\s?(?:the|a|an|eine?n?|der|die|das|la|le|el|un|una|une|"
            r"uma?|категории|classe|categoria|category|class)?\s?(?:category|class|kategorie|categorie|"
            r"классу)?:?\s?['\"“«「]?\Z"
        ),
        "tail": re.compile(
            rf"['\"”»」』]?\s?(?:{'|'.join(re.escape(w) for w in words(codes, 'is_after')) or '(?!)'})\W{{0,4}}\Z"
        ),
        "verb": re.compile(
            rf"['\"”»]?\s(?:{folded('is')}|wrote|painted|discovered|invented|won|has|had|did|does|lies|became|"
            rf"composed|founded|directed|developed|serves|belongs|covers|holds|makes?|gets?|produces?|contains?|"
            rf"hat|schrieb|liegt|a|ha|tem|tiene|escribió|написал|является)\s|\s?(?:是|为|は|が|은|는|이|가)|\s—"
        ),
        "right_after": re.compile(rf"['\"”»)]?\s?(?:is|was|ist|est|es|e|é)?\s?(?:the\s)?(?:{folded('right')})"),
        "rather": re.compile(
            rf"['\"”»]?,?\s?(?:{folded('instead')}|{folded('not')}|but not|and not|not|pas|y no|e non|e nao|а "
            rf"не|而不是|nicht)\s"
        ),
    }


def _mention(reading: Reading, sentence: Sentence, text: str, start: int, end: int) -> tuple[str, int]:
    """Whether a mention is denied or undecided; else how strongly it is said."""
    forms = _forms(reading.codes)
    before, after = text[:start], text[end:]
    near = _NO_DENIAL.sub("", before[-80:])
    clause = _AGAINST.split(_SUBJECT_ENDS.split(near)[-1])[-1]
    if (
        forms["not"].search(clause)
        or (forms["instead"].search(near) and not _AS.search(near))
        or (_HIGH.search(before[-12:]) and not before.rstrip().endswith("the"))
    ):
        return "denied", 0
    if forms["not_wide"].search(clause) and not re.search(r"\bbut\b|\bsondern\b|\bsino\b", clause):
        return "denied", 0
    if forms["wrong_after"].match(after) or _LATER.match(after):
        return "denied", 0
    either_way = forms["or_before"].search(near) or forms["or_after"].match(after)
    if either_way and not re.match(r"['\"]?,?\s?or\s(?:simply|more precisely|rather|more specifically)", after):
        return "undecided", 0
    if forms["whether"].search(near) and "so" not in near:
        return "undecided", 0
    inside = before.count("(") > before.count(")") and ")" in after
    sub = _SUBORDINATE.match(text)
    if sub and not re.search(r"[,，]", before[sub.end() :]) and re.search(r"[,，]", after):
        return "aside", 0
    if re.search(rf"[,;]\s?{_SUBORDINATE_WORDS}[^,;]*\Z", before):
        return "aside", 0
    comma = before.rfind(", ")
    if (
        comma > 0
        and _STATES.search(before[:comma])
        and not _STATES.search(before[comma:])
        and re.match(
            r", (?:a|an|the|his|her|one|ein\w*|une?|una?|uno|der|die|das|il|la|el|um|uma|friend|son)\b", before[comma:]
        )
    ) and not re.search(r"known as|called|that is|i\.e|namely|genannt|bekannt", before[comma:]):
        return "aside", 0
    if (
        _RELATION.search(before)
        or _DEGREE.search(before)
        or _OF_IT.match(after)
        or _OBJECT_OF.search(before)
        or (not before.strip(EDGES) and _ITS_OWN.match(after))
        or (_ONE_OF.match(before) and not after.strip(EDGES))
    ):
        return "aside", 0
    if _THEN_TO.search(before) and _STATES.search(before):
        return "", 1
    if _REASON.search(before):
        return "", 1
    semicolon = before.rfind("; ")
    if semicolon > 0 and _STATES.search(before[:semicolon]):
        return "", 1
    turn = _AGAINST.search(after)
    if turn and len(after) - turn.end() > 8 and not re.match(r"[,\s]*not\b", after[turn.end() :]):
        return "aside", 0
    if (
        re.search(r",\s(?:who|which|whose|where|der|die|das|qui|que|che)\s[^,]*\Z", before)
        and forms["is"].search(before) is None
    ):
        return "aside", 1
    bare_before, bare_after = before.strip(EDGES), after.strip(EDGES)
    strength = 1
    if (
        (not bare_before and not bare_after)
        or (ARTICLE.fullmatch(bare_before + " ") and not bare_after)
        or forms["tail"].match(after)
    ):
        strength = 4
    elif not bare_after or _RELATIVE.match(after) or forms["rather"].match(after):
        strength = 3
        if forms["is"].search(before):
            strength = 4
    elif (not bare_before or ARTICLE.fullmatch(bare_before + " ")) and forms["verb"].match(after):
        strength = 3
    elif forms["is"].search(before) or forms["class"].search(before) or not bare_before:
        strength = 2
    if forms["and_after"].match(after) and not forms["verb"].match(after):
        strength = min(strength, 1) - 1
    if inside and strength < 4:
        strength = min(strength, 1)
    if forms["undecided"].search(text) and strength < 4:
        strength = min(strength, 1)
    return "", strength
