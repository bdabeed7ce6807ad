"""A room is loaded by the first call of what it holds, and not before."""

import sys

from workbench.base.later import later


def test_a_room_is_loaded_by_the_first_call_and_once(tmp_path, monkeypatch):
    (tmp_path / "a_late_room.py").write_text("loads = []\ndef double(x, *, plus=0):\n    return 2 * x + plus\n")
    monkeypatch.syspath_prepend(tmp_path)
    double = later("a_late_room", "double")
    assert double.__name__ == "double"
    assert "a_late_room" not in sys.modules
    assert double(4, plus=1) == 9
    monkeypatch.delitem(sys.modules, "a_late_room")
    assert double(5) == 10
    assert "a_late_room" not in sys.modules
