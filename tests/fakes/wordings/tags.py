"""Thinking and tool calls left in the text: every way of tagging them that was seen, and texts that only look so."""

from __future__ import annotations

from typing import Any

from fakes.wordings.cases import Case, text_case

THOUGHT = "All but nine die,\nso nine stay."
SAID = "Nine sheep are left."

OPENS_ITSELF = "moonshotai/Kimi-K2-Thinking"
"""Its template leaves the opening tag to the model."""

R1, QWEN = "deepseek-ai/DeepSeek-R1", "Qwen/Qwen3-235B-A22B-Thinking-2507"
"""Their templates have opened the thinking before the reply begins."""


def _tags(name: str, text: str, thinking: str = THOUGHT, answer: str = SAID, **more: Any) -> Case:
    return text_case(f"tags: {name}", "vllm", OPENS_ITSELF, text, thinking=thinking, answer=answer, **more)


def _preopened(name: str, text: str, thinking: str = THOUGHT, answer: str = SAID, model: str = R1, **more: Any) -> Case:
    return text_case(
        f"preopened: {name}", "vllm", model, text, thinking=thinking, answer=answer, preopened=True, **more
    )


def _untouched(name: str, text: str, **more: Any) -> Case:
    return _tags(name, text, thinking="", answer=text, **more)


_OPENINGS_AND_CLOSINGS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<Thought>", "</Thought>"),
    ("<THINK>", "</think>"),
    ("<reason>", "</reason>"),
    ("<reasoning>", "</reasoning>"),
    ("<budget:thinking>", "</budget:thinking>"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ('<think time="12">', "</think>"),
    ("<thinking type='internal' id=\"3\">", "</thinking>"),
)

_CLOSED = [
    *(_tags(opening, f"{opening}{THOUGHT}{closing}{SAID}") for opening, closing in _OPENINGS_AND_CLOSINGS),
    _tags("on lines of their own", f"<think>\n{THOUGHT}\n</think>\n\n{SAID}"),
    _tags("carriage returns", f"<think>\r\n{THOUGHT}\r\n</think>\r\n\r\n{SAID}"),
    _tags("white space first", f" \n<think>{THOUGHT}</think> {SAID}"),
    _tags("empty block", f"<think>\n\n</think>\n\n{SAID}", thinking=""),
    _tags("several blocks", f"<think>{THOUGHT}</think>\n<think>Sure.</think>\n{SAID}", thinking=f"{THOUGHT}\nSure."),
    _tags("closed twice", f"<think>{THOUGHT}</think>\n</think>\n\n{SAID}"),
    _tags("closing tag alone", f"</think>\n\n{SAID}", thinking=""),
    _tags("another tag inside", f"<think>Use <thinking> or </b>?</think>{SAID}", thinking="Use <thinking> or </b>?"),
    _tags(
        "opening tag quoted inside", f"<think>The <think> tag opens.</think>{SAID}", thinking="The <think> tag opens."
    ),
    _tags(
        "nothing after, cut",
        f"<think>{THOUGHT}</think>",
        answer="",
        finish_reason="length",
        outcome="thinking_exhausted",
    ),
    _tags("nothing after, stopped", f"<think>{THOUGHT}</think>\n", answer="", outcome="empty"),
    _tags(
        "answer cut",
        f"<think>{THOUGHT}</think>Nine sh",
        answer="Nine sh",
        finish_reason="length",
        outcome="answer_truncated",
    ),
]

_OPEN = [
    _tags("never closed, cut", f"<think>\n{THOUGHT}", answer="", finish_reason="length", outcome="thinking_exhausted"),
    _tags("never closed, stopped", f" <think> {SAID}", thinking="", answer=SAID),
    _tags("never closed, eos_token", f"<think>{SAID}", thinking="", answer=SAID, finish_reason="eos_token"),
    _tags("never closed, filtered", f"<think>{THOUGHT}", answer="", finish_reason="content_filter", outcome="refused"),
    _tags("only the tag, cut", "<think>", thinking="", answer="", finish_reason="length", outcome="thinking_exhausted"),
    _tags("only the tag, stopped", "<think>\n", thinking="", answer="", outcome="empty"),
    _tags(
        "closing tag cut off",
        f"<think>{THOUGHT}</thi",
        thinking=f"{THOUGHT}</thi",
        answer="",
        finish_reason="length",
        outcome="thinking_exhausted",
    ),
    _tags("◁think▷, cut", f"◁think▷{THOUGHT}", answer="", finish_reason="length", outcome="thinking_exhausted"),
    _tags(
        "attribute, cut", f'<think time="3">{THOUGHT}', answer="", finish_reason="length", outcome="thinking_exhausted"
    ),
]

