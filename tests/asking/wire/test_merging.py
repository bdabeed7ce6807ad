"""The pieces of a stream become one body."""

import itertools

import pytest
from fakes.server.bodies import event_bytes
from fakes.wordings.dialects import CASES

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import EventReader
from workbench.replies.message import said


def choice(index, text, **more):
    return {"choices": [{"index": index, "delta": {"content": text}, **more}]}


def test_of_several_draws_the_first_by_its_index_is_heard_and_read():
    merge = Merge(several=True)
    heard = [merge.add(choice(1, "14")), merge.add(choice(0, "1")), merge.add(choice(1, "", finish_reason="stop"))]
    assert not merge.finished
    heard += [merge.add(choice(0, "3", finish_reason="stop"))]
    assert [delta and delta["content"] for delta in heard] == [None, "1", None, "3"]
    assert merge.finished
    whole = {"choices": [*reversed(merge.body()["choices"])]}
    assert said(whole, drawn=2).message["content"] == said(merge.body(), drawn=2).message["content"] == "13"


@pytest.mark.parametrize("last", [{"delta": {}}, {}, {"delta": {"role": "assistant"}}])
def test_a_whole_message_behind_the_deltas_is_the_same_once_more(last):
    merge = Merge()
    for text in ("1", "3"):
        merge.add(choice(0, text))
    merge.add({"choices": [{"index": 0, **last, "message": {"content": "13"}, "finish_reason": "stop"}]})
    assert said(merge.body()).message["content"] == "13"


def test_a_stream_of_one_whole_message_is_read():
    merge = Merge()
    merge.add({"choices": [{"index": 0, "message": {"content": "13"}, "finish_reason": "stop"}]})
    assert said(merge.body()).message["content"] == "13"


@pytest.mark.parametrize("first", [7, "", None, {"id": 3}])
def test_the_first_name_of_a_model_that_is_one_counts(first):
    merge = Merge()
    for name in (first, "ewe-9", "ram-4"):
        merge.add({"model": name, **choice(0, "3")})
    assert merge.body()["model"] == "ewe-9"


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_stream_is_merged_into_the_same_body_however_its_bytes_are_cut(case, size):
    wire = b"".join(map(event_bytes, [*case.events, "data: [DONE]"]))

    def merged(blocks):
        events, merge = EventReader(), Merge()
        for chunk in itertools.chain.from_iterable(map(events.feed, blocks)):
            merge.add(chunk)
        for chunk in events.close():
            merge.add(chunk)
        return merge.body()

    assert merged(wire[i : i + size] for i in range(0, len(wire), size)) == merged([wire])
