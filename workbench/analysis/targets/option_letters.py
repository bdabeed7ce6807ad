"""Options of a question: what each says, and which letters in a thought are only told of, and which is meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.concluding import CONCLUDES
from workbench.analysis.thoughts.words import around, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

if TYPE_CHECKING:
    from workbench.analysis.targets.cues import Cues
    from workbench.analysis.targets.forms import Form
    from workbench.analysis.thoughts.text import Thought

_NEAR: Final = 40
_MORE_LETTERS: Final = re.compile(r"\)?(?:,\s*(?:and |or )?|\s+or\s+|/)\(?[A-J](?![\w'’])")
"""Options that are listed: none of them is meant."""
_TOLD: Final = re.compile(rf"\W{{0,3}}(?:{around('tells_an_option')}(?!\w)|[:=]|{around('tells_an_option_unspaced')})")
"""What follows an option's letter where only its text is told."""
_LETTERS_BEFORE: Final = re.compile(
    rf"(?=[(a-j])(?<![\w'’])\(?[a-j]\)?(?:\s*[,/&和或]|\s+(?:{around('and', 'or')}|nor))\s*\(?\Z"
)
_WEIGHED: Final = re.compile(rf"(?<!\w){around('weighs_an_option')}(?: {around('weighed_option')})?\s*\(?\Z")
"""An option that is looked at, and not chosen."""
_FACTOR: Final = re.compile(r"\s?[·×*∧∨+]\s?[(\w]|[≡=–-][A-Z(]")
"""A letter that is a variable."""
_ENDS_WITH_LETTER: Final = re.compile(r"[)*_\"'”`}$]*(?:[.!。！](?!\s*[\da-z])|\n|\s*\Z)")
_OTHER_ITEM: Final = re.compile(r"(?<![\w'’])[A-J]\.\s*\S")


_LABEL: Final = re.compile(r"(?<![\w'’])(?:\(([A-J])\)|([A-J])[).:、．：])\s*")
_LABEL_BEFORE: Final = re.compile(
    rf"(?<![\w'’])\(?([a-j])\)?[.:、：]?\s*(?:(?:{around('says_an_option')}|=)\s*(?:{around('that')}\s)?(?:{around('a')}\s|the\s)?)?[\"'“(*]*\Z"
)


_COUNTS: Final = re.compile(around("asks_a_number"))
_STEM: Final = 5
_LONGEST_SENTENCE: Final = 160
_SENTENCE_ENDS: Final = ".!?。！？\n;；:"
_SENTENCE_STOP: Final = re.compile(r"[.!?。！？\n;；]")
_SAID: Final = re.compile(rf"[\s*_\"'”’)]*(?:[.!,。！，]|\Z|\n|{around('goes_on_behind_an_option')}\s)")
_UNSURE: Final = re.compile(rf"(?<!\w){around('denies_or_doubts')}(?!\w)|n['’]t|{around('denies_or_doubts_unspaced')}")
"""What denies or doubts a sentence."""
_WORDS: Final = re.compile(r"\w+")
_LONG_WORDS: Final = re.compile(r"[^\W\d_]{4,}")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_ASKING: Final = frozenset(listed_around("question_stems"))
"""Beginnings of words that questions share."""
LETTERS: Final = "ABCDEFGHIJ"
CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩"
SERIES: Final = (LETTERS, LETTERS.lower(), "123456789", CIRCLED, "АБВГДЕ", "アイウエオ", "가나다라마", "甲乙丙丁戊")
"""Signs that options are told by, each in its order."""


@lru_cache(32)
def _label(series: str) -> re.Pattern[str]:
    if series == LETTERS:
        return _LABEL
    if series[0] == "①":
        return re.compile(rf"([{series}])()\s*")
    return re.compile(rf"(?<!\w)(?:\(([{series}])\)|([{series}])[).:、．：](?!\d))\s*")


