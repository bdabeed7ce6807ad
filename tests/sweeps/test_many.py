"""Figures of many replies as columns: bytes that are none are never taken for some."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.sweeps.many import OWN, SHARED, name_of, of_each, packed, unpacked


def each(number, **other):
    shared = [{"outcome": "answered", "attempts": 1, "thinking": True, **other}.get(name) for name in SHARED]
    own = [number if name == "prompt_tokens" else "2026" if name == "created_at" else None for name in OWN]
    return json.dumps(shared).encode() + b"\n" + json.dumps(own).encode()


def test_what_stood_beside_each_reply_is_the_same_as_columns_and_as_bytes():
    many = of_each([each(7), each(None, outcome="refused"), each(8)])
    again = unpacked(packed(many), 3)
    for one in (many, again):
        assert len(one) == 3
        columns = one.columns()
        assert np.array_equal(columns["prompt_tokens"].values, [7, np.nan, 8], equal_nan=True)
        assert [columns["outcome"].values[code] for code in columns["outcome"].codes] == [
            "answered",
            "refused",
            "answered",
        ]
        assert [*columns["created_at"]] == ["2026"] * 3


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]\n[2]", each(1)[:-3], each("a"), each([1]), b"[" * 5_000, each(1).replace(b"\n", b"")]
)
def test_what_is_none_is_not_believed(data):
    assert of_each([data]) is None


@given(st.binary(max_size=400), st.integers(0, 5))
def test_bytes_that_nobody_packed_are_not_unpacked(data, length):
    found = unpacked(data, length)
    assert found is None or len(found) == length


def test_a_part_of_the_bytes_or_another_number_of_replies_is_refused():
    data = packed(of_each([each(1), each(2)]))
    assert unpacked(data[:-1], 2) is None
    assert unpacked(data, 3) is None
    beyond = data.replace(b"\n" + bytes(4), b"\n" + b"\7\0\0\0", 1)
    assert beyond != data
    assert unpacked(beyond, 2) is None


def test_another_order_reader_or_share_is_another_name():
    keys = ["a" * 64, "b" * 64]
    names = {
        name_of(keys, [(b"r" * 16, 2)]),
        name_of(keys[::-1], [(b"r" * 16, 2)]),
        name_of(keys, [(b"s" * 16, 2)]),
        name_of(keys, [(b"r" * 16, 1), (b"r" * 16, 1)]),
    }
    assert len(names) == 4
