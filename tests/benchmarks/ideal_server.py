"""A server that is never the bottleneck: one prepared reply, plain or streamed, after a fixed delay.

Where a request has tools and streams, they are called until as many results have come as LOOP_STEPS less one.

    python ideal_server.py DELAY_SECONDS

Prints its port, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys

THINKING = " ".join(f"step {n} adds to what was found before" for n in range(280))
ANSWER = " ".join(f"point {n} of the answer" for n in range(50))
USAGE = {"prompt_tokens": 20, "completion_tokens": 2200, "completion_tokens_details": {"reasoning_tokens": 2000}}
CHUNKS = 2200
LOOP_STEPS = 20


def plain() -> bytes:
    message = {"role": "assistant", "reasoning_content": THINKING, "content": ANSWER}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": USAGE}
    return json.dumps({**body, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


def streamed() -> bytes:
    events = []

    def event(delta: object, finish: str | None = None, **more: object) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}
        events.append(b"data: " + json.dumps(chunk).encode() + b"\n\n")

    size = -(-len(THINKING + ANSWER) // CHUNKS)
    for name, text in (("reasoning_content", THINKING), ("content", ANSWER)):
        for start in range(0, len(text), size):
            event({name: text[start : start + size]})
    event({}, "stop", usage=USAGE)
    return b"".join([*events, b"data: [DONE]\n\n"])


def turn(done: int) -> bytes:
    call = {"name": "look", "arguments": json.dumps({"at": done})}
    asked = {"reasoning_content": "I go on.", "tool_calls": [{"index": 0, "id": f"c{done}", "function": call}]}
    delta, finish = (asked, "tool_calls") if done < LOOP_STEPS - 1 else ({"content": "Done."}, "stop")
    usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
    chunks = [
        {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}], "usage": usage},
    ]
    events = [b"data: " + json.dumps({"id": "1", "model": "m", **chunk}).encode() + b"\n\n" for chunk in chunks]
    return b"".join([*events, b"data: [DONE]\n\n"])


def response(body: bytes, kind: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


PLAIN, STREAMED = response(plain(), "application/json"), response(streamed(), "text/event-stream")
TURNS = [response(turn(done), "text/event-stream") for done in range(LOOP_STEPS)]


class Ideal(asyncio.Protocol):
    delay_seconds = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, end, rest = self.received.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(rest) < length:
            return
        self.received = rest[length:]
        asked = rest[:length].replace(b" ", b"")
        answer = STREAMED if b'"stream":true' in asked else PLAIN
        if answer is STREAMED and b'"tools":' in asked:
            answer = TURNS[min(asked.count(b'"role":"tool"'), LOOP_STEPS - 1)]
        asyncio.get_running_loop().call_later(self.delay_seconds, self.transport.write, answer)


async def serve() -> None:
    Ideal.delay_seconds = float(sys.argv[1])
    server = await asyncio.get_running_loop().create_server(Ideal, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
