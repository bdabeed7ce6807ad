"""The options of a task: their labels in any script, their texts, and the patterns by which an answer names them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, either, patterns, table, words
from workbench.scorers.once import Compiled, compiled
from workbench.scorers.sentences.written import written
from workbench.tasks.tasks import Task

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROWS: Final = (
    "ABCDEFGHIJ",
    "АБВГДЕЖЗ",
    ("أ", "ب", "ج", "د", "ه", "و", "ز", "ح"),
    "アイウエオカ",
    "가나다라마바",
    "甲乙丙丁戊",
    "①②③④⑤⑥",
    "ㄱㄴㄷㄹㅁ",
    "一二三四五",
    ("i", "ii", "iii", "iv", "v"),
    ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
)
_LABEL: Final = re.compile(
    r"(?:^|(?<=[\s(\[（,;，；。]))[(\[（]?([A-Ja-j]|[АБВГДЕЖЗабвгдежз]|[أإابجدهوزح]|[アイウエオカ]|[가나다라마바]|[甲乙丙丁戊]|ㄱ|ㄴ|ㄷ|"
    r"ㄹ|ㅁ|\d{1,2}|(?:i|ii|iii|iv|v)(?=[).]))"
    r"(?:[).:\]）．：、]|[ـ]?\s?[-–)]\s)\s*(?=\S)|([①②③④⑤⑥])\s*(?=\S)",
    re.MULTILINE,
)
EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？()[]{}<>$#（）【】"


@dataclass(frozen=True)
class Options:
    """The options of a task in order: their labels and their texts. Letters are the labels where there are none."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]

    def index(self, label: str) -> int | None:
        """The place of an option by its label, whatever its case."""
        return _place(self.labels, label)


@lru_cache(8192)
def _place(labels: tuple[str, ...], label: str) -> int | None:
    plain = unicodedata.normalize("NFKC", label).strip().upper()
    plain = {"إ": "أ", "ا": "أ"}.get(plain, plain)
    own = [each.upper() for each in labels]
    if plain in own:
        return own.index(plain)
    for row in _ROWS:
        upper = [each.upper() for each in row]
        if plain in upper and upper.index(plain) < len(labels) and not (plain.isdigit() and len(plain) > 2):
            return upper.index(plain)
    return None


_LABEL_ROWS: Final = tuple(
    labels for row in _ROWS for labels in dict.fromkeys((tuple(row), tuple(each.lower() for each in row)))
)
_ALIKE: Final = {"إ": "أ", "ا": "أ"}
_FEWEST: Final = 2
_EVERY: Final = tuple(table())
_BETWEEN_LABELS: Final = re.compile(rf"[,;&/+、，]|\s{as_written('plain_and')}\s|{as_written('plain_and_joined')}|\s")
_BESIDE_LABELS: Final = frozenset(words(_EVERY, "plain_and", "beside_letters"))
_OF_LESS: Final = re.compile(
    rf"\s?(?:[–—-]|{as_written('up_to')}(?=\s?[A-J]\b))\s?[A-J]\b|[)*\]]{{0,2}}\s{as_written('of_less')}\b"
    rf"(?!\s(?:{as_written('articles', codes=('en',))}\s)?{as_written('of_the_best')})"
)


@dataclass(frozen=True)
class Choice:
    """The options that an answer names, as places; where it was found; whether that is good evidence."""

    places: frozenset[int]
    text: str
    evidence: str
    where: str
    sure: bool = True


_Labelled = tuple[re.Match[str], str]
"""Where a label stands, and which of its row it is."""


@lru_cache(512)
def _options_in(question: str) -> Options | None:
    """The longest run of labels A, B, C … in a question, from the last first label on."""
    found = [(match, _ALIKE.get(label := match[1] or match[2], label)) for match in _LABEL.finditer(question)]
    if len(found) < _FEWEST:
        return None
    best: list[_Labelled] = []
    known = {label for _, label in found}
    for labels in _LABEL_ROWS:
        if labels[0] in known:
            best = _longest_run(found, labels, best)
    if len(best) < 2:
        return None
    ends = [*(match.start() for match, _ in best[1:]), len(question)]
    texts = [question[match.end() : end].strip().strip(",;") for (match, _), end in zip(best, ends, strict=True)]
    texts[-1] = (
        texts[-1].split("\n")[0].strip() if "\n" in question[best[0][0].end() : best[-1][0].start()] else texts[-1]
    )
    if best[0][1].isdigit() and any(not text or len(text) > 300 for text in texts):
        return None
    return Options(tuple(match[1] or match[2] for match, _ in best), tuple(texts))


