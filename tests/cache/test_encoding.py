"""One text of a kept reply, taken out of its bytes without reading the rest: that text, or nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cache.encoding import text_in

KEY = "0a" * 32
TEXTS = st.text() | st.sampled_from(
    ['"content":"', '\\"content\\": \\"no', '"content"', "\\", '","response":{"content":"no"}']
)
NAMES = st.sampled_from(["content", "reasoning_content", "id", "response", "message"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


def record(response, request, **more):
    return {"version": 2, "key": KEY, "request": request, "response": response, **more}


def written(response, request=None, *, spaces=False, **more):
    separators = (", ", ": ") if spaces else (",", ":")
    head = json.dumps(record(None, request or {}), separators=(",", ":")).removesuffix("null}")
    tail = json.dumps(more, separators=(",", ":"))[1:]
    return f"{head}{json.dumps(response, separators=separators)}{',' if more else ''}{tail}".encode("ascii")


def texts_named(value, name):
    """All that is under that name, at any depth."""
    if isinstance(value, dict):
        own = [value[name]] if name in value else []
        return own + [text for one in value.values() for text in texts_named(one, name)]
    return [text for one in value for text in texts_named(one, name)] if isinstance(value, list) else []


@given(JSON, JSON, TEXTS, st.booleans())
def test_it_is_the_only_one_of_its_name_in_the_reply_or_none(response, request, text, spaces):
    whole = {"id": response, "message": {"content": text}}
    named = texts_named(whole, "content")
    assert text_in(written(whole, {"body": request}, spaces=spaces), "content") == (text if len(named) == 1 else None)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"not a record",
        written({"content": None}),
        written({"content": 5}),
        written({}),
        written({"content": "a"}, content="b"),  # beside the reply
        written({"content": "a"})[:-4],  # cut within the text
        b'{"version":2,"key":"' + KEY.encode() + b'","request":' + b"[" * 100_000,
        b'{"version":2,"key":"' + KEY.encode() + b'","request":{},"response":{"content":"a","content":"b"}}',
    ],
    ids=["empty", "other", "null", "number", "absent", "twice", "cut", "deep", "double"],
)
def test_what_cannot_be_told_is_none(value):
    assert text_in(value, "content") is None


def test_what_the_request_says_under_that_name_is_not_taken_for_the_reply():
    request = {"body": {"messages": [{"role": "assistant", "content": "asked"}], "response": {"content": "asked"}}}
    assert text_in(written({"message": {"content": "told"}}, request), "content") == "told"
    assert text_in(written({"message": {}}, request), "content") is None
