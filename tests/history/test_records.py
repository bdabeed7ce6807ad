"""The record of a run, written whole or piece by piece."""

from __future__ import annotations

import pytest

from workbench.history import records


@pytest.mark.parametrize(
    "told",
    [{}, {"columns": {}}, {"columns": {"key": ["a", None, 2.5, "é", "5"], "one": [1], "none": []}, "about": [{}]}],
    ids=str,
)
def test_a_long_record_is_written_piece_by_piece_as_it_is_written_whole(told, monkeypatch):
    monkeypatch.setattr(records, "_TOLD_AT_ONCE", 2)
    assert b"".join(records._json_pieces(told)) == records._json(told)
