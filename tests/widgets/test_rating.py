"""Two configurations rated blind: the panel, its keys, the sheet, and that nothing is told before the end."""

from __future__ import annotations

import pytest
from duels import SECRET, prefer, two_models
from studies import HOSTILE, row

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame
from workbench.widgets.keys import Keys
from workbench.widgets.rating import KEYS
from workbench.widgets.saved import NO_PANEL

TELLING = (*SECRET, "vendor", "telling thought", "wrong", "right<")


@pytest.fixture
def ratings():
    return wb.rate(two_models(), 3)


def everything_shown(ratings):
    panel = ratings.panel
    widgets = [panel.count.value, panel.case.value, panel.result.value, panel.note.value]
    widgets += [button.description for button in panel.buttons.values()]
    return "\n".join([*widgets, repr(ratings), *ratings._mime_(), ratings._repr_mimebundle_()["text/html"]])


def test_nothing_is_told_before_the_end_and_all_of_it_then(ratings):
    for name in ("left-better", "right-thumb", "tie", "back", "next"):
        for telling in TELLING:
            assert telling not in everything_shown(ratings).partition("<style")[0], telling
            assert telling not in ratings.panel.case.value
        with pytest.raises(InputError, match="told at the end"):
            ratings.result  # noqa: B018
        ratings.panel.buttons[name].click()
    ratings.panel.buttons["right-better"].click()
    assert ratings.left == []
    assert SECRET[0] in ratings.panel.result.value
    assert SECRET[1] in repr(ratings)
    assert len(ratings.result) == 1


def test_thumbs_and_notes_wait_for_the_choice_and_can_be_changed_after_it(ratings):
    panel = ratings.panel
    panel.buttons["left-thumb"].click()
    panel.buttons["right-thumb"].click()
    panel.buttons["right-thumb"].click()
    panel.note.value = "short and clear"
    assert ratings.said[0] is None
    shown = [panel.buttons[side].description for side in ("left-thumb", "right-thumb")]
    assert shown == ["Left thumb: up (1)", "Right thumb: down (2)"]
    panel.buttons["left-better"].click()
    said = ratings.said[0]
    assert (said.choice, said.left_thumb, said.right_thumb, said.note) == ("left", True, False, "short and clear")
    assert panel.note.value == ""
    assert ratings.said[1] is None
    panel.buttons["back"].click()
    assert "you said: left is better" in panel.count.value
    panel.note.value = "short"
    panel.buttons["right-thumb"].click()
    assert (ratings.said[0].note, ratings.said[0].right_thumb) == ("short", None)


def test_ending_early_asks_twice_and_then_nothing_can_be_rated(ratings):
    panel = ratings.panel
    assert panel.buttons["end"].disabled
    panel.buttons["tie"].click()
    panel.buttons["end"].click()
    assert not ratings.ended
    panel.buttons["next"].click()
    panel.buttons["end"].click()
    assert not ratings.ended
    assert panel.buttons["end"].description == "Really end and tell"
    panel.buttons["end"].click()
    assert ratings.ended
    assert SECRET[0] in panel.result.value
    with pytest.raises(InputError, match="names are told"):
        ratings.rate(1, "left")
    panel.buttons["left-better"].click()
    assert len(ratings.left) == 2


def test_two_raters_and_the_scorer_are_compared():
    rows = two_models(10)
    for rater in ("ann", "ben"):
        ratings = wb.rate(rows, 10, rater=rater)
        for place, pair in enumerate(ratings.pairs):
            ratings.rate(place, prefer(rows, pair, SECRET[1]))
        rows = ratings.rows
    found = wb.analysis.preferences(rows).iloc[0]
    assert (found["ratings"], found["raters"], found["agreed_raters"]) == (20, 2, 1.0)


def test_a_sheet_is_filled_in_by_somebody_else_and_by_the_panel(tmp_path):
    rows, path = two_models(), tmp_path / "pairs.csv"
    ratings = wb.rate(rows, 3, path=path)
    assert "3 pairs" in repr(ratings)
    assert str(path) in repr(ratings)
    ratings.panel.buttons["tie"].click()
    text = path.read_text(encoding="utf-8-sig")
    for telling in SECRET:
        assert telling not in text
    head, first, second, *rest = text.split("\n")
    second = second.replace(",,,,", ",left,up,,", 1)
    path.write_text("\n".join([head, first, second, *rest]), encoding="utf-8")
    again = wb.rate(rows, path=path)
    assert [said and said.choice for said in again.said] == ["tie", "left", None]
    assert again.said[1].left_thumb is True
    assert again.pairs == ratings.pairs
    assert "Pair 3 of 3" in again.panel.count.value


def test_hostile_answers_are_text():
    rows = frame([row(n, model=m, answer=f"{HOSTILE} {m}", task_question=HOSTILE) for n in range(2) for m in "ab"])
    ratings = wb.rate(rows)
    assert "<script" not in ratings.panel.case.value
    assert "&lt;script&gt;" in ratings.panel.case.value


@pytest.mark.parametrize(("options", "says"), [({"rater": " "}, "rater is"), ({"n": 0}, "n is 0")])
def test_what_makes_no_sense_is_said(options, says):
    with pytest.raises(InputError, match=says):
        wb.rate(two_models(), **options)
    with pytest.raises(InputError, match="choice is 'both'"):
        wb.rate(two_models()).rate(0, "both")


def test_every_key_presses_something_of_the_panel(ratings):
    classes = {css for button in ratings.panel.buttons.values() for css in button._dom_classes} | {"wb-note"}
    assert all(selector.split()[0].removeprefix(".") in classes for selector in KEYS.values())
    (keys,) = [widget for widget in ratings.panel.box.children if isinstance(widget, Keys)]
    assert keys.presses == dict(KEYS)


def test_where_there_is_no_panel_its_saved_form_says_so(ratings):
    kind, page = ratings._mime_()
    assert kind == "text/html"
    assert NO_PANEL in page