def _longest_run(found: Sequence[_Labelled], labels: tuple[str, ...], best: list[_Labelled]) -> list[_Labelled]:
    """The longest run of labels in their order, where it is longer than the best so far."""
    run: list[_Labelled] = []
    for match, label in found:
        if label == labels[0] and (len(run) < 2 or len(run) >= len(best)):
            best = run if len(run) > max(1, len(best)) else best
            run = [(match, label)]
        elif 0 < len(run) < len(labels) and label == labels[len(run)]:
            run.append((match, label))
    return run if len(run) > max(1, len(best)) else best


def options_in(task: Task) -> Options | None:
    """The options of a task: those in columns `choices` or `options` or named A, B …, else those in its question.

    >>> options_in(Task("1", "Which flies?\\na) fish\\nb) crow")).texts
    ('fish', 'crow')
    """
    if task.options:
        return Options(tuple(task.options), tuple(map(str, task.options.values())))
    extra = task.extra
    for name in ("choices", "options"):
        made = _of_value(extra.get(name))
        if made is not None:
            return made
    columns = [letter for letter in LETTERS[:10] if letter in extra]
    if len(columns) > 1 and columns == list(LETTERS[: len(columns)]):
        return Options(tuple(columns), tuple(str(extra[letter]) for letter in columns))
    return _options_in(task.question) if len(task.question) < 100_000 else None


def _of_value(value: Any) -> Options | None:
    if isinstance(value, str) and value.strip()[:1] in "[{" and value.strip():
        try:
            value = json.loads(value)
        except ValueError:
            return None
    if isinstance(value, Mapping):
        if isinstance(value.get("text"), list) and isinstance(value.get("label"), list):
            return Options(tuple(map(str, value["label"])), tuple(map(str, value["text"]))) if value["text"] else None
        return Options(tuple(map(str, value)), tuple(map(str, value.values()))) if len(value) > 1 else None
    if (
        isinstance(value, list | tuple)
        and len(value) > 1
        and not any(isinstance(each, list | Mapping) for each in value)
    ):
        return Options(tuple(LETTERS[: len(value)]), tuple(map(str, value))) if len(value) <= 26 else None
    return None


def target_places(target: str, options: Options) -> frozenset[int] | None:
    """The places of the options that a target names: a letter, several letters, or the text of one; None for no such.

    >>> sorted(target_places("A, C", Options(("A", "B", "C"), ("red", "table", "blue"))))
    [0, 2]
    """
    plain = target.strip(EDGES)
    texts = [written(text) for text in options.texts]
    named = [place for place, text in enumerate(texts) if text and text == written(target)]
    letter = options.index(plain)
    if letter is not None and not (named and plain.isdigit()):
        return frozenset({letter})
    if len(named) == 1:
        return frozenset(named)
    several = several_places(plain, options)
    return several if several else None


def several_places(text: str, options: Options) -> frozenset[int] | None:
    """The places of a list of labels: `A, C`, `A and C`, `AC`; None where it is anything else."""
    parts = [part.strip(EDGES) for part in _BETWEEN_LABELS.split(text)]
    parts = [part for part in parts if part and part.lower() not in _BESIDE_LABELS]
    if len(parts) == 1 and len(parts[0]) > 1 and parts[0].isascii() and parts[0].isupper() and parts[0].isalpha():
        parts = list(parts[0])
        if len(set(parts)) != len(parts):
            return None
    if len({part.isdigit() for part in parts}) > 1:
        return None  # "(B) 1/2" is a label and its text
    places = [options.index(part) for part in parts]
    return frozenset(place for place in places if place is not None) if len(parts) > 1 and None not in places else None


def named_option(place: int, options: Options, evidence: str, where: str, *, sure: bool = True) -> Choice:
    return Choice(frozenset({place}), options.labels[place].upper(), evidence, where, sure)


@lru_cache(1024)
def label_pattern(options: Options, *, any_case: bool) -> str:
    """A pattern for the labels of the options and for Latin letters in their stead."""
    named = {*options.labels, *(label.upper() for label in options.labels)}
    if not all(label.isascii() and label.isalpha() for label in options.labels) and not all(
        label.isdigit() for label in options.labels
    ):
        named |= set(LETTERS[: len(options.labels)])
        if "أ" in named:
            named |= {"ا", "إ"}
    if any_case:
        named |= {label.lower() for label in named}
    if any("①" <= label <= "⑩" for label in options.labels):
        named |= {str(place + 1) for place in range(len(options.labels))}
    circled = {row[place] for row in ("①②③④⑤⑥",) for place in range(min(6, len(options.labels)))}
    return "|".join(map(re.escape, sorted(named | circled, key=lambda name: (-len(name), name))))


