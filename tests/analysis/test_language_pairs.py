"""The same questions in several languages: paired differences, lengths, prices, and the language of the thought."""

import pytest

from workbench.analysis.language_pairs import language_of, language_table, pair_of
from workbench.errors import InputError
from workbench.rows.table import frame

TEXTS = {
    "en": ("How many sheep are left on the field?", "So there are nine of them left, that is the answer."),
    "zh": ("田里还剩多少只羊？", "还剩九只羊，所以答案是九。"),
}


def rows(number=30, *, language=True, thinks=None):
    return frame(
        [
            {
                "task_id": f"q{n}-{code}",
                "model": "m",
                "prompt": "p",
                "task_question": question,
                "task_target": "9",
                "outcome": "answered",
                "correct": code == "en" or n % 3 > 0,
                "thinking": TEXTS[(thinks or code)][1],
                "thinking_tokens": (20 + n) * (2 if code == "zh" else 1),
                "usd": 0.001 * (2 if code == "zh" else 1),
                **({"task_language": {"en": "English", "zh": "zh-CN"}[code]} if language else {}),
            }
            for n in range(number)
            for code, (question, _) in TEXTS.items()
        ]
    )


@pytest.mark.parametrize("language", [True, False], ids=["a column", "found"])
def test_translations_are_compared_in_pairs(language):
    table = language_table(rows(language=language), reference="en")
    english, chinese = table.to_dict("records")
    assert (english["language"], chinese["language"]) == ("en", "zh")
    assert chinese["pairs"] == 30
    assert chinese["difference"] == pytest.approx(-1 / 3)
    assert chinese["difference_high"] < 0
    assert chinese["length_ratio"] == pytest.approx(2.0)
    assert chinese["price_ratio"] == pytest.approx(3.0)
    assert chinese["price_ratio_low"] < 3 < chinese["price_ratio_high"]
    assert chinese["in_its_language"] == 1.0
    assert "surely fewer" in repr(table)


def test_a_thought_in_another_language_than_the_question_is_seen():
    chinese = language_table(rows(thinks="en"), reference="en").iloc[1]
    assert chinese["thinks_in"] == "en"
    assert chinese["in_its_language"] == 0.0


def test_one_language_alone_is_refused_and_an_unknown_reference_too():
    english = rows().query("task_language == 'English'")
    with pytest.raises(InputError, match="two languages"):
        language_table(english)
    with pytest.raises(InputError, match="reference is 'fr'"):
        language_table(rows(), reference="fr")


def test_pairs_come_from_their_column_or_from_the_ids():
    held = frame([{"task_id": "x", "task_pair": 7}, {"task_id": "y", "task_pair": 7}])
    assert pair_of(held).nunique() == 1
    named = frame([{"task_id": name} for name in ("zh/12", "en/12", "sum-1-de", "sum-1-fr", "endless-1")])
    assert pair_of(named).tolist() == ["12", "12", "sum-1", "sum-1", "endless-1"]


def test_a_column_of_languages_that_is_not_there_is_named():
    with pytest.raises(InputError, match="'tongue'"):
        language_of(rows(), "tongue")
