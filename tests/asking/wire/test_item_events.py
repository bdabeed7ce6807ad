"""The events of the Responses API become the body that the same reply has without streaming."""

import itertools

import pytest
from fakes.wordings.output_items import body, called, events, said, thought, wire
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.asking.wire.item_events import ItemEvents
from workbench.asking.wire.streams import EventReader
from workbench.errors import BadResponse, QuotaExhausted, RateLimited, StreamError
from workbench.replies.reading import MessageReader, Reading

PHASES = st.sampled_from([None, "commentary", "final_answer"])
FAILED = body([], status="failed", error={"code": "server_error", "message": "oh"})
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<"), min_size=1, max_size=40)
ITEMS = st.lists(
    st.one_of(
        st.builds(lambda texts: thought(*texts), st.lists(TEXTS, max_size=3)),
        st.builds(lambda own: thought(own=own, sealed=None), TEXTS),
        st.builds(lambda text, phase: said(text, phase=phase), TEXTS, PHASES),
        st.builds(lambda text: called("weigh", f'{{"note": "{text}"}}'), st.from_regex(r"[a-z ]{0,9}", fullmatch=True)),
    ),
    max_size=5,
)  # fmt: skip


def read(blocks):
    """The body that comes of blocks of bytes, and the pieces that were handed out on the way."""
    reader, merge, live = EventReader(), ItemEvents(), MessageReader(Reading(), eager=True)
    pieces = []
    for event in itertools.chain(itertools.chain.from_iterable(map(reader.feed, blocks)), reader.close()):
        delta = merge.add(event)
        if delta is not None:
            pieces += live.feed(delta, merge.thinking)
    return merge, [*pieces, *live.close("stop")]


def texts_of(pieces):
    joined = {"thinking": "", "answer": "", "tool_call": ""}
    for piece in pieces:
        joined[piece.kind] += piece.text
    return joined


@settings(max_examples=40)
@given(
    items=ITEMS,
    cuts=st.lists(st.integers(1, 400), min_size=1, max_size=12),
    lengths=st.lists(st.integers(1, 9), min_size=1),
)
def test_any_cutting_of_a_stream_gives_the_whole_body_and_its_pieces(items, cuts, lengths):
    whole = body(items)
    sent = wire(list(events(whole, lengths=lengths)))
    bounds = [0, *itertools.accumulate(cuts), len(sent)]
    blocks = [sent[a:b] for a, b in itertools.pairwise(sorted({min(bound, len(sent)) for bound in bounds}))]
    merge, pieces = read(blocks)
    assert merge.finished
    assert merge.body() == whole
    plain = MessageReader(Reading())
    from workbench.replies.message import said as told_of

    wanted = texts_of([*plain.feed(told_of(whole).message), *plain.close("stop")])
    assert texts_of(pieces) == wanted


def test_sealed_thinking_is_taken_from_the_last_word_of_its_host():
    merge, _ = read([wire(list(events(body([thought(sealed="ZmluYWw"), said("9")]))))])
    assert merge.body()["output"][0]["encrypted_content"] == "ZmluYWw"
    assert "obfuscation" not in str(merge.body())


def test_a_host_whose_last_event_repeats_no_items_loses_none():
    told = list(events(body([thought("hm"), said("9")])))
    told[-1] = {**told[-1], "response": {**told[-1]["response"], "output": []}}
    merge, _ = read([wire(told)])
    assert merge.body()["output"] == [thought("hm"), said("9")]


def test_a_host_without_deltas_is_heard_all_the_same():
    told = [one for one in events(body([thought("hm"), said("9"), called("f", "{}")])) if "delta" not in one["type"]]
    assert texts_of(read([wire(told)])[1]) == {"thinking": "hm", "answer": "9", "tool_call": "{}"}
    assert texts_of(read([wire(told[-1:])])[1]) == {"thinking": "hm", "answer": "9", "tool_call": "{}"}


def test_a_stream_that_breaks_off_is_not_whole_whatever_came():
    told = list(events(body([said("nine sheep")])))
    for upto in range(len(told)):
        merge, pieces = read([wire(told[:upto])])
        assert not merge.is_whole(done=True)
    assert texts_of(pieces)["answer"] == "nine sheep"
    assert merge.body()["output"][0]["content"][0]["text"] == "nine sheep"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "error", "error": {"code": "insufficient_quota", "message": "no credit"}}, QuotaExhausted),
        ({"type": "error", "code": "rate_limit_exceeded", "message": "slower", "param": None}, RateLimited),
        ({"type": "response.failed", "response": FAILED}, StreamError),
        ({"type": "response.completed", "response": None}, BadResponse),
        (["no event"], BadResponse),
    ],
)  # fmt: skip
def test_errors_before_any_text_have_the_class_of_their_code(error, kind):
    with pytest.raises(kind):
        ItemEvents().add(error)


def test_an_error_after_text_is_one_of_the_stream_since_the_text_is_billed():
    merge = ItemEvents()
    for one in [*events(body([said("nine")]))][:-3]:
        merge.add(one)
    with pytest.raises(StreamError, match="slower"):
        merge.add({"type": "error", "code": "rate_limit_exceeded", "message": "slower"})
