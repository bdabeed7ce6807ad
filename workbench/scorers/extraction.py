"""The final answer inside what a model wrote: after a marker, in a box, in bold, or at the end.

Markers are `Answer: …`, `The answer is …`, a heading `Answer` with the answer below, `#### …` on the last line, and
the word for "answer" with a colon in a few other languages; a box is LaTeX's `\boxed{…}`. Markers and boxes are
explicit: the last one in the text wins. Every function takes time linear in the text and raises nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workbench.scorers.numerals import Numeral, number_in_words, numbers_in_words, numerals, pure_number, readable

LONGEST_CLAIM: Final = 1_000
"""Characters read after a marker or inside a box: a final answer is short, and hostile text may hold many markers."""

_MARKER: Final = re.compile(
    r"\banswers?(?:\s?\([^()\n]{0,40}\))?[*_]{0,3}"
    r"(?:[ \t]{0,3}[:：=]|(?:[ \t](?:to|for|of)[ \t][^\n.:?!]{1,80}?)?"
    r"[ \t]{1,3}(?:is|are|was|should be|would be|must be|equals)\b[ \t]?[:：]?)"
    r"|^[#>*_ \t]{0,8}(?:(?:the|my|final|short|correct)[ \t]){0,3}answer[*_ \t]{0,4}$"
    r"|(?:\b(?:antwort|réponse|respuesta|risposta|resposta|ответ)|答案|答え|정답)\s?[:：是]",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_CLAIMS: Final = 20
_HASHES: Final = re.compile(r"#{4}[ \t]*(\S.*)")
_BOX: Final = re.compile(r"\\f?boxed\s?(?=\{)|\\f?boxed\s(?=\w)")
_WRAPPER: Final = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|mathit|mathsf|operatorname|emph)\s?\{([^{}]*)\}")
_MATH: Final = re.compile(r"(?<!\\)\\+(?:[()\[\],;!\s]|(?:left|right|quad|displaystyle)(?![A-Za-z]))")
_BOLD: Final = re.compile(r"\*\*([^*\n]{1,100})\*\*|__([^_\n]{1,100})__")
_ASIDE: Final = re.compile(
    r"(?<!\\)\((?=\s*[A-Za-z])|;|,?\s\b(?:because|since|as|not|instead of|rather than)\b", re.IGNORECASE
)
_ANOTHER: Final = re.compile(r"(?:\bnot|n['’]t|\brather than|\binstead of|\bout of)\s{1,3}\Z", re.IGNORECASE)
_SENTENCE_END: Final = re.compile(r"[.!?。！？](?=\s|[*_\"'”’]{1,3}(?:\s|$)|$)")
_CLAUSE: Final = re.compile(r"\b(?:is|are|was|were)\b\s*:?|[=:：]", re.IGNORECASE)
_EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？()[]{}<>$#"
_DASHES: Final = str.maketrans({**dict.fromkeys("‐‑‒–−", "-"), **dict.fromkeys("‘’ʼ", "'"), **dict.fromkeys("“”", '"')})
_UNSEEN: Final = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))


_UNLIKE: Final = r"(?!\s+(?:is|was)\s+(?:wrong|incorrect|false|not\b)|\s+(?:isn|wasn)['’]t)"

LETTERS: Final = "ABCDEFGH"
"""The labels a choice may have unless said otherwise."""


@dataclass(frozen=True)
class Found:
    """A piece of an answer, and where it stood, in words that finish the sentence *found …*."""

    text: str
    where: str


def normalised(text: str, *, ignore_case: bool = True) -> str:
    r"""Write a short answer in the form in which answers are compared.

    NFKC, one kind of dash and quote, single spaces, no case; no quotes, punctuation, brackets or Markdown around it.

    >>> normalised('**"Paris"**.') == normalised("paris"), normalised("−25") == normalised("25")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text.translate(_UNSEEN)).translate(_DASHES)
    if "\\" in plain:
        plain = _WRAPPER.sub(r"\1", _MATH.sub(" ", plain))
    if ignore_case:
        plain = unicodedata.normalize("NFKC", plain.casefold())
    plain = " ".join(plain.split())
    bare = plain.strip(_EDGES)
    # A heading's marks go; those of C# belong to the word.
    bare += "#" * (plain[plain.find(bare) + len(bare) :].startswith("#") and bare[-1:].isalnum())
    return bare or plain or text


