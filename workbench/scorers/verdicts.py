"""What a judging model decided, read from its words; and whether judge and judged are of one family."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re


@lru_cache(1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("verdicts.toml").read_text(encoding="utf-8"))


def _any(*keys: str, blank: str = r"\s") -> str:
    """A pattern of the words under some keys of the table, longest first."""
    words = {word for key in keys for word in _table()[key]}
    return "|".join(
        re.escape(word).replace(r"\ ", blank) for word in sorted(words, key=lambda word: (-len(word), word))
    )


_WORDS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(_table()["right"], True),
    **dict.fromkeys(_table()["wrong"], False),
}
_DRESSING: Final = r"[\s*_`#>\-–—•\"'“”\[\](){}<>|~$✅❌✓✗✔✘]"
_LONGEST_LINE, _LONGEST_OBJECT = 500, 4_000
_HEAD: Final = re.compile(
    rf"{_DRESSING}*(?:(?:{_any('before_head')})[\s,]+){{0,3}}(?:{_any('head')})"
    rf"{_DRESSING}*(?:[:：=]|\b(?:{_any('says')})\b|{_DRESSING}[-–—]+(?=\s)){_DRESSING}*",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(
    rf"(?:\\(?:boxed|text|textbf|mathrm)\s?\{{)*\s*({_any('right', 'wrong', blank=' ')})(?![\w-])", re.IGNORECASE
)
_ALONE: Final = re.compile(
    rf"{_DRESSING}*(?:(?:{_any('head_alone')}){_DRESSING}+)?({_any('alone')}){_DRESSING}*[.!。]?{_DRESSING}*",
    re.IGNORECASE,
)
_ANSWERED: Final = re.compile(
    rf"{_DRESSING}*(?:(?:{_any('rubric_before')})[ _])?(?:{_any('rubric')}){_DRESSING}*[:：=]{_DRESSING}*"
    rf"(?=(?:{_any('rubric_answers')})\b)",
    re.I,
)
"""`correct: yes`, as some rubrics ask for it."""
_SENTENCE: Final = re.compile(
    rf"{_DRESSING}*(?:(?:{_any('concludes')}),?\s)?(?:(?:{_any('article')})\s)?"
    rf"(?:(?:{_any('judged')})['’]s\s|(?:{_any('which')})\s)?(?:{_any('answer')})\s(?:{_any('says')})\s"
    rf"(?:(?:{_any('adverb')})\s)?({_any('in_a_sentence')}){_DRESSING}*[.!]?{_DRESSING}*",
    re.IGNORECASE,
)
"""A line that is a verdict as a sentence: *The answer is not correct.*"""
_LAST_OBJECT: Final = re.compile(r"(?<=\n)\{[^{}]*\}(?=\s*(?:```)?\s*\Z)")
_OTHER: Final = re.compile(rf"^[\s*_`\"']*(?:/|\||,?\s*(?:{_any('or_another')})\b)", re.IGNORECASE)
_AGAINST: Final = re.compile(r"\b(?i:" + _any("against", blank=r"\s+") + r")\b")
_AGAINST_WRONG: Final = re.compile(rf"\b(?:{_any('against_wrong')})\b")
_DOUBT: Final = re.compile(rf"[?？]|\b(?:{_any('doubt', blank=' ')})\b", re.IGNORECASE)
_FENCE: Final = re.compile(r"^\s*```\w*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_KEYS: Final = tuple(_table()["verdict_keys"])
_REASON_KEYS: Final = tuple(_table()["reason_keys"])
_FAMILIES: Final[Mapping[str, str]] = {name: family for family, names in _table()["families"].items() for name in names}


@dataclass(frozen=True)
class Verdict:
    """Whether a judge holds an answer to be right, and its reason, all that it wrote besides."""

    correct: bool
    reason: str


def verdict_of(text: str) -> Verdict | None:
    """Read a judge's verdict; None where it gives none, or gives two.

    It stands behind `VERDICT:` (or *verdict is*, *grade*) on the last line, with or without Markdown, a remark or a
    full-width colon, or alone on the line below it; or on the first line where nothing after it takes it back; or in a
    JSON object such as `{"verdict": "correct", "reason": "…"}`, alone or at the end. A line may also be a verdict as
    a sentence, or `correct: yes`.

    >>> verdict_of("The number fits.\\n### Verdict: Correct (it matches)")
    Verdict(correct=True, reason='The number fits.')
    >>> verdict_of("VERDICT: CORRECT or INCORRECT") is verdict_of("Verdict: partially correct") is None
    True
    """
    said = _json_object(text)
    if said is not None:
        return _from_json(said)
    last = _LAST_OBJECT.search(text[-_LONGEST_OBJECT:])
    said = _json_object(last[0]) if last else None
    if last is not None and said is not None and said.keys() & set(_KEYS):  # behind what the judge thought of it
        found = _from_json(said)
        before = text[: text.rfind(last[0])]
        return found and Verdict(found.correct, found.reason or " ".join(before.strip(" `\n").split()))
    lines = [line.strip() for line in text.splitlines() if re.search(r"\w", line)]
    if not lines:
        return None
    # A verdict begins its line; what comes after so many characters is a remark.
    heads = [line[:_LONGEST_LINE] for line in lines]
    verdict = _in_line(heads[-1])
    if verdict is None:
        verdict = _at_the_end(lines[-1][-_LONGEST_LINE:])
    if verdict is not None:
        return Verdict(verdict, " ".join(lines[:-1]))
    if len(lines) > 1 and (head := _HEAD.match(heads[-2])) and not heads[-2][head.end() :].strip(" *_`#"):
        below = _word(re.sub(rf"^{_DRESSING}+", "", heads[-1]))
        return None if below is None else Verdict(below, " ".join(lines[:-2]))
    first = _in_line(heads[0])
    rest = " ".join(lines[1:])
    if first is None or _DOUBT.search(rest) or any(_HEAD.match(line) for line in heads[1:]):
        return None
    return Verdict(first, rest)


def _at_the_end(line: str) -> bool | None:
    """The verdict with which a line ends, as its last sentence: `The sum fits. Verdict: CORRECT`."""
    tails = [line[match.end() :] for match in re.finditer(r"[.!;。]\s+", line)]
    headed = [tail[head.end() :] for tail in tails if (head := _HEAD.match(tail))]
    if len(headed) != 1:
        return None
    token = _TOKEN.match(headed[0])
    return _word(headed[0]) if token and not re.search(r"\w", headed[0][token.end() :]) else None


def _in_line(line: str) -> bool | None:
    """The verdict of a line that begins as one does."""
    alone = _ALONE.fullmatch(line) or _SENTENCE.fullmatch(line)
    if alone:
        return _WORDS[" ".join(alone[1].lower().split())]
    head = _HEAD.match(line) or _ANSWERED.match(line)
    return _word(line[head.end() :]) if head else None


def _word(text: str) -> bool | None:
    token = _TOKEN.match(text)
    if token is None:
        return None
    rest = text[token.end() :]
    verdict = _WORDS[token[1].lower()]
    # "INCORRECT (the correct answer is 9)" is a verdict; "CORRECT? No, incorrect" is none.
    taken_back = _AGAINST.search(rest) if verdict else _AGAINST_WRONG.search(rest)
    return None if taken_back or (_OTHER.match(rest) and _TOKEN.search(rest)) else verdict


def _json_object(text: str) -> dict[str, Any] | None:
    fenced = _FENCE.match(text)
    inner = (fenced[1] if fenced else text).strip()
    if not inner.startswith("{") or not inner.endswith("}"):
        return None
    try:
        value = json.loads(inner)
    except (ValueError, RecursionError):
        return None
    return {str(name).lower(): each for name, each in value.items()}


def _from_json(said: Mapping[str, Any]) -> Verdict | None:
    marks = {mark for key in _KEYS if key in said for mark in [_of_value(said[key])]}
    if len(marks) != 1 or None in marks:
        return None
    reason = next((str(said[key]) for key in _REASON_KEYS if key in said), "")
    return Verdict(bool(marks.pop()), reason)


def _of_value(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _WORDS.get(value.strip(" .*_`").lower())
    return None


def family_of(model: str) -> str:
    """Name the family that a model belongs to, by the first word of its name that is known; else by its first word.

    >>> family_of("openrouter/moonshotai/kimi-k2-thinking"), family_of("groq/llama-3.3-70b"), family_of("own/foo2-7b")
    ('Moonshot', 'Llama', 'foo')
    """
    name = model.rsplit("/", 1)[-1].lower()
    words = [word for word in re.split(r"[^a-z0-9]+", name) if word]
    stems = [re.sub(r"(?<=[a-z])\d.*$", "", word) if word not in _FAMILIES else word for word in words]
    # A distilled model is named after both: deepseek-r1-distill-llama-70b has learned to write as the first.
    known = next((_FAMILIES[stem] for stem in stems if stem in _FAMILIES), None)
    return known or (stems[0] if stems else name)


def kinship_of(judge: str, judged: Iterable[str]) -> str | None:
    """What to say where a judge and some of those that it judges are of one family; None where none is.

    >>> print(kinship_of("openai/gpt-6-sol", ["anthropic/claude-haiku-4-5"]))
    None
    """
    family = family_of(judge)
    kin = [name for name in dict.fromkeys(judged) if family_of(name) == family]
    if not kin:
        return None
    return (
        f"the judge {judge} and the judged {', '.join(kin[:3])}{' …' * (len(kin) > 3)} are of one family "
        f"({family}): models tend to favour answers like their own. Mark some by hand (wb.check_marks), or take "
        "a judge of another family"
    )
