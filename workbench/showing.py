"""How a reply shows itself: as text on a terminal, as HTML in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from workbench.markdown import model_markdown, visible

if TYPE_CHECKING:
    from workbench.replies import Reply

OUTCOME_WORDS = {
    "answered": "answered",
    "thinking_exhausted": "max_tokens ran out while it thought",
    "answer_truncated": "max_tokens ran out within the answer",
    "empty": "no answer",
    "refused": "refused",
    "tool_call": "asks for a tool",
    "error": "failed",
}
_COLOURS = {"answered": "#2e7d32", "error": "#c62828"}
_OTHER_COLOUR = "#b26a00"


def foot_line(reply: Reply) -> str:
    """Model, who served it, tokens, dollars, seconds, and whether it was kept or bought just now."""
    usage = reply.usage
    served = (
        f" (served as {reply.served_model})" if reply.served_model and reply.served_model not in reply.model else ""
    )
    parts = [f"{reply.model}{served}"]
    if usage.output_tokens is not None:
        thinking = ""
        if usage.thinking_tokens is not None:
            about = "about " if usage.thinking_tokens_source == "estimated" else ""
            thinking = f", {about}{usage.thinking_tokens:,} of them thinking"
        parts.append(f"{usage.output_tokens:,} tokens{thinking}")
    if reply.usd is None:
        parts.append("cost unknown")
    else:
        parts.append(f"${reply.usd:.4f}" if reply.usd else "free")
    parts.append(f"{reply.seconds:.1f} s")
    parts.append("kept" if reply.cached else "bought")
    return " · ".join(parts)


def reply_text(reply: Reply) -> str:
    """A reply on a terminal: how it ended if not well, the answer, a foot line."""
    lines = []
    if reply.outcome != "answered":
        lines.append(f"[{OUTCOME_WORDS[reply.outcome]}]")
    if reply.refusal:
        lines.append(visible(reply.refusal))
    if reply.answer:
        lines.append(visible(reply.answer))
    for call in reply.tool_calls:
        lines.append(visible(f"{call.name}({call.arguments})"))
    lines.append(f"— {visible(foot_line(reply))}")
    return "\n".join(lines)


def reply_html(reply: Reply) -> str:
    """A reply in a notebook: the answer as safe Markdown, the thinking folded, a foot line."""
    colour = _COLOURS.get(reply.outcome, _OTHER_COLOUR)
    thinking = ""
    if reply.thinking:
        thinking = (
            f'<details style="opacity:.75"><summary>thinking, {len(reply.thinking):,} characters</summary>'
            f'<pre style="white-space:pre-wrap;max-height:24em;overflow:auto">{escape(visible(reply.thinking))}</pre></details>'
        )
    refusal = f"<p>{escape(visible(reply.refusal))}</p>" if reply.refusal else ""
    calls = "".join(f"<pre>{escape(visible(f'{call.name}({call.arguments})'))}</pre>" for call in reply.tool_calls)
    return (
        f'<div class="wb-reply mathjax_ignore">{thinking}{refusal}{model_markdown(reply.answer)}{calls}'
        f'<div style="font-size:.85em;opacity:.8"><span style="color:{colour};font-weight:600">'
        f"{escape(OUTCOME_WORDS[reply.outcome])}</span> · {escape(visible(foot_line(reply)))}</div></div>"
    )
