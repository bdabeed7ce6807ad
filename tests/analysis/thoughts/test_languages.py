"""Scripts and languages of a thought, as shares of its tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.languages import languages, main_language, scripts
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
