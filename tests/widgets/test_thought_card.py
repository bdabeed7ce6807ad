"""A thought as a card: what it says, where its marks lead, and that nothing of the model's text is HTML."""

import re

import pytest

from workbench.analysis.thought_marks import Mark
from workbench.errors import InputError
from workbench.reports.harmless import harmless
from workbench.rows.table import frame
from workbench.widgets.thought_card import MOST_CHARACTERS, _counts, read

THOUGHT = "So the answer is 41. Wait, 6 * 7 = 42. <script>alert(1)</script> 等等，答案是四十二。 The answer is 42."


def rows(thinking=THOUGHT, number=2, **more):
    return frame(
        [
            {
                "task_id": f"t{n}",
                "model": f"lab/m{n}",
                "task_question": "What is 6 * 7?",
                "task_target": "42",
                "outcome": "answered",
                "correct": True,
                "thinking": thinking,
                "answer": "42",
                "key": f"k{n}",
                **more,
            }
            for n in range(number)
        ]
    )


def test_every_mark_of_the_bar_leads_to_its_place_in_the_text():
    shown = read(rows().iloc[0])._repr_html_()
    targets = re.findall(r'href="#([\w-]+)"', shown)
    assert len(targets) >= 4
    assert all(shown.count(f'id="{target}"') == 1 for target in targets)
    assert "<script>" not in shown


def test_two_thoughts_stand_beside_each_other_with_places_of_their_own():
    table = rows()
    shown = read(table.iloc[0], table.iloc[1])._repr_html_()
    ids = re.findall(r'id="([\w-]+)"', shown)
    assert len(ids) == len(set(ids))
    assert "lab/m0" in shown
    assert "lab/m1" in shown
    assert read(table)._repr_html_() == shown


def test_a_report_keeps_the_bar_and_where_it_leads():
    shown = harmless(read(rows().iloc[0])._repr_html_())
    assert re.findall(r'href="#[\w-]+"', shown)
    assert "rgba(34,150,94" in shown.replace(" ", "")


def test_what_the_card_says_in_words():
    assert "The right answer first stands after" in repr(read(rows().iloc[0]))
    assert "does not stand in it" in repr(read(rows("It is 41.").iloc[0]))
    assert "hidden by the provider" in repr(read(rows(None, thinking_visibility="hidden").iloc[0]))


def test_a_long_thought_is_shown_from_both_ends():
    shown = read(rows("Wait, I add 3 and 4. " * 10_000).iloc[0])._repr_html_()
    assert "characters are left out here" in shown
    assert len(shown) < 30 * MOST_CHARACTERS


def test_all_of_the_bar_of_a_long_thought_leads_somewhere():
    shown = read(rows("Wait, I add 3 and 4. " * 10_000).iloc[0])._repr_html_()
    for page in (shown, harmless(shown)):
        links, places = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r' id="([^"]+)"', page))
        assert links <= places
        assert any(link.endswith("-left-out") for link in links)


def test_of_very_many_marks_the_bar_has_some_of_each_kind():
    shown = read(rows("Wait. Alternatively, wait. So the answer is 42. " * 1_000).iloc[0])._repr_html_()
    bar = shown[: shown.index("<mark")]
    for kind in ("the right answer", "reflection", "another way"):
        assert bar.count(f'title="{kind}') > 10


@pytest.mark.parametrize("wrong", ["text", {"task_id": "1"}], ids=["no row", "no thinking"])
def test_what_is_no_row_is_refused(wrong):
    with pytest.raises(InputError):
        read(wrong)


def test_more_than_four_do_not_fit():
    with pytest.raises(InputError, match="5 rows"):
        read(rows(number=5))


def test_a_place_that_is_led_to_is_outlined_and_print_shows_all_of_the_thought():
    shown = read(rows().iloc[0])._repr_html_()
    assert "mark:target" in shown
    assert "max-height: none !important" in shown
    assert "print-color-adjust: exact" in shown
    assert 'class="wb-thought-text" tabindex="0"' in shown
    assert 'class="wb-thought-text"' in harmless(shown)


@pytest.mark.parametrize(
    "wrong",
    [{"thinking_tokens": "many"}, {"thinking_tokens": 2.5}, {"usd": "$1"}, {"correct": "perhaps"}, {"outcome": "fine"}],
    ids=str,
)
def test_a_row_that_holds_what_none_can_is_refused_before_it_is_shown(wrong):
    with pytest.raises(InputError, match=f"{next(iter(wrong))}"):
        repr(read({"thinking": "So it is 42.", **wrong}))


def test_numbers_where_texts_are_meant_are_read_as_texts():
    row = {"task_id": 7, "thinking": "So it is 42.", "task_target": 42.0, "answer": 42, "thinking_tokens": "12"}
    assert "first stands after 11 tokens" in repr(read(row))
    assert "42" in read(row)._repr_html_()
    assert "no thinking" in repr(read({"thinking": float("nan")}))


def test_one_stretch_that_holds_other_marks_is_counted_once():
    marks = [
        Mark(0, 5, "loop", "l"),
        Mark(5, 7, "target", "42"),
        Mark(7, 9, "loop", "l"),
        Mark(12, 14, "language", "zh"),
        Mark(20, 22, "language", "zh"),
    ]
    assert {kind: count for kind, count in _counts(marks).items() if count} == {"loop": 1, "target": 1, "language": 2}


def test_a_text_from_right_to_left_and_a_half_of_a_character_are_shown():
    shown = read({"thinking": "بقي تسعة خراف. \ud83d", "task_question": "كم؟", "answer": "9"})._repr_html_()
    assert shown.count('dir="auto"') == 3
    assert 'dir="auto"' in harmless(shown)
