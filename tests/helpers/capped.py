"""A server that writes token by token and stops at max_tokens, as a plain cut-off does; it counts like llama.cpp."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fakes.server import sse_response
from fakes.server.bodies import chunk, stream_bytes

TASKS = [{"id": f"t{n}", "question": f"{n} + 2?", "target": str(n + 2), "kind": "sum"} for n in range(12)]
TAG = ("", "", "")
"""Tokens that show nothing: the closing tag of a thought."""


def thought(prompt: str) -> tuple[list[str], list[str]]:
    """What is thought and answered, as tokens: the larger the number, the longer the thought."""
    number = int(prompt.split()[0])
    return [*["hm "] * (3 + number), "\n", *TAG], ["It ", "is ", f"{number + 2}", "."]


def tokenwise(
    say: Callable[[str], tuple[Sequence[str], Sequence[str]]] = thought,
    *,
    counts: bool = True,
    asked: Callable[[int], int] = lambda cap: cap,
    usage: bool = True,
):
    """A script: the thinking and the answer of `say`, cut at the request's cap, or at what `asked` makes of it."""

    def respond(request):
        thinking, answer = say(request.prompt)
        tokens = [
            *(("reasoning_content", text) for text in thinking),
            *(("content", text) for text in answer),
            ("", ""),
        ]
        cap = asked(request.json["max_tokens"])
        counting = counts and request.json.get("timings_per_token") is True
        return sse_response((stream_bytes(_events(tokens, cap, counting, usage)),))

    return respond


def _events(tokens: list[tuple[str, str]], cap: int, counting: bool, usage: bool) -> Iterable[dict]:
    written = tokens[:cap]
    top = {"model": "m"}
    for number, (kind, text) in enumerate(written, 1):
        if text:
            yield chunk({kind: text}, **top, **({"timings": {"predicted_n": number}} if counting else {}))
    last = {"timings": {"predicted_n": len(written)}} if counting else {}
    yield chunk({}, **top, finish_reason="stop" if len(tokens) <= cap else "length", **last)
    if usage:
        counts = {"prompt_tokens": 20, "completion_tokens": len(written), "total_tokens": 20 + len(written)}
        yield {**chunk({}, **top), "choices": [], "usage": counts}