def claims(answer: str) -> list[Found]:
    r"""List the explicit final answers, the last one first: what follows a marker on its line, and what is boxed.

    >>> claims("**Answer:** 41\nNo, wait. The answer is $\\boxed{42}$.")[0]
    Found(text='42', where='in \\boxed{}')
    """
    places: list[tuple[int, Found]] = []
    for marker in list(_MARKER.finditer(answer))[-_MOST_CLAIMS:]:
        text = _rest_of_line(answer, marker.end())
        if text and not re.match(r"not\b", text, re.IGNORECASE) and not _BOX.search(text):
            places.append((marker.end(), Found(text, f"after {marker.group().strip(' *_#>')!r}")))
    for box in list(_BOX.finditer(answer))[-_MOST_CLAIMS:]:
        text = _boxed(answer, box.end())
        if text.strip():
            places.append((box.end(), Found(text.strip(), r"in \boxed{}")))
    hashes = _HASHES.match(last_line(answer))
    if hashes:
        places.append((len(answer), Found(hashes[1].strip(), "after '####'")))
    return [found for _, found in sorted(places, key=lambda place: -place[0])]


def final_texts(answer: str, *, sentences: bool = False) -> list[Found]:
    """List the texts that may stand as the short final answer.

    The whole answer; the explicit answer (its line, and its first sentence); without one, the last line. With
    `sentences` also the end of the last sentence after *is*, *are*, *was* or a colon, and bold text in the last line:
    "The capital of Italy is **Rome**." gives "Rome".
    """
    found = [Found(answer.strip(), "as the whole answer")]
    explicit = claims(answer)
    if explicit:
        claim = explicit[0]
        return [*found, claim, Found(_first_sentence(claim.text), claim.where)]
    line = last_line(answer)
    found.append(Found(line, "as the last line"))
    if sentences:
        found.extend(Found(_inner(bold), "in bold in the last line") for bold in list(_BOLD.finditer(line))[-1:])
        sentence = _last_sentence(line)
        verbs = list(_CLAUSE.finditer(sentence))
        if verbs:
            found.append(Found(sentence[verbs[-1].end() :].strip(), "at the end of the last sentence"))
    return found


def final_number(answer: str) -> tuple[Numeral, str] | None:
    """Find the number that a model gives as its answer, and say where it stood.

    In this order: in the last explicit answer that holds a number (a box without one means that there is none); a
    number in bold in the last line; the last number in the text that is not one of "not 5" or "out of 17"; in a text
    without digits the only number word of the last line, such as "There are seven sheep left."

    >>> number, where = final_number("I counted 9, then 8. So the answer is 17 sheep (9 + 8).")
    >>> number.text, where
    ('17', "after 'answer is'")
    """
    for claim in claims(answer):
        number = _claimed_number(claim.text)
        if number is not None:
            return number, claim.where
        if claim.where == r"in \boxed{}":
            return None
    bold = [number for match in _BOLD.finditer(last_line(answer)) if (number := pure_number(_inner(match)))]
    if bold:
        return bold[-1], "in bold in the last line"
    digits = False
    for line in reversed(answer.splitlines()):
        found = numerals(line)
        digits = digits or bool(found)
        meant = _without_others(line, found)
        if meant:
            return meant[-1], "as the last number"
    number = None if digits else number_in_words(answer) or _only_word(last_line(answer))
    return (number, "in words") if number else None