@lru_cache(256)
def options_of(question: str, label: str = "A") -> Mapping[str, str]:
    """What each option of a question says, by its sign, in the series of `label`; empty where it lists none.

    >>> options_of("Which is a gas? (A) Iron (B) Neon; (C) Lead"), options_of("Is A. Smith here?")
    ({'A': 'Iron', 'B': 'Neon', 'C': 'Lead'}, {})
    >>> options_of("다음 중 새는? ① 박쥐 ② 펭귄", "②")
    {'①': '박쥐', '②': '펭귄'}
    """
    series = next((signs for signs in SERIES if label and label in signs), "")
    if not series or len(label) != 1:
        return {}
    found: dict[str, str] = {}
    labels = list(_label(series).finditer(question))
    on_lines = [place for place in labels if not question[: place.start()].rpartition("\n")[2].strip(" \t*-(")]
    if len(on_lines) > 1:  # each on its own line: B. F. Skinner is no option
        labels = on_lines
    ends = [*[place.start() for place in labels], len(question)][1:]
    for place, end in zip(labels, ends, strict=True):
        sign = place[1] or place[2]
        if len(found) < len(series) and sign == series[len(found)]:
            found[sign] = question[place.end() : end].partition("\n")[0].strip(" \t,;，；.。?？/|")
    return found if len(found) > 1 and all(found.values()) else {}


_AGREES: Final = re.compile(
    rf"(?:[.!?,;:–—(-]|→|=>)\s*(?:so\s)?{around('agrees')}(?![\w'’])|[✓✔✅☑]|{around('agrees_unspaced')}"
)
"""What a thought says of an option that it goes through, in the option's own line, where it agrees."""
_LINE: Final = re.compile(r"\)?\s?[.):–—-]\s")
_AGREED: Final = re.compile(
    rf"(?:[.!?,;:–—-]|→|=>)\s*(?:so\s)?{around('agrees')}\W*\Z|[✓✔✅☑]\W*\Z|{around('agrees_unspaced')}\W*\Z"
)
_NAMES_IT: Final = re.compile(rf"[.;:]\s{around('names_it')}\s(?:{around('a')}\s)?([^\W\d_]{{5,}})")
_TAKES_BACK: Final = re.compile(rf"(?<!\w){around('takes_back')}(?!\w)|n['’]t|[✗✘❌]|{around('takes_back_unspaced')}")
_SAYS_OF: Final = re.compile(rf"[*_\"'”’`)]*\s{around('says_of')}(?!\w)")
"""A verb right behind an option's text."""
_APPOSITION: Final = re.compile(r"[*_\"'”’`)]*,\s[^.,;:!?\n]{3,60},(?=\s)")
"""What is told of an option between it and its verb."""
_DOES: Final = re.compile(r"[*_\"'”’`)]*\s[a-z]{3,}(?:s|ed)\s")
"""Any other verb: where two words are the question's own."""
_BEGINS: Final = re.compile(
    rf"(?:\A|[.!?\n:;,]|[。！？；，]{around('before_a_subject_unspaced')}?)\s*"
    rf"[\"'“‘]?(?:{around('before_a_subject')}\s)?[\"'“‘`*_(]*\Z"
)
_BEATS: Final = re.compile(rf"(?<!\w){around('beats_the_others')}(?!\w)|{around('beats_the_others_unspaced')}")
"""What sets an option above all others: *is older than the other three*."""
_SHARES_BRACKETS: Final = re.compile(r"\([^()]*(?<![\w'’])[a-z],[^()]*\Z")
"""Another letter before one in the same brackets."""
_WALKS: Final = re.compile(r"[*_\"'”’`)]*\s?[:–—-]\s")
_ASKS_NOT: Final = re.compile(rf"(?<!\w)(?:{around('denies_an_adjective')}|except)(?!\w)|n['’]t(?!\w)|不|ない")
_SAYS_NO: Final = re.compile(rf"\W*(?:{around('says_no')}|{around('denies_an_adjective')})(?!\w)")
_CLASS: Final = re.compile(rf"(?<!\w){around('asks_which')}\s([^\W\d_]{{4,}})")
"""What the options are, each of them: *which hormone*."""


def is_affirmed(letter: str, option: str, lower: str, start: int, end: int, asked: str = "") -> bool:
    """Whether the line of an option that is gone through agrees with it: *B. Neon: one of them. Yes.*

    So does one that says of it, in a sentence, what is `asked` for: *That's a gas.*

    >>> line = "b. neon: one of them. yes."
    >>> is_affirmed("B", "neon", line, 3, 7), is_affirmed("B", "neon", line.replace("yes", "no"), 3, 7)
    (True, False)
    """
    if any(sign.isdigit() for sign in option) or not is_told(letter, "", lower, start, end):
        return False
    rest = _rest_of_line(lower, end)
    if _TAKES_BACK.search(rest) is not None:
        return False
    named = _NAMES_IT.search(rest) if asked else None
    return _AGREES.search(rest) is not None or (named is not None and named[1] in asked)


