"""Bodies of the kinds that mislead readers: read rightly, whole and in pieces, and the same once more when kept."""

import pytest
from fakes.wordings.siblings import SIBLINGS

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.streams import EventReader, check_body, read_plain
from workbench.errors import BadResponse, CallError, StreamCut
from workbench.replies.message import said
from workbench.replies.reading import MessageReader, Reading
from workbench.replies.reply import RECORD_VERSION, reply_from
from workbench.replies.reported_cost import reported_usd
from workbench.replies.usage import raw_usage


def received(sibling, size):
    """The body as it is kept, and the pieces that a listener hears."""
    blocks = [sibling.body[start : start + size] for start in range(0, len(sibling.body), size)]
    if not sibling.streamed:
        body = read_plain(sibling.body, content_length=len(sibling.body))
        check_body(body)
        return body, None
    events, merge = EventReader(), Merge()
    reader, pieces = MessageReader(Reading(preopened=sibling.preopened), eager=True), []
    for block in [*blocks, None]:
        for chunk in events.close() if block is None else events.feed(block):
            delta = merge.add(chunk)
            pieces += reader.feed(delta) if delta is not None else []
    if not merge.is_whole(done=events.done):
        raise StreamCut("cut") if merge.started else BadResponse("nothing")
    body = merge.body()
    check_body(body)
    for choice in body["choices"][1:]:
        pieces += reader.feed(choice["message"])
    return body, pieces + reader.close(said(body).finish_reason)


def kept(sibling, body):
    request = {"model_id": "own/m", "body": {"model": "m", "messages": []}, "sample": 0}
    return {
        "version": RECORD_VERSION,
        "key": "0" * 64,
        "request": request,
        "response": body,
        "streamed": sibling.streamed,
        "status": 200,
        "request_id": None,
        "seconds": 1.0,
        "seconds_to_first_token": None,
        "seconds_to_answer": None,
        "attempts": 1,
        "usd": reported_usd(raw_usage(body)),
        "usd_source": "provider",
        "created_at": "2026-01-01T00:00:00+00:00",
        "workbench": "0",
    }


FOUND = {
    "cached": lambda reply: reply.usage.cached_prompt_tokens,
    "prompt": lambda reply: reply.usage.prompt_tokens,
    "completion": lambda reply: reply.usage.completion_tokens,
    "output": lambda reply: reply.usage.output_tokens,
    "thinking_tokens": lambda reply: reply.usage.thinking_tokens,
    "tool_calls": lambda reply: [(call.id, call.name, call.arguments) for call in reply.tool_calls],
}


@pytest.mark.parametrize("size", [1, 7, 64, 4096])
@pytest.mark.parametrize("sibling", SIBLINGS, ids=[sibling.name for sibling in SIBLINGS])
def test_a_body_says_what_it_says_however_it_is_cut(sibling, size):
    right = dict(sibling.right)
    if "error" in right:
        with pytest.raises(CallError, match=right.get("words")) as caught:
            received(sibling, size)
        assert type(caught.value).__name__ == right["error"]
        return
    body, pieces = received(sibling, size)
    reply = reply_from(kept(sibling, body), Reading(preopened=sibling.preopened))
    found = {name: FOUND[name](reply) if name in FOUND else getattr(reply, name) for name in right}
    assert found == right
    if pieces is not None:
        for kind in ("thinking", "answer"):
            assert "".join(piece.text for piece in pieces if piece.kind == kind) == getattr(reply, kind)


def test_every_sibling_has_a_name_of_its_own():
    assert len({sibling.name for sibling in SIBLINGS}) == len(SIBLINGS)
