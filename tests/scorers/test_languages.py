"""The table of languages is the one place that knows words: the rooms that read answers hold none."""

import ast
import re
from pathlib import Path

import pytest

import workbench.scorers
from workbench.scorers.languages import as_written, languages_of, signs_of, table, words, words_of
from workbench.scorers.once import compiled

ROOMS = (
    *("reading", "naming", "leading", "options", "texts", "mathematics", "choices", "number_cues", "values"),
    *("phrases", "doubts", "truths", "matching", "number_words", "normal", "sentence_numbers", "rewritten", "numbers"),
    *("numerals", "denials", "numbers_compared", "labels", "scales", "ranges", "spoken_years", "word_by_word"),
)
KEYS = ("plain_or", "plain_and", "plain_not", "or", "and", "not", "because", "then", "if", "but", "is", "articles")
LATEX = re.compile(r"\\+[A-Za-z]+")
KNOWN = frozenset(
    word.lower() for phrase in words(tuple(table()), *KEYS) for word in re.findall(r"[^\W\d_]{2,}", phrase)
)


def patterns_in(room: str) -> list[str]:
    """What a room writes as a pattern: every string, also in an f-string, that has a sign of one in it."""
    (path,) = Path(workbench.scorers.__file__).parent.rglob(f"{room}.py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
    # The elements of HTML are no words: `em` is Portuguese, too.
    return [text for text in texts if re.search(r"\\[sbwWZA](?![a-z])|\(\?", text) and not text.startswith("<")]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_no_words_of_a_language(room: str) -> None:
    found = {
        word: text
        for text in patterns_in(room)
        for word in re.findall(r"[^\W\d_]{2,}", LATEX.sub(" ", text).lower())
        if word in KNOWN
    }
    assert not found, "such words belong to languages.toml or particles.toml"


def test_the_words_of_a_key_are_a_pattern_in_some_languages_or_in_all() -> None:
    assert re.fullmatch(as_written("plain_or", codes=("de",)), "oder")
    assert not re.fullmatch(as_written("plain_or", codes=("de",)), "or")
    assert re.fullmatch(as_written("plain_or"), "または")


def test_a_pattern_is_made_once() -> None:
    assert compiled(r"a+b") is compiled(r"a+b")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("答えは7です", ("en", "ja", "zh")),
        ("カタカナ", ("en", "ja", "zh")),
        ("ninguém comprou maçãs", ("en", "pt")),
        ("faltan 31", ("en", "es")),
        ("resta a b", ("en", "it", "pt")),
        ("é o pão", ("en", "pt")),
        ("neunhundertdrei", ("en", "de")),
        ("seicentoquarantadue", ("en", "it")),
        ("forty-two", ("en",)),
    ],
)
def test_few_sets_of_languages_are_told_apart(text: str, codes: tuple[str, ...]) -> None:
    assert languages_of(text) == codes


@pytest.mark.parametrize("key", ["answer", "result", "option", "other", "back", "open"])
def test_no_word_stands_in_a_text_without_what_tells_it(key: str) -> None:
    for code in table():
        codes = ("en", code)
        told, pieces = signs_of(codes, (key,))
        for word in words(codes, key):
            text = f"x, {word.lower()} - y"
            assert not told.isdisjoint(words_of(text)) or any(piece in text for piece in pieces), word
