"""What lies beside the HTML of an output."""

from __future__ import annotations

from workbench.show import media


def test_a_verdict_is_carried_in_two_and_an_empty_one_is_none():
    assert media.verdict("a is better. It costs $1.2.")[media.VERDICT] == {
        "sentence": "a is better.",
        "rest": " It costs $1.2.",
    }
    assert media.verdict("") == {}


def test_the_types_are_of_one_family_and_all_different():
    types = {media.ROWS, media.VERDICT, media.PROGRESS}
    assert len(types) == 3
    assert all(name.startswith("application/vnd.workbench.") and name.endswith("+json") for name in types)
