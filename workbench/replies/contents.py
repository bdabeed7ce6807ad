"""Where a message or delta carries its thinking and its text, in every shape that servers give them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

THINKING_FIELDS: Final = ("reasoning_content", "reasoning", "reasoning_text", "thinking", "thinking_content")
KEPT_THINKING: Final = "workbench_thinking"
"""Field of a merged message whose deltas spread their thinking over several fields: the text, chosen delta by delta."""
NO_NUMBERS: Final = "workbench_no_numbers"
"""Field of a body whose JSON held NaN or Infinity, which Python writes and JSON does not know: None stands there."""

_THINKING_KEYS: Final = frozenset({*THINKING_FIELDS, KEPT_THINKING, "reasoning_details", "thinking_blocks"})
_THINKING_TYPES: Final = frozenset(
    {"thinking", "reasoning", "reasoning_text", "reasoning_content", "thought", "summary_text", "redacted_thinking"}
)
_TEXT_KEYS: Final = ("text", "thinking", "summary", "content", "reasoning", "reasoningText", "value")
_DEEPEST: Final = 6


def thinking_in(message: Mapping[str, Any]) -> tuple[str, str]:
    """The field in which a message or delta carries its thinking, and the thinking; two empty texts without any."""
    if _THINKING_KEYS.isdisjoint(message):
        return "", ""
    if KEPT_THINKING in message:
        return KEPT_THINKING, str(message[KEPT_THINKING])
    details = message.get("reasoning_details")
    if isinstance(details, list) and details:
        text = detail_text(details[0]) if len(details) == 1 else "".join(map(detail_text, details))
        if text:
            return "reasoning_details", text
    for name in THINKING_FIELDS:
        value = message.get(name)
        if value and (text := value if isinstance(value, str) else text_of(value)):
            return name, text
    blocks = message.get("thinking_blocks")
    if isinstance(blocks, list) and (text := text_of(blocks)):
        return "thinking_blocks", text
    return "", ""


def thinking_of(message: Mapping[str, Any]) -> str:
    """The thinking that a message or delta carries in a field.

    The same text often comes in two fields at once, so the first that has any is taken and none are added together.

    >>> thinking_of({"reasoning": " hm", "reasoning_details": [{"type": "reasoning.text", "text": " hm"}]})
    ' hm'
    """
    return thinking_in(message)[1]


def detail_text(detail: object) -> str:
    """The text of one entry of `reasoning_details`."""
    if not isinstance(detail, dict):
        return ""
    text = detail.get("text") or detail.get("summary")
    return text if isinstance(text, str) else text_of(text)


def text_of(value: object, *, deep: int = 0) -> str:
    """The text in a text, a list of parts or an object, whatever its key; "" where there is none.

    >>> text_of([{"type": "summary_text", "text": "hm, "}, {"content": [{"text": "nine"}]}])
    'hm, nine'
    """
    if isinstance(value, str):
        return value
    if deep < _DEEPEST and isinstance(value, list):
        return "".join(text_of(item, deep=deep + 1) for item in value)
    if deep < _DEEPEST and isinstance(value, Mapping):
        return next((text for key in _TEXT_KEYS if (text := text_of(value.get(key), deep=deep + 1))), "")
    return ""


def is_part(value: Mapping[str, Any]) -> bool:
    """Whether an object is a part of a content list, and not an answer that a server handed over as an object.

    >>> is_part({"type": "text", "text": "9"}), is_part({"type": "sheep", "n": 9})
    (True, False)
    """
    kind = value.get("type")
    return isinstance(kind, str) and (kind in _THINKING_TYPES or kind in value or "text" in value)


def parts_of(content: object) -> list[Any]:
    """A content as a list of parts: texts and objects. A server of structured answers may send the object itself.

    >>> parts_of("9"), parts_of({"n": 9}), parts_of(None)
    (['9'], ['{"n": 9}'], [])
    """
    if isinstance(content, Mapping):
        return [content] if is_part(content) else [json.dumps(content, ensure_ascii=False)]
    if isinstance(content, list):
        return content
    return [content] if content else []


def thinking_of_part(part: Mapping[str, Any]) -> str | None:
    """The thinking of one part of a content list, in any vendor's shape; None where the part is something else."""
    if part.get("type") in _THINKING_TYPES:
        return text_of(part)
    if part.get("type") == "text" and part.get("thought") is not True:
        return None
    inner = part.get("thinking") or part.get("reasoning") or part.get("reasoningContent")
    if inner:
        return text_of(inner)
    return text_of(part.get("text")) if part.get("thought") is True else None


def text_of_part(part: object) -> str:
    """The answer's text in one part of a content list."""
    if isinstance(part, str):
        return part
    if not isinstance(part, Mapping):
        return ""
    text = part.get("text")
    if text is None and part.get("type") in ("text", "output_text"):
        text = part.get("content")
    return text if isinstance(text, str) else text_of(text)


def refusal_of(message: Mapping[str, Any]) -> str | None:
    """What the model said in refusing, in the field or a part of its own."""
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        return refusal
    content = message.get("content")
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping) and part.get("type") == "refusal" and isinstance(part.get("refusal"), str):
            return str(part["refusal"]) or None
    return None
