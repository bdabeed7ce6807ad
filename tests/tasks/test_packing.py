"""Values come out of their packing as they went in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.tasks.packing import packed, unpacked

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.fractions(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=6,
)


@given(JSON)
def test_values_come_out_of_their_packing_as_they_went_in(value):
    assert unpacked(packed(value)) == value