def _rest_of_line(lower: str, place: int) -> str:
    """What the line of an option goes on with, as far as it is looked at."""
    return lower[place : place + _LONGEST_SENTENCE * 2].partition("\n")[0]


def is_walked(thought: Thought, label: str, start: int, end: int) -> bool:
    """Whether a sentence that goes through an option says it is the one: *59: no divisor, so it is prime*.

    Where the question asks for what is not so, that is the option that is said no of: *Slovakia - no*.
    """
    lower = thought.lower
    behind = _WALKS.match(lower, end)
    if behind is None or not _BEGINS.search(lower, max(0, start - 8), start):
        return False
    stop = _SENTENCE_STOP.search(lower, end, end + _LONGEST_SENTENCE)
    said = lower[behind.end() : stop.start() if stop else end + _LONGEST_SENTENCE]
    if _ASKS_NOT.search(thought.asked):
        return _SAYS_NO.match(said) is not None
    asked = asked_stems(thought.question, label)
    begins = _LONG_WORDS.match(said)
    if not _UNSURE.search(said) and (
        (begins is not None and begins[0][:_STEM] in asked) or len(_stems(said) & asked) > 1
    ):
        return True
    lead = CONCLUDES.search(said)
    concluded = said[lead.end() :] if lead else ""
    return bool(_stems(concluded) & asked) and not _UNSURE.search(concluded)


def is_subject(thought: Thought, label: str, start: int, end: int) -> bool:
    """Whether a sentence begins with an option's text and says of it, and of no other, what the question asks for."""
    lower = thought.lower
    apposition = _APPOSITION.match(lower, end)
    end = apposition.end() if apposition else end
    if not _BEGINS.search(lower, max(0, start - 8), start):
        return False
    stop = _SENTENCE_STOP.search(lower, end, end + _LONGEST_SENTENCE)
    said = lower[end : stop.start() if stop else end + _LONGEST_SENTENCE]
    beats = _BEATS.search(said) is not None
    known = beats or _SAYS_OF.match(lower, end) is not None
    if not (known or _DOES.match(lower, end)):
        return False
    asks = stop is not None and stop[0] in "?？"
    if (
        asks
        or _UNSURE.search(_BEATS.sub(" ", said))
        or any(text.lower() in said for text in options_of(thought.question, label).values())
    ):
        return False
    classed = _CLASS.search(thought.asked)
    shared = _stems(said) & (asked_stems(thought.question, label) - _stems(classed[1] if classed else ""))
    return beats or len(shared) > (not known)