_QUOTED = [
    _untouched("quoted in code", "Write `<think>` first and `</think>` last."),
    _untouched("in a fence at the start", "```xml\n<think>plan</think>\n```\nThat is the format."),
    _untouched("in the middle", "First <think>not a thought</think> and on."),
    _untouched("stray closing tag in the middle", "The tag </think> ends it."),
    _untouched("another word", "<thin>ice</thin> is a tag of mine."),
    _untouched("a longer word", "<thinker>Rodin</thinker>"),
    _untouched("only the beginning of a tag", "<thi"),
    _untouched("ends like a tag", "1 <"),
    _untouched("white space kept", "\n  Nine.\n"),
    _untouched("no block, cut", "Nine sh", finish_reason="length", outcome="answer_truncated"),
    _tags(
        "quoted after a block",
        f"<think>{THOUGHT}</think>Say <think>x</think> then.",
        answer="Say <think>x</think> then.",
    ),
    _tags(
        "closing tag quoted after a block",
        f"<think>{THOUGHT}</think>The tag </think> ends it.",
        answer="The tag </think> ends it.",
    ),
]

_PREOPENED = [
    _preopened("deepseek r1", f"{THOUGHT}\n</think>\n\n{SAID}"),
    _preopened("qwen3 thinking", f"{THOUGHT}\n</think>\n\n{SAID}", model=QWEN),
    _preopened("opened once more", f"<think>\n{THOUGHT}\n</think>\n\n{SAID}"),
    _preopened("closed twice", f"{THOUGHT}</think>\n</think>\n{SAID}"),
    _preopened("empty", f"</think>\n\n{SAID}", thinking=""),
    _preopened("cut", THOUGHT, answer="", finish_reason="length", outcome="thinking_exhausted", model=QWEN),
    _preopened("never closed, stopped", SAID, thinking="", model=QWEN),
    _preopened("nothing after, stopped", f"{THOUGHT}\n</think>", answer="", outcome="empty"),
    _preopened("closing tag quoted after", f"{THOUGHT}</think>`</think>` ends it.", answer="`</think>` ends it."),
]

_CALL = '<|tool_call_begin|>functions.weather:0<|tool_call_argument_begin|>{"city": "Kyōto"}<|tool_call_end|>'
LEAKED_CALL = f"<|tool_calls_section_begin|>{_CALL}<|tool_calls_section_end|>"


def _leaked(name: str, text: str, thinking: str = "", answer: str = "", names: tuple[str, ...] = ("weather",)) -> Case:
    return _tags(
        f"leaked tool call, {name}", text, thinking=thinking, answer=answer, outcome="tool_call", tool_names=names
    )


_TOOL_CALLS = [
    _leaked("in a section", LEAKED_CALL),
    _leaked("without section marks", _CALL),
    _leaked("misspelt end", f"<|tool_calls_section_begin|>{_CALL}<|tool_call_section_end|>"),
    _leaked("after words", f"Let me look.{LEAKED_CALL}", answer="Let me look."),
    _leaked("after thinking", f"<think>{THOUGHT}</think>{LEAKED_CALL}", thinking=THOUGHT),
    _leaked("inside open thinking", f"<think>{THOUGHT}{LEAKED_CALL}", thinking=THOUGHT),
    _leaked(
        "two at once",
        f"<|tool_calls_section_begin|>{_CALL}{_CALL.replace('weather:0', 'time:1')}<|tool_calls_section_end|>",
        names=("weather", "time"),
    ),
    _untouched("tool token quoted", "The token `<|tool_call_begin|>` begins a call."),
]

TAG_CASES: tuple[Case, ...] = (*_CLOSED, *_OPEN, *_QUOTED, *_PREOPENED, *_TOOL_CALLS)
