"""Thinking told from answer: every tag, every way a text can end, every way it can be cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nightly import examples

from workbench.replies.leaked_calls import leaked_tool_calls
from workbench.replies.splitter import Splitter
from workbench.replies.thinking import split

CALL = '<|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>{"city": "Bonn"}<|tool_call_end|>'
SECTION = f"<|tool_calls_section_begin|>{CALL}<|tool_calls_section_end|>"


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        pytest.param("<think>a</think>b", "a", "b", id="think"),
        pytest.param("<thinking>a</thinking>b", "a", "b", id="thinking"),
        pytest.param("<thought>a</thought>b", "a", "b", id="thought"),
        pytest.param("<Thought>a</Thought>b", "a", "b", id="capital"),
        pytest.param("<reason>a</reason>b", "a", "b", id="reason"),
        pytest.param("<reasoning>a</reasoning>b", "a", "b", id="reasoning"),
        pytest.param("<budget:thinking>a</budget:thinking>b", "a", "b", id="budget"),
        pytest.param("◁think▷a◁/think▷b", "a", "b", id="kimi-k1.5"),
        pytest.param("<|begin_of_thought|>a<|end_of_thought|>b", "a", "b", id="begin-of-thought"),
        pytest.param("[THINK]a[/THINK]b", "a", "b", id="magistral"),
        pytest.param("<|channel>thought\na<channel|>b", "a", "b", id="gemma"),
        pytest.param("<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>b", "a", "b", id="harmony"),
        pytest.param("<|channel|> is a token.", "", "<|channel|> is a token.", id="no-harmony"),
        pytest.param("<think>say `</think>` and stop</think>b", "say `</think>` and stop", "b", id="quoted-inside"),
        pytest.param("<think>a<think>c</think>d</think>b", "a<think>c</think>d", "b", id="nested"),
        pytest.param("<think>so `x`</think>`x` it is", "so `x`", "`x` it is", id="quotes-on-both-sides"),
        pytest.param("b\n</think>\n", "", "b", id="nothing-after-a-lone-closing-tag"),
        pytest.param("The tag is </think>", "", "The tag is </think>", id="spoken-of-at-the-end"),
        pytest.param('<think signature="x y">a</think>b', "a", "b", id="attributes"),
        pytest.param("<think>\na\n</think>\n\nb\n", "a", "b\n", id="white-space-at-tags-is-markup"),
        pytest.param(" \n <think>a</think>b", "a", "b", id="leading-white-space"),
        pytest.param("<think></think>b", "", "b", id="empty-block"),
        pytest.param("<think>a</think>", "a", "", id="nothing-after"),
        pytest.param("<think>a</think><think>c</think>b", "a\nc", "b", id="several-blocks-at-the-start"),
        pytest.param("<think>a</think></think>b", "a", "b", id="closed-twice"),
        pytest.param("</think>\nb", "", "b", id="empty-block-of-a-preopened-template"),
        pytest.param("<think>a</think>b <think>c</think>", "a", "b <think>c</think>", id="tag-in-the-answer"),
        pytest.param("Use `<think>a</think>`.", "", "Use `<think>a</think>`.", id="quoted-in-code"),
        pytest.param("<thinker>a</thinker>", "", "<thinker>a</thinker>", id="another-tag"),
        pytest.param(" b ", "", " b ", id="no-tag-as-received"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("b <", "", "b <", id="ends-like-a-tag"),
        pytest.param("<think>use <b> and </b></think>b", "use <b> and </b>", "b", id="other-tags-inside"),
    ],
)
def test_tags_at_the_start_hold_the_thinking(text, thinking, answer):
    result = split(text, finish_reason="stop")
    assert (result.thinking, result.answer, result.closed) == (thinking, answer, True)


@pytest.mark.parametrize(
    ("text", "preopened", "finish_reason", "thinking", "answer"),
    [
        pytest.param("<think>a", False, "length", "a", "", id="cut-off"),
        pytest.param("<think>a", False, None, "a", "", id="no-finish-reason"),
        pytest.param("<think>a", False, "tool_calls", "a", "", id="went-on-to-a-tool"),
        pytest.param(" <think> It is 30 degrees.", False, "end_turn", "", "It is 30 degrees.", id="stopped-by-itself"),
        pytest.param("a", True, "length", "a", "", id="preopened-cut-off"),
        pytest.param("b", True, "stop", "", "b", id="preopened-but-not-used"),
    ],
)
def test_a_block_that_never_closes_is_what_the_finish_reason_says(text, preopened, finish_reason, thinking, answer):
    result = split(text, preopened=preopened, finish_reason=finish_reason)
    assert (result.thinking, result.answer, result.closed) == (thinking, answer, False)


@pytest.mark.parametrize("closing", ["</think>", "</thinking>", "◁/think▷", "<|end_of_thought|>"])
def test_a_preopened_block_ends_at_any_closing_tag(closing):
    assert split(f"a{closing}b", preopened=True).answer == "b"


def test_an_orphan_closing_tag_is_text_unless_the_template_opened_the_block():
    assert split("a</think>b").answer == "a</think>b"


def test_a_preopened_text_may_open_its_block_again():
    assert split(" <think>\na</think>b", preopened=True).thinking == "a"


@pytest.mark.parametrize(
    ("text", "thinking", "answer"),
    [
        pytest.param(f"<think>a{SECTION}", "a", "", id="ends-an-open-block"),
        pytest.param(f"<think>a</think>b{SECTION}", "a", "b", id="after-the-answer"),
        pytest.param(f"b{CALL}", "", "b", id="without-section-marks"),
        pytest.param(f"b{SECTION.replace('calls_section_end', 'call_section_end')}", "", "b", id="misspelt"),
    ],
)
def test_leaked_tool_calls_are_neither_thinking_nor_answer(text, thinking, answer):
    result = split(text, finish_reason="stop")
    assert (result.thinking, result.answer) == (thinking, answer)
    assert [call.name for call in leaked_tool_calls("".join(result.tool_calls))] == ["weather"]


def test_a_tool_marker_without_a_call_is_text():
    text = "The token <|tool_call_begin|> opens a call." + " Indeed." * 60
    assert split(text, finish_reason="stop").answer == text


def test_a_tool_call_that_was_cut_is_no_answer():
    result = split("b<|tool_calls_section_begin|><|tool_call_begin|>functions.wea", finish_reason="length")
    assert result.answer == "b"
    assert result.tool_calls


FRAGMENTS = st.sampled_from(
    [
        "<think>",
        "</think>",
        "<thinking>",
        "</thinking>",
        "<THINK>",
        "</reason>",
        "<Reason>",
        '<think id="3">',
        "◁think▷",
        "◁/think▷",
        "<|begin_of_thought|>",
        "<|end_of_thought|>",
        "[THINK]",
        "[/THINK]",
        "<seed:think>",
        "<|channel>thought\n",
        "<channel|>",
        "<|channel|>analysis<|message|>",
        "<|channel|>final<|message|>",
        "<|channel|>commentary to=functions.f<|message|>",
        "<|start|>assistant",
        "<|end|>",
        "<|START_RESPONSE|>",
        "<|END_RESPONSE|>",
        "`",
        '"',
        "\n```\n",
        " ",
        "\n",
        "a",
        "<",
        "b<",
        "<tho",
        "ught>",
        "x" * 390,
        "<|tool_calls_section_begin|>",
        "<|tool_call_begin|>",
        "functions.f:0",
        "<|tool_call_argument_begin|>",
        "{}",
        "<|tool_call_end|>",
        "<|tool_calls_section_end|>",
    ]
)
TEXTS = st.lists(FRAGMENTS | st.text(max_size=5), max_size=12).map("".join)
FINISH_REASONS = st.sampled_from([None, "stop", "STOP", "length", "tool_calls", "end_turn"])


def fed(splitter, chunks, finish_reason):
    pieces = [piece for chunk in chunks for piece in splitter.feed(chunk)] + splitter.close(finish_reason)
    texts = {kind: "".join(p.text for p in pieces if p.kind == kind) for kind in ("thinking", "answer", "tool_call")}
    return texts, splitter.closed


THOROUGH = examples(100_000, by_day=200)
"""A hundred thousand examples take about an hour: they are for the night."""


@THOROUGH
@given(TEXTS, st.booleans(), FINISH_REASONS, st.data())
def test_the_result_does_not_depend_on_how_the_text_is_cut(text, preopened, finish_reason, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = split(text, preopened=preopened, finish_reason=finish_reason)
    expected = (
        {"thinking": whole.thinking, "answer": whole.answer, "tool_call": "".join(whole.tool_calls)},
        whole.closed,
    )
    assert fed(Splitter(preopened), chunks, finish_reason) == expected
    assert fed(Splitter(preopened), list(text), finish_reason) == expected
    if whole.closed or finish_reason == "length":
        assert fed(Splitter(preopened, eager=True), chunks, finish_reason) == expected


@given(st.text())
def test_a_text_without_tags_is_its_own_answer(text):
    if not text.lstrip().startswith(("<", "◁")):
        assert split(text).answer == text


@given(TEXTS, FINISH_REASONS)
def test_nothing_but_tags_and_white_space_is_lost(text, finish_reason):
    result = split(text, finish_reason=finish_reason)
    kept = result.thinking + result.answer + "".join(result.tool_calls)
    for letter in "ab{x":
        lost = text.count(letter) - kept.count(letter)
        assert 0 <= lost <= 2 * text.count("<") + 2 * text.count("◁")


@given(TEXTS, FINISH_REASONS, st.data())
def test_without_tags_only_leaked_tool_calls_are_told_apart(text, finish_reason, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    texts, _ = fed(Splitter(tags=False), chunks, finish_reason)
    assert (texts, True) == fed(Splitter(tags=False), [text], finish_reason)
    assert texts["thinking"] == ""
    assert "<|tool_call" in text or texts["answer"] == text
