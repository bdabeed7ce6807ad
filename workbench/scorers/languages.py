"""How answers are worded in eleven languages: the tables `languages.toml` and `particles.toml`, as patterns."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.scorers.once import once


def listed(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(listed("of the"))
    ['of', 'the']
    """
    return frozenset(text.split())


LATIN: Final = ("de", "fr", "es", "it", "pt")
"""The languages that share English's letters, told apart by their words."""

_SCRIPTS: Final = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_OTHER_SCRIPT: Final = re.compile("|".join(script.pattern for _, script in _SCRIPTS))
UNSPACED: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A sign of a script that sets no blanks between words, or few."""
_WORD: Final = re.compile(r"[^\W\d_]+")


@lru_cache(2)
def _kept(name: str) -> dict[str, dict[str, Any]]:
    """A table as it stands in its file."""
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@lru_cache(1)
def table() -> Mapping[str, Mapping[str, Any]]:
    """Both tables as one, by the code of the language."""
    return {code: lang | _kept("particles.toml").get(code, {}) for code, lang in _kept("languages.toml").items()}


@lru_cache(1)
def _no_proof() -> Mapping[str, frozenset[str]]:
    """What tells no language."""
    return {name: frozenset(listed) for name, listed in _kept("particles.toml")["no_proof"].items()}


def told(flag: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some languages for which the table says that something is so.

    >>> told("words_joined", ("en", "ja")), told("capital_nouns", ("en", "de"))
    (('ja',), ('de',))
    """
    return tuple(code for code in codes if table()[code].get(flag))


@lru_cache(4096)
def words(codes: tuple[str, ...], *keys: str) -> tuple[str, ...]:
    """The words that stand under any of the keys, longest first, each once.

    >>> words(("de",), "yes")[-1], "答案" in words(("zh",), "answer")
    ('ja', True)
    """
    found = {word for code in codes for key in keys for word in table()[code].get(key, ())}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


@lru_cache(1024)
def as_written(*keys: str, codes: tuple[str, ...] = ()) -> str:
    r"""The words under the keys in some languages, or in all, as a pattern without the edges of words.

    >>> as_written("copulas", codes=("en", "de"))
    '(?:are|ist|is)'
    """
    found = words(codes or tuple(table()), *keys)
    return "(?:" + "|".join(word[1:] if word.startswith("/") else re.escape(word) for word in found) + ")"


@lru_cache(1024)
def worded(*keys: str, codes: tuple[str, ...] = ()) -> str:
    r"""A pattern for what stands under the keys in some languages, or in all of them; strokes begin a pattern.

    >>> bool(re.search(worded("apiece"), "3 apiece")), bool(re.search(worded("none_left"), "there are no eggs"))
    (True, True)
    """
    found = words(codes or tuple(table()), *keys)
    plain = either(*(word for word in found if not word.startswith("/")))
    return "(?:" + "|".join([plain, *(rf"(?<!\w){word[1:]}" for word in found if word.startswith("/"))]) + ")"


@lru_cache(4096)
def either(*alternatives: str) -> str:
    r"""A pattern for any of some words: as whole words, except where the script leaves no blanks between words.

    >>> bool(re.search(either("rot", "红"), "Rotor")), bool(re.search(either("rot", "红"), "是红色"))
    (False, True)
    """
    unspaced = [word for word in alternatives if UNSPACED.search(word)]
    spaced = [word for word in alternatives if not UNSPACED.search(word)]
    parts = [re.escape(word).replace(r"\ ", r"[\s ]") for word in unspaced]
    if spaced:
        inner = "|".join(re.escape(word).replace(r"\ ", r"\s") for word in spaced)
        parts.append(rf"(?<!\w)(?:{inner})(?!\w)")
    return "(?:" + "|".join(parts or [r"(?!)"]) + ")"


