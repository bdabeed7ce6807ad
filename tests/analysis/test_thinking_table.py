"""What the thinking of many replies comes to, by model, prompt and kind."""

import pandas as pd
import pytest

from workbench.analysis.thinking import thinking_read
from workbench.analysis.thinking_table import _other, thinking_summary
from workbench.errors import InputError
from workbench.rows.table import frame


def rows(number=12):
    return frame(
        [
            {
                "task_id": str(n),
                "model": model,
                "prompt": "plain",
                "task_kind": "sum" if n % 2 else "story",
                "task_target": "42",
                "outcome": "answered",
                "correct": model == "good",
                "thinking": "6 * 7 = 42. " + "That is that, I think, more or less. " * n if model == "good" else "41.",
                "thinking_tokens": 10 + 10 * n,
                "thinking_visibility": "full" if n else "hidden",
            }
            for n in range(number)
            for model in ("good", "bad")
        ]
    )


def test_one_line_a_model_with_what_was_found_and_what_came_after():
    table = thinking_summary(thinking_read(rows()))
    good, bad = (table[table["model"] == name].iloc[0] for name in ("good", "bad"))
    assert (good["read"], good["replies"], good["not_read"]) == (11, 12, "1 hidden by the provider")
    assert good["found"] == 1.0
    assert bad["found"] == 0.0
    assert good["found_low"] < 1.0
    assert good["tail_share"] > 0.5
    assert good["tokens_right"] == bad["tokens_wrong"]


def test_kinds_are_lines_of_their_own():
    assert set(thinking_summary(thinking_read(rows()), by=["model", "kind"])["task_kind"]) == {"sum", "story"}


def test_the_reading_shows_itself_as_its_summary_with_the_tail_in_a_sentence():
    read = thinking_read(rows())
    assert "after the right answer had been reached" in repr(read)
    assert "<table" in read._repr_html_()
    assert repr(read[["task_id"]]).startswith("   task_id")


def test_of_hidden_thinking_alone_nothing_is_said():
    hidden = thinking_read(rows().assign(thinking_visibility="hidden"))
    assert "No thinking could be read" in repr(hidden)


def test_what_cannot_be_read_is_said_beside_what_can():
    assert "2 of 24 cannot be read (2 hidden by the provider)" in repr(thinking_read(rows()))


def test_another_table_is_refused():
    with pytest.raises(InputError, match="thinking_read"):
        thinking_summary(rows())


def test_a_second_language_is_not_told_of_short_thoughts():
    assert _other({"other_language": 0.08, "thinking_tokens": 20.0}) == ""
    assert _other({"other_language": 0.08, "thinking_tokens": 200.0}) == "8 % in another"


def test_no_rows_are_said_to_be_none_and_another_table_is_named():
    with pytest.raises(InputError, match="no rows"):
        thinking_summary(thinking_read(frame([]).assign(task_id=[])))
    with pytest.raises(InputError, match="not 'read'"):
        thinking_summary("read")


def test_rows_that_are_there_twice_are_told_of():
    held = rows().assign(sample=0)
    read = thinking_read(pd.concat([held, held.iloc[:3]]))
    for table in (read, thinking_summary(read)):
        assert "3 rows repeat a reply that is there already" in repr(table)
    assert "Careful" not in repr(thinking_read(held))


@pytest.mark.parametrize("by", [5, [5], [None]], ids=str)
def test_what_names_no_column_is_refused(by):
    with pytest.raises(InputError, match="by is "):
        thinking_summary(thinking_read(rows()), by=by)
