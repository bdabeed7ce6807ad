"""Numbers in words are read in every language of the table."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scorers.number_words import number_in_words, numbers_in_words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("nine", 9, id="one digit"),
        pytest.param("Twenty-five.", 25, id="two digits"),
        pytest.param("forty two", 42, id="a blank"),
        pytest.param("ninety", 90, id="tens"),
        pytest.param("one hundred", 100, id="hundred"),
        pytest.param("a hundred and five", 105, id="a hundred and"),
        pytest.param("two hundred thousand", 200_000, id="hundred thousand"),
        pytest.param("three million and one", 3_000_001, id="million"),
        pytest.param("minus seven", -7, id="minus"),
        pytest.param("hundred", None, id="hundred alone"),
        pytest.param("two two", None, id="a number said digit by digit"),
        pytest.param("zero hundred", None, id="zero hundred"),
        pytest.param("one of them", None, id="a pronoun"),
        pytest.param("five twenty", None, id="wrong order"),
        pytest.param("thirty-eleven", None, id="no such number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_small_numbers_in_words_are_read(text, value):
    found = number_in_words(text)
    assert (found and found.value) == value


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)


TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def spelled(value):
    for name, scale in (("million", 10**6), ("thousand", 1000), ("hundred", 100)):
        if value >= scale:
            above, below = divmod(value, scale)
            return [*spelled(above), name, *(spelled(below) if below else ())]
    if value < 20:
        return [ONES.split()[value]]
    return [TENS.split()[value // 10 - 2], *(spelled(value % 10) if value % 10 else ())]


@given(st.integers(0, 10**9 - 1))
def test_any_number_in_words_is_the_number_that_was_spelled(value):
    assert number_in_words(" ".join(spelled(value))).value == value


@pytest.mark.parametrize(
    ("code", "text", "value"),
    [
        ("en", "half a million", "500000"),
        ("en", "two and a half million", "2500000"),
        ("de", "viereinhalb Millionen", "4500000"),
        ("de", "elfeinhalb", "23/2"),
        ("de", "eine halbe Milliarde", "500000000"),
        ("fr", "deux millions et demi", "2500000"),
        ("es", "un millón y medio", "1500000"),
        ("it", "quattro milioni e mezzo", "4500000"),
        ("pt", "meio milhão", "500000"),
        ("ru", "пять с половиной миллионов", "5500000"),
        ("ar", "مليون ونصف", "1500000"),
        ("ar", "ستة وأربعون", "46"),
        ("ar", "أربعمئة وسبعة عشر", "417"),
        ("ar", "ألفان وثمانون", "2080"),
        ("ja", "四・二", "21/5"),
        ("ko", "이십삼점육", "118/5"),
    ],
)
def test_halves_and_joined_words_of_numbers(code: str, text: str, value: str) -> None:
    assert [str(number.value) for number in numbers_in_words(text, ("en", code))] == [value]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("seven point five", "en", "7.5"),
        ("zero point zero five", "en", "0.05"),
        ("minus twelve point two five", "en", "-12.25"),
        ("point five", "en", "0.5"),
        ("one point five million", "en", "1500000"),
        ("fünfundzwanzig Komma null fünf", "de", "25.05"),
        ("trois virgule vingt-cinq", "fr", "3.25"),
        ("siete coma cinco", "es", "7.5"),
        ("otto virgola due", "it", "8.2"),
        ("nove vírgula um", "pt", "9.1"),
        ("семь целых пять десятых", "ru", "7.5"),
    ],
)
def test_decimals_in_words_are_read(text, code, value):
    codes = ("en", code)
    assert number_in_words(text, codes).value == Fraction(value)
    if not text.startswith("point"):
        assert [number.value for number in numbers_in_words(f"– {text}.", codes)] == [Fraction(value)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("At one point five people left.", [5]),
        ("At this point seven remain.", [7]),
        ("He made a point five times.", [5]),
        ("It was five, point taken.", [5]),
        ("Five points, seven points.", [5, 7]),
    ],
)
def test_a_point_that_is_no_decimal_one_parts_numbers(text, values):
    assert [number.value for number in numbers_in_words(text)] == values


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("three dozen", "en", 36),
        ("two dozens", "en", 24),
        ("a dozen", "en", 12),
        ("half a dozen", "en", 6),
        ("one hundred dozen", "en", 1200),
        ("vier Dutzend", "de", 48),
        ("ein halbes Dutzend", "de", 6),
        ("deux douzaines", "fr", 24),
        ("tres docenas", "es", 36),
        ("due dozzine", "it", 24),
        ("cinco dúzias", "pt", 60),
        ("две дюжины", "ru", 24),
    ],
)
def test_dozens_count_what_stands_before_them(text, code, value):
    codes = ("en", code)
    assert [number.value for number in numbers_in_words(f"Es: {text}, ok.", codes)] == [value]


def test_dozens_of_nothing_that_is_said_are_no_number():
    assert numbers_in_words("They sold dozens of eggs by the dozen.") == []


@pytest.mark.parametrize(
    ("text", "language", "year"),
    [
        ("It appeared in nineteen forty-nine.", "en", 1949),
        ("Nineteen eighty four", "en", 1984),
        ("the fire of sixteen sixty-six", "en", 1666),
        ("in nineteen oh five", "en", 1905),
        ("twenty twenty-four", "en", 2024),
        ("in ten sixty-six", "en", 1066),
        ("in twelve fifteen", "en", 1215),
        ("in nineteen hundred and five", "en", 1905),
        ("im Jahr neunzehnhundertneunundachtzig", "de", 1989),
        ("elfhundert", "de", 1100),
        ("en dix-sept cent quatre-vingt-neuf", "fr", 1789),
        ("en mil neuf cent quatre-vingt-quatre", "fr", 1984),
        ("nel millenovecentottantaquattro", "it", 1984),
        ("en mil novecientos ochenta y cuatro", "es", 1984),
        ("em mil novecentos e oitenta e quatro", "pt", 1984),
        ("в тысяча девятьсот восемьдесят четвёртом году", "ru", 1984),
        ("две тысячи двадцать четвёртый год", "ru", 2024),
        ("一千九百八十四年", "zh", 1984),
        ("천구백팔십사년", "ko", 1984),
    ],
)
def test_years_in_words_are_one_number(text, language, year):
    assert [number.value for number in numbers_in_words(text, (language, "en"))] == [year]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("fifteen twenty-euro notes", [15, 20]),
        ("twenty twenty-four-hour days", [20, 24]),
        ("nineteen ninety-nine dollars", [19, 99]),
        ("at ten thirty", [10, 30]),
        ("ten fifteen", [10, 15]),
        ("twenty thirty forty", [20, 30, 40]),
        ("nineteen and eighty", [19, 80]),
        ("from nineteen fourteen to nineteen eighteen", [1914, 1918]),
        ("nineteen eighty-four and nineteen eighty-five", [1984, 1985]),
    ],
)
def test_what_only_follows_a_number_makes_no_year_of_it(text, values):
    assert [number.value for number in numbers_in_words(text)] == values


@pytest.mark.parametrize(
    ("code", "text", "values"),
    [
        pytest.param("de", "Es sind dreißig oder dreiunddreißig.", [30, 33], id="ß is ss"),
        pytest.param("de", "zwei Millionen dreihunderttausend Leute", [2_300_000], id="a compound behind a scale"),
        pytest.param("de", "einhundertzweitausendsechshundert Stück", [102_600], id="hundreds of thousands in one"),
        pytest.param("de", "erst zweitausend fünftausend dann", [2000, 5000], id="thousands twice"),
        pytest.param("it", "Sono ventitré, non trentatré.", [23, 33], id="an accent"),
        pytest.param("it", "centotré e duecentoventitré", [103, 223], id="an accent in a compound"),
        pytest.param("it", "Sono centosei euro", [106], id="a short compound"),
        pytest.param("it", "tre milioni e cinquecentomila", [3_500_000], id="and behind millions"),
        pytest.param("it", "fra cinquecento e trecento", [500, 300], id="and between two numbers"),
        pytest.param("es", "entre doscientos y trescientos", [200, 300], id="hundreds twice"),
        pytest.param("es", "dos mil quinientos millones", [2_500_000_000], id="thousands of millions"),
        pytest.param("fr", "mille sept cent nonante-deux", [1792], id="Swiss and Belgian"),
        pytest.param("pt", "mil, novecentos e dezanove", [1919], id="a comma behind thousands"),
        pytest.param(
            "pt", "um milhão oitocentos e noventa e um mil trezentos e quarenta e sete", [1_891_347], id="many words"
        ),
        pytest.param("en", "We sold one thousand, two hundred and fifty.", [1250], id="a comma before hundreds"),
        pytest.param("en", "We sold two thousand, three came back.", [2000, 3], id="a comma before another number"),
        pytest.param("en", "one thousand, two thousand", [1000, 2000], id="a list of thousands"),
        pytest.param("ko", "모두 이만 천 명입니다", [21_000], id="a blank behind ten thousands"),
        pytest.param("ko", "모두 이만 이 사람", [20_000], id="a blank before no number"),
    ],
)
def test_numbers_above_a_hundred_are_one_number_as_they_are_written(code, text, values):
    assert [number.value for number in numbers_in_words(text, (code,))] == values


@pytest.mark.parametrize(("code", "text", "value"), [("it", "centouno", 101), ("ko", "삼십이만 육천백칠십칠", 326_177)])
def test_an_answer_that_is_such_a_number_is_read_as_a_whole(code, text, value):
    assert number_in_words(text, (code,)).value == value