@lru_cache(1)
def _vocabularies() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """By language: the words that prove it, and those of which two do, as English or a name may have one of them."""
    lists = {
        code: {word for key, values in lang.items() if key not in _no_proof()["lists"] for word in _texts(values)}
        for code, lang in _kept("languages.toml").items()
    }
    single = {code: {word for text in texts for word in _WORD.findall(text)} for code, texts in lists.items()}
    common = {code: set(table()[code]["common"]) for code in LATIN}
    for code in LATIN:
        single[code] |= {word for phrase in number_words((code,)) for word in _WORD.findall(phrase)}
    english = _no_proof()["function_words"]
    return {
        code: (
            frozenset((single[code] | common[code]) - single["en"] - _no_proof()["with_english"] - english),
            frozenset((common[code] | set(words((code,), "yes", "no", "true", "false"))) - english),
        )
        for code in LATIN
    }


@lru_cache(1)
def _proofs() -> dict[str, list[tuple[str, int]]]:
    """By word: the languages that it tells, each with the weight of that."""
    found: dict[str, list[tuple[str, int]]] = {}
    for code, (own, shared) in _vocabularies().items():
        for word in own | shared:
            found.setdefault(word, []).append((code, 2 * (word in own) + (word in shared)))
    return found


def _texts(values: Any) -> list[str]:
    if isinstance(values, list):
        return [str(value) for value in values]
    return [str(value) for value in values] if isinstance(values, dict) else []


def words_of(lower: str) -> frozenset[str]:
    """The words of a text: its runs of letters.

    >>> sorted(words_of("die 5 antworten, die"))
    ['antworten', 'die']
    """
    return frozenset(_WORD.findall(lower))


