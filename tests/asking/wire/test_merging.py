"""The pieces of a stream become one body."""

import itertools

import pytest
from fakes.server.bodies import event_bytes
from fakes.wordings.dialects import CASES

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import EventReader


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
