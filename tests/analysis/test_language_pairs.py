"""The same questions in several languages: paired differences, lengths, prices, and the language of the thought."""

import pytest

from workbench.analysis.language_pairs import language_table
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


def test_a_task_without_a_pair_counts_by_itself():
    held = rows(4)
    held["task_pair"] = [None, None, "a", "a", "b", "b", "c", "c"]
    table = language_table(held, reference="en")
    assert table["tasks"].tolist() == [4, 4]
    assert table["right"].tolist() == [1.0, 0.5]
    assert table["pairs"].tolist()[1] == 4  # the ids tell the fourth


def test_a_column_of_kinds_is_not_taken_for_pairs_and_a_crowded_pair_is_told_of():
    kinds = rows(4).assign(task_group=["sum"] * 4 + ["word"] * 4)
    assert language_table(kinds)["tasks"].tolist() == [4, 4]
    translated = rows(4).assign(task_group=[f"g{n // 2}" for n in range(8)], task_id=range(8))
    assert language_table(translated)["pairs"].tolist()[1] == 4
    with pytest.warns(UserWarning, match="1 pair with several tasks of one language, such as 'x' with 4"):
        language_table(rows(4).assign(task_pair="x").query("task_language == 'zh-CN' or task_id == 'q0-en'"))


def test_where_nothing_has_a_mark_that_is_said_and_no_empty_table_comes_back():
    with pytest.raises(InputError, match="None of the 60 rows counts"):
        language_table(rows().assign(outcome="error", correct=None))


def test_rows_whose_language_nobody_can_tell_are_left_out_and_told_of():
    held = rows(4)
    held.loc[:1, ["task_language", "task_question"]] = None
    with pytest.warns(UserWarning, match="2 of 8 rows are left out"):
        table = language_table(held)
    assert table["tasks"].tolist() == [3, 3]
    assert "2 of 8 rows are left out" in repr(table)
