"""Texts are cut out of lines that are otherwise equal, and what comes of it is what parsing each line gives."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.asking.wire.merging import Merge
from workbench.asking.wire.parsing import parse_json
from workbench.asking.wire.repeats import Again, Repeats
from workbench.asking.wire.streams import EventReader
from workbench.errors import CallError
from workbench.replies.reading import MessageReader, Reading

TEXTS = st.sampled_from(
    [
        *"aé☺",
        "",
        " ",
        "<think>",
        "</think>",
        'a "b"',
        "\\",
        '\\\\"',
        "\n",
        "\u2028",
        "\ud83c",
        "\u00a0",
        ', "content": "x"',
    ]
)
FIELDS = st.sampled_from(["content", "reasoning_content", "reasoning", "refusal"])


@st.composite
def chunks(draw):
    delta = {draw(FIELDS): draw(TEXTS | st.none())}
    if draw(st.integers(0, 5)) == 0:
        delta |= draw(
            st.sampled_from(
                [
                    {"role": "assistant"},
                    {"content": draw(TEXTS)},
                    {"reasoning_details": [{"type": "reasoning.text", "text": "a"}]},
                    {"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": "{"}}]},
                    {"own": {"a": 1}},
                ]
            )
        )
    choice = {"index": draw(st.sampled_from([0, 0, 0, 0, 1])), "delta": delta, "finish_reason": None}
    if draw(st.integers(0, 9)) == 0:
        choice["finish_reason"] = draw(st.sampled_from(["stop", ""]))
    chunk = {"id": "1", "model": "m", "choices": [choice]}
    more = draw(
        st.sampled_from(
            [{}] * 12 + [{"usage": {"prompt_tokens": 1}}, {"error": "e"}, {"obfuscation": "x"}, {"usage": None}]
        )
    )
    return {**chunk, **more}


def line_of(chunk, ascii_only, tight):
    text = json.dumps(chunk, ensure_ascii=ascii_only, separators=(",", ":") if tight else None)
    return b"data: " + text.encode("utf-8", "surrogatepass") + b"\n\n"


def read(blocks, repeats):
    """The body, the pieces joined by kind, and the error, if any, of a stream that comes in these blocks."""
    events, merge, reader = EventReader(repeats), Merge(), MessageReader(Reading(), eager=True)
    pieces, error = [], None
    try:
        for block in blocks:
            for chunk in events.feed(block):
                delta = merge.again(chunk) if isinstance(chunk, Again) else merge.add(chunk)
                if delta is not None:
                    pieces += reader.feed(delta, merge.thinking)
    except (CallError, AttributeError) as failure:
        error = type(failure), str(failure)
    pieces += reader.close("stop")
    texts = {kind: "".join(p.text for p in pieces if p.kind == kind) for kind in ("thinking", "answer", "tool_call")}
    return merge.body(), texts, error, events.events, merge.size, merge.has_text, merge.is_whole(done=events.done)


@given(
    streamed=st.lists(chunks() | st.tuples(st.integers(2, 6), chunks()), max_size=12),
    ascii_only=st.booleans(),
    tight=st.booleans(),
    places=st.lists(st.integers(0, 4_000), max_size=4),
)
def test_any_stream_cut_anywhere_becomes_what_parsing_every_line_makes_of_it(streamed, ascii_only, tight, places):
    whole = b""
    for one in streamed:
        times, chunk = one if isinstance(one, tuple) else (1, one)
        whole += line_of(chunk, ascii_only, tight) * times
    cuts = sorted({0, len(whole), *(place for place in places if place < len(whole))})
    blocks = [whole[start:end] for start, end in itertools.pairwise(cuts)]
    assert read(blocks, Repeats()) == read(blocks, None)


def chunk_of(text, **more):
    return {"id": "1", "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}], **more}


def test_of_equal_chunks_only_the_first_is_parsed():
    block = b"".join(line_of(chunk_of(f"{number} ☺\n"), number % 2, True) for number in range(50))
    found = list(EventReader(Repeats()).feed(block))
    assert [type(one) for one in found] == [dict, Again]
    assert found[1].text == "".join(f"{number} ☺\n" for number in range(1, 50))


def test_where_every_chunk_differs_it_gives_up():
    repeats = Repeats()
    for number in range(20):
        line = line_of(chunk_of("a", padding=str(number)), True, True).strip()
        repeats.learn(line, parse_json(line[5:].strip()))
    assert repeats.text_in(line) is None  # though this very line was the last


@pytest.mark.parametrize(
    "raw",
    [b'"', b"\\", b'a","b":"c', b"\t", b"\xff", b"\\u12", b"\x00"],
)
def test_what_is_no_text_of_json_is_left_to_the_reader_of_lines(raw):
    repeats = Repeats()
    line = line_of(chunk_of("nine"), True, True).strip()
    repeats.learn(line, parse_json(line[5:].strip()))
    assert repeats.text_in(line.replace(b"nine", b"ten")) == "ten"
    assert repeats.text_in(line.replace(b"nine", raw)) is None
