"""The events of a stream, read whatever they hold."""

import json

import pytest
from any_body import CHOICES, JSON, record
from hypothesis import given
from hypothesis import strategies as st

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import check_body, read_plain, text_to_keep
from workbench.errors import CallError
from workbench.providers.conversation import record_encoded
from workbench.replies.reading import MessageReader, Reading
from workbench.replies.reply import reply_from


@given(st.lists(JSON | st.fixed_dictionaries({"choices": st.lists(CHOICES, max_size=2)}), max_size=4))
def test_no_chunk_brings_anything_but_a_body_or_an_error_of_ours(chunks):
    merge, reader = Merge(), MessageReader(Reading(), eager=True)
    try:
        for chunk in chunks:
            delta = merge.add(chunk)
            if delta is not None:
                reader.feed(delta)
        check_body(merge.body())
    except CallError:
        return
    reply_from(record(merge.body()), Reading())


BODY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
)


@given(st.dictionaries(st.text(), BODY), st.sampled_from([None, 1]), st.booleans(), st.text(" \n", max_size=2))
def test_a_body_that_is_kept_as_it_came_says_what_was_read(body, indent, ascii_alone, blank):
    data = (blank + json.dumps(body, indent=indent, ensure_ascii=ascii_alone) + blank).encode("utf-8", "replace")
    text = text_to_keep(data)
    if text is None:
        assert not data.isascii() or b"\n" in data or b"\\u00" in data or b"\\/" in data
        return
    assert text.isascii()
    assert "\n" not in text
    record = {"key": "k", "request": {"body": {"messages": []}}, "response": read_plain(data, content_length=None)}
    kept = record_encoded({**record, "usd": 0.5}, text.encode("ascii"))
    assert json.loads(kept) == {**record, "usd": 0.5}


@pytest.mark.parametrize("code", [1000, 1013, 1027, "1002"])
def test_a_body_that_says_it_failed_is_no_reply_whatever_stands_beside_it(code):
    """MiniMax says so beside the choices."""
    told = {"choices": [{"message": {"content": "It is"}, "finish_reason": "stop"}]}
    check_body({**told, "base_resp": {"status_code": 0, "status_msg": ""}})
    with pytest.raises(CallError, match="worn out"):
        check_body({**told, "base_resp": {"status_code": code, "status_msg": "worn out"}})


def test_a_key_cannot_hide_in_how_a_letter_is_written():
    assert text_to_keep(rb'{"a": "\u0073k-letters"}') is None
    assert text_to_keep(rb'{"a": "b\/c"}') is None
