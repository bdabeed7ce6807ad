"""What a search found: the passage is read first, the key is there and not shown whole."""

from workbench.cache.found import Found

COLUMNS = ["model", "where", "passage", "place", "created_at", "key"]
LINE = ["lab/m", "thinking", "… so I count the <sheep> again …", 17, "2026-11-02T10:20:30+00:00", "a1b2" * 16]


def test_the_passage_stands_first_and_the_key_is_cut():
    found = Found([LINE], columns=COLUMNS)
    shown = found._repr_html_()
    assert shown.index("count the &lt;sheep&gt;") < shown.index("2026-11-02 10:20")
    assert found["key"][0] not in shown
    assert "1 kept reply, the newest first." in repr(found)


def test_nothing_found_is_said_and_other_columns_are_a_plain_table():
    nothing = Found([], columns=COLUMNS)
    assert (repr(nothing), nothing._repr_html_()) == ("No kept reply holds that.", "<p>No kept reply holds that.</p>")
    assert "count the" in repr(Found([LINE], columns=COLUMNS)[["passage"]])
