"""Scripts and languages of a thought, as shares of its tokens."""

import collections

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.languages import STRETCH, languages, main_language, scripts
from workbench.analysis.thoughts.word_places import Words


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We have to find out how many of them are left, so let us count.", "en"),
        ("Wir müssen herausfinden, wie viele von ihnen noch übrig sind.", "de"),
        ("Nous devons trouver combien il en reste dans la boîte.", "fr"),
        ("Tenemos que averiguar cuántos quedan en la caja y por qué.", "es"),
        ("Dobbiamo capire quanti ne restano nella scatola, e perché non sono di più.", "it"),
        ("Precisamos descobrir quantos restam na caixa e por que não são mais.", "pt"),
        ("Нужно найти, сколько их осталось в коробке.", "ru"),
        ("我们要算出还剩多少个。", "zh"),
        ("残りがいくつあるか数えます。", "ja"),
        ("몇 개가 남았는지 세어 봅시다.", "ko"),
        ("علينا أن نعرف كم بقي منها.", "ar"),
        ("Jadi kita harus mencari berapa yang tersisa dari semua itu.", "id"),
        ("हमें गिनना है कि कितने बचे हैं।", "hi"),
    ],
)
def test_the_language_of_a_sentence(text, code):
    assert main_language(text) == code


def test_numbers_and_signs_have_no_language():
    assert main_language("12 + 30 = 42") is None
    assert languages("") == {}
    assert scripts("6 * 7") == {}


@given(st.text(max_size=400))
def test_shares_never_exceed_the_whole(text):
    assert sum(languages(text).values()) <= 1.01
    assert sum(scripts(text).values()) <= 1.01


PIECES = "the of and let's it’s und nicht l'eau qu'il rock'n'roll la le le, İle x²the the_of 5the 用the 😀 é ß que 等等"
RARE = ["\ue001", "of the" * 20]


@given(st.lists(st.sampled_from([*PIECES.split(), *RARE]), max_size=40))
def test_stretches_are_told_at_once_as_they_are_one_by_one(pieces):
    # Of so few words none is taken as a sample of the rest.
    text = " ".join(pieces)
    assert languages(text, Words(text)) == languages(text)
    assert scripts(text, Words(text)) == scripts(text)


@given(st.lists(st.sampled_from("漢かдіب한Ω"), min_size=1, max_size=12))
def test_japanese_and_ukrainian_are_told_by_what_stands_in_a_stretch_or_near_it(letters):
    of = {"か": "ja", "д": "ru", "і": "uk", "ب": "ar", "한": "ko", "Ω": "el"}
    bytes_of = collections.Counter()
    for place, letter in enumerate(letters):
        near = letters[max(0, place - 1) : place + 2]
        code = ("ja" if "か" in near else "zh") if letter == "漢" else of[letter]
        bytes_of[code] += len(letter.encode())
    text = "".join(letter * STRETCH for letter in letters)
    expected = {code: round(count / bytes_of.total(), 3) for code, count in bytes_of.most_common()}
    for found in (languages(text), languages(text, Words(text))):
        assert list(found.items()) == list(expected.items())


def test_the_beginning_tells_the_language_of_single_words_between_other_letters():
    text = " ".join(f"{'слово ' * 30}{word}" for word in ("dann", "nicht", "Haus", "Baum"))
    assert "de" in languages(text, Words(text))
    assert languages(text, Words(text)) == languages(text)
