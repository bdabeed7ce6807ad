"""A one-api gateway (new-api), faked: what it makes of an upstream's stream, and the errors of its own.

No real one can be built from the package registries of this project: both are programs in Go, and the registries hold
clients of theirs alone. The rules here are those of new-api's relay as its source has them: a stream lags by one chunk,
the last chunk is dropped where it holds usage that nobody asked for and no text, thinking may be put into the content
between tags, counts that are missing are made up, and errors are its own.
"""

from __future__ import annotations

import json

from fakes.server import FakeServer, Response, json_response, sse_response


def delta(content=None, thinking=None, *, finish=None, usage=None):
    """A chunk of an upstream that thinks in `reasoning_content`."""
    told = {"role": "assistant"}
    told |= {"content": content} if content is not None else {}
    told |= {"reasoning_content": thinking} if thinking is not None else {}
    chunk = {"id": "c1", "object": "chat.completion.chunk", "model": "upstream-name", "created": 1}
    chunk["choices"] = [{"index": 0, "delta": told, "finish_reason": finish}]
    return {**chunk, **({"usage": usage} if usage else {})}


class NewApi(FakeServer):
    """A gateway before `upstream`, a list of chunks; `in_tags` puts thinking into the content of streams."""

    def __init__(self, upstream, *, in_tags=False, whole=None, error=None):
        super().__init__(self.relay)
        self.upstream, self.in_tags, self.whole, self.error = upstream, in_tags, whole, error

    def relay(self, request):
        headers = {"X-Oneapi-Request-Id": "2026112900000000001"}
        if self.error:
            status, code, message = self.error
            told = {"message": f"{message} (request id: 2026112900000000001)", "type": "new_api_error", "param": ""}
            return json_response({"error": {**told, "code": code}}, status=status, headers=headers)
        if not request.streamed:
            whole = self.whole
            if not (whole.get("usage") or {}).get("prompt_tokens"):
                whole = {**whole, "usage": made_up([whole["choices"][0]["message"]])}
            return json_response(whole, headers=headers)
        asked = bool(request.json.get("stream_options", {}).get("include_usage"))
        pieces = [b"data: " + go_json(chunk) + b"\n\n" for chunk in self.relayed(asked)]
        found = sse_response((*pieces, b"data: [DONE]\n\n"))
        return Response(found.pieces, headers=headers, content_type=found.content_type, framing="chunked")

    def relayed(self, asked):
        chunks = list(self.upstream)
        usage = next((chunk["usage"] for chunk in chunks if chunk.get("usage")), None)
        last = chunks[-1]
        silent = not any(choice["delta"].get("content") for choice in last["choices"])
        if last.get("usage") and not asked and silent:
            chunks.pop()  # with it goes a finish reason that stood in the same chunk
        yield from self.tagged(chunks) if self.in_tags else chunks
        if usage is None and asked:
            yield {**chunks[0], "choices": [], "usage": made_up([chunk["choices"][0]["delta"] for chunk in chunks])}

    def tagged(self, chunks):
        opened = closed = False
        for chunk in chunks:
            (choice,) = chunk["choices"]
            thinking, content = choice["delta"].get("reasoning_content"), choice["delta"].get("content")
            told = {**choice["delta"], "reasoning_content": None}
            if thinking:
                told["content"] = thinking if opened else f"<think>\n{thinking}"  # what it held of an answer is lost
                opened = True
            elif content and opened and not closed:
                closed = True
                yield {**chunk, "choices": [{**choice, "delta": {"content": "\n</think>\n"}, "finish_reason": None}]}
            yield {**chunk, "choices": [{**choice, "delta": told}]}


def made_up(parts):
    """What the gateway counts by itself where nobody has: words here, in place of its tokenizer; nothing says so."""
    told = " ".join(str(part.get(name) or "") for name in ("content", "reasoning_content") for part in parts)
    calls = sum(len(part.get("tool_calls") or ()) for part in parts)
    count = len(told.split()) + 7 * calls
    return {"prompt_tokens": 7, "completion_tokens": count, "total_tokens": 7 + count}


def go_json(value):
    """JSON as Go writes it, with what HTML would read escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()
