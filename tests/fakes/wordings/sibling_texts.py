"""Where thinking and answer stand: contents in parts, fields, and every notation in the text."""

from __future__ import annotations

from fakes.wordings.sibling import NINE, SAID, Sibling, part, plain, streamed, told

ORDER = [
    streamed("order: text before parts", NINE, "ni", {"content": [part("ne")]}),
    streamed("order: parts and texts by turns", NINE, {"content": [part("n")]}, "i", {"content": [part("n")]}, "e"),
    streamed(
        "order: thinking in three parts",
        SAID,
        *({"content": [{"type": "thinking", "thinking": [part(text)]}]} for text in ("hm ", "so ", "9")),
        "ni",
        "ne",
    ),
    streamed(
        "order: a reference between",
        NINE,
        "ni",
        {"content": [{"type": "reference", "reference_ids": [1]}]},
        "ne",
    ),
    streamed("order: one part, not in a list", NINE, {"content": part("ni")}, "ne"),
    streamed(
        "order: summaries in pieces",
        SAID,
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm "}]}]},
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "so 9"}]}]},
        {"content": [part("nine")]},
    ),
    plain(
        "order: reasoning text part",
        SAID,
        {"content": [{"type": "reasoning", "text": "hm so 9"}, part("nine")]},
    ),
    plain("order: google's thought part", SAID, {"content": [{"text": "hm so 9", "thought": True}, part("nine")]}),
    plain("order: output_text part", NINE, {"content": [{"type": "output_text", "text": "nine"}]}),
    plain("order: text as an object", NINE, {"content": [{"type": "text", "text": {"value": "nine"}}]}),
    plain("order: an object of the answer's own", told("", '{"type": "cow"}'), {"content": {"type": "cow"}}),
]

FIELDS = [
    streamed("field: reasoning_text", SAID, {"reasoning_text": "hm "}, {"reasoning_text": "so 9"}, "nine"),
    streamed("field: thinking", SAID, {"thinking": "hm "}, {"thinking": "so 9"}, "nine"),
    plain("field: thinking_blocks", SAID, {"content": "nine", "thinking_blocks": [{"thinking": "hm so 9"}]}),
    plain("field: reasoning as an object", SAID, {"content": "nine", "reasoning": {"content": "hm so 9"}}),
    plain(
        "field: reasoning as a list",
        SAID,
        {"content": "nine", "reasoning": [{"type": "summary_text", "text": "hm so 9"}]},
    ),
    streamed(
        "field: from one name to another",
        SAID,
        {"reasoning": "hm "},
        {"reasoning_content": "so 9"},
        {"content": "nine"},
    ),
]

_OPEN_AND_CLOSE = {
    "think": ("<think>", "</think>"),
    "seed": ("<seed:think>", "</seed:think>"),
    "mm": ("<mm:think>", "</mm:think>"),
    "magistral": ("[THINK]", "[/THINK]"),
    "gemma": ("<|channel>thought\n", "<channel|>"),
    "medgemma": ("<unused94>thought\n", "<unused95>"),
    "cohere": ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    "longcat": ("<longcat_think>\n", "\n</longcat_think>\n\n"),
    "apertus": ("<|inner_prefix|>", "<|inner_suffix|>"),
    "kimi k1.5": ("◁think▷", "◁/think▷"),
    "sky": ("<|begin_of_thought|>\n", "\n<|end_of_thought|>\n\n<|begin_of_solution|>\n"),
    "harmony": ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    "harmony, begun": (
        "<|start|>assistant<|channel|>analysis<|message|>",
        "<|start|>assistant<|channel|>final <|constrain|>json<|message|>",
    ),
}

_CALL = "<|tool_call_begin|>functions.cow:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
_COW = [("functions.cow:0", "cow", "{}")]

NOTATIONS = [
    *(
        streamed(f"notation: {name}, letter by letter", SAID, *f"{opening}hm so 9{closing}nine")
        for name, (opening, closing) in _OPEN_AND_CLOSE.items()
    ),
    *(
        streamed(
            f"notation: {name}, cut", told("hm so", "", outcome="thinking_exhausted"), f"{begun}hm so", finish="length"
        )
        for name, (begun, _) in _OPEN_AND_CLOSE.items()
    ),
    plain(
        "notation: cohere's response ends",
        SAID,
        "<|START_THINKING|>hm so 9<|END_THINKING|><|START_RESPONSE|>nine<|END_RESPONSE|>",
    ),
    plain("notation: gemma without a thought", NINE, "<|channel>thought\n<channel|>nine"),
    plain("notation: harmony, final alone", NINE, "<|channel|>final<|message|>nine<|return|>"),
    plain(
        "notation: harmony with commentary",
        told("hm\nso 9", "nine"),
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary<|message|>so 9<|end|>"
        "<|start|>assistant<|channel|>final<|message|>nine",
    ),
    plain(
        "notation: harmony calls a tool",
        told("hm", "", outcome="tool_call", tool_calls=[("", "cow", '{"legs": 4}')]),
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.cow "
        '<|constrain|>json<|message|>{"legs": 4}<|call|>',
    ),
    plain("notation: kimi's call", told("", "Look.", outcome="tool_call", tool_calls=_COW), f"Look.{_CALL}"),
    plain(
        "notation: kimi's call in a thought", told("hm", "", outcome="tool_call", tool_calls=_COW), f"<think>hm{_CALL}"
    ),
    plain(
        "notation: cohere's call",
        told("hm", "", outcome="tool_call", tool_calls=[("0", "cow", '{"legs": 4}')]),
        '<|START_THINKING|>hm<|END_THINKING|><|START_ACTION|>[{"tool_call_id": "0", "tool_name": "cow", '
        '"parameters": {"legs": 4}}]<|END_ACTION|>',
    ),
    plain("notation: nested", told("a <think>b</think> c", "nine"), "<think>a <think>b</think> c</think>nine"),
    plain("notation: quoted closing", told("No `</think>` yet.", "nine"), "<think>No `</think>` yet.</think>nine"),
    plain(
        "notation: closing in a fence",
        told("So:\n```\n</think>\n```\nok", "nine"),
        "<think>So:\n```\n</think>\n```\nok</think>nine",
    ),
    plain("notation: spoken of", told("", "Close with `[/THINK]`."), "Close with `[/THINK]`."),
    plain("notation: small letters in brackets", told("", "[think] about it"), "[think] about it"),
    plain("notation: lone closing in between", told("", "so 9</think>nine"), "so 9</think>nine"),
    plain("notation: lone closing last", NINE, "nine\n</think>\n"),
    Sibling(
        "notation: lone closing, preopened",
        plain("", {}, "hm so 9</mm:think>\n\nnine").body,
        SAID,
        preopened=True,
    ),
]
