"""Numbers as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scorers.number_words import number_in_words, numbers_in_words
from workbench.scorers.numerals import numerals, pure_number


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("42", ["42"], id="plain"),
        pytest.param("25 km", ["25"], id="unit"),
        pytest.param("25km", ["25"], id="unit without a blank"),
        pytest.param("-25", ["-25"], id="minus"),
        pytest.param("−25", ["-25"], id="unicode minus"),
        pytest.param("–25", ["-25"], id="dash as minus"),
        pytest.param("x = -25", ["-25"], id="minus after equals"),
        pytest.param("(-25)", ["-25"], id="minus in brackets"),
        pytest.param("+25", ["25"], id="plus"),
        pytest.param("negative 25", ["-25"], id="negative"),
        pytest.param("minus 25", ["-25"], id="minus in words"),
        pytest.param("30 minus 25", ["30", "25"], id="a difference in words"),
        pytest.param("30 - 25", ["30", "25"], id="a difference"),
        pytest.param("3-5", ["3", "5"], id="a range"),
        pytest.param("3–5", ["3", "5"], id="a range with a dash"),
        pytest.param("$1,234.50", ["1234.5"], id="dollars"),
        pytest.param("-$5", ["-5"], id="minus before a currency"),
        pytest.param("$-5", ["-5"], id="minus after a currency"),
        pytest.param("US$5", ["5"], id="letters before a currency"),
        pytest.param("1,234,567", ["1234567"], id="commas"),
        pytest.param("12,34,567", ["1234567"], id="Indian commas"),
        pytest.param("1'234", ["1234"], id="Swiss"),
        pytest.param("1_234", ["1234"], id="underscore"),
        pytest.param("1\u202f234", ["1234"], id="narrow space"),
        pytest.param("about 1 234 people", ["1234"], id="a blank, where no other number stands"),
        pytest.param("5 and 1 234", ["5", "1", "234"], id="a blank, where another number stands"),
        pytest.param("1{,}234", ["1234"], id="LaTeX comma"),
        pytest.param(r"1\,234", ["1234"], id="LaTeX thin space"),
        pytest.param("1.234", ["1.234"], id="one point is a decimal point"),
        pytest.param("1.234,5", ["1234.5"], id="continental"),
        pytest.param("1.234.567", ["1234567"], id="points as thousands"),
        pytest.param("3,14", ["3.14"], id="decimal comma"),
        pytest.param("0,125", ["0.125"], id="no thousands begin with 0"),
        pytest.param("1,2,3", ["1", "2", "3"], id="a list"),
        pytest.param("1, 2", ["1", "2"], id="a list with blanks"),
        pytest.param(".5", ["0.5"], id="no zero"),
        pytest.param("It is 5.", ["5"], id="end of a sentence"),
        pytest.param("...5", ["5"], id="after dots"),
        pytest.param("3/4", ["3/4"], id="fraction"),
        pytest.param(r"\frac{3}{4}", ["3/4"], id="LaTeX fraction"),
        pytest.param(r"\dfrac34", ["3/4"], id="short LaTeX fraction"),
        pytest.param(r"-\frac{3}{4}", ["-3/4"], id="negative LaTeX fraction"),
        pytest.param(r"2\frac{1}{2}", ["5/2"], id="mixed LaTeX fraction"),
        pytest.param("1½", ["3/2"], id="vulgar fraction"),
        pytest.param("2 1/2", ["5/2"], id="mixed"),
        pytest.param("-2 1/2", ["-5/2"], id="negative mixed"),
        pytest.param("5/0", [], id="division by zero"),
        pytest.param("1e3", ["1000"], id="exponent"),
        pytest.param("1.5E-2", ["0.015"], id="negative exponent"),
        pytest.param("1.5 × 10^3", ["1500"], id="times ten to the"),
        pytest.param(r"2.5 \times 10^{-4}", ["0.00025"], id="LaTeX times ten to the"),
        pytest.param("2·10³", ["2000"], id="superscript"),
        pytest.param("2^10", ["1024"], id="power"),
        pytest.param("2**10", ["1024"], id="power as in code"),
        pytest.param("４２", ["42"], id="full width"),
        pytest.param("٤٢", ["42"], id="Arabic-Indic"),
        pytest.param("१२", ["12"], id="Devanagari"),
        pytest.param("٣٫٥", ["3.5"], id="Arabic decimal separator"),
        pytest.param("答案是42", ["42"], id="after Chinese"),
        pytest.param("inf, infinity, NaN", [], id="no numbers"),
        pytest.param("(30)-25", ["30", "25"], id="a difference after a bracket"),
        pytest.param("1e999999999", [], id="far too large"),
        pytest.param("1e9999", [], id="too large"),
        pytest.param("9^9999", [], id="too large a power"),
        pytest.param("1" * 401, [], id="too long"),
        pytest.param("12:30", [], id="time"),
        pytest.param("2024-05-01", [], id="ISO date"),
        pytest.param("3/4/2024", [], id="date"),
        pytest.param("1.2.3", [], id="version"),
        pytest.param("GPT-4, H2O, x_1, x_{2}, COVID-19", [], id="inside words"),
        pytest.param("x^2", [], id="exponent of a letter"),
        pytest.param(r"2\sqrt{3}, \sqrt{5}, 2\pi, \pi/4", [], id="roots and pi"),
    ],
)
def test_numbers_are_read(text, values):
    assert [number.value for number in numerals(text)] == [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        pytest.param("12%", "12", True, id="percent and its number"),
        pytest.param("12%", "0.12", True, id="percent and its worth"),
        pytest.param("12%", "12 percent", True, id="two percents"),
        pytest.param("0.12%", "12%", False, id="two percents compare as written"),
        pytest.param("3 million", "3000000", True, id="million"),
        pytest.param("3 million", "3", True, id="millions asked for"),
        pytest.param("3 million", "3 billion", True, id="both scaled: as written"),
        pytest.param("3/4", "0.75", True, id="fraction and decimal"),
        pytest.param("1/3", "0.333", False, id="not quite"),
        pytest.param("25", "-25", False, id="sign"),
        pytest.param("0.1", "0.10", True, id="trailing zero"),
    ],
)
def test_numbers_are_compared_exactly(one, other, equal):
    a, b = numerals(one)[0], numerals(other)[0]
    assert a.equals(b, tolerance=Fraction(0), relative_tolerance=Fraction(0)) is equal
    assert b.equals(a, tolerance=Fraction(0), relative_tolerance=Fraction(0)) is equal


@pytest.mark.parametrize(
    "text", ["42", "-1,234.5", "$5", "12%", "3/4", r"\(\frac{3}{4}\)", "**42**", "42.", "1e3", "0.5"]
)
def test_a_number_alone_is_pure(text):
    assert pure_number(text)


@pytest.mark.parametrize("text", ["", "25 km", "007", "x = 5 or 6", "1 or 2", "12:30", "Apollo 11", "five", "3rd"])
def test_what_is_more_than_a_number_is_not_pure(text):
    assert pure_number(text) is None


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
        pytest.param("twenty-eleven", None, id="no such number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_small_numbers_in_words_are_read(text, value):
    found = number_in_words(text)
    assert (found and found.value) == value


@settings(deadline=None)
@given(st.text() | st.text("0123456789.,-/:^e%$ \\{}½x"))
def test_reading_numbers_never_raises(text):
    for number in numerals(text):
        assert number.text
    pure_number(text)
    number_in_words(text)


@settings(deadline=None)
@given(st.integers(-(10**30), 10**30))
def test_any_integer_is_read_with_and_without_commas(value):
    assert [numerals(form)[0].value for form in (str(value), f"{value:,}", f"the sum is {value}.")] == [value] * 3


@settings(deadline=None)
@given(st.fractions())
def test_any_fraction_is_read(value):
    assert numerals(str(value))[0].value == value


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
    ("text", "value"),
    [
        ("3万5,400円", 35_400),
        ("14万4,000", 144_000),
        ("2万500円", 20_500),
        ("1億2,000万円", 120_000_000),
        ("7만 4,500원", 74_500),
    ],
)
def test_what_follows_a_scale_may_have_a_comma(text: str, value: int) -> None:
    assert numerals(text, ("en", "ja", "ko"))[0].value == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("7 × 180 = 1 260 kg", [7, 180, 1_260]),
        ("12 · 250 =3 000.", [12, 250, 3_000]),
        ("9 + 9 ≈ 1 250 000,5 (or so)", [9, 9, Fraction(2_500_001, 2)]),
        ("x = 5 040 060", [5_040_060]),
        ("3 = 3 100 + 2 100", [3, 3, 100, 2, 100]),
        ("items 5 040 and 6", [5, 40, 6]),
    ],
)
def test_behind_an_equals_sign_blanks_group_digits_in_any_language(text: str, values: list[Fraction | int]) -> None:
    assert [numeral.value for numeral in numerals(text)] == values


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