@lru_cache(1024)
def signs_of(codes: tuple[str, ...], keys: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a text must have to hold anything under some keys: one of the words, or one of the pieces of unspaced text.

    >>> signs_of(("de",), ("yes",))[0] & words_of("ja, so ist es")
    frozenset({'ja'})
    """
    found = words(codes, *keys)
    runs = [(word, [] if UNSPACED.search(word) else _WORD.findall(word)) for word in found]
    return (
        frozenset(max(parts, key=len) for _, parts in runs if parts),
        tuple(word.partition(" ")[0] for word, parts in runs if not parts),
    )


def languages_of(lower: str, tokens: frozenset[str] | None = None) -> tuple[str, ...]:
    """The languages whose words count in a text: English always, others by script or by a word of theirs.

    `tokens` are its words, for whoever has them already.

    >>> languages_of("die antwort ist fünf"), languages_of("all but nine die"), languages_of("答案是五")
    (('en', 'de'), ('en',), ('en', 'zh'))
    """
    found = ["en"]
    if not lower.isascii() and _OTHER_SCRIPT.search(lower):
        found += [code for code, script in _SCRIPTS if script.search(lower)]
        if "ja" in found and "zh" not in found:
            found.append("zh")  # one set of patterns for both ways to write Japanese
        if len(found) > 1:
            return tuple(found)
    tokens = words_of(lower) if tokens is None else tokens
    hits = dict.fromkeys(LATIN, 0)
    for token in tokens & _proofs().keys():
        for code, weight in _proofs()[token]:
            hits[code] += weight
    if any(hits.values()) and not lower.isascii():
        hits = {code: count + (not _letters(code).isdisjoint(lower)) for code, count in hits.items()}
    most = max(hits.values())
    if not most and len(tokens) < _FEW:
        found += [code for code, compound in _compounds().items() if any(map(compound.fullmatch, tokens))]
        found += [code for code in LATIN if code not in found and not _letters(code).isdisjoint(lower)]
    if most >= (1 if len(tokens) < 4 else 2):
        near = [code for code, count in hits.items() if count >= 0.7 * most]
        found += near if len(near) < _MANY else LATIN  # patterns are made for each set of languages
    return tuple(found)


_MANY: Final = 3
_FEW: Final = 8
"""Words of an answer in which one long number may tell the language."""


@lru_cache(1)
def _compounds() -> dict[str, re.Pattern[str]]:
    """What a number in one word is made of, in the languages that do so: *dreihundertzwölf*, *trecentododici*."""
    return {
        code: re.compile(rf"(?=\w{{9}})(?:{'|'.join(map(re.escape, sorted(parts, key=len, reverse=True)))})+")
        for code in told("compound_forms", tuple(table()))
        for lang in [table()[code]]
        for parts in [{*number_words((code,)), *lang["hundred"], *lang["thousand"], *lang["compound_joints"]}]
    }


@lru_cache(16)
def _letters(code: str) -> frozenset[str]:
    """The letters that only one of the languages of LATIN has."""
    return frozenset("".join(words((code,), "letters")))


@lru_cache(1024)
def _either(codes: tuple[str, ...], keys: tuple[str, ...]) -> str:
    return either(*words(codes, *keys))


@lru_cache(64)
def patterns(codes: tuple[str, ...]) -> Patterns:
    """The patterns of some languages together; made once."""
    return Patterns(codes)


class Patterns:
    """Patterns over lower-case text for what `languages.toml` lists, each compiled when it is first needed."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes

    def either(self, *keys: str) -> str:
        """A pattern for the words under the keys."""
        return _either(self.codes, keys)

    @once
    def label(self) -> re.Pattern[str]:
        """`Final answer (in dollars):` at any place; for weaker names only where a sentence begins."""
        around = rf"(?:{self.either('describing')}[\s'’]{{0,2}})"
        tail = rf"(?:[\s]?{self.either('describing')}){{0,3}}(?:\s?\([^()\n]{{0,40}}\))?\s{{0,2}}(?:[:=→⇒]|->)\s*"
        begins = r"(?:(?<=\n)|(?<=[.!?。！？]\s)|(?<=[.!?。！？])|\A)\W{0,3}"
        return re.compile(
            rf"{self.either('answer')}{tail}"
            rf"|{begins}{around}{{0,4}}(?:{self.either('result')}|{self.either('option')}){tail}"
            rf"|【\s?{self.either('answer')}\s?】\s*"
            rf"|{begins}{around}{{0,4}}{self.either('answer')}\s(?=[\d$€£\\(]|[a-j]\b)"
        )

    @once
    def copula(self) -> re.Pattern[str]:
        """`the answer (to the question) is`, and the same with the weaker names after `the final …`."""
        between = rf"(?:\s{as_written('answers_to')}\s[^\n.:?!,;]{{1,80}}?)?"
        no = rf"(?:(?<!\w){as_written('no_before_verb')}(?:\s|(?<='))|{as_written('no_joined_to_verb')})"
        strong = rf"{self.either('answer')}(?:\s?{self.either('describing')}){{0,2}}{between}"
        weak = rf"{self.either('describing')}\s?{self.either('result')}"
        option = rf"{self.either('describing')}\s?{self.either('option')}"
        adverb = rf"(?:\s?{self.either('so', 'describing')}\s?)?"
        return re.compile(
            rf"(?:{strong}|{weak}|{option})[\s,]{{0,2}}{adverb}\s?(?P<no>{no}\s?)?"
            rf"{self.either('is')}{adverb}[:：\s]*"
        )

    @once
    def heading(self) -> re.Pattern[str]:
        """A line that is nothing but the name of the answer."""
        each = rf"(?:{self.either('describing')}[\s'’]{{0,2}})"
        return re.compile(rf"\W{{0,4}}{each}{{0,4}}{self.either('answer', 'result')}\s?{each}{{0,3}}[\W]{{0,4}}\Z")

    @once
    def named(self) -> re.Pattern[str]:
        """The name of a final answer."""
        return re.compile(self.either("answer"))

    @once
    def back(self) -> re.Pattern[str]:
        """Where what stands before is taken back."""
        many = [word for word in words(self.codes, "back") if " " in word or (len(word) > 3 and UNSPACED.search(word))]
        few = [word for word in words(self.codes, "back") if word not in many]
        return re.compile(rf"{either(*many)}|(?:(?<=\n)|(?<=[.!?。！？…—–;:(]\s)|(?<=[。！？…—–])|\A){either(*few)}")

    @once
    def other(self) -> re.Pattern[str]:
        """A word for somebody else's claim, or an earlier one."""
        return re.compile(self.either("other"))

    @once
    def conditional(self) -> re.Pattern[str]:
        """A sentence that begins with a condition."""
        return re.compile(rf"\W{{0,3}}(?:{as_written('sentence_links')}\s)?{self.either('if')}")

    @once
    def check(self) -> re.Pattern[str]:
        """The head of a line that follows an answer and is none."""
        return re.compile(rf"[^\w\n]{{0,6}}{self.either('check')}")

    @once
    def negation(self) -> re.Pattern[str]:
        """A denial at the very start of a claim."""
        return re.compile(rf"\W{{0,3}}{as_written('before_denial')}?\s?{self.either('not')}\s?")

    @once
    def instead_of_it(self) -> re.Pattern[str]:
        """What follows a denial and says what is meant: `but`, `it is`."""
        return re.compile(
            rf"(?:[,;.:—–，；、]\s*|\s)(?:{self.either('but')}|{as_written('subjects_of_it')}"
            rf"(?:['’]s|\s{as_written('says_it_is')})|[;—–]|{as_written('it_is')})\s*"
        )

    @once
    def not_after(self) -> re.Pattern[str]:
        """A denial after the word, as in Japanese and Korean; `goes_on` where it says what is meant instead."""
        found = words(self.codes, "not_after")
        return re.compile(rf"(?:{'|'.join(map(re.escape, found)) or '(?!)'})(?P<goes_on>라\s?|、\s?)?")

    @once
    def open(self) -> re.Pattern[str]:
        """Where it is said that nothing can be said."""
        return re.compile(self.either("open"))

    @once
    def undecided(self) -> re.Pattern[str]:
        """Where more than one answer is given."""
        return re.compile(self.either("undecided", "hard_to_decide"))

    @once
    def alternative(self) -> re.Pattern[str]:
        """`or`, between two answers."""
        return re.compile(self.either("or"))

    @once
    def so(self) -> re.Pattern[str]:
        """Words that conclude."""
        return re.compile(self.either("so"))

    @once
    def total(self) -> re.Pattern[str]:
        """Words that announce a sum."""
        return re.compile(self.either("total"))

    @once
    def tail(self) -> re.Pattern[str]:
        """What ends a sentence where the verb stands last."""
        ends = words(self.codes, "is_after")
        return re.compile(rf"(?:{'|'.join(map(re.escape, ends)) or '(?!)'})\W{{0,3}}\Z")

    @once
    def articles(self) -> re.Pattern[str]:
        """Articles at the start."""
        found = words(self.codes, "articles")
        elided = [word for word in found if word.endswith("'")]
        plain = [word for word in found if not word.endswith("'")]
        return re.compile(rf"(?:(?:{'|'.join(plain) or '(?!)'})\s|(?:{'|'.join(elided) or '(?!)'}))")


@lru_cache(64)
def number_words(codes: tuple[str, ...]) -> dict[str, Fraction]:
    """What each number word of some languages stands for; compounds such as *fünfundzwanzig* and *ventuno* included.

    >>> str(number_words(("de",))["fünfundzwanzig"]), str(number_words(("en",))["three quarters"])
    ('25', '3/4')
    """
    found: dict[str, Fraction] = {}
    for code in reversed(codes):
        lang = table()[code]
        small, tens = lang.get("small", []), lang.get("tens", [])
        own = {word: Fraction(value) for value, word in enumerate(small)}
        own |= {word: Fraction(10 * value) for value, word in enumerate(tens, start=1)}
        for ten, above in list(enumerate(tens, start=1))[not lang.get("before_counters") :]:
            for one, below in list(enumerate(small))[1:10]:
                if "ones_first" in lang:
                    own[f"{'ein' if one == 1 else below}{lang['ones_first']}{above}"] = Fraction(10 * ten + one)
                if one <= len(lang.get("before_counters", ())):
                    own[above + lang["before_counters"][one - 1]] = Fraction(10 * ten + one)
                if lang.get("run_together"):
                    own[above + below] = own[above[:-1] + below] = Fraction(10 * ten + one)
        if "ones_first" in lang:
            own |= {f"{'ein' if n == 1 else word}einhalb": Fraction(2 * n + 1, 2) for n, word in enumerate(small) if n}
            for one, below in list(enumerate(small))[1:10]:
                own[("ein" if one == 1 else below) + lang["hundred"][0]] = Fraction(100 * one)
                own[("ein" if one == 1 else below) + lang["thousand"][0]] = Fraction(1000 * one)
        found |= own | {word: Fraction(value) for word, value in lang.get("more", {}).items()}
    return found | {word.casefold(): value for word, value in found.items()}