@lru_cache(256)
def option_patterns(labels: str, either_case: str, codes: tuple[str, ...]) -> Compiled:
    known = patterns(codes)
    option = f"(?i:{either(*words(codes, 'option'))})"
    around = r"[\"'“(\[（「*]{0,2}"
    determiner, any_option = as_written("articles", codes=("en",)), as_written("option_plain")
    article = f"(?i:{either(*(word for word in words(codes, 'articles') if word.isalpha()))})"
    ends = r"(?![A-Za-z0-9_'’À-ÿА-я\u0600-\u06ff+#-])"
    letter = rf"(?<![A-Za-z0-9_'’À-ÿА-я\u0600-\u06ff-]){around}({labels}){ends}"
    return Compiled(
        {
            "lead": (
                rf"\A[\s\"'“*_$#>–—→-]*(?:(?i:{as_written('before_label')})\s)?"
                rf"(?:{option}\s?(?:[:：#]|{as_written('label_number')})?\s?)?"
                rf"(\(|\[|（|「)?\s?({either_case}){ends}(\)|\]|）|」)?"
            ),
            "option": (rf"{option}\s?[:：]?\s?{around}({either_case}){ends}"),
            "choose": (
                rf"(?i:{either(*words(codes, 'choose'))})\s?(?i:{determiner}\s|{any_option}\s|"
                rf"{option}\s?|{article}\s)?{around}({labels}){ends}"
            ),
            "choose_after": (
                rf"{around}({labels})[)\]）」*]?\s?"
                rf"(?:{'|'.join(map(re.escape, words(codes, 'choose_after'))) or '(?!)'})"
            ),
            "right": (
                rf"{letter}[)\]）」*\"']{{0,2}}[.)]?\s?(?:(?i:—|-|{as_written('verdict_verbs')})\s)?"
                rf"(?:(?i:{as_written('verdict_adverbs')})\s)?"
                rf"(?i:(?:{determiner}\s)?{either(*words(codes, 'right'))}|{either(*list(words(codes, 'right')))})"
            ),
            "wrong": (
                rf"{letter}[)\]）」*\"']{{0,2}}[^.;:\n]{{0,60}}?(?i:{either(*words(codes, 'wrong'))}|"
                rf"{'|'.join(map(re.escape, words(codes, 'not_after'))) or '(?!)'}|"
                rf"{either(*words(codes, 'not'))}|n['’]t)"
            ),
            "letter": letter,
            "bracket": (rf"[(\[（]({either_case})[)\]）]"),
            "end": (
                rf"(?i:{known.either('is')}|{known.either('so')}|(?i:{as_written('leads_to_label')}))"
                rf"\s?,?\s?(?:{article}\s)?{around}({labels})[)\]）」*\"'.!。]{{0,4}}\s*(?:{as_written('ends_after_label')}|$)"
            ),
            "none_of": (
                rf"(?:(?i:{known.either('not')})|n['’]t|(?i:{as_written('rules_out')}))"
                rf"\s(?i:{as_written('copula_plain')}\s|{as_written('names_label')}\s)?"
                rf"[(*]?(?:{labels})[)*]?"
                rf"(?:(?:,\s?{as_written('joins_labels', codes=('en',))}?|\s{as_written('joins_labels')})\s?"
                rf"[(*]?(?:{labels})[)*]?(?![A-Za-z]))+"
            ),
            "not_before": (
                rf"(?:{known.either('not', 'instead')}|n['’]t)\s?(?i:{as_written('names_label')}\s)?[(*]?\Z"
            ),
        }
    )


def is_subject_of_less(text: str, end: int) -> bool:
    """Whether what is said of an option does not choose it: `option B is also plausible`."""
    return bool(_OF_LESS.match(text[end:]))


def is_excluded(rest: str, codes: tuple[str, ...]) -> bool:
    """Whether what follows a label excludes it: ` can be excluded, since …`, `ではなく`.

    >>> is_excluded(") can be ruled out at once", ("en",)), is_excluded(") It cannot be paid", ("en",))
    (True, False)
    """
    said = [word for word in words(codes, "wrong") if " " in word or (len(word) > 1 and not word[0].isascii())]
    after = "|".join(map(re.escape, words(codes, "not_after"))) or "(?!)"
    return bool(compiled(rf"\W{{0,3}}(?:{after})|\W{{0,3}}\s?(?:{either(*said)})").match(rest[:80].lower()))