def asserted(told: Form, thought: Thought, label: str, written: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where a sentence says of an option's text what the question asks for: *in the dark it secretes melatonin*.

    `written` is where the text, or its number, is written.
    """
    if told.kind in ("letter", "name"):
        return []
    if told.kind != "text":  # a number, with the unit that the option has
        whole = options_of(thought.question, label)[label].lower()
        spans = [(start, start + len(whole)) for start, _ in written if thought.lower.startswith(whole, start)]
        return [span for span in spans if is_asserted(thought, label, *span) or is_walked(thought, label, *span)]
    return [
        span
        for span in written
        if is_asserted(thought, label, *span)
        or is_subject(thought, label, *span)
        or is_walked(thought, label, *span)
        or is_affirmed(label, told.text, thought.lower, *span, asked=thought.asked)
    ]


def is_asserted(thought: Thought, label: str, start: int, end: int) -> bool:
    """Whether a sentence that shares words with the question says something of an option's text, and of no other's.

    The text stands at the end of what is said, behind at least two words, and nothing in the sentence denies it.
    """
    lower = thought.lower
    behind = _SAID.match(lower, end)
    if behind is None:
        return False
    left = max(lower.rfind(sign, max(0, start - _LONGEST_SENTENCE), start) for sign in _SENTENCE_ENDS) + 1
    stop = _SENTENCE_STOP.search(lower, end, end + _LONGEST_SENTENCE)
    said = lower[max(left, start - _LONGEST_SENTENCE) : start]
    sentence = said + lower[start : stop.start() if stop else end + _LONGEST_SENTENCE]
    if len(_WORDS.findall(said)) < 2 or _UNSURE.search(sentence):
        return False
    options = options_of(thought.question, label)
    if sum(text.lower() in sentence for text in options.values()) > 1:
        return False
    return bool(_stems(said) & asked_stems(thought.question, label))


@lru_cache(256)
def asked_stems(question: str, label: str) -> frozenset[str]:
    """The beginnings of the words of a question without its options.

    >>> sorted(asked_stems("Which hormone regulates sleep? (A) Insulin (B) Melatonin", "B"))
    ['hormo', 'regul', 'sleep']
    """
    return frozenset(_stems(stem_of(question, label).lower()) - _ASKING)


@lru_cache(256)
def stem_of(question: str, label: str) -> str:
    """A question without its options.

    >>> stem_of("Which hormone regulates sleep? (A) Insulin (B) Melatonin", "B")
    'Which hormone regulates sleep? (A)   (B)  '
    """
    for text in options_of(question, label).values():
        question = re.sub(re.escape(text), " ", question, flags=re.IGNORECASE)
    return question


def _stems(text: str) -> set[str]:
    """The first letters of the longer words; in Chinese every two signs."""
    words = {word[:_STEM] for word in _LONG_WORDS.findall(text) if not UNSPACED.search(word)}
    return words | {run[at : at + 2] for run in _HAN.findall(text) for at in range(len(run) - 1)}


def is_told(letter: str, option: str, lower: str, start: int, end: int) -> bool:
    """Whether what stands there is only told as an option's text, or an option that is a formula is worked out.

    >>> is_told("B", "neon", "option b is neon", 12, 16), is_told("B", "neon", "so it is neon", 9, 13)
    (True, False)
    >>> is_told("C", "6^2", "5^2 = 25, 6^2 = 36", 16, 18)
    True
    """
    if "^" in option and ("=" in lower[max(0, start - 3) : start] or "=" in lower[end : end + 3]):
        return True
    label = _LABEL_BEFORE.search(lower, max(0, start - 16), start)
    return label is not None and label[1] == letter.lower()


def is_option(question: str, label: str) -> bool:
    """Whether a sign is that of an option of a question, and not a number that it counts.

    >>> is_option("Who wrote Emma? 1. Austen 2. Eliot", "2"), is_option("How many are true? 1. Ice 2. Fire", "2")
    (True, False)
    """
    counted = label.isdigit() and _COUNTS.search(question.lower()) is not None
    return len(label) == 1 and not counted and label in options_of(question, label)


def letter_counts(text: str, lower: str, start: int, end: int, line: str, cues: Cues) -> bool:
    """Whether an option's letter is named as the one that is meant; `line` is its line up to it, in lower case.

    >>> from workbench.analysis.targets.cues import cues_of
    >>> text = "Option B is 9, so it must be C."
    >>> [letter_counts(text, text.lower(), at, at + 1, text[:at].lower(), cues_of(("en",))) for at in (7, 29)]
    [False, True]
    """
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    if not line.strip(" \t-*#>("):  # the options as they are listed, unless nothing follows
        if text[end : end + 1] == " " and cues.after.match(lower, end):
            return True
        rest = _rest_of_line(lower, end)
        if _LINE.match(rest) and _AGREED.search(rest) and not _TAKES_BACK.search(rest):
            return True  # C: "that she resign", the base form. Right.
        return not lower[end : end + 12].partition("\n")[0].strip(" .*!)。")
    if _MORE_LETTERS.match(text, end) or _FACTOR.match(text, end):
        return False
    if text[end : end + 1] == ")" and text[start - 1 : start] != "(" and _SHARES_BRACKETS.search(line):
        return False  # one to H, one to C
    if cues.told_of.search(line) and _TOLD.match(lower, end) and not cues.after.match(lower, end):
        return False  # what an option says, and not that it is the one
    if _LETTERS_BEFORE.search(line) or _WEIGHED.search(line):
        return False
    if _ends_with_letter(text, start, end) or cues.letter.search(line):
        return True
    if re.match(r"\)?\s?[:=]", text[end : end + 3]):
        return False
    return bool(
        cues.after.match(lower, end)
        or cues.before.search(line.rstrip(" *("))
        or (
            bracketed
            and re.search(r"\w\s\(\Z", text[max(0, start - 3) : start])
            and re.match(r"\)\s*(?:[.,;!?]|\Z|\n)", text[end : end + 4])
        )
    )


def _ends_with_letter(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends with the letter of an option, outside a list of options."""
    return _ENDS_WITH_LETTER.match(text, end) is not None and not (
        _OTHER_ITEM.search(text[max(0, start - _NEAR) : start]) or _OTHER_ITEM.search(text[end + 1 : end + _NEAR])
    )
