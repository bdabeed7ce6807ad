"""Long texts in memory, compressed: each comes back as it went, through pieces, copies and pickles."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from workbench.rows import files, packed_texts
from workbench.rows.files import read_rows, write_rows
from workbench.rows.packed_texts import PackedTexts
from workbench.rows.table import frame


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=40), max_size=20))
def test_every_text_comes_back_in_any_order(texts):
    before, packed_texts._BYTES_A_PIECE = packed_texts._BYTES_A_PIECE, 30
    try:
        packed = PackedTexts()
        keys = [packed.add(text).key for text in texts]
    finally:
        packed_texts._BYTES_A_PIECE = before
    for one in (packed, pickle.loads(pickle.dumps(packed))):
        assert one.texts(keys[::-1], "thinking") == texts[::-1]


def test_a_large_file_of_json_lines_is_read_with_its_thinking_packed(tmp_path, monkeypatch):
    rows = frame({"task_id": f"t{n}", "thinking": None if n == 3 else f"Half: \ud83d {n}"} for n in range(7))
    path = write_rows(rows, tmp_path / "rows.jsonl")
    assert read_rows(path)["thinking"].dtype == object
    monkeypatch.setattr(files, "PACKED_FROM_BYTES", 0)
    found = read_rows(path)
    assert found["thinking"].dtype == "kept text"
    assert found["thinking"].tolist() == rows["thinking"].tolist()
    assert pickle.loads(pickle.dumps(found))["thinking"].tolist() == rows["thinking"].tolist()
