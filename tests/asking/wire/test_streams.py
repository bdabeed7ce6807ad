"""The events of a stream, read whatever they hold."""

from any_body import CHOICES, JSON, record
from hypothesis import given
from hypothesis import strategies as st

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import check_body
from workbench.errors import CallError
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