def final_choice(answer: str, letters: str = LETTERS, *, options: Mapping[str, str] | None = None) -> Found | None:
    """Find the letter that a model chooses among `letters`; None where it chooses none, or more than one.

    In this order: the letter at the start of the last explicit answer; a last line that is a letter; the only letter
    with which a line starts (`B)`, `**B**`, `B: because A is wrong`); the last "option B", "I choose B" or "B is
    correct"; the only letter in brackets or bold; the letter of the one option (`options`: letter to text) that the
    answer repeats. An article ("A cat …") and a pronoun ("I think …") are not letters.

    >>> final_choice("A good question! The answer is (b), since A is a fish.").text, final_choice("A cat.")
    ('B', None)
    """
    answer = answer if answer.isascii() else unicodedata.normalize("NFKC", answer)
    for claim in claims(answer):
        letter = _leading_letter(claim.text, letters, claimed=True)
        if letter:
            return Found(letter, claim.where)
    lines = [line for line in answer.splitlines() if line.strip()]
    alone = _leading_letter(lines[-1], letters) if lines and len(lines[-1].strip(_EDGES)) == 1 else None
    if alone:
        return Found(alone, "as the last line")
    leading = {letter for line in lines if (letter := _leading_letter(line, letters))}
    if len(leading) == 1:
        return Found(leading.pop(), "at the start of a line")
    either = f"[{re.escape(letters.upper() + letters.lower())}]"
    upper = f"[{re.escape(letters.upper())}]"
    phrases = re.findall(
        rf"(?<!not )\b(?:(?:[Oo]ption|[Cc]hoice)(?:\s+is)?|[Cc]hoose|[Ss]elect|[Pp]ick|go with)\s+[*(]{{0,3}}({either})"
        rf"\b(?!['’]){_UNLIKE}"
        rf"|\b({upper})[*)]{{0,3}}\s+is\s+(?:the\s+)?(?:correct|right|best|answer)\b"
        rf"|\b(?:is|[Ii]t['’]s|be|[Dd]efinitely|[Cc]ertainly)\s+[*(]{{0,3}}({upper})[*).!]{{0,4}}"
        rf"(?=\s|$)(?![ \t]+[\w&])"
        rf"|\b(?:[Ss]o|[Tt]hus|[Hh]ence|[Tt]herefore),?\s+[*(]{{0,3}}({upper})[*).]{{0,4}}\s*$",
        answer,
    )
    if phrases:
        return Found("".join(phrases[-1]).upper(), "in the last phrase that names an option")
    marked = set(re.findall(rf"\(({either})\)|\*\*({either})\*\*", answer))
    if len({"".join(pair).upper() for pair in marked}) == 1:
        return Found("".join(marked.pop()).upper(), "in brackets or bold")
    texts = {normalised(found.text) for found in final_texts(answer, sentences=True)}
    repeated = [letter for letter, option in (options or {}).items() if normalised(option) in texts]
    return Found(repeated[0], "as the text of the option") if len(repeated) == 1 else None


def final_word(answer: str, words: tuple[str, ...]) -> Found | None:
    """Find which of a few words, such as yes and no, a model answers with.

    It is the first word of the last explicit answer or of the whole answer, or else the only one in the last line.
    Of two words, "not" before the one means the other.

    >>> final_word("Yes, because no fish can fly.", ("yes", "no")).text
    'yes'
    """
    candidates = [*claims(answer)[:1], Found(answer[:LONGEST_CLAIM], "at the start")]
    for found in candidates:
        first = re.match(r"[\W_]*(\w+)", found.text)
        if first and first[1].casefold() in words:
            return Found(first[1].casefold(), found.where)
    line = last_line(answer).casefold()
    named = {word for word in re.findall(r"\w+", line) if word in words}
    if len(named) != 1:
        return None
    word = named.pop()
    if len(words) == 2 and re.search(rf"(?:\bnot|n['’]t)\s+{re.escape(word)}\b", line):
        return Found(words[1 - words.index(word)], f"as 'not {word}' in the last line")
    return Found(word, "in the last line")


def last_line(text: str) -> str:
    """Return the last line that is not blank."""
    stripped = text.rstrip()
    return stripped[max(stripped.rfind("\n"), stripped.rfind("\r")) + 1 :].strip()


def _rest_of_line(text: str, start: int) -> str:
    """What follows on the line, or, where nothing does, the next line that holds something."""
    for line in text[start : start + LONGEST_CLAIM].splitlines():
        if line.strip(" \t*_:$#>-\\[(") or pure_number(line):
            return line.strip().strip("*_").strip()
    return ""


def _boxed(text: str, start: int) -> str:
    if text[start] != "{":
        match = re.compile(r"\w+").match(text, start)
        return match.group() if match else ""
    depth = 0
    for position in range(start, min(len(text), start + LONGEST_CLAIM)):
        if text[position] in "{}" and text[position - 1] != "\\":
            depth += 1 if text[position] == "{" else -1
            if depth == 0:
                return text[start + 1 : position]
    return ""


def _first_sentence(text: str) -> str:
    end = _SENTENCE_END.search(text)
    return text[: end.start()] if end else text


def _last_sentence(line: str) -> str:
    body = line.rstrip(_EDGES)
    ends = list(_SENTENCE_END.finditer(body))
    return body[ends[-1].end() :] if ends else body


def _leading_letter(text: str, letters: str, *, claimed: bool = False) -> str | None:
    """The letter with which a line starts as a label; after a marker (`claimed`) a bare letter will do."""
    text = _WRAPPER.sub(r"\1", _MATH.sub(" ", text[:LONGEST_CLAIM]))
    either = re.escape(letters.upper() + letters.lower())
    match = re.match(
        rf"[\s*_`\"'“$#>-]*(?:(?:option|choice)\s+)?(\(|\[|\*\*)*([{either}])(?![\w'’+#])(.*)",
        text,
        re.IGNORECASE | re.DOTALL,
    )
    if not match:
        return None
    opened, letter, rest = match.groups()
    following = rest.lstrip()
    labelled = bool(opened) or following[:1] in tuple("):.]*$}\"'”") or not following
    if not labelled and re.match(r"[-–—,;]|(?:because|since|as)\b", following):
        labelled = True
    if not labelled:
        bare = claimed and letter.isupper() and (letter not in "AI" or not following[:1].islower())
        return letter if bare else None
    sentence = following.lstrip("):.]*_ ")
    listed = re.match(
        r"(?:,|and\b|or\b|&|(?:is|are|was|has|would|can)\b(?!\s+(?:the\s+)?(?:correct|right|best|answer)))", sentence
    )
    return None if listed and not claimed else letter.upper()


def _without_others(line: str, found: list[Numeral]) -> list[Numeral]:
    """The numbers of a line but for those that are named as what the answer is not, or is only a part of."""
    plain = readable(line) if found else line
    return [number for number in found if not _ANOTHER.search(plain, max(0, number.start - 20), number.start)]


def _only_word(text: str) -> Numeral | None:
    """The number of a text that names one in words, and no other."""
    found = numbers_in_words(text[:LONGEST_CLAIM])
    return found[0] if len({number.value for number in found}) == 1 else None


def _inner(bold: re.Match[str]) -> str:
    return bold[1] or bold[2]


def _claimed_number(text: str) -> Numeral | None:
    """The number that a short text claims: `7 (as 3 + 4 = 7)` and `3 + 4 = 7` claim 7, `5, then 3, so 8` claims 8."""
    clause = _ASIDE.split(text, maxsplit=1)[0]
    clause = clause.rpartition("=")[2] if numerals(clause.rpartition("=")[2]) else clause
    found = numerals(clause) or numerals(text)
    if not found:
        return number_in_words(_first_sentence(text)) or _only_word(_first_sentence(text))
    lead = clause[: clause.find(found[0].text)] if found[0].text in clause else clause
    return found[0] if len(re.findall(r"[^\W\d_]+", lead)) <= 1 else found[-1]
